"""The client and authority files of `../shared/cases`, if they are there, as posttls-finger reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyfinger.cli.credentials import read_credentials
from pyfinger.cli.trust import read_anchors, read_store
from pyfinger.errors import UsageError
from pyfinger.events import Event, TlsProblem
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.model import Level
from pyfinger.options import Options

CASES = Path(__file__).parents[3] / "shared" / "cases"
UNREADABLE = -1


def case(name: str) -> str:
    path = CASES / name
    if not path.is_file():
        pytest.skip(f"no {path}")
    return str(path)


def reasons(told: list[Event]) -> list[str]:
    return [event.reason for event in told if isinstance(event, TlsProblem)]


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        ("root.pem", None),
        ("ca-bom.pem", None),
        ("ca-bommid.pem", None),
        ("ca-blank.pem", ["not proc type", "PEM lib"]),
        ("ca-blankend.pem", ["PEM lib"]),
        ("ca-header.pem", ["not encrypted", "PEM lib"]),
    ],
)
def test_authorities(name: str, problems: list[str] | None) -> None:
    told: list[Event] = []
    store = read_store(Options("x.test", ca_file=case(name)), SystemEnvironment({}), told.append)
    assert (store is None) is (problems is not None)
    assert reasons(told) == (problems or [])


@pytest.mark.parametrize(
    ("name", "anchors"),
    [
        ("root.pem", 1),
        ("ca-bom.pem", 1),
        ("ca-bommid.pem", 2),
        ("ca-blank.pem", 1),  # of no use, as it turns out later
        ("ca-blankend.pem", UNREADABLE),
        ("ca-header.pem", 1),
    ],
)
def test_anchors(name: str, anchors: int) -> None:
    options = Options("x.test", level=Level.SECURE, anchor_files=(case(name),))
    told: list[Event] = []
    if anchors == UNREADABLE:
        with pytest.raises(UsageError, match="Failed to load trust anchor file"):
            read_anchors(options, SystemEnvironment({}), told.append)
    else:
        assert len(read_anchors(options, SystemEnvironment({}), told.append)) == 2 * anchors
    assert reasons(told) == []


@pytest.mark.parametrize(
    ("name", "problems"),
    [("client-bom.pem", []), ("client-blankline.pem", ["wrong tag", "nested asn1 error"])],
)
@pytest.mark.parametrize("single", [False, True])
def test_client_files(name: str, problems: list[str], single: bool) -> None:
    file = case(name)
    options = Options("x", cert_file=file, key_file=file) if single else Options("x", chain_files=(file,))
    told: list[Event] = []
    found = read_credentials(options, file, SystemEnvironment({}), told.append)
    assert (found is None) is bool(problems)
    assert reasons(told) == problems
