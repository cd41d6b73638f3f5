"""What DNS and the system's own lookups said, with its security."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from pyfinger.model.route import Endpoints, Family
from pyfinger.values import Value, field


class DnsPacket(Value):
    """What passed between us and a name server: a datagram, or a piece of a TCP stream.

    `wire` is as on the way, for TCP with the messages' lengths (RFC 1035 section
    4.2.2).  Empty bytes over TCP are the attempt to connect, if sent, and the end
    of the stream, if received.
    """

    sent: bool
    wire: bytes
    endpoints: Endpoints
    tcp: bool
    age: float  # seconds from then until the whole lookup was done


class Trouble(Enum):
    """What came of a question to one name server instead of a reply that was taken."""

    SILENT = "no reply"
    UNREACHABLE = "not reachable"
    LOST = "connection lost"
    TOO_SHORT = "a message without a whole header"
    FAILED = "a refusal"  # SERVFAIL, NOTIMP or REFUSED in a datagram: the next server is asked
    LAME = "a reply of a server that does not recurse"  # no error, no record, neither RA nor AA
    TRUNCATED = "a reply that is cut off"  # and asked for again over TCP
    WRONG_ID = "dropped: another id"
    WRONG_QUESTION = "dropped: another question"
    WRONG_SOURCE = "dropped: from another address"

    @property
    def heard(self) -> bool:
        """Whether the server sent anything at all."""
        return self not in (Trouble.SILENT, Trouble.UNREACHABLE, Trouble.LOST, Trouble.WRONG_SOURCE)


class ServerTrouble(Value):
    """One kind of trouble with one name server, and how often."""

    server: str
    trouble: Trouble
    times: int = 1
    rcode: int | None = None  # of a refusal


class RawReply(Value):
    """What a name server sent, unparsed; `wire` is None if none answered.

    `packets` is all that was sent and received for it, in order, if the driver
    has kept it; `troubles` is what went wrong before.  `withheld`: its records were
    taken out, since resolv.conf wants none of this type (`no-aaaa`).
    """

    wire: bytes | None
    server: str = ""
    packets: tuple[DnsPacket, ...] = field(default=(), compare=False, repr=False)
    stream: bool = field(default=False, compare=False)  # it came over TCP
    troubles: tuple[ServerTrouble, ...] = field(default=(), compare=False)
    withheld: bool = field(default=False, compare=False)


class NativeAnswer(Value):
    """What getaddrinfo said: addresses in its order, or its error text."""

    addresses: tuple[tuple[Family, str], ...] = ()
    error: str = ""


class DnsStatus(Enum):
    """What came of a lookup, in the order in which Postfix's dns.h ranks the outcomes of A and AAAA."""

    OK = "ok"
    POLICY = "policy"
    RETRY = "retry"  # SERVFAIL, no answer, no server
    MALFORMED = "malformed"  # a reply without a sound form; ranks as the above
    BAD_NAMES = "bad names"  # a reply in which a name is none
    FAIL = "fail"
    NULL_MX = "null MX"
    NULL_SRV = "null SRV"
    NOT_FOUND = "not found"  # NXDOMAIN
    NO_DATA = "no data"
    UNEXPECTED = "unexpected"  # records, but none of those asked for
    INVALID_NAME = "invalid name"  # never asked
    LOOP = "loop"
    NATIVE = "native"  # getaddrinfo failed

    @property
    def absent(self) -> bool:
        """Whether the records are known not to exist, as opposed to: could not be had."""
        return self in _ABSENT


_ABSENT = frozenset(
    {
        DnsStatus.NOT_FOUND,
        DnsStatus.NO_DATA,
        DnsStatus.UNEXPECTED,
        DnsStatus.INVALID_NAME,
        DnsStatus.LOOP,
    }
)


class LookupFailure(Value):
    """Why a lookup gave nothing; `report.words` spells it."""

    status: DnsStatus
    name: str
    rdtype: str = ""
    detail: str = ""  # the system's own text, for native lookups


class AddressData(Value):
    """RDATA of A and AAAA."""

    address: str
    family: Family


class MxData(Value):
    """RDATA of MX (RFC 1035 section 3.3.9); an empty exchange is a null MX (RFC 7505)."""

    preference: int
    exchange: str


class SrvData(Value):
    """RDATA of SRV (RFC 2782); an empty target means: not here."""

    priority: int
    weight: int
    port: int
    target: str


class TlsaRecord(Value):
    """RDATA of TLSA (RFC 6698 section 2.1)."""

    usage: int
    selector: int
    matching: int
    data: bytes

    @property
    def digits(self) -> str:
        """The data in hexadecimal, shortened in the middle beyond 64 bytes."""
        digits = self.data.hex().upper()
        return f"{digits[:64]}...{digits[-64:]}" if len(self.data) > 64 else digits

    def __str__(self) -> str:
        return f"{self.usage} {self.selector} {self.matching} {self.digits}"


class OtherData(Value):
    """RDATA of a type whose content nobody needs, in wire form."""

    wire: bytes


Rdata: TypeAlias = AddressData | MxData | SrvData | TlsaRecord | OtherData


class ResourceRecord(Value):
    """One record of an answer; `owner` is the name in the record, not the one asked."""

    owner: str
    ttl: int
    data: Rdata


class Answer(Value):
    """The outcome of one question, aliases followed, with its security.

    `secure` is the AD bit of every reply in the chain (RFC 4035 section 3.2.3).
    Either `records` is not empty or `failure` says why.
    """

    qname: str
    rdtype: str
    records: tuple[ResourceRecord, ...] = ()
    secure: bool = False
    failure: LookupFailure | None = None
    truncated: bool = False  # there were more records than are kept

    @property
    def status(self) -> DnsStatus:
        """OK, or the failure's status."""
        return self.failure.status if self.failure else DnsStatus.OK


class TlsaStatus(Enum):
    """What a TLSA lookup found."""

    ERROR = "error"
    NONE = "none"
    UNUSABLE = "unusable"
    USABLE = "usable"
