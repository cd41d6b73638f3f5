"""Records made of live servers, and live servers held against their records: the demo's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pyfinger.demo.listeners import LOOPBACK, Listeners
from pyfinger.demo.world import DemoWorld, Server
from pyfinger.errors import UsageError
from pyfinger.tlsa.command import main
from pyfinger.tlsa.live_servers import host_and_port, look, mail_domain
from tests import schema

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running


def place(server: Server) -> str:
    return f"{server.plan.host}:{server.port}"


def run(world: DemoWorld, *argv: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = main([*argv, "--resolver", world.resolver, "--pause", "0"])
    told = capsys.readouterr()
    return status, told.out, told.err


def findings(world: DemoWorld, *argv: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    status, out, _ = run(world, "lint", *argv, "--format", "json", capsys=capsys)
    document: dict[str, Any] = json.loads(out)
    Draft202012Validator(schema.lint_schema()).validate(document)
    return status, [one["kind"] for one in document["findings"]]


def test_a_record_is_made_for_each_key_that_is_shown(
    world: DemoWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    server = world.shared[0]
    status, out, err = run(world, "make", "--live", place(server), "--format", "json", capsys=capsys)
    made = json.loads(out)
    assert status == 0 and "compare it" in err
    assert [one["of"].rpartition(" ")[2] for one in made] == ["ECDSA", "RSA"]
    assert {one["owner"] for one in made} == {f"_{server.port}._tcp.{server.plan.host}"}
    spki = hashlib.sha256(server.credential.key.spki).hexdigest()
    assert made[0]["data"] == spki


def test_authorities_of_live_chains(world: DemoWorld, capsys: pytest.CaptureFixture[str]) -> None:
    argv = [
        "make",
        "--live",
        place(world.server("good")),
        "--usage",
        "2",
        "--host",
        "mx.test",
        "--port",
        "465",
    ]
    status, out, _ = run(world, *argv, capsys=capsys)
    assert status == 0 and out.splitlines()[1].startswith("_465._tcp.mx.test. 3600 IN TLSA 2 1 1 ")


def test_who_shows_nothing_is_told(world: DemoWorld, capsys: pytest.CaptureFixture[str]) -> None:
    good, busy = place(world.server("good")), place(world.shared[2])
    status, out, err = run(world, "make", "--live", good, "--live", busy, capsys=capsys)
    assert (
        status == 3 and out.count("TLSA") == 1 and "not seen: mx3.whole.demo.test 127.0.0.1: ECDSA: " in err
    )
    status, out, err = run(world, "make", "--live", busy, capsys=capsys)
    assert status == 1 and out == "" and err.endswith("no server has shown anything\n")
    status, _, err = run(world, "make", "--live", "nobody.demo.test", capsys=capsys)
    assert status == 1 and "not seen: nobody.demo.test: " in err


@pytest.mark.parametrize(
    "name, expected, kinds",
    [
        ("dane", 0, []),
        ("anchor", 0, []),
        ("outlived", 0, []),
        ("mismatch", 4, ["nothing-matches", "never-matched"]),
        ("bogus", 4, ["bogus"]),
        ("insecure", 3, ["unsigned"]),
    ],
)
def test_what_is_published_and_shown(
    world: DemoWorld, capsys: pytest.CaptureFixture[str], name: str, expected: int, kinds: list[str]
) -> None:
    live = place(world.server(name))
    assert findings(world, "--live", live, capsys=capsys) == (expected, kinds)


def test_records_that_match_one_key_only(world: DemoWorld, capsys: pytest.CaptureFixture[str]) -> None:
    status, kinds = findings(world, "--live", place(world.shared[1]), capsys=capsys)
    assert status == 4 and set(kinds) == {"nothing-matches", "pkix-usage"}
    status, kinds = findings(world, "--live", place(world.shared[0]), capsys=capsys)
    assert status == 3 and kinds == ["anchor-not-sent", "never-matched"]


def test_a_domain_stands_for_all_its_hosts(world: DemoWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as of each host, and certificates under usage 2 may have the domain's name."""
    plan = world.shared[0].plan
    each = [word for server in world.shared for word in ("--live", place(server))]
    whole = ("--live-domain", plan.domain, "--srv")
    assert findings(world, *whole, capsys=capsys) == findings(world, *each, capsys=capsys)
    assert mail_domain(plan.domain, {"resolver": world.resolver, "srv": True}).names == (
        f"_smtp._tcp.{plan.domain}",
    )
    dane = world.server("dane")
    assert findings(world, "--live-domain", dane.destination, capsys=capsys) == (0, [])
    assert mail_domain(dane.destination, {"resolver": world.resolver}).hosts == (place(dane),)


