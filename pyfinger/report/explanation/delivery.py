"""What Postfix's smtp(8) does for a destination: the level it goes by, what comes of it, and why.

posttls-finger and smtp(8) part ways where there is no DANE to be had: the former goes on
at `secure`, to show what a certificate is worth, the latter at `may`, or, where TLSA
records are all unusable, at `encrypt` (RFC 7672 section 2.2; dane_init of
smtp_tls_policy.c), and not at all if dane-only was asked for.

    MX records    TLSA records     dane        dane-only
    signed        usable           dane        dane-only
    signed        none             may         the next server
    signed        unusable         encrypt     the next server
    unsigned      usable           halfdane    the next server     (-M dane)
    unsigned      usable           encrypt     the next server     (-M encrypt)
    unsigned      not asked for    may         the next server     (-M may)
    either        lookup failed    the next server
"""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.events.dialogue import DialogueStep
from pyfinger.model import AddressData, Level, RecordOutcome, TlsaStatus
from pyfinger.report.document.findings import Delivery
from pyfinger.report.document.model import AddressReport, Lookup, Outcome, Report, SessionReport, TlsReport
from pyfinger.report.document.outcome import TRANSIENT
from pyfinger.report.explanation.seen import alias_target, exchanges, host_lookups, judged, lookups_of, used
from pyfinger.report.explanation.seen_in_certificates import wanted

_BY_STATUS = {TlsaStatus.NONE: Level.MAY, TlsaStatus.UNUSABLE: Level.ENCRYPT}
_FIRST_STEPS = (DialogueStep.GREETING, DialogueStep.EHLO, DialogueStep.LHLO)
_LEVELS = {
    Level.NONE: "no TLS is used",
    Level.MAY: "TLS is used if the server offers it, whoever it is; if that fails, the next try goes without",
    Level.ENCRYPT: "TLS is mandatory, and the server is not verified",
    Level.FINGERPRINT: "TLS is mandatory, and the server has to have one of the fingerprints given",
    Level.HALF_DANE: "TLS is mandatory and a TLSA record has to match, though unsigned MX records "
    "do not prove that this is a server of the domain",
    Level.DANE: "TLS is mandatory, and one of the TLSA records has to match",
    Level.DANE_ONLY: "TLS is mandatory, and one of the TLSA records has to match",
    Level.VERIFY: "TLS is mandatory, the certificate has to be of a trusted authority and for the host",
    Level.SECURE: "TLS is mandatory, the certificate has to be of a trusted authority and for the domain",
}


def level_in_force(report: Report, level: Level) -> Level | None:
    """What smtp(8) makes of a level at the address in question; None: it does not use it, or nobody knows."""
    if report.outcome is Outcome.REFUSED:
        return None
    if not level.uses_dane:
        return level
    address = used(report)
    if address is None or address.level is None or not _probed_dane(report):
        return None
    if address.peer.port is None:  # a unix-domain socket
        return None
    found = _from_records(report, address)
    if level is Level.DANE_ONLY:  # stays, and fails, if the handshake shows that no record is usable
        return level if found is Level.DANE else None
    if found is Level.DANE:
        return Level.ENCRYPT if _fell_back(report) else level
    return found


def _from_records(report: Report, address: AddressReport) -> Level:
    """The level by MX records and TLSA lookup, as dane has it."""
    limit = report.insecure_mx_level or Level.DANE
    if not address.exchange_secure and limit is Level.MAY:
        return Level.MAY
    status = address.tlsa_status or TlsaStatus.NONE
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if address.exchange_secure:
        return Level.DANE
    if limit is Level.ENCRYPT or _fell_back(report):
        return Level.ENCRYPT
    return Level.HALF_DANE


def _fell_back(report: Report) -> bool:
    """Whether at the handshake no TLSA record was usable after all."""
    session = judged(report)
    tls = session.tls if session else None
    verdicts = tls.records if tls else ()
    return bool(verdicts) and all(one.outcome is RecordOutcome.UNUSABLE for one in verdicts)


def _probed_dane(report: Report) -> bool:
    return report.level is not None and report.level.uses_dane


def delivery(report: Report, level: Level, in_force: Level | None) -> Delivery:
    """What comes of a message."""
    if report.outcome in (Outcome.REFUSED, Outcome.UNFINISHED):
        return Delivery.UNKNOWN
    session = judged(report)
    if session is None:
        absent = report.outcome is Outcome.NO_DESTINATION
        return Delivery.RETURNED if absent else Delivery.DEFERRED
    if level.uses_dane and not _probed_dane(report):
        return Delivery.UNKNOWN
    if in_force is None:
        return Delivery.DEFERRED
    return _after_session(session, in_force)


def _after_session(session: SessionReport, in_force: Level) -> Delivery:
    tls, stop = session.tls, session.stop
    if in_force is Level.NONE:
        broken = stop is not None and stop.step in _FIRST_STEPS
        return Delivery.DEFERRED if broken else Delivery.CLEAR
    without = Delivery.CLEAR if in_force is Level.MAY else Delivery.DEFERRED
    if tls is None:
        return _before_tls(session, without)
    if not tls.concluded:
        return without
    if not in_force.must_match:
        return Delivery.ENCRYPTED
    if not (in_force.uses_dane and tls.level and tls.level.uses_dane) and tls.level is not in_force:
        return Delivery.UNKNOWN
    return Delivery.VERIFIED if tls.proved else Delivery.DEFERRED


