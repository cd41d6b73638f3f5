"""What an EHLO or LHLO reply offers (RFC 5321 section 4.1.1.1, RFC 3207).

Read as leniently as Postfix reads it: any line counts, the first included, and
a keyword ends at a blank, a tab or an equals sign.
"""

from __future__ import annotations

from pyfinger.smtp.reply import SmtpReply
from pyfinger.values import Value

_STARTTLS = "STARTTLS"


class Capabilities(Value):
    """The server's name and the lines it answered with, empty ones left out."""

    server_name: str = ""
    lines: tuple[str, ...] = ()

    @property
    def starttls(self) -> bool:
        """Whether the server offers STARTTLS."""
        return any(_first_word(line).upper() == _STARTTLS for line in self.lines)


def read_capabilities(reply: SmtpReply) -> Capabilities:
    """The capabilities in a positive reply; never fails."""
    lines = tuple(line for line in reply.text.split("\n") if line)
    return Capabilities(_first_word(lines[0]) if lines else "", lines)


def _first_word(line: str) -> str:
    words = line.replace("=", " ").replace("\t", " ").split(" ")
    return next((word for word in words if word), "")
