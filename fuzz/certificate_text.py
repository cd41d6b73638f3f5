"""Any bytes have a text as a certificate, as a key and as a name, or none; nothing is raised."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

from pyfinger.x509.certificate import read_certificate
from pyfinger.x509.text import certificate_text, key_text, name_text

_PRINTED = Path(__file__).parent.parent / "tests" / "golden" / "x509-text"
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----\n(.*?)-----END CERTIFICATE-----\n", re.DOTALL)

SEEDS: list[bytes] = [
    b64decode(found[1])
    for path in sorted(_PRINTED.glob("*.txt"))
    if (found := _PEM.search(path.read_text(encoding="utf-8"))) is not None
]
SEEDS += [read_certificate(seed)[0].spki for seed in SEEDS]


def check(data: bytes) -> None:
    """A text has an end, and an end has a text."""
    text, end = certificate_text(data)
    assert bool(text) == bool(end)
    assert end <= len(data)
    assert key_text(data, 4) != ""
    name_text(data)
