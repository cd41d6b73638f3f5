"""The rules of name lookup and DANE, row by row, as whole probes of a world that is a dict.

Each row is a world, a command and the lines that come of it.  Rules that can be
seen without a whole probe have their rows beside the part that follows them:

Destinations
    forms, complaints, ports, host names    resolve/test_destination, test_hostname
    socket paths, `inet:` in messages       test_lookup
MX, SRV and host lookup
    order, aliases, families, limits        resolve/test_route, test_exchanges
    ranks of failures                       resolve/test_route; malformed data: test_lookup
    examples, texts of failures             test_lookup
Replies
    response codes, odd data                resolve/test_answer
    what is believed of them                resolve/test_sanity; its lines: test_lookup
    aliases, loops, the DNSSEC probe        resolve/test_resolver; their lines: test_lookup
    time limits, truncation, EDNS           drive/test_stub, drive/test_resolver
Internationalised names                     resolve/test_idn; their lines: test_lookup
DANE
    level x MX x -M x TLSA                  dane/test_policy; its lines: test_dane
    which name to ask, the cache            dane/test_lookup; from real aliases: test_dane
    import, with its lines                  dane/test_lookup, test_dane
    tls_dane_digests                        dane/test_preferences
    usable records, their order             dane/test_record, test_full
    matching, digest agility                dane/test_match, test_anchors
    chains, names, result lines             test_sessions; raw public keys: report/cases
Oddities, kept or not                       test_oddities

What was once found wrong, and which tests keep it right: test_found_wrong.
"""
