"""Cipher suites: code point, OpenSSL's name, and what they are made of.

The table holds every suite OpenSSL 3.5 can negotiate without pre-shared keys;
the codes and compositions are IANA's, the names those ciphers(1) prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Cipher:
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


@dataclass(frozen=True, slots=True)
class Suite:
    """One cipher suite.

    `digest` is the MAC of CBC and NULL suites; `prf` the hash of the key
    schedule from TLS 1.2 on.  `key_exchange` is RSA, DHE, ECDHE or any (1.3),
    `authentication` RSA, ECDSA, NULL or any.
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
    def tls12_only(self) -> bool:
        """Needs TLS 1.2: AEADs and SHA-2 MACs (RFC 5246, RFC 5288)."""
        return not self.tls13 and (self.cipher.aead or self.digest not in ("SHA", "MD5"))

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
        """Whether the suite belongs to a protocol version (0x0301 to 0x0304)."""
        if self.tls13 or version == 0x0304:
            return self.tls13 and version == 0x0304
        return version == 0x0303 or not self.tls12_only


_TABLE = """
0001 NULL-MD5                        RSA   RSA   NULL             MD5
0002 NULL-SHA                        RSA   RSA   NULL             SHA
002F AES128-SHA                      RSA   RSA   AES128-CBC       SHA
0033 DHE-RSA-AES128-SHA              DHE   RSA   AES128-CBC       SHA
0034 ADH-AES128-SHA                  DHE   NULL  AES128-CBC       SHA
0035 AES256-SHA                      RSA   RSA   AES256-CBC       SHA
0039 DHE-RSA-AES256-SHA              DHE   RSA   AES256-CBC       SHA
003A ADH-AES256-SHA                  DHE   NULL  AES256-CBC       SHA
003B NULL-SHA256                     RSA   RSA   NULL             SHA256
003C AES128-SHA256                   RSA   RSA   AES128-CBC       SHA256
003D AES256-SHA256                   RSA   RSA   AES256-CBC       SHA256
0041 CAMELLIA128-SHA                 RSA   RSA   CAMELLIA128-CBC  SHA
0045 DHE-RSA-CAMELLIA128-SHA         DHE   RSA   CAMELLIA128-CBC  SHA
0046 ADH-CAMELLIA128-SHA             DHE   NULL  CAMELLIA128-CBC  SHA
0067 DHE-RSA-AES128-SHA256           DHE   RSA   AES128-CBC       SHA256
006B DHE-RSA-AES256-SHA256           DHE   RSA   AES256-CBC       SHA256
006C ADH-AES128-SHA256               DHE   NULL  AES128-CBC       SHA256
006D ADH-AES256-SHA256               DHE   NULL  AES256-CBC       SHA256
0084 CAMELLIA256-SHA                 RSA   RSA   CAMELLIA256-CBC  SHA
0088 DHE-RSA-CAMELLIA256-SHA         DHE   RSA   CAMELLIA256-CBC  SHA
0089 ADH-CAMELLIA256-SHA             DHE   NULL  CAMELLIA256-CBC  SHA
009C AES128-GCM-SHA256               RSA   RSA   AES128-GCM       SHA256
009D AES256-GCM-SHA384               RSA   RSA   AES256-GCM       SHA384
009E DHE-RSA-AES128-GCM-SHA256       DHE   RSA   AES128-GCM       SHA256
009F DHE-RSA-AES256-GCM-SHA384       DHE   RSA   AES256-GCM       SHA384
00A6 ADH-AES128-GCM-SHA256           DHE   NULL  AES128-GCM       SHA256
00A7 ADH-AES256-GCM-SHA384           DHE   NULL  AES256-GCM       SHA384
00BA CAMELLIA128-SHA256              RSA   RSA   CAMELLIA128-CBC  SHA256
00BE DHE-RSA-CAMELLIA128-SHA256      DHE   RSA   CAMELLIA128-CBC  SHA256
00BF ADH-CAMELLIA128-SHA256          DHE   NULL  CAMELLIA128-CBC  SHA256
00C0 CAMELLIA256-SHA256              RSA   RSA   CAMELLIA256-CBC  SHA256
00C4 DHE-RSA-CAMELLIA256-SHA256      DHE   RSA   CAMELLIA256-CBC  SHA256
00C5 ADH-CAMELLIA256-SHA256          DHE   NULL  CAMELLIA256-CBC  SHA256
1301 TLS_AES_128_GCM_SHA256          any   any   AES128-GCM       SHA256
1302 TLS_AES_256_GCM_SHA384          any   any   AES256-GCM       SHA384
1303 TLS_CHACHA20_POLY1305_SHA256    any   any   CHACHA20         SHA256
1304 TLS_AES_128_CCM_SHA256          any   any   AES128-CCM       SHA256
1305 TLS_AES_128_CCM_8_SHA256        any   any   AES128-CCM8      SHA256
C006 ECDHE-ECDSA-NULL-SHA            ECDHE ECDSA NULL             SHA
C009 ECDHE-ECDSA-AES128-SHA          ECDHE ECDSA AES128-CBC       SHA
C00A ECDHE-ECDSA-AES256-SHA          ECDHE ECDSA AES256-CBC       SHA
C010 ECDHE-RSA-NULL-SHA              ECDHE RSA   NULL             SHA
C013 ECDHE-RSA-AES128-SHA            ECDHE RSA   AES128-CBC       SHA
C014 ECDHE-RSA-AES256-SHA            ECDHE RSA   AES256-CBC       SHA
C015 AECDH-NULL-SHA                  ECDHE NULL  NULL             SHA
C018 AECDH-AES128-SHA                ECDHE NULL  AES128-CBC       SHA
C019 AECDH-AES256-SHA                ECDHE NULL  AES256-CBC       SHA
C023 ECDHE-ECDSA-AES128-SHA256       ECDHE ECDSA AES128-CBC       SHA256
C024 ECDHE-ECDSA-AES256-SHA384       ECDHE ECDSA AES256-CBC       SHA384
C027 ECDHE-RSA-AES128-SHA256         ECDHE RSA   AES128-CBC       SHA256
C028 ECDHE-RSA-AES256-SHA384         ECDHE RSA   AES256-CBC       SHA384
C02B ECDHE-ECDSA-AES128-GCM-SHA256   ECDHE ECDSA AES128-GCM       SHA256
C02C ECDHE-ECDSA-AES256-GCM-SHA384   ECDHE ECDSA AES256-GCM       SHA384
C02F ECDHE-RSA-AES128-GCM-SHA256     ECDHE RSA   AES128-GCM       SHA256
C030 ECDHE-RSA-AES256-GCM-SHA384     ECDHE RSA   AES256-GCM       SHA384
C050 ARIA128-GCM-SHA256              RSA   RSA   ARIA128-GCM      SHA256
C051 ARIA256-GCM-SHA384              RSA   RSA   ARIA256-GCM      SHA384
C052 DHE-RSA-ARIA128-GCM-SHA256      DHE   RSA   ARIA128-GCM      SHA256
C053 DHE-RSA-ARIA256-GCM-SHA384      DHE   RSA   ARIA256-GCM      SHA384
C05C ECDHE-ECDSA-ARIA128-GCM-SHA256  ECDHE ECDSA ARIA128-GCM      SHA256
C05D ECDHE-ECDSA-ARIA256-GCM-SHA384  ECDHE ECDSA ARIA256-GCM      SHA384
C060 ECDHE-ARIA128-GCM-SHA256        ECDHE RSA   ARIA128-GCM      SHA256
C061 ECDHE-ARIA256-GCM-SHA384        ECDHE RSA   ARIA256-GCM      SHA384
C072 ECDHE-ECDSA-CAMELLIA128-SHA256  ECDHE ECDSA CAMELLIA128-CBC  SHA256
C073 ECDHE-ECDSA-CAMELLIA256-SHA384  ECDHE ECDSA CAMELLIA256-CBC  SHA384
C076 ECDHE-RSA-CAMELLIA128-SHA256    ECDHE RSA   CAMELLIA128-CBC  SHA256
C077 ECDHE-RSA-CAMELLIA256-SHA384    ECDHE RSA   CAMELLIA256-CBC  SHA384
C09C AES128-CCM                      RSA   RSA   AES128-CCM       SHA256
C09D AES256-CCM                      RSA   RSA   AES256-CCM       SHA256
C09E DHE-RSA-AES128-CCM              DHE   RSA   AES128-CCM       SHA256
C09F DHE-RSA-AES256-CCM              DHE   RSA   AES256-CCM       SHA256
C0A0 AES128-CCM8                     RSA   RSA   AES128-CCM8      SHA256
C0A1 AES256-CCM8                     RSA   RSA   AES256-CCM8      SHA256
C0A2 DHE-RSA-AES128-CCM8             DHE   RSA   AES128-CCM8      SHA256
C0A3 DHE-RSA-AES256-CCM8             DHE   RSA   AES256-CCM8      SHA256
C0AC ECDHE-ECDSA-AES128-CCM          ECDHE ECDSA AES128-CCM       SHA256
C0AD ECDHE-ECDSA-AES256-CCM          ECDHE ECDSA AES256-CCM       SHA256
C0AE ECDHE-ECDSA-AES128-CCM8         ECDHE ECDSA AES128-CCM8      SHA256
C0AF ECDHE-ECDSA-AES256-CCM8         ECDHE ECDSA AES256-CCM8      SHA256
CCA8 ECDHE-RSA-CHACHA20-POLY1305     ECDHE RSA   CHACHA20         SHA256
CCA9 ECDHE-ECDSA-CHACHA20-POLY1305   ECDHE ECDSA CHACHA20         SHA256
CCAA DHE-RSA-CHACHA20-POLY1305       DHE   RSA   CHACHA20         SHA256
"""


@cache
def suites() -> dict[int, Suite]:
    """All known suites by code point."""
    found = {}
    for row in _TABLE.strip().splitlines():
        code, name, key_exchange, authentication, cipher, digest = row.split()
        number = int(code, 16)
        found[number] = Suite(number, name, key_exchange, authentication, CIPHERS[cipher], digest)
    return found
