"""What there is to say of the server's proof, beside what TLSA records match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyfinger.model import CertificateFacts, Level
from pyfinger.model.facts import RecordOutcome
from pyfinger.report.document.findings import Situation
from pyfinger.report.document.model import DAY, Problem, Report, SessionReport, TlsReport
from pyfinger.report.expiry import expiry, rfc3339
from pyfinger.report.explanation.publishing import to_publish
from pyfinger.report.explanation.seen import Seen, brief, judged, tlsa_owner, used
from pyfinger.x509.failures import X509VErr

_SOON = 14  # days
_MOST_NAMES = 4  # of a certificate that are told
_OF_SERVERS = (1, 3)

_BY_CODE: Mapping[int, Situation] = {
    **dict.fromkeys(
        (X509VErr.CERT_HAS_EXPIRED, X509VErr.ERROR_IN_CERT_NOT_AFTER_FIELD), Situation.CERTIFICATE_EXPIRED
    ),
    **dict.fromkeys(
        (X509VErr.CERT_NOT_YET_VALID, X509VErr.ERROR_IN_CERT_NOT_BEFORE_FIELD),
        Situation.CERTIFICATE_NOT_YET_VALID,
    ),
    X509VErr.DEPTH_ZERO_SELF_SIGNED_CERT: Situation.SELF_SIGNED,
    X509VErr.SELF_SIGNED_CERT_IN_CHAIN: Situation.ROOT_UNKNOWN,
    **dict.fromkeys(
        (
            X509VErr.UNABLE_TO_GET_ISSUER_CERT,
            X509VErr.UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509VErr.UNABLE_TO_VERIFY_LEAF_SIGNATURE,
        ),
        Situation.ISSUER_UNKNOWN,
    ),
    **dict.fromkeys(
        (
            X509VErr.PATH_LENGTH_EXCEEDED,
            X509VErr.KEYUSAGE_NO_CERTSIGN,
            X509VErr.INVALID_CA,
            X509VErr.INVALID_NON_CA,
            X509VErr.CERT_CHAIN_TOO_LONG,
        ),
        Situation.ISSUER_NO_AUTHORITY,
    ),
    **dict.fromkeys(
        (
            X509VErr.PERMITTED_VIOLATION,
            X509VErr.EXCLUDED_VIOLATION,
            X509VErr.SUBTREE_MINMAX,
            X509VErr.UNSUPPORTED_CONSTRAINT_TYPE,
            X509VErr.UNSUPPORTED_NAME_SYNTAX,
        ),
        Situation.NAME_CONSTRAINED,
    ),
    X509VErr.INVALID_PURPOSE: Situation.PURPOSE_WRONG,
    **dict.fromkeys(
        (
            X509VErr.CERT_SIGNATURE_FAILURE,
            X509VErr.SIGNATURE_ALGORITHM_INCONSISTENCY,
            X509VErr.UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY,
        ),
        Situation.SIGNATURE_WRONG,
    ),
    **dict.fromkeys(
        (X509VErr.EE_KEY_TOO_SMALL, X509VErr.CA_KEY_TOO_SMALL, X509VErr.CA_MD_TOO_WEAK), Situation.KEY_WEAK
    ),
    X509VErr.RPK_UNTRUSTED: Situation.RAW_KEY_UNTRUSTED,
    **dict.fromkeys((X509VErr.HOSTNAME_MISMATCH, X509VErr.IP_ADDRESS_MISMATCH), Situation.NAME_DIFFERS),
}
_NO_TRUST = (Situation.SELF_SIGNED, Situation.ROOT_UNKNOWN, Situation.ISSUER_UNKNOWN)


def seen_in_certificates(report: Report) -> Iterator[Seen]:
    """All that the proof says."""
    session = judged(report)
    tls = session.tls if session else None
    if session is None or tls is None or not tls.concluded:
        return
    peer, level = str(session.peer), tls.level or Level.NONE
    if not (tls.certificates or tls.raw_key or tls.resumed):
        yield Seen(Situation.SERVER_ANONYMOUS, peer, {"peer": peer})
        return
    if not level.must_match:
        yield Seen(Situation.NOT_VERIFIED, peer, {"peer": peer, "level": level.word})
    yield from _problems(report, session, tls)
    if tls.proved:
        yield from _proved(session, tls, level)
    yield from _under_dane_ee(report, session, tls)
    yield from _ending_soon(report, session, tls)


def _problems(report: Report, session: SessionReport, tls: TlsReport) -> Iterator[Seen]:
    told: set[Situation] = set()
    for problem in tls.problems:
        for seen in _problem(report, session, tls, problem):
            if seen.situation not in told:
                told.add(seen.situation)
                yield seen


def _problem(report: Report, session: SessionReport, tls: TlsReport, problem: Problem) -> Iterator[Seen]:
    level = tls.level or Level.NONE
    situation = _BY_CODE.get(problem.code, Situation.CHAIN_FAULTY)
    publish: tuple[str, ...] = ()
    if problem.code == X509VErr.DANE_NO_MATCH:
        if level is not Level.FINGERPRINT:
            return  # told with the records
        situation = Situation.FINGERPRINT_DIFFERS
    if level is Level.FINGERPRINT and situation is Situation.RAW_KEY_UNTRUSTED:
        situation = Situation.FINGERPRINT_DIFFERS
    unusable = all(one.outcome is RecordOutcome.UNUSABLE for one in tls.records)
    if problem.code == X509VErr.UNSPECIFIED and unusable:
        if tls.records:
            return  # told with the records
    if level.uses_dane and tls.authority is None and situation in _NO_TRUST:
        return  # that no record matches says it all
    if situation is Situation.ISSUER_UNKNOWN and len(tls.certificates) == 1:
        situation = Situation.ISSUER_MISSING
    if situation is Situation.NAME_DIFFERS and level.uses_dane:
        situation = Situation.NAME_DIFFERS_UNDER_DANE_TA
    if situation in (
        Situation.NAME_DIFFERS_UNDER_DANE_TA,
        Situation.SELF_SIGNED,
        Situation.RAW_KEY_UNTRUSTED,
    ):
        address = used(report)
        owner = tlsa_owner(report, address) if address and address.peer.port is not None else ""
        publish = to_publish(report, owner) if owner else ()
    yield Seen(situation, str(session.peer), _facts(report, session, tls, problem), publish)


def _facts(report: Report, session: SessionReport, tls: TlsReport, problem: Problem) -> dict[str, object]:
    at = min(problem.depth, len(tls.certificates) - 1)
    one = tls.certificates[at] if tls.certificates else None
    now = report.began + report.seconds
    return {
        "peer": session.peer,
        "depth": problem.depth,
        "problem": problem.text,
        "which": "The certificate" if problem.depth == 0 else f"Certificate {problem.depth} of the chain",
        "subject": brief(one.subject) if one else "",
        "issuer": brief(one.issuer) if one else "",
        "ended": expiry(one.not_after, now) if one else "",
        "begin": rfc3339(one.not_before) if one else "",
        "names": bearing(tls.certificates[0]) if tls.certificates else "",
        "name": wanted(tls),
        "fingerprint": _fingerprint(tls),
    }


def _fingerprint(tls: TlsReport) -> str:
    key = tls.raw_key or (tls.certificates[0].key if tls.certificates else None)
    return key.sha256.hex(":").upper() if key else ""


def bearing(certificate: CertificateFacts) -> str:
    """The names a certificate is for, as people read them."""
    names = [name.partition(":")[2] for name in certificate.names if name.startswith(("DNS:", "IP:"))]
    if not names:
        return f"no DNS name ({brief(certificate.subject)})"
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return brief(", ".join(names[:_MOST_NAMES])) + more


def wanted(tls: TlsReport) -> str:
    """The names of which one has to be the certificate's."""
    names = list(dict.fromkeys(name.lower() for name in tls.names))
    return brief(
        " or ".join((f"any name below {name[1:]}" if name.startswith(".") else name) for name in names)
    )


