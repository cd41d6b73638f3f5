"""Each turn of a session, spoilt in each way: slow, silent, cut off, reset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.hostile import faults
from tests.hostile.faults import Fault, server
from tests.hostile.row import QUIET, SECONDS, Row
from tests.hostile.stage import Stage
from tests.mailserver import MailServer, identity

TLS_1_2 = {"maxVersion": (3, 3)}


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing the server says, and what is said if it does not come; a status of 1 is fatal."""

    number: int
    name: str
    slow: str
    lost: str
    reset: str = ""  # if it is told in other words
    version: str = "1.3"
    status: int = 0
    passed: int = 1  # deadlines until the program gives up


_TLS = r"SSL_connect error to 127.0.0.1\[127.0.0.1\]:\d+: "
_SHAKING = (f"{_TLS}Connection timed out", f"{_TLS}lost connection", f"{_TLS}Connection reset by peer")

TURNS = (
    Turn(
        0,
        "greeting",
        "^timeout while reading server greeting",
        "^lost connection while reading server greeting",
        "^lost connection while reading server greeting|connect to .*: Connection reset by peer",
    ),
    Turn(1, "EHLO", "^timeout while sending EHLO", "^lost connection while sending EHLO"),
    Turn(
        2,
        "STARTTLS",
        "^fatal: timeout while sending STARTTLS",
        "^fatal: lost connection while sending STARTTLS",
        status=1,
    ),
    Turn(3, "TLS 1.3 flight", *_SHAKING),
    Turn(3, "TLS 1.2 first flight", *_SHAKING, version="1.2"),
    Turn(4, "TLS 1.2 second flight", *_SHAKING, version="1.2"),
    Turn(4, "second EHLO", "^timeout while sending EHLO", "^lost connection while sending EHLO", passed=2),
    Turn(
        5,
        "QUIT",
        "^warning: timeout while sending QUIT command",
        "^warning: lost connection while sending QUIT command",
    ),
)

SLOW = (
    ("byte by byte", faults.dribble),
    ("silence", faults.stall),
    ("half of it, then silence", faults.stall_midway),
)
GONE = (("hangs up", faults.finish), ("half of it, then hangs up", faults.finish_midway))


def _row(turn: Turn, what: str, fault: Fault, line: str, passed: int) -> Row:
    friendly = MailServer(identity(), settings=TLS_1_2 if turn.version == "1.2" else {})

    def set_up(stage: Stage) -> Sequence[str]:
        return ["-l", "may", stage.mail(server(friendly, turn.number, fault))]

    name = f"session/{turn.name}: {what}"
    return Row(name, f"at {turn.name}: {what}", set_up, line, passed * SECONDS, turn.status, ways=(QUIET,))


def _rows() -> Iterator[Row]:
    yield Row(
        "session/connecting: silence",
        "nobody takes up the connection",
        lambda stage: ["-l", "may", f"[127.0.0.1]:{stage.full()}"],
        "connect to .*: Connection timed out",
        SECONDS,
        ways=(QUIET,),
    )
    for turn in TURNS:
        for what, fault in SLOW:
            yield _row(turn, what, fault, turn.slow, turn.passed)
        for what, fault in GONE:
            yield _row(turn, what, fault, turn.lost, 0)
        yield _row(turn, "reset", faults.abort, turn.reset or turn.lost, 0)


ROWS: tuple[Row, ...] = tuple(_rows())
