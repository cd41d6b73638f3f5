"""Policies fetched over real sockets: the demo's policy host, and hosts with bad manners."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyfinger.demo.certificate_making import make_leaf
from pyfinger.demo.listeners import LOOPBACK, Listeners
from pyfinger.demo.server_tls import HandshakeRefused, ServerTls
from pyfinger.demo.vouching import authority
from pyfinger.demo.world import DemoWorld
from pyfinger.drive.blocking import BlockingDriver
from pyfinger.drive.resolv_conf import parse_name_server
from pyfinger.events import Event
from pyfinger.model import AddressData, Answer, DnsStatus, Family, LookupFailure, ResourceRecord
from pyfinger.options import Config
from pyfinger.policy.discovery import StsFound, discover_sts, discover_tlsrpt
from pyfinger.policy.fetch import FetchFault, FetchProblem, Problem, Web, fetch_policy
from pyfinger.policy.http import HttpFault
from pyfinger.policy.mta_sts import PolicyFault, PolicyProblem, StsMode
from pyfinger.policy.sender import Action, DaneState, HostFacts, PkiState, decide
from pyfinger.resolve.dns_resolver import DnsResolver
from pyfinger.steps import Steps
from pyfinger.x509.trust_store import Bundle
from tests.policy.https import DOMAIN, HOST, NOW, POLICY, root

pytestmark = pytest.mark.slow


def ignore(event: Event) -> None:
    """Nobody is told."""


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running


def discovered(demo: DemoWorld, name: str) -> StsFound:
    driver = BlockingDriver(parse_name_server(demo.resolver))
    store = Bundle([authority().root.der])
    resolver = DnsResolver(ignore, Config())
    web = Web(
        resolver, store, lambda: NOW, driver.clock, os.urandom, ignore, timeout=30.0, port=demo.policy_port
    )
    return driver.run(discover_sts(demo.server(name).plan.domain, web))


def test_the_demo_has_a_policy(demo: DemoWorld) -> None:
    found = discovered(demo, "good")
    assert found.policy is not None
    assert (found.policy.mode, found.policy.mx) == (StsMode.ENFORCE, ("mx.good.demo.test",))
    driver = BlockingDriver(parse_name_server(demo.resolver))
    reports = driver.run(discover_tlsrpt("good.demo.test", DnsResolver(ignore, Config())))
    assert reports.reading.record is not None
    assert reports.reading.record.usable == ("mailto:reports@good.demo.test",)


def test_the_demo_has_one_that_only_tests_one_that_redirects_and_domains_without(demo: DemoWorld) -> None:
    testing = discovered(demo, "plain").policy
    assert testing is not None
    assert testing.mode is StsMode.TESTING
    redirected = discovered(demo, "insecure").fetched
    assert redirected is not None
    assert redirected.problem == PolicyProblem(
        PolicyFault.REDIRECT, 0, "https://www.insecure.unsigned.test/mta-sts.txt"
    )
    assert discovered(demo, "dane").fetched is None


def test_in_the_demo_a_policy_does_not_make_up_for_dane_that_fails(demo: DemoWorld) -> None:
    policy = discovered(demo, "mismatch").policy
    facts = HostFacts("mx.mismatch.demo.test", True, DaneState.FAILED, PkiState.VALID)
    assert decide(policy, facts).action is Action.SKIP


WITHOUT_OPENSSL = """
import sys
sys.modules.update(dict.fromkeys(("ssl", "_ssl", "_hashlib", "cryptography")))
import pyfinger.policy.discovery, pyfinger.policy.sender
early = {"h11", "certifi"} & sys.modules.keys()
from pyfinger.policy.http import HttpExchange
from pyfinger.policy.webpki import web_authorities
HttpExchange("mta-sts.lark.test", "/"), web_authorities()
print(sorted(early), sorted({"h11", "certifi"} & sys.modules.keys()))
"""


def test_openssl_is_not_needed_and_the_extra_only_when_something_is_fetched() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_OPENSSL], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[] ['certifi', 'h11']\n"


class _At:
    """Knows one host, which is this machine."""

    def query(self, name: str, rdtype: str, *, dnssec: bool) -> Steps[Answer]:
        yield from ()
        if (name, rdtype) != (HOST, "A"):
            return Answer(name, rdtype, failure=LookupFailure(DnsStatus.NO_DATA, name, rdtype))
        record = ResourceRecord(name, 60, AddressData(LOOPBACK, Family.IPV4))
        return Answer(name, rdtype, (record,))


def problem_with(behave: Callable[[Any], None], *, tls: bool = True, timeout: float = 120.0) -> Problem:
    """What comes of a policy host that behaves so, inside TLS or without."""
    server_tls = ServerTls(make_leaf(HOST, root()), (3, 4))

    def converse(connection: socket.socket) -> None:
        try:
            behave(server_tls.accept(connection) if tls else connection)
        except HandshakeRefused:
            pass  # the client has seen enough

    listeners = Listeners()
    port = listeners.connections(converse)
    listeners.start()
    driver = BlockingDriver()
    web = Web(
        _At(), Bundle([root().der]), lambda: NOW, driver.clock, os.urandom, ignore, timeout=timeout, port=port
    )
    try:
        found = driver.run(fetch_policy(DOMAIN, web))
    finally:
        listeners.close()
    assert found.problem is not None
    return found.problem


def saying(first: bytes, then: bytes = b"") -> Callable[[Any], None]:
    """Hears the request, answers, and repeats the rest for as long as somebody listens."""

    def behave(channel: Any) -> None:
        channel.recv(4096)
        channel.sendall(first)
        while then:
            channel.sendall(then)

    return behave


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@pytest.mark.parametrize(
    ("behave", "expected"),
    [
        (saying(HEAD, b"X: " + b"x" * 1000 + b"\r\n"), HttpFault.HEADERS_TOO_LARGE),
        (saying(HEAD, b"x" * 1000), HttpFault.HEADERS_TOO_LARGE),
        (saying(HEAD + b"\r\n", b"note: x\n" * 100), HttpFault.TOO_LARGE),
        (saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1;x\r\na\r\n" * 100), HttpFault.TOO_LARGE),
        (saying(HEAD + b"Content-Length: 9999999\r\n\r\n", POLICY), HttpFault.TOO_LARGE),
        (saying(HEAD + b"Content-Encoding: gzip\r\n\r\n", b"\x1f\x8b" + bytes(998)), HttpFault.ENCODED),
        (saying(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), HttpFault.INTERIM),
        (saying(b"", b"220 mx.lark.test ESMTP\r\n"), HttpFault.MALFORMED),
        (saying(HEAD), HttpFault.INCOMPLETE),
        (saying(HEAD + b"\r\n" + POLICY), HttpFault.INCOMPLETE),  # no close_notify: cut off, perhaps
    ],
)
def test_what_does_not_end_or_makes_no_sense_is_refused(
    behave: Callable[[Any], None], expected: HttpFault
) -> None:
    assert problem_with(behave) == FetchProblem(FetchFault.HTTP, http=expected)


def test_a_host_that_drips_is_waited_for_until_the_deadline() -> None:
    never = threading.Event()

    def drip(channel: Any) -> None:
        channel.recv(4096)
        for octet in HEAD * 10:
            channel.sendall(bytes((octet,)))
            never.wait(0.02)

    assert problem_with(drip, timeout=1.0) == FetchProblem(FetchFault.TIMEOUT, "in HTTP")


def test_a_silent_host_is_waited_for_until_the_deadline() -> None:
    def listen(connection: socket.socket) -> None:
        while connection.recv(4096):
            pass

    assert problem_with(listen, tls=False, timeout=0.3) == FetchProblem(FetchFault.TIMEOUT, "in TLS")


def test_a_host_without_tls_is_no_policy_host() -> None:
    problem = problem_with(lambda connection: connection.sendall(HEAD), tls=False)
    assert isinstance(problem, FetchProblem)
    assert (problem.fault, problem.detail) == (FetchFault.TLS, "wrong version number")
