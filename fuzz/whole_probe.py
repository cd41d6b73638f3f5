"""Whole probes of hostile servers and name servers end in time with status 0 or 1, told in printable lines.

Whatever is made of them meanwhile (log, chain, events, capture, trace, report)
raises nothing, and the events read back as they were.  Servers are real ones;
what they say is changed on its way: in clear, inside TLS, or the records.
"""

from __future__ import annotations

import errno
import io
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fuzz._bytes import Choices
from fuzz._recorded import drawing
from pyfinger.events import DisplayChosen, Event, SecretDerived
from pyfinger.model import Family, Level, NativeAnswer, RawReply
from pyfinger.options import Config, Log, Options, Show
from pyfinger.prober.context import Dependencies
from pyfinger.prober.probe import probe
from pyfinger.report.capture.pcapng import KeyLog, Pcapng
from pyfinger.report.chain import ChainReport
from pyfinger.report.document.builder import ReportBuilder
from pyfinger.report.document.formats import json_bytes
from pyfinger.report.event_stream import EventStream, read_stream
from pyfinger.report.json_lines import lines_of
from pyfinger.report.log import TextLog
from pyfinger.report.trace import Trace
from pyfinger.steps import LookupHost, Resolve
from pyfinger.values import replace
from tests.mailserver import MailServer, identity
from tests.scripted import Peer, PeerFactory, Scripted
from tests.tls.offers import own_credential
from tests.world import World

ADDRESSES = ("192.0.2.1", "2001:db8::1", "192.0.2.3")
TLSA = "_25._tcp.mx.example.test"
WORLD = World(
    mx={"example.test": ["10 mx.example.test", "20 alias.example.test"]},
    a={"example.test": [ADDRESSES[0]], "mx.example.test": [ADDRESSES[0]], "b.example.test": [ADDRESSES[2]]},
    aaaa={"mx.example.test": [ADDRESSES[1]]},
    cname={"alias.example.test": "b.example.test"},
    tlsa={TLSA: ["3 1 1 " + "ab" * 32, "2 0 1 " + "cd" * 32, "3 1 0 00", "3 1"]},
    srv={"_submission._tcp.example.test": ["1 2 587 mx.example.test"]},
    hosts={"mx.example.test": [ADDRESSES[0]]},
)
CONFIG = Config(myhostname="client.test")
EVERYTHING = DisplayChosen(Show(Log(sum({*Log})), chain=True, verbose=2), utf8=False)
LEVELS = (Level.MAY, Level.DANE, Level.SECURE, Level.FINGERPRINT, Level.DANE_ONLY, Level.NONE, Level.ENCRYPT)
LINES = (
    b"220 mx.example.test ESMTP\r\n",
    b"220-more\r\n" * 30,
    b"250-mx\r\n250-STARTTLS\r\n250 HELP\r\n",
    b"220 \x1b[31mred\x07\0\xff\xc3\xa9\r\n",
    b"454 not now\r\n",
    b"x" * 5000,
    b"\n\r\n-\r\n999\r\n",
    b"\x15\3\3\0\2\2\x28",
    b"",
)
PATIENCE = 3600.0  # seconds of the probe's own time
MOST_SENT = 400_000  # bytes


# Level, LMTP, wrapper mode, again and again, raw keys, what to match, TLSA anyhow, a key of our own;
# then what happens to each reply of a name server, and each time the server speaks.
SEEDS: list[bytes] = [
    *(bytes([level]) for level in range(len(LEVELS))),
    *(bytes(place) + b"\1" for place in range(1, 8)),
    bytes((2, 0, 0, 1, 0, 1, 1, 1)),
    bytes((3, 0, 0, 0, 1, 2)),
    bytes((1, 0, 0, 0)) + bytes(7) + bytes((3, 0, 12, 1, 2, 0xC0, 0x0C)) * 4,
    *(bytes(quiet) + bytes((3, 1, 9, 1, 2, 0x1B, 0x5B)) * 3 for quiet in (14, 16, 18, 20)),
    *(bytes(quiet) + bytes([change, 3]) * 2 for quiet in (14, 15, 17, 19) for change in (4, 5, 6)),
]


def check(data: bytes) -> None:
    choices = Choices(data)
    options = _options(choices)
    driver = Scripted(_Names(**vars(WORLD), choices=choices), _servers(choices, options))
    rendered = _Rendered()
    services = Dependencies(
        rng=random.Random(7),
        now=lambda: datetime(2026, 6, 1, tzinfo=UTC),
        clock=lambda: driver.now,
        random_bytes=random.Random(8).randbytes,
        credentials=(own_credential("p256"),) if choices.flag() else (),
    )

    def emit(event: Event) -> None:
        rendered(event, driver.now)

    emit(EVERYTHING)
    with drawing(random.Random(9)):
        status = driver.run(probe(options, services, emit))
    assert status in (0, 1)
    assert driver.now < 1000 + PATIENCE
    assert len(driver.sent) < MOST_SENT
    assert not driver.open
    rendered.check()


