"""What a recording consists of: a header, then an entry for each thing asked, with what came of it.

An entry begins with the question, whose fields `QUESTIONS` names, and goes on
with the answer.  Three kinds answer whoever looks at a clock; these are asked
for more or less often by other versions of the program, and matched loosely.
Two more are asides, found by their question wherever they stand: whether one is
asked depends on what is shown, or is younger than the recording.
`report.encoding` says how values are written; `type` is the entry's class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from pyfinger.model import Endpoints, Family, NativeAnswer, RawReply
from pyfinger.values import Value

SCHEMA = "pyfinger-recording/1"

ENVIRONMENT = ("MAIL_CONFIG", "MAIL_VERBOSE", "SSL_CERT_DIR", "SSL_CERT_FILE")
"""The variables that are kept: all that an evaluation may look at."""

Failure: TypeAlias = Literal["", "timeout", "lost"]
"""What was thrown instead of an answer: nothing, `TimedOut`, or `LostConnection` with its `code`."""


class RecordingHeader(Value):
    """The first line: who wrote it, and what the probe found around it."""

    schema: str
    version: str  # of the program
    words: tuple[str, ...]  # the command line, beginning with the program's name
    environment: tuple[tuple[str, str], ...]
    nodename: str
    addresses: tuple[tuple[Family, tuple[str, ...]], ...]  # this machine's own
    seed: int  # of what is shuffled
    signed_ad: bool = False  # the AD bit of a DNS reply counted only with signatures


class FileSought(Value):
    """Whether there is such a file."""

    path: str
    found: bool


class FileRead(Value):
    """A file's content, or errno."""

    path: str
    content: bytes = b""
    code: int = 0


class RootGivenUp(Value):
    """Started by root, the probe went on as somebody else, or could not: `problem` says why."""

    user: str
    uid: int
    gid: int
    problem: str = ""


class RandomDrawn(Value):
    """Random bytes, for keys and nonces."""

    data: bytes


class Resolved(Value):
    """A question to the name servers."""

    name: str
    rdtype: str
    dnssec: bool
    reply: RawReply
    checking_disabled: bool = False


class ResolvedUnchecked(Value):
    """A question to one name server with validation off, to tell why it failed."""

    name: str
    rdtype: str
    server: str
    reply: RawReply


class NameConverted(Value):
    """The A-label form of an internationalised name, or why there is none."""

    name: str
    transitional: bool
    ascii: str
    problem: str = ""


class HostLookedUp(Value):
    """A question to getaddrinfo(3)."""

    name: str
    families: tuple[Family, ...]
    answer: NativeAnswer


class ServiceFound(Value):
    """A question to the services database."""

    name: str
    port: int | None


class ConnectionOpened(Value):
    """An attempt to connect; without `endpoints` it failed."""

    address: str
    port: int | None
    endpoints: Endpoints | None = None
    failure: Failure = ""
    code: int = 0


class DataSent(Value):
    """Bytes for the connection."""

    data: bytes
    failure: Failure = ""
    code: int = 0


class DataReceived(Value):
    """Bytes from the connection; none: its end, if nothing failed."""

    data: bytes = b""
    failure: Failure = ""
    code: int = 0


class Slept(Value):
    """A while of doing nothing."""

    seconds: float


class ConnectionClosed(Value):
    """The end of a connection, if there was one."""


class Ended(Value):
    """The probe was over; missing if it was interrupted."""


class Dated(Value):
    """The date certificates are judged by; seconds since the epoch."""

    at: float


class Aged(Value):
    """The steady clock caches are aged by; seconds since some time."""

    at: float


class Told(Value):
    """When an event was told; seconds since the epoch."""

    at: float


StrictEntry: TypeAlias = (
    FileSought
    | FileRead
    | RootGivenUp
    | RandomDrawn
    | Resolved
    | HostLookedUp
    | ServiceFound
    | ConnectionOpened
    | DataSent
    | DataReceived
    | Slept
    | ConnectionClosed
    | Ended
)
ClockReading: TypeAlias = Dated | Aged | Told
Aside: TypeAlias = ResolvedUnchecked | NameConverted
Entry: TypeAlias = StrictEntry | ClockReading | Aside

Question: TypeAlias = tuple[Any, ...]

QUESTIONS: Mapping[type[Any], Callable[[Any], Question]] = {
    FileSought: lambda entry: (entry.path,),
    FileRead: lambda entry: (entry.path,),
    RootGivenUp: lambda entry: (),
    RandomDrawn: lambda entry: (len(entry.data),),
    Resolved: lambda entry: (entry.name, entry.rdtype, entry.dnssec, entry.checking_disabled),
    HostLookedUp: lambda entry: (entry.name, entry.families),
    ServiceFound: lambda entry: (entry.name,),
    ConnectionOpened: lambda entry: (entry.address, entry.port),
    DataSent: lambda entry: (entry.data,),
    DataReceived: lambda entry: (),
    Slept: lambda entry: (entry.seconds,),
    ConnectionClosed: lambda entry: (),
    Ended: lambda entry: (),
    ResolvedUnchecked: lambda entry: (entry.name, entry.rdtype, entry.server),
    NameConverted: lambda entry: (entry.name, entry.transitional),
}


def question(entry: StrictEntry | Aside) -> Question:
    """What was asked, for comparison."""
    return QUESTIONS[type(entry)](entry)


_NAMED: Mapping[type[Any], str] = {
    FileSought: "whether there is {}",
    FileRead: "the content of {}",
    RootGivenUp: "to give up root",
    RandomDrawn: "{} random bytes",
    Resolved: "the DNS for {} {}",
    HostLookedUp: "the system for host {}",
    ServiceFound: "the system for service {}",
    ConnectionOpened: "to connect to {}",
    DataSent: "to send {} bytes",
    DataReceived: "to receive",
    Slept: "to sleep {:g} s",
    ConnectionClosed: "to close the connection",
    Ended: "to end",
}
_LONGEST = 100  # characters of a name that is quoted


def named(kind: type[Any], asked: Question) -> str:
    """A question in words."""
    values = (len(value) if isinstance(value, bytes) else value for value in asked)
    shown = [value[:_LONGEST] if isinstance(value, str) else value for value in values]
    if kind is ConnectionOpened and asked[1] is not None:
        shown[0] = f"[{shown[0]}]:{shown[1]}"
    return _NAMED[kind].format(*shown)
