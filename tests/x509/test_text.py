"""Certificates as text: what OpenSSL 3.6.5 printed (`openssl x509 -text -nameopt oneline`)."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.x509.text import certificate_text, key_text, name_text
from tests.lab import golden

PRINTED = Path(__file__).parent.parent / "golden" / "x509-text"
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----\n(.*?)-----END CERTIFICATE-----\n", re.DOTALL)
_SHOWN = re.compile(r"------details-----\n(.*?)------------------\n", re.DOTALL)
LEAF = make_leaf("mx.example.test", make_ca("CN=Authority"), make_key("p256", "text"))


def encoded(text: str) -> bytes:
    found = _PEM.search(text)
    assert found is not None
    return b64decode(found[1])


@pytest.mark.parametrize("name", sorted(path.stem for path in PRINTED.iterdir()))
def test_certificates_are_printed_as_openssl_prints_them(name: str) -> None:
    wanted = (PRINTED / f"{name}.txt").read_text(encoding="utf-8")
    data = encoded(wanted)
    assert certificate_text(data) == (wanted, len(data))
    assert certificate_text(data + b"more") == (wanted, len(data))


def test_so_are_those_that_the_reference_was_shown() -> None:
    shown: set[str] = set()
    for path in golden.FOLDERS["3.11"].glob("*.txt"):
        shown |= set(_SHOWN.findall(path.read_text(encoding="utf-8")))
    assert len(shown) >= 3
    for text in shown:
        assert certificate_text(encoded(text))[0] == text


def test_what_cannot_be_read_has_no_text() -> None:
    assert certificate_text(b"\x30\x03\x02\x01\x00") == ("", 0)
    assert key_text(b"\x30\x00", 4) is None
    assert name_text(b"\x31\x00") is None


def test_names_by_themselves() -> None:
    name = bytes.fromhex("3018310b3009060355040613025858310930070603550403130061").replace(b"\x13\0a", b"")
    assert name_text(bytes.fromhex("300d310b3009060355040613025858")) == "C = XX"
    assert name_text(name) is None


@given(place=st.integers(4, len(LEAF.der) - 1), octet=st.integers(0, 255), size=st.integers(0, 8))
def test_no_octets_are_too_odd(place: int, octet: int, size: int) -> None:
    spoilt = LEAF.der[:place] + bytes([octet]) * size + LEAF.der[place + size :]
    text, end = certificate_text(spoilt)
    assert (end > 0) == bool(text)
    assert not text or text.startswith("Certificate:\n    Data:\n")
