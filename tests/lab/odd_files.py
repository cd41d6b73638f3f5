"""Files of certificates and keys that random probes found to be read wrongly, made of the lab's own."""

from __future__ import annotations

import base64
import re
from pathlib import Path

_BOM = b"\xef\xbb\xbf"
_POINT = 65  # octets of an uncompressed point of P-256, at the end of a PKCS #8 key
_CLIENT_KEY = "client.key"
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
        "aliases.txt": _ALIASES,
    }


def _one_line(pem: bytes) -> bytes:
    """All of its base64 in one line."""
    first, *body, last = pem.splitlines()
    return b"\n".join((first, b"".join(body), last, b""))


def _with_anothers_point(pki: Path) -> bytes:
    """The client's key, with the public half of another."""
    key, other = (_der((pki / name).read_text()) for name in (_CLIENT_KEY, "p256.key"))
    text = base64.encodebytes(key[:-_POINT] + other[-_POINT:])
    return b"-----BEGIN PRIVATE KEY-----\n" + text + b"-----END PRIVATE KEY-----\n"


def _der(pem: str) -> bytes:
    found = re.search(r"-----BEGIN [A-Z ]+-----(.*?)-----END", pem, re.DOTALL)
    assert found is not None
    return base64.b64decode(found[1])