def _proved(session: SessionReport, tls: TlsReport, level: Level) -> Iterator[Seen]:
    facts = {"peer": session.peer, "name": tls.matched_name, "names": ", ".join(tls.names)}
    if level is Level.FINGERPRINT:
        selector = tls.authority.record.selector if tls.authority else 0
        facts["what"] = ("certificate", "public key")[selector]
        yield Seen(Situation.FINGERPRINT_MATCHES, str(session.peer), facts)
    elif level in (Level.VERIFY, Level.SECURE):
        yield Seen(Situation.VERIFIED_BY_AUTHORITY, str(session.peer), facts)


def _under_dane_ee(report: Report, session: SessionReport, tls: TlsReport) -> Iterator[Seen]:
    """What would matter under any other rule."""
    level = tls.level or Level.NONE
    settled = tls.authority is not None and tls.authority.record.usage in _OF_SERVERS and level.uses_dane
    if not (settled and tls.proved and tls.certificates):
        return
    leaf = tls.certificates[0]
    now = report.began + report.seconds
    if leaf.not_after is None or leaf.not_after < now:
        facts = {"ended": expiry(leaf.not_after, now)}
        yield Seen(Situation.EXPIRED_UNDER_DANE_EE, str(session.peer), facts)
    host = tls.servername or session.peer.host
    if not _bears(leaf, host):
        yield Seen(Situation.NAME_UNDER_DANE_EE, str(session.peer), {"names": bearing(leaf), "name": host})


def _bears(certificate: CertificateFacts, host: str) -> bool:
    """Whether one of the certificate's names is the host's; for advice only, so without all the rules."""
    names = {name.partition(":")[2].lower() for name in certificate.names}
    host = host.lower().rstrip(".")
    return host in names or f"*.{host.partition('.')[2]}" in names


def _ending_soon(report: Report, session: SessionReport, tls: TlsReport) -> Iterator[Seen]:
    now = report.began + report.seconds
    for certificate in tls.certificates:
        ends = certificate.not_after
        if ends is not None and 0 <= ends - now < _SOON * DAY:
            facts = {"peer": session.peer, "subject": brief(certificate.subject), "ended": expiry(ends, now)}
            yield Seen(Situation.CERTIFICATE_EXPIRES_SOON, str(session.peer), facts)
            return
