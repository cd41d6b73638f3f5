"""Names of code points as ssl/t1_trce.c has them: mostly IANA's, but not always."""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.dissect import registries
from pyfinger.tls.codepoints import (
    CertificateCompression,
    CertificateType,
    ContentType,
    ExtensionType,
    HandshakeType,
    KeyUpdateRequest,
    NamedGroup,
    PskKeyExchangeMode,
    SignatureScheme,
)

UNKNOWN = "UNKNOWN"

VERSIONS: Mapping[int, str] = {
    0x0300: "SSL 3.0",
    0x0301: "TLS 1.0",
    0x0302: "TLS 1.1",
    0x0303: "TLS 1.2",
    0x0304: "TLS 1.3",
    0xFEFF: "DTLS 1.0",
    0xFEFD: "DTLS 1.2",
    0x0100: "DTLS 1.0 (bad)",
}
CONTENT_TYPES: Mapping[int, str] = {
    ContentType.CHANGE_CIPHER_SPEC: "ChangeCipherSpec",
    ContentType.ALERT: "Alert",
    ContentType.HANDSHAKE: "Handshake",
    ContentType.APPLICATION_DATA: "ApplicationData",
}
HANDSHAKE_TYPES: Mapping[int, str] = {
    HandshakeType.HELLO_REQUEST: "HelloRequest",
    HandshakeType.CLIENT_HELLO: "ClientHello",
    HandshakeType.SERVER_HELLO: "ServerHello",
    3: "HelloVerifyRequest",
    HandshakeType.NEW_SESSION_TICKET: "NewSessionTicket",
    HandshakeType.END_OF_EARLY_DATA: "EndOfEarlyData",
    HandshakeType.ENCRYPTED_EXTENSIONS: "EncryptedExtensions",
    HandshakeType.CERTIFICATE: "Certificate",
    HandshakeType.SERVER_KEY_EXCHANGE: "ServerKeyExchange",
    HandshakeType.CERTIFICATE_REQUEST: "CertificateRequest",
    HandshakeType.SERVER_HELLO_DONE: "ServerHelloDone",
    HandshakeType.CERTIFICATE_VERIFY: "CertificateVerify",
    HandshakeType.CLIENT_KEY_EXCHANGE: "ClientKeyExchange",
    HandshakeType.FINISHED: "Finished",
    HandshakeType.CLIENT_CERTIFICATE_URL: "CertificateUrl",
    HandshakeType.CERTIFICATE_STATUS: "CertificateStatus",
    HandshakeType.SUPPLEMENTAL_DATA: "SupplementalData",
    HandshakeType.KEY_UPDATE: "KeyUpdate",
    HandshakeType.COMPRESSED_CERTIFICATE: "CompressedCertificate",
    67: "NextProto",
    HandshakeType.MESSAGE_HASH: "MessageHash",
}
COMPRESSIONS: Mapping[int, str] = {0: "No Compression", 1: "Zlib Compression"}
EXTENSIONS: Mapping[int, str] = {
    ExtensionType.SERVER_NAME: "server_name",
    ExtensionType.MAX_FRAGMENT_LENGTH: "max_fragment_length",
    ExtensionType.CLIENT_CERTIFICATE_URL: "client_certificate_url",
    ExtensionType.TRUSTED_CA_KEYS: "trusted_ca_keys",
    ExtensionType.TRUNCATED_HMAC: "truncated_hmac",
    ExtensionType.STATUS_REQUEST: "status_request",
    ExtensionType.USER_MAPPING: "user_mapping",
    ExtensionType.CLIENT_AUTHZ: "client_authz",
    ExtensionType.SERVER_AUTHZ: "server_authz",
    ExtensionType.CERT_TYPE: "cert_type",
    ExtensionType.SUPPORTED_GROUPS: "supported_groups",
    ExtensionType.EC_POINT_FORMATS: "ec_point_formats",
    ExtensionType.SRP: "srp",
    ExtensionType.SIGNATURE_ALGORITHMS: "signature_algorithms",
    ExtensionType.USE_SRTP: "use_srtp",
    ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION: "application_layer_protocol_negotiation",
    ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP: "signed_certificate_timestamps",
    ExtensionType.CLIENT_CERTIFICATE_TYPE: "client_cert_type",
    ExtensionType.SERVER_CERTIFICATE_TYPE: "server_cert_type",
    ExtensionType.PADDING: "padding",
    ExtensionType.ENCRYPT_THEN_MAC: "encrypt_then_mac",
    ExtensionType.EXTENDED_MASTER_SECRET: "extended_master_secret",
    ExtensionType.COMPRESS_CERTIFICATE: "compress_certificate",
    ExtensionType.SESSION_TICKET: "session_ticket",
    ExtensionType.PRE_SHARED_KEY: "psk",
    ExtensionType.EARLY_DATA: "early_data",
    ExtensionType.SUPPORTED_VERSIONS: "supported_versions",
    ExtensionType.COOKIE: "cookie_ext",
    ExtensionType.PSK_KEY_EXCHANGE_MODES: "psk_key_exchange_modes",
    ExtensionType.CERTIFICATE_AUTHORITIES: "certificate_authorities",
    ExtensionType.POST_HANDSHAKE_AUTH: "post_handshake_auth",
    ExtensionType.SIGNATURE_ALGORITHMS_CERT: "signature_algorithms_cert",
    ExtensionType.KEY_SHARE: "key_share",
    ExtensionType.RENEGOTIATION_INFO: "renegotiate",
    ExtensionType.NEXT_PROTOCOL_NEGOTIATION: "next_proto_neg",
}

