"""Any file gives the blocks that are in it, or DecodeError; of certificates a store, asked by any name.

What a store knows by a name is a certificate of that name, and nothing raises.
"""

from __future__ import annotations

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.errors import DecodeError
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509 import pem
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.distinguished_names import subject_hash
from pyfinger.x509.pem import to_pem
from pyfinger.x509.trust_store import Bundle, HashDirectory, Stores, certificates_in, read_trusted

_CA = make_ca("O=Fuzz/CN=Root")
_LEAF = make_leaf("mx.example.test", _CA)
_USAGE = encoding.oid("1.3.6.1.5.5.7.3.1")
_SETTINGS = encoding.sequence(encoding.sequence(_USAGE), encoding.element(0xA0, _USAGE))
_NAMES = [parse_certificate(issued.der).subject for issued in (_CA, _LEAF)]

SEEDS: list[bytes] = [
    text.encode()
    for text in (
        f"some text\n{to_pem('CERTIFICATE', _CA.der)}\nmore\n{to_pem('X509 CERTIFICATE', _LEAF.der)}",
        to_pem("TRUSTED CERTIFICATE", _CA.der + _SETTINGS).replace("\n", "\r\n"),
        "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n-----BEGIN CERTIFICATE-----\n",
        to_pem("CERTIFICATE", b"\x30\x00") + to_pem("CERTIFICATE", _CA.der)[:-40],
    )
]


def check(data: bytes) -> None:
    try:
        blocks = list(pem.blocks(data))
    except DecodeError as error:
        assert 0 <= error.offset <= len(data)
        return
    assert sum(len(block.data) for block in blocks) <= len(data)
    _check_directory(data)
    encoded = certificates_in(data)
    for one in encoded:
        _read(one)
    try:
        bundle = Bundle(encoded)
    except DecodeError:
        return
    assert len(bundle) <= len(encoded)
    for name in _NAMES:
        assert all(found.certificate.subject == name for found in Stores(bundle, Bundle()).by_subject(name))


def _read(encoded: bytes) -> None:
    try:
        trusted = read_trusted(encoded)
    except DecodeError:
        return
    trusted.trust("1.3.6.1.5.5.7.3.1")
    assert encoded.startswith(trusted.certificate.der)


def _check_directory(data: bytes) -> None:
    """The same as a file of a hash directory."""
    for name in _NAMES:
        directory = HashDirectory({f"{subject_hash(name)}.0": data}.get)
        assert all(found.certificate.subject == name for found in directory.by_subject(name))
