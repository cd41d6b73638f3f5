"""Full certificates and keys in TLSA records (matching type 0): are they what they should be?

RFC 6698 section 2.1.4; as OpenSSL does, a certificate whose key it cannot use
is no use either.
"""

from __future__ import annotations

from pyfinger.dane.record import CERTIFICATE
from pyfinger.errors import DecodeError
from pyfinger.model import TlsaRecord
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.keys import load_spki


def is_decodable(record: TlsaRecord) -> bool:
    """Whether the data is exactly one certificate, or one public key, with nothing after it."""
    try:
        spki = parse_certificate(record.data).spki if record.selector == CERTIFICATE else record.data
        load_spki(spki)
    except DecodeError:
        return False
    return True
