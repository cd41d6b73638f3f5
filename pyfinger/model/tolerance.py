"""What of a TLS hello a server takes: trials, and where it begins to fail."""

from __future__ import annotations

from enum import Enum

from pyfinger.values import Value


class HelloKind(Enum):
    """How a hello differs from the usual one."""

    USUAL = "as usual"
    TLS13_ONLY = "of TLS 1.3 only"
    TLS12_ONLY = "of TLS 1.2 and older only"
    GREASE = "with GREASE"
    UNKNOWN_EXTENSION = "with an unknown extension"
    POST_QUANTUM = "with a post-quantum key share"
    TWO_RECORDS = "in two records"
    TWO_SEGMENTS = "in two segments"
    LARGE = "padded"


class Reception(Enum):
    """What the server did with a hello."""

    TAKEN = "taken"  # it answered with a hello that makes sense
    REFUSED = "refused"  # with an alert
    MALFORMED = "answered with something malformed"  # no hello, or one that cannot be
    CLOSED = "connection closed"
    SILENT = "no answer"
    UNKNOWN = "could not tell"  # it did not come to TLS


class HelloTrial(Value):
    """One connection, and the hello sent there."""

    kind: HelloKind
    reception: Reception
    octets: int = 0  # of the message
    cut: int = 0  # octets before the second record, or segment; 0: in one piece
    detail: str = ""  # alert, reply, or what else is known
    protocol: str = ""  # what was agreed upon
    group: str = ""
    seconds: float = 0.0  # the connection took

    @property
    def place(self) -> int:
        """What is varied to find where it begins to fail: the cut, or else the size."""
        return self.cut if self.kind in (HelloKind.TWO_RECORDS, HelloKind.TWO_SEGMENTS) else self.octets


class HelloLimit(Value):
    """Where hellos of a kind begin to fail: between `taken` and `lost`, which were both tried.

    They are octets, of the message or before the cut; `taken` is 0 if none was.
    """

    kind: HelloKind
    taken: int
    lost: int
    reception: Reception  # of what is lost

    @property
    def exact(self) -> bool:
        """Whether nothing is left between them."""
        return abs(self.taken - self.lost) == 1


class Tolerance(Value):
    """All of it."""

    trials: tuple[HelloTrial, ...] = ()
    limits: tuple[HelloLimit, ...] = ()
    connections: int = 0
    untried: tuple[HelloKind, ...] = ()  # for `why_untried`
    why_untried: str = ""

    @property
    def usual(self) -> HelloTrial | None:
        """The usual hello, which comes first."""
        return self.trials[0] if self.trials else None
