"""DNS lookups, as they are told: `DnsQuery`, `DnsReply`, `CnameFollowed` and, for the whole, `LookedUp`."""

from __future__ import annotations

from pyfinger.events import CnameFollowed, DnsQuery, DnsReply, Event, LookedUp, ValidationOff
from pyfinger.events.dnssec import DnssecDiffers, DnssecValidated
from pyfinger.events.given import AnswerGiven
from pyfinger.model import Answer, DnsStatus, ServerTrouble
from pyfinger.report.dns_words import extended_error, rcode, software
from pyfinger.report.document.model import Lookup
from pyfinger.report.document.proofs import lookup_proof
from pyfinger.values import State, field


class _Pending(State):
    """A lookup whose outcome is not known yet."""

    name: str
    rdtype: str
    began: float
    ended: float
    secure: bool = False
    status: DnsStatus = DnsStatus.RETRY
    server: str = ""
    aliases: list[str] = field(default_factory=list)
    extended: tuple[int, ...] = ()
    explanations: tuple[str, ...] = ()
    rcode: int | None = None
    troubles: tuple[ServerTrouble, ...] = ()
    unsigned: tuple[tuple[str, str], ...] = ()
    unvalidated: bool | None = None
    validated: list[DnssecValidated] = field(default_factory=list)
    differs: bool = False
    given: bool = False

    @property
    def current(self) -> str:
        """The name that is asked for by now."""
        return self.aliases[-1] if self.aliases else self.name

    def finished(self, answer: Answer | None = None) -> Lookup:
        """The lookup, with its outcome if that was told."""
        return Lookup(
            name=self.name,
            rdtype=self.rdtype,
            secure=answer.secure if answer else self.secure,
            status=answer.status if answer else self.status,
            began=self.began,
            seconds=self.ended - self.began,
            records=answer.records if answer else (),
            aliases=tuple(self.aliases),
            server=self.server,
            extended_errors=self.extended,
            extended_error_names=tuple(map(extended_error, self.extended)),
            explanations=self.explanations,
            rcode=None if self.rcode is None else rcode(self.rcode),
            troubles=self.troubles,
            unsigned=self.unsigned,
            answers_unvalidated=self.unvalidated,
            software=software(self.server),
            dnssec=lookup_proof(self.validated, self.differs),
            given=self.given,
        )


class Lookups:
    """Collects lookups; some begin inside another: the `dnssec_probe`, and what a validation asks for."""

    def __init__(self) -> None:
        self.done: list[Lookup] = []
        self._open: list[_Pending] = []
        self._over: list[_Pending] = []  # inside the one that is open

    def __call__(self, event: Event, at: float) -> None:
        """Follow the events about names."""
        match event:
            case DnsQuery(aliases=0):
                self._open.append(_Pending(event.name, event.rdtype, at, at))
            case DnsReply():
                self._replied(event, at)
            case CnameFollowed():
                for pending in self._asking(event.name):
                    pending.aliases.append(event.target)
            case ValidationOff():
                for pending in self._asking(event.name):
                    pending.unvalidated = event.answered
            case DnssecValidated():
                self._validated(event)
            case DnssecDiffers():
                for pending in self._open[:1]:
                    pending.differs = True
            case AnswerGiven():
                self._given(event, at)
            case LookedUp():
                self._looked_up(event, at)

    def _asking(self, name: str, rdtype: str = "") -> list[_Pending]:
        """The open lookup that has come to this name."""
        return [
            pending for pending in self._open if pending.current == name and rdtype in ("", pending.rdtype)
        ][-1:]

    def _validated(self, event: DnssecValidated) -> None:
        """What was asked for on the way is over then."""
        for pending in self._asking(event.name, event.rdtype):
            pending.validated.append(event)
        self._over += self._open[1:]
        del self._open[1:]

    def _given(self, event: AnswerGiven, at: float) -> None:
        if not self._asking(event.name, event.rdtype):
            self._open.append(_Pending(event.name, event.rdtype, at, at))
        for pending in self._asking(event.name, event.rdtype):
            pending.given = True

    def _replied(self, event: DnsReply, at: float) -> None:
        for pending in self._asking(event.name, event.rdtype):
            pending.ended = at
            pending.server = event.server or pending.server
            pending.secure = event.secure
            pending.status = event.failure.status if event.failure else DnsStatus.OK
            pending.extended = event.extended
            pending.explanations = event.explanations
            pending.rcode = event.rcode
            pending.troubles += event.troubles
            pending.unsigned += event.unsigned

    def _looked_up(self, event: LookedUp, at: float) -> None:
        """The outcome of the outermost open lookup; those inside it tell no outcome."""
        answer = event.answer
        outer, inner = (self._open[0], self._over + self._open[1:]) if self._open else (None, [])
        if outer is None:  # never asked: the name is no name
            outer = _Pending(answer.qname, answer.rdtype, at, at)
        self.done.append(outer.finished(answer))
        self.done += [pending.finished() for pending in inner]
        self._open.clear()
        self._over.clear()
