"""Policies fetched from scripted hosts: what is good, and every way to be refused."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from pyfinger.demo.certificate_making import Wish
from pyfinger.errors import CredentialError, LostConnection
from pyfinger.model import Credential, Family, ResultType, ServerKey, Verdict, Verified
from pyfinger.policy.fetch import Attempt, Fetched, FetchFault, FetchProblem, fetch_policy
from pyfinger.policy.http import HttpFault
from pyfinger.policy.mta_sts import PolicyFault, PolicyProblem, StsMode, StsPolicy
from pyfinger.policy.webpki import WebVerifier, web_authorities
from pyfinger.steps import Connect, Receive, Send
from pyfinger.x509.certificate import read_at
from pyfinger.x509.trust_store import EMPTY, Store
from tests.policy.https import (
    ADDRESS,
    DOMAIN,
    HOST,
    NOW,
    POLICY,
    WORLD,
    PolicyHost,
    identity,
    response,
    web,
)
from tests.scripted import Scripted
from tests.world import World

GOOD = response(200, POLICY)
FETCHED = StsPolicy(StsMode.ENFORCE, ("mx.lark.test",), 604800)
TLS12 = {"maxVersion": (3, 3), "versions": [(3, 3)]}
TLS11 = {"minVersion": (3, 1), "maxVersion": (3, 2), "versions": [(3, 2)]}


def fetch(
    servers: dict[str, Any], world: World = WORLD, store: Store | None = None, **changes: Any
) -> tuple[Fetched, Scripted]:
    """What comes of it, and the driver with all that was asked for."""
    trouble = changes.pop("trouble", None)
    pieces = changes.pop("pieces", (1 << 20,))
    driver = Scripted(world, servers, trouble=trouble, pieces=pieces)
    found = driver.run(fetch_policy(DOMAIN, web(driver.emit, lambda: driver.now, store, **changes)))
    assert (found.policy is None) is (found.problem is not None)
    assert not driver.open
    return found, driver


def fault(found: Fetched) -> FetchFault | PolicyFault | HttpFault:
    """The innermost word for what was wrong."""
    assert found.problem is not None
    http = found.problem.http if isinstance(found.problem, FetchProblem) else None
    return http or found.problem.fault


@pytest.mark.parametrize("settings", [{}, TLS12])
@pytest.mark.parametrize("pieces", [(1 << 20,), (1,)])
def test_a_policy_is_fetched_over_tls(settings: dict[str, Any], pieces: tuple[int, ...]) -> None:
    host = PolicyHost(GOOD, settings=settings)
    found, _ = fetch({ADDRESS: host}, pieces=pieces)
    assert found == Fetched(HOST, FETCHED, None, (Attempt(ADDRESS),), found.response)
    assert found.result_type is None
    assert b"".join(host.requests).startswith(
        b"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.lark.test\r\n"
    )


def test_the_first_address_that_accepts_is_the_policy_host() -> None:
    world = World(a={HOST: ["192.0.2.9", ADDRESS]}, aaaa={HOST: ["2001:db8::1"]})
    found, driver = fetch({ADDRESS: PolicyHost(GOOD)}, world)
    assert found.policy == FETCHED
    assert found.attempts == (Attempt("192.0.2.9", errno.ECONNREFUSED), Attempt(ADDRESS))
    assert [request.port for request in driver.of(Connect)] == [443, 443]


def test_a_trailing_dot_of_the_domain_is_notation() -> None:
    driver = Scripted(WORLD, {ADDRESS: PolicyHost(GOOD)})
    found = driver.run(fetch_policy(f"{DOMAIN}.", web(driver.emit, lambda: driver.now)))
    assert (found.host, found.policy) == (HOST, FETCHED)


def test_only_the_families_asked_for_are_looked_up() -> None:
    world = World(a={HOST: [ADDRESS]}, aaaa={HOST: ["2001:db8::1"]})
    found, _ = fetch({"2001:db8::1": PolicyHost(GOOD)}, world, families=(Family.IPV6,))
    assert found.attempts == (Attempt("2001:db8::1"),)


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (World(), FetchProblem(FetchFault.NO_ADDRESS)),
        (World(fail={HOST: "SERVFAIL"}), FetchProblem(FetchFault.LOOKUP, "retry")),
        (
            World(aaaa={HOST: ["2001:db8::1"]}, fail={f"{HOST}/A": "SERVFAIL"}),
            FetchProblem(FetchFault.CONNECT),
        ),
    ],
)
def test_without_an_address_there_is_a_reason(world: World, expected: FetchProblem) -> None:
    found, driver = fetch({}, world)
    assert found.problem == expected
    assert found.result_type is ResultType.STS_POLICY_FETCH_ERROR
    assert not driver.of(Send)


def test_addresses_that_swallow_everything_cost_no_more_than_the_deadline() -> None:
    world = World(a={HOST: [f"192.0.2.{number}" for number in range(1, 40)]})
    driver = Scripted(world, dict.fromkeys(world.a[HOST], errno.ETIMEDOUT))
    clock = iter(range(0, 10_000, 9))
    found = driver.run(fetch_policy(DOMAIN, web(driver.emit, lambda: float(next(clock)), timeout=60.0)))
    assert found.problem == FetchProblem(FetchFault.TIMEOUT)
    assert len(found.attempts) == 8
    assert max(request.deadline.seconds or 0.0 for request in driver.of(Connect)) == 10.0
    assert min(request.deadline.seconds or 0.0 for request in driver.of(Connect)) == 0.0


@pytest.mark.parametrize(
    ("host", "expected", "detail", "result"),
    [
        (
            PolicyHost(GOOD, identity("www.lark.test")),
            FetchFault.NAME,
            "hostname mismatch",
            ResultType.STS_WEBPKI_INVALID,
        ),
        (
            PolicyHost(GOOD, identity(HOST, Wish(names=("192.0.2.1",)))),
            FetchFault.NAME,
            "hostname mismatch",
            ResultType.STS_WEBPKI_INVALID,
        ),
        (
            PolicyHost(GOOD, identity(HOST, trusted=False)),
            FetchFault.CERTIFICATE,
            "unable to get local issuer certificate",
            ResultType.STS_WEBPKI_INVALID,
        ),
        (
            PolicyHost(GOOD, identity(HOST, Wish(not_after=1700000000))),
            FetchFault.CERTIFICATE,
            "certificate has expired",
            ResultType.STS_WEBPKI_INVALID,
        ),
        (
            PolicyHost(GOOD, settings=TLS11),
            FetchFault.TLS,
            "",
            ResultType.STS_POLICY_FETCH_ERROR,
        ),
        (PolicyHost(GOOD, None), FetchFault.TLS, "", ResultType.STS_POLICY_FETCH_ERROR),
    ],
)
def test_a_host_that_does_not_prove_its_name_is_asked_for_nothing(
    host: PolicyHost, expected: FetchFault, detail: str, result: ResultType
) -> None:
    found, _ = fetch({ADDRESS: host})
    assert isinstance(found.problem, FetchProblem)
    assert found.problem.fault is expected
    assert detail in found.problem.detail
    assert found.result_type is result
    assert host.requests == []


def test_verification_that_breaks_off_is_no_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    aborted = Verified(ServerKey(read_at(0, identity().chain[0]).key or pytest.fail()), Verdict(aborted=True))
    monkeypatch.setattr(WebVerifier, "__call__", lambda self, credential: aborted)
    found, _ = fetch({ADDRESS: PolicyHost(GOOD)})
    assert found.problem == FetchProblem(FetchFault.CERTIFICATE, "unspecified certificate verification error")


def test_a_server_that_shows_nothing_cannot_be_verified() -> None:
    with pytest.raises(CredentialError):
        WebVerifier(HOST, EMPTY, lambda: NOW)(Credential())


def test_wildcards_stand_for_the_first_label() -> None:
    found, _ = fetch({ADDRESS: PolicyHost(GOOD, identity(HOST, Wish(names=("*.lark.test",))))})
    assert found.policy == FETCHED


def test_certifi_does_not_know_the_authority_of_a_test() -> None:
    found, _ = fetch({ADDRESS: PolicyHost(GOOD)}, store=web_authorities())
    assert fault(found) is FetchFault.CERTIFICATE
    assert len(web_authorities()) > 50


def test_a_certificate_that_does_not_decode_is_named() -> None:
    good = identity()
    broken = type(good)(good.key_pem, (*good.chain, b"\x30\x03\x02\x01"))
    found, _ = fetch({ADDRESS: PolicyHost(GOOD, broken)})
    assert fault(found) is FetchFault.TLS


@pytest.mark.parametrize(
    ("answer", "expected", "result"),
    [
        (
            response(301, b"", "Location: https://www.lark.test/\x1b[2J"),
            PolicyFault.REDIRECT,
            ResultType.STS_POLICY_FETCH_ERROR,
        ),
        (response(404, b"x"), PolicyFault.STATUS, ResultType.STS_POLICY_FETCH_ERROR),
        (response(200, POLICY, kind="text/html"), PolicyFault.MEDIA_TYPE, ResultType.STS_POLICY_INVALID),
        (response(200, b"hello"), PolicyFault.NO_COLON, ResultType.STS_POLICY_INVALID),
        (response(200, b"x" * 70_000), HttpFault.TOO_LARGE, ResultType.STS_POLICY_FETCH_ERROR),
        (b"SSH-2.0-x\r\n\r\n", HttpFault.MALFORMED, ResultType.STS_POLICY_FETCH_ERROR),
        (
            b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000,
            HttpFault.HEADERS_TOO_LARGE,
            ResultType.STS_POLICY_FETCH_ERROR,
        ),
        (
            response(200, b"\x1f\x8b", "Content-Encoding: gzip"),
            HttpFault.ENCODED,
            ResultType.STS_POLICY_FETCH_ERROR,
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n",
            FetchFault.TIMEOUT,
            ResultType.STS_POLICY_FETCH_ERROR,
        ),
    ],
)
def test_an_answer_that_is_no_policy_is_refused_with_a_reason(
    answer: bytes, expected: FetchFault | PolicyFault | HttpFault, result: ResultType
) -> None:
    found, driver = fetch({ADDRESS: PolicyHost(answer)})
    assert fault(found) is expected
    assert found.result_type is result
    assert len(driver.of(Connect)) == 1


def test_where_a_redirect_leads_is_quoted_and_not_gone_to() -> None:
    found, _ = fetch({ADDRESS: PolicyHost(response(302, b"", "Location: https://www.lark.test/\u00fc"))})
    assert found.problem == PolicyProblem(PolicyFault.REDIRECT, 0, "https://www.lark.test/??")


def test_a_silent_host_is_waited_for_until_the_deadline() -> None:
    found, driver = fetch({ADDRESS: _Silent})
    assert found.problem == FetchProblem(FetchFault.TIMEOUT, "in TLS")
    assert driver.now == 1060.0


def test_a_host_that_hangs_up_in_the_handshake_has_no_tls() -> None:
    found, _ = fetch({ADDRESS: _HangingUp})
    assert found.problem == FetchProblem(FetchFault.TLS, "lost connection")


def test_a_connection_that_breaks_in_the_answer_leaves_it_incomplete() -> None:
    _, driver = fetch({ADDRESS: PolicyHost(GOOD)})
    last = len(driver.of(Receive))
    found, _ = fetch({ADDRESS: PolicyHost(GOOD)}, trouble={(Receive, last): LostConnection(errno.ECONNRESET)})
    assert found.problem == FetchProblem(FetchFault.HTTP, http=HttpFault.INCOMPLETE)


class _Silent:
    """Accepts, and says nothing."""

    closed = False

    def feed(self, data: bytes) -> bytes:
        return b""


class _HangingUp:
    """Accepts, and is gone with the hello."""

    closed = False

    def feed(self, data: bytes) -> bytes:
        self.closed = bool(data)
        return b""
