"""The library API over the demo world."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Protocol

import pytest

import pyfinger
from pyfinger import Level, Outcome, ProbeOptions, Report, UsageError
from pyfinger.api import _prepare
from pyfinger.cli.evaluate import Invocation, evaluate
from pyfinger.cli.option_table import GROUPS
from pyfinger.demo.world import DemoWorld, Server
from pyfinger.dnssec.anchors import read_anchors
from pyfinger.events import Connected, Event, ProbeBegan, ProbeEnded
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.report.document.builder import ReportBuilder, ReportRecorder
from pyfinger.values import replace

# Options about what to do, as opposed to what to show.
DECIDING = (
    "Where to go",
    "What to demand",
    "Who vouches for DNS answers",
    "What to take as given",
    "How to speak TLS",
    "How long, how often",
)


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running


def demands(world: DemoWorld, server: Server) -> ProbeOptions:
    return {
        "resolver": world.resolver,
        "ca_file": world.authority_file,
        "wrapper": server.plan.wrapper,
        "lmtp": server.plan.lmtp,
    }


def timeless(report: Report) -> Report:
    """What two probes of one server have in common."""
    sessions = tuple(
        replace(session, endpoints=replace(session.endpoints, local_port=0)) for session in report.sessions
    )
    lookups = tuple(replace(lookup, began=0.0, seconds=0.0) for lookup in report.lookups)
    return replace(
        report,
        began=0.0,
        seconds=0.0,
        spans=(),
        days_left=None,
        dnssec_days_left=None,
        lookups=lookups,
        sessions=sessions,
    )


def spans(report: Report) -> list[tuple[str, str]]:
    return [(span.what, span.detail) for span in report.spans]


def test_a_server_that_proves_itself(world: DemoWorld) -> None:
    report = pyfinger.probe(world.server("dane").destination, resolver=world.resolver)
    assert report.met
    assert report.outcome is Outcome.MET
    (session,) = report.sessions
    assert session.tls is not None
    assert session.tls.level is Level.DANE
    assert session.tls.protocol == "TLSv1.3"


@pytest.mark.slow
def test_many_at_a_time_find_what_one_finds(world: DemoWorld) -> None:
    async def main(servers: list[Server]) -> list[Report]:
        probes = (pyfinger.probe_async(one.destination, **demands(world, one)) for one in servers)
        return await asyncio.gather(*probes)

    servers = list(islice(cycle(world.servers), 20))
    alone = {
        server.plan.name: pyfinger.probe(server.destination, **demands(world, server))
        for server in world.servers
    }
    together = asyncio.run(main(servers))
    assert [timeless(report) for report in together] == [timeless(alone[one.plan.name]) for one in servers]
    assert [sorted(spans(report)) for report in together] == [
        sorted(spans(alone[one.plan.name])) for one in servers
    ]
    assert {report.outcome for report in together} == {
        Outcome.MET,
        Outcome.NOT_MET,
        Outcome.NO_STARTTLS,
        Outcome.DNS_BOGUS,
    }


def test_from_many_threads(world: DemoWorld) -> None:
    server = world.server("dane")
    with ThreadPoolExecutor(4) as pool:
        tasks = [pool.submit(pyfinger.probe, server.destination, resolver=world.resolver) for _ in range(8)]
        assert all(task.result().met for task in tasks)


def test_lmtp_over_a_unix_socket(world: DemoWorld) -> None:
    report = pyfinger.probe(f"unix:{world.socket}", level="encrypt", lmtp=True)
    assert report.met


def test_what_does_not_exist_is_no_error(world: DemoWorld) -> None:
    report = pyfinger.probe("nosuch.demo.test", resolver=world.resolver)
    assert report.outcome is Outcome.NO_DESTINATION
    assert report.sessions == ()


class Compare(Protocol):
    """What the command makes of its words, and the library of its keywords; main.cf is the same."""

    def __call__(self, *words: str, **given: Any) -> tuple[Invocation, Invocation]: ...


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    file = tmp_path / "main.cf"
    file.write_text("myhostname = probe.lab.test\ncompatibility_level = 3.10\n")

    def both(*words: str, **given: Any) -> tuple[Invocation, Invocation]:
        told: list[Event] = []
        options: ProbeOptions = {"main_cf": file, **given}  # type: ignore[typeddict-item]
        command = evaluate(["prog", *words], SystemEnvironment({"MAIL_CONFIG": str(tmp_path)}), told.append)
        return command, _prepare("x.test", (), options, None).invocation

    return both


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ([], {}),
        (["-l", "dane-only"], {"level": Level.DANE_ONLY}),
        (["-l", "may", "-M", "may"], {"level": "may", "insecure_mx": Level.MAY}),
        (["-a", "ipv6", "-h", "native,dns"], {"prefer_family": "ipv6", "host_lookup": "native,dns"}),
        (["-SRwfx"], dict.fromkeys(("lmtp", "srv", "wrapper", "force_tlsa", "raw_public_key"), True)),
        ([], dict.fromkeys(("lmtp", "srv", "wrapper", "force_tlsa", "raw_public_key"), False)),
        ([], dict.fromkeys(("resolver", "ca_file", "ca_path", "cert_file", "key_file"), None)),
        (["-t", "5", "-T", "6", "-r", "-2", "-m", "3"], {"connect_timeout": 5, "command_timeout": 6}
         | {"reconnect": -2, "max_reconnects": 3}),
        (["-p", "TLSv1.3", "-g", "high", "-s", "nexthop"], {"protocols": "TLSv1.3", "grade": "high"}
         | {"servername": "nexthop"}),
        (["-d", "sha1", "--resolver", "192.0.2.1:54"], {"digest": "sha1", "resolver": "192.0.2.1:54"}),
        (["-o", "myhostname=a.test", "-o", "tls_ssl_options=x=y"], {
            "settings": {"myhostname": "a.test", "tls_ssl_options": "x=y"}
        }),
    ],
)  # fmt: skip
def test_keywords_are_the_options(compare: Compare, words: list[str], given: dict[str, Any]) -> None:
    command, library = compare(*words, "x.test", **given)
    assert command == library


def test_files(tmp_path: Path, world: DemoWorld, compare: Compare) -> None:
    credential = world.server("good").credential
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text(credential.key.pem + credential.pem)
    two.write_text(world.authority_file.read_text())
    command, library = compare(
        *("-l", "secure", "-A", str(two), "-A", str(one), "-H", str(one), "x.test"),
        level="secure",
        trust_anchors=(two, str(one)),
        chain_files=[one],
    )
    assert command == library
    command, library = compare(
        *("-F", str(two), "-k", str(one), "-K", str(one), "x.test"),
        ca_file=two,
        cert_file=str(one),
        key_file=one,
    )
    assert (command.options, command.credentials) == (library.options, library.credentials)


def test_every_option_that_decides_something_is_a_keyword() -> None:
    names = {option.name for group in DECIDING for option in GROUPS[group]} | {"set", "like"}
    plural = {"trust-anchor": "trust_anchors", "dnssec-anchor": "dnssec_anchors", "set": "settings"}
    keywords = {plural.get(name, name.replace("-", "_")) for name in names - {"tlsproxy"}}
    assert keywords | {"main_cf"} == set(ProbeOptions.__annotations__)


def test_a_main_cf_is_read_only_if_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.cf").write_text("myhostname = probe.lab.test\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))
    monkeypatch.setenv("MAIL_VERBOSE", "1")
    invocation = _prepare("x.test", (), {}, None).invocation
    assert invocation.options.config.myhostname != "probe.lab.test"
    assert invocation.show.verbose == 0
    assert _prepare("x.test", (), {"main_cf": None}, None).invocation == invocation
    invocation = _prepare("x.test", (), {"main_cf": tmp_path / "main.cf"}, None).invocation
    assert invocation.options.config.myhostname == "probe.lab.test"


SENSELESS: list[tuple[str, ProbeOptions, str]] = [
    ("x.test", {"level": "paranoid"}, 'Invalid TLS level "paranoid"'),
    ("x.test", {"level": Level.HALF_DANE}, 'Invalid TLS level "halfdane"'),
    ("x.test", {"insecure_mx": "secure"}, "bad '-M' option value: secure"),
    ("x.test", {"connect_timeout": 0}, "bad '-t' option value: 0"),
    ("x.test", {"resolver": "nonsense"}, "bad name server address: nonsense"),
    ("x.test", {"main_cf": "/nonexistent/main.cf"}, "open /nonexistent/main.cf: No such file or directory"),
    ("x.test", {"settings": {"": "x"}}, "settings: missing attribute name: ''"),
    ("x.test", {"settings": {"a b": "x"}}, "settings: missing '=' after attribute name: 'a b'"),
    ("x.test", {"settings": {"a=b": "x"}}, "settings: bad parameter name: 'a=b'"),
    ("x.test", {"chain_files": ["/a b"]}, "chain_files: a path must not have commas or blanks in it: '/a b'"),
    ("x.test", {"ca_file": "a\0b"}, "a null character, which no command line can have"),
    ("a\0b", {}, "a null character, which no command line can have"),
    ("", {}, "missing host information in server description: "),
    ("x.test:nosuch", {}, "unknown service: nosuch/tcp"),
]


@pytest.mark.parametrize(("destination", "given", "complaint"), SENSELESS)
def test_what_makes_no_sense_is_a_usage_error(destination: str, given: ProbeOptions, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        pyfinger.probe(destination, **given)
    assert str(caught.value) == complaint
    with pytest.raises(UsageError):
        asyncio.run(pyfinger.probe_async(destination, **given))


def test_unknown_keywords_are_errors_as_always() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        pyfinger.probe("x.test", colour="red")  # type: ignore[call-arg]


def test_events_come_as_they_happen(world: DemoWorld) -> None:
    told: list[tuple[Event, float]] = []
    server = world.server("dane")
    report = pyfinger.probe(
        server.destination, resolver=world.resolver, on_event=lambda event, at: told.append((event, at))
    )
    events, times = [event for event, _ in told], [at for _, at in told]
    assert times == sorted(times)
    assert report.began == next(at for event, at in told if isinstance(event, ProbeBegan))
    assert sum(isinstance(event, ProbeBegan) for event in events) == 1
    assert isinstance(events[-1], ProbeEnded)


@pytest.mark.slow
def test_the_whole_may_be_limited() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        destination = f"[127.0.0.1]:{silent.getsockname()[1]}"
        blocking = pyfinger.probe(destination, timeout=0.3)
        beside = asyncio.run(pyfinger.probe_async(destination, timeout=0.3))
    for report in (blocking, beside):
        assert report.outcome is Outcome.UNFINISHED
        assert report.explanation == "not done within 0.3 seconds"
    with pytest.raises(UsageError, match="bad '--timeout' option value: 0 "):
        pyfinger.probe(destination, timeout=0)


def test_what_on_event_raises_ends_the_probe(world: DemoWorld) -> None:
    def refuse(event: Event, at: float) -> None:
        if isinstance(event, Connected):
            raise ZeroDivisionError

    server = world.server("dane")
    with pytest.raises(ZeroDivisionError):
        pyfinger.probe(server.destination, resolver=world.resolver, on_event=refuse)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(pyfinger.probe_async(server.destination, resolver=world.resolver, on_event=refuse))


@pytest.mark.slow
def test_cancelling_at_any_event_leaves_nothing(world: DemoWorld) -> None:
    """The probe is cancelled at its next wait."""

    async def main(number: int) -> bool:
        seen = 0

        def watch(event: Event, at: float) -> None:
            nonlocal seen
            seen += 1
            if seen == number:
                task.cancel()

        server = world.server("dane")
        probe = pyfinger.probe_async(server.destination, resolver=world.resolver, on_event=watch)
        task = asyncio.create_task(probe)
        (outcome,) = await asyncio.gather(task, return_exceptions=True)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return isinstance(outcome, asyncio.CancelledError)

    outcomes = [asyncio.run(main(number)) for number in range(1, 100, 9)]
    assert outcomes[:5] == [True] * 5


def test_a_library_leaves_the_process_alone(
    world: DemoWorld, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def forbidden(*args: object) -> None:
        raise AssertionError

    for name in ("setuid", "setgid", "setgroups", "setresuid", "setresgid", "fork"):
        monkeypatch.setattr(os, name, forbidden)
    monkeypatch.setattr("signal.signal", forbidden)
    pyfinger.probe(world.server("mismatch").destination, resolver=world.resolver)
    assert capfd.readouterr() == ("", "")


def python(code: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_package_loads_nothing_before_it_is_used() -> None:
    loaded = python("import sys, pyfinger; print(*(name for name in sys.modules if 'pyfinger.' in name))")
    assert loaded == "\n"


def test_every_public_name_is_there() -> None:
    assert set(pyfinger.__all__) <= set(dir(pyfinger))
    for name in pyfinger.__all__:
        assert getattr(pyfinger, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        pyfinger.nonsense  # noqa: B018


def test_a_blocking_probe_does_without_asyncio(world: DemoWorld) -> None:
    code = (
        "import sys, pyfinger; print(pyfinger.probe(sys.argv[1], resolver=sys.argv[2]).met, "
        "'asyncio' in sys.modules, 'ssl' in sys.modules)"
    )
    assert python(code, world.server("dane").destination, world.resolver) == "True False False\n"


def test_an_asynchronous_probe_needs_no_openssl(world: DemoWorld) -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('ssl', '_ssl', '_hashlib', 'cryptography')))\n"
        "import asyncio, pyfinger\n"
        "print(asyncio.run(pyfinger.probe_async(sys.argv[1], resolver=sys.argv[2])).met)"
    )
    assert python(code, world.server("dane").destination, world.resolver) == "True\n"


def test_a_report_is_worked_out_later_from_what_was_told(world: DemoWorld) -> None:
    told: list[tuple[Event, float]] = []
    server = world.server("dane")
    report = pyfinger.probe(
        server.destination, resolver=world.resolver, on_event=lambda event, at: told.append((event, at))
    )
    builder, recorder = ReportBuilder(), ReportRecorder()
    for event, at in told:
        builder(event, at)
    for event, at in (*told[:-1] * 5, *told):  # more than are kept
        recorder(event, at)
    assert report == builder.report
    assert recorder.report.sessions[-1] == report.sessions[-1]


def test_validation_of_our_own_in_both_drivers(world: DemoWorld) -> None:
    wanted: ProbeOptions = {
        "resolver": world.resolver,
        "validate": True,
        "dnssec_anchors": [world.anchor_file],
        "level": "dane-only",
    }
    for server, outcome in (("dane", Outcome.MET), ("bogus", Outcome.DNS_BOGUS)):
        destination = world.server(server).destination
        report = pyfinger.probe(destination, **wanted)
        assert report.outcome is outcome
        assert timeless(asyncio.run(pyfinger.probe_async(destination, **wanted))) == timeless(report)
        proofs = [lookup.dnssec for lookup in report.lookups if lookup.dnssec]
        assert {proof.outcome.value for proof in proofs} - {"bogus"} == {"secure"}


def test_what_was_found_out_of_zones_is_not_asked_for_again(
    world: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchors = world.anchor_file.read_text()
    monkeypatch.setattr("pyfinger.dnssec.anchors.root_anchors", lambda: read_anchors(anchors))
    destination = world.server("dane").destination

    def asked(*anchor_files: Path) -> list[str]:
        report = pyfinger.probe(
            destination, resolver=world.resolver, validate=True, dnssec_anchors=anchor_files
        )
        assert report.outcome is Outcome.MET
        return [lookup.rdtype for lookup in report.lookups if lookup.rdtype in ("DS", "DNSKEY")]

    with ThreadPoolExecutor(1) as fresh:  # a thread that has seen nothing yet
        assert "DNSKEY" in fresh.submit(asked).result()
        assert fresh.submit(asked).result() == []
        assert "DNSKEY" in fresh.submit(asked, world.anchor_file).result()
