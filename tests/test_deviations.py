"""What pyfinger does in the scenarios of tests/lab/deviations.json, which parity leaves out.

One test for each name, here with the demo world; tests/interop/test_verbose_lines.py
holds the log of `-v` against the recordings, where the lab is up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from pyfinger.cli import main
from pyfinger.demo.world import DemoWorld

DEVIATIONS = Path(__file__).parent / "lab" / "deviations.json"

Probe: TypeAlias = Callable[..., tuple[int, list[str]]]


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running


@pytest.fixture
def probe(
    world: DemoWorld,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Probe:
    """Runs the command; its status and lines, without the prefix."""
    (tmp_path / "main.cf").write_text("compatibility_level = 3.10\nmyhostname = probe.lab.test\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))
    monkeypatch.delenv("MAIL_VERBOSE", raising=False)

    def run(*words: str) -> tuple[int, list[str]]:
        status = main(["prog", "--resolver", world.resolver, *words])
        return status, [line.removeprefix("prog: ") for line in capfd.readouterr().out.splitlines()]

    return run


def in_order(wanted: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether there are lines that begin like this, in this order."""
    rest = iter(lines)
    return all(any(line.startswith(start) for line in rest) for start in wanted)


def literal(world: DemoWorld, name: str) -> str:
    """A server of the demo, by address."""
    return f"[127.0.0.1]:{world.server(name).port}"


@pytest.mark.parametrize("option", ["-t", "-T"])
@pytest.mark.parametrize(
    "name, value", [("t-0", "0"), ("t-negative", "-5"), ("t-not-number", "abc"), ("t-not-number", "")]
)
def test_no_time_at_all_is_fatal(probe: Probe, option: str, name: str, value: str) -> None:
    assert probe("-c", option, value, "dane.demo.test") == (
        1,
        [f"fatal: bad '{option}' option value: {value}"],
    )


@pytest.mark.parametrize("name", ["X-no-service", "X-nostarttls"])
def test_there_is_no_proxy(probe: Probe, name: str) -> None:
    flags = ["-c"] if name == "X-nostarttls" else []
    complaint = "fatal: -X is not possible: there is no tlsproxy(8) service outside Postfix"
    assert probe(*flags, "-X", "dane.demo.test") == (1, [complaint])


