"""Fingerprints as TLSA records of the private-use matching type 255.

A fingerprint argument does not say whether it is a certificate's digest or a
public key's, so it becomes a record of each kind, compared like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyfinger.dane.acronyms import MatchingType, Selector, Usage
from pyfinger.events import Emit, FingerprintAccepted, FingerprintMalformed
from pyfinger.model import TlsaRecord

MAX_LENGTH = 192  # characters: 64 bytes, each "xx:"

_PAIRS = re.compile(r"(?:[0-9A-Fa-f]{2}:?)*(?<!:)")


def parse_fingerprint(text: str) -> bytes | None:
    """The digest in `text`: pairs of hexadecimal digits, a colon between any two or not.

    None if it is malformed; an empty text is an empty digest.
    """
    if len(text) > MAX_LENGTH or not _PAIRS.fullmatch(text):
        return None
    return bytes.fromhex(text.replace(":", ""))


def read_fingerprints(
    values: Iterable[str], emit: Emit, *, keys_only: bool = False
) -> tuple[TlsaRecord, ...]:
    """The records for fingerprint arguments; malformed ones are told and ignored.

    `keys_only`: a raw public key is expected, no certificate (`-x`).
    """
    selectors = (Selector.SPKI,) if keys_only else (Selector.CERT, Selector.SPKI)
    records: list[TlsaRecord] = []
    for value in values:
        data = parse_fingerprint(value)
        if data is None:
            emit(FingerprintMalformed(value))
            continue
        for selector in selectors if data else ():
            records.append(TlsaRecord(Usage.DANE_EE, selector, MatchingType.PRIV_MATCH, data))
            emit(FingerprintAccepted(records[-1]))
    return tuple(records)
