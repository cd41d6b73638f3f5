"""`-p`: words, bounds, and what OpenSSL makes of the bounds."""

from __future__ import annotations

import pytest

from pyfinger.tls.codepoints import TLS10, TLS11, TLS12, TLS13
from pyfinger.tls.protocols import Bounds, Protocols, parse_protocols, set_bounds
from pyfinger.tls.security import SecurityLevel

ALL = [TLS13, TLS12, TLS11, TLS10]


@pytest.mark.parametrize(
    ("text", "level", "versions"),
    [
        (">=TLSv1", 0, ALL),
        (">=TLSv1", 1, [TLS13, TLS12]),
        ("", 0, ALL),
        ("TLSv1.2", 0, [TLS12]),
        ("tlsv1.2 TLSV1.1", 0, [TLS12, TLS11]),
        ("!SSLv2, !SSLv3", 1, [TLS13, TLS12]),
        ("!TLSv1.3", 1, [TLS12]),
        ("!TLSv1.2", 0, [TLS11, TLS10]),  # a gap: the lowest range
        (">=TLSv1.1:<=TLSv1.2", 0, [TLS12, TLS11]),
        (">=0303 <=0x0303", 0, [TLS12]),
        (">=none <=0", 0, ALL),
        (">= <=", 0, ALL),  # the number 0 once more
        (">=+303,<=-0", 0, [TLS13, TLS12]),
        ("<=TLSv1.2 <=TLSv1.3", 1, [TLS13, TLS12]),  # the last one wins
        ("<=TLSv1.2 <=", 1, [TLS13, TLS12]),
        ("<=TLSv1.1", 1, []),
        (">=TLSv1.3,<=TLSv1.2", 0, []),
        ("SSLv3", 0, []),
        ("SSLv2", 0, ALL),  # no bit of OpenSSL's: the word does nothing
        ("SSLv2,TLSv1.2", 0, [TLS12]),
    ],
)
def test_versions(text: str, level: int, versions: list[int]) -> None:
    parsed = parse_protocols(text)
    assert parsed is not None
    assert list(set_bounds(parsed).protocols.enabled(SecurityLevel(level))) == versions


@pytest.mark.parametrize(
    "text",
    [
        *("SSLv4", ">=TLSv1.4", "!", "!!TLSv1", "TLSv1.2!", "None", "!none"),
        *("0303", "0x304", "12345", "!0303"),  # numbers are for bounds
        *(">=0x", "<=SSLv2", ">=80000000", ">=ffffffffffffffffff", ">=-1", ">=0303x", ">>=TLSv1", "=>TLSv1"),
    ],
)
def test_unknown_protocols(text: str) -> None:
    assert parse_protocols(text) is None


@pytest.mark.parametrize(
    ("text", "floor", "ceiling"),
    [
        (">=0305 <=0200", 0x0305, 0x0200),
        ("<=0xffff", None, 0xFFFF),
        (">=7fffffff", 0x7FFFFFFF, None),
        (">=-ffffffffffffffff", 1, None),
        (">=fe00", 0xFE00, None),
        (">=feff", None, None),  # DTLS 1.0: passed over
        (">=0100,<=TLSv1.2", None, None),
        (">=feff,<=fefd", None, None),
        (">=TLSv1,<=feff", None, 0xFEFF),  # of both kinds
        (">=0305,<=fefd", 0x0305, None),
    ],
)
def test_bounds_that_openssl_refuses_set_none(text: str, floor: int | None, ceiling: int | None) -> None:
    parsed = parse_protocols(text)
    assert parsed is not None
    bounds = set_bounds(parsed)
    assert (bounds.refused_floor, bounds.refused_ceiling) == (floor, ceiling)
    assert bounds.protocols.floor in (0, 0x0301) and bounds.protocols.ceiling in (0, 0x0303)


def test_no_bounds() -> None:
    assert set_bounds(Protocols()) == Bounds(Protocols())
