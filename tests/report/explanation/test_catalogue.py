"""What holds of the catalogue as a whole, of its page, and of how it is printed."""

from __future__ import annotations

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest

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
