"""The headers of a PEM block under a pass phrase, as OpenSSL's PEM_get_EVP_CIPHER_INFO reads them.

    Proc-Type: 4,ENCRYPTED
    DEK-Info: AES-256-CBC,0123456789ABCDEF0123456789ABCDEF

That is all of RFC 1421 that is understood: any other header is an error, where
headers are looked at.  Trust anchor and chain files of Postfix do not look.
"""

from __future__ import annotations

import re
from enum import Enum

from pyfinger.errors import DecodeError
from pyfinger.values import Value

_PROC_TYPE, _DEK_INFO = "Proc-Type:", "DEK-Info:"
_ENCRYPTED = "ENCRYPTED"


class HeaderFault(Enum):
    """What is wrong with headers; the value is OpenSSL's reason."""

    NOT_PROC_TYPE = "not proc type"
    UNEXPLAINED = ""  # another number than 4: an error without any in the queue
    NOT_ENCRYPTED = "not encrypted"
    SHORT_HEADER = "short header"
    NOT_DEK_INFO = "not dek info"
    UNSUPPORTED_ENCRYPTION = "unsupported encryption"
    MISSING_IV = "missing dek iv"
    BAD_IV = "bad iv chars"


class HeaderError(DecodeError):
    """Headers that OpenSSL refuses."""

    def __init__(self, fault: HeaderFault) -> None:
        super().__init__(f"PEM header: {fault.value or 'unknown type'}")
        self.fault = fault


class Encryption(Value):
    """How the data of a block is encrypted."""

    cipher: str  # as OpenSSL calls it
    iv: bytes

    @property
    def retired(self) -> int | None:
        """What the complaint on a cipher of the legacy provider, which nobody loads, calls it; else None."""
        return _RETIRED.get(self.cipher)

    @property
    def block_size(self) -> int:
        """Octets; all are ciphers in CBC mode."""
        return len(self.iv)


def _variants(*families: str) -> dict[str, str]:
    """Names of ciphers with three sizes of keys, in CBC mode: `AES-128-CBC`, `AES128`."""
    sizes = [(family, size) for family in families for size in (128, 192, 256)]
    return {
        name: f"{family}-{size}-CBC"
        for family, size in sizes
        for name in (f"{family}-{size}-CBC", f"{family}{size}")
    }


# By the names OpenSSL takes, upper case.  Those of other modes are left out: nobody writes keys with them.
_CIPHERS = {
    **_variants("AES", "CAMELLIA", "ARIA"),
    "SM4": "SM4-CBC",
    "SM4-CBC": "SM4-CBC",
    "DES3": "DES-EDE3-CBC",
    "DES-EDE3-CBC": "DES-EDE3-CBC",
    "DES-EDE-CBC": "DES-EDE-CBC",
    "DES": "DES-CBC",
    "DES-CBC": "DES-CBC",
    "DESX": "DESX-CBC",
    "DESX-CBC": "DESX-CBC",
    **dict.fromkeys(("BF", "BF-CBC", "BLOWFISH"), "BF-CBC"),
    **dict.fromkeys(("CAST", "CAST-CBC", "CAST5-CBC"), "CAST5-CBC"),
    **dict.fromkeys(("RC2", "RC2-128", "RC2-CBC"), "RC2-CBC"),
    **dict.fromkeys(("RC2-64", "RC2-64-CBC"), "RC2-64-CBC"),
    **dict.fromkeys(("RC2-40", "RC2-40-CBC"), "RC2-40-CBC"),
    **dict.fromkeys(("SEED", "SEED-CBC"), "SEED-CBC"),
}
# Retired ones, and the numbers OpenSSL's complaint gives them.
_RETIRED = {
    "DES-CBC": 14,
    "DESX-CBC": 0,
    "BF-CBC": 13,
    "CAST5-CBC": 38,
    "RC2-CBC": 51,
    "RC2-64-CBC": 0,
    "RC2-40-CBC": 0,
    "SEED-CBC": 65,
}
_LONG_BLOCKS = ("AES", "CAMELLIA", "ARIA", "SM4", "SEED")  # 16 octets, the others 8


def read_encryption(header: str) -> Encryption | None:
    """How a block with these headers is encrypted; None if there are none.  `HeaderError`."""
    if header[:1] in ("", "\n"):
        return None
    rest = _after(_PROC_TYPE, header, HeaderFault.NOT_PROC_TYPE).lstrip(" \t")
    rest = _after("4,", rest, HeaderFault.UNEXPLAINED).lstrip(" \t")
    rest = _after(_ENCRYPTED, rest, HeaderFault.NOT_ENCRYPTED)
    if rest[:1] not in (" ", "\t", "\r", "\n"):
        raise HeaderError(HeaderFault.NOT_ENCRYPTED)
    rest = _after("\n", rest.lstrip(" \t\r"), HeaderFault.SHORT_HEADER)
    rest = _after(_DEK_INFO, rest, HeaderFault.NOT_DEK_INFO).lstrip(" \t")
    name = re.split("[ \t,]", rest, maxsplit=1)[0]
    cipher = _CIPHERS.get(name.upper())
    if cipher is None:
        raise HeaderError(HeaderFault.UNSUPPORTED_ENCRYPTION)
    rest = _after(",", rest[len(name) :].lstrip(" \t"), HeaderFault.MISSING_IV)
    size = 16 if cipher.startswith(_LONG_BLOCKS) else 8
    digits = rest[: 2 * size]
    if not re.fullmatch(f"[0-9A-Fa-f]{{{2 * size}}}", digits):
        raise HeaderError(HeaderFault.BAD_IV)
    return Encryption(cipher, bytes.fromhex(digits))


def _after(prefix: str, text: str, fault: HeaderFault) -> str:
    if not text.startswith(prefix):
        raise HeaderError(fault)
    return text[len(prefix) :]