def _before_tls(session: SessionReport, without: Delivery) -> Delivery:
    """After a dialogue that did not come to TLS; EHLO that is refused for good leads to HELO."""
    stop = session.stop
    if stop is None or stop.step == DialogueStep.QUIT:
        return Delivery.UNKNOWN if session.starttls else without
    if stop.step == DialogueStep.GREETING or not stop.code:
        return Delivery.DEFERRED
    if stop.step == DialogueStep.STARTTLS:
        return without
    return Delivery.DEFERRED if stop.code in TRANSIENT else without


def account(report: Report, level: Level, in_force: Level | None) -> Iterator[str]:
    """What was looked up and found, and what follows, a sentence or two each."""
    if report.outcome is Outcome.REFUSED:
        return
    yield from _of_given(report)
    yield from _of_domain(report)
    address = used(report)
    if address is None:
        return
    yield from _of_address(report, level, address)
    yield from _of_level(report, level, in_force, address)
    session = judged(report)
    tls = session.tls if session else None
    if tls and tls.names and in_force is not None and in_force.must_match and _names_matter(tls):
        yield f"The certificate's name has to be {wanted(tls)}."


def _names_matter(tls: TlsReport) -> bool:
    """Under TLSA records only if one of them is about an issuer (RFC 7672 section 3.1.1)."""
    if tls.level is None or not tls.level.uses_dane:
        return True
    return any(one.record.usage in (0, 2) for one in tls.records if one.outcome is not RecordOutcome.UNUSABLE)


def _of_given(report: Report) -> Iterator[str]:
    """What nobody has seen."""
    session = judged(report)
    tls = session.tls if session else None
    if tls is not None and tls.given:
        what = "raw public key" if tls.raw_key else "certificate"
        yield f"The {what} was given ({tls.given}), not seen: what the server shows may differ."
    names = ", ".join(f"{one.name} {one.rdtype}" for one in report.lookups if one.given and _is_known(one))
    if names:
        yield f"Given, and not looked up: {names}."


def _is_known(lookup: Lookup) -> bool:
    """Whether there is an answer, and not just an address that leads nowhere."""
    data = [record.data for record in lookup.records]
    return bool(data) and not any(
        isinstance(one, AddressData) and one.address.startswith("0.0.0.") for one in data
    )


def _of_domain(report: Report) -> Iterator[str]:
    lookup = exchanges(report)
    if lookup is None and report.destination.startswith("unix:"):
        return
    if lookup is None:
        yield f"{report.destination} was asked for as a host: MX records play no part."
    elif lookup.records:
        count = "one server" if len(lookup.records) == 1 else f"{len(lookup.records)} servers"
        signed = "and they are signed" if lookup.secure else "and they are not signed"
        yield f"The {lookup.rdtype} records of {lookup.name} name {count}, {signed}."


def _of_address(report: Report, level: Level, address: AddressReport) -> Iterator[str]:
    host = address.peer.host
    if not level.uses_dane or not _probed_dane(report) or address.peer.port is None:
        return
    target = alias_target(report, host)
    alias = f" (an alias of {target})" if target else ""
    found = host_lookups(report, host)
    signed = any(one.secure and one.records for one in found)
    asked = lookups_of(report, "TLSA")
    names = _tlsa_answers(asked)
    more = f". TLSA records: {names}" if names else "; no TLSA records were asked for"
    if found:
        yield f"The address of {host}{alias} is {'' if signed else 'not '}signed{more}."


def _tlsa_answers(asked: list[Lookup]) -> str:
    return "; ".join(f"{one.name}, {_answer(one)}" for one in asked)


def _answer(lookup: Lookup) -> str:
    if lookup.records:
        return f"{len(lookup.records)} {'signed' if lookup.secure else 'unsigned'}"
    return "none" if lookup.status.absent else "the lookup failed"


def _of_level(report: Report, level: Level, in_force: Level | None, address: AddressReport) -> Iterator[str]:
    if address.peer.port is None and level.uses_dane:
        yield (
            f"There are no TLSA records for unix-domain sockets: lmtp(8) refuses level {level.word} "
            "for them, posttls-finger goes on at level secure."
        )
    elif in_force is None:
        if level.uses_dane and _probed_dane(report):
            yield f"Level {level.word} cannot be had here, so smtp(8) does not use {address.peer.host}."
    if in_force is None:
        return
    becomes = "" if in_force is level else f" becomes {in_force.word} here"
    yield f"Level {level.word}{becomes}: {_LEVELS[in_force]}."
    theirs = address.level
    if theirs is not None and report.level is level and theirs is not in_force and theirs is Level.SECURE:
        yield (
            "(posttls-finger, and so the log, goes on at level secure instead, to show what the certificate "
            "is worth.)"
        )
