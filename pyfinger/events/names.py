"""Facts about names and addresses."""

from __future__ import annotations

from pyfinger.events.base import Event
from pyfinger.model import Answer, DnsPacket, LookupFailure, Route, ServerTrouble


class DestinationParsed(Event):
    """The destination as typed and the default service."""

    destination: str
    service: str


class IdnConverted(Event):
    """An internationalised name was converted to A-labels (UTS #46)."""

    name: str
    ascii: str
    for_match: bool = False  # a match name or SNI, not a name to look up


class IdnFailed(Event):
    """A name that has no A-label form; `problem` in ICU's words."""

    name: str
    problem: str


class AddressesWanted(Event):
    """The addresses of one host are about to be looked up."""

    host: str


class DnsQuery(Event):
    """A question is about to go to the name server."""

    name: str
    rdtype: str
    dnssec: bool
    aliases: int = 0  # how many were followed before, in this lookup


class DnsExchanged(Event):
    """All that passed between us and name servers for one question, failed attempts included."""

    packets: tuple[DnsPacket, ...]


class DnsReply(Event):
    """What came back for one question (aliases not yet followed).

    `server` vouched for the AD bit; `types` are those of the answer section, in order; the
    message that was read has `size` octets, and as many records in two sections as it says.
    """

    name: str
    rdtype: str
    failure: LookupFailure | None
    secure: bool
    server: str
    types: tuple[tuple[str, str], ...] = ()  # (owner, type)
    extended: tuple[int, ...] = ()  # extended error codes of a failure (RFC 8914)
    explanations: tuple[str, ...] = ()  # their texts
    rcode: int | None = None  # null: no server replied
    troubles: tuple[ServerTrouble, ...] = ()  # with name servers, before that
    unsigned: tuple[tuple[str, str], ...] = ()  # without RRSIG, so that the AD bit was not believed
    size: int | None = None  # null: no server replied
    answer_count: int = 0
    authority_count: int = 0


class ValidationOff(Event):
    """A lookup failed (SERVFAIL); its question was asked again with validation off (CD=1)."""

    name: str
    rdtype: str
    server: str
    rcode: int | None  # null: no reply
    extended: tuple[int, ...] = ()  # extended error codes (RFC 8914)

    @property
    def answered(self) -> bool:
        """Whether there is an answer, or none by rights: then validation is what failed."""
        return self.rcode in (0, 3)


class DnssecVouched(Event):
    """Whose AD bit is believed, once for each name server.

    `local`: it is on this machine, so that nobody in between can forge the bit.
    """

    server: str
    local: bool


class CnameFollowed(Event):
    """A CNAME was followed."""

    name: str
    target: str


class LookedUp(Event):
    """The outcome of a whole lookup."""

    answer: Answer


class NumericName(Event):
    """A DNS name that is an address; `where` is `resource name` or `resource data`."""

    where: str
    rdtype: str
    qname: str
    text: str


class NameInvalid(Event):
    """A name that breaks host name rules; `problem` in Postfix's words."""

    problem: str
    name: str


class NameMalformed(Event):
    """A record was dropped for its name."""

    where: str
    rdtype: str
    qname: str
    text: str


class ClassUnexpected(Event):
    """A record of another class than IN; it spoils the reply."""

    rdclass: int


class AddressLengthBad(Event):
    """An A or AAAA record of the wrong size."""

    length: int


class RecordLimitExceeded(Event):
    """More than `limit` records; the rest was dropped."""

    limit: int
    qname: str
    rdtype: str


class NameServerLoop(Event):
    """More than ten aliases in a row."""

    name: str


class NoHostAddress(Event):
    """No MX (or SRV) host of a domain has an address."""

    rdtype: str
    domain: str


class DnssecUnavailable(Event):
    """The dnssec_probe brought no validated answer either."""

    probe: str
    failure: LookupFailure | None  # None: answered, but not validated
    server: str = ""  # who answered, if anybody did


class RouteFound(Event):
    """All addresses of the destination, in the order they will be tried."""

    route: Route


class RouteFailed(Event):
    """The destination has no address to try; None: no lookup method at all."""

    failure: LookupFailure | None
