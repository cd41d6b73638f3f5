"""Properties of the whole: what must never make a server look better, and what must not matter."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfinger.dane.digests import digest
from pyfinger.dane.lookup import TlsaAnswer
from pyfinger.dane.policy import RequestedPolicy, decide
from pyfinger.demo.certificate_making import Issued, Wish, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import DecodeError
from pyfinger.model import (
    ConnectionInfo,
    Credential,
    Exchange,
    Level,
    Peer,
    Policy,
    TlsaRecord,
    TlsaStatus,
    Trust,
)
from pyfinger.options import Options
from pyfinger.prober.authentication import authentication_for
from pyfinger.prober.context import Dependencies, TrustSources
from pyfinger.prober.handshake import trust
from pyfinger.prober.probe import prepare, probe
from pyfinger.prober.verifier import Verifier
from pyfinger.report.document.builder import ReportBuilder
from pyfinger.tls.stream import RecordCutter
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.trust_store import Bundle
from tests.hostile.resets import VERSIONS, Replaying, good_session, talk
from tests.mailserver import MailServer
from tests.scripted import Scripted
from tests.tls.server import Identity
from tests.world import World

HOST, ADDRESS = "mx.example.test", "192.0.2.1"
PEER = Peer(HOST, ADDRESS, 25)
LONG_AGO = 1580000000  # 2020
LEVELS = (Level.MAY, Level.ENCRYPT, Level.VERIFY, Level.SECURE)

ROOTS = tuple(make_ca(f"CN=Root {number}") for number in range(3))
ISSUING = make_ca("CN=Issuing", ROOTS[0])


def _leaf(wish: Wish, issuer: Issued | None, host: str = HOST) -> Issued:
    return make_leaf(host, issuer, make_key("p256", HOST), wish)


LEAVES = (
    _leaf(Wish(), ISSUING),
    _leaf(Wish(), ROOTS[1]),
    _leaf(Wish(not_after=LONG_AGO), ISSUING),
    _leaf(Wish(purposes=("clientAuth",)), ISSUING),
    _leaf(Wish(), ISSUING, "other.test"),
    _leaf(Wish(), None),
)
# Whatever a server adds to its chain, none of these can be what was missing.
BAD_EXTRAS = (
    make_ca("CN=Stranger").der,
    make_leaf("x.test", make_ca("CN=Stranger")).der,
    make_leaf("CN=Issuing", ROOTS[0], wish=Wish(subject="CN=Issuing", ca=True, not_after=LONG_AGO)).der,
    LEAVES[2].der,
)

leaves = st.sampled_from(LEAVES)
chains = st.builds(
    lambda leaf, issuers: (leaf.der, *issuers),
    leaves,
    st.lists(st.sampled_from((ISSUING.der, ROOTS[0].der, *BAD_EXTRAS)), max_size=3).map(tuple),
)
roots = st.sets(st.sampled_from(ROOTS))


def dependencies(trusted: Sequence[Issued] = ()) -> Dependencies:
    return Dependencies(
        rng=random.Random(7),
        now=lambda: datetime(2026, 6, 1, tzinfo=UTC),
        clock=lambda: 0.0,
        random_bytes=random.Random(8).randbytes,
        trust=TrustSources(Bundle(root.der for root in trusted)),
    )


def proved(policy: Policy, chain: tuple[bytes, ...], trusted: Sequence[Issued] = ()) -> bool:
    """Whether a server with this chain has proved what the policy demands."""
    made = dependencies(trusted)
    context = prepare(Options(HOST, level=policy.level), made, lambda event: None)
    by, sha = authentication_for(context, policy), digest("sha256")
    assert sha is not None
    credential = Credential(chain)
    verified = Verifier(PEER, by, made.trust.store, made.now, sha, context.emit)(credential)
    secured = ConnectionInfo(0x0304, "", 0x1301, "", 0, 0, credential)
    return trust(by.level, verified.verdict, secured) is Trust.VERIFIED


def _record(usage: int, selector: int, matching: int, certificate: bytes) -> TlsaRecord:
    chosen = certificate if selector == 0 else parse_certificate(certificate).spki
    digests = {0: chosen, 1: sha256(chosen).digest()}
    return TlsaRecord(usage, selector, matching, digests[matching])


GOOD_RECORDS = tuple(
    _record(usage, selector, matching, certificate)
    for usage, certificate in ((3, LEAVES[0].der), (3, LEAVES[2].der), (2, ISSUING.der), (2, ROOTS[0].der))
    for selector in (0, 1)
    for matching in (0, 1)
)
# Records that match nothing any server here shows, fit for use or not.
bad_records = st.builds(
    TlsaRecord,
    st.sampled_from((2, 3)),
    st.integers(0, 2),
    st.integers(1, 3),
    st.one_of(
        st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64), st.binary(max_size=40)
    ),
)
records = st.lists(st.one_of(st.sampled_from(GOOD_RECORDS), bad_records), max_size=3).map(tuple)


def _dane(level: Level, found: tuple[TlsaRecord, ...]) -> Policy:
    return Policy(level, (HOST,), found, HOST)


@pytest.mark.slow
@settings(deadline=None)
@given(chains, records, bad_records, st.integers(0, 3), st.sampled_from((Level.DANE, Level.DANE_ONLY)))
def test_a_tlsa_record_that_matches_nothing_never_helps(
    chain: tuple[bytes, ...], found: tuple[TlsaRecord, ...], bad: TlsaRecord, place: int, level: Level
) -> None:
    if not proved(_dane(level, found), chain):
        more = (*found[:place], bad, *found[place:])
        assert not proved(_dane(level, more), chain)


@pytest.mark.slow
@settings(deadline=None)
@given(chains, records, st.sampled_from((Level.DANE, Level.DANE_ONLY)))
def test_dane_alone_proves_nothing_without_a_record(
    chain: tuple[bytes, ...], found: tuple[TlsaRecord, ...], level: Level
) -> None:
    if proved(_dane(level, found), chain):
        assert set(found) & set(GOOD_RECORDS)


@pytest.mark.slow
@settings(deadline=None)
@given(chains, roots, st.sampled_from(ROOTS), st.sampled_from((Level.VERIFY, Level.SECURE)))
def test_trusting_fewer_roots_never_helps(
    chain: tuple[bytes, ...], trusted: set[Issued], removed: Issued, level: Level
) -> None:
    policy = Policy(level, (HOST,))
    if not proved(policy, chain, [*trusted, removed]):
        assert not proved(policy, chain, [root for root in trusted if root is not removed])


@pytest.mark.slow
@settings(deadline=None)
@given(chains, roots, st.sampled_from(BAD_EXTRAS), st.integers(1, 4), records)
def test_certificates_of_no_use_never_help(
    chain: tuple[bytes, ...], trusted: set[Issued], extra: bytes, place: int, found: tuple[TlsaRecord, ...]
) -> None:
    more = (*chain[:place], extra, *chain[place:])
    for policy in (Policy(Level.SECURE, (HOST,)), _dane(Level.DANE, found)):
        if not proved(policy, chain, list(trusted)):
            assert not proved(policy, more, list(trusted))


@pytest.mark.slow
@settings(deadline=None)
@given(chains, roots, st.lists(st.sampled_from((HOST, "other.test", "x.test")), max_size=2))
def test_matching_fewer_names_never_helps(
    chain: tuple[bytes, ...], trusted: set[Issued], names: list[str]
) -> None:
    if not proved(Policy(Level.SECURE, (*names, "third.test")), chain, list(trusted)):
        assert not proved(Policy(Level.SECURE, (*names,) or ("none.test",)), chain, list(trusted))


@settings(deadline=None)
@given(st.binary(max_size=300), roots)
def test_noise_proves_nothing(noise: bytes, trusted: set[Issued]) -> None:
    try:
        assert not proved(Policy(Level.SECURE, (HOST,)), (noise,), list(trusted))
    except DecodeError:
        pass  # which ends the handshake


def met(level: Level, server: MailServer) -> bool:
    """Whether a whole probe at this level ends well."""
    recorder = ReportBuilder()
    driver = Scripted(World(a={HOST: [ADDRESS]}), {ADDRESS: server})
    options = Options(f"[{HOST}]", level=level, match=(HOST,) if level.must_match else ())
    driver.run(probe(options, dependencies(ROOTS[:1]), lambda event: recorder(event, 0.0)))
    return recorder.report.met


def _served(leaf: Issued | None) -> MailServer:
    return MailServer(Identity(leaf.key.pem, (leaf.der, ISSUING.der)) if leaf else None)


@pytest.mark.slow
@pytest.mark.parametrize("leaf", [*LEAVES, None])
def test_a_higher_level_is_never_easier(leaf: Issued | None) -> None:
    outcomes = [met(level, _served(leaf)) for level in LEVELS]
    assert outcomes == sorted(outcomes, reverse=True)


def test_levels_do_tell_servers_apart() -> None:
    """That the last test is about something."""
    assert [met(level, _served(LEAVES[0])) for level in LEVELS] == [True] * 4
    assert [met(level, _served(LEAVES[5])) for level in LEVELS] == [True, True, False, False]
    assert [met(level, _served(None)) for level in LEVELS] == [True, False, False, False]


@pytest.mark.parametrize("status", [None, *TlsaStatus])
@pytest.mark.parametrize("secure", [True, False, None])
@pytest.mark.parametrize("below", [Level.MAY, Level.ENCRYPT, Level.DANE])
def test_dane_only_never_demands_less_than_dane(
    status: TlsaStatus | None, secure: bool | None, below: Level
) -> None:
    exchange = None if secure is None else Exchange("x.test", "x.test", secure)
    tlsa = None if status is None else TlsaAnswer(status, GOOD_RECORDS[:1], HOST)
    if status is None and secure is not None and (secure or below is not Level.MAY):
        return  # there is a lookup then
    if status is not None and secure is False and below is Level.MAY:
        return  # and none here
    lower, higher = (
        decide(RequestedPolicy(level, below), exchange, tlsa) for level in (Level.DANE, Level.DANE_ONLY)
    )
    if lower.policy is None or higher.policy is None:
        assert lower.policy is higher.policy
    else:
        assert lower.policy.level <= higher.policy.level


@cache
def session(version: str) -> tuple[list[bytes], tuple[str, ...]]:
    turns, told = good_session(VERSIONS[version])
    return turns, told.log


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(st.sampled_from(sorted(VERSIONS)), st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_cutting_a_whole_session_changes_nothing(version: str, pieces: list[int]) -> None:
    turns, log = session(version)
    driver = Scripted(World(), {ADDRESS: lambda: Replaying(turns, 1 << 20)}, pieces=pieces)
    assert talk(driver).log == log


@pytest.mark.parametrize("version", sorted(VERSIONS))
def test_the_same_chances_give_the_same_session(version: str) -> None:
    assert good_session(VERSIONS[version])[0] == session(version)[0]


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=5))
def test_cutting_records_loses_nothing(data: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    cutter, whole = RecordCutter(), RecordCutter()
    taken, at_once = b"", b""
    for start, end in pairwise(places):
        cutter.feed(data[start:end])
        while piece := cutter.take():
            taken += piece
    whole.feed(data)
    while piece := whole.take():
        at_once += piece
    assert taken == at_once
    assert data.startswith(taken)
