"""Does a TLSA record vouch for what the server showed?  (RFC 7671 sections 5 and 9)

Pure comparison of bytes: no names, no dates, no chains.  Those matter only for
trust anchors, whose chain is built elsewhere, one `match_certificate` a link.
"""

from __future__ import annotations

from pyfinger.dane.acronyms import Selector, Usage
from pyfinger.dane.usability import UsableRecords
from pyfinger.model import Credential, RecordOutcome, TlsaRecord
from pyfinger.values import Value


class Subject(Value):
    """A certificate to be matched: itself and its SubjectPublicKeyInfo, DER."""

    certificate: bytes
    spki: bytes


def match_server(records: UsableRecords, credential: Credential, leaf_spki: bytes = b"") -> TlsaRecord | None:
    """The record that vouches for the server's own certificate or raw public key.

    `leaf_spki` is the SubjectPublicKeyInfo in the first certificate, if any.
    """
    if credential.raw_key:
        return match_raw_key(records, credential.raw_key)
    if credential.certificates:
        return match_certificate(records, Usage.DANE_EE, Subject(credential.certificates[0], leaf_spki))
    return None


def match_certificate(records: UsableRecords, usage: int, subject: Subject) -> TlsaRecord | None:
    """The first record of `usage` that vouches for a certificate (dane_match of OpenSSL)."""
    for record in records.usable:
        if record.usage == usage and judge_certificate(records, record, subject) is RecordOutcome.MATCHED:
            return record
    return None


def match_raw_key(records: UsableRecords, spki: bytes) -> TlsaRecord | None:
    """The first record that vouches for a raw public key (dane_match_rpk of OpenSSL)."""
    for record in records.usable:
        if judge_raw_key(records, record, spki) is RecordOutcome.MATCHED:
            return record
    return None


def judge_certificate(records: UsableRecords, record: TlsaRecord, subject: Subject) -> RecordOutcome:
    """The one decision on a usable record and a certificate, whatever either is used for.

    Among records of one usage and selector, digests weaker than the strongest
    present do not count (RFC 7671 section 9); full values always do.
    """
    if records.outdone(record):
        return RecordOutcome.WEAKER
    return _compared(records, record, subject)


def judge_raw_key(records: UsableRecords, record: TlsaRecord, spki: bytes) -> RecordOutcome:
    """The same of a raw public key (RFC 7250), which only `3 1 x` are about.

    There is no digest agility, as in OpenSSL.
    """
    if (record.usage, record.selector) != (Usage.DANE_EE, Selector.SPKI):
        return RecordOutcome.INAPPLICABLE
    return _compared(records, record, Subject(b"", spki))


def _compared(records: UsableRecords, record: TlsaRecord, subject: Subject) -> RecordOutcome:
    chosen = subject.certificate if record.selector == Selector.CERT else subject.spki
    same = records.digests.association(record.matching, chosen) == record.data
    return RecordOutcome.MATCHED if same else RecordOutcome.MISMATCHED
