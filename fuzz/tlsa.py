"""Any RDATA gives a record that is told, and kept or left out; sifting and matching never fail.

A record that matches is one of the usable ones.
"""

from __future__ import annotations

from pyfinger.dane.digests import parse_digests
from pyfinger.dane.lookup import TlsaCache, tlsa_lookup
from pyfinger.dane.match import Subject, match_certificate, match_raw_key
from pyfinger.dane.usability import usable_records
from pyfinger.events import Event, TlsaImported, TlsaTruncated, TlsaUnsupported
from pyfinger.model import Answer, DnsStatus, Family, Hop, LookupFailure, OtherData, ResourceRecord
from pyfinger.steps import Steps, result_of

HOP = Hop("mx.test", "mx.test", "192.0.2.1", Family.IPV4, 25, secure=True)
PREFERENCES, _ = parse_digests("sha512 sha256 sha1=3")
SUBJECT = Subject(b"certificate", b"key")

SEEDS: list[bytes] = [
    b"\x23\x03\x01\x01" + b"\xaa" * 32,
    b"\x43\x03\x01\x02" + b"\xaa" * 64,
    b"\x0e\x02\x00\x00certificate" + b"\x06\x03\x01\x00key",
    b"\x03\x03\x01\x01" + b"\x04\x03\x01\xff\xaa" + b"\x04\x00\x00\x01\xaa",
]


def check(data: bytes) -> None:
    """Look up, part and match records of any content; each stands behind its length."""
    rdatas = list(_split(data))
    told: list[Event] = []
    answer = result_of(tlsa_lookup(HOP, _Resolver(rdatas), TlsaCache(_clock), told.append))
    imported = tuple(event.record for event in told if isinstance(event, TlsaImported))
    left_out = [event for event in told if isinstance(event, (TlsaTruncated, TlsaUnsupported))]
    assert answer.records == imported
    assert len(imported) + len(left_out) == len(rdatas)
    sifted = usable_records(imported, PREFERENCES, lambda _: True)
    assert len(sifted.usable) + len(sifted.unusable) == len(imported)
    for usage in (2, 3):
        record = match_certificate(sifted, usage, SUBJECT)
        assert record is None or record in sifted.usable
    assert match_raw_key(sifted, SUBJECT.spki) in (None, *sifted.usable)


class _Resolver:
    """Knows these records and no others."""

    def __init__(self, rdatas: list[bytes]) -> None:
        self._rdatas = rdatas

    def query(self, name: str, rdtype: str, *, dnssec: bool) -> Steps[Answer]:
        yield from ()
        records = tuple(ResourceRecord(name, 60, OtherData(rdata)) for rdata in self._rdatas)
        failure = None if records else LookupFailure(DnsStatus.NO_DATA, name, rdtype)
        return Answer(name, rdtype, records, secure=True, failure=failure)


def _split(data: bytes) -> list[bytes]:
    rdatas = []
    while data:
        size = 1 + data[0]
        rdatas.append(data[1:size])
        data = data[size:]
    return rdatas


def _clock() -> float:
    return 0.0
