"""TLSA records of a host beside all that its servers showed.

What there is to be said of a record are the remarks of `dane`, those that `pyfinger-tlsa lint` makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.check.evidence import Evidence
from pyfinger.check.report_model import AddressCheck, CheckVerdict, RecordCheck, RecordMatch
from pyfinger.dane.chain_rules import BesideChain, unmatched_remarks
from pyfinger.dane.match import Subject
from pyfinger.dane.remarks import RemarkKind, record_remarks, remark, why_unusable
from pyfinger.dane.usability import is_decodable
from pyfinger.model import TlsaRecord
from pyfinger.prober.context import Context
from pyfinger.report.document import Outcome


def record_checks(
    records: Sequence[TlsaRecord],
    addresses: Sequence[AddressCheck],
    seen: Sequence[Evidence],
    context: Context,
) -> tuple[RecordCheck, ...]:
    """Each record, in their order; `seen` are the connections to these addresses."""
    return tuple(_record(index, one, addresses, seen, context) for index, one in enumerate(records))


def _record(
    index: int,
    record: TlsaRecord,
    addresses: Sequence[AddressCheck],
    seen: Sequence[Evidence],
    context: Context,
) -> RecordCheck:
    kind = why_unusable(record, context.digest_agility, decodable=is_decodable(record))
    if kind is not None:
        told = remark(kind, record)
        return RecordCheck(record, CheckVerdict.FAILED, told.text, remarks=(told,))
    matches = tuple(_matches(index, addresses))
    risky = tuple(record_remarks(record))
    if matches:
        found = dict.fromkeys(match.algorithm.value for match in matches)
        reason = f"matches {' and '.join(found)}"
        return RecordCheck(record, CheckVerdict.OK, reason, matches, risky)
    chains = [chain for address in addresses for chain in address.chains]
    unclear = any(chain.verdict is CheckVerdict.COULD_NOT_TELL for chain in chains)
    if unclear or not any(chain.protocol for chain in chains):
        return RecordCheck(record, CheckVerdict.COULD_NOT_TELL, "not every chain was seen", (), risky)
    remarks = risky
    if RemarkKind.EMPTY_DIGEST not in [one.kind for one in risky]:  # which says all there is
        remarks += unmatched_remarks(record, tuple(_shown(seen)), context.digest_agility)
    return RecordCheck(record, CheckVerdict.NEVER_MATCHED, "matches no chain that was seen", (), remarks)


def _shown(seen: Sequence[Evidence]) -> Iterator[BesideChain]:
    """The chains of these connections, each once."""
    found = {
        (
            tuple(Subject(one.der, one.key.spki) for one in evidence.certificates),
            evidence.raw_key.spki if evidence.raw_key else b"",
        )
        for evidence in seen
    }
    for sent, raw_key in sorted(found, key=repr):
        if sent or raw_key:
            yield BesideChain((), sent, raw_key)


def _matches(index: int, addresses: Sequence[AddressCheck]) -> Iterator[RecordMatch]:
    for address in addresses:
        for chain in address.chains:
            if index in chain.matched:
                yield RecordMatch(address.address, chain.algorithm)


def records_to_publish(base: str, port: int, addresses: Sequence[AddressCheck]) -> Iterator[str]:
    """Records for keys that were seen and match none, ready for the zone (RFC 7671 section 5.1)."""
    missing = {
        chain.key_digest: None
        for address in addresses
        for chain in address.chains
        if chain.verdict is CheckVerdict.FAILED and chain.key_digest and chain.outcome is Outcome.NOT_MET
    }
    for digest in missing:
        yield f"_{port}._tcp.{base}. IN TLSA 3 1 1 {digest.hex()}"
