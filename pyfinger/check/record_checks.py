"""TLSA records of a host beside all that its servers showed.

What there is to be said of a record are the remarks of `dane`, those that `pyfinger-tlsa lint` makes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pyfinger.check.evidence import Evidence
from pyfinger.check.report_model import AddressCheck, CheckVerdict, KeyAlgorithm, RecordCheck, RecordMatch
from pyfinger.check.request import COMMON
from pyfinger.dane.chain_rules import BesideChain, mistake_remarks, unmatched_remarks
from pyfinger.dane.match import Subject
from pyfinger.dane.remarks import RecordRemark, RemarkKind, record_remarks, remark, why_unusable
from pyfinger.dane.usability import is_decodable
from pyfinger.model import TlsaRecord
from pyfinger.prober.context import Context
from pyfinger.report.document import Outcome
from pyfinger.values import Value


class Shown(Value):
    """All that a host's servers showed."""

    addresses: Sequence[AddressCheck]
    seen: Sequence[Evidence]  # the connections to these
    asked: Collection[KeyAlgorithm]  # for


def record_checks(records: Sequence[TlsaRecord], shown: Shown, context: Context) -> tuple[RecordCheck, ...]:
    """Each record, in their order."""
    return tuple(_record(index, one, shown, context) for index, one in enumerate(records))


def _record(index: int, record: TlsaRecord, shown: Shown, context: Context) -> RecordCheck:
    kind = why_unusable(record, context.digest_agility, decodable=is_decodable(record))
    if kind is not None:
        told = remark(kind, record)
        return RecordCheck(record, CheckVerdict.FAILED, told.text, remarks=(told,))
    matches = tuple(_matches(index, shown.addresses))
    risky = tuple(record_remarks(record))
    if matches:
        found = dict.fromkeys(_word(match.algorithm) for match in matches)
        reason = f"matches {' and '.join(found)}"
        return RecordCheck(record, CheckVerdict.OK, reason, matches, risky)
    chains = [chain for address in shown.addresses for chain in address.chains]
    unclear = any(chain.verdict is CheckVerdict.COULD_NOT_TELL for chain in chains)
    if unclear or not any(chain.protocol for chain in chains):
        return RecordCheck(record, CheckVerdict.COULD_NOT_TELL, "not every chain was seen", (), risky)
    if RemarkKind.EMPTY_DIGEST in [one.kind for one in risky]:  # which says all there is
        return _never_matched(record, risky)
    beside = tuple(_chains(shown.seen))
    mistakes = mistake_remarks(record, beside, context.digest_agility)
    if not mistakes and (reason := _not_asked(shown.asked)):
        return RecordCheck(record, CheckVerdict.NOT_LOOKED_AT, reason, (), risky)
    return _never_matched(record, risky + unmatched_remarks(record, beside, context.digest_agility))


def _word(algorithm: KeyAlgorithm) -> str:
    return "the server's choice" if algorithm is KeyAlgorithm.ANY else algorithm.value


def _never_matched(record: TlsaRecord, remarks: tuple[RecordRemark, ...]) -> RecordCheck:
    return RecordCheck(record, CheckVerdict.NEVER_MATCHED, "matches no chain that was seen", (), remarks)


def _not_asked(asked: Collection[KeyAlgorithm]) -> str:
    """Why a record may be about a key that was not seen; empty: it hardly is."""
    missing = [algorithm.value for algorithm in COMMON if algorithm not in asked]
    if missing and KeyAlgorithm.ANY in asked:
        return "the server was left to choose one of its keys"
    return f"{' and '.join(missing)} keys were not asked for" if missing else ""


def _chains(seen: Sequence[Evidence]) -> Iterator[BesideChain]:
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
