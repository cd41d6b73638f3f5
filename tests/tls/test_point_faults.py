"""Points that are none, and why."""

from __future__ import annotations

import pytest

from pyfinger.tls.point_faults import point_fault

P256 = 2**256 - 2**224 + 2**192 + 2**96 - 1
ONE = (1).to_bytes(32, "big")


@pytest.mark.parametrize(
    ("encoded", "reason"),
    [
        (b"", "buffer too small"),
        (b"\x08" + ONE, "invalid encoding"),
        (b"\x05" + ONE * 2, "invalid encoding"),
        (b"\0\0", "invalid encoding"),
        (b"\4" + ONE, "invalid encoding"),
        (b"\4" + b"\xff" * 64, "invalid encoding"),
        (b"\4" + ONE * 2, "point is not on curve"),
        (b"\6" + ONE * 2, "invalid encoding"),
        (b"\7" + ONE * 2, "point is not on curve"),
        (b"\2" + ONE, "invalid compressed point"),
    ],
)
def test_faults_of_points(encoded: bytes, reason: str) -> None:
    fault = point_fault(encoded, P256)
    assert fault is not None and fault.reason == reason


def test_infinity_is_a_point() -> None:
    assert point_fault(b"\0", P256) is None
