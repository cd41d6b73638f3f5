"""Recordings of probes of servers made of bytes, and what comes of playing them; no file, no socket."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from itertools import count

from pyfinger.cli.evaluate import evaluate
from pyfinger.errors import UsageError
from pyfinger.events import Event, ProbeRefused
from pyfinger.model import Family
from pyfinger.prober.context import Dependencies
from pyfinger.prober.probe import probe
from pyfinger.recording.entries import SCHEMA, Entry, RecordingHeader
from pyfinger.recording.parser import Recording, read_recording
from pyfinger.recording.player import Player
from pyfinger.recording.recorder import Recorder
from pyfinger.report.capture.pcapng import Pcapng
from pyfinger.report.chain import ChainReport
from pyfinger.report.document.builder import ReportBuilder as Document
from pyfinger.report.document.formats import json_bytes
from pyfinger.report.encoding import codec
from pyfinger.report.event_stream import EventStream
from pyfinger.report.json_lines import line_of
from pyfinger.report.log import Tee, TextLog
from tests.mailserver import MailServer, identity
from tests.scripted import PeerFactory, Scripted
from tests.world import World

HOST = "mx.example.test"
ADDRESS = "192.0.2.1"
WORDS = ("pyfinger", "-c", "example.test")
START = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
MAIN_CF = "/etc/postfix/main.cf"

HEADER = RecordingHeader(
    schema=SCHEMA,
    version="0",
    words=WORDS,
    environment=(),
    nodename="client.test",
    addresses=((Family.IPV4, ("192.0.2.200",)), (Family.IPV6, ())),
    seed=7,
)


@dataclass
class Place:
    """HostEnvironment made up for the purpose."""

    files: Mapping[str, bytes] = field(default_factory=lambda: {MAIN_CF: b"compatibility_level = 3.6\n"})
    environment: Mapping[str, str] = field(default_factory=dict)
    nodename: str = "client.test"

    def addresses(self, family: Family) -> tuple[str, ...]:
        return dict(HEADER.addresses)[family]

    def read_public(self, path: str) -> bytes:
        return self.read(path)

    def exists(self, path: str) -> bool:
        return path in self.files

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return self.files[path]


@dataclass
class Outcome:
    """What came of a probe."""

    status: int | None = None
    refusal: str = ""
    events: list[Event] = field(default_factory=list)
    text: bytes = b""
    stream: bytes = b""
    capture: bytes = b""
    json: bytes = b""


class Renderers:
    """Every renderer there is."""

    def __init__(self) -> None:
        self._outcome = Outcome()
        self._text, self._stream, self._capture = BytesIO(), BytesIO(), BytesIO()
        self._chain = ChainReport(self._text, in_place=False)
        self._document = Document()
        self.plain = (self._outcome.events.append, TextLog(self._text, "prog"), self._chain)
        self._pcapng = Pcapng(self._capture, secrets=True)
        self.timed = (EventStream(self._stream, "prog"), self._pcapng, self._document)

    def outcome(self, status: int | None, refusal: str) -> Outcome:
        """All of it, closed."""
        self._chain.close()
        self._pcapng.close()
        found = self._outcome
        found.status, found.refusal = status, refusal
        found.text, found.stream = self._text.getvalue(), self._stream.getvalue()
        found.capture, found.json = self._capture.getvalue(), json_bytes(self._document.report)
        return found


def simple_world() -> World:
    """One domain with one host."""
    return World(mx={"example.test": [f"10 {HOST}"]}, a={HOST: [ADDRESS]})


def servers() -> dict[str, PeerFactory | int]:
    """The host's server."""
    return {ADDRESS: MailServer(identity())}


def record(
    driver: Scripted, words: Sequence[str] = WORDS, place: Place | None = None
) -> tuple[bytes, Outcome]:
    """A recording of a probe, and what came of the probe itself."""
    out = BytesIO()
    recorder = Recorder(out, tuple(words), place or Place())
    renderers = Renderers()
    ticks = count()
    tee = Tee(renderers.plain, (recorder, *renderers.timed), lambda: START + next(ticks) / 1024)
    status, refusal = None, ""
    try:
        found = evaluate(words, recorder.host, tee)
        services = Dependencies(
            rng=random.Random(),
            now=lambda: datetime(2026, 6, 1, tzinfo=UTC),
            clock=lambda: driver.now,
            random_bytes=random.Random(8).randbytes,
            trust=found.trust,
            credentials=found.credentials,
        )
        steps = probe(found.options, recorder.services(services), tee)
        status = driver.run(recorder.watched(steps))
    except UsageError as error:
        refusal = str(error)
        tee(ProbeRefused(refusal))
    recorder.close()
    return out.getvalue(), renderers.outcome(status, refusal)


def play(data: bytes, seed: int | None = None) -> Outcome:
    """What comes of playing a recording; `DecodeError` if it is none."""
    player = Player(read_recording(BytesIO(data)), "x.rec", seed)
    renderers = Renderers()
    tee = Tee(renderers.plain, renderers.timed, player.clock)
    status, refusal = None, ""
    try:
        found = evaluate(player.words, player.host, tee)
        player.give_up_root(tee)
        services = player.services(found.trust, found.credentials)
        status = player.run(probe(found.options, services, tee), tee)
    except UsageError as error:
        refusal = str(error)
        tee(ProbeRefused(refusal))
    return renderers.outcome(status, refusal)


def written(*entries: Entry, header: RecordingHeader = HEADER) -> bytes:
    """The recording that has these entries."""
    lines = [codec(RecordingHeader).write(header), *map(codec(Entry).write, entries)]
    return b"".join(map(line_of, lines))


def read(data: bytes) -> Recording:
    """A recording, or `DecodeError`."""
    return read_recording(BytesIO(data))
