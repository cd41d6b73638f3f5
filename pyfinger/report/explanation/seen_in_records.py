"""What there is to say of TLSA records: which are no good, which match, and why the others do not."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from pyfinger.model import RecordOutcome, RecordVerdict, TlsaRecord, TlsaStatus, Usability
from pyfinger.report.document.findings import Situation
from pyfinger.report.document.model import AddressReport, Report, SessionReport, TlsReport
from pyfinger.report.explanation.publishing import to_publish
from pyfinger.report.explanation.seen import Seen, judged, lookups_of, records_of, tlsa_owner, used

_DAY = 86400  # seconds
_LONG = 2 * _DAY  # a rollover has to wait twice as long
_HEADER = 3  # bytes before the data
_SIZES = {1: 32, 2: 64}  # of SHA-256 and SHA-512 (RFC 6698 section 2.1.3)
_DIGESTS = {1: hashlib.sha256, 2: hashlib.sha512}
_PARTS = ("certificate", "public key")
_OF_SERVERS = (1, 3)  # usages: PKIX-EE, DANE-EE
_REJECTED = {
    Usability.USAGE: Situation.RECORD_USAGE_UNKNOWN,
    Usability.SELECTOR: Situation.RECORD_SELECTOR_UNKNOWN,
    Usability.MATCHING: Situation.RECORD_MATCHING_UNKNOWN,
    Usability.LENGTH: Situation.RECORD_LENGTH_WRONG,
    Usability.UNDECODABLE: Situation.RECORD_UNDECODABLE,
}
_WITH_A_REMEDY = {
    Situation.RECORD_MATCHING_UNKNOWN,
    Situation.RECORD_LENGTH_WRONG,
    Situation.RECORD_UNDECODABLE,
}


def seen_in_records(report: Report) -> Iterator[Seen]:
    """All that TLSA records say, and what was shown says of them."""
    address = used(report)
    if address is None or address.peer.port is None:
        return
    owner = tlsa_owner(report, address)
    yield from _published(report, owner)
    session = judged(report)
    if session is not None and session.tls is not None and address.tlsa:
        yield from _verdicts(report, owner, session, session.tls)
    if _all_unusable(address, session):
        yield Seen(Situation.TLSA_ALL_UNUSABLE, owner, {"owner": owner}, to_publish(report, owner))


def _all_unusable(address: AddressReport, session: SessionReport | None) -> bool:
    verdicts = session.tls.records if session and session.tls else ()
    rejected = bool(verdicts) and all(one.outcome is RecordOutcome.UNUSABLE for one in verdicts)
    return address.tlsa_status is TlsaStatus.UNUSABLE or (bool(address.tlsa) and rejected)


def _published(report: Report, owner: str) -> Iterator[Seen]:
    """What can be said of records as they stand in DNS, whatever the server shows."""
    answers = [lookup for lookup in lookups_of(report, "TLSA") if lookup.name.lower() == owner]
    octets = [record for lookup in answers for record in records_of(lookup)]
    longest = max((record.ttl for lookup in answers for record in lookup.records), default=0)
    if longest > _LONG:
        yield Seen(Situation.RECORDS_LIVE_LONG, owner, {"owner": owner, "days": longest // _DAY})
    records = []
    for data, times in Counter(octets).items():
        if len(data) <= _HEADER:
            facts = {"owner": owner, "length": len(data)}
            yield Seen(Situation.RECORD_TOO_SHORT, owner, facts, to_publish(report, owner))
            continue
        record = TlsaRecord(data[0], data[1], data[2], data[_HEADER:])
        records.append(record)
        if times > 1:
            yield Seen(Situation.RECORD_DOUBLED, owner, {"owner": owner, "record": record})
        yield from _ill_formed(report, owner, record)
    yield from _risky(report, owner, records)


def _ill_formed(report: Report, owner: str, record: TlsaRecord) -> Iterator[Seen]:
    """Records that are dropped at the lookup already."""
    facts = _facts(record)
    if record.matching == 255:
        yield Seen(Situation.RECORD_PRIVATE_USE, owner, facts)
    elif record.usage in (0, 1):
        yield Seen(Situation.RECORD_PKIX, owner, facts, to_publish(report, owner))
    elif record.usage > 3:
        yield Seen(Situation.RECORD_USAGE_UNKNOWN, owner, facts)


def _risky(report: Report, owner: str, records: list[TlsaRecord]) -> Iterator[Seen]:
    """Advice about records that are usable."""
    for record in records:
        if _of_nothing(record):
            yield Seen(Situation.RECORD_EMPTY_DIGEST, owner, _facts(record), to_publish(report, owner))
        elif record.matching == 0 and record.usage in (2, 3) and not _unusable(report, record):
            yield Seen(Situation.RECORD_FULL_VALUE, owner, _facts(record), to_publish(report, owner))
        elif (record.usage, record.selector) == (3, 0) and record.matching in _DIGESTS:
            yield Seen(Situation.RECORD_OF_CERTIFICATE, owner, _facts(record), to_publish(report, owner))
        if (record.usage, record.selector, record.matching) == (2, 1, 0):
            publish = to_publish(report, owner, issuers=True)
            yield Seen(Situation.RECORD_OF_BARE_KEY, owner, _facts(record), publish)
    digests = {record.matching for record in records if record.usage in (2, 3)}
    if digests == {2}:
        yield Seen(Situation.RECORDS_ONLY_SHA512, owner, {"owner": owner}, to_publish(report, owner))


def _unusable(report: Report, record: TlsaRecord) -> bool:
    """Whether a handshake has shown that a record cannot match anything."""
    session = judged(report)
    verdicts = session.tls.records if session and session.tls else ()
    return any(one.record == record and one.outcome is RecordOutcome.UNUSABLE for one in verdicts)


def _of_nothing(record: TlsaRecord) -> bool:
    return record.matching in _DIGESTS and record.data == _DIGESTS[record.matching]().digest()


def _facts(record: TlsaRecord) -> dict[str, object]:
    return {
        "record": record,
        "usage": record.usage,
        "selector": record.selector,
        "matching": record.matching,
        "length": len(record.data),
        "expected": _SIZES.get(record.matching, "another number"),
    }


def _verdicts(report: Report, owner: str, session: SessionReport, tls: TlsReport) -> Iterator[Seen]:
    """What became of each usable record at the handshake, and of all of them together."""
    usable = [one for one in tls.records if one.outcome is not RecordOutcome.UNUSABLE]
    if tls.concluded and usable and tls.authority is None and not _any_matched(tls):
        publish = to_publish(report, owner, issuers=True)
        yield Seen(Situation.NO_RECORD_MATCHES, owner, {"owner": owner, "peer": session.peer}, publish)
    if tls.authority is not None and tls.proved:
        yield _matched(owner, tls, tls.authority.record, tls.authority.depth)
    for verdict in tls.records:
        yield from _verdict(report, owner, session, verdict)


def _any_matched(tls: TlsReport) -> bool:
    return any(one.outcome is RecordOutcome.MATCHED for one in tls.records)


def _matched(owner: str, tls: TlsReport, record: TlsaRecord, depth: int) -> Seen:
    facts = {**_facts(record), "what": _part(record), "depth": depth}
    if tls.raw_key is not None:
        return Seen(Situation.MATCHED_RAW_KEY, owner, facts)
    if record.usage in _OF_SERVERS:
        return Seen(Situation.MATCHED_DANE_EE, owner, facts)
    issuer = tls.certificates[depth].subject if depth < len(tls.certificates) else "which is not sent"
    facts = {**facts, "subject": issuer, "name": tls.matched_name}
    return Seen(Situation.MATCHED_DANE_TA, owner, facts)


def _part(record: TlsaRecord) -> str:
    return _PARTS[record.selector] if record.selector < len(_PARTS) else "certificate"


def _verdict(report: Report, owner: str, session: SessionReport, verdict: RecordVerdict) -> Iterator[Seen]:
    """Why a record did not match, if it did not."""
    record = verdict.record
    facts = {**_facts(record), "peer": session.peer}
    match verdict.outcome:
        case RecordOutcome.UNUSABLE if record.usage <= 3 or record.matching != 0:
            situation = _REJECTED[verdict.fitness]
            remedy = to_publish(report, owner) if situation in _WITH_A_REMEDY else ()
            if situation is not Situation.RECORD_USAGE_UNKNOWN:  # told already
                yield Seen(situation, owner, facts, remedy)
        case RecordOutcome.WEAKER:
            yield Seen(Situation.RECORD_OUTDONE, owner, facts)
        case RecordOutcome.MISMATCHED if session.tls is not None and not _of_nothing(record):
            yield _mismatch(report, owner, session.tls, facts, record)


def _mismatch(
    report: Report, owner: str, tls: TlsReport, facts: dict[str, object], record: TlsaRecord
) -> Seen:
    """What the data is, if not what it should be."""
    found = _found_at(tls, record)
    prefix = f"{owner.rstrip('.')}. IN TLSA"
    rest = f"{record.matching} {record.data.hex().upper()}"
    of_server = record.usage in _OF_SERVERS
    if found is None:
        if of_server:
            facts = {**facts, "what": _digest_word(record), "thing": _part(record)}
            return Seen(Situation.RECORD_OTHER_KEY, owner, facts)
        facts = {**facts, "count": len(tls.certificates)}
        return Seen(Situation.RECORD_ISSUER_NOT_SENT, owner, facts, to_publish(report, owner, issuers=True))
    position, selector = found
    if of_server and position > 0:
        publish = (f"{prefix} 2 {selector} {rest}", *to_publish(report, owner))
        return Seen(Situation.RECORD_OF_ISSUER, owner, facts, publish)
    if not of_server and position == 0:
        return Seen(Situation.RECORD_OF_SERVER, owner, facts, (f"{prefix} 3 {selector} {rest}",))
    facts = {**facts, "selected": _part(record), "other": _PARTS[selector], "right": selector}
    right = (f"{prefix} {record.usage} {selector} {rest}",)
    return Seen(Situation.RECORD_WRONG_SELECTOR, owner, facts, right)


def _found_at(tls: TlsReport, record: TlsaRecord) -> tuple[int, int] | None:
    """Where in the chain a record's data is found after all: the position, and the selector."""
    for position, certificate in enumerate(tls.certificates):
        for selector, whole in enumerate((certificate.der, certificate.key.spki)):
            digest = _DIGESTS.get(record.matching)
            if record.data == (digest(whole).digest() if digest else whole):
                return position, selector
    return None


def _digest_word(record: TlsaRecord) -> str:
    return {1: "SHA-256", 2: "SHA-512"}.get(record.matching, "whole")
