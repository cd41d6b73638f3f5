"""Code points by IANA's names (registries "TLS Parameters" and "TLS ExtensionType Values").

Names are those of RFC 8446 and of the RFCs the registries point to.  Reserved
values that clients sprinkle in to keep servers tolerant are GREASE (RFC 8701).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum

from pyfinger.dissect.suites import suite_names
from pyfinger.tls.codepoints import (
    SSL2,
    SSL3,
    TLS10,
    TLS11,
    TLS12,
    TLS13,
    AlertDescription,
    AlertLevel,
    CertificateCompression,
    CertificateType,
    ContentType,
    ECCurveType,
    ECPointFormat,
    ExtensionType,
    HandshakeType,
    KeyUpdateRequest,
    NamedGroup,
    PskKeyExchangeMode,
    SignatureScheme,
)
from pyfinger.tls.groups import GROUPS

VERSIONS: Mapping[int, str] = {
    SSL2: "SSL 2.0",
    SSL3: "SSL 3.0",
    TLS10: "TLS 1.0",
    TLS11: "TLS 1.1",
    TLS12: "TLS 1.2",
    TLS13: "TLS 1.3",
}


def _lower(members: Iterable[IntEnum]) -> dict[int, str]:
    return {int(member): member.name.lower() for member in members}


CONTENT_TYPES: Mapping[int, str] = _lower(ContentType)
HANDSHAKE_TYPES: Mapping[int, str] = _lower(HandshakeType)
ALERT_LEVELS: Mapping[int, str] = _lower(AlertLevel)
ALERTS: Mapping[int, str] = _lower(AlertDescription)
_EXTENSIONS = _lower(ExtensionType)
_GROUPS = {
    **{code: group.name for code, group in GROUPS.items()},
    NamedGroup.CURVESM2: "curveSM2",
    NamedGroup.X25519KYBER768DRAFT00: "X25519Kyber768Draft00",
    NamedGroup.ARBITRARY_EXPLICIT_PRIME_CURVES: "arbitrary_explicit_prime_curves",
    NamedGroup.ARBITRARY_EXPLICIT_CHAR2_CURVES: "arbitrary_explicit_char2_curves",
}

_SCHEMES = {
    **_lower(SignatureScheme),
    SignatureScheme.ECDSA_BRAINPOOLP256R1TLS13_SHA256: "ecdsa_brainpoolP256r1tls13_sha256",
    SignatureScheme.ECDSA_BRAINPOOLP384R1TLS13_SHA384: "ecdsa_brainpoolP384r1tls13_sha384",
    SignatureScheme.ECDSA_BRAINPOOLP512R1TLS13_SHA512: "ecdsa_brainpoolP512r1tls13_sha512",
}

# TLS 1.2 puts a hash and a signature algorithm together (RFC 5246 section 7.4.1.4.1).
_HASHES = {0: "none", 1: "md5", 2: "sha1", 3: "sha224", 4: "sha256", 5: "sha384", 6: "sha512"}
_SIGNATURES = {0: "anonymous", 1: "rsa", 2: "dsa", 3: "ecdsa"}

POINT_FORMATS: Mapping[int, str] = {
    ECPointFormat.UNCOMPRESSED: "uncompressed",
    ECPointFormat.ANSIX962_COMPRESSED_PRIME: "ansiX962_compressed_prime",
    ECPointFormat.ANSIX962_COMPRESSED_CHAR2: "ansiX962_compressed_char2",
}
COMPRESSIONS: Mapping[int, str] = {0: "null", 1: "DEFLATE", 64: "LZS"}
CURVE_TYPES: Mapping[int, str] = _lower(ECCurveType)
STATUS_TYPES: Mapping[int, str] = {1: "ocsp", 2: "ocsp_multi"}
NAME_TYPES: Mapping[int, str] = {0: "host_name"}
FRAGMENT_LENGTHS: Mapping[int, str] = {1: "2^9", 2: "2^10", 3: "2^11", 4: "2^12"}
HEARTBEAT_MODES: Mapping[int, str] = {1: "peer_allowed_to_send", 2: "peer_not_allowed_to_send"}
CERTIFICATE_TYPES: Mapping[int, str] = {
    CertificateType.X509: "X509",
    CertificateType.OPENPGP: "OpenPGP",
    CertificateType.RAW_PUBLIC_KEY: "RawPublicKey",
}
CERTIFICATE_COMPRESSIONS: Mapping[int, str] = _lower(CertificateCompression)
KEY_UPDATES: Mapping[int, str] = _lower(KeyUpdateRequest)
CLIENT_CERTIFICATE_TYPES: Mapping[int, str] = {
    1: "rsa_sign",
    2: "dss_sign",
    3: "rsa_fixed_dh",
    4: "dss_fixed_dh",
    5: "rsa_ephemeral_dh",
    6: "dss_ephemeral_dh",
    20: "fortezza_dms",
    64: "ecdsa_sign",
    65: "rsa_fixed_ecdh",
    66: "ecdsa_fixed_ecdh",
    67: "gost_sign256",
    68: "gost_sign512",
}
_PSK_MODES = _lower(PskKeyExchangeMode)


def is_grease(code: int) -> bool:
    """Whether a 16-bit value is GREASE: 0x0A0A, 0x1A1A ... 0xFAFA (RFC 8701 section 2)."""
    return code & 0x0F0F == 0x0A0A and code >> 8 == code & 0xFF


def version(code: int) -> str:
    """A protocol version."""
    return _named(VERSIONS, code)


def suite(code: int) -> str:
    """A cipher suite."""
    return _named(suite_names(), code)


def extension(code: int) -> str:
    """An extension type."""
    return _named(_EXTENSIONS, code)


def group(code: int) -> str:
    """A key exchange group."""
    return _named(_GROUPS, code)


def scheme(code: int) -> str:
    """A signature scheme, or the pair of algorithms that it was in TLS 1.2."""
    known = _named(_SCHEMES, code)
    digest, algorithm = _HASHES.get(code >> 8, ""), _SIGNATURES.get(code & 0xFF, "")
    return known or (f"{algorithm}_{digest}" if digest and algorithm else "")


def psk_mode(code: int) -> str:
    """A way to use a pre-shared key; GREASE is one byte here, 0x0B and every 31st after it."""
    return _PSK_MODES.get(code, "GREASE" if code % 31 == 11 else "")


def _named(names: Mapping[int, str], code: int) -> str:
    return names.get(code) or ("GREASE" if is_grease(code) else "")
