"""Which hellos a server takes: stubs before a real TLS server lose what they do not like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfinger.errors import UsageError
from pyfinger.events import ConnectFailed, HandshakeMessageSeen
from pyfinger.events.tolerance import HelloTried, ToleranceFound
from pyfinger.model import Level
from pyfinger.model.tolerance import HelloKind, HelloLimit, HelloTrial, Reception, Tolerance
from pyfinger.options import Config, Effort, Options
from pyfinger.prober.tolerance import tolerance
from pyfinger.steps import Connect, Sleep
from pyfinger.tls.hello_variant import LARGEST_HELLO
from pyfinger.values import replace
from tests.mailserver import MailServer, identity
from tests.prober.test_probe import ADDRESS, CONFIG, services, world
from tests.scripted import Peer, Scripted

HEADER = 5  # octets of a record's
Rule = Callable[[list[bytes]], bool]


@dataclass
class Middlebox:
    """Stands before a server and loses TLS hellos: `loses` judges by the segments seen so far.

    `closes`: the connection, too.  It looks at what comes after STARTTLS, and at the first hello only.
    """

    loses: Rule
    closes: bool = False
    refuse_after: int = 1000  # connections: then it says 421
    server: MailServer = field(default_factory=lambda: MailServer(identity()))
    opened: int = 0

    def __call__(self) -> Peer:
        self.opened += 1
        if self.opened > self.refuse_after:
            return MailServer(identity(), banner="421 mx.example.test too many connections")()
        return _Between(self, self.server())


class _Between:
    def __init__(self, box: Middlebox, inner: Peer) -> None:
        self._box, self._inner = box, inner
        self._segments: list[bytes] | None = None
        self._lost = self.closed = False

    def feed(self, data: bytes) -> bytes:
        if self._segments is not None and data:
            self._segments.append(data)
            if len(b"".join(self._segments[:-1])) < _hello_size(self._segments):
                self._lost = self._lost or self._box.loses(self._segments)
        if self._lost:
            self.closed = self._box.closes
            return b""
        reply = self._inner.feed(data)
        if data.upper() == b"STARTTLS\r\n":
            self._segments = []
        self.closed = self._inner.closed
        return reply


def _hello_size(segments: list[bytes]) -> int:
    """Octets of a hello, all its record headers included; as much as is there if that cannot be said."""
    data, end, body = b"".join(segments), 0, b""
    while len(data) >= end + HEADER and (len(body) < 4 or len(body) < 4 + int.from_bytes(body[1:4], "big")):
        size = int.from_bytes(data[end + 3 : end + HEADER], "big")
        body += data[end + HEADER : end + HEADER + size]
        end += HEADER + size
    return max(end, 1)


def nothing(_segments: list[bytes]) -> bool:
    return False


def try_all(box: Middlebox, effort: Effort | None = None, **options: object) -> tuple[Tolerance, Scripted]:
    driver = Scripted(world(), {ADDRESS: box})
    asked = Options("example.test", config=CONFIG, command_timeout=10, **options)  # type: ignore[arg-type]
    assert driver.run(tolerance(effort or Effort(most=60, pause=0.5), asked, services(), driver.emit)) == 0
    [found] = driver.of(ToleranceFound)
    assert len(driver.of(Connect)) == found.tolerance.connections == box.opened
    assert [event.trial for event in driver.of(HelloTried)] == list(found.tolerance.trials)
    return found.tolerance, driver


def sizes(driver: Scripted) -> list[int]:
    """Octets of the first hello of each connection."""
    return [len(e.message) for e in driver.of(HandshakeMessageSeen) if e.sent and e.message[0] == 1]


def test_a_server_that_takes_everything() -> None:
    found, driver = try_all(Middlebox(nothing))
    assert all(trial.reception is Reception.TAKEN for trial in found.trials)
    assert {trial.kind for trial in found.trials} == set(HelloKind)
    assert found.limits == () and found.untried == () and found.connections == 11
    assert max(sizes(driver)) == LARGEST_HELLO
    kinds = {trial.kind: trial for trial in found.trials}
    assert kinds[HelloKind.TLS12_ONLY].protocol == "TLSv1.2"
    assert kinds[HelloKind.TLS13_ONLY].protocol == "TLSv1.3"
    assert [sleep.seconds for sleep in driver.of(Sleep) if sleep.seconds == 0.5]


# Octets; what is lost from an odd one on is closed, too.
LOST_FROM = (513, 517, 521, 600, 999, 1024, 1400, 1447, 1448, 1460, 1461, 1500, 2048, 3001, 4096, 8191, 8192)
EVEN_LARGER = (12000, 15001, 15999)


@pytest.mark.slow
@pytest.mark.parametrize("size", [*LOST_FROM, *EVEN_LARGER])
def test_the_size_from_which_hellos_are_lost_is_found(size: int) -> None:
    closes = bool(size % 2)
    found, _ = try_all(Middlebox(lambda segments: len(b"".join(segments)) - HEADER >= size, closes))
    [limit] = [one for one in found.limits if one.kind is HelloKind.LARGE]
    reception = Reception.CLOSED if closes else Reception.SILENT
    assert (limit.lost, limit.reception) == (size, reception)
    assert limit.taken < size and (limit.exact or size < 520)  # sizes are padded, which takes four octets


@pytest.mark.slow
@given(first=st.integers(2, 516))
@settings(max_examples=12, deadline=None)
def test_how_much_of_a_hello_the_first_segment_must_have_is_found(first: int) -> None:
    found, _ = try_all(Middlebox(lambda segments: len(segments[0]) < first))
    [limit] = found.limits
    end = 512 - 1  # the last place that is tried
    if first > end:
        assert limit == HelloLimit(HelloKind.TWO_SEGMENTS, 0, end, Reception.SILENT)
    else:
        assert limit == HelloLimit(HelloKind.TWO_SEGMENTS, first, first - 1, Reception.SILENT)


@pytest.mark.slow
@given(first=st.integers(2, 511))
@settings(max_examples=12, deadline=None)
def test_how_much_of_a_hello_the_first_record_must_have_is_found(first: int) -> None:
    def short(segments: list[bytes]) -> bool:
        data = b"".join(segments)
        return len(data) >= HEADER and int.from_bytes(data[3:HEADER], "big") < min(first, 200)

    found, _ = try_all(Middlebox(short))
    assert [limit for limit in found.limits if limit.kind is HelloKind.TWO_RECORDS] == [
        HelloLimit(HelloKind.TWO_RECORDS, min(first, 200), min(first, 200) - 1, Reception.SILENT)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("most", [1, 2, 5, 10, 11, 14, 19])
def test_there_are_never_more_connections_than_allowed(most: int) -> None:
    found, _ = try_all(Middlebox(lambda segments: len(b"".join(segments)) > 1400), Effort(most=most))
    assert found.connections == most
    assert found.why_untried == f"at most {most} connections" and HelloKind.LARGE in found.untried


def test_what_is_known_of_a_search_that_is_cut_short_is_told() -> None:
    found, _ = try_all(Middlebox(lambda segments: len(b"".join(segments)) > 5000), Effort(most=14))
    [limit] = found.limits
    assert limit.taken <= 5000 < limit.lost and not limit.exact
    assert found.untried == (HelloKind.LARGE,)


def test_a_server_that_wants_no_more_is_asked_once_more_and_then_left_alone() -> None:
    found, driver = try_all(Middlebox(nothing, refuse_after=4), Effort(pause=1.0))
    assert found.connections == 6
    assert found.trials[-1].reception is Reception.UNKNOWN
    assert found.why_untried == "421 mx.example.test too many connections"
    assert max(sleep.seconds for sleep in driver.of(Sleep)) == 10


def test_without_starttls_nothing_else_is_tried() -> None:
    found, _ = try_all(Middlebox(nothing, server=MailServer()))
    [trial] = found.trials
    assert (trial.kind, trial.reception, trial.detail) == (HelloKind.USUAL, Reception.UNKNOWN, "no STARTTLS")
    assert found.usual == trial and set(found.untried) == set(HelloKind) - {HelloKind.USUAL}


ANSWERS = {
    "a hello that ends in the middle": (0x0303, bytes(32), b"", b"\x13\x01", b"\0", b"\0\5zz"),
    "a cipher suite that was not offered": (0x0303, bytes(32), b"", b"\0\x99", b"\0", b""),
    "a session that nobody knows": (0x0303, bytes(32), bytes(33), b"\0\x2f", b"\0", b""),
}


def server_hello(answer: tuple[int, bytes, bytes, bytes, bytes, bytes]) -> bytes:
    version, random, session, suite, compression, extensions = answer
    body = version.to_bytes(2, "big") + random + bytes([len(session)]) + session + suite + compression
    return record(22, b"\2" + (len(body) + len(extensions)).to_bytes(3, "big") + body + extensions)


def record(kind: int, content: bytes) -> bytes:
    return bytes([kind, 3, 3]) + len(content).to_bytes(2, "big") + content


@dataclass
class Answering:
    """A server that answers a hello with these octets, and closes."""

    octets: bytes

    def __call__(self) -> Peer:
        return _Answers(self.octets, MailServer(identity())())


class _Answers:
    def __init__(self, octets: bytes, inner: Peer) -> None:
        self._octets, self._inner, self.closed = octets, inner, False

    def feed(self, data: bytes) -> bytes:
        if data[:1] == b"\x16":
            self.closed = True
            return self._octets
        return self._inner.feed(data)


def first_trial(octets: bytes, protocols: str = ">=TLSv1", **config: Any) -> HelloTrial:
    changed = replace(CONFIG, **config)
    asked = Options("example.test", config=changed, command_timeout=10, protocols=protocols)
    driver = Scripted(world(), {ADDRESS: Answering(octets)})
    driver.run(tolerance(Effort(most=3, pause=0), asked, services(), driver.emit))
    return driver.of(HelloTried)[0].trial


@pytest.mark.parametrize("what", ANSWERS)
def test_a_hello_that_is_answered_with_nonsense_is_not_taken(what: str) -> None:
    trial = first_trial(server_hello(ANSWERS[what]))
    assert trial.reception is Reception.MALFORMED and trial.detail
    assert (trial.protocol, trial.group) == ("", "")


@pytest.mark.parametrize(
    "octets", [b"HTTP/1.1 400 Bad Request\r\n\r\n", record(22, b"\x0b\0\0\1\0"), record(23, b"x")]
)
def test_what_is_no_hello_at_all_is_something_malformed(octets: bytes) -> None:
    assert first_trial(octets).reception is Reception.MALFORMED


GOOD = server_hello((0x0303, bytes(32), b"", b"\xc0\x2f", b"\0", b""))
LEGACY = "unsafe legacy renegotiation disabled"


def test_a_good_hello_is_taken_whatever_comes_after_it_and_that_is_told() -> None:
    wide = {"tls_ssl_options": "LEGACY_SERVER_CONNECT"}
    alert = record(21, b"\2\x28")
    told = [first_trial(GOOD + after, **wide) for after in (b"", alert)]
    assert [trial.reception for trial in told] == [Reception.TAKEN] * 2
    assert [trial.detail for trial in told] == [
        "then the handshake broke off",
        "then alert handshake_failure",
    ]
    assert first_trial(GOOD).detail == f"then {LEGACY}"
    assert first_trial(alert).reception is Reception.REFUSED


def test_a_version_that_was_not_offered_is_a_refusal() -> None:
    trial = first_trial(
        server_hello((0x0301, bytes(32), b"", b"\xc0\x13", b"\0", b"")), protocols=">=TLSv1.2"
    )
    assert (trial.reception, trial.detail) == (Reception.REFUSED, "unsupported protocol")


def test_what_is_known_when_it_is_interrupted_is_told() -> None:
    driver = Scripted(world(), {ADDRESS: Answering(GOOD)}, trouble={(Connect, 3): KeyboardInterrupt()})
    asked = Options("example.test", config=CONFIG, command_timeout=10)
    with pytest.raises(KeyboardInterrupt):
        driver.run(tolerance(Effort(pause=0), asked, services(), driver.emit))
    [found] = driver.of(ToleranceFound)
    assert found.tolerance.why_untried == "interrupted" and len(found.tolerance.trials) == 2


def test_in_wrapper_mode_the_hello_comes_first() -> None:
    server = MailServer(identity(), wrapper=True)
    found, _ = try_all(Middlebox(nothing, server=server), wrapper=True)
    assert all(trial.reception is Reception.TAKEN for trial in found.trials)


def test_a_host_that_accepts_nothing_is_told() -> None:
    driver = Scripted(world(), {})
    asked = Options("example.test", config=Config(myhostname="c.test"))
    assert driver.run(tolerance(Effort(), asked, services(), driver.emit)) == 1
    assert driver.of(ConnectFailed) and not driver.of(ToleranceFound)


@pytest.mark.parametrize("options", [{"level": Level.NONE}, {"tls_disabled": True}])
def test_without_tls_there_is_nothing_to_try(options: dict[str, object]) -> None:
    driver = Scripted(world(), {})
    asked = Options("example.test", config=CONFIG, **options)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="TLS is disabled"):
        driver.run(tolerance(Effort(), asked, services(), driver.emit))
