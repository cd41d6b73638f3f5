"""Questions answered by given records (`--records`, `--offline`), and by nothing else.

An answer is made, read and judged as one from a name server is, so that what is odd about
records is told all the same.  It is secure if the records are said to be signed.

A name that is given as an alias is one for every type, and addresses of one family settle the
other, too.  Offline there is nothing beyond: what is not given does not exist, except that a
host without a given address has one that leads nowhere (RFC 1122 section 3.2.1.3: 0.0.0.0/8 is
no destination), since a probe goes by addresses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyfinger.dnswire import ADDRESS_TYPES, IN, RdataType, labels_of, name_wire, type_number
from pyfinger.errors import UsageError
from pyfinger.events import Emit
from pyfinger.events.given import AnswerGiven, GivenSet, RecordsGiven
from pyfinger.model import DnsStatus, LookupFailure, ResourceRecord
from pyfinger.model.given import Given, GivenRRset
from pyfinger.resolve.reply_reader import read_reply
from pyfinger.resolve.sanity import BelievedReply, believe
from pyfinger.values import Value

_HEADER = b"\0\0\x81\x80\0\0"  # id, a response with RA and without errors, no question
_NOWHERE = b"\0\0\0"
_MOST_HOSTS = 0xFF


class TakenAnswer(Value):
    """What is given on a question, and whether it is secure."""

    reply: BelievedReply
    secure: bool


class GivenAnswers:
    """Answers from what is given; of one probe."""

    def __init__(self, given: Given, emit: Emit) -> None:
        self._given = given
        self._emit = emit
        self._sets: Mapping[tuple[str, str], GivenRRset] = {
            (each.owner, each.rdtype): each for each in given.records.rrsets
        }
        self._owners = {owner for owner, _ in self._sets}
        self._nowhere: dict[str, int] = {}  # hosts without a given address

    def tell(self) -> None:
        """What is taken as if DNS had it."""
        records = self._given.records
        sets = tuple(
            GivenSet(each.owner, each.rdtype, len(each.rdatas), records.signed(each.owner, each.rdtype))
            for each in records.rrsets
        )
        if sets or self._given.offline:
            self._emit(RecordsGiven(records.source, sets, self._given.offline))

    def answer(self, name: str, rdtype: str) -> TakenAnswer | None:
        """What is given on a question; None if DNS is to be asked."""
        owner = name.removesuffix(".").lower()
        found = self._found(owner, rdtype)
        alias = self._sets.get((owner, RdataType.CNAME.name))
        if found is None and alias is not None:
            found = alias
        if found is None and not self._settled(owner, rdtype):
            return None
        reply = BelievedReply(self._absent(owner)) if found is None else self._reply(name, rdtype, found)
        kind = rdtype if found is None else found.rdtype
        taken = TakenAnswer(reply, self._given.records.signed(owner, kind))
        failure = None
        if not (reply.records or reply.alias):
            failure = LookupFailure(reply.status, name, rdtype)
        alias_name, count = reply.alias or "", len(reply.records)
        self._emit(AnswerGiven(name, rdtype, taken.secure, alias_name, count, failure))
        return taken

    def instead(self, name: str, rdtype: str, records: Sequence[ResourceRecord]) -> str | None:
        """Where to go on if a name server has followed an alias to records that are given otherwise."""
        if not records:
            return None
        owner = records[0].owner.lower()
        elsewhere = owner != name.removesuffix(".").lower()
        return owner if elsewhere and self._found(owner, rdtype) is not None else None

    def _found(self, owner: str, rdtype: str) -> GivenRRset | None:
        found = self._sets.get((owner, rdtype))
        if found is None and rdtype == RdataType.TLSA.name:
            found = self._sets.get(("", rdtype))
        if found is None and rdtype == RdataType.A.name and self._given.offline:
            return self._leading_nowhere(owner)
        return found

    def _leading_nowhere(self, owner: str) -> GivenRRset | None:
        if any((owner, each) in self._sets for each in (*ADDRESS_TYPES, RdataType.CNAME.name)):
            return None
        number = self._nowhere.setdefault(owner, len(self._nowhere) + 1)
        if number > _MOST_HOSTS:
            raise UsageError(f"--offline: more than {_MOST_HOSTS} hosts without a given address")
        return GivenRRset(owner, RdataType.A.name, 0, (_NOWHERE + bytes([number]),))

    def _settled(self, owner: str, rdtype: str) -> bool:
        """Whether that there is nothing is given, too."""
        if self._given.offline:
            return True
        return rdtype in ADDRESS_TYPES and any((owner, each) in self._sets for each in ADDRESS_TYPES)

    def _absent(self, owner: str) -> DnsStatus:
        known = any(each == owner or each.endswith(f".{owner}") for each in self._owners)
        return DnsStatus.NO_DATA if known or owner in self._nowhere else DnsStatus.NOT_FOUND

    def _reply(self, name: str, rdtype: str, found: GivenRRset) -> BelievedReply:
        wire = _message(name, found)
        return believe(read_reply(wire, rdtype, stream=True), name, self._emit)


def _message(name: str, found: GivenRRset) -> bytes:
    """A reply with these records, as a name server would send it."""
    number = type_number(found.rdtype)
    if number is None:
        raise ValueError(f"no type {found.rdtype}")
    head = (
        name_wire(labels_of(name))
        + number.to_bytes(2, "big")
        + IN.to_bytes(2, "big")
        + found.ttl.to_bytes(4, "big")
    )
    records = [head + len(rdata).to_bytes(2, "big") + rdata for rdata in found.rdatas]
    return _HEADER + len(records).to_bytes(2, "big") + bytes(4) + b"".join(records)
