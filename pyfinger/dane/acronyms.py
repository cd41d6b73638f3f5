"""The fields of a TLSA record by their names (RFC 7218, IANA's "DANE Parameters")."""

from __future__ import annotations

from enum import IntEnum


class Usage(IntEnum):
    """What a record vouches for (RFC 6698 section 2.1.1)."""

    PKIX_TA = 0
    PKIX_EE = 1
    DANE_TA = 2
    DANE_EE = 3


class Selector(IntEnum):
    """Which part of a certificate is compared (section 2.1.2)."""

    CERT = 0
    SPKI = 1


class MatchingType(IntEnum):
    """As what it is compared (section 2.1.3); others are as tls_dane_digests has them."""

    FULL = 0
    SHA2_256 = 1
    SHA2_512 = 2
    PRIV_MATCH = 255  # never taken from DNS: the digest of fingerprint arguments