def test_v_env(probe: Probe, world: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """MAIL_VERBOSE is one `-v`, whatever its value."""
    words = ("-l", "none", literal(world, "plain"))
    _, quiet = probe(*words)
    _, verbose = probe("-v", *words)
    monkeypatch.setenv("MAIL_VERBOSE", "")
    assert probe(*words) == (0, verbose)
    assert set(quiet) < set(verbose)


def test_v_none(probe: Probe, world: DemoWorld) -> None:
    port = world.server("plain").port
    status, lines = probe("-v", "-l", "none", literal(world, "plain"))
    assert status == 0
    assert in_order(
        [
            f"parse_destination: [127.0.0.1]:{port} smtp",
            "addr_one: host 127.0.0.1",
            f"connect_addr: trying: 127.0.0.1[127.0.0.1] port {port}...",
            f"Connected to 127.0.0.1[127.0.0.1]:{port}",
            "smtp_stream_setup: maxtime=30 enable_deadline=1 min_data_rate=0",
            "< 220 ",
            "> EHLO probe.lab.test",
            "> QUIT",
            "< 221 ",
        ],
        lines,
    )


def test_vv_none(probe: Probe, world: DemoWorld) -> None:
    """Nothing is said about main.cf, and there are no records to add."""
    words = ("-l", "none", literal(world, "plain"))
    assert probe("-vv", *words) == probe("-v", *words)


def test_v_dane(probe: Probe, world: DemoWorld) -> None:
    port = world.server("dane").port
    _, lines = probe("-vc", f"dane.demo.test:{port}")
    assert in_order(
        [
            f"parse_destination: dane.demo.test:{port} smtp",
            "dns_query: dane.demo.test (MX): OK",
            "dns_get_answer: type MX for dane.demo.test",
            "answer: dane.demo.test (MX): secure: 1 record",
            "addr_one: host mx.dane.demo.test",
            "lookup mx.dane.demo.test type A flags RES_USE_DNSSEC",
            "dns_query: mx.dane.demo.test (A): OK",
            "dns_get_answer: type A for mx.dane.demo.test",
            "lookup mx.dane.demo.test type AAAA flags RES_USE_DNSSEC",
            "dns_query: mx.dane.demo.test (AAAA): Host found but no data record of requested type",
            f"dns_query: _{port}._tcp.mx.dane.demo.test (TLSA): OK",
            f"dns_get_answer: type TLSA for _{port}._tcp.mx.dane.demo.test",
            f"answer: _{port}._tcp.mx.dane.demo.test (TLSA): secure: 1 record",
            f"connect_addr: trying: mx.dane.demo.test[127.0.0.1] port {port}...",
            f"mx.dane.demo.test[127.0.0.1]:{port}: Matched DANE EE certificate at depth 0: 3 1 1 ",
            "Verified TLS connection established to ",
        ],
        lines,
    )


def test_two_v_add_the_records(probe: Probe, world: DemoWorld) -> None:
    port = world.server("dane").port
    _, brief = probe("-vc", f"dane.demo.test:{port}")
    _, lines = probe("-vvc", f"dane.demo.test:{port}")
    records = [re.sub("[0-9A-F]{64}", "DIGEST", line) for line in lines if " IN " in line]
    assert records == [
        "answer: dane.demo.test. 60 IN MX 10 mx.dane.demo.test.",
        "answer: mx.dane.demo.test. 60 IN A 127.0.0.1",
        f"answer: _{port}._tcp.mx.dane.demo.test. 60 IN TLSA 3 1 1 DIGEST",
    ]
    replies = [line for line in lines if line.startswith("dns_query: reply len=")]
    assert [line.partition(" ancount")[2] for line in replies] == ["=2 nscount=0"] * 3
    assert [line for line in lines if " IN " not in line and line not in replies] == brief


def test_v_notlsa(probe: Probe, world: DemoWorld) -> None:
    port = world.server("good").port
    _, lines = probe("-vc", f"good.demo.test:{port}")
    assert in_order(
        [
            f"dns_query: _{port}._tcp.mx.good.demo.test (TLSA): Host not found",
            f"answer: _{port}._tcp.mx.good.demo.test (TLSA): secure: Host not found",
            'no TLSA records found, resorting to "secure"',
            "connect_addr: trying: mx.good.demo.test[127.0.0.1]",
            "Untrusted TLS connection established to ",
        ],
        lines,
    )


def test_v_fail(probe: Probe) -> None:
    status, lines = probe("-v", "nope.demo.test")
    assert status == 0
    start = lines.index("parse_destination: nope.demo.test smtp")
    own = ("DNSSEC status as told by ", "answer: ")
    assert [line for line in lines[start + 1 :] if not line.startswith(own)] == [
        "dns_query: nope.demo.test (MX): Host not found",
        "addr_one: host nope.demo.test",
        "lookup nope.demo.test type A flags RES_USE_DNSSEC",
        "dns_query: nope.demo.test (A): Host not found",
        "lookup nope.demo.test type AAAA flags RES_USE_DNSSEC",
        "dns_query: nope.demo.test (AAAA): Host not found",
        "Destination address lookup failed: Host or domain name not found. "
        "Name service error for name=nope.demo.test type=AAAA: Host not found",
    ]


def test_nothing_is_left_out() -> None:
    assert set(_tried()) >= set(json.loads(DEVIATIONS.read_text()))


def _tried() -> Iterator[str]:
    """What tests here are called, and what they are called with."""
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            yield name.removeprefix("test_").replace("_", "-")
            for mark in getattr(test, "pytestmark", ()):
                yield from (value if isinstance(value, str) else value[0] for value in mark.args[1])
