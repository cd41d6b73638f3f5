"""The shape of a report.  Its field names are those of the JSON document, so they are kept.

Times are seconds since the epoch, durations seconds; both as floating point.
"""

from __future__ import annotations

from enum import Enum

from pyfinger.model import (
    Authority,
    CertificateFacts,
    DnsStatus,
    Endpoints,
    HandshakeSignature,
    KeyFacts,
    Level,
    Peer,
    RecordVerdict,
    ResourceRecord,
    ServerTrouble,
    TlsaRecord,
    TlsaStatus,
    Trust,
)
from pyfinger.model.dnssec import ProofStep
from pyfinger.model.tolerance import Tolerance
from pyfinger.report.document.findings import Explanation
from pyfinger.values import LateValue, Value

DAY = 86400.0  # seconds

# Extended DNS error codes that say: the data is bogus (RFC 8914 section 4).
BOGUS = frozenset({1, 2, 6, 7, 8, 9, 10, 11, 12, 27})


class Outcome(Enum):
    """What a probe amounts to; each has an exit status (`--check`)."""

    MET = "policy met"
    NOT_MET = "policy not met"
    DNS_TEMPORARY = "DNS temporary failure"
    DNS_BOGUS = "DNS bogus or TLSA lookup failed"
    NO_DESTINATION = "no such destination"
    CONNECT = "no connection"
    SMTP = "SMTP dialogue ended"
    NO_STARTTLS = "no STARTTLS"
    TLS = "TLS failure"
    EXPIRING = "certificate expires soon"
    SMTP_TEMPORARY = "could not tell: SMTP temporary failure"  # a 4yz reply (RFC 5321 section 4.2.1)
    REFUSED = "cannot be carried out"
    UNFINISHED = "unfinished"  # interrupted from the keyboard


class DnssecOutcome(Enum):
    """What our own validation says."""

    SECURE = "secure"
    INSECURE = "insecure"
    BOGUS = "bogus"
    INDETERMINATE = "indeterminate"


class LookupProof(Value):
    """Validation of our own (`--dnssec=own` or `both`), over all questions of a lookup: the worst outcome.

    `reason` is a reason's name, `explanation` the outcome in words.  `differs`: the name server
    says otherwise; null: it was not asked.
    """

    outcome: DnssecOutcome
    explanation: str
    decides: bool  # false: the name server's word counts
    reason: str = ""  # empty if secure
    where: str = ""  # the zone or name with which the chain of trust ends, or breaks
    detail: str = ""
    extended_error: int | None = None  # RFC 8914; null if secure
    disputed: bool = False  # some resolvers accept what is bogus here
    ends: float | None = None  # when the first of the signatures that it hangs on expires
    zones: tuple[str, ...] = ()  # whose keys have signed, from the trust anchor on
    steps: tuple[ProofStep, ...] = ()  # all links, the failing one has a `failure`
    differs: bool | None = None


class Lookup(Value):
    """One DNS lookup, aliases followed; `given`: no name server was asked (`--records`, `--offline`)."""

    name: str
    rdtype: str
    secure: bool  # by the AD bit of every reply (RFC 4035 section 3.2.3), or by our own validation
    status: DnsStatus
    began: float
    seconds: float
    records: tuple[ResourceRecord, ...] = ()
    aliases: tuple[str, ...] = ()  # targets, in the order followed
    server: str = ""  # who answered last
    extended_errors: tuple[int, ...] = ()  # RFC 8914
    extended_error_names: tuple[str, ...] = ()  # IANA's
    explanations: tuple[str, ...] = ()  # what the server says about them
    rcode: str | None = None  # of the last reply; null: there was none
    troubles: tuple[ServerTrouble, ...] = ()  # with name servers, over all questions of the lookup
    unsigned: tuple[tuple[str, str], ...] = ()  # owner and type of what had no RRSIG in a reply with AD
    answers_unvalidated: bool | None = None  # after SERVFAIL, asked with CD=1; null: was not asked
    software: str = ""  # of the server, where its address tells: systemd-resolved
    dnssec: LookupProof | None = None  # null: the name server's word was all there was
    given: bool = False  # at least in part


class AddressReport(Value):
    """One address that was tried, or skipped since its TLSA lookup failed.

    `given`: nobody connected to it, what it was judged by was given (`--certificate`).

    `level` is what it had to prove, None if that was never decided; `code` is errno.
    """

    peer: Peer
    connected: bool
    level: Level | None = None
    exchange_secure: bool = False
    tlsa_status: TlsaStatus | None = None
    tlsa_owner: str = ""
    tlsa: tuple[TlsaRecord, ...] = ()
    code: int = 0
    error: str = ""
    given: bool = False

    @property
    def chosen(self) -> bool:
        """Whether everything else is about this address."""
        return self.connected or self.given


class Stop(Value):
    """Why a dialogue ended early: a reply (`code` and `text`), or trouble (`text`)."""

    step: str
    code: int
    text: str


class Problem(Value):
    """A verification error (X509_V_ERR); depth 0 is the server's own certificate."""

    code: int
    depth: int
    text: str


