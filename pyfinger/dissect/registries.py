"""Code points by IANA's names (registries "TLS Parameters" and "TLS ExtensionType Values").

Names are those of RFC 8446 and of the RFCs the registries point to.  Reserved
values that clients sprinkle in to keep servers tolerant are GREASE (RFC 8701).
"""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.dissect.suites import suite_names
from pyfinger.tls.groups import GROUPS

VERSIONS: Mapping[int, str] = {
    0x0002: "SSL 2.0",
    0x0300: "SSL 3.0",
    0x0301: "TLS 1.0",
    0x0302: "TLS 1.1",
    0x0303: "TLS 1.2",
    0x0304: "TLS 1.3",
}

CONTENT_TYPES: Mapping[int, str] = {
    20: "change_cipher_spec",
    21: "alert",
    22: "handshake",
    23: "application_data",
    24: "heartbeat",
}

HANDSHAKE_TYPES: Mapping[int, str] = {
    0: "hello_request",
    1: "client_hello",
    2: "server_hello",
    4: "new_session_ticket",
    5: "end_of_early_data",
    8: "encrypted_extensions",
    11: "certificate",
    12: "server_key_exchange",
    13: "certificate_request",
    14: "server_hello_done",
    15: "certificate_verify",
    16: "client_key_exchange",
    20: "finished",
    21: "client_certificate_url",
    22: "certificate_status",
    23: "supplemental_data",
    24: "key_update",
    25: "compressed_certificate",
    254: "message_hash",
}

ALERT_LEVELS: Mapping[int, str] = {1: "warning", 2: "fatal"}

ALERTS: Mapping[int, str] = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    21: "decryption_failed",
    22: "record_overflow",
    30: "decompression_failure",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    52: "too_many_cids_requested",
    60: "export_restriction",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    111: "certificate_unobtainable",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    114: "bad_certificate_hash_value",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
    121: "ech_required",
}

_EXTENSIONS = {
    0: "server_name",
    1: "max_fragment_length",
    2: "client_certificate_url",
    3: "trusted_ca_keys",
    4: "truncated_hmac",
    5: "status_request",
    6: "user_mapping",
    7: "client_authz",
    8: "server_authz",
    9: "cert_type",
    10: "supported_groups",
    11: "ec_point_formats",
    12: "srp",
    13: "signature_algorithms",
    14: "use_srtp",
    15: "heartbeat",
    16: "application_layer_protocol_negotiation",
    17: "status_request_v2",
    18: "signed_certificate_timestamp",
    19: "client_certificate_type",
    20: "server_certificate_type",
    21: "padding",
    22: "encrypt_then_mac",
    23: "extended_master_secret",
    24: "token_binding",
    25: "cached_info",
    27: "compress_certificate",
    28: "record_size_limit",
    34: "delegated_credential",
    35: "session_ticket",
    41: "pre_shared_key",
    42: "early_data",
    43: "supported_versions",
    44: "cookie",
    45: "psk_key_exchange_modes",
    47: "certificate_authorities",
    48: "oid_filters",
    49: "post_handshake_auth",
    50: "signature_algorithms_cert",
    51: "key_share",
    52: "transparency_info",
    54: "connection_id",
    55: "external_id_hash",
    56: "external_session_id",
    57: "quic_transport_parameters",
    58: "ticket_request",
    59: "dnssec_chain",
    13172: "next_protocol_negotiation",
    17513: "application_settings",
    65037: "encrypted_client_hello",
    65281: "renegotiation_info",
}

_GROUPS = {
    **{code: group.name for code, group in GROUPS.items()},
    0x0029: "curveSM2",
    0x6399: "X25519Kyber768Draft00",
    0xFF01: "arbitrary_explicit_prime_curves",
    0xFF02: "arbitrary_explicit_char2_curves",
}

_SCHEMES = {
    0x0201: "rsa_pkcs1_sha1",
    0x0203: "ecdsa_sha1",
    0x0401: "rsa_pkcs1_sha256",
    0x0403: "ecdsa_secp256r1_sha256",
    0x0501: "rsa_pkcs1_sha384",
    0x0503: "ecdsa_secp384r1_sha384",
    0x0601: "rsa_pkcs1_sha512",
    0x0603: "ecdsa_secp521r1_sha512",
    0x0708: "sm2sig_sm3",
    0x0804: "rsa_pss_rsae_sha256",
    0x0805: "rsa_pss_rsae_sha384",
    0x0806: "rsa_pss_rsae_sha512",
    0x0807: "ed25519",
    0x0808: "ed448",
    0x0809: "rsa_pss_pss_sha256",
    0x080A: "rsa_pss_pss_sha384",
    0x080B: "rsa_pss_pss_sha512",
    0x081A: "ecdsa_brainpoolP256r1tls13_sha256",
    0x081B: "ecdsa_brainpoolP384r1tls13_sha384",
    0x081C: "ecdsa_brainpoolP512r1tls13_sha512",
    0x0904: "mldsa44",
    0x0905: "mldsa65",
    0x0906: "mldsa87",
}

# TLS 1.2 puts a hash and a signature algorithm together (RFC 5246 section 7.4.1.4.1).
_HASHES = {0: "none", 1: "md5", 2: "sha1", 3: "sha224", 4: "sha256", 5: "sha384", 6: "sha512"}
_SIGNATURES = {0: "anonymous", 1: "rsa", 2: "dsa", 3: "ecdsa"}

POINT_FORMATS: Mapping[int, str] = {
    0: "uncompressed",
    1: "ansiX962_compressed_prime",
    2: "ansiX962_compressed_char2",
}
COMPRESSIONS: Mapping[int, str] = {0: "null", 1: "DEFLATE", 64: "LZS"}
CURVE_TYPES: Mapping[int, str] = {1: "explicit_prime", 2: "explicit_char2", 3: "named_curve"}
STATUS_TYPES: Mapping[int, str] = {1: "ocsp", 2: "ocsp_multi"}
NAME_TYPES: Mapping[int, str] = {0: "host_name"}
FRAGMENT_LENGTHS: Mapping[int, str] = {1: "2^9", 2: "2^10", 3: "2^11", 4: "2^12"}
HEARTBEAT_MODES: Mapping[int, str] = {1: "peer_allowed_to_send", 2: "peer_not_allowed_to_send"}
CERTIFICATE_TYPES: Mapping[int, str] = {0: "X509", 1: "OpenPGP", 2: "RawPublicKey"}
CERTIFICATE_COMPRESSIONS: Mapping[int, str] = {1: "zlib", 2: "brotli", 3: "zstd"}
KEY_UPDATES: Mapping[int, str] = {0: "update_not_requested", 1: "update_requested"}
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
_PSK_MODES = {0: "psk_ke", 1: "psk_dhe_ke"}


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
