"""The trace and tshark see the same in the same capture, field by field."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from fuzz._recorded import Plan, execute, plans
from pyfinger import events as e
from pyfinger.dissect import registries as names
from pyfinger.events import Event
from pyfinger.model import Endpoints, Peer
from pyfinger.report.capture.pcapng import Pcapng
from pyfinger.report.trace import Trace
from tests.interop.tshark import (
    Message,
    Part,
    Said,
    Talk,
    differences,
    is_ours_alone,
    main,
    same_name,
    traced,
    tsharked,
)
from tests.interop.tshark_names import EXPERIMENTS

PEER = Peer("mx.example.test", "192.0.2.1", 25)
ENDS = Endpoints("192.0.2.9", 4711, "192.0.2.1", 25)
SMTP = (e.BytesReceived(b"220 x\r\n"), e.BytesSent(b"STARTTLS\r\n"), e.BytesReceived(b"220 y\r\n"))

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark on this machine")


def session(plan: Plan) -> list[Event]:
    """All that happens on a connection, TLS as planned."""
    begun: list[Event] = [e.Connected(PEER, ENDS), *SMTP, e.TlsStarting(PEER)]
    for event in execute(plan)[1]:
        begun.append(event)
        if isinstance(event, e.RecordSeen):
            begun.append(e.BytesSent(event.wire) if event.sent else e.BytesReceived(event.wire))
    return [*begun, e.Disconnected()]


def written(told: list[Event], folder: Path) -> tuple[Path, Path]:
    """A capture, and a trace."""
    capture, trace = io.BytesIO(), io.BytesIO()
    as_capture, as_trace = Pcapng(capture, secrets=True), Trace(trace, "json")
    for at, event in enumerate(told):
        as_capture(event, 1e9 + at / 1000)
        as_trace(event)
    as_capture.close()
    as_trace.close()
    paths = folder / "capture.pcapng", folder / "trace.json"
    for path, made in zip(paths, (capture, trace), strict=True):
        path.write_bytes(made.getvalue())
    return paths


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.name)
def test_no_differences(plan: Plan, tmp_path: Path) -> None:
    capture, trace = written(session(plan), tmp_path)
    ours, theirs = traced(trace.read_bytes().splitlines()), tsharked(capture)
    assert len(ours) == len(theirs) == 1
    assert len(ours[0][True].messages) > 1
    assert differences(ours, theirs) == []


def test_a_change_of_any_value_is_seen(tmp_path: Path) -> None:
    (plan,) = (plan for plan in plans() if plan.name == "tls12-answered")
    capture, trace = written(session(plan), tmp_path)
    lines, theirs = trace.read_bytes().splitlines(), tsharked(capture)
    unseen, tried = [], 0
    for side, number, place in _places(traced(lines)[0]):
        ours = traced(lines)
        parts = ours[0][side].messages[number].parts
        part = parts[place]
        if part.value is None or not part.size or is_ours_alone(part, parts):
            continue
        parts[place] = replace(part, value=part.value + 1)
        tried += 1
        if not differences(ours, theirs):
            unseen.append(str(part))
    assert tried > 200
    assert unseen == []


def _places(talk: Talk) -> Iterator[tuple[bool, int, int]]:
    for side, said in talk.items():
        for number, message in enumerate(said.messages):
            yield from ((side, number, place) for place in range(len(message.parts)))


ALERT = (21, 771, 2)


def alerted(*descriptions: int) -> Talk:
    """A talk in which the server says nothing but these."""
    parts = [Part(1, 1, frozenset({"description"}), one) for one in descriptions]
    return {True: Said(), False: Said([ALERT] * len(parts), [Message([part]) for part in parts])}


@pytest.mark.parametrize(
    ("heard", "same"),
    [((0,), True), ((90, 0), True), ((40,), False), ((90, 40), False)],
    ids=["close_notify", "user_canceled too", "handshake_failure", "one of each"],
)
def test_what_a_server_says_in_parting_may_be_left_unread(heard: tuple[int, ...], same: bool) -> None:
    assert (differences([alerted()], [alerted(*heard)]) == []) is same


def test_as_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capture, trace = written(session(plans()[0]), tmp_path)
    assert main(str(capture), str(trace)) == 0
    assert capsys.readouterr().out == "no differences\n"
    trace.write_bytes(trace.read_bytes().replace(b'"value": 1,', b'"value": 2,'))
    assert main(str(capture), str(trace)) == 1
    assert "tshark has" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("registry", "name"),
    [
        ("handshake.ciphersuite", names.suite),
        ("handshake.extension.type", names.extension),
        ("handshake.extensions_supported_group", names.group),
        ("handshake.sig_hash_alg", names.scheme),
        ("handshake.version", names.version),
        ("alert_message.desc", lambda code: names.ALERTS.get(code, "")),
        ("compress_certificate.algorithm", lambda code: names.CERTIFICATE_COMPRESSIONS.get(code, "")),
    ],
)
def test_code_points_have_the_same_names(registry: str, name: Callable[[int], str]) -> None:
    theirs = {code: text for code, text in code_points(registry) if not EXPERIMENTS.search(text)}
    ours = {code: name(code) for code in theirs if name(code)}
    assert {
        code: (ours[code], theirs[code]) for code in ours if not same_name(ours[code], theirs[code])
    } == {}
    assert len(ours) > 2


def code_points(registry: str) -> Iterator[tuple[int, str]]:
    for line in value_strings():
        if line.startswith(f"V\ttls.{registry}\t"):
            _, _, code, text = line.split("\t")
            yield int(code, 0), text


@cache
def value_strings() -> list[str]:
    shown = subprocess.run(("tshark", "-G", "values"), check=True, capture_output=True, text=True)
    return shown.stdout.splitlines()
