from __future__ import annotations

import pytest

from pyfinger.demo.smtp_server import DemoReply, MailDialogue, Then


def smtp() -> MailDialogue:
    return MailDialogue("mx.test", lmtp=False, starttls=True)


def lmtp() -> MailDialogue:
    return MailDialogue("mx.test", lmtp=True, starttls=True)


def test_the_greeting_names_the_host_and_the_protocol() -> None:
    assert smtp().greeting().text.startswith("220 mx.test ESMTP")
    assert lmtp().greeting().text.startswith("220 mx.test LMTP")


def test_lines_end_as_smtp_wants_it() -> None:
    assert DemoReply("250-a\n250 b").wire == b"250-a\r\n250 b\r\n"


@pytest.mark.parametrize(("dialogue", "verb"), [(smtp(), b"EHLO"), (lmtp(), b"LHLO")])
def test_starttls_is_offered_until_tls_is_on(dialogue: MailDialogue, verb: bytes) -> None:
    assert "250-STARTTLS" in dialogue.reply(verb + b" client.test\r").text.split("\n")
    assert dialogue.reply(b"starttls\r") == DemoReply("220 2.0.0 Ready to start TLS", Then.SECURE)
    dialogue.secured()
    assert "STARTTLS" not in dialogue.reply(verb + b" client.test\r").text
    assert dialogue.reply(b"STARTTLS\r").text.startswith("502 5.5.1")


def test_each_protocol_has_its_own_hello() -> None:
    assert smtp().reply(b"LHLO client.test").text.startswith("502")
    assert lmtp().reply(b"EHLO client.test").text.startswith("502")
    assert smtp().reply(b"HELO client.test").text == "250 mx.test"
    assert lmtp().reply(b"HELO client.test").text.startswith("502")


@pytest.mark.parametrize(
    ("line", "code"), [(b"", "502"), (b"\r", "502"), (b"NOOP", "250"), (b"mail from:<>", "550")]
)
def test_other_commands_get_a_reply_and_the_dialogue_goes_on(line: bytes, code: str) -> None:
    reply = smtp().reply(line)
    assert reply.text.startswith(code)
    assert reply.then is Then.LISTEN


def test_quit_ends_it() -> None:
    assert smtp().reply(b"QUIT\r").then is Then.HANG_UP
