"""What holds of the catalogue as a whole, of its page, and of how it is printed."""

from __future__ import annotations

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest

from pyfinger.dane.remedies import REMEDIES, RemarkKind
from pyfinger.report.document.findings import Delivery, Situation
from pyfinger.report.explanation import CATALOGUE, explain, explained, explanation_text
from pyfinger.values import replace
from tests.explanations import FILE, page
from tests.lab.parityfuzz.case import Case
from tests.lab.parityfuzz.names import answer, usual_answers
from tests.report.explanation.stage import probed
from tests.report.explanation.worlds import OWNER, WORLDS, serving

BY_NAME = {world.name: world for world in WORLDS}
# Where what is to be published makes the server good.
REMEDIED = (
    *("no TLSA", "usage 1 alone", "selector 2 alone", "digest of nothing", "another key", "root not sent"),
    *("wrong selector", "issuer as server", "server as issuer", "outdone, and so failed"),
    *("another name, 2 1 1",),
)


def test_every_situation_has_its_words() -> None:
    assert set(CATALOGUE) == set(Situation)
    assert len(CATALOGUE) >= 60
    assert len({entry.text for entry in CATALOGUE.values()}) == len(CATALOGUE)


SAME_FAULT = {
    Situation.TLSA_UNSIGNED: RemarkKind.UNSIGNED,
    Situation.TLSA_ALL_UNUSABLE: RemarkKind.ALL_UNUSABLE,
    Situation.RECORD_PKIX: RemarkKind.PKIX_USAGE,
    Situation.RECORD_USAGE_UNKNOWN: RemarkKind.UNKNOWN_USAGE,
    Situation.RECORD_SELECTOR_UNKNOWN: RemarkKind.UNKNOWN_SELECTOR,
    Situation.RECORD_MATCHING_UNKNOWN: RemarkKind.UNKNOWN_MATCHING,
    Situation.RECORD_LENGTH_WRONG: RemarkKind.WRONG_LENGTH,
    Situation.RECORD_UNDECODABLE: RemarkKind.UNDECODABLE,
    Situation.RECORD_DOUBLED: RemarkKind.DUPLICATE,
    Situation.RECORD_EMPTY_DIGEST: RemarkKind.EMPTY_DIGEST,
    Situation.RECORDS_ONLY_SHA512: RemarkKind.ONLY_SHA512,
    Situation.RECORD_FULL_VALUE: RemarkKind.FULL_VALUE,
    Situation.RECORD_OF_CERTIFICATE: RemarkKind.CERTIFICATE_PINNED,
    Situation.RECORD_OF_BARE_KEY: RemarkKind.ANCHOR_KEY,
    Situation.RECORDS_LIVE_LONG: RemarkKind.LONG_TTL,
    Situation.SIGNATURES_END_SOON: RemarkKind.SIGNATURE_ENDS,
    Situation.RECORD_ISSUER_NOT_SENT: RemarkKind.ANCHOR_NOT_SENT,
    Situation.RECORD_WRONG_SELECTOR: RemarkKind.OTHER_SELECTOR,
    Situation.RECORD_OF_ISSUER: RemarkKind.AUTHORITY_AS_SERVER,
    Situation.RECORD_OF_SERVER: RemarkKind.SERVER_AS_AUTHORITY,
    Situation.RECORD_OUTDONE: RemarkKind.UNEQUAL_DIGESTS,
}


@pytest.mark.parametrize("situation", SAME_FAULT)
def test_what_to_do_about_a_record_is_said_in_one_way(situation: Situation) -> None:
    advice, action = CATALOGUE[situation].advice, REMEDIES[SAME_FAULT[situation]].action
    assert action.endswith(".") and advice in (action, f"{action[:-1]}:")


SAME_WEIGHT = {
    **SAME_FAULT,
    Situation.TLSA_BOGUS: RemarkKind.BOGUS,
    Situation.NO_RECORD_MATCHES: RemarkKind.NOTHING_MATCHES,
    Situation.RECORD_PRIVATE_USE: RemarkKind.UNKNOWN_MATCHING,
    Situation.RECORD_OTHER_KEY: RemarkKind.NEVER_MATCHED,
}


def test_how_much_a_fault_matters_is_said_in_one_way_but_for_one() -> None:
    """What a probe weighs otherwise than lint does is meant, and the table says why."""
    other = {
        situation
        for situation, kind in SAME_WEIGHT.items()
        if CATALOGUE[situation].weight is not REMEDIES[kind].weight
    }
    # at level dane-only, records that are not signed are a failure; elsewhere they weigh the same
    assert other == {Situation.TLSA_UNSIGNED, Situation.RECORD_OUTDONE}
    assert CATALOGUE[Situation.TLSA_UNSIGNED].otherwise is REMEDIES[RemarkKind.UNSIGNED].weight
    told_otherwise = {kind for kind, remedy in REMEDIES.items() if remedy.at_handshake is not remedy.weight}
    assert told_otherwise == {RemarkKind.UNEQUAL_DIGESTS} == {SAME_WEIGHT[Situation.RECORD_OUTDONE]}


def test_the_page_is_what_the_catalogue_says() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "python -m tests.explanations"


def test_names_of_worlds_are_their_own() -> None:
    assert len(BY_NAME) == len(WORLDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", REMEDIED)
def test_what_is_to_be_published_matches(name: str) -> None:
    case = BY_NAME[name].case
    findings = explain(probed(case)).findings
    records = list(dict.fromkeys(record for finding in findings for record in finding.publish))
    good = [record for record in records if _delivered(case, record) is Delivery.VERIFIED]
    assert records
    if "2 1 1" in name:  # what is wrong with the chain stays wrong under an issuer's record
        records = [record for record in records if " 3 1 1 " in record]
    assert good == records


def _delivered(case: Case, record: str) -> Delivery:
    """What comes of it with just this record in the zone."""
    owner, _, rdata = record.partition(". IN TLSA ")
    assert owner == OWNER
    parsed = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.TLSA, rdata)
    dns_ = [*usual_answers(), answer(f"{OWNER} TLSA", f"TLSA {parsed.to_text()}")]
    return explain(probed(Case(case.kind, case.argv, dns=dns_, servers=case.servers))).delivery


def test_a_text_is_80_columns_wide_but_for_what_is_pasted() -> None:
    report = explained(probed(BY_NAME["another key"].case))
    lines = explanation_text(report).decode("ascii").splitlines()
    assert [line for line in lines if len(line) > 80 and " IN TLSA " not in line] == []
    assert lines[1].startswith("What Postfix does for fuzz.test at level dane: it does not deliver")
    assert any(line.startswith(f"     {OWNER}. IN TLSA 3 1 1 ") for line in lines)


def test_what_a_server_says_is_censored_and_cut() -> None:
    world = BY_NAME["554"]
    rude = serving(connect={"say": f"554 {{peer}}\x1b[31m\x9b{'x' * 900}\r\n"})
    case = Case("rude", world.case.argv, dns=world.case.dns, servers=rude)
    text = explanation_text(explained(probed(case)))
    assert b"{peer}?[31m" in text
    assert all(0x20 <= octet < 0x7F or octet == 0x0A for octet in text)
    assert text.count(b"x") < 250


def test_without_an_explanation_nothing_is_printed() -> None:
    assert explanation_text(replace(probed(BY_NAME["no domain"].case), explained=None)) == b""
