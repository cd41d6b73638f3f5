"""Cipher suites: code point, OpenSSL's name, and what they are made of.

All that OpenSSL 3.5 knows (`suite_table.py`), with the properties its cipher
strings and its security levels go by (ssl/s3_lib.c, ssl3_ciphers).
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache, cached_property

from pyfinger.tls.codepoints import SSL3, TLS10, TLS12, TLS13
from pyfinger.tls.suite_table import WITH_CERTIFICATES, WITH_SHARED_SECRETS
from pyfinger.values import Value


class KeyExchange(StrEnum):
    """How the secret is agreed on; with TLS 1.3 that is no matter of the suite."""

    RSA = "RSA"
    DHE = "DHE"
    ECDHE = "ECDHE"
    PSK = "PSK"
    RSAPSK = "RSAPSK"
    DHEPSK = "DHEPSK"
    ECDHEPSK = "ECDHEPSK"
    SRP = "SRP"
    ANY = "any"

    @property
    def ephemeral(self) -> bool:
        """Nobody who gets at the server's key later reads the session."""
        return self is KeyExchange.ANY or "DHE" in self

    @property
    def with_psk(self) -> bool:
        """A pre-shared key is part of it."""
        return self.endswith("PSK")


class SuiteAuthentication(StrEnum):
    """What the server proves itself with."""

    RSA = "RSA"
    ECDSA = "ECDSA"
    DSS = "DSS"
    PSK = "PSK"
    SRP = "SRP"
    NULL = "NULL"
    ANY = "any"


class SuiteHash(StrEnum):
    """The last part of a suite's name."""

    MD5 = "MD5"
    SHA = "SHA"
    SHA256 = "SHA256"
    SHA384 = "SHA384"


class CipherFamily(StrEnum):
    """What a bulk cipher is made of."""

    NULL = "NULL"
    AES = "AES"
    ARIA = "ARIA"
    CAMELLIA = "CAMELLIA"
    CHACHA20 = "CHACHA20"


class CipherMode(StrEnum):
    """How a block cipher is used; the others have none."""

    NONE = ""
    CBC = "CBC"
    GCM = "GCM"
    CCM = "CCM"
    CCM8 = "CCM8"


class Cipher(Value):
    """A bulk cipher: sizes in bytes; `used` and `total` are OpenSSL's strength bits."""

    __slots__ = ("__dict__",)  # what is made once

    family: CipherFamily
    mode: CipherMode
    key: int
    block: int  # CBC block size, 0 for AEADs and NULL
    tag: int  # AEAD tag size, 0 otherwise
    used: int
    total: int

    @cached_property
    def name(self) -> str:
        """As in `suite_table`."""
        return f"{self.family}{8 * self.key}-{self.mode}" if self.mode else self.family

    @property
    def aead(self) -> bool:
        """Whether the cipher authenticates by itself."""
        return self.tag > 0


def _ciphers() -> dict[str, Cipher]:
    found = [
        Cipher(CipherFamily.NULL, CipherMode.NONE, 0, 0, 0, 0, 0),
        Cipher(CipherFamily.CHACHA20, CipherMode.NONE, 32, 0, 16, 256, 256),
    ]
    for bits in (128, 256):
        size = bits // 8
        found += [
            Cipher(CipherFamily.AES, CipherMode.GCM, size, 0, 16, bits, bits),
            Cipher(CipherFamily.AES, CipherMode.CCM, size, 0, 16, bits, bits),
            Cipher(CipherFamily.AES, CipherMode.CCM8, size, 0, 8, 64, bits),
            Cipher(CipherFamily.ARIA, CipherMode.GCM, size, 0, 16, bits, bits),
            Cipher(CipherFamily.AES, CipherMode.CBC, size, 16, 0, bits, bits),
            Cipher(CipherFamily.CAMELLIA, CipherMode.CBC, size, 16, 0, bits, bits),
        ]
    return {cipher.name: cipher for cipher in found}


