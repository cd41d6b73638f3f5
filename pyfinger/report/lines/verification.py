"""Lines about certificates, keys, TLSA records, and what matched."""

from __future__ import annotations

from pyfinger.events import (
    AliasStatusProblem,
    AuthorityMatched,
    CertificateChecked,
    CertificateNameUnusable,
    CertificatePresented,
    CredentialUnreadable,
    DaneDigestRemark,
    LevelDecided,
    MatchNameInvalid,
    MatchNameRefused,
    MatchNamesMissing,
    PeernameMatched,
    RawKeyChecked,
    RawKeyPresented,
    ServerAnonymous,
    SignaturesUncheckable,
    TlsaAllUnusable,
    TlsaImported,
    TlsaProblem,
    TlsaTruncated,
    TlsaUnsupported,
    TlsaUnusable,
    UntrustedReused,
    VerificationFailed,
)
from pyfinger.model import Level, TlsaStatus
from pyfinger.report.lines.log_line import LineTable, Severity
from pyfinger.report.visibility import MATCHING, VERBOSE, View, importing, untrusted, verbose
from pyfinger.report.words import hex_pairs, lookup_failure, unreadable, verification_failure

TABLE = LineTable()

ALL_UNUSABLE: dict[Level, str] = {
    Level.FINGERPRINT: "all fingerprints unusable",
    Level.HALF_DANE: "all TLSA records unusable, fallback to unauthenticated TLS",
    Level.DANE: "all TLSA records unusable, fallback to unauthenticated TLS",
    Level.DANE_ONLY: "all TLSA records unusable",
}
ANCHORS_UNUSABLE = "all trust anchors unusable"

NAME_PROBLEMS = {
    "too long": "peer {what} too long: {number}",
    "NULL": "NULL character in peer {what}",
    "non-printable": "non-printable content in peer {what}",
    "decoding": "error decoding peer {what} of ASN.1 type={number}",
}


PRIVATE_USE = 255  # matching type (RFC 7218 section 2.3)
NO_TLSA = 'no TLSA records found, resorting to "secure"'
NO_USABLE_TLSA = 'no usable TLSA records found, resorting to "secure"'
# What came of the TLSA lookup (None: there was none), and the level that results.
DECISIONS: dict[tuple[TlsaStatus | None, Level], str] = {
    (None, Level.MAY): "MX RRset is insecure: try to encrypt",
    (TlsaStatus.NONE, Level.SECURE): NO_TLSA,
    (TlsaStatus.UNUSABLE, Level.SECURE): NO_USABLE_TLSA,
    (TlsaStatus.USABLE, Level.HALF_DANE): "MX RRset insecure: log verified as trusted",
    (TlsaStatus.USABLE, Level.ENCRYPT): "TLSA RRs found, MX RRset insecure: just encrypt",
}


@TABLE.line(CredentialUnreadable, when=verbose)
def _(event: CredentialUnreadable) -> str:
    return f"{event.peer}: {unreadable(event.place, event.reason)}"


@TABLE.line(MatchNameInvalid, Severity.WARNING)
def _(event: MatchNameInvalid) -> str:
    return f'{event.peer.lowered}: ignoring invalid match name: "{event.name}"'


@TABLE.line(MatchNameRefused, Severity.WARNING)
def _(event: MatchNameRefused) -> str:
    return f'{event.peer.lowered}: error loading match name: "{event.name}"'


@TABLE.line(MatchNamesMissing, Severity.WARNING)
def _(event: MatchNamesMissing) -> str:
    return f"{event.peer.lowered}: could not configure peer name checks"


@TABLE.line(TlsaUnusable, Severity.WARNING)
def _(event: TlsaUnusable) -> str:
    return f"{event.peer.lowered}: unusable TLSA RR: {event.record}"


@TABLE.line(TlsaAllUnusable, Severity.WARNING)
def _(event: TlsaAllUnusable) -> str:
    return f"{event.peer.lowered}: {ALL_UNUSABLE.get(event.level, ANCHORS_UNUSABLE)}"


@TABLE.line(SignaturesUncheckable, Severity.WARNING)
def _(event: SignaturesUncheckable) -> str:
    return (
        f"{event.peer.lowered}: cannot check {event.algorithm} signatures:"
        f' Python package {event.package} is not installed (extra "{event.extra}")'
    )


@TABLE.line(CertificateChecked, when=VERBOSE)
def _(event: CertificateChecked) -> str:
    return f"{event.peer.lowered}: depth={event.depth} verify={event.good:d} subject={event.subject}"


