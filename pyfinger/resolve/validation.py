"""Validation of our own, beside the name server's or in place of it.

Questions are asked with CD=1, so that the name server hands over what it would call
bogus, and all that proves the contrary (RFC 4035 section 3.2.2).  `Validates` makes an
outcome of a reply; what it asks for on the way is asked and told here like any other
question.  An outcome that is neither secure nor insecure is as bad as SERVFAIL, which
is what a validating name server would have said.

A DNAME may come without the CNAME that it makes (RFC 6672 section 5.3.1; PowerDNS):
then the alias is made here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import starmap
from typing import Protocol, TypeAlias

from pyfinger.events import DnsExchanged, DnsQuery, DnsReply, Emit
from pyfinger.events.dnssec import DnssecDiffers, DnssecLink, DnssecValidated, SignaturesEnding, Word
from pyfinger.model import RawReply
from pyfinger.model.dnssec import Insecure, ProofStep, Secure, Security, Validated
from pyfinger.resolve.dns_resolver import parsed, replied_to
from pyfinger.resolve.parsed_reply import ParsedReply, Renaming
from pyfinger.steps import Clock, Resolve, ResolveTogether, Steps, ask
from pyfinger.values import replace

Fetch: TypeAlias = Callable[[str, str], Steps[bytes | None]]
"""Asks for a name and a type; the reply's bytes, or None."""

MIN_TOGETHER = 2  # questions
MOST_LINKS = 1000  # that are remembered to have been told, and as many outcomes


class Validates(Protocol):
    """A validator, as far as it is needed here."""

    def validate(self, name: str, rdtype: str, reply: bytes | None) -> Steps[Validated]:
        """What is to be thought of a reply; never raises."""
        ...


class ProofFetch:
    """Asks for what proofs need, one by one or all at once, and tells of it as of any question."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._ahead: dict[tuple[str, str], bytes | None] = {}

    def __call__(self, name: str, rdtype: str) -> Steps[bytes | None]:
        """The reply, which may be here already."""
        if (name, rdtype) in self._ahead:
            return self._ahead.pop((name, rdtype))
        question = _unchecked(name, rdtype)
        self._emit(DnsQuery(name, rdtype, True))
        return self._told(question, (yield from ask(question)))

    def ahead(self, questions: Sequence[tuple[str, str]]) -> Steps[None]:
        """Ask for several at once; in what is told the first takes the time of all."""
        self._ahead.clear()
        if len(questions) < MIN_TOGETHER:
            return
        asked = tuple(starmap(_unchecked, questions))
        self._emit(DnsQuery(asked[0].name, asked[0].rdtype, True))
        replies = yield from ask(ResolveTogether(asked))
        for number, (question, raw) in enumerate(zip(asked, replies, strict=True)):
            if number:
                self._emit(DnsQuery(question.name, question.rdtype, True))
            self._ahead[question.name, question.rdtype] = self._told(question, raw)

    def _told(self, question: Resolve, raw: RawReply) -> bytes | None:
        if raw.packets:
            self._emit(DnsExchanged(raw.packets))
        self._emit(replied_to(question, parsed(raw, question.rdtype), raw, None))
        return raw.wire


def _unchecked(name: str, rdtype: str) -> Resolve:
    return Resolve(name, rdtype, True, checking_disabled=True)


class OwnValidation:
    """Validation for one run of the program; `decides`: what comes of it counts."""

    def __init__(self, make: Callable[[Fetch], Validates], emit: Emit, now: Clock, *, decides: bool) -> None:
        """`make` makes a validator that asks by the `Fetch`; `now` is the time of day."""
        self.decides = decides
        self._validator = make(ProofFetch(emit))
        self._emit = emit
        self._now = now
        self._links: set[ProofStep] = set()
        self._outcomes: dict[tuple[str, str], Security] = {}
        self._ending: set[str] = set()  # zones that were warned of

    def question(self, asked: Resolve) -> Resolve:
        """The question in the form that brings signatures, and leaves judging them to us."""
        return replace(asked, dnssec=True, checking_disabled=True)

    def judge(self, question: Resolve, raw: RawReply) -> Steps[bool | None]:
        """Whether a reply is secure; None: it is bogus, or nobody can tell."""
        security = yield from self._validate(question, raw)
        return isinstance(security, Secure) if isinstance(security, Secure | Insecure) else None

    def compare(self, question: Resolve, replied: DnsReply) -> Steps[None]:
        """Validate besides, and tell if that comes to another end than the name server did."""
        raw = yield from ask(self.question(question))
        if raw.packets:
            self._emit(DnsExchanged(raw.packets))
        if raw.wire is None or raw.withheld:
            return
        security = yield from self._validate(question, raw)
        theirs, ours = _word_of(question, replied), _word(security)
        if theirs is Word.ANSWERED and ours is not Word.FAILED:
            return
        if theirs is not ours:
            self._emit(DnssecDiffers(question.name, question.rdtype, replied.server, theirs, security))

    def alias(self, reply: ParsedReply, name: str) -> str | None:
        """Where a DNAME leads whose CNAME was left out."""
        for found in reply.found:
            below = f".{found.owner}".lower()
            if isinstance(found.content, Renaming) and name.lower().endswith(below):
                return ".".join(filter(None, (name[: -len(below)], found.content.target)))
        return None

    def _validate(self, question: Resolve, raw: RawReply) -> Steps[Security]:
        validated = yield from self._validator.validate(question.name, question.rdtype, raw.wire)
        for step in validated.steps:
            self._tell(step)
        key = (question.name, question.rdtype)
        again = self._outcomes.get(key) == validated.security
        if len(self._outcomes) < MOST_LINKS:
            self._outcomes[key] = validated.security
        self._emit(DnssecValidated(*key, validated, self.decides, again))
        return validated.security

    def _tell(self, step: ProofStep) -> None:
        """A link, once; and once for each zone that its signatures are about to end."""
        if step in self._links or len(self._links) == MOST_LINKS:
            return
        self._links.add(step)
        self._emit(DnssecLink(step))
        if step.zone in self._ending:
            return
        now = self._now()
        for signature in step.signatures:
            if signature.fault is None and signature.ends_soon(now):
                self._ending.add(step.zone)
                left, life = signature.expiration - now, signature.expiration - signature.inception
                where = (step.zone, step.owner, step.rdtype)
                self._emit(SignaturesEnding(*where, signature.expiration, left, life))
                return


def _word(security: Security) -> Word:
    """What our own validation says."""
    match security:
        case Secure():
            return Word.SECURE
        case Insecure():
            return Word.INSECURE
        case _:
            return Word.FAILED


def _word_of(question: Resolve, replied: DnsReply) -> Word:
    """What the name server says; of a question without DNSSEC, only whether it answers."""
    if replied.failure is not None and not replied.failure.status.absent:
        return Word.FAILED
    if not question.dnssec:
        return Word.ANSWERED
    return Word.SECURE if replied.secure else Word.INSECURE
