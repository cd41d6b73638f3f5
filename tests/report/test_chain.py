import base64
import io

import pytest

from pyfinger.events import ChainPresented, SessionBegan
from pyfinger.model import CertificateShown
from pyfinger.report.chain import BUFFER_SIZE, ChainReport


def chain(*sizes: int) -> ChainPresented:
    return ChainPresented(
        tuple(
            CertificateShown(bytes(size), b"/CN=\xfc", b"/O=x/CN=CA", b"\xaa\xbb", b"\xcc\xdd")
            for size in sizes
        )
    )


ONE = b"""
---
Certificate chain
 0 subject: /CN=\xfc
    issuer: /O=x/CN=CA
   cert digest=AA:BB
   pkey digest=CC:DD
-----BEGIN CERTIFICATE-----
%s
AAAA
-----END CERTIFICATE-----
""" % (b"A" * 64)


def test_the_report() -> None:
    out = io.BytesIO()
    ChainReport(out, in_place=True)(chain(51))
    assert out.getvalue() == ONE


def test_certificates_are_numbered() -> None:
    out = io.BytesIO()
    ChainReport(out, in_place=True)(chain(*[1] * 11))
    numbers = [line[:2] for line in out.getvalue().splitlines() if b" subject: " in line]
    assert numbers == [b"%2d" % index for index in range(11)]


def test_into_a_pipe_it_comes_at_the_end() -> None:
    out = io.BytesIO()
    report = ChainReport(out, in_place=False)
    report(SessionBegan(1))
    report(chain(51))
    assert out.getvalue() == b""
    report.close()
    assert out.getvalue() == ONE


def test_what_does_not_fit_the_buffer_comes_earlier() -> None:
    out = io.BytesIO()
    report = ChainReport(out, in_place=False)
    report(chain(3000, 3000))
    early = out.getvalue()
    assert len(early) == BUFFER_SIZE * 2
    report.close()
    assert out.getvalue().startswith(early)
    assert out.getvalue().endswith(b"-----END CERTIFICATE-----\n")


def test_only_the_first_pass_reports() -> None:
    out = io.BytesIO()
    report = ChainReport(out, in_place=True)
    report(SessionBegan(2))
    report(chain(51))
    assert out.getvalue() == b""


@pytest.mark.parametrize("size", [1, 47, 48, 49, 500])
def test_the_certificate_can_be_read_back(size: int) -> None:
    out = io.BytesIO()
    ChainReport(out, in_place=True)(chain(size))
    body = out.getvalue().split(b"-----BEGIN CERTIFICATE-----\n")[1].split(b"-----END")[0]
    assert all(len(line) <= 64 for line in body.splitlines())
    assert base64.b64decode(body) == bytes(size)
