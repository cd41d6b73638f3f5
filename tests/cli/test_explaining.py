"""Why a lookup failed is asked for where somebody is told, and changes neither the log nor the status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import pytest

from pyfinger.cli import main
from tests.drive.sockets import HOST, udp_server

NAME = "broken.test"


@pytest.fixture
def server() -> Iterator[tuple[str, list[dns.message.Message]]]:
    """A name server with a bogus zone, and the questions it got."""
    asked: list[dns.message.Message] = []

    def serve(wire: bytes) -> list[bytes]:
        query = dns.message.from_wire(wire)
        asked.append(query)
        reply = dns.message.make_response(query, recursion_available=True)
        if not query.flags & dns.flags.CD:
            reply.set_rcode(dns.rcode.SERVFAIL)
        return [reply.to_wire()]

    with udp_server(serve) as port:
        yield f"{HOST}:{port}", asked


def run(server: str, *words: str) -> int:
    return main(["pyfinger", "--set", "dnssec_probe=", "--resolver", server, *words, f"[{NAME}]"])


def unchecked(asked: list[dns.message.Message]) -> int:
    return len([query for query in asked if query.flags & dns.flags.CD])


FAILED = (
    "pyfinger: Destination address lookup failed: Host or domain name not found. Name service error"
    f" for name={NAME} type=AAAA: Host not found, try again\n"
)


def test_the_log_alone_asks_nothing(
    server: tuple[str, list[dns.message.Message]], capfd: pytest.CaptureFixture[str]
) -> None:
    address, asked = server
    assert run(address) == 0
    assert capfd.readouterr().out == FAILED
    assert unchecked(asked) == 0


def test_with_v_the_log_says_it(
    server: tuple[str, list[dns.message.Message]], capfd: pytest.CaptureFixture[str]
) -> None:
    address, asked = server
    assert run(address, "-v") == 0
    assert unchecked(asked) == 2
    lines = capfd.readouterr().out.splitlines()
    assert f"pyfinger: {NAME} (A): with validation off it answers: its signatures do not hold" in lines
    assert f"pyfinger: name server {address}: SERVFAIL (2 times)" in lines


def test_the_document_says_it_and_a_recording_keeps_it(
    server: tuple[str, list[dns.message.Message]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    address, asked = server
    document, recording = tmp_path / "x.json", tmp_path / "x.rec"
    assert run(address, "--json", str(document)) == 0
    assert capfd.readouterr().out == FAILED
    assert unchecked(asked) == 2
    assert [lookup["answers_unvalidated"] for lookup in json.loads(document.read_text())["lookups"]] == [
        True
    ] * 2
    assert run(address, "--record", str(recording)) == 0
    assert capfd.readouterr().out == FAILED
    for words, told in [((), False), (("-v",), True)]:
        assert main(["pyfinger", "--replay", str(recording), *words]) == 0
        out = capfd.readouterr().out
        assert out.endswith(FAILED) and ("validation off" in out) is told
