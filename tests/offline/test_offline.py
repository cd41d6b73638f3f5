"""What is given comes to the same as what is seen: over loopback, world by world."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pyfinger.demo.certificate_making import Wish, make_ca, make_leaf
from pyfinger.model import Trust
from pyfinger.report.document import Outcome
from tests.offline.__main__ import all_cases
from tests.offline.loopback import LoopbackServers, loopback_servers, unsigned
from tests.offline.worlds import OfflineCase, came_given, came_live, differences
from tests.vectors.test_vectors import DATA

pytestmark = pytest.mark.slow

SAMPLE = 40  # of the generated worlds; `python -m tests.offline` takes 500

HOST = "mx.example.test"
ROOT = make_ca("CN=Root")
ISSUING = make_ca("CN=Issuing", ROOT)
LEAF = make_leaf(HOST, ISSUING)
OLD = make_leaf(HOST, ISSUING, wish=Wish(not_after=1_600_000_000))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


GOOD = OfflineCase("good", HOST, LEAF.chain, tlsa=(f"3 1 1 {sha256(LEAF.key.spki)}",))
ISSUER = replace(GOOD, name="issuer", tlsa=(f"2 0 1 {sha256(ISSUING.der)}",))
RAW = replace(GOOD, name="raw key", chain=(), raw_key=LEAF.key.spki)
CASES = (
    (GOOD, Outcome.MET, Trust.VERIFIED),
    (replace(GOOD, name="another key", tlsa=("3 1 1 " + 64 * "0",)), Outcome.NOT_MET, Trust.UNTRUSTED),
    (replace(GOOD, name="past its time", chain=OLD.chain), Outcome.MET, Trust.VERIFIED),
    (ISSUER, Outcome.MET, Trust.VERIFIED),
    (replace(ISSUER, name="past, by its issuer", chain=OLD.chain), Outcome.NOT_MET, Trust.UNTRUSTED),
    (replace(ISSUER, name="issuer not sent", chain=LEAF.chain[:1]), Outcome.NOT_MET, Trust.UNTRUSTED),
    (RAW, Outcome.MET, Trust.VERIFIED),
    (replace(RAW, name="another raw key", tlsa=("3 1 1 " + 64 * "0",)), Outcome.NOT_MET, Trust.UNTRUSTED),
    (replace(GOOD, name="unsigned", unsigned=frozenset({HOST})), Outcome.NOT_MET, Trust.UNTRUSTED),
    (replace(GOOD, name="unusable only", tlsa=("3 1 1 00",)), Outcome.MET, Trust.UNTRUSTED),
    (replace(GOOD, name="no records", tlsa=(), options={"level": "may"}), Outcome.MET, Trust.UNTRUSTED),
)


@pytest.fixture(scope="module")
def servers() -> Iterator[LoopbackServers]:
    with loopback_servers() as running, unsigned():
        yield running


@pytest.mark.parametrize(("case", "outcome", "trust"), CASES, ids=[case.name for case, _, _ in CASES])
def test_a_chain_given_is_judged_as_one_seen(
    servers: LoopbackServers, case: OfflineCase, outcome: Outcome, trust: Trust
) -> None:
    assert list(differences(case, servers)) == []
    came = came_given(case, servers.port)
    assert (came.outcome, came.trust) == (outcome, trust)


@pytest.mark.parametrize("level", ["verify", "secure", "fingerprint", "encrypt", "may", "dane-only"])
def test_so_it_is_at_every_level(servers: LoopbackServers, level: str, tmp_path: Path) -> None:
    file = tmp_path / "root.pem"
    file.write_text(ROOT.pem)
    match = (sha256(LEAF.der),) if level == "fingerprint" else ()
    case = replace(GOOD, match=match, options={"level": level, "ca_file": file})
    assert list(differences(case, servers)) == []
    assert came_given(case, servers.port).outcome is Outcome.MET


@pytest.mark.parametrize("options", [{"level": "verify"}, {"level": "secure"}], ids=["verify", "secure"])
def test_trust_anchors_count_as_ever(
    servers: LoopbackServers, options: dict[str, object], tmp_path: Path
) -> None:
    file = tmp_path / "anchor.pem"
    file.write_text(ISSUING.pem)
    case = replace(GOOD, options={**options, "trust_anchors": [file]})
    assert list(differences(case, servers)) == []
    assert came_given(case, servers.port).outcome is Outcome.MET


def test_two_worlds_that_differ_are_found_to_differ(servers: LoopbackServers) -> None:
    """The comparison can fail: what is given here is another chain than the servers show."""
    live = came_live(replace(GOOD, chain=OLD.chain), servers)
    given = came_given(GOOD, servers.port)
    assert live.events != given.events


@pytest.mark.vectors
def test_openssl_s_own_and_generated_worlds_come_to_the_same(
    servers: LoopbackServers, tmp_path: Path
) -> None:
    if not (DATA / "dane-generated").is_dir() or not (DATA / "dane-openssl").is_dir():
        pytest.skip(f"no conformance data in {DATA}")
    wrong = [
        f"{case.name}: {line[:500]}"
        for case in all_cases(DATA, SAMPLE, tmp_path)
        for line in differences(case, servers)
    ]
    assert wrong == []
