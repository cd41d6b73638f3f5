from __future__ import annotations

import hashlib

from pyfinger.dane.digests import parse_digests
from pyfinger.dane.trust_anchors import TlsaAnchors
from pyfinger.dane.usability import is_decodable, usable_records
from pyfinger.demo.certificate_making import Wish
from pyfinger.model import TlsaRecord
from tests.x509.worlds import intermediate, leaf, made, read, root

PREFERENCES, _ = parse_digests("sha512 sha256")


def anchors(*records: TlsaRecord) -> TlsaAnchors:
    return TlsaAnchors(usable_records(records, PREFERENCES, is_decodable))


def test_full_certificates_and_keys_of_authorities() -> None:
    certificate = TlsaRecord(2, 0, 0, intermediate().der)
    key = TlsaRecord(2, 1, 0, root().key.spki)
    found = anchors(certificate, key, TlsaRecord(3, 0, 0, leaf().der), TlsaRecord(3, 1, 0, leaf().key.spki))
    assert list(found.certificates) == [read(intermediate())]
    assert [(record, known.kind) for record, known in found.keys] == [(key, "EC")]
    assert found.has_authorities


def test_of_several_certificates_the_last_record_s_is_tried_first() -> None:
    twins = [made(Wish("CN=Same", ca=True), name) for name in ("first", "second")]
    found = anchors(*(TlsaRecord(2, 0, 0, twin.der) for twin in twins))
    assert list(found.certificates) == [read(twin) for twin in reversed(twins)]


def test_usages_have_their_places() -> None:
    digest = hashlib.sha256(leaf().der).digest()
    end = anchors(TlsaRecord(3, 0, 1, digest))
    assert not end.has_authorities
    assert end.match(read(leaf()), leaf=True) == TlsaRecord(3, 0, 1, digest)
    assert end.match(read(leaf()), leaf=False) is None
    top = anchors(TlsaRecord(2, 0, 1, digest))
    assert top.match(read(leaf()), leaf=False) == TlsaRecord(2, 0, 1, digest)
    assert top.match(read(leaf()), leaf=True) is None
    assert not top.leaf_names
