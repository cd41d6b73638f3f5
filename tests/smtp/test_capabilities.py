"""What an EHLO reply offers."""

from __future__ import annotations

import pytest

from pyfinger.smtp.chat import Capabilities, read_capabilities
from pyfinger.smtp.reply import SmtpReply


def capabilities(text: str) -> Capabilities:
    return read_capabilities(SmtpReply(250, text))


@pytest.mark.parametrize(
    "text",
    [
        "mx.test\nSTARTTLS",
        "mx.test\nSIZE 1\nstarttls\nHELP",
        "mx.test\nSTARTTLS=now",
        "mx.test\nSTARTTLS\toff",
        "mx.test\n =\tSTARTTLS",
        "STARTTLS",
        "\nSTARTTLS off",
    ],
)
def test_starttls_is_the_first_word_of_any_line(text: str) -> None:
    assert capabilities(text).starttls


@pytest.mark.parametrize(
    "text", ["", "mx.test", "mx.test\nXSTARTTLS", "mx.test\nAUTH STARTTLS", "mx\nSTARTTLS-X"]
)
def test_starttls_is_nothing_else(text: str) -> None:
    assert not capabilities(text).starttls


@pytest.mark.parametrize(
    ("text", "name"),
    [("mx.test greets you\nSIZE", "mx.test"), ("\n\nmx.test", "mx.test"), ("", ""), ("= \nmx.test", "")],
)
def test_the_first_word_is_the_servers_name(text: str, name: str) -> None:
    assert capabilities(text).server_name == name


def test_empty_lines_are_left_out() -> None:
    assert capabilities("mx.test\n\nSIZE 1000").lines == ("mx.test", "SIZE 1000")
