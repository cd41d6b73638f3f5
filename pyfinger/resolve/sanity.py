"""What may be believed of a reply: names that are names, and not too many records.

People put addresses where names belong, and much software lets it pass; so
does this, with a warning.  A malformed owner name or alias spoils the whole
reply, malformed data its own record (Postfix's dns_lookup(3)); so does a record
of another class than IN.  Records are judged in their order, so that what is odd
about one is told though the next one spoils everything.

A reply that is called secure has to come with its proofs, an RRSIG for each RRset.  A
validating resolver that was asked with DO sends the signatures it has checked along
(RFC 4035 section 3.2.1).  Where one is missing nobody has checked it, and the AD bit is
not to be believed, as of systemd-resolved from version 257 on. The one RRset that is
secure without is the CNAME made from a DNAME (RFC 6672 section 5.3.1).  Nothing is
verified here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyfinger.dnswire import RdataType
from pyfinger.events import (
    AddressLengthBad,
    ClassUnexpected,
    Emit,
    NameInvalid,
    NameMalformed,
    NumericName,
    RecordLimitExceeded,
)
from pyfinger.model import DnsStatus, MxData, OtherData, Rdata, ResourceRecord, SrvData
from pyfinger.resolve.hostname import address_of, hostname_problem
from pyfinger.resolve.parsed_reply import (
    Alias,
    AnswerRecord,
    BrokenRdata,
    Named,
    ParsedReply,
    Renaming,
    Signature,
    SpoiltReply,
)
from pyfinger.values import State, Value, field

MAX_RECORDS = 100  # of one list, Postfix's dns_rr_list_limit

OWNER = "resource name"
DATA = "resource data"
ROOT = "."


class BelievedReply(Value):
    """What is left of a reply: records, or an alias to follow, or a reason for neither."""

    status: DnsStatus
    records: tuple[ResourceRecord, ...] = ()
    alias: str | None = None
    truncated: bool = False  # there were more


def believe(reply: ParsedReply, name: str, emit: Emit) -> BelievedReply:
    """Judge the reply to a question for `name`, and tell what is odd about it."""
    if reply.status is not DnsStatus.OK:
        return BelievedReply(reply.status)
    sieve = _Sieve(name, emit)
    for found in reply.found:
        if verdict := sieve.take(found):
            return BelievedReply(verdict)
        if sieve.full:
            return sieve.result()
    if reply.spoilt:
        if reply.bad_class is not None:
            emit(ClassUnexpected(reply.bad_class))
        return BelievedReply(DnsStatus.MALFORMED)
    return sieve.result()


class _Sieve(State):
    name: str  # as asked
    emit: Emit
    records: list[ResourceRecord] = field(default_factory=list)
    alias: str | None = None
    failure: DnsStatus = DnsStatus.UNEXPECTED
    full: bool = False

    def take(self, found: AnswerRecord) -> DnsStatus | None:
        """Keep one record; a status if it spoils the whole reply."""
        if not self._owner_fits(found):
            return DnsStatus.BAD_NAMES
        match found.content:
            case Alias(target=target):
                self.alias = target
                return None if self._fits(DATA, found.rdtype, target) else DnsStatus.BAD_NAMES
            case SpoiltReply():
                return DnsStatus.MALFORMED
            case MxData(exchange=""):
                return DnsStatus.NULL_MX
            case SrvData(target=""):
                return DnsStatus.NULL_SRV
            case BrokenRdata(length=length):
                self._reject(length)
            case Named(name=target, wire=wire):
                self._keep_named(found, target, OtherData(wire))
            case MxData(exchange=target) | SrvData(target=target):
                self._keep_named(found, target, found.content)
            case None | Signature() | Renaming():
                pass
            case data:
                self._keep(found, data)
        return None

    def result(self) -> BelievedReply:
        """Records win over an alias, an alias over a failure."""
        if self.records:
            return BelievedReply(DnsStatus.OK, tuple(self.records), truncated=self.full)
        if self.alias is not None:
            return BelievedReply(DnsStatus.OK, alias=self.alias)
        return BelievedReply(self.failure)

    def _owner_fits(self, found: AnswerRecord) -> bool:
        of_root = self.name == ROOT and not found.owner
        return of_root or self._fits(OWNER, found.rdtype, found.owner)

    def _fits(self, where: str, rdtype: str, text: str) -> bool:
        problem = hostname_problem(text, wildcard=True)
        if problem is None:
            return True
        if address_of(text):
            self.emit(NumericName(where, rdtype, self.name, text))
            return True
        self.emit(NameInvalid(problem, text))
        self.emit(NameMalformed(where, rdtype, self.name, text))
        return False

    def _reject(self, length: int | None) -> None:
        self.failure = DnsStatus.MALFORMED
        if length is not None:
            self.emit(AddressLengthBad(length))

    def _keep_named(self, found: AnswerRecord, target: str, data: Rdata) -> None:
        if self._fits(DATA, found.rdtype, target):
            self._keep(found, data)
        elif self.failure is not DnsStatus.MALFORMED:
            self.failure = DnsStatus.BAD_NAMES

    def _keep(self, found: AnswerRecord, data: Rdata) -> None:
        if len(self.records) == MAX_RECORDS:
            self.emit(RecordLimitExceeded(MAX_RECORDS, self.name, found.rdtype))
            self.full = True
            return
        self.records.append(ResourceRecord(found.owner, found.ttl, data))


def unsigned(records: Sequence[AnswerRecord]) -> tuple[tuple[str, str], ...]:
    """Owner and type of each RRset of an answer section that no RRSIG covers, in order."""
    covered = {
        (found.owner.lower(), found.content.covered)
        for found in records
        if isinstance(found.content, Signature)
    }
    missing = {
        (found.owner, found.rdtype): None
        for found in records
        if found.rdtype != RdataType.RRSIG.name
        and (found.owner.lower(), found.rdtype) not in covered
        and not _is_made(found, records)
    }
    return tuple(missing)


def _is_made(found: AnswerRecord, records: Iterable[AnswerRecord]) -> bool:
    """Whether a CNAME is what one of the DNAMEs makes of its owner (RFC 6672 section 2.2)."""
    if found.rdtype != RdataType.CNAME.name:
        return False
    owner, target = found.owner.lower(), _target(found)
    for other in records:
        below = f".{other.owner.lower()}" if other.owner else ""
        if other.rdtype == RdataType.DNAME.name and owner.endswith(below):
            if ".".join(filter(None, (owner.removesuffix(below), _target(other)))) == target:
                return True
    return False


def _target(found: AnswerRecord) -> str:
    """What a CNAME or DNAME leads to, in lower case."""
    match found.content:
        case Alias(target=target) | Renaming(target=target) | Named(name=target):
            return target.lower()
    return ""