@TABLE.line(RawKeyChecked, when=VERBOSE)
def _(event: RawKeyChecked) -> str:
    return f"{event.peer.lowered}: verify={event.good:d} raw public key"


@TABLE.line(PeernameMatched, when=MATCHING)
def _(event: PeernameMatched) -> str:
    return f"{event.peer.lowered}: matched peername: {event.name}"


@TABLE.line(AuthorityMatched, when=MATCHING)
def _(event: AuthorityMatched) -> str:
    return f"{event.peer.lowered}: Matched {_authority(event)}"


def _authority(event: AuthorityMatched) -> str:
    record, depth = event.authority.record, event.authority.depth
    if event.level is Level.FINGERPRINT:
        return f"fingerprint: {record.digits}"
    if not event.level.uses_dane:
        return f"trust anchor at depth {depth}"
    if event.raw_key:
        return f"DANE raw public key: {record}"
    if event.authority.bare_key:
        return f"DANE TA public key verified certificate at depth {depth}: {record}"
    return f"DANE {'EE' if record.usage == 3 else 'TA'} certificate at depth {depth}: {record}"


@TABLE.line(VerificationFailed, when=untrusted)
def _(event: VerificationFailed) -> str:
    return verification_failure(event.peer, event.error)


@TABLE.line(UntrustedReused, when=untrusted)
def _(event: UntrustedReused) -> str:
    what = "certificate" if event.raw_key else "peer credential"
    return f"{event.peer}: re-using session with untrusted {what}, look for details earlier in the log"


@TABLE.line(CertificateNameUnusable, Severity.WARNING)
def _(event: CertificateNameUnusable) -> str:
    problem = NAME_PROBLEMS[event.problem].format(what=event.what, number=event.number)
    return f"tls_text_name: {event.peer.lowered}: {problem}"


@TABLE.line(CertificatePresented, when=MATCHING)
def _(event: CertificatePresented) -> str:
    return (
        f"{event.peer.lowered}: subject_CN={event.subject_cn}, issuer={event.issuer},"
        f" cert fingerprint={hex_pairs(event.cert_digest)}, pkey fingerprint={hex_pairs(event.key_digest)}"
    )


@TABLE.line(RawKeyPresented, when=MATCHING)
def _(event: RawKeyPresented) -> str:
    return f"{event.peer}: raw public key fingerprint={hex_pairs(event.key_digest)}"


@TABLE.line(ServerAnonymous)
def _(_event: ServerAnonymous) -> str:
    return "Server is anonymous"


@TABLE.line(TlsaTruncated, Severity.WARNING)
def _(event: TlsaTruncated) -> str:
    return f"{event.name}: truncated TLSA RR length == {event.length}"


@TABLE.line(TlsaUnsupported, Severity.WARNING)
def _(event: TlsaUnsupported) -> str:
    problem = (
        "reserved private-use matching type"
        if event.record.usage in (2, 3) and event.record.matching == PRIVATE_USE
        else "unsupported TLSA certificate usage"
    )
    return f"{event.name} {problem}: {event.record}"


@TABLE.line(TlsaImported, when=importing)
def _(event: TlsaImported) -> str:
    return f"DNSSEC-signed TLSA record: {event.owner}: {event.record}"


@TABLE.line(TlsaProblem, Severity.WARNING)
def _(event: TlsaProblem) -> str:
    return f"DANE TLSA lookup problem: {lookup_failure(event.failure)}"


@TABLE.line(AliasStatusProblem, Severity.WARNING)
def _(event: AliasStatusProblem) -> str:
    reason = lookup_failure(event.failure) if event.failure else "no longer a CNAME"
    return f"DNSSEC status lookup error for {event.name}: {reason}"


def _decision_matters(view: View, event: LevelDecided) -> bool:
    """Falling back to `secure` is worth a line only at `dane-only`, or with `-v`."""
    if not event.requested.uses_dane:
        return False
    if event.level is Level.SECURE:
        return event.requested is Level.DANE_ONLY or verbose(view, event)
    return True


@TABLE.line(LevelDecided, when=_decision_matters)
def _(event: LevelDecided) -> str | None:
    return DECISIONS.get((event.tlsa, event.level))


@TABLE.line(DaneDigestRemark, Severity.WARNING)
def _(event: DaneDigestRemark) -> str:
    return event.text
