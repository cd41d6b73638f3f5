"""Files of certificates and keys that random probes found to be read wrongly, made of the lab's own."""

from __future__ import annotations

import base64
import re
from pathlib import Path

_BOM = b"\xef\xbb\xbf"
_POINT = 65  # octets of an uncompressed point of P-256, at the end of a PKCS #8 key
_CLIENT_KEY = "client.key"
# PKCS #8 of RSA with nothing in it, and of ML-KEM-768 up to its seed.
_EMPTY_RSA = bytes.fromhex("3014020100300d06092a864886f70d01010105000400")
_ML_KEM = bytes.fromhex("3054020100300b06096086480165030404020442") + b"\x80\x40"
_ML_KEM_SEED = 64
# Names without a dot that stand for others (HOSTALIASES).
_ALIASES = b"nosuch elsewhere.test\nshort mx1.example.test\n"


def write(pki: Path) -> None:
    """Write all of them into the folder they are made of."""
    for name, data in _files(pki).items():
        (pki / name).write_bytes(data)


def _files(pki: Path) -> dict[str, bytes]:
    root, other, client = (
        (pki / name).read_bytes() for name in ("root.pem", "other.pem", "chain-client.pem")
    )
    begin, _, rest = root.partition(b"\n")
    blank = root.replace(b"-----END", b"\n-----END")
    return {
        "odd-bom.pem": _BOM + other + _BOM + root,
        "odd-header.pem": begin + b"\nFoo: bar\n\n" + rest,
        "odd-blank.pem": blank,
        "odd-label.pem": root.replace(b"CERTIFICATE", b"certificate") + other,
        "odd-wide.pem": _one_line(root),
        "odd-crl.pem": root + b"-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n",
        "odd-twice.pem": client + client,
        "odd-public.pem": _with_anothers_point(pki) + (pki / "p256.pem").read_bytes(),
        "odd-cut.pem": client[:-60],
        "odd-rsa.pem": _key(_EMPTY_RSA) + (pki / "clientrsa.pem").read_bytes(),
        "odd-mlkem.pem": _key(_ML_KEM + bytes(range(_ML_KEM_SEED))) + (pki / "client.pem").read_bytes(),
        "aliases.txt": _ALIASES,
    }


def _one_line(pem: bytes) -> bytes:
    """All of its base64 in one line."""
    first, *body, last = pem.splitlines()
    return b"\n".join((first, b"".join(body), last, b""))


def _with_anothers_point(pki: Path) -> bytes:
    """The client's key, with the public half of another."""
    key, other = (_der((pki / name).read_text()) for name in (_CLIENT_KEY, "p256.key"))
    return _key(key[:-_POINT] + other[-_POINT:])


def _key(der: bytes) -> bytes:
    text = base64.encodebytes(der)
    return b"-----BEGIN PRIVATE KEY-----\n" + text + b"-----END PRIVATE KEY-----\n"


def _der(pem: str) -> bytes:
    found = re.search(r"-----BEGIN [A-Z ]+-----(.*?)-----END", pem, re.DOTALL)
    assert found is not None
    return base64.b64decode(found[1])
