"""The names IANA gives to cipher suites, and the key exchange in them.

The registry is regular: runs of code points, in which every key exchange of a
list is combined with every cipher of another.  RFC 2246 to RFC 9367.
"""

from __future__ import annotations

from functools import cache

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
