"""What a sender did, with all that a page can show of it."""

from __future__ import annotations

from pyfinger.demo.senders import Conduct, Duty, Mark, Profile, SenderReport, SituationResult
from pyfinger.values import replace
from tests.page.hostile import Wording, plain


def sent(say: Wording = plain, *, settled: bool = True) -> SenderReport:
    """One result of each mark; what a sender can choose is what `say` makes of it."""
    common = {"domain": "mismatch.senders.test", "source": "RFC 7672 section 2.2"}
    failed = SituationResult(
        name="mismatch",
        about="a TLSA record of another key",
        mark=Mark.FAIL,
        seen=Conduct.DELIVERED_TLS,
        demand=Duty.DEFER,
        problem=say("MAIL at mx.mismatch.senders.test"),
        tls=say("TLSv1.3, mx.mismatch.senders.test"),
        questions=(say("mismatch.senders.test MX"),),
        steps=(say("EHLO me"), say("MAIL")),
        **common,
    )
    others = [
        replace(failed, name="ee", mark=Mark.PASS, demand=Duty.AUTHENTICATED, problem=""),
        replace(failed, name="none", mark=Mark.NOT_APPLICABLE, demand=None, source="", tls="", problem=""),
        replace(
            failed, name="two", mark=Mark.NOT_TRIED, seen=Conduct.NOTHING, questions=(), steps=(), problem=""
        ),
    ]
    return SenderReport(1_795_876_687.25, 1.5, Profile(dane=True), settled, (others[0], failed, *others[1:]))
