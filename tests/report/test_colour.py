"""What is red and what is green."""

from __future__ import annotations

import pytest

from pyfinger.events import AuthorityMatched, Connected, Event, TlsEstablished
from pyfinger.model import ConnectionInfo, Credential, Endpoints, Peer, Trust
from pyfinger.report.lines.log_line import Severity
from pyfinger.report.log import GREEN, RED, YELLOW, colour, is_wanted
from tests.report.every_case import EVERY_CASE

PEER = Peer("mx.test", "192.0.2.1", 25)
SECURED = ConnectionInfo(0x0304, "TLSv1.3", 0x1301, "TLS_AES_128_GCM_SHA256", 128, 128, Credential())


@pytest.mark.parametrize(
    ("trust", "expected"),
    [
        (Trust.VERIFIED, GREEN),
        (Trust.TRUSTED, b""),
        (Trust.UNTRUSTED, RED),
        (Trust.ANONYMOUS, YELLOW),
    ],
)
def test_verdicts(trust: Trust, expected: bytes) -> None:
    assert colour(TlsEstablished(PEER, trust, SECURED), Severity.INFO) == expected


def test_the_severity_comes_first() -> None:
    connected: Event = Connected(PEER, Endpoints("", None, "", None))
    assert colour(connected, Severity.INFO) == b""
    assert colour(connected, Severity.WARNING) == YELLOW
    assert colour(connected, Severity.FATAL) == RED
    assert AuthorityMatched in {
        type(case.event) for case in EVERY_CASE if colour(case.event, Severity.INFO) == GREEN
    }


@pytest.mark.parametrize(
    ("when", "environment", "interactive", "wanted"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {}, True, False),
    ],
)
def test_when(when: str, environment: dict[str, str], interactive: bool, wanted: bool) -> None:
    assert is_wanted(when, environment, interactive=interactive) is wanted
