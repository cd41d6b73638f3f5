"""The lab's certificates and their digests: for TLSA records and fingerprint arguments."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from tests.lab.places import LAB

_DIGESTS = ("md5", "sha1", "sha256", "sha384", "sha512")
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def load(folder: Path) -> dict[str, bytes]:
    """The DER of every single certificate in a folder, by the file's name."""
    return {
        path.stem: pem_blocks(path.read_text())[0]
        for path in sorted(folder.glob("*.pem"))
        if not path.name.startswith(("chain-", "roots"))
    }


def pem_blocks(text: str) -> list[bytes]:
    """The DER of every certificate in a text."""
    return [base64.b64decode(body) for body in _CERTIFICATE.findall(text)]


def spki(der: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate (RFC 5280 section 4.1), DER."""
    at, _ = _element(der, 0)  # Certificate
    at, _ = _element(der, at)  # TBSCertificate
    if der[at] == 0xA0:  # version
        _, at = _element(der, at)
    for _ in range(5):  # serial, signature algorithm, issuer, validity, subject
        _, at = _element(der, at)
    _, end = _element(der, at)
    return der[at:end]


def _element(der: bytes, at: int) -> tuple[int, int]:
    """Where the content of the DER element at `at` begins, and where it ends."""
    length = der[at + 1]
    start = at + 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(der[start : start + count], "big")
        start += count
    return start, start + length


def digests(der: bytes) -> dict[str, str]:
    """cert_ALGORITHM and pkey_ALGORITHM of a certificate, in colon notation."""
    covered = {"cert": der, "pkey": spki(der)}
    return {
        f"{what}_{name}": hashlib.new(name, data).digest().hex(":").upper()
        for what, data in covered.items()
        for name in _DIGESTS
    }


@cache
def known() -> dict[str, dict[str, str]]:
    """The digests of every certificate of the lab."""
    return {name: digests(der) for name, der in load(LAB / "pki").items()}
