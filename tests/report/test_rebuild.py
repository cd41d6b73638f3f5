"""The log rebuilt from the event stream alone is the log that was printed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import count, product

import pytest

from pyfinger.events import DisplayChosen, Event, ProbeRefused, SecretDerived
from pyfinger.model import Level
from pyfinger.options import LOG_WORDS, Log, Show
from pyfinger.report.event_stream import EventStream, read_stream, rebuild_log
from pyfinger.report.json_lines import lines_of
from pyfinger.report.log import Tee, TextLog
from pyfinger.x509.certificate import parse_certificate
from tests.mailserver import MailServer, identity
from tests.report.every_case import EVERY_CASE
from tests.scripted import Script
from tests.tables.running import Told
from tests.world import World

ADDRESS = "192.0.2.1"
KEY_HASH = sha256(parse_certificate(identity().chain[0]).spki).hexdigest()
OTHER_HASH = "ab" * 32
FALSE_START = Script("220 ready", ("EHLO client.test", "250 STARTTLS"), ("STARTTLS", "454 not now"))
RUDE = Script("554 go\taway\x1b[2J")


def world(*tlsa: str) -> World:
    return World(
        mx={"example.test": ["10 MX.example.test", "20 dead.example.test"]},
        a={"mx.example.test": [ADDRESS], "dead.example.test": ["192.0.2.9"]},
        tlsa={"_25._tcp.mx.example.test": tlsa} if tlsa else {},
        fail={"_25._tcp.dead.example.test/TLSA": "SERVFAIL"},
    )


def probe(*tlsa: str, server: MailServer | Script | None = None, **options: object) -> list[Event]:
    host = server or MailServer(identity())
    return Told(world(*tlsa), "example.test", {ADDRESS: host}, **options).driver.events  # type: ignore[arg-type]


PROBES: dict[str, Callable[[], Sequence[Event]]] = {
    "dane": lambda: probe(f"3 1 1 {KEY_HASH}", "3 1", "9 9 9 00"),
    "dane-mismatch": lambda: probe(f"3 1 1 {OTHER_HASH}", reconnect_delay=1),
    "secure": lambda: probe(level=Level.SECURE, match=("nexthop", "bücher.test", ".")),
    "fingerprint": lambda: probe(level=Level.FINGERPRINT, match=("zz", "ab:cd")),
    "resumption": lambda: probe(reconnect_delay=1, reconnect_limit=3),
    "resumption-12": lambda: probe(reconnect_delay=1, protocols="TLSv1.2"),
    "raw-key": lambda: probe(f"3 1 1 {KEY_HASH}", raw_public_keys=True),
    "no-starttls": lambda: probe(server=MailServer()),
    "wrapper": lambda: probe(server=MailServer(identity(), wrapper=True), wrapper=True),
    "injected": lambda: probe(server=MailServer(identity(), injected=b"250 injected\r\n")),
    "starttls-refused": lambda: probe(server=FALSE_START),
    "greeting-refused": lambda: probe(server=RUDE),
    "bad-settings": lambda: probe(protocols="nonsense"),
    "servername": lambda: probe(servername="sni.test"),
    "no-destination": lambda: Told(World(), "example.test").driver.events,
    "no-server-name": lambda: Told(World(fail={"example.test/MX": "SERVFAIL"}), "example.test").driver.events,
    "odd-name": lambda: Told(World(), "b\udcfcch\N{SNOWMAN}.test").driver.events,
    "refused": lambda: (*Told(World(), "example.test").driver.events, ProbeRefused("bad\x9b name: \udcff")),
    "every-line": lambda: [case.event for case in EVERY_CASE],
}

EVERYTHING = Log(sum({*Log}))
MASKS = sorted({Log.NONE, EVERYTHING, Log.SUMMARY | Log.CERTMATCH, *LOG_WORDS.values()})
SHOWS = [Show(log, chat, verbose=verbose) for log, chat, verbose in product(MASKS, (True, False), (0, 2))]


def played(told: Sequence[Event], program: str = "pröb\udcff") -> tuple[bytes, bytes]:
    """The log of these events as it is printed, and the stream beside it."""
    printed, stream = io.BytesIO(), io.BytesIO()
    clock: Iterator[int] = count(1_700_000_000)
    tee = Tee([TextLog(printed, program)], [EventStream(stream, program)], lambda: next(clock) / 7)
    for event in told:
        tee(event)
    return printed.getvalue(), stream.getvalue()


def rebuilt(stream: bytes) -> bytes:
    out = io.BytesIO()
    rebuild_log(lines_of(io.BytesIO(stream)), out)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBES)
def test_the_rebuilt_log_is_the_printed_log(name: str) -> None:
    told = PROBES[name]()
    logs = set()
    for show in SHOWS:
        printed, stream = played([DisplayChosen(show, utf8=show.chat), *told])
        assert rebuilt(stream) == printed
        logs.add(printed)
    assert len(logs) > 2, "these settings show hardly anything"


def test_before_the_display_is_chosen_too() -> None:
    printed, stream = played(PROBES["every-line"]())
    assert rebuilt(stream) == printed != b""


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBES)
def test_a_stream_holds_all_that_happened_but_for_secrets(name: str) -> None:
    told = PROBES[name]()
    _, stream = played(told)
    _, read = read_stream(lines_of(io.BytesIO(stream)))
    kept = [event for event, _ in read]
    assert kept == [event for event in told if not isinstance(event, SecretDerived)]
