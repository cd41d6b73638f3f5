"""What a probe amounts to: pure, from what was recorded.

The order is that of a probe: what went wrong first decides.  The policy is met
if every session proved what was asked for, at the level that was decided.

Some of it the caller got wrong while the log, as posttls-finger's does, goes on:
Postfix merely turns TLS off where a file cannot be used, or fails the handshake where a
word makes no sense.  A report says whose mistake that was, so that no server is blamed
for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.events import (
    AuthoritiesRefused,
    CertificateFileRefused,
    ChainFileFaulty,
    ChainFilesRefused,
    ChainFileUnreadable,
    CipherListRefused,
    ConfigRemark,
    DigestUnknown,
    Event,
    GradeInvalid,
    KeyFileMismatched,
    KeyFileRefused,
    NothingToOffer,
    ProtocolListInvalid,
    ServernameTooLong,
    TlsProblem,
)
from pyfinger.events.dialogue import DialogueStep
from pyfinger.model import DnsStatus, Level, LookupFailure, Peer
from pyfinger.report.document.model import (
    BOGUS,
    AddressReport,
    DnssecOutcome,
    Lookup,
    Outcome,
    SessionReport,
    TlsReport,
)
from pyfinger.report.lines import LINES
from pyfinger.report.words import lookup_failure
from pyfinger.values import Value

TRANSIENT = range(400, 500)  # replies that say nothing of the next time (RFC 5321 section 4.2.1)

_NOT_NOW = frozenset(
    {DnsStatus.RETRY, DnsStatus.NATIVE, DnsStatus.FAIL, DnsStatus.MALFORMED, DnsStatus.BAD_NAMES}
)


_FILES = (AuthoritiesRefused, CertificateFileRefused, ChainFilesRefused, KeyFileMismatched, KeyFileRefused)
_WORDS = (
    ChainFileUnreadable,  # a client without its certificate is not the one that was meant
    CipherListRefused,
    DigestUnknown,
    GradeInvalid,
    ProtocolListInvalid,
    ServernameTooLong,
)
_TLS_OFF = ", disabling TLS support"  # how a remark about a parameter ends that has this effect


class OutcomeFacts(Value):
    """What the outcome follows from."""

    level: Level
    refusal: str
    failure: LookupFailure | None  # why there is no route
    lookups: Sequence[Lookup]
    addresses: Sequence[AddressReport]
    sessions: Sequence[SessionReport]


def decide(facts: OutcomeFacts) -> tuple[Outcome, str]:
    """The outcome, and one line that explains it."""
    if facts.refusal:
        return Outcome.REFUSED, facts.refusal
    if facts.sessions:
        verdicts = [_session(facts.level, session) for session in facts.sessions]
        return next((found for found in verdicts if found[0] is not Outcome.MET), verdicts[-1])
    if facts.addresses:
        return _addresses(facts.addresses, facts.lookups)
    if facts.failure is not None:
        return _no_route(facts.failure, facts.lookups)
    return Outcome.NO_DESTINATION, "nothing to connect to"


def _no_route(failure: LookupFailure, lookups: Sequence[Lookup]) -> tuple[Outcome, str]:
    text = lookup_failure(failure)
    if why := _bogus([each for each in lookups if failure.name in (each.name, *each.aliases)]):
        return Outcome.DNS_BOGUS, f"{text}: {why}"
    if any(lookup.name == failure.name and BOGUS.intersection(lookup.extended_errors) for lookup in lookups):
        return Outcome.DNS_BOGUS, text
    return (Outcome.DNS_TEMPORARY if failure.status in _NOT_NOW else Outcome.NO_DESTINATION), text


def _bogus(lookups: Sequence[Lookup]) -> str:
    """Why the last of those is bogus that our own validation called so; empty if there is none."""
    proofs = [each.dnssec for each in lookups if each.dnssec]
    return next((each.explanation for each in reversed(proofs) if each.outcome is DnssecOutcome.BOGUS), "")


def _addresses(addresses: Sequence[AddressReport], lookups: Sequence[Lookup]) -> tuple[Outcome, str]:
    """No address could be connected to: the last one's reason."""
    skipped = [address for address in addresses if not address.code]
    if len(skipped) == len(addresses):
        reasons = filter(None, (skipped[-1].error, _bogus(lookups)))
        return Outcome.DNS_BOGUS, _about(skipped[-1].peer, ": ".join(reasons))
    last = [address for address in addresses if address.code][-1]
    return Outcome.CONNECT, _about(last.peer, last.error)


def _session(level: Level, session: SessionReport) -> tuple[Outcome, str]:
    peer = session.peer
    if session.tls is not None and session.tls.concluded:
        return _tls(peer, session.tls)
    if session.tls is not None:
        return Outcome.TLS, _about(peer, session.tls.failure or "no TLS session")
    if session.stop is not None and session.stop.step != DialogueStep.QUIT:
        temporary = session.stop.code in TRANSIENT
        outcome = Outcome.SMTP_TEMPORARY if temporary else Outcome.SMTP
        return outcome, _about(peer, f"{session.stop.step}: {session.stop.text}")
    if level > Level.MAY:
        return Outcome.NO_STARTTLS, _about(peer, "no TLS")
    return Outcome.MET, _about(peer, "no TLS, and none demanded")


def _tls(peer: Peer, tls: TlsReport) -> tuple[Outcome, str]:
    level = tls.level or Level.NONE
    trust = tls.trust.value if tls.trust else ""
    channel = f"{trust} TLS connection, {tls.protocol} with cipher {tls.cipher}"
    if tls.given:
        channel = (
            f"{trust} {'raw public key' if tls.raw_key else 'certificate'}, given and not shown ({tls.given})"
        )
    if level.must_match and not tls.proved:
        reasons = dict.fromkeys(problem.text for problem in tls.problems)
        return Outcome.NOT_MET, _about(peer, "; ".join(reasons) or "verification broke off")
    return Outcome.MET, _about(peer, channel)


def _about(peer: Peer, text: str) -> str:
    return f"{peer}: {text}"


class Mistakes:
    """Notes the first mistake; `text` is empty without one."""

    def __init__(self) -> None:
        self.text = ""
        self._cause = ""  # told before the file is refused
        self._open = False  # the TLS library's reason may follow

    def __call__(self, event: Event) -> None:
        """Follow every event until there is a mistake."""
        match event:
            case TlsProblem() if self._open:
                self.text += f" ({event.reason})"
                self._open = False
                return
            case _ if self.text:
                self._open = False
                return
            case ChainFileFaulty():
                self._cause = _line(event)
            case ConfigRemark(text=text) if text.endswith(_TLS_OFF):
                self.text = text.removesuffix(_TLS_OFF)
            case NothingToOffer(reason=reason):
                self.text = f"nothing to offer to a server: {reason}"
            case _ if isinstance(event, _FILES):
                self.text = self._cause or _line(event).removesuffix(": disabling TLS support")
                self._open = not self._cause
            case _ if isinstance(event, _WORDS):
                self.text = _line(event)
                self._open = isinstance(event, CipherListRefused)


def _line(event: Event) -> str:
    """What the log says of it."""
    return LINES[type(event)][0].texts(event)[0]
