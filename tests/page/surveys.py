"""A survey in which everything is there that a page can show, of as many domains as are wanted."""

from __future__ import annotations

from pyfinger.check.report_model import CheckVerdict
from pyfinger.survey.reporting import SurveyedDomain, SurveyedRun, SurveyedVerdict, SurveyReport
from pyfinger.survey.summary import EndingCertificate, OperatorSummary, SurveyCount, SurveySummary
from tests.page.hostile import Wording, plain

BEGAN = 1_795_876_687.25
_DAY = 86400
_SHARES = (
    (CheckVerdict.FAILED, 5),
    (CheckVerdict.DEGRADED, 10),
    (CheckVerdict.COULD_NOT_TELL, 5),
    (CheckVerdict.NOT_PROTECTED, 30),
    (CheckVerdict.OK, 50),
)  # per cent


def full_survey(say: Wording = plain, domains: int = 200) -> SurveyReport:
    """Every text that comes from outside is what `say` makes of it."""
    counts = tuple((verdict, share * domains // 100) for verdict, share in _SHARES)
    verdicts = tuple(SurveyCount(verdict.name.lower().replace("_", "-"), count) for verdict, count in counts)
    groups, number = [], 0
    for verdict, count in counts:
        rows = tuple(_domain(say, number + place) for place in range(count))
        groups.append(SurveyedVerdict(verdict, rows))
        number += count
    return SurveyReport(
        summary=_summary(say, domains, verdicts),
        runs=tuple(SurveyedRun(run, BEGAN - (3 - run) * 30 * _DAY, "done", verdicts) for run in (1, 2, 3)),
        domains=tuple(groups),
        problems=(SurveyedDomain(domains + 1, say("not a domain!"), say("no domain name"), ""),),
    )


def _domain(say: Wording, number: int) -> SurveyedDomain:
    return SurveyedDomain(
        number + 1,
        say(f"domain{number}.example.test"),
        say(f"mx{number % 200}.provider.example: 192.0.2.{number % 250}: RSA: no matching DANE TLSA records")
        + f" {number % 200}",
        say(f"provider{number % 40}.example"),
        int(BEGAN) + number % 7 * _DAY,
    )


def _summary(say: Wording, domains: int, verdicts: tuple[SurveyCount, ...]) -> SurveySummary:
    ends = (-3, 5, 21, 60, 300)
    ending = tuple(
        EndingCertificate(bytes([days % 256]) * 32, say(f"/CN=mx{days}"), int(BEGAN) + days * _DAY, days, 2)
        for days in ends
    )
    return SurveySummary(
        run=3,
        began=BEGAN,
        ended=BEGAN + 600,
        stage="done",
        lines=domains + 1,
        problems=1,
        errors=2,
        domains=domains,
        verdicts=verdicts,
        outcomes=(SurveyCount("met", domains),),
        hosts=200,
        addresses=390,
        connections=780,
        secured=700,
        stages=(SurveyCount("secured", 700), SurveyCount("greeting", 80)),
        protocols=(SurveyCount("TLSv1.3", 600), SurveyCount("TLSv1.2", 100)),
        ciphers=(SurveyCount("TLS_AES_256_GCM_SHA384", 600), SurveyCount("ECDHE-RSA-AES128-GCM-SHA256", 100)),
        groups=(SurveyCount("X25519MLKEM768", 320), SurveyCount("x25519", 280)),
        keys=(SurveyCount("EC prime256v1", 400), SurveyCount("RSA 2048", 300)),
        post_quantum_offered=True,
        post_quantum=320,
        post_quantum_keys=0,
        certificates=5,
        expiry=tuple(
            SurveyCount(name, 1)
            for name in ("expired", "within 7 days", "within 30 days", "within 90 days", "later")
        ),
        ending=ending,
        operators=tuple(
            OperatorSummary(say(f"provider{place}.example"), domains // (place + 1), verdicts)
            for place in range(30)
        ),
    )
