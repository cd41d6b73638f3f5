"""Captures and key logs of real sessions, as tshark sees them: whole, sound, and decrypted."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pyfinger.demo.plan import PLANS
from pyfinger.demo.world import DemoWorld
from pyfinger.drive.blocking import BlockingDriver
from pyfinger.drive.resolv_conf import NameService, parse_name_server
from pyfinger.drive.wall_clock import WallClock
from pyfinger.events import BytesReceived, Connected, Connecting, DnsExchanged, Event, SessionReused
from pyfinger.model import DnsPacket, Endpoints, Level, OwnCredential, Peer
from pyfinger.options import Options
from pyfinger.prober.context import TrustSources, system_dependencies
from pyfinger.prober.probe import probe
from pyfinger.report.capture.pcapng import KeyLog, Pcapng
from pyfinger.report.log import Tee
from pyfinger.values import replace
from tests.interop.cases import Stage
from tests.interop.dissection import Frame, dissect, installed
from tests.interop.programs import openssls
from tests.interop.smtp_front import Manner, smtp_front

pytestmark = pytest.mark.skipif(not installed(), reason="no tshark on this machine")

SMTP, LMTP, WRAPPED = 25, 24, 465
RPK = "-enable_server_rpk"
WEAK = "-cipher ALL:@SECLEVEL=0"


@dataclass(frozen=True)
class Case:
    """A session, or two of which the second takes up the first, with s_server behind SMTP."""

    name: str
    server: str = ""  # options of s_server
    key: str = "p256"
    manner: Manner = field(default_factory=Manner)
    options: Options = field(default_factory=lambda: Options("", level=Level.MAY))
    shows_key: bool = False  # we have a certificate of our own
    port: int = SMTP
    since: tuple[int, int] = (3, 0)


TWICE = Manner(sessions=2)
RAW = Options("", level=Level.FINGERPRINT, match=("00" * 32,), raw_public_keys=True)

CASES = [
    Case("tls10", f"-no_tls1_2 -no_tls1_3 {WEAK}", "rsa2048"),
    Case("tls12", "-no_tls1_3"),
    Case("tls12-cbc", "-no_tls1_3 -cipher ECDHE-ECDSA-AES256-SHA384"),
    Case("tls12-chacha", "-no_tls1_3 -cipher ECDHE-ECDSA-CHACHA20-POLY1305"),
    Case("tls12-static-rsa", "-no_tls1_3 -cipher AES256-SHA:@SECLEVEL=0", "rsa2048"),
    Case("tls12-resumed", "-no_tls1_3", manner=TWICE),
    Case("tls12-resumed-by-id", "-no_tls1_3 -no_ticket", manner=TWICE),
    Case("tls12-client-certificate", "-no_tls1_3 -Verify 1", shows_key=True),
    Case("tls12-raw-key", f"-no_tls1_3 {RPK}", options=RAW, since=(3, 2)),
    Case("tls13"),
    Case("tls13-sha256", "-ciphersuites TLS_AES_128_GCM_SHA256"),
    Case("tls13-chacha", "-ciphersuites TLS_CHACHA20_POLY1305_SHA256"),
    Case("tls13-resumed", manner=TWICE),
    Case("tls13-retried", "-groups P-384"),
    Case("tls13-retried-and-resumed", "-groups P-384", manner=TWICE),
    Case("tls13-client-certificate", "-Verify 1", shows_key=True),
    Case("tls13-raw-key", RPK, options=RAW, since=(3, 2)),
    Case("tls13-raw-key-resumed", RPK, options=RAW, manner=TWICE, since=(3, 2)),
    Case("wrapper", manner=Manner(wrapper=True), port=WRAPPED),
    Case("ipv6", manner=Manner(ipv6=True)),
    Case("large-flight", key="rsa4096"),
]


class Relabelled:
    """A renderer that hears of other ports: those below 1024 are not ours to listen on."""

    def __init__(self, renderer: Callable[[Event, float], None], port: int, dns_port: int = 53) -> None:
        self._renderer = renderer
        self._port = port
        self._dns_port = dns_port

    def __call__(self, event: Event, at: float) -> None:
        match event:
            case Connecting(peer):
                event = Connecting(self._peer(peer))
            case Connected(peer, endpoints) if peer.port is not None:
                event = Connected(self._peer(peer), replace(endpoints, remote_port=self._port))
            case DnsExchanged(packets):
                event = DnsExchanged(tuple(self._packet(packet) for packet in packets))
        self._renderer(event, at)

    def _peer(self, peer: Peer) -> Peer:
        return peer if peer.port is None else replace(peer, port=self._port)

    def _packet(self, packet: DnsPacket) -> DnsPacket:
        return replace(packet, endpoints=replace(packet.endpoints, remote_port=self._dns_port))


@dataclass
class Kept:
    """What a probe left behind, and what it was told to do."""

    folder: Path
    port: int = SMTP
    secrets: bool = True
    name_service: NameService | None = None
    credentials: tuple[OwnCredential, ...] = ()
    events: list[Event] = field(default_factory=list)

    @property
    def capture(self) -> Path:
        return self.folder / "capture.pcapng"

    @property
    def key_log(self) -> Path:
        return self.folder / "keys"

    def probe(self, options: Options) -> None:
        with self.capture.open("wb", 0) as out, self.key_log.open("wb", 0) as keys:
            driver = BlockingDriver(self.name_service, sleep=lambda seconds: None)
            services = system_dependencies(driver.clock, TrustSources(), self.credentials)
            capture = Pcapng(out, secrets=self.secrets)
            timed = (Relabelled(capture, self.port),)
            try:
                emit = Tee([self.events.append, KeyLog(keys)], timed, WallClock())
                driver.run(probe(options, services, emit))
            finally:
                capture.close()

    def frames(self, *options: str) -> list[Frame]:
        """As tshark sees them, without fault."""
        frames = dissect(self.capture, *options)
        assert [(number, frame.faults) for number, frame in enumerate(frames, 1) if frame.faults] == []
        return frames


def play(case: Case, stage: Stage, kept: Kept) -> Kept:
    programs = [program for program in openssls() if program.version >= case.since]
    if not programs:
        pytest.skip("no OpenSSL {}.{}".format(*case.since))
    identity = stage.identities[case.key]
    options = (*identity.options, "-crlf", *case.server.split())
    server = stage.servers.openssl(programs[-1].command, options, fresh=True)
    if case.shows_key:
        kept.credentials = (identity.credential(),)
    with smtp_front(server, case.manner) as port:
        kept.probe(_options(case, port))
    return kept


def _options(case: Case, port: int) -> Options:
    manner = case.manner
    address = "[ipv6:::1]" if manner.ipv6 else "[127.0.0.1]"
    return replace(
        case.options,
        destination=f"unix:{manner.path}" if manner.path else f"{address}:{port}",
        lmtp=manner.lmtp,
        wrapper=manner.wrapper,
        reconnect_delay=1 if manner.sessions > 1 else -1,
        reconnect_limit=manner.sessions - 1,
    )


def inner_commands(frames: list[Frame]) -> list[tuple[int, str]]:
    """SMTP commands inside TLS, each with its connection."""
    return [(frame.stream, frame.command) for frame in frames if frame.inner and frame.command]


def expected(case: Case) -> list[tuple[int, str]]:
    return [(0, "EHLO"), (0, "QUIT"), *((number, "QUIT") for number in range(1, case.manner.sessions))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_captures_open_decrypted(case: Case, stage: Stage, tmp_path: Path) -> None:
    kept = play(case, stage, Kept(tmp_path, case.port))
    assert inner_commands(kept.frames()) == expected(case)
    resumed = [event for event in kept.events if isinstance(event, SessionReused)]
    assert len(resumed) == case.manner.sessions - 1


@pytest.mark.parametrize("name", ["tls12", "tls12-resumed", "tls13", "tls13-resumed", "tls13-retried"])
def test_the_key_log_alone_decrypts_too(name: str, stage: Stage, tmp_path: Path) -> None:
    (case,) = (case for case in CASES if case.name == name)
    kept = play(case, stage, Kept(tmp_path, case.port, secrets=False))
    assert not any(frame.inner for frame in kept.frames())
    with_keys = kept.frames("-o", f"tls.keylog_file:{kept.key_log}")
    assert inner_commands(with_keys) == expected(case)


def inner_data(frames: list[Frame]) -> bytes:
    """What is inside TLS, where tshark does not know that it is mail."""
    return b"".join(frame.data for frame in frames if frame.inner)


@pytest.mark.parametrize("way", ["tcp", "socket"])
def test_lmtp(way: str, stage: Stage, tmp_path: Path) -> None:
    """tshark has no LMTP on port 24, but looks into the TLS that it finds there."""
    manner = Manner(lmtp=True, path=str(tmp_path / "lmtp") if way == "socket" else "")
    kept = play(Case(way, manner=manner), stage, Kept(tmp_path, LMTP))
    frames = kept.frames()
    assert b"LHLO " in inner_data(frames) and b"QUIT" in inner_data(frames)
    assert inner_commands(kept.frames("-d", "tcp.port==24,smtp")) == [(0, "LHLO"), (0, "QUIT")]
    if way == "socket":
        assert str(tmp_path / "lmtp") in frames[0].shown["frame.comment"]


def test_ports_nobody_knows(stage: Stage, tmp_path: Path) -> None:
    kept = play(Case("tls13"), stage, Kept(tmp_path, port=10026))
    assert b"EHLO " in inner_data(kept.frames())
    assert inner_commands(kept.frames("-d", "tcp.port==10026,smtp")) == [(0, "EHLO"), (0, "QUIT")]


def test_a_server_that_breaks_off(stage: Stage, tmp_path: Path) -> None:
    """No shared version: an alert, and the end."""
    newer = Options("", level=Level.MAY, protocols=">=TLSv1.3")
    case = Case("alert", "-no_tls1_3", manner=Manner(mail=False), options=newer)
    frames = play(case, stage, Kept(tmp_path)).frames()
    assert any("tls" in frame.protocols for frame in frames)
    assert not any(frame.inner for frame in frames)


@pytest.mark.parametrize("use_tcp", [False, True], ids=["udp", "tcp"])
def test_name_servers(use_tcp: bool, tmp_path: Path) -> None:
    plan = next(plan for plan in PLANS if plan.name == "dane")
    with DemoWorld([plan]) as world:
        service = replace(parse_name_server(world.resolver), use_tcp=use_tcp)
        kept = Kept(tmp_path, name_service=service)
        server = world.server("dane")
        kept.probe(Options(server.destination))
    frames = kept.frames()
    asked = [frame for frame in frames if "dns" in frame.protocols]
    assert all(("tcp" in frame.protocols) is use_tcp for frame in asked)
    names = [frame.shown["dns.qry.name"] for frame in asked]
    assert names == [name for name in names[::2] for _ in range(2)]  # a question, its answer
    assert set(names) == {plan.domain, plan.host, f"_{server.port}._tcp.{plan.host}"}
    assert [command for _, command in inner_commands(frames)] == ["EHLO", "QUIT"]


def test_nobody_there(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.probe(Options("[127.0.0.1]:1", level=Level.MAY))
    attempt, answer = kept.frames()
    assert attempt.shown["frame.comment"].endswith("Connection refused")
    assert answer.protocols[-1] == "tcp"


def test_faults_would_be_seen(tmp_path: Path) -> None:
    """One packet with a wrong byte, one missing."""
    ends = Endpoints("127.0.0.1", 40000, "127.0.0.1", 25)
    said = (
        Connected(Peer("mx.test", "127.0.0.1", 25), ends),
        *map(BytesReceived, (b"220 a\r\n", b"x", b"y")),
    )
    blocks: list[bytes] = []

    class Blocks(io.BytesIO):
        def write(self, block: object) -> int:
            assert isinstance(block, bytes)
            blocks.append(block)
            return len(block)

    capture = Pcapng(Blocks(), secrets=False)
    for event in said:
        capture(event, 1000.0)
    greeting, missing = 4, 5
    blocks[greeting] = blocks[greeting].replace(b"220 a", b"220 b")
    del blocks[missing]
    path = tmp_path / "capture"
    path.write_bytes(b"".join(blocks))
    *opening, wrong, last = (frame.faults for frame in dissect(path))
    assert opening == ["", "", ""]
    assert "tcp checksum" in wrong
    assert "segment" in last
