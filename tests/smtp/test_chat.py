"""The dialogue's steps against scripted servers."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Any, TypeVar

import pytest

from pyfinger.errors import LostConnection, TimedOut, TransportError
from pyfinger.events import (
    BytesReceived,
    BytesSent,
    CommandSent,
    ConnectionBroken,
    DialogueBroken,
    Event,
    InputDisabled,
    PlaintextDiscarded,
    ReplyLine,
    ReplyRefused,
    StepBegan,
)
from pyfinger.smtp import Capabilities, Chat, DialogueOptions, SmtpReply, SmtpStopped
from pyfinger.steps import Connect, Deadline, PlainStream, Receive, Request, Send, Steps
from tests.scripted import Script, Scripted

T = TypeVar("T")

ADDRESS = "192.0.2.1"
TERMS = DialogueOptions("EHLO", "client.test", 30, line_limit=64)
QUIET = Script("", then_close=False)


class Conversation:
    """A chat with one scripted server."""

    def __init__(
        self,
        script: Script,
        *,
        terms: DialogueOptions = TERMS,
        secured: bool = False,
        pieces: Sequence[int] = (1 << 20,),
        trouble: dict[tuple[type[Request[Any]], int], TransportError] | None = None,
    ) -> None:
        self.driver = Scripted(servers={ADDRESS: script}, pieces=pieces, trouble=trouble)
        self.driver.run(connect())
        self.stream = PlainStream(self.driver.emit)
        self.chat = Chat(self.stream, self.driver.emit, terms, secured=secured)

    def greeting(self, seconds: float = 5) -> SmtpReply:
        return self.driver.run(self.chat.greeting(Deadline(seconds)))

    def hello(self) -> Capabilities | None:
        return self.driver.run(self.chat.hello())

    def starttls(self) -> SmtpReply:
        return self.driver.run(self.chat.starttls())

    def quit(self) -> None:
        self.driver.run(self.chat.quit())

    @property
    def told(self) -> list[Event]:
        """What was said about the dialogue itself."""
        return [event for event in self.driver.events if not isinstance(event, (BytesSent, BytesReceived))]


def connect() -> Steps[None]:
    yield Connect(ADDRESS, 25, Deadline(1))


def test_greeting() -> None:
    talk = Conversation(Script("220-mx.test\n220 ready", then_close=False), pieces=(1,))
    assert talk.greeting(7) == SmtpReply(220, "mx.test\nready")
    assert talk.told == [
        StepBegan("greeting", 7),
        ReplyLine("greeting", "220-mx.test"),
        ReplyLine("greeting", "220 ready"),
    ]


def test_a_line_is_told_before_the_next_one_is_waited_for() -> None:
    talk = Conversation(Script("220-mx.test", then_close=False))
    with pytest.raises(SmtpStopped) as stopped:
        talk.greeting()
    assert not stopped.value.fatal
    assert talk.told[1:] == [
        ReplyLine("greeting", "220-mx.test"),
        DialogueBroken("greeting", "timeout"),
    ]


@pytest.mark.parametrize("text", ["554 no", "120 later", "354 go ahead", "2200 hi", "hello"])
def test_a_greeting_that_is_not_2xx_stops(text: str) -> None:
    talk = Conversation(Script(text, then_close=False))
    with pytest.raises(SmtpStopped) as stopped:
        talk.greeting()
    assert (stopped.value.step, stopped.value.fatal) == ("greeting", False)
    assert isinstance(talk.told[-1], ReplyRefused)


def test_a_refusal_carries_the_whole_text() -> None:
    talk = Conversation(Script("550-a\n550 b", then_close=False))
    with pytest.raises(SmtpStopped):
        talk.greeting()
    assert talk.told[-1] == ReplyRefused("greeting", 550, "a\nb")


def test_a_closed_connection_stops_and_half_a_line_is_not_shown() -> None:
    talk = Conversation(Script(b"220 hal"))
    with pytest.raises(SmtpStopped):
        talk.greeting()
    assert talk.told == [StepBegan("greeting", 5), DialogueBroken("greeting", "lost connection")]


@pytest.mark.parametrize("verb", ["EHLO", "LHLO"])
def test_hello(verb: str) -> None:
    script = Script("", (f"{verb} client.test", "250-mx.test\n250 STARTTLS"), then_close=False)
    talk = Conversation(script, terms=DialogueOptions(verb, "client.test", 30))
    assert talk.hello() == Capabilities("mx.test", ("mx.test", "STARTTLS"))
    assert talk.told == [
        StepBegan(verb, 30),
        CommandSent(verb, f"{verb} client.test"),
        ReplyLine(verb, "250-mx.test"),
        ReplyLine(verb, "250 STARTTLS"),
    ]


def test_a_refused_hello_stops() -> None:
    talk = Conversation(Script("", ("EHLO client.test", "502 no"), then_close=False))
    with pytest.raises(SmtpStopped):
        talk.hello()
    assert talk.told[-1] == ReplyRefused("EHLO", 502, "no")


def test_a_lost_hello_stops() -> None:
    talk = Conversation(Script("", ("EHLO client.test", "")))
    with pytest.raises(SmtpStopped):
        talk.hello()
    assert talk.told[-1] == DialogueBroken("EHLO", "lost connection")


def test_lines_that_are_there_already_are_told_before_a_command_that_cannot_be_sent() -> None:
    """Postfix writes when it has to read, and not before."""
    talk = Conversation(
        Script("220 one\n250-two", then_close=False), trouble={(Send, 1): LostConnection(errno.ECONNRESET)}
    )
    talk.greeting()
    with pytest.raises(SmtpStopped):
        talk.hello()
    assert [event for event in talk.told if isinstance(event, ReplyLine | DialogueBroken)] == [
        ReplyLine("greeting", "220 one"),
        ReplyLine("EHLO", "250-two"),
        DialogueBroken("EHLO", "lost connection"),
    ]
    assert len(talk.driver.of(Receive)) == 1


def test_a_refused_hello_inside_tls_is_shrugged_off() -> None:
    talk = Conversation(Script("", ("EHLO client.test", "502 no"), then_close=False), secured=True)
    assert talk.hello() is None
    assert talk.told[-1] == ReplyRefused("EHLO", 502, "no")


def test_a_lost_hello_inside_tls_is_shrugged_off_and_quit_tried() -> None:
    talk = Conversation(Script("", ("EHLO client.test", "")), secured=True)
    assert talk.hello() is None
    talk.quit()
    assert talk.told[2:] == [
        DialogueBroken("EHLO", "lost connection"),
        StepBegan("QUIT", 30),
        CommandSent("QUIT", "QUIT"),
        ConnectionBroken(errno.EPIPE),
        DialogueBroken("QUIT", "lost connection"),
    ]


def test_half_a_line_does_not_become_part_of_the_next_reply() -> None:
    script = Script("", ("EHLO client.test", b"250 ha"), ("QUIT", "221 bye"), then_close=False)
    talk = Conversation(script, secured=True)
    assert talk.hello() is None
    talk.quit()
    assert talk.told[-1] == ReplyLine("QUIT", "221 bye")


def test_starttls() -> None:
    talk = Conversation(Script("", ("STARTTLS", "220 go"), then_close=False))
    assert talk.starttls() == SmtpReply(220, "go")
    assert talk.told == [
        StepBegan("STARTTLS", 30),
        CommandSent("STARTTLS", "STARTTLS"),
        ReplyLine("STARTTLS", "220 go"),
    ]


def test_starttls_refused_stops() -> None:
    talk = Conversation(Script("", ("STARTTLS", "454 nope"), then_close=False))
    with pytest.raises(SmtpStopped) as stopped:
        talk.starttls()
    assert not stopped.value.fatal
    assert talk.told[-1] == ReplyRefused("STARTTLS", 454, "nope")


@pytest.mark.parametrize("error", [TimedOut(), LostConnection(32)])
@pytest.mark.parametrize("request_kind", [Send, Receive])
def test_trouble_with_starttls_is_fatal(request_kind: type[Request[Any]], error: TransportError) -> None:
    talk = Conversation(Script("", ("STARTTLS", "220 go")), trouble={(request_kind, 1): error})
    with pytest.raises(SmtpStopped) as stopped:
        talk.starttls()
    assert stopped.value.fatal
    assert talk.told[-1] == DialogueBroken("STARTTLS", str(error), fatal=True)


def test_plain_text_behind_the_starttls_reply_is_discarded() -> None:
    script = Script(
        "", ("STARTTLS", "220 go\n250 injected"), ("EHLO client.test", "250 mx"), then_close=False
    )
    talk = Conversation(script)
    talk.starttls()
    assert talk.told[-1] == PlaintextDiscarded(b"250 injected\r\n")
    talk.chat.enter_tls(talk.stream)
    assert talk.hello() == Capabilities("mx", ("mx",))


def test_entering_tls_changes_the_stream_and_the_rules() -> None:
    talk = Conversation(QUIET)
    inner = Conversation(Script("", ("EHLO client.test", "502 no"), then_close=False))
    talk.chat.enter_tls(inner.stream)
    assert inner.driver.run(talk.chat.hello()) is None


def test_quit_takes_any_reply() -> None:
    talk = Conversation(Script("", ("QUIT", "421 still here"), then_close=False))
    talk.quit()
    assert talk.told[1:] == [CommandSent("QUIT", "QUIT"), ReplyLine("QUIT", "421 still here")]


def test_quit_without_reply_only_tells() -> None:
    talk = Conversation(Script("", ("QUIT", "")))
    talk.quit()
    assert talk.told[-1] == DialogueBroken("QUIT", "lost connection")


def test_a_line_of_twice_the_limit_is_told_and_the_rest_is_lost() -> None:
    script = Script("220-" + "x" * 200 + "\n220 more", then_close=False)
    talk = Conversation(script)
    with pytest.raises(SmtpStopped):
        talk.greeting()
    assert talk.told[1:] == [
        InputDisabled(),
        ReplyLine("greeting", "220-" + "x" * 60),
        DialogueBroken("greeting", "lost connection"),
    ]


def test_after_input_was_disabled_the_next_step_fails_without_reading() -> None:
    script = Script("220 " + "x" * 200, ("EHLO client.test", "250 mx"), then_close=False)
    talk = Conversation(script)
    assert talk.greeting() == SmtpReply(220, "x" * 60)
    with pytest.raises(SmtpStopped):
        talk.hello()
    assert talk.told[-1] == DialogueBroken("EHLO", "lost connection")


def test_one_deadline_covers_a_whole_step() -> None:
    talk = Conversation(Script("", ("EHLO client.test", "250-a\n250 b"), then_close=False), pieces=(1,))
    talk.hello()
    requests = [r for r in talk.driver.requests if isinstance(r, (Send, Receive))]
    assert len({id(request.deadline) for request in requests}) == 1
    assert requests[0].deadline.seconds == 30


def test_replies_that_came_early_are_kept() -> None:
    script = Script("220 one\n250 two", ("EHLO client.test", ""), then_close=False)
    talk = Conversation(script)
    assert talk.greeting() == SmtpReply(220, "one")
    assert talk.hello() == Capabilities("two", ("two",))