class Alert(Value):
    """An alert (RFC 8446 section 6), by its numbers."""

    sent: bool
    level: int
    description: int


class Fingerprints(Value):
    """Sums of our hello and of the answer; empty where there was none.  `ja3` and `ja3s` are before MD5."""

    ja3: str = ""
    ja3_hash: str = ""
    ja4: str = ""
    ja4_raw: str = ""
    ja3s: str = ""
    ja3s_hash: str = ""


class Unreadable(Value):
    """What of the server's credential cannot be read, and why.

    `place` counts the certificates as sent from 0, the server's own; None is a raw public key.
    """

    place: int | None
    reason: str


class TlsReport(Value):
    """One TLS session, or the attempt at one.

    What it says of verification is complete: `problems` holds every error, not
    only the one the log reports.  Of a resumed session, `certificates` is empty
    and the verdict that of the full handshake.
    """

    established: bool
    level: Level | None = None  # what was left of the level asked for
    trust: Trust | None = None
    proved: bool = False  # nothing at all is wrong with the server's proof
    protocol: str = ""
    cipher: str = ""
    suite: int = 0
    bits_used: int = 0
    bits_total: int = 0
    group: str = ""
    server_signature: HandshakeSignature | None = None
    client_signature: HandshakeSignature | None = None
    servername: str = ""
    offered_session: bool = False
    resumed: bool = False
    saved_sessions: int = 0
    certificates: tuple[CertificateFacts, ...] = ()
    raw_key: KeyFacts | None = None
    names: tuple[str, ...] = ()  # of which one had to be the certificate's, if names mattered
    matched_name: str = ""
    authority: Authority | None = None
    records: tuple[RecordVerdict, ...] = ()
    problems: tuple[Problem, ...] = ()
    failure: str = ""
    failure_code: int | None = None  # errno; 0: the connection ended, -1: an error of TLS
    failure_reason: str = ""  # of such an error, in OpenSSL's words
    unreadable: Unreadable | None = None
    offered_extensions: tuple[str, ...] = ()
    hello_size: int = 0  # of our first hello, with its header, in bytes
    accepted_extensions: tuple[str, ...] = ()  # in the clear and encrypted
    hello_retried: bool = False  # HelloRetryRequest (RFC 8446 section 4.1.4)
    alerts: tuple[Alert, ...] = ()
    fingerprints: Fingerprints = Fingerprints()
    given: str = ""  # where the credential comes from if no server has shown it; empty: one has

    @property
    def concluded(self) -> bool:
        """Whether there is a verdict: on a server, or on what was given."""
        return self.established or (bool(self.given) and self.trust is not None)

    @property
    def end_unreadable(self) -> bool:
        """Whether a certificate was shown whose notAfter decodes and cannot be read as a time."""
        return any(certificate.not_after is None for certificate in self.certificates)


class SessionReport(Value):
    """One connection, from the greeting to QUIT; passes count from 1.

    Of a reply's lines, as of a TLS session's alerts, the first thousand are kept.
    """

    number: int
    peer: Peer
    endpoints: Endpoints
    greeting: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()  # the EHLO reply before TLS
    tls_capabilities: tuple[str, ...] = ()  # and inside TLS, on the first pass
    starttls: bool = False  # was asked for
    injected: bytes = b""  # came with the STARTTLS reply, in plain text
    tls: TlsReport | None = None
    stop: Stop | None = None


class Span(Value):
    """Something that took time; `began` counts from the start of the probe."""

    what: str  # dns, connect, greeting, EHLO, STARTTLS, TLS, flight, verification, QUIT, wait
    detail: str
    began: float
    seconds: float
    session: int = 0  # the pass it belongs to, 0 before the first
    failed: bool = False  # of connecting, and of TLS: it did not come about


class Report(LateValue):
    """A whole probe."""

    outcome: Outcome
    explanation: str  # the outcome in one line
    destination: str
    began: float
    seconds: float
    level: Level | None = None  # as asked for
    match: tuple[str, ...] = ()
    lmtp: bool = False
    srv: bool = False
    wrapper: bool = False
    insecure_mx_level: Level | None = None  # what was asked for if the MX records are not signed
    resolver_validates: bool | None = None  # whether a name server vouched for anything; null: was not asked
    lookups: tuple[Lookup, ...] = ()
    addresses: tuple[AddressReport, ...] = ()
    sessions: tuple[SessionReport, ...] = ()
    spans: tuple[Span, ...] = ()
    warnings: tuple[str, ...] = ()
    days_left: float | None = None  # until the first certificate shown expires; None: it cannot be said
    dnssec_days_left: float | None = None  # until the first signature in DNS does that was needed
    explained: Explanation | None = None  # with `--explain`
    tolerance: Tolerance | None = None  # with `--tolerance`

    @property
    def end_unreadable(self) -> bool:
        """Whether a certificate was shown whose end nobody can read."""
        return any(session.tls is not None and session.tls.end_unreadable for session in self.sessions)

    @property
    def met(self) -> bool:
        """Whether the server proved what it had to."""
        return self.outcome in (Outcome.MET, Outcome.EXPIRING)