CIPHERS = _ciphers()
_FIPS = {
    (CipherFamily.NULL, CipherMode.NONE),
    (CipherFamily.AES, CipherMode.GCM),
    (CipherFamily.AES, CipherMode.CBC),
}
_ODD_FAMILIES = (CipherFamily.ARIA, CipherFamily.CAMELLIA)
_CCM = (CipherMode.CCM, CipherMode.CCM8)
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
    schedule from TLS 1.2 on.
    """

    code: int
    name: str
    key_exchange: KeyExchange
    authentication: SuiteAuthentication
    cipher: Cipher
    digest: SuiteHash

    @property
    def tls13(self) -> bool:
        """A TLS 1.3 suite, for no other version."""
        return self.key_exchange is KeyExchange.ANY

    @property
    def first_version(self) -> int:
        """The oldest protocol version that has the suite, as OpenSSL sees it (`min_tls`)."""
        if self.tls13:
            return TLS13
        newer_mac = self.digest in (SuiteHash.SHA256, SuiteHash.SHA384)
        if self.cipher.aead or (newer_mac and not self.key_exchange.with_psk):
            return TLS12
        elliptic = self.key_exchange in (KeyExchange.ECDHE, KeyExchange.ECDHEPSK)
        return TLS10 if newer_mac or elliptic else SSL3

    @property
    def shared_secret(self) -> bool:
        """Needs a pre-shared key or password, which we never have."""
        return self.key_exchange.with_psk or self.key_exchange is KeyExchange.SRP

    @property
    def forward_secret(self) -> bool:
        """The key exchange is ephemeral."""
        return self.key_exchange.ephemeral

    @property
    def strengths(self) -> frozenset[str]:
        """OpenSSL's classes; suites with 64-bit tags are MEDIUM, and FIPS goes by algorithm."""
        if self.cipher.family is CipherFamily.NULL:
            grade = "NONE"
        else:
            grade = "MEDIUM" if self.cipher.mode is CipherMode.CCM8 else "HIGH"
        approved = (
            (self.cipher.family, self.cipher.mode) in _FIPS
            and self.key_exchange is not KeyExchange.SRP
            and self.digest is not SuiteHash.MD5
        )
        return frozenset({grade, "FIPS"} if approved else {grade})

    @property
    def not_default(self) -> bool:
        """Left out of DEFAULT though ALL has it."""
        odd = self.cipher.mode in _CCM or self.cipher.family in _ODD_FAMILIES
        unproven = self.authentication in (SuiteAuthentication.NULL, SuiteAuthentication.DSS)
        return self.cipher.family is not CipherFamily.NULL and (odd or unproven)

    @property
    def standard_name(self) -> str:
        """IANA's name (RFC 5246 appendix C and others), as OpenSSL has it."""
        if self.tls13:
            return self.name
        exchange = _STANDARD.get((self.key_exchange, self.authentication))
        if self.key_exchange is KeyExchange.DHEPSK and self.cipher.mode is CipherMode.CCM8:
            exchange = "PSK_DHE"  # sic (RFC 6655)
        cipher = self.cipher.name.replace("-", "_").replace("CCM8", "CCM_8")
        for family in ("AES", "ARIA", "CAMELLIA"):
            cipher = cipher.replace(f"{family}1", f"{family}_1").replace(f"{family}2", f"{family}_2")
        cipher = cipher.replace("CHACHA20", "CHACHA20_POLY1305")
        tail = "" if self.cipher.mode in _CCM else f"_{self.digest}"
        return f"TLS_{exchange or f'{self.key_exchange}_{self.authentication}'}_WITH_{cipher}{tail}"

    @property
    def anonymous(self) -> bool:
        """The server shows no certificate."""
        return self.authentication is SuiteAuthentication.NULL

    @property
    def prf(self) -> str:
        """hashlib name of the hash behind the TLS 1.2 PRF or the 1.3 key schedule."""
        return "sha384" if self.digest is SuiteHash.SHA384 else "sha256"

    @property
    def mac(self) -> str:
        """hashlib name of the record MAC; empty for AEADs."""
        if self.cipher.aead:
            return ""
        return "sha1" if self.digest is SuiteHash.SHA else self.digest.lower()

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
        found[number] = Suite(
            number,
            name,
            KeyExchange(key_exchange),
            SuiteAuthentication(authentication),
            CIPHERS[cipher],
            SuiteHash(digest),
        )
    return found
