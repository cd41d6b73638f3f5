#!/usr/bin/env escript
%% SMTP inside TLS by Erlang's ssl.

main(Words) ->
    Wish = maps:from_list([list_to_tuple(string:split(Word, "=")) || Word <- Words]),
    {ok, _} = application:ensure_all_started(ssl),
    {ok, Address} = inet:parse_address(maps:get("host", Wish)),
    Options = [{certfile, maps:get("cert", Wish)}, {keyfile, maps:get("key", Wish)},
               {ip, Address}, {reuseaddr, true}, {active, false}, {packet, line}, {log_level, none},
               {versions, atoms(maps:get("versions", Wish, "tlsv1.3,tlsv1.2"))},
               {session_tickets, list_to_atom(maps:get("tickets", Wish, "disabled"))}]
        ++ [{supported_groups, atoms(Groups)} || {"groups", Groups} <- maps:to_list(Wish)]
        ++ [{verify, verify_peer} || maps:is_key("ask", Wish)]
        ++ [{cacertfile, maps:get("root", Wish)} || maps:is_key("ask", Wish)],
    {ok, Listener} = ssl:listen(list_to_integer(maps:get("port", Wish)), Options),
    accept(Listener, maps:is_key("greet", Wish)).

atoms(Text) -> [list_to_atom(Word) || Word <- string:split(Text, ",", all)].

accept(Listener, Greet) ->
    {ok, Transport} = ssl:transport_accept(Listener),
    Child = spawn(fun() -> receive go -> handshake(Transport, Greet) end end),
    ok = ssl:controlling_process(Transport, Child),
    Child ! go,
    accept(Listener, Greet).

handshake(Transport, Greet) ->
    case ssl:handshake(Transport, 10000) of
        {ok, Stream} ->
            [ssl:send(Stream, "220 stacks.test\r\n") || Greet],
            converse(Stream);
        {error, _} -> ssl:close(Transport)
    end.

converse(Stream) ->
    case ssl:recv(Stream, 0, 10000) of
        {ok, [C | _]} when C =:= $Q; C =:= $q ->
            ssl:send(Stream, "221 bye\r\n"),
            ssl:close(Stream);
        {ok, _} ->
            ssl:send(Stream, "250 stacks.test\r\n"),
            converse(Stream);
        {error, _} -> ssl:close(Stream)
    end.
