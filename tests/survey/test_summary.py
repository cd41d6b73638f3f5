"""A run's counts: each against what the run's rows say, and as text."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pyfinger.check.report_model import CheckVerdict
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.summary import (
    CountChange,
    SurveyCount,
    SurveySummary,
    VerdictChange,
    _expiry,
    summary,
    told_stages,
)
from pyfinger.survey.summary_text import summary_text
from pyfinger.values import replace
from tests.schema import survey_summary_schema
from tests.survey.sites import SITES, site
from tests.survey.world import SurveyWorld, done, done_apart, survey

PLANS = (*SITES, site("ended", expired=True))
QUANTUM = "tls_eecdh_auto_curves=X25519MLKEM768 X25519"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, the second with post-quantum groups, and one domain less."""
    path = tmp_path_factory.mktemp("summary") / "s.sqlite"
    with SurveyWorld(PLANS, 2 * len(PLANS)) as world:
        done_apart(world.run(path, lines=lambda: [*world.domains, "no domain"]))
        done_apart(world.run(path, "--set", QUANTUM, lines=lambda: world.domains[1:]))
    return path


@pytest.fixture(scope="module")
def found(path: Path) -> SurveySummary:
    return summary(SurveyStore(str(path)), 1)


def rows(path: Path, kind: str) -> list[dict[str, Any]]:
    text = done(survey("export", "--store", str(path), "--run", "1", "--rows", kind)).stdout
    return [json.loads(line) for line in text.splitlines()]


def counts(found: tuple[SurveyCount, ...]) -> dict[str, int]:
    assert [each.count for each in found] == sorted((each.count for each in found), reverse=True)
    return {each.name: each.count for each in found}


def test_domains_are_counted_as_they_are_exported(path: Path, found: SurveySummary) -> None:
    domains = rows(path, "domains")
    for name in ("verdict", "outcome"):
        there = Counter(row[name] for row in domains if row[name] is not None)
        assert counts(getattr(found, f"{name}s")) == there
    assert (found.lines, found.problems, found.domains) == (15, 1, 14)
    (operator,) = found.operators
    assert (operator.operator, operator.domains) == ("demo.test", 14)
    assert counts(operator.verdicts) == counts(found.verdicts)


def test_connections_are_counted_as_they_are_exported(path: Path, found: SurveySummary) -> None:
    seen = rows(path, "observations")
    secured = [row for row in seen if row["stage"] == "secured"]
    assert (found.connections, found.secured) == (len(seen), len(secured))
    assert counts(found.stages) == Counter(row["stage"] for row in seen)
    told = {each.name: each.count for each in told_stages(found)}
    assert told["TLS"] == found.secured and {"handshake", "connecting"}.isdisjoint(told)
    for name in ("protocol", "cipher", "group", "key"):
        assert counts(getattr(found, f"{name}s")) == Counter(row[name] for row in secured if row[name])
    assert found.addresses == len(PLANS)
    assert found.certificates == len({row["certificate_digest"] for row in seen} - {""}) == len(PLANS) - 1
    assert [(each.name, each.count) for each in found.expiry if each.count] == [("expired", 1), ("later", 5)]
    assert found.ending[0].subject.endswith("ended.hosts.demo.test") and found.ending[0].days_left < 0
    assert found.ending[0].servers == 1


def test_expiry_is_counted_by_how_soon() -> None:
    days = [-0.1, 0, 6.9, 7, 29, 30, 89, 90, 364, 365, 5000]
    assert [each.count for each in _expiry(days)] == [1, 2, 2, 2, 2, 2]


def test_the_post_quantum_share_says_whether_it_was_offered(path: Path, found: SurveySummary) -> None:
    assert (found.post_quantum_offered, found.post_quantum) == (False, 0)
    second = summary(SurveyStore(str(path)), None, 1)
    assert second.post_quantum_offered and second.since is not None
    assert second.since.post_quantum == CountChange("post-quantum", 0, second.post_quantum)


def test_json_is_as_its_schema_says_and_has_the_change(path: Path) -> None:
    text = done(survey("summary", "--store", str(path), "--json", "--since", "1")).stdout
    document = json.loads(text)
    Draft202012Validator(survey_summary_schema()).validate(document)
    assert document["run"] == 2 and document["since"]["run"] == 1
    assert document["since"]["domains"] == {"name": "domains", "before": 14, "after": 13}
    assert document["since"]["moved"] == []


def test_text_has_the_numbers_with_their_shares(found: SurveySummary) -> None:
    lines = summary_text(found).splitlines()
    assert lines[0].startswith("run 1 of ") and lines[0].endswith(": 15 lines, 13 connections")
    assert (
        "       10   71.4%  not-protected" in lines
        and "        1  lines that are no domain, or one twice" in lines
    )
    assert "        0    0.0%  key exchanges (not offered)" in lines
    assert "       14  demo.test: 10 not-protected, 2 failed, 2 ok" in lines
    assert any(line.endswith("/CN=ended.hosts.demo.test: at 1 addresses") for line in lines)


def test_text_tells_what_changed(path: Path) -> None:
    second = summary(SurveyStore(str(path)), 2, 1)
    assert second.since is not None
    moved = VerdictChange(CheckVerdict.OK, CheckVerdict.FAILED, 3)
    text = summary_text(replace(second, since=replace(second.since, moved=(moved,))))
    assert "        3  ok -> failed\n" in text and "       -1  domains: 14 -> 13\n" in text
    assert "nothing changed" in summary_text(summary(SurveyStore(str(path)), 1, 1))
