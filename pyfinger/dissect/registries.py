"""Code points by IANA's names (registries "TLS Parameters" and "TLS ExtensionType Values").

Names are those of RFC 8446 and of the RFCs the registries point to.  Reserved
values that clients sprinkle in to keep servers tolerant are GREASE (RFC 8701).

The registry of cipher suites is regular: runs of code points, in which every key exchange of a
list is combined with every cipher of another.  RFC 2246 to RFC 9367.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from functools import cache

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


# TLS 1.2 puts a hash and a signature algorithm together (RFC 5246 section 7.4.1.4.1).
_HASHES = {0: "none", 1: "md5", 2: "sha1", 3: "sha224", 4: "sha256", 5: "sha384", 6: "sha512"}
_SIGNATURES = {0: "anonymous", 1: "rsa", 2: "dsa", 3: "ecdsa"}
POINT_FORMATS: Mapping[int, str] = {
    ECPointFormat.UNCOMPRESSED: "uncompressed",
    ECPointFormat.ANSIX962_COMPRESSED_PRIME: "ansiX962_compressed_prime",
    ECPointFormat.ANSIX962_COMPRESSED_CHAR2: "ansiX962_compressed_char2",
}
COMPRESSIONS: Mapping[int, str] = {0: "null", 1: "DEFLATE", 64: "LZS"}
STATUS_TYPES: Mapping[int, str] = {1: "ocsp", 2: "ocsp_multi"}
NAME_TYPES: Mapping[int, str] = {0: "host_name"}
FRAGMENT_LENGTHS: Mapping[int, str] = {1: "2^9", 2: "2^10", 3: "2^11", 4: "2^12"}
HEARTBEAT_MODES: Mapping[int, str] = {1: "peer_allowed_to_send", 2: "peer_not_allowed_to_send"}
CERTIFICATE_TYPES: Mapping[int, str] = {
    CertificateType.X509: "X509",
    CertificateType.OPENPGP: "OpenPGP",
    CertificateType.RAW_PUBLIC_KEY: "RawPublicKey",
}
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
_STATIC = "RSA DH_DSS DH_RSA DHE_DSS DHE_RSA DH_anon"
_PSK = "PSK DHE_PSK RSA_PSK"
_CURVES = "ECDHE_ECDSA ECDH_ECDSA ECDHE_RSA ECDH_RSA"
_SRP = "SRP_SHA SRP_SHA_RSA SRP_SHA_DSS"
_AES_CBC = "AES_128_CBC_SHA256 AES_256_CBC_SHA384"
_AES_GCM = "AES_128_GCM_SHA256 AES_256_GCM_SHA384"
_ARIA_CBC = "ARIA_128_CBC_SHA256 ARIA_256_CBC_SHA384"
_ARIA_GCM = "ARIA_128_GCM_SHA256 ARIA_256_GCM_SHA384"
_CAMELLIA_CBC = "CAMELLIA_128_CBC_SHA256 CAMELLIA_256_CBC_SHA384"
_CAMELLIA_GCM = "CAMELLIA_128_GCM_SHA256 CAMELLIA_256_GCM_SHA384"
_CCM = "AES_128_CCM AES_256_CCM"
_CCM_8 = "AES_128_CCM_8 AES_256_CCM_8"
_OLD = "RC4_128_SHA 3DES_EDE_CBC_SHA AES_128_CBC_SHA AES_256_CBC_SHA"
_CHACHA20 = "CHACHA20_POLY1305_SHA256"
# First code point, key exchanges, ciphers of each of them.
_RUNS: tuple[tuple[int, str, str], ...] = (
    (0x0000, "NULL", "NULL_NULL"),
    (0x0001, "RSA", "NULL_MD5 NULL_SHA"),
    (0x0003, "RSA_EXPORT", "RC4_40_MD5"),
    (0x0004, "RSA", "RC4_128_MD5 RC4_128_SHA"),
    (0x0006, "RSA_EXPORT", "RC2_CBC_40_MD5"),
    (0x0007, "RSA", "IDEA_CBC_SHA"),
    (0x0008, "RSA_EXPORT", "DES40_CBC_SHA"),
    (0x0009, "RSA", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x000B, "DH_DSS_EXPORT", "DES40_CBC_SHA"),
    (0x000C, "DH_DSS", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x000E, "DH_RSA_EXPORT", "DES40_CBC_SHA"),
    (0x000F, "DH_RSA", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x0011, "DHE_DSS_EXPORT", "DES40_CBC_SHA"),
    (0x0012, "DHE_DSS", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x0014, "DHE_RSA_EXPORT", "DES40_CBC_SHA"),
    (0x0015, "DHE_RSA", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x0017, "DH_anon_EXPORT", "RC4_40_MD5"),
    (0x0018, "DH_anon", "RC4_128_MD5"),
    (0x0019, "DH_anon_EXPORT", "DES40_CBC_SHA"),
    (0x001A, "DH_anon", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x001E, "KRB5", "DES_CBC_SHA 3DES_EDE_CBC_SHA RC4_128_SHA IDEA_CBC_SHA"),
    (0x0022, "KRB5", "DES_CBC_MD5 3DES_EDE_CBC_MD5 RC4_128_MD5 IDEA_CBC_MD5"),
    (0x0026, "KRB5_EXPORT", "DES_CBC_40_SHA RC2_CBC_40_SHA RC4_40_SHA"),
    (0x0029, "KRB5_EXPORT", "DES_CBC_40_MD5 RC2_CBC_40_MD5 RC4_40_MD5"),
    (0x002C, _PSK, "NULL_SHA"),
    (0x002F, _STATIC, "AES_128_CBC_SHA"),
    (0x0035, _STATIC, "AES_256_CBC_SHA"),
    (0x003B, "RSA", "NULL_SHA256 AES_128_CBC_SHA256 AES_256_CBC_SHA256"),
    (0x003E, "DH_DSS DH_RSA DHE_DSS", "AES_128_CBC_SHA256"),
    (0x0041, _STATIC, "CAMELLIA_128_CBC_SHA"),
    (0x0067, "DHE_RSA", "AES_128_CBC_SHA256"),
    (0x0068, "DH_DSS DH_RSA DHE_DSS DHE_RSA", "AES_256_CBC_SHA256"),
    (0x006C, "DH_anon", "AES_128_CBC_SHA256 AES_256_CBC_SHA256"),
    (0x0084, _STATIC, "CAMELLIA_256_CBC_SHA"),
    (0x008A, _PSK, _OLD),
    (0x0096, _STATIC, "SEED_CBC_SHA"),
    (0x009C, "RSA DHE_RSA DH_RSA DHE_DSS DH_DSS DH_anon", _AES_GCM),
    (0x00A8, _PSK, _AES_GCM),
    (0x00AE, _PSK, f"{_AES_CBC} NULL_SHA256 NULL_SHA384"),
    (0x00BA, _STATIC, "CAMELLIA_128_CBC_SHA256"),
    (0x00C0, _STATIC, "CAMELLIA_256_CBC_SHA256"),
    (0xC001, "ECDH_ECDSA ECDHE_ECDSA ECDH_RSA ECDHE_RSA ECDH_anon", f"NULL_SHA {_OLD}"),
    (0xC01A, _SRP, "3DES_EDE_CBC_SHA"),
    (0xC01D, _SRP, "AES_128_CBC_SHA"),
    (0xC020, _SRP, "AES_256_CBC_SHA"),
    (0xC023, _CURVES, _AES_CBC),
    (0xC02B, _CURVES, _AES_GCM),
    (0xC033, "ECDHE_PSK", f"{_OLD} {_AES_CBC} NULL_SHA NULL_SHA256 NULL_SHA384"),
    (0xC03C, f"{_STATIC} {_CURVES}", _ARIA_CBC),
    (0xC050, "RSA DHE_RSA DH_RSA DHE_DSS DH_DSS DH_anon", _ARIA_GCM),
    (0xC05C, _CURVES, _ARIA_GCM),
    (0xC064, _PSK, _ARIA_CBC),
    (0xC06A, _PSK, _ARIA_GCM),
    (0xC070, "ECDHE_PSK", _ARIA_CBC),
    (0xC072, _CURVES, _CAMELLIA_CBC),
    (0xC07A, "RSA DHE_RSA DH_RSA DHE_DSS DH_DSS DH_anon", _CAMELLIA_GCM),
    (0xC086, _CURVES, _CAMELLIA_GCM),
    (0xC08E, _PSK, _CAMELLIA_GCM),
    (0xC094, f"{_PSK} ECDHE_PSK", _CAMELLIA_CBC),
    (0xC09C, "RSA DHE_RSA", _CCM),
    (0xC0A0, "RSA DHE_RSA", _CCM_8),
    (0xC0A4, "PSK DHE_PSK", _CCM),
    (0xC0A8, "PSK PSK_DHE", _CCM_8),  # the registry's own spelling
    (0xC0AC, "ECDHE_ECDSA", f"{_CCM} {_CCM_8}"),
    (0xC0B0, "ECCPWD", f"{_AES_GCM} AES_128_CCM_SHA256 AES_256_CCM_SHA384"),
    (0xC100, "GOSTR341112_256", "KUZNYECHIK_CTR_OMAC MAGMA_CTR_OMAC 28147_CNT_IMIT"),
    (0xC103, "GOSTR341112_256", "KUZNYECHIK_MGM_L MAGMA_MGM_L KUZNYECHIK_MGM_S MAGMA_MGM_S"),
    (0xCCA8, "ECDHE_RSA ECDHE_ECDSA DHE_RSA PSK ECDHE_PSK DHE_PSK RSA_PSK", _CHACHA20),
    (0xD001, "ECDHE_PSK", f"{_AES_GCM} AES_128_CCM_8_SHA256"),
    (0xD005, "ECDHE_PSK", "AES_128_CCM_SHA256"),
)
# RFC 8446 appendix B.4, RFC 8998, RFC 9150; RFC 5746, RFC 7507.
_SINGLE = {
    0x00C6: "TLS_SM4_GCM_SM3",
    0x00C7: "TLS_SM4_CCM_SM3",
    0x00FF: "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
    0x1301: "TLS_AES_128_GCM_SHA256",
    0x1302: "TLS_AES_256_GCM_SHA384",
    0x1303: "TLS_CHACHA20_POLY1305_SHA256",
    0x1304: "TLS_AES_128_CCM_SHA256",
    0x1305: "TLS_AES_128_CCM_8_SHA256",
    0x5600: "TLS_FALLBACK_SCSV",
    0xC0B4: "TLS_SHA256_SHA256",
    0xC0B5: "TLS_SHA384_SHA384",
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


CURVE_TYPES: Mapping[int, str] = _lower(ECCurveType)
CERTIFICATE_COMPRESSIONS: Mapping[int, str] = _lower(CertificateCompression)
KEY_UPDATES: Mapping[int, str] = _lower(KeyUpdateRequest)
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


@cache
def suite_names() -> dict[int, str]:
    """IANA's name of every suite, by code point."""
    found = dict(_SINGLE)
    for first, exchanges, ciphers in _RUNS:
        pairs = [(exchange, cipher) for exchange in exchanges.split() for cipher in ciphers.split()]
        found |= {first + i: f"TLS_{exchange}_WITH_{cipher}" for i, (exchange, cipher) in enumerate(pairs)}
    return found


def key_exchange(code: int) -> str:
    """How a suite before TLS 1.3 agrees on keys, as in its name: `ECDHE_RSA`; else empty."""
    exchange, found, _ = suite_names().get(code, "").removeprefix("TLS_").partition("_WITH_")
    return exchange if found else ""
