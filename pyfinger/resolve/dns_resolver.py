"""DNS as the rest of pyfinger sees it: a question in, an answer with its security out.

A recursive server is expected to return an alias together with what it leads
to; if it does not, the target is asked for.  Whether an answer is secure is the
server's word, the AD bit, for every reply along the way: the path to the server
is trusted, as stub resolvers have to (RFC 4035 section 4.9.3).  It is taken at its
word only if all it sent has a signature (`signatures`).

Because without such a server every answer would silently be insecure, one
lookup of a name known to be signed (`dnssec_probe`) checks that, after the
first lookup that was not vouched for.

Why a lookup failed is asked for only if somebody is to be told, and decides nothing.

All this is posttls-finger's way.  With validation of our own that decides (`ReplyValidation`)
no AD bit counts, and nothing is probed for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pyfinger.errors import DecodeError, UsageError
from pyfinger.events import (
    CnameFollowed,
    DnsExchanged,
    DnsQuery,
    DnsReply,
    DnssecUnavailable,
    DnssecVouched,
    Emit,
    LookedUp,
    NameServerLoop,
    ValidationOff,
)
from pyfinger.model import Answer, DnsStatus, LookupFailure, RawReply
from pyfinger.options import Config
from pyfinger.resolve.hostname import valid_hostname
from pyfinger.resolve.parsed_reply import ParsedReply
from pyfinger.resolve.sanity import ROOT, BelievedReply, believe, unsigned
from pyfinger.steps import Resolve, ResolveUnchecked, Steps, ask
from pyfinger.values import Value

if TYPE_CHECKING:
    from pyfinger.resolve.given_records import GivenAnswers

MAX_ROUNDS = 10  # questions in one lookup
MAX_NAME = 253  # characters, RFC 1035 section 2.3.4 less the root and length octets

SERVFAIL = 2
_PROVABLE = (0, 3)  # NOERROR, NXDOMAIN: what signatures can have anything to say about

_NO_RESPONSE = (DnsStatus.RETRY, DnsStatus.MALFORMED, DnsStatus.FAIL)


class ReplyValidation(Protocol):
    """Validation of our own (`pyfinger.resolve.validation`), imported only if it is wanted."""

    decides: bool

    def question(self, asked: Resolve) -> Resolve:
        """The form in which to ask it."""
        ...

    def judge(self, question: Resolve, raw: RawReply) -> Steps[bool | None]:
        """Whether a reply is secure; None: it is not to be believed."""
        ...

    def compare(self, question: Resolve, replied: DnsReply) -> Steps[None]:
        """Validate besides, and tell where that differs from what the name server says."""
        ...

    def alias(self, reply: ParsedReply, name: str) -> str | None:
        """Where a DNAME leads whose CNAME was left out."""
        ...


class _Round(Value):
    """The outcome of one question."""

    sifted: BelievedReply
    authentic: bool


class DnsResolver:
    """Lookups for one run of the program, which probes for DNSSEC once."""

    def __init__(
        self,
        emit: Emit,
        config: Config,
        own: ReplyValidation | None = None,
        *,
        explain: bool = False,
        bare_ad: bool = False,
    ) -> None:
        """`own`: validation of our own, which decides, or is only compared.

        `explain`: ask again with validation off why a lookup failed.  `bare_ad`: believe
        AD bits without signatures, as old recordings have them.
        """
        self._emit = emit
        self._own = own
        self._explain = explain
        self._bare_ad = bare_ad
        self._given: GivenAnswers | None = None
        self._explained: set[tuple[str, str]] = set()
        self._probe = config.dnssec_probe
        self._settled = not config.dnssec_probe  # an AD bit was seen, or the probe was sent
        self._vouchers: set[str] = set()  # servers whose AD bit was believed

    def take(self, given: GivenAnswers) -> None:
        """Have this answer in the place of name servers, as far as it can, and say so."""
        self._given = given
        given.tell()

    def query(self, name: str, rdtype: str, *, dnssec: bool) -> Steps[Answer]:
        """Follow aliases and return the outcome.

        `UsageError` if `dnssec_probe` is malformed and its time has come.
        """
        answer = yield from self._lookup(name, rdtype, dnssec)
        self._emit(LookedUp(answer))
        return answer

    def _lookup(self, name: str, rdtype: str, dnssec: bool) -> Steps[Answer]:
        if problem := _unaskable(name):
            return _failed(name, rdtype, LookupFailure(problem, name, rdtype))
        current, secure = name, dnssec
        for aliases in range(MAX_ROUNDS):
            outcome = yield from self._ask(Resolve(current, rdtype, secure), aliases)
            secure = secure and outcome.authentic
            sifted = self._rerouted(current, rdtype, outcome.sifted)
            if sifted.records:
                return Answer(name, rdtype, sifted.records, secure, truncated=sifted.truncated)
            if sifted.alias is None:
                return _failed(name, rdtype, LookupFailure(sifted.status, current, rdtype), secure)
            self._emit(CnameFollowed(current, sifted.alias))
            current = sifted.alias
        self._emit(NameServerLoop(current))
        return _failed(name, rdtype, LookupFailure(DnsStatus.LOOP, current, rdtype))

    def _rerouted(self, name: str, rdtype: str, found: BelievedReply) -> BelievedReply:
        """The same, but for records at the end of an alias in whose place others are given."""
        if self._given and (target := self._given.instead(name, rdtype, found.records)):
            return BelievedReply(DnsStatus.OK, alias=target)
        return found

    def _ask(self, question: Resolve, aliases: int) -> Steps[_Round]:
        if self._given and (taken := self._given.answer(question.name, question.rdtype)):
            return _Round(taken.reply, taken.secure)
        self._emit(DnsQuery(question.name, question.rdtype, question.dnssec, aliases))
        own = self._own
        raw = yield from ask(own.question(question) if own and own.decides else question)
        if raw.packets:
            self._emit(DnsExchanged(raw.packets))
        reply = parsed(raw, question.rdtype)
        if own and own.decides:
            return (yield from self._judged(own, question, raw, reply))
        replied = replied_to(question, reply, raw, () if self._bare_ad else unsigned(reply.found))
        self._emit(replied)
        outcome = _Round(believe(reply, question.name, self._emit), replied.secure)
        if replied.secure and raw.server not in self._vouchers:
            self._vouchers.add(raw.server)
            self._emit(DnssecVouched(raw.server, _is_local(raw.server)))
        if question.dnssec:
            yield from self._check_dnssec(raw, replied.secure)
        if reply.rcode == SERVFAIL and self._explain:
            yield from self._ask_unchecked(question, raw.server)
        if own:
            yield from own.compare(question, replied)
        return outcome

    def _judged(
        self, own: ReplyValidation, question: Resolve, raw: RawReply, reply: ParsedReply
    ) -> Steps[_Round]:
        """The outcome of one question by our own validation; without one, it is that of SERVFAIL."""
        self._emit(replied_to(question, reply, raw, None))
        sifted = believe(reply, question.name, self._emit)
        if reply.rcode not in _PROVABLE or raw.withheld:
            return _Round(sifted, False)
        secure = yield from own.judge(question, raw)
        if secure is None:
            return _Round(BelievedReply(DnsStatus.RETRY), False)
        if sifted.status is DnsStatus.UNEXPECTED and (alias := own.alias(reply, question.name)):
            sifted = BelievedReply(DnsStatus.OK, alias=alias)
        return _Round(sifted, secure)

    def _ask_unchecked(self, question: Resolve, server: str) -> Steps[None]:
        """Ask the server that failed whether it knows more without validation, once for each question."""
        key = (question.name, question.rdtype)
        if key in self._explained:
            return
        self._explained.add(key)
        raw = yield from ask(ResolveUnchecked(question.name, question.rdtype, server))
        if raw is None:
            return  # a recording made without
        if raw.packets:
            self._emit(DnsExchanged(raw.packets))
        reply = parsed(raw, question.rdtype)
        self._emit(ValidationOff(question.name, question.rdtype, server, reply.rcode, reply.extended))

    def _check_dnssec(self, raw: RawReply, authentic: bool) -> Steps[None]:
        """Probe after the first reply that lacks an AD bit, if none had one before.

        If nothing at all was heard there is no probe, and none later: Postfix then
        finds the bit set in memory that was never written to.
        """
        unheard = raw.wire is None and not any(each.trouble.heard for each in raw.troubles)
        if unheard and self._bare_ad:
            return  # as it was when that was recorded
        if self._settled or authentic or unheard:
            self._settled = True
            return
        self._settled = True
        rdtype, _, name = self._probe.partition(":")
        if not name or not _known_type(rdtype):
            raise UsageError(f"malformed dnssec_probe value: {self._probe} format is qtype:qname")
        answer = yield from self._lookup(name, rdtype.upper(), True)
        if not answer.secure:
            silent = answer.failure if answer.status in _NO_RESPONSE else None
            self._emit(DnssecUnavailable(self._probe, silent, raw.server))


def _is_local(server: str) -> bool:
    """Whether a name server, perhaps with a port, listens on the loopback interface."""
    return server.startswith(("127.", "[::1]")) or server == "::1"


def _unaskable(name: str) -> DnsStatus | None:
    """Why a name is never sent to a server, if so."""
    if name == ROOT:
        return None
    if not valid_hostname(name, wildcard=True):  # as no address is
        return DnsStatus.INVALID_NAME
    return DnsStatus.FAIL if len(name) > MAX_NAME else None


def parsed(raw: RawReply, rdtype: str) -> ParsedReply:
    """What a name server sent, read; total."""
    if raw.wire is None:
        return ParsedReply(DnsStatus.RETRY)
    from pyfinger.resolve.reply_reader import read_reply  # dnspython is loaded when it is needed

    try:
        return read_reply(raw.wire, rdtype, stream=raw.stream)
    except DecodeError:
        return ParsedReply(DnsStatus.MALFORMED)


def _known_type(rdtype: str) -> bool:
    from pyfinger.resolve.reply_reader import is_type

    return is_type(rdtype)


def replied_to(
    question: Resolve, reply: ParsedReply, raw: RawReply, missing: tuple[tuple[str, str], ...] | None
) -> DnsReply:
    """What a reply says; `missing` are the RRsets without signature, None: its AD bit does not count."""
    failure = None
    if reply.status is not DnsStatus.OK:
        failure = LookupFailure(reply.status, question.name, question.rdtype)
    claimed = question.dnssec and reply.authentic and missing is not None
    wire = raw.wire
    return DnsReply(
        name=question.name,
        rdtype=question.rdtype,
        failure=failure,
        secure=claimed and not missing,
        server=raw.server,
        types=tuple((found.owner, found.rdtype) for found in reply.found),
        extended=reply.extended,
        explanations=reply.explanations,
        rcode=reply.rcode,
        troubles=raw.troubles,
        unsigned=missing or () if claimed else (),
        size=None if wire is None else len(wire),
        answer_count=int.from_bytes(wire[6:8], "big") if wire else 0,
        authority_count=int.from_bytes(wire[8:10], "big") if wire else 0,
    )


def _failed(name: str, rdtype: str, failure: LookupFailure, secure: bool = False) -> Answer:
    return Answer(name, rdtype, (), secure, failure)
