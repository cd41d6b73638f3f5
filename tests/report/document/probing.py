"""Reports of probes of servers made of bytes; a millisecond passes with each event."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from pyfinger.events import Event
from pyfinger.model import OwnCredential
from pyfinger.options import Config, Options
from pyfinger.prober.context import Dependencies
from pyfinger.prober.probe import probe
from pyfinger.report.document import Report
from pyfinger.report.document.builder import ReportBuilder
from tests.scripted import PeerFactory, Scripted
from tests.world import World

ADDRESS = "192.0.2.1"
HOST = "mx.example.test"
CONFIG = Config(myhostname="client.test")
START = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
TICK = 0.001


def events_of(
    world: World,
    servers: Mapping[str, PeerFactory | int] | None = None,
    destination: str = "example.test",
    credentials: tuple[OwnCredential, ...] = (),
    **options: Any,
) -> list[Event]:
    """What a probe tells."""
    driver = Scripted(world, servers or {})
    services = Dependencies(
        rng=random.Random(7),
        now=lambda: datetime(2026, 6, 1, tzinfo=UTC),
        clock=lambda: driver.now,
        random_bytes=random.Random(8).randbytes,
        credentials=credentials,
    )
    options.setdefault("config", CONFIG)
    driver.run(probe(Options(destination, **options), services, driver.emit))
    return list(driver.events)


def recorded(events: list[Event], warn_days: float | None = None) -> Report:
    """The report of these events."""
    recorder = ReportBuilder(warn_days)
    for number, event in zip(count(), events, strict=False):
        recorder(event, START + number * TICK)
    return recorder.report


def report_of(world: World, servers: Mapping[str, PeerFactory | int] | None = None, **options: Any) -> Report:
    """The report of a probe."""
    return recorded(events_of(world, servers, **options))


def simple_world(*tlsa: str, insecure: frozenset[str] = frozenset(), **fail: str) -> World:
    """One domain with one host; `fail` by record type."""
    names = {"MX": "example.test", "A": HOST, "TLSA": f"_25._tcp.{HOST}"}
    return World(
        mx={"example.test": [f"10 {HOST}"]},
        a={HOST: [ADDRESS]},
        tlsa={f"_25._tcp.{HOST}": list(tlsa)} if tlsa else {},
        insecure=insecure,
        fail={f"{names[rdtype]}/{rdtype}": word for rdtype, word in fail.items()},
    )
