"""The odd certificates of `../shared/cases`, if they are there: which cannot be read, where and why."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pyfinger.errors import CredentialError, CredentialFault
from pyfinger.x509.certificate import read_chain
from pyfinger.x509.distinguished_names import Unshown, attribute_text
from pyfinger.x509.trust_store import certificates_in

CASES = Path(__file__).parents[3] / "shared" / "cases"

DECODE, EXCESS = CredentialFault.UNDECODABLE, CredentialFault.EXCESS


def chain(name: str) -> list[bytes]:
    """The certificates of a case; one whose content is no certificate is there, too."""
    file = CASES / f"{name}.pem"
    if not file.is_file():
        pytest.skip(f"no such case in {CASES}")
    return certificates_in(file.read_bytes())


@pytest.mark.parametrize(
    ("name", "fault", "place", "reason"),
    [
        ("utc-noseconds", DECODE, 0, "utctime is too short in cert_info.validity.notBefore"),
        ("gen-noseconds", DECODE, 0, "generalizedtime is too short in cert_info.validity.notBefore"),
        ("na-nosec", DECODE, 0, "utctime is too short in cert_info.validity.notAfter"),
        ("padserial", DECODE, 0, "illegal padding in cert_info.serialNumber"),
        ("oid-nonmin-attr", DECODE, 0, "invalid object encoding in cert_info.subject.object"),
        ("cn-badutf", DECODE, 0, "invalid utf8string in cert_info.subject"),
        ("cn-utf8-overlong", DECODE, 0, "invalid utf8string in cert_info.subject"),
        ("cn-vis", DECODE, 0, "mstring wrong tag in cert_info.subject.value"),
        ("junk-extra", DECODE, 1, "wrong tag in cert_info"),
        ("trail-der", EXCESS, 0, "has octets behind it"),
    ],
)
def test_what_cannot_be_read(name: str, fault: CredentialFault, place: int, reason: str) -> None:
    with pytest.raises(CredentialError) as caught:
        read_chain(chain(name))
    assert (caught.value.fault, caught.value.place, caught.value.reason) == (fault, place, reason)


def test_an_end_that_decodes_and_cannot_be_read() -> None:
    leaf = read_chain(chain("notafter-bad"))[0]
    assert leaf.not_after.epoch is None and leaf.not_after.readable is None
    assert leaf.not_before.readable is not None


@pytest.mark.parametrize("name", ["cn-nul", "cn-long"])
def test_names_that_cannot_be_shown(name: str) -> None:
    assert isinstance(attribute_text(read_chain(chain(name))[0].subject, "2.5.4.3"), Unshown)


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("ind-len", "554e062f"),
        ("outer-longlen", "2281a0db"),
        ("sig-unused1", "89a7ba3d"),
    ],
)
def test_digests_are_over_what_is_written_again(name: str, digest: str) -> None:
    received = chain(name)[0]
    written = read_chain([received])[0].der
    assert hashlib.sha256(received).hexdigest() != hashlib.sha256(written).hexdigest()
    assert hashlib.sha256(written).hexdigest().startswith(digest)
