"""Does a TLSA record vouch for what the server showed?  (RFC 7671 sections 5 and 9)

Pure comparison of bytes: no names, no dates, no chains.  Those matter only for
trust anchors, whose chain is built elsewhere, one `match_certificate` a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyfinger.dane.preferences import FULL
from pyfinger.dane.record import CERTIFICATE, END_ENTITY, PUBLIC_KEY, Sifted
from pyfinger.model import Credential, TlsaRecord


@dataclass(frozen=True, slots=True)
class Subject:
    """A certificate to be matched: itself and its SubjectPublicKeyInfo, DER."""

    certificate: bytes
    spki: bytes


def match_server(records: Sifted, credential: Credential, leaf_spki: bytes = b"") -> TlsaRecord | None:
    """The record that vouches for the server's own certificate or raw public key.

    `leaf_spki` is the SubjectPublicKeyInfo in the first certificate, if any.
    """
    if credential.raw_key:
        return match_raw_key(records, credential.raw_key)
    if credential.certificates:
        return match_certificate(records, END_ENTITY, Subject(credential.certificates[0], leaf_spki))
    return None


def match_certificate(records: Sifted, usage: int, subject: Subject) -> TlsaRecord | None:
    """The first record of `usage` that matches, with digest agility.

    Among records of one usage and selector, digests weaker than the strongest
    present do not count (RFC 7671 section 9); full values always do.
    """
    best = strongest(records)
    for record in records.usable:
        if record.usage != usage or record.matching not in (FULL, best[usage, record.selector]):
            continue
        if matches(records, record, subject):
            return record
    return None


def strongest(records: Sifted) -> Mapping[tuple[int, int], int]:
    """The most preferred matching type among the usable records of each usage and selector."""
    best: dict[tuple[int, int], int] = {}
    for record in records.usable:
        best.setdefault((record.usage, record.selector), record.matching)
    return best


def match_raw_key(records: Sifted, spki: bytes) -> TlsaRecord | None:
    """The first `3 1 x` record that matches; without digest agility, as OpenSSL does it."""
    for record in records.usable:
        bare = (record.usage, record.selector) == (END_ENTITY, PUBLIC_KEY)
        if bare and matches(records, record, Subject(b"", spki)):
            return record
    return None


def matches(records: Sifted, record: TlsaRecord, subject: Subject) -> bool:
    """Whether a usable record is about this certificate or key, agility aside."""
    chosen = subject.certificate if record.selector == CERTIFICATE else subject.spki
    return records.preferences.association(record.matching, chosen) == record.data
