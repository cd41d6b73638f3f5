"""Any text gives sets of TLSA records, or one line that says what is wrong; sets go through the rules.

Written again as zone-file lines, the records are the same.
"""

from __future__ import annotations

from pyfinger.errors import UsageError
from pyfinger.tlsa.linting import lint
from pyfinger.tlsa.records import OwnedRecord, zone_line
from pyfinger.tlsa.zone import read_zone

SEEDS: list[bytes] = [
    b"$ORIGIN example.test.\n$TTL 1h\n_25._tcp.mx TLSA 3 1 1 ( ABCD ; half\n EF01 )\n 300 IN TLSA 2 0 1 AB\n",
    b"_25._tcp.mx.test. 3600 IN TLSA 3 1 1 " + b"AB" * 32,
    b"update add _25._tcp.mx.test. 60 IN TLSA 3 0 2 AB\nsend\n",
    b'_25._tcp.mx.test. 60 IN TYPE52 \\# 5 030101ABCD\n@ IN TXT "a;b("\n',
    b"x. 60 IN RRSIG TLSA 13 4 60 20270201000000 20270101000000 1 test. AAAA\nx. 60 IN TLSA 3 1 1 AB\n",
]


def check(data: bytes) -> None:
    """Read, hold against the rules, write, and read again."""
    try:
        sets = read_zone(data.decode("utf-8", "replace"))
    except UsageError as error:
        assert "\n" not in str(error)
        return
    assert all(one.records for one in sets)
    report = lint(sets, now=0.0)
    assert report.records == sum(len(one.records) for one in sets)
    for one in sets:
        lines = "\n".join(zone_line(OwnedRecord(record)).removeprefix(". ") for record in one.records)
        (again,) = read_zone(lines)
        assert again.records == one.records
