"""What one connection showed, as it is told: a renderer that keeps the few facts a verdict needs."""

from __future__ import annotations

import errno
import os
from enum import IntEnum
from typing import TypeAlias

from pyfinger.check.report_model import KeyAlgorithm
from pyfinger.events import (
    AlertSeen,
    CnameFollowed,
    CommandSent,
    Connected,
    ConnectFailed,
    Connecting,
    CredentialSeen,
    CredentialUnreadable,
    DialogueBroken,
    DnsQuery,
    DnsReply,
    DnssecUnavailable,
    DnssecVouched,
    Event,
    HandshakeFailed,
    HandshakeMessageSeen,
    LookedUp,
    NothingToOffer,
    PlaintextDiscarded,
    ReplyLine,
    ReplyRefused,
    ServernameChosen,
    TlsEstablished,
    TlsProblem,
    TlsStarting,
    ValidationOff,
    VerificationFinished,
)
from pyfinger.events.dialogue import TIMED_OUT, DialogueStep
from pyfinger.events.dnssec import DnssecDiffers, DnssecValidated
from pyfinger.events.given import AnswerGiven, CredentialGiven, CredentialUnasked, GivenJudged
from pyfinger.model import (
    CertificateFacts,
    ConnectionInfo,
    Credential,
    KeyFacts,
    Policy,
    RecordVerdict,
    Verdict,
)
from pyfinger.tls.codepoints import AlertDescription, AlertLevel
from pyfinger.values import State, Value, field

MOST_LINES = 100  # of an EHLO reply
GIVEN = ConnectionInfo(0, "given", 0, "", 0, 0, Credential())  # what there is of a handshake that was none


# What `Evidence` looks at: of a hundred events of a connection most are about bytes.
TELLING = frozenset(
    {
        AlertSeen,
        Connected,
        ConnectFailed,
        CredentialGiven,
        CredentialSeen,
        CredentialUnasked,
        CredentialUnreadable,
        DialogueBroken,
        GivenJudged,
        HandshakeFailed,
        NothingToOffer,
        ReplyLine,
        ReplyRefused,
        TlsEstablished,
        TlsProblem,
        TlsStarting,
        VerificationFinished,
    }
)


# And what reports are made of besides (`pyfinger.check.reports`).
OF_LOOKUPS = frozenset(
    {
        AnswerGiven,
        CnameFollowed,
        DnsQuery,
        DnsReply,
        DnssecDiffers,
        DnssecUnavailable,
        DnssecValidated,
        DnssecVouched,
        LookedUp,
        ValidationOff,
    }
)
OF_CONNECTIONS = TELLING | {
    CommandSent,
    Connecting,
    HandshakeMessageSeen,
    PlaintextDiscarded,
    ServernameChosen,
}

ConnectionKey: TypeAlias = tuple[str, int | None, KeyAlgorithm]


class EvidenceStage(IntEnum):
    """How far a connection got."""

    CONNECTING = 0
    GREETING = 1  # and EHLO, and STARTTLS
    NO_STARTTLS = 2
    HANDSHAKE = 3
    SECURED = 4


