"""Where to go: destinations, peers, the addresses to try, and the level that holds there."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TypeAlias

from pyfinger.values import Value


class Level(IntEnum):
    """TLS security levels; the order is the meaning (postconf(5) smtp_tls_security_level)."""

    NONE = 0
    MAY = 1
    ENCRYPT = 2
    FINGERPRINT = 3
    HALF_DANE = 4
    DANE = 5
    DANE_ONLY = 6
    VERIFY = 7
    SECURE = 8

    @property
    def word(self) -> str:
        """The level as written in options and messages."""
        return {Level.HALF_DANE: "halfdane", Level.DANE_ONLY: "dane-only"}.get(self, self.name.lower())

    @property
    def must_match(self) -> bool:
        """Whether the server has to prove who it is."""
        return self > Level.ENCRYPT

    @property
    def uses_dane(self) -> bool:
        """Whether TLSA records decide."""
        return Level.HALF_DANE <= self <= Level.DANE_ONLY


class Family(Enum):
    """Address families."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    UNIX = "unix"


class LookupKind(Enum):
    """How a destination's hosts are found."""

    MX = "MX"
    SRV = "SRV"
    HOST = "host"


class InetDestination(Value):
    """A parsed `host[:service]` destination."""

    typed: str  # as given, without the LMTP prefix "inet:"
    host: str  # no brackets, letter case and U-labels kept: the nexthop
    service: str
    lookup: LookupKind


class UnixDestination(Value):
    """A parsed `unix:path` destination (LMTP only)."""

    typed: str
    path: str


Destination: TypeAlias = InetDestination | UnixDestination


class Peer(Value):
    """The server as log lines name it: `host[address]:port`, no port for unix sockets."""

    host: str
    address: str
    port: int | None

    def __str__(self) -> str:
        return f"{self.host}[{self.address}]" + ("" if self.port is None else f":{self.port}")

    @property
    def lowered(self) -> Peer:
        """The form most TLS lines use."""
        return Peer(self.host.lower(), self.address.lower(), self.port)

    @property
    def server_id(self) -> str:
        """The key session caches use."""
        return self.address if self.port is None else f"[{self.address}]:{self.port}"


class Endpoints(Value):
    """The two ends of an open connection; ports are None for unix sockets."""

    local: str
    local_port: int | None
    remote: str
    remote_port: int | None


class Hop(Value):
    """One address to try."""

    host: str  # the name asked for: shown, and where TLSA lookups start
    owner: str  # the name at the end of its alias chain
    address: str  # printable address, or the path of a unix socket
    family: Family
    port: int | None
    secure: bool = False  # the address record was DNSSEC-validated
    preference: int = 0

    @property
    def peer(self) -> Peer:
        """This address as log lines name it."""
        return Peer(self.host, self.address, self.port)


class Exchange(Value):
    """The MX or SRV record set a route came from (its first record)."""

    qname: str
    owner: str
    secure: bool


class Route(Value):
    """All addresses of a destination, in the order to try."""

    nexthop: str
    hops: tuple[Hop, ...]
    exchange: Exchange | None = None  # None without MX or SRV records

    def pinned(self, hop: Hop) -> Route:
        """The route of a reconnect: only the address that worked."""
        return Route(self.nexthop, (hop,), self.exchange)
