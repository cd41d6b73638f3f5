from __future__ import annotations

import errno
import hashlib
import socket
from pathlib import Path

import dns.flags
import dns.message
import dns.rdatatype
import pytest

from pyfinger.demo.listeners import LOOPBACK, Datagram, Listeners
from pyfinger.demo.plan import ServerPlan, Tlsa
from pyfinger.demo.world import DemoWorld, Server
from pyfinger.x509.certificate import parse_certificate

SECONDS = 60.0


def ask(world: DemoWorld, name: str, rdtype: str) -> dns.message.Message:
    host, _, port = world.resolver.partition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(SECONDS)
        client.sendto(dns.message.make_query(name, rdtype, want_dnssec=True).to_wire(), (host, int(port)))
        return dns.message.from_wire(client.recv(65535))


def texts(response: dns.message.Message) -> list[str]:
    """All records but signatures."""
    wanted = [rrset for rrset in response.answer if rrset.rdtype != dns.rdatatype.RRSIG]
    return [rdata.to_text() for rrset in wanted for rdata in rrset]


def tlsa_of(world: DemoWorld, server: Server) -> list[str]:
    return texts(ask(world, f"_{server.port}._tcp.{server.plan.host}", "TLSA"))


def test_every_domain_leads_to_its_server(world: DemoWorld) -> None:
    for server in world.servers:
        assert texts(ask(world, server.plan.domain, "MX")) == [f"10 {server.plan.host}."]
        assert texts(ask(world, server.plan.host, "A")) == [LOOPBACK]
        with socket.create_connection((LOOPBACK, server.port), SECONDS):
            pass


def test_lmtp_is_also_on_a_unix_socket(world: DemoWorld) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(SECONDS)
        client.connect(str(world.socket))
        assert client.recv(100).startswith(b"220 mx.lmtp.demo.test LMTP")


def test_tlsa_records_say_what_the_plan_says(world: DemoWorld) -> None:
    dane, mismatch, anchor, good = (world.server(name) for name in ("dane", "mismatch", "anchor", "good"))
    spki = parse_certificate(dane.credential.chain[0]).spki
    assert tlsa_of(world, dane) == [f"3 1 1 {hashlib.sha256(spki).hexdigest()}"]
    (record,) = tlsa_of(world, mismatch)
    spki = parse_certificate(mismatch.credential.chain[0]).spki
    assert record.startswith("3 1 1 ")
    assert not record.endswith(hashlib.sha256(spki).hexdigest())
    issuer = parse_certificate(anchor.credential.chain[-1]).spki
    assert tlsa_of(world, anchor) == [f"2 1 1 {hashlib.sha256(issuer).hexdigest()}"]
    assert tlsa_of(world, good) == []


def test_only_the_signed_zone_is_secure(world: DemoWorld) -> None:
    assert ask(world, "dane.demo.test", "MX").flags & dns.flags.AD
    assert ask(world, ".", "NS").flags & dns.flags.AD
    assert not ask(world, "insecure.unsigned.test", "MX").flags & dns.flags.AD
    assert texts(ask(world, "nomail.demo.test", "MX")) == ["0 ."]


def test_lmtp_destinations_name_the_host(world: DemoWorld) -> None:
    lmtp, good = world.server("lmtp"), world.server("good")
    assert lmtp.destination == f"mx.lmtp.demo.test:{lmtp.port}"
    assert good.destination == f"good.demo.test:{good.port}"


def test_a_world_can_have_other_servers_and_leaves_nothing_behind() -> None:
    with DemoWorld([ServerPlan("only", "the one", tlsa=Tlsa.KEY)]) as world:
        assert [server.plan.name for server in world.servers] == ["only"]
        folder = world.authority_file.parent
        assert folder.exists()
        with pytest.raises(KeyError):
            world.server("dane")
    assert not folder.exists()


def test_a_folder_of_the_callers_choosing_is_made_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with DemoWorld(folder=Path("demo")) as world:
        files = sorted(path.name for path in (tmp_path / "demo").iterdir())
        assert files == ["authority.pem", "lmtp", "root.anchor"]
        assert world.authority_file == tmp_path / "demo" / "authority.pem"
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_running(world: DemoWorld) -> None:
    taken = int(world.resolver.partition(":")[2])
    with pytest.raises(OSError, match="in use"):
        DemoWorld((), first_port=taken)


def test_the_resolver_looks_for_a_port_that_is_free_for_udp_and_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    datagrams = Listeners.datagrams

    def taken_at_first(listeners: Listeners, answer: Datagram, port: int = 0, address: str = LOOPBACK) -> int:
        tried.append(port)
        if len(tried) < 3:
            raise OSError(errno.EADDRINUSE, "taken")
        return datagrams(listeners, answer, port, address)

    monkeypatch.setattr(Listeners, "datagrams", taken_at_first)
    with DemoWorld(()) as world:
        assert world.resolver == f"{LOOPBACK}:{tried[-1]}"
    assert len(set(tried)) == 3


def test_the_search_for_a_port_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(listeners: Listeners, answer: Datagram, port: int = 0, address: str = LOOPBACK) -> int:
        raise OSError(errno.EADDRINUSE, "taken")

    monkeypatch.setattr(Listeners, "datagrams", taken)
    with pytest.raises(OSError, match="both UDP and TCP"):
        DemoWorld(())


@pytest.mark.parametrize("code", [errno.EACCES, errno.EADDRINUSE])
def test_a_chosen_port_is_not_exchanged_for_another(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refused(listeners: Listeners, answer: Datagram, port: int = 0, address: str = LOOPBACK) -> int:
        raise OSError(code, "no")

    monkeypatch.setattr(Listeners, "datagrams", refused)
    monkeypatch.setattr(Listeners, "connections", lambda *_: 10024)
    with pytest.raises(OSError, match="no"):
        DemoWorld((), first_port=10024)


def test_servers_take_the_ports_after_the_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Listeners, "datagrams", lambda _listeners, _answer, port, *_: port)
    monkeypatch.setattr(Listeners, "connections", lambda _listeners, _converse, port, *_: port)
    with DemoWorld((ServerPlan("a", ""), ServerPlan("b", "")), first_port=10024) as world:
        assert world.resolver == "127.0.0.1:10024"
        assert [server.port for server in world.servers] == [10025, 10026]