_GOST = ("GC256A", "GC256B", "GC256C", "GC256D", "GC512A", "GC512B", "GC512C")
_ALIASES: Mapping[int, str] = {  # curves that NIST has names of its own for
    NamedGroup.SECT163K1: "K-163",
    NamedGroup.SECT163R2: "B-163",
    NamedGroup.SECT233K1: "K-233",
    NamedGroup.SECT233R1: "B-233",
    NamedGroup.SECT283K1: "K-283",
    NamedGroup.SECT283R1: "B-283",
    NamedGroup.SECT409K1: "K-409",
    NamedGroup.SECT409R1: "B-409",
    NamedGroup.SECT571K1: "K-571",
    NamedGroup.SECT571R1: "B-571",
    NamedGroup.SECP192R1: "P-192",
    NamedGroup.SECP224R1: "P-224",
    NamedGroup.SECP256R1: "P-256",
    NamedGroup.SECP384R1: "P-384",
    NamedGroup.SECP521R1: "P-521",
}
_OTHER_GROUPS: Mapping[int, str] = {
    **{34 + place: name for place, name in enumerate(_GOST)},
    NamedGroup.X25519: "ecdh_x25519",
    NamedGroup.X448: "ecdh_x448",
    25498: "SecP256r1Kyber768Draft00",
}
_OTHER_SCHEMES: Mapping[int, str] = {
    SignatureScheme.RSA_SHA224: "rsa_pkcs1_sha224",
    0xEEEE: "gost2012_256",
    0xEFEF: "gost2012_512",
    0xEDED: "gost2001_gost94",
    0x0840: "gostr34102012_256",
    0x0841: "gostr34102012_512",
}
_NAMELESS_GROUPS = frozenset({NamedGroup.CURVESM2, NamedGroup.CURVESM2MLKEM768})
_SCHEMES = frozenset(SignatureScheme) - {SignatureScheme.SM2SIG_SM3}
_OTHER_SUITES: Mapping[int, str] = {
    0x001D: "SSL_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA",
    0x001E: "SSL_FORTEZZA_KEA_WITH_RC4_128_SHA",
    0x0081: "TLS_GOSTR341001_WITH_28147_CNT_IMIT",
    0x0083: "TLS_GOSTR341001_WITH_NULL_GOSTR3411",
    0xC100: "GOST2012-KUZNYECHIK-KUZNYECHIKOMAC",
    0xC101: "GOST2012-MAGMA-MAGMAOMAC",
    0xC102: "GOST2012-GOST8912-IANA",
    0xFEFE: "SSL_RSA_FIPS_WITH_DES_CBC_SHA",
    0xFEFF: "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA",
    0xFF85: "LEGACY-GOST2012-GOST8912-GOST8912",
    0xFF87: "GOST2012-NULL-GOST12",
}
_NAMELESS_SUITES = frozenset(
    {0x00C6, 0x00C7, *range(0xC0B0, 0xC0B4), *range(0xC103, 0xC107), *range(0xD001, 0xD006)}
)
POINT_FORMATS = registries.POINT_FORMATS
FRAGMENT_LENGTHS: Mapping[int, str] = {
    0: "disabled",
    **{n: f"max_fragment_length := 2^{8 + n} ({1 << 8 + n} bytes)" for n in range(1, 5)},
}
CLIENT_CERTIFICATE_TYPES = registries.CLIENT_CERTIFICATE_TYPES
PSK_MODES: Mapping[int, str] = {mode: mode.name.lower() for mode in PskKeyExchangeMode}
KEY_UPDATES: Mapping[int, str] = {request: request.name.lower() for request in KeyUpdateRequest}
CERTIFICATE_COMPRESSIONS: Mapping[int, str] = {
    0: "none",
    CertificateCompression.ZLIB: "zlib",
    CertificateCompression.BROTLI: "brotli",
    CertificateCompression.ZSTD: "zstd",
}
CERTIFICATE_TYPES: Mapping[int, str] = {
    CertificateType.X509: "x509",
    CertificateType.OPENPGP: "pgp",
    CertificateType.RAW_PUBLIC_KEY: "rpk",
    3: "1609dot2",
}


def named(names: Mapping[int, str], code: int) -> str:
    """A name of a table (ssl_trace_str())."""
    return names.get(code, UNKNOWN)


def suite(code: int) -> str:
    """A cipher suite."""
    if code in _NAMELESS_SUITES:
        return UNKNOWN
    return _OTHER_SUITES.get(code) or registries.suite_names().get(code, UNKNOWN)


def group(code: int) -> str:
    """A key exchange group, with the other name it may have."""
    if code in _OTHER_GROUPS:
        return _OTHER_GROUPS[code]
    if code in _NAMELESS_GROUPS or registries.is_grease(code):
        return UNKNOWN
    name, alias = registries.group(code) or UNKNOWN, _ALIASES.get(code)
    return f"{name} ({alias})" if alias else name


def scheme(code: int) -> str:
    """A signature scheme."""
    if code in _OTHER_SCHEMES:
        return _OTHER_SCHEMES[code]
    return registries.scheme(code) if code in _SCHEMES else UNKNOWN
