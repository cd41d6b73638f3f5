"""The machine's own addresses."""

from __future__ import annotations

import ctypes

import pytest

from pyfinger.drive.interfaces import local_addresses
from pyfinger.model import Family


def test_loopback_is_among_them() -> None:
    assert "127.0.0.1" in local_addresses(Family.IPV4)
    assert all(":" in address for address in local_addresses(Family.IPV6))


def test_no_library_no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert local_addresses(Family.IPV4) == ()


def test_a_library_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def getifaddrs(self, _: object) -> int:
            return -1

    monkeypatch.setattr(ctypes, "CDLL", Failing)
    assert local_addresses(Family.IPV4) == ()