def _options(choices: Choices) -> Options:
    return Options(
        "example.test",
        config=CONFIG,
        level=choices.one_of(LEVELS),
        lmtp=choices.flag(),
        wrapper=choices.flag(),
        reconnect_delay=choices.one_of((-1, 1)),
        raw_public_keys=choices.flag(),
        match=choices.one_of(((), ("nexthop", "b\u00fccher.test"), ("AA" * 32,))),
        force_tlsa=choices.flag(),
    )


@dataclass(frozen=True)
class _Names(World):
    """Name servers that change what they say."""

    choices: Choices = field(default_factory=lambda: Choices(b""))

    def resolve(self, question: Resolve) -> RawReply:
        reply = super().resolve(question)
        if reply.wire is None:
            return reply
        return replace(reply, wire=self.choices.spoilt(reply.wire))

    def lookup_host(self, request: LookupHost) -> NativeAnswer:
        return NativeAnswer(((Family.IPV4, ADDRESSES[0]),))


def _servers(choices: Choices, options: Options) -> dict[str, PeerFactory | int]:
    """One says what it likes, one does not answer, the third is friendly."""
    settings = {"reqCert": True, "ticketKeys": [bytearray(32)], "ticket_count": 2}
    mail = MailServer(identity(), wrapper=options.wrapper, settings=settings)
    first = _hostile(choices, mail)
    return {ADDRESSES[0]: first, ADDRESSES[1]: errno.ETIMEDOUT, ADDRESSES[2]: mail}


def _hostile(choices: Choices, mail: MailServer) -> PeerFactory:
    return lambda: _Hostile(choices, mail())


class _Hostile:
    """A server whose words are changed on the way."""

    def __init__(self, choices: Choices, real: Peer) -> None:
        self._choices = choices
        self._real = real
        self.closed = False

    def feed(self, data: bytes) -> bytes:
        said = self._real.feed(data)
        change = self._choices.one_of(CHANGES)
        self.closed = self._real.closed or change is _goodbye
        return change(self._choices, said)


def _as_it_is(choices: Choices, said: bytes) -> bytes:
    return said


def _spoilt(choices: Choices, said: bytes) -> bytes:
    return choices.spoilt(said)


def _other(choices: Choices, said: bytes) -> bytes:
    return choices.one_of(LINES)


def _more(choices: Choices, said: bytes) -> bytes:
    return said + choices.one_of(LINES)


def _goodbye(choices: Choices, said: bytes) -> bytes:
    return said[: choices.number(300)]


CHANGES: tuple[Callable[[Choices, bytes], bytes], ...] = (
    _as_it_is,
    _as_it_is,
    _as_it_is,
    _spoilt,
    _other,
    _more,
    _goodbye,
)


class _Rendered:
    """All that is made of a probe."""

    def __init__(self) -> None:
        self._told: list[tuple[Event, float]] = []
        self._outs = [io.BytesIO() for _ in range(7)]
        log, chain, events, capture, keys, text, as_lines = self._outs
        self._recorder = ReportBuilder(30.0)
        self._timed = (EventStream(events, "prog"), Pcapng(capture, secrets=True), self._recorder)
        self._chain = ChainReport(chain, in_place=False)
        self._traces = (Trace(text, "text"), Trace(as_lines, "json"))
        self._plain = (TextLog(log, "prog"), self._chain, KeyLog(keys), *self._traces)
        self._events, self._printed = events, (log, chain, text, as_lines)

    def __call__(self, event: Event, at: float) -> None:
        self._told.append((event, at))
        for plain in self._plain:
            plain(event)
        for timed in self._timed:
            timed(event, at)

    def check(self) -> None:
        for renderer in (self._timed[1], self._chain, *self._traces):
            renderer.close()
        for out in self._printed:
            _check_printable(out.getvalue().splitlines(keepends=True))
        json_bytes(self._recorder.report)
        self._events.seek(0)
        kept = [told for told in self._told if not isinstance(told[0], SecretDerived)]
        assert list(read_stream(lines_of(self._events))[1]) == kept


def _check_printable(lines: Iterable[bytes]) -> None:
    for line in lines:
        assert line.endswith(b"\n")
        assert all(0x20 <= byte < 0x7F for byte in line[:-1]), line
