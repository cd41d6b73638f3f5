from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import Wish
from pyfinger.errors import DecodeError
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.distinguished_names import parse_name, subject_hash, subject_hash_old
from pyfinger.x509.pem import to_pem
from pyfinger.x509.trust_store import (
    ANY_USAGE,
    EMPTY,
    Bundle,
    CertificateTrust,
    HashDirectory,
    Settings,
    Stores,
    Trusted,
    certificates_in,
    read_trusted,
)
from tests.x509.worlds import authority, intermediate, leaf, made, read, root, tagged

SERVER, CLIENT = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"
NAME = parse_name(root().subject)


def settings(trust: tuple[str, ...] | None = None, reject: tuple[str, ...] | None = None) -> bytes:
    """X509_CERT_AUX."""
    parts = []
    if trust is not None:
        parts.append(encoding.sequence(*map(encoding.oid, trust)))
    if reject is not None:
        parts.append(tagged(0, b"".join(map(encoding.oid, reject))))
    return encoding.sequence(*parts)


def test_a_bundle_is_found_by_subject() -> None:
    bundle = Bundle(certificates_in((root().pem + "text\n" + intermediate().pem + root().pem).encode()))
    assert len(bundle) == 2
    assert [trusted.certificate for trusted in bundle.by_subject(NAME)] == [read(root())]
    assert bundle.by_subject(NAME) is bundle.by_subject(NAME)
    assert bundle.by_subject(read(leaf()).subject) == ()
    assert EMPTY.by_subject(NAME) == ()


def test_all_labels_of_certificates() -> None:
    labels = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PRIVATE KEY"]
    text = "".join(to_pem(label, label.encode()) for label in labels)
    assert certificates_in(text.encode()) == [label.encode() for label in labels[:3]]


@pytest.mark.parametrize("text", [to_pem("CERTIFICATE", b"x"), "-----BEGIN CERTIFICATE-----\n"])
def test_bundles_that_cannot_be_loaded(text: str) -> None:
    with pytest.raises(DecodeError):
        Bundle(certificates_in(text.encode()))


def test_one_certificate_that_does_not_decode_spoils_a_bundle() -> None:
    only_subject = encoding.sequence(encoding.sequence(*[b"\5\0"] * 4, root().subject))
    for broken in (root().der[:-1], only_subject, root().der + b"x"):
        with pytest.raises(DecodeError):
            Bundle([intermediate().der, broken])


@pytest.mark.parametrize(
    ("aux", "trust"),
    [
        (b"", CertificateTrust.UNSAID),
        (settings(), CertificateTrust.UNSAID),
        (settings((SERVER,)), CertificateTrust.TRUSTED),
        (settings((ANY_USAGE,)), CertificateTrust.TRUSTED),
        (settings((CLIENT,)), CertificateTrust.REJECTED),
        (settings(()), CertificateTrust.REJECTED),
        (settings(None, (SERVER,)), CertificateTrust.REJECTED),
        (settings((SERVER,), (ANY_USAGE,)), CertificateTrust.REJECTED),
        (settings(None, (CLIENT,)), CertificateTrust.UNSAID),
        (settings((SERVER,), (CLIENT,)), CertificateTrust.TRUSTED),
    ],
)
def test_trust_settings(aux: bytes, trust: CertificateTrust) -> None:
    assert read_trusted(root().der + aux).trust(SERVER) is trust


def test_settings_that_are_malformed() -> None:
    with pytest.raises(DecodeError):
        read_trusted(root().der + b"x")
    assert Trusted(read(root())).settings == Settings()


def test_a_directory_is_read_when_asked() -> None:
    files = {
        f"{subject_hash(NAME)}.0": (root().pem + intermediate().pem).encode(),
        f"{subject_hash(NAME)}.1": made(Wish("O=Test/CN=Root"), "second").pem.encode(),
        f"{subject_hash(NAME)}.3": b"never reached",
    }
    opened: list[str] = []

    def read_file(name: str) -> bytes | None:
        opened.append(name)
        return files.get(name)

    directory = HashDirectory(read_file)
    assert opened == []
    found = directory.by_subject(NAME)
    assert [trusted.certificate.subject for trusted in found] == [NAME, NAME]
    assert opened == [f"{subject_hash(NAME)}.{n}" for n in range(3)]
    assert directory.by_subject(NAME) is found
    # What else the files held is known without another look.
    (other,) = directory.by_subject(read(intermediate()).subject)
    assert other.certificate == read(intermediate())
    assert len(opened) == 3


def test_names_of_old_are_not_looked_for() -> None:
    files = {f"{subject_hash_old(NAME)}.0": root().pem.encode()}
    assert HashDirectory(files.get).by_subject(NAME) == ()


ENCRYPTED = root().pem.replace("-----\n", f"-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES128,{0:032x}\n\n", 1)


@pytest.mark.parametrize(
    "broken",
    [
        "-----BEGIN CERTIFICATE-----\n",
        to_pem("CERTIFICATE", b"x"),
        ENCRYPTED,
        ENCRYPTED.replace("ENCRYPTED", "CLEAR"),
        "no PEM",
    ],
)
def test_a_file_of_a_directory_counts_as_far_as_it_can_be_read(broken: str) -> None:
    name = f"{subject_hash(NAME)}.0"
    assert HashDirectory({name: (broken + root().pem).encode()}.get).by_subject(NAME) == () or "no" in broken
    assert len(HashDirectory({name: (root().pem + broken).encode()}.get).by_subject(NAME)) == 1
    files = {name: broken.encode(), f"{subject_hash(NAME)}.1": root().pem.encode()}
    assert len(HashDirectory(files.get).by_subject(NAME)) == 1


def test_a_directory_without_end() -> None:
    assert len(HashDirectory(lambda name: root().pem.encode()).by_subject(NAME)) == 1


def test_of_several_stores_the_first_that_knows_a_name_answers() -> None:
    twin = made(Wish("O=Test/CN=Root", ca=True), "twin")
    stores = Stores(Bundle([root().der]), Bundle([authority().der]), Bundle([twin.der]))
    assert [trusted.certificate for trusted in stores.by_subject(NAME)] == [read(root())]
    assert [trusted.certificate for trusted in stores.by_subject(read(authority()).subject)] == [
        read(authority())
    ]
    assert stores.by_subject(read(leaf()).subject) == ()
