"""The verifier by itself, and whole probes of a server of our own: what is trusted at which level."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from pyfinger.crypto import slh_dsa
from pyfinger.dane.digests import digest
from pyfinger.demo.certificate_making import Issued, Wish, extension, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import DecodeError
from pyfinger.events import (
    AuthorityMatched,
    CredentialSeen,
    Event,
    IdnConverted,
    IdnFailed,
    MatchNameInvalid,
    MatchNameRefused,
    MatchNamesMissing,
    PeernameMatched,
    RawKeyChecked,
    SignaturesUncheckable,
    TlsaAllUnusable,
    TlsaUnusable,
    TlsEstablished,
    VerificationFailed,
)
from pyfinger.model import Credential, KeyFacts, Level, Peer, Policy, RecordOutcome, TlsaRecord, Trust
from pyfinger.options import Config, Options
from pyfinger.prober.authentication import Authentication, authentication_for, reference_identity
from pyfinger.prober.client_config import client_config_for
from pyfinger.prober.context import Dependencies, Target, TrustSources
from pyfinger.prober.probe import prepare, probe
from pyfinger.prober.verifier import Verifier
from pyfinger.values import replace
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.trust_store import Bundle
from tests.mailserver import MailServer, identity
from tests.scripted import Scripted
from tests.world import World

HOST, ADDRESS = "mx.example.test", "192.0.2.1"
ROOT, STRANGER = make_ca("O=Test/CN=Test Root"), make_ca("O=Test/CN=Stranger")
LEAF = parse_certificate(identity().chain[0])


def probed(trust: TrustSources, tlsa: tuple[str, ...] = (), **options: Any) -> Scripted:
    world = World(a={HOST: [ADDRESS]}, tlsa={f"_25._tcp.{HOST}": list(tlsa)} if tlsa else {})
    driver = Scripted(world, {ADDRESS: MailServer(identity())})
    driver.run(probe(Options(f"[{HOST}]", **options), dependencies(trust), driver.emit))
    return driver


def dependencies(trust: TrustSources) -> Dependencies:
    return Dependencies(
        rng=random.Random(7),
        now=lambda: datetime(2026, 6, 1, tzinfo=UTC),
        clock=lambda: 0.0,
        random_bytes=random.Random(8).randbytes,
        trust=trust,
    )


def authentication(policy: Policy, told: list[Event], **options: Any) -> Authentication:
    """What a server is verified by, names and all."""
    made = dependencies(TrustSources())
    context = prepare(Options(HOST, level=policy.level, **options), made, told.append)
    found = authentication_for(context, policy)
    target = Target(Peer(HOST, ADDRESS, 25), HOST, policy)
    offer = client_config_for(context, target.peer, found.asked, found.level)
    assert offer is not None
    told.clear()  # that is not what these tests are about
    found = replace(found, security=offer.security)
    return replace(found, identity=reference_identity(context, target)) if found.checks_names else found


def verifier(policy: Policy, told: list[Event], **options: Any) -> Verifier:
    """A verifier without a handshake around it; what names there are is not told."""
    sha = digest("sha256")
    assert sha is not None
    made = dependencies(TrustSources())
    by = authentication(policy, [], **options)
    return Verifier(Peer(HOST, ADDRESS, 25), by, made.trust.store, made.now, sha, told.append)


def verdict(driver: Scripted) -> Trust:
    (established,) = driver.of(TlsEstablished)
    return established.trust


def failure(driver: Scripted) -> tuple[int, int]:
    (failed,) = driver.of(VerificationFailed)
    return failed.error.code, failed.error.depth


def store(*issued: Issued) -> TrustSources:
    return TrustSources(Bundle(each.der for each in issued))


def anchored(*records: tuple[int, int, bytes]) -> TrustSources:
    """Trust anchors, besides a root that does not count then."""
    anchors = tuple(TlsaRecord(usage, selector, 0, data) for usage, selector, data in records)
    return TrustSources(Bundle([ROOT.der]), anchors)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Level.MAY, Trust.TRUSTED),
        (Level.ENCRYPT, Trust.TRUSTED),
        (Level.FINGERPRINT, Trust.VERIFIED),  # no fingerprints: the chain decides, whatever the name
        (Level.VERIFY, Trust.VERIFIED),
        (Level.SECURE, Trust.VERIFIED),
        (Level.DANE, Trust.VERIFIED),  # without TLSA records
        (Level.DANE_ONLY, Trust.VERIFIED),
    ],
)
def test_an_authority_is_trusted_at_every_level(level: Level, expected: Trust) -> None:
    assert verdict(probed(store(ROOT), level=level)) is expected
    assert verdict(probed(store(STRANGER), level=level)) is Trust.UNTRUSTED


@pytest.mark.parametrize(
    ("ciphers", "level", "found"),
    [
        ("DEFAULT:@SECLEVEL=3", Level.MAY, set()),
        (
            "DEFAULT:@SECLEVEL=4",
            Level.MAY,
            {X509VErr.EE_KEY_TOO_SMALL, X509VErr.CA_KEY_TOO_SMALL, X509VErr.CA_MD_TOO_WEAK},
        ),
        ("DEFAULT:@SECLEVEL=4", Level.VERIFY, set()),  # which has level 1, whatever is said
        ("SUITEB128", Level.MAY, set()),
        ("SUITEB192", Level.MAY, {X509VErr.SUITE_B_LOS_NOT_ALLOWED}),
        ("SUITEB192", Level.VERIFY, {X509VErr.SUITE_B_LOS_NOT_ALLOWED}),
    ],
)
def test_cipher_strings_say_how_strong_a_chain_must_be(
    ciphers: str, level: Level, found: set[X509VErr]
) -> None:
    judging = verifier(Policy(level, (HOST,)), [], config=Config(tls_medium_cipherlist=ciphers))
    found_out = judging(Credential((*identity().chain, ROOT.der)))
    weak = {
        X509VErr.EE_KEY_TOO_SMALL,
        X509VErr.CA_KEY_TOO_SMALL,
        X509VErr.CA_MD_TOO_WEAK,
        X509VErr.SUITE_B_LOS_NOT_ALLOWED,
    }
    assert {error.code for error in found_out.verdict.errors} & weak == found


def test_the_name_has_to_match() -> None:
    driver = probed(store(ROOT), level=Level.SECURE, match=("other.test",))
    assert verdict(driver) is Trust.TRUSTED
    assert failure(driver) == (62, 0)


def test_with_tlsa_records_authorities_do_not_count() -> None:
    driver = probed(store(ROOT), ("3 1 1 " + "ab" * 32,))
    assert verdict(driver) is Trust.UNTRUSTED
    assert failure(driver) == (65, 0)


def test_unless_the_records_are_unusable() -> None:
    driver = probed(store(ROOT), ("3 1 1 ab",))
    assert verdict(driver) is Trust.TRUSTED
    assert driver.of(PeernameMatched) == []  # nothing had to match


INVALID = make_leaf(HOST, ROOT, wish=Wish(extensions=(extension("2.5.29.17", b""),)))


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ((3, 1, 0, INVALID.key.spki), ["invalid certificate"]),  # decides at once, no chain is built
        ((3, 1, 1, bytes(32)), ["invalid certificate"]),
        ((2, 1, 1, bytes(32)), []),  # a chain was tried, and what is wrong was seen then
        ((3, 1, 1, b"x"), []),
    ],
)
def test_what_is_wrong_with_extensions_is_told_by_who_reads_them_first(
    record: tuple[int, int, int, bytes], told: list[str]
) -> None:
    policy = Policy(Level.DANE, (HOST,), (TlsaRecord(*record),), HOST)
    key = verifier(policy, [])(Credential(INVALID.chain)).key
    assert not key.for_signing
    assert [error.reason for error in key.unread] == told


@pytest.mark.parametrize(
    ("record", "depth"),
    [
        ((2, 0, ROOT.der), 1),
        ((2, 1, ROOT.key.spki), 0),  # it made the leaf's signature
        ((3, 0, LEAF.der), 0),
        ((3, 1, LEAF.spki), 0),
    ],
)
def test_a_trust_anchor_vouches_for_its_subordinates_and_for_itself(
    record: tuple[int, int, bytes], depth: int
) -> None:
    driver = probed(anchored(record), level=Level.SECURE)
    (matched,) = driver.of(AuthorityMatched)
    assert (verdict(driver), matched.authority.depth) == (Trust.VERIFIED, depth)
    assert driver.of(PeernameMatched)[0].name == HOST


@pytest.mark.parametrize("record", [(2, 0, ROOT.der), (3, 0, LEAF.der), (3, 1, LEAF.spki)])
def test_but_not_for_a_name(record: tuple[int, int, bytes]) -> None:
    driver = probed(anchored(record), level=Level.VERIFY, match=("other.test",))
    assert verdict(driver) is Trust.TRUSTED
    assert failure(driver) == (62, 0)


def test_a_name_does_not_matter_to_dane() -> None:
    world = (f"3 0 0 {LEAF.der.hex()}",)
    assert verdict(probed(TrustSources(), world, match=("other.test",))) is Trust.VERIFIED


def test_trust_anchors_take_the_place_of_authorities() -> None:
    driver = probed(anchored((2, 0, STRANGER.der)), level=Level.SECURE)
    assert verdict(driver) is Trust.UNTRUSTED
    assert failure(driver) == (65, 0)


def test_unusable_trust_anchors_fail() -> None:
    driver = probed(anchored((2, 0, b"x"), (3, 0, b"x")), level=Level.SECURE)
    assert [event.record.usage for event in driver.of(TlsaUnusable)] == [3, 2]
    assert [event.level for event in driver.of(TlsaAllUnusable)] == [Level.SECURE]
    assert verdict(driver) is Trust.UNTRUSTED
    assert failure(driver) == (1, 0)


RAW_KEY = Credential(raw_key=LEAF.spki)


@pytest.mark.parametrize(
    ("record", "codes", "outcome"),
    [
        (TlsaRecord(3, 1, 0, LEAF.spki), [], RecordOutcome.MATCHED),
        (TlsaRecord(3, 1, 0, ROOT.key.spki), [65], RecordOutcome.MISMATCHED),
        (TlsaRecord(3, 1, 1, b"short"), [95], RecordOutcome.UNUSABLE),  # `dane` goes on without proof
    ],
)
def test_raw_public_keys(record: TlsaRecord, codes: list[int], outcome: RecordOutcome) -> None:
    told: list[Event] = []
    policy = Policy(Level.DANE, (HOST,), (record,))
    assert (by := authentication(policy, [])).wants_raw_keys
    assert by.records.usable == ((record,) if codes != [95] else ())
    found = verifier(policy, told)(RAW_KEY)
    assert found.key.public.kind == "EC"
    assert [error.code for error in found.verdict.errors] == codes
    assert told[0] == CredentialSeen(
        Peer(HOST, ADDRESS, 25),
        raw_key=KeyFacts(LEAF.spki, sha256(LEAF.spki).digest(), "EC", 256, "prime256v1"),
    )
    assert told[1:] == [RawKeyChecked(Peer(HOST, ADDRESS, 25), not codes)]
    assert [row.outcome for row in found.records] == [outcome]


def test_a_weak_raw_key_is_told_even_if_a_record_vouches_for_it() -> None:
    weak = make_key("rsa512").spki
    for record, codes in ((TlsaRecord(3, 1, 0, weak), [66]), (TlsaRecord(3, 1, 0, LEAF.spki), [66, 65])):
        found = verifier(Policy(Level.DANE, (HOST,), (record,)), [])(Credential(raw_key=weak))
        assert [error.code for error in found.verdict.errors] == codes


def test_raw_public_keys_on_request() -> None:
    for level in (Level.MAY, Level.ENCRYPT, Level.FINGERPRINT):
        assert authentication(Policy(level), [], raw_public_keys=True).wants_raw_keys
    assert not authentication(Policy(Level.SECURE), [], raw_public_keys=True).wants_raw_keys


def test_nothing_to_prove_it_by() -> None:
    judging = verifier(Policy(Level.DANE_ONLY, (HOST,), (TlsaRecord(3, 1, 1, b"short"),)), [])
    for credential in (RAW_KEY, Credential((LEAF.der,))):
        found = judging(credential)
        assert [(error.code, error.depth) for error in found.verdict.errors] == [(1, 0)]


def test_match_names_that_cannot_be_used_are_told() -> None:
    told: list[Event] = []
    found = authentication(Policy(Level.SECURE, (".", "192.0.2.1", "192.0.2.2")), told)
    assert [type(event) for event in told] == [MatchNameInvalid, MatchNameRefused]
    assert not found.must_fail


def test_match_names_are_told_about_in_their_order() -> None:
    told: list[Event] = []
    authentication(Policy(Level.SECURE, ("\u00e4..b", ".", "b\u00fccher.test")), told)
    assert [type(event) for event in told] == [IdnFailed, MatchNameInvalid, IdnConverted]


def test_names_are_asked_for_in_ascii() -> None:
    told: list[Event] = []
    authentication(Policy(Level.SECURE, ("b\u00fccher.test",)), told)
    assert told == [IdnConverted("b\u00fccher.test", "xn--bcher-kva.test", for_match=True)]


def test_no_name_at_all() -> None:
    told: list[Event] = []
    found = authentication(Policy(Level.VERIFY, (".",)), told)
    assert [type(event) for event in told] == [MatchNameInvalid, MatchNamesMissing]
    assert found.must_fail


def test_keys_that_cannot_be_read() -> None:
    der = LEAF.der.replace(LEAF.spki, LEAF.spki.replace(bytes.fromhex("2a8648ce3d0201"), bytes(7)))
    with pytest.raises(DecodeError):
        verifier(Policy(Level.SECURE), [])(Credential((der,)))
    with pytest.raises(DecodeError):
        verifier(Policy(Level.SECURE), [])(Credential(raw_key=b"x"))


def test_what_cannot_be_checked_for_want_of_a_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    algorithm = encoding.sequence(encoding.oid("2.16.840.1.101.3.4.3.20"))
    fields = der.DerCursor(LEAF.der).sequence("certificate").sequence("signed part")
    parts = [fields.element("part").encoding for _ in range(8)]
    body = encoding.sequence(*parts[:2], algorithm, *parts[3:])
    certificate = encoding.sequence(body, algorithm, encoding.element(der.BIT_STRING, bytes(7857)))
    for installed in (True, False):
        told: list[Event] = []
        monkeypatch.setattr(slh_dsa, "usable", lambda there=installed: there)
        verifier(Policy(Level.MAY), told)(Credential((certificate,)))
        event = SignaturesUncheckable(Peer(HOST, ADDRESS, 25), "SLH-DSA", "slh-dsa", "pq")
        assert told.count(event) == (not installed)
