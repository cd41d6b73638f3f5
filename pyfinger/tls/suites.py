"""Cipher suites: code point, OpenSSL's name, and what they are made of.

All that OpenSSL 3.5 knows (`suite_table.py`), with the properties its cipher
strings and its security levels go by (ssl/s3_lib.c, ssl3_ciphers).
"""

from __future__ import annotations

from functools import cache

from pyfinger.tls.codepoints import SSL3, TLS10, TLS12, TLS13
from pyfinger.tls.suite_table import WITH_CERTIFICATES, WITH_SHARED_SECRETS
from pyfinger.values import Value


class Cipher(Value):
    """A bulk cipher: sizes in bytes; `used` and `total` are OpenSSL's strength bits."""

    name: str
    key: int
    block: int  # CBC block size, 0 for AEADs and NULL
    tag: int  # AEAD tag size, 0 otherwise
    used: int
    total: int

    @property
    def aead(self) -> bool:
        """Whether the cipher authenticates by itself."""
        return self.tag > 0


def _ciphers() -> dict[str, Cipher]:
    table = {"NULL": Cipher("NULL", 0, 0, 0, 0, 0), "CHACHA20": Cipher("CHACHA20", 32, 0, 16, 256, 256)}
    for bits in (128, 256):
        for mode, tag, used in (("GCM", 16, bits), ("CCM", 16, bits), ("CCM8", 8, 64)):
            table[f"AES{bits}-{mode}"] = Cipher(f"AES{bits}-{mode}", bits // 8, 0, tag, used, bits)
        table[f"ARIA{bits}-GCM"] = Cipher(f"ARIA{bits}-GCM", bits // 8, 0, 16, bits, bits)
        for family in ("AES", "CAMELLIA"):
            table[f"{family}{bits}-CBC"] = Cipher(f"{family}{bits}-CBC", bits // 8, 16, 0, bits, bits)
    return table


CIPHERS = _ciphers()
_FIPS = {"NULL", "AES128-GCM", "AES256-GCM", "AES128-CBC", "AES256-CBC"}
_STANDARD = {
    ("RSA", "RSA"): "RSA",
    ("DHE", "NULL"): "DH_anon",
    ("ECDHE", "NULL"): "ECDH_anon",
    ("PSK", "PSK"): "PSK",
    ("RSAPSK", "RSA"): "RSA_PSK",
    ("DHEPSK", "PSK"): "DHE_PSK",
    ("ECDHEPSK", "PSK"): "ECDHE_PSK",
    ("SRP", "SRP"): "SRP_SHA",
    ("SRP", "RSA"): "SRP_SHA_RSA",
    ("SRP", "DSS"): "SRP_SHA_DSS",
}


class Suite(Value):
    """One cipher suite.

    `digest` is the MAC of CBC and NULL suites; `prf` the hash of the key
    schedule from TLS 1.2 on.  `key_exchange` is RSA, DHE, ECDHE, one of the
    latter with PSK behind it, PSK, SRP or any (1.3); `authentication` RSA,
    ECDSA, DSS, PSK, SRP, NULL or any.
    """

    code: int
    name: str
    key_exchange: str
    authentication: str
    cipher: Cipher
    digest: str

    @property
    def tls13(self) -> bool:
        """A TLS 1.3 suite, for no other version."""
        return self.key_exchange == "any"

    @property
    def first_version(self) -> int:
        """The oldest protocol version that has the suite, as OpenSSL sees it (`min_tls`)."""
        if self.tls13:
            return TLS13
        newer_mac = self.digest in ("SHA256", "SHA384")
        if self.cipher.aead or (newer_mac and not self.key_exchange.endswith("PSK")):
            return TLS12
        return TLS10 if newer_mac or self.key_exchange.startswith("ECDHE") else SSL3

    @property
    def shared_secret(self) -> bool:
        """Needs a pre-shared key or password, which we never have."""
        return self.key_exchange.endswith("PSK") or self.key_exchange == "SRP"

    @property
    def forward_secret(self) -> bool:
        """The key exchange is ephemeral."""
        return self.tls13 or "DHE" in self.key_exchange

    @property
    def strengths(self) -> frozenset[str]:
        """OpenSSL's classes; suites with 64-bit tags are MEDIUM, and FIPS goes by algorithm."""
        if self.cipher.name == "NULL":
            grade = "NONE"
        else:
            grade = "MEDIUM" if self.cipher.name.endswith("CCM8") else "HIGH"
        approved = self.cipher.name in _FIPS and self.key_exchange != "SRP" and self.digest != "MD5"
        return frozenset({grade, "FIPS"} if approved else {grade})

    @property
    def not_default(self) -> bool:
        """Left out of DEFAULT though ALL has it."""
        odd = any(part in self.cipher.name for part in ("CCM", "ARIA", "CAMELLIA"))
        return self.cipher.name != "NULL" and (odd or self.authentication in ("NULL", "DSS"))

    @property
    def standard_name(self) -> str:
        """IANA's name (RFC 5246 appendix C and others), as OpenSSL has it."""
        if self.tls13:
            return self.name
        exchange = _STANDARD.get((self.key_exchange, self.authentication))
        if exchange == "DHE_PSK" and self.cipher.name.endswith("CCM8"):
            exchange = "PSK_DHE"  # sic (RFC 6655)
        cipher = self.cipher.name.replace("-", "_").replace("CCM8", "CCM_8")
        for family in ("AES", "ARIA", "CAMELLIA"):
            cipher = cipher.replace(f"{family}1", f"{family}_1").replace(f"{family}2", f"{family}_2")
        cipher = cipher.replace("CHACHA20", "CHACHA20_POLY1305")
        tail = "" if "CCM" in cipher else f"_{self.digest}"
        return f"TLS_{exchange or f'{self.key_exchange}_{self.authentication}'}_WITH_{cipher}{tail}"

    @property
    def anonymous(self) -> bool:
        """The server shows no certificate."""
        return self.authentication == "NULL"

    @property
    def prf(self) -> str:
        """hashlib name of the hash behind the TLS 1.2 PRF or the 1.3 key schedule."""
        return "sha384" if self.digest == "SHA384" else "sha256"

    @property
    def mac(self) -> str:
        """hashlib name of the record MAC; empty for AEADs."""
        return "" if self.cipher.aead else {"SHA": "sha1"}.get(self.digest, self.digest.lower())

    def fits(self, version: int) -> bool:
        """Whether the suite belongs to a protocol version (`TLS10` to `TLS13`)."""
        if self.tls13 or version == TLS13:
            return self.tls13 and version == TLS13
        return self.first_version <= version


@cache
def negotiable() -> dict[int, Suite]:
    """Those a server can be asked for: all that need no shared secret."""
    return {code: suite for code, suite in suites().items() if not suite.shared_secret}


@cache
def suites() -> dict[int, Suite]:
    """All known suites by code point."""
    found = {}
    for row in (WITH_CERTIFICATES + WITH_SHARED_SECRETS).strip().splitlines():
        if not row:
            continue
        code, name, key_exchange, authentication, cipher, digest = row.split()
        number = int(code, 16)
        found[number] = Suite(number, name, key_exchange, authentication, CIPHERS[cipher], digest)
    return found