class Evidence(State):
    """One connection."""

    algorithm: KeyAlgorithm
    nexthop: str
    policy: Policy  # what the server was asked to prove
    stage: EvidenceStage = EvidenceStage.CONNECTING
    errno: int = 0
    reply_code: int = 0
    problem: str = ""  # the first that went wrong, in words
    timed_out: bool = False
    alert: int | None = None  # a fatal one, of the server
    complaint: bool = False  # it was us who ended the handshake
    capabilities: tuple[str, ...] = ()
    certificates: tuple[CertificateFacts, ...] = ()
    raw_key: KeyFacts | None = None
    info: ConnectionInfo | None = None
    verdict: Verdict | None = None
    records: tuple[RecordVerdict, ...] = ()
    given: str = ""  # where the credential comes from if no server has shown it

    def __call__(self, event: Event) -> None:
        """Follow every event that is `TELLING`."""
        match event:
            case ConnectFailed(code=code):
                self.errno, self.problem = code, os.strerror(code).lower()
                self.timed_out = code == errno.ETIMEDOUT
            case Connected():
                self.stage = EvidenceStage.GREETING
            case ReplyLine(step=DialogueStep.EHLO | DialogueStep.LHLO, text=text):
                self.capabilities = (*self.capabilities, text)[:MOST_LINES]
            case ReplyRefused(step=step, code=code, text=text) if not self.problem and self.info is None:
                self.reply_code, self.problem = code, f"{step}: {code} {text}"
            case DialogueBroken(step=step, reason=reason) if not self.problem and step != DialogueStep.QUIT:
                self.problem, self.timed_out = f"{step}: {reason}", reason == TIMED_OUT
            case TlsStarting():
                self.stage = EvidenceStage.HANDSHAKE
            case CredentialGiven(source=source):
                self.stage, self.given = EvidenceStage.HANDSHAKE, source
            case _ if self.stage is EvidenceStage.HANDSHAKE:
                self._handshake(event)

    def _handshake(self, event: Event) -> None:
        match event:
            case AlertSeen(sent=sent, level=AlertLevel.FATAL, description=description):
                self.complaint = self.complaint or sent
                self.alert = self.alert if sent else description
            case CredentialSeen(certificates=certificates, raw_key=raw_key):
                self.certificates, self.raw_key = certificates, raw_key
            case NothingToOffer(reason=reason):
                self.problem = f"nothing to offer: {reason}"
            case HandshakeFailed(code=code):
                self.timed_out = code == errno.ETIMEDOUT
                self.problem = self.problem or ("" if code < 0 else _word(code))
            case TlsProblem(reason=reason) if not self.problem:
                self.problem = reason
            case CredentialUnreadable(reason=reason):
                self.problem, self.complaint = f"its certificate cannot be read: {reason}", True
            case VerificationFinished(verdict=verdict, records=records):
                self.verdict, self.records = verdict, records
            case CredentialUnasked(reason=reason):
                self.problem = reason
            case GivenJudged():
                self.info, self.stage = GIVEN, EvidenceStage.SECURED
            case TlsEstablished(secured=secured):
                self.info, self.stage = secured, EvidenceStage.SECURED

    def settled(self) -> None:
        """The connection is over: what there was no event for."""
        if self.stage is EvidenceStage.GREETING and not self.problem:
            self.stage, self.problem = EvidenceStage.NO_STARTTLS, "no STARTTLS"

    @property
    def temporary(self) -> bool:
        """The server said: not now (a 4yz reply, RFC 5321 section 4.2.1)."""
        return 400 <= self.reply_code < 500


class Heard(State):
    """The events that reports are made of: of lookups with their times, and of each connection."""

    lookups: list[tuple[Event, float]] = field(default_factory=list)
    connections: dict[ConnectionKey, list[Event]] = field(default_factory=dict)


class Withheld(Value):
    """A connection that was not made, and why; `cause` is what the server did before, if that is why."""

    reason: str
    cause: Evidence | None = None


_REFUSALS = {
    AlertDescription.HANDSHAKE_FAILURE,
    AlertDescription.INSUFFICIENT_SECURITY,
    AlertDescription.PROTOCOL_VERSION,
    AlertDescription.ILLEGAL_PARAMETER,
    AlertDescription.INTERNAL_ERROR,
    AlertDescription.UNSUPPORTED_CERTIFICATE,
}


def hopeless(evidence: Evidence) -> bool:
    """Whether a server would say the same to any hello, or does not want to be asked."""
    return evidence.stage < EvidenceStage.HANDSHAKE or (
        evidence.stage is EvidenceStage.HANDSHAKE and evidence.timed_out
    )


def has_no_such_key(evidence: Evidence) -> bool:
    """A handshake that failed over nothing but the algorithm.

    Some servers show the key they have all the same; then it was us who refused.
    """
    if (
        evidence.stage is not EvidenceStage.HANDSHAKE
        or evidence.timed_out
        or evidence.algorithm is KeyAlgorithm.ANY
    ):
        return False
    if evidence.certificates:
        return evidence.certificates[0].key.kind not in evidence.algorithm.kinds
    if evidence.raw_key is not None:
        return evidence.raw_key.kind not in evidence.algorithm.kinds
    return not evidence.complaint and (evidence.alert is None or evidence.alert in _REFUSALS)


def shown_algorithm(evidence: Evidence) -> KeyAlgorithm | None:
    """What the key is of that a server has shown."""
    key = evidence.certificates[0].key if evidence.certificates else evidence.raw_key
    return next((one for one in KeyAlgorithm if key is not None and key.kind in one.kinds), None)


def _word(code: int) -> str:
    return os.strerror(code).lower() if code else "connection lost"
