"""What takes the place of the world (`--certificate`, `--records`, `--offline`).

Chains that no server has shown, and records that no name server has: a probe judges them as if
they had.  Names are in lower case, without the dot at the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.model.keys import KeyKind
from pyfinger.values import Value


class GivenCredential(Value):
    """What a server is supposed to show: a chain, its own certificate first, or a bare key."""

    source: str  # the file's name, or what stands for it
    host: str = ""  # empty: every host that has none of its own
    certificates: tuple[bytes, ...] = ()  # DER
    raw_key: bytes = b""  # SubjectPublicKeyInfo, DER (RFC 7250)
    kind: KeyKind | None = None  # of the server's key; None: of no use


class GivenRRset(Value):
    """Records of one name and type."""

    owner: str  # empty: of the one host there is
    rdtype: str
    ttl: int  # seconds
    rdatas: tuple[bytes, ...]  # in wire form


class Unsigned(Value):
    """A zone, or records of one type in it, without signatures; the empty zone is the root."""

    zone: str
    rdtype: str = ""  # empty: of all types

    def covers(self, owner: str, rdtype: str) -> bool:
        """Whether records of that name and type are among them."""
        inside = not self.zone or owner == self.zone or owner.endswith(f".{self.zone}")
        return inside and self.rdtype in ("", rdtype)


class GivenRecords(Value):
    """What DNS is supposed to have; signed, as far as nothing else is said."""

    source: str = ""
    rrsets: tuple[GivenRRset, ...] = ()
    unsigned: tuple[Unsigned, ...] = ()

    def signed(self, owner: str, rdtype: str) -> bool:
        """Whether an answer about that name and type is secure."""
        return not any(each.covers(owner, rdtype) for each in self.unsigned)


class Given(Value):
    """All that is given; `offline`: there is nothing else, neither servers nor name servers."""

    credentials: tuple[GivenCredential, ...] = ()
    records: GivenRecords = GivenRecords()
    offline: bool = False

    def credentials_of(self, host: str) -> tuple[GivenCredential, ...]:
        """Those of a host; of all hosts, if it has none of its own."""
        own = tuple(each for each in self.credentials if each.host == host.lower())
        return own or tuple(each for each in self.credentials if not each.host)

    def decides(self, host: str) -> bool:
        """Whether nobody connects to this host."""
        return self.offline or bool(self.credentials_of(host))

    def nameless(self, hosts: Sequence[str]) -> bool:
        """Whether there are records of no name, and several hosts they may be meant for."""
        several = len({host.lower() for host in hosts}) > 1
        return several and any(not each.owner for each in self.records.rrsets)
