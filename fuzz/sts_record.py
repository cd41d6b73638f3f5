"""Any TXT records give a record of MTA-STS and of TLSRPT or the reason why there is none.

Every program's reader reads them, too, and each URI that is told is one.
"""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.policy.programs import record_differences, rua_differences
from pyfinger.policy.sts_record import read_sts_record
from pyfinger.policy.tlsrpt import is_uri, read_tlsrpt_record
from pyfinger.policy.txt import RecordStatus, txt_strings

SEEDS: list[bytes] = [
    b"v=STSv1; id=20261128\0",
    b"v=STSv1 ; id=a1; note=x; id=b2",
    b"v=spf1 -all\nv=STSv1; i\0d=a1;",
    b"v=TLSRPTv1; rua=mailto:a@example.test, https://[2001:db8::1]:8443/in?x=1#y",
    b"v=TLSRPTv1;rua=https://example.test/%2c;note=x\nv=TLSRPTv1 ; rua=x:",
]


def check(data: bytes) -> None:
    """Lines are records, and NUL separates the strings of one; then as RDATA."""
    records = [line.split(b"\0") for line in data.split(b"\n")]
    sts, rpt = read_sts_record(records), read_tlsrpt_record(records)
    for reading in (sts, rpt):
        assert (reading.record is None) is (reading.problem is not None)
        assert (reading.status is RecordStatus.VALID) is (reading.record is not None)
    assert rpt.record is None or all(map(is_uri, rpt.record.rua))
    record_differences(records)
    rua_differences(records)
    try:
        strings = txt_strings(data)
    except DecodeError:
        return
    assert b"".join(bytes((len(text),)) + text for text in strings) == data
