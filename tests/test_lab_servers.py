"""The lab's zones, certificates and scripted servers, without root."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.lab import certificates, clienthello, nameservers, servers
from tests.lab.places import LAB
from tests.lab.scripted import engines, misbehaving
from tests.lab.scripted.talk import Script, Talk
from tests.lab.zones import ROOT, TEST, ZONES, Link
from tests.lab.zones.records import Tlsa, site

PKI = {path.name for path in (LAB / "pki").iterdir()}


def test_tlsa_records_follow_the_certificate() -> None:
    der = certificates.load(LAB / "pki")["p256"]
    key = certificates.spki(der)
    assert Tlsa(3, 1, 1, "p256").content() == f"3 1 1 {hashlib.sha256(key).hexdigest()}"
    assert Tlsa(2, 0, 2, "p256").content() == f"2 0 2 {hashlib.sha512(der).hexdigest()}"
    assert Tlsa(3, 1, 0, "p256", cut=40).content() == f"3 1 0 {key[:40].hex()}"
    assert Tlsa(3, 9, 9, "p256").content() == f"3 9 9 {der.hex()}"


def test_a_site_is_a_domain_with_one_host() -> None:
    assert site("x", "127.0.1.1", Tlsa(3, 1, 1, "p256", cut=1), port=465) == [
        "x MX 10 mx-x",
        "mx-x A 127.0.1.1",
        "_465._tcp.mx-x TLSA 3 1 1 71",
    ]


def test_every_zone_is_referred_to_by_its_parent() -> None:
    text = TEST.text()
    for zone in ZONES:
        label = zone.origin.removesuffix(".test.")
        assert (f"\n{label} NS ns.\n" in text) is (zone.link is not Link.ISLAND)
    assert "\ntest. NS ns.\n" in ROOT.text()
    assert (TEST.stem, ROOT.stem) == ("test", "root")


def test_servers_show_certificates_that_exist() -> None:
    chains = {chain for _, chain, _ in servers.listeners() if chain}
    identities = {plan.identity for plan in engines.PLANS.values()}
    assert {f"chain-{name}.pem" for name in chains} <= PKI
    assert {f"{name}.{kind}" for name in identities for kind in ("pem", "key")} <= PKI


def test_every_address_is_served_once() -> None:
    addresses = [address for address, _, _ in servers.listeners()]
    assert len(addresses) == len(set(addresses))


def test_only_one_resolver_validates(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("dns")
    nameservers.configure(folder)
    validating, plain = ((folder / f"unbound-{kind}.conf").read_text() for kind in ("validating", "plain"))
    assert validating.count("trust-anchor-file") == 2
    assert "validator" in validating
    assert "trust-anchor-file" not in plain
    assert "validator" not in plain
    assert f'file: "{ROOT.stem}.zone.signed"' in (folder / "knot.conf").read_text()


@contextmanager
def conversation(script: Script) -> Iterator[socket.socket]:
    """The client's end of a connection to a script; the script must come to an end."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        with theirs:
            try:
                script(Talk(theirs))
            except (EOFError, OSError):
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with ours:
        ours.settimeout(10)
        yield ours
    thread.join(10)
    assert not thread.is_alive()


def exchange(sock: socket.socket, *commands: bytes) -> list[bytes]:
    """What the server says first, and in reply to each command."""
    said = [sock.recv(65536)]
    for command in commands:
        sock.sendall(command)
        said.append(sock.recv(65536))
    return said


def test_a_script_speaks_smtp() -> None:
    with conversation(misbehaving.BAD[2]) as sock:
        said = exchange(sock, b"EHLO x\r\n", b"NOOP\n", b"QUIT\r\n")
    assert said[0].splitlines()[0] == b"220-bad.example.test ESMTP"
    assert said[1] == b"250-bad.example.test\r\n250-SIZE 1000\r\n250 HELP\r\n"
    assert said[2].startswith(b"502 5.5.2 ")
    assert said[3] == b"221 2.0.0 Bye\r\n"


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (10, b"500 this is not TLS\r\n"),
        (11, bytes.fromhex("15030300020228")),
        (12, b""),
        (41, bytes.fromhex("15030300020100")),
    ],
)
def test_what_comes_instead_of_tls(number: int, wanted: bytes) -> None:
    with conversation(misbehaving.BAD[number]) as sock:
        said = exchange(sock, b"EHLO x\r\n", b"STARTTLS\r\n", b"\x16\x03\x01")
    assert said[1].endswith(b"250-STARTTLS\r\n250 8BITMIME\r\n")
    assert said[2].startswith(b"220 ")
    assert said[3] == wanted


def test_scripts_outlive_clients_that_leave() -> None:
    quick = {number: script for number, script in misbehaving.BAD.items() if number not in (7, 38)}
    for script in quick.values():
        with conversation(script):
            pass


def record(*shares: bytes) -> bytes:
    """A ClientHello with these key shares, in a record."""
    entries = b"".join(b"\0\x1d" + len(key).to_bytes(2, "big") + key for key in shares)
    content = len(entries).to_bytes(2, "big") + entries
    extensions = b"\0\x33" + len(content).to_bytes(2, "big") + content + b"\0\x17\0\0"
    body = b"\x03\x03" + b"R" * 32 + b"\x04SESS" + b"\0\x02\x13\x01" + b"\x01\0"
    body += len(extensions).to_bytes(2, "big") + extensions
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message


def test_only_the_random_parts_of_a_hello_are_masked() -> None:
    hello = record(b"KEY1", b"KEY22")
    masked = hello
    for part in (b"R" * 32, b"SESS", b"KEY1", b"KEY22"):
        masked = masked.replace(part, bytes(len(part)))
    assert clienthello.masked(hello) == masked
    assert clienthello.masked(masked) == masked
    assert clienthello.masked(b"short") == b"short"


def test_variants_differ() -> None:
    options = [tuple(argv) for argv in clienthello.VARIANTS.values()]
    assert len(set(options)) == len(options)


class FakeEngine(engines.Engine):
    """Hangs up at once."""

    def __init__(self, name: str, joined: list[str]) -> None:
        self.name = name
        self.joined = joined

    def join(self, client: socket.socket, early: bytes = b"") -> None:
        self.joined.append(self.name)


def balanced(clock: Callable[[], float], times: int) -> tuple[list[bytes], list[str]]:
    """The names that connections meet, and the engines."""
    joined: list[str] = []
    script = engines.balancer([FakeEngine(name, joined) for name in "ab"], ["one", "two", "three"], clock)
    names = []
    for _ in range(times):
        with conversation(script) as sock:
            said = exchange(sock, b"EHLO x\r\n", b"STARTTLS\r\n")
            names.append(said[1].splitlines()[0].removeprefix(b"250-"))
    return names, joined


def test_a_balancer_takes_turns() -> None:
    # The clock is read at the start and the end of each connection.
    seconds = iter([100, 100, 101, 101, 102, 102, 103, 103])
    names, joined = balanced(lambda: next(seconds), 4)
    assert names == [b"one", b"two", b"three", b"one"]
    assert joined == ["a", "b", "a", "a"]


@pytest.mark.parametrize("pause", [0.5, 10])
def test_a_balancer_begins_anew_after_another_pause(pause: float) -> None:
    seconds = iter([100, 100, 100 + pause, 100 + pause])
    assert balanced(lambda: next(seconds), 2)[0] == [b"one", b"one"]


def test_wrappers_pass_the_whole_connection() -> None:
    joined: list[str] = []
    with conversation(engines.wrapper(FakeEngine("a", joined))) as sock:
        assert sock.recv(1) == b""
    assert joined == ["a"]