def test_a_domain_without_signatures_or_hosts_says_so(
    world: DemoWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(world, "lint", "--live-domain", "nobody.demo.test", capsys=capsys)
    assert (status, out) == (1, "") and err.count("\n") == 1 and "nobody.demo.test: " in err
    insecure = world.server("insecure").destination
    status, out, err = run(world, "lint", "--live-domain", insecure, capsys=capsys)
    assert status == 3 and "[unsigned]" in out
    assert f"MX records of {insecure.partition(':')[0]} are not signed" in err
    assert run(world, "lint", "--live", place(world.server("dane")), "--srv", capsys=capsys)[0] == 2


def test_signatures_are_looked_at_by_validation_of_our_own(world: DemoWorld) -> None:
    options = {"resolver": world.resolver, "dnssec": "own", "dnssec_anchors": [world.anchor_file], "pause": 0}
    seen = look(place(world.server("dane")), options, connect=False)
    assert seen.tlsa is not None and seen.servers[0].chains == ()
    (dates,) = seen.tlsa.signatures
    assert dates.inception < dates.expiration


def test_would_another_certificate_be_accepted(
    world: DemoWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dane, good = world.server("dane"), world.server("good")
    for server, expected in ((dane, 0), (good, 4)):
        file = tmp_path / "chain.pem"
        file.write_text(server.credential.pem)
        argv = ("--dns", place(dane), "--certificate", str(file))
        assert findings(world, *argv, capsys=capsys)[0] == expected


def test_hosts_without_records_or_addresses(world: DemoWorld, capsys: pytest.CaptureFixture[str]) -> None:
    for host, problem in (
        (place(world.server("good")), "no TLSA records"),
        ("nobody.demo.test", "Host not found"),
    ):
        status, out, err = run(world, "lint", "--live", host, capsys=capsys)
        assert status == 1 and out == "" and problem in err and err.count("\n") == 1


def test_names_and_ports() -> None:
    assert host_and_port("mx.test") == ("mx.test", 25)
    assert host_and_port("mx.test:465") == ("mx.test", 465)
    for typed in ("mx.test:", ":25", "mx.test:x", "mx.test:70000"):
        with pytest.raises(UsageError, match="no host and port"):
            host_and_port(typed)


@pytest.mark.parametrize(
    "typed, found",
    [
        ("127.0.0.1", ("127.0.0.1", 25)),
        ("127.0.0.1:465", ("127.0.0.1", 465)),
        ("::1", ("::1", 25)),
        ("::1:465", ("::1:465", 25)),
        ("[::1]", ("::1", 25)),
        ("[::1]:465", ("::1", 465)),
        ("[IPv6:::1]:465", ("::1", 465)),
        ("[mx.test]", ("mx.test", 25)),
        ("[mx.test]:465", ("mx.test", 465)),
    ],
)
def test_addresses_are_typed_as_for_a_probe(typed: str, found: tuple[str, int]) -> None:
    assert host_and_port(typed) == found


@pytest.mark.parametrize(
    "typed", ["", "[]", "[::1", "[::1]x", "[::1]:", "a:b:25", "[1:2:3]", "[IPv6:mx.test]"]
)
def test_what_is_neither_a_name_nor_an_address_has_no_port(typed: str) -> None:
    with pytest.raises(UsageError, match="no host and port"):
        host_and_port(typed)


@pytest.mark.parametrize("form", ["{}:{}", "[{}]:{}"])
def test_an_address_is_sent_no_sni(form: str) -> None:
    hellos: list[bytes] = []
    listeners = Listeners()
    port = listeners.connections(lambda connection: hellos.append(connection.recv(65536)))
    listeners.start()
    options = {"level": "encrypt", "wrapper": True, "algorithms": ["rsa"], "sts": False}
    look(form.format(LOOPBACK, port), options)
    look(form.format(LOOPBACK, port), {**options, "servername": "mx.test"})
    listeners.close()
    assert [b"mx.test" in hello for hello in hellos] == [False, True]
    assert LOOPBACK.encode() not in hellos[0]


@pytest.mark.parametrize(("command", "status"), [(["make"], 1), (["lint", "ZONE"], 5)])
def test_an_address_has_the_name_that_its_records_are_under(
    tmp_path: Path, command: list[str], status: int
) -> None:
    zone = tmp_path / "ZONE"
    zone.write_text(f"3 1 1 {'AB' * 32}")
    hellos: list[bytes] = []
    listeners = Listeners()
    port = listeners.connections(lambda connection: hellos.append(connection.recv(65536)))
    listeners.start()
    live = ["--live", f"{LOOPBACK}:{port}", "--host", "mx.test", "--wrapper", "--algorithms", "any"]
    assert main([*(str(zone) if word == "ZONE" else word for word in command), *live]) == status
    listeners.close()
    assert [b"mx.test" in hello for hello in hellos] == [True]


def test_an_address_needs_somebodys_name(world: DemoWorld, capsys: pytest.CaptureFixture[str]) -> None:
    address = f"{LOOPBACK}:{world.server('dane').port}"
    status, out, err = run(world, "make", "--live", address, capsys=capsys)
    assert (status, out) == (2, "")
    assert err == (
        f"pyfinger-tlsa: --live {address}: TLSA records stand under the name of a host, and this is an"
        " address: --host NAME says whose\n"
    )
    status, out, _ = run(world, "make", "--live", address, "--host", "mx.test", capsys=capsys)
    assert status == 0 and out.count(f"_{world.server('dane').port}._tcp.mx.test. ") == 1
    status, out, _ = run(world, "make", "--live", address, "--host", "mx.test", "--port", "25", capsys=capsys)
    assert status == 0 and out.count("_25._tcp.mx.test. ") == 1
    status, _, err = run(world, "lint", "--live", address, capsys=capsys)
    assert status == 2 and err == (
        f"pyfinger-tlsa: --live {address}: TLSA records are looked up by the name of a host, and this is an"
        " address: give the name, or beside the address the records, by a file or --dns NAME\n"
    )


def test_what_an_address_shows_is_held_against_all_records(
    world: DemoWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    good, other = world.server("dane"), world.server("mismatch")
    address = f"{LOOPBACK}:{good.port}"
    assert findings(world, "--dns", place(good), "--live", address, capsys=capsys) == (0, [])
    status, kinds = findings(world, "--dns", place(other), "--live", address, capsys=capsys)
    assert status == 4 and "nothing-matches" in kinds
