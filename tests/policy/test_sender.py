"""What a sender does with DANE and MTA-STS: no policy makes up for DANE that fails (RFC 8461 section 2)."""

from __future__ import annotations

from itertools import product

import pytest

from pyfinger.model import ResultType
from pyfinger.policy.mta_sts import StsMode, StsPolicy
from pyfinger.policy.programs import OVERRIDING, RESOLVER
from pyfinger.policy.sender import (
    BOTH,
    DANE_ONLY,
    NEITHER,
    STS_ONLY,
    Action,
    Basis,
    DaneState,
    Handling,
    HostFacts,
    PkiState,
    Sender,
    SenderReason,
    decide,
)

HOST = "mx.lark.test"
ENFORCE = StsPolicy(StsMode.ENFORCE, ("*.lark.test",), 86400)
TESTING = StsPolicy(StsMode.TESTING, ("*.lark.test",), 86400)
OTHERS = StsPolicy(StsMode.ENFORCE, ("mx.wren.test",), 86400)
NONE = StsPolicy(StsMode.NONE, (), 86400)
POLICIES = (None, ENFORCE, TESTING, OTHERS, NONE)
FACTS = tuple(
    HostFacts(HOST, starttls, dane, pki)
    for starttls, dane, pki in product((True, False, None), DaneState, PkiState)
)


def facts(
    dane: DaneState = DaneState.NONE, pki: PkiState = PkiState.VALID, starttls: bool | None = True
) -> HostFacts:
    return HostFacts(HOST, starttls, dane, pki)


@pytest.mark.parametrize(
    ("policy", "given", "sender", "expected"),
    [
        (None, facts(), BOTH, Handling(Action.DELIVER, Basis.OPPORTUNISTIC, SenderReason.NOTHING_DEMANDED)),
        (
            None,
            facts(starttls=None),
            BOTH,
            Handling(Action.UNKNOWN, Basis.OPPORTUNISTIC, SenderReason.NOT_ASKED),
        ),
        (
            ENFORCE,
            facts(),
            BOTH,
            Handling(Action.DELIVER, Basis.STS, SenderReason.PKI_VALID, None, "*.lark.test"),
        ),
        (
            ENFORCE,
            facts(pki=PkiState.EXPIRED),
            BOTH,
            Handling(
                Action.SKIP, Basis.STS, SenderReason.PKI_FAILS, ResultType.CERTIFICATE_EXPIRED, "*.lark.test"
            ),
        ),
        (
            TESTING,
            facts(pki=PkiState.UNTRUSTED),
            BOTH,
            Handling(
                Action.REPORT,
                Basis.STS,
                SenderReason.PKI_FAILS,
                ResultType.CERTIFICATE_NOT_TRUSTED,
                "*.lark.test",
            ),
        ),
        (
            ENFORCE,
            facts(starttls=False),
            STS_ONLY,
            Handling(
                Action.SKIP,
                Basis.STS,
                SenderReason.NO_STARTTLS,
                ResultType.STARTTLS_NOT_SUPPORTED,
                "*.lark.test",
            ),
        ),
        (
            ENFORCE,
            facts(starttls=None),
            BOTH,
            Handling(Action.UNKNOWN, Basis.STS, SenderReason.NOT_ASKED, None, "*.lark.test"),
        ),
        (
            OTHERS,
            facts(starttls=None),
            BOTH,
            Handling(Action.SKIP, Basis.STS, SenderReason.MX_NOT_LISTED, ResultType.VALIDATION_FAILURE),
        ),
        (
            NONE,
            facts(starttls=False),
            BOTH,
            Handling(Action.DELIVER, Basis.OPPORTUNISTIC, SenderReason.NOTHING_DEMANDED),
        ),
        (
            OTHERS,
            facts(DaneState.MATCHED, PkiState.UNTRUSTED),
            BOTH,
            Handling(Action.DELIVER, Basis.DANE, SenderReason.TLSA_MATCHES),
        ),
        (
            ENFORCE,
            facts(DaneState.FAILED),
            BOTH,
            Handling(Action.SKIP, Basis.DANE, SenderReason.TLSA_FAILS, ResultType.CERTIFICATE_NOT_TRUSTED),
        ),
        (
            ENFORCE,
            facts(DaneState.FAILED),
            STS_ONLY,
            Handling(Action.DELIVER, Basis.STS, SenderReason.PKI_VALID, None, "*.lark.test"),
        ),
        (
            TESTING,
            facts(DaneState.ERROR),
            BOTH,
            Handling(Action.SKIP, Basis.DANE, SenderReason.TLSA_LOOKUP, ResultType.DNSSEC_INVALID),
        ),
        (
            None,
            facts(DaneState.MATCHED, starttls=None),
            BOTH,
            Handling(Action.UNKNOWN, Basis.DANE, SenderReason.NOT_ASKED),
        ),
        (
            None,
            facts(DaneState.MATCHED, starttls=False),
            DANE_ONLY,
            Handling(Action.SKIP, Basis.DANE, SenderReason.NO_STARTTLS, ResultType.STARTTLS_NOT_SUPPORTED),
        ),
        (
            None,
            facts(DaneState.UNUSABLE),
            DANE_ONLY,
            Handling(Action.DELIVER, Basis.DANE, SenderReason.TLSA_UNUSABLE, ResultType.TLSA_INVALID),
        ),
        (
            TESTING,
            facts(DaneState.UNUSABLE, starttls=False),
            BOTH,
            Handling(Action.SKIP, Basis.DANE, SenderReason.NO_STARTTLS, ResultType.STARTTLS_NOT_SUPPORTED),
        ),
        (
            ENFORCE,
            facts(DaneState.UNUSABLE),
            BOTH,
            Handling(Action.DELIVER, Basis.STS, SenderReason.PKI_VALID, None, "*.lark.test"),
        ),
    ],
)
def test_what_a_sender_does(
    policy: StsPolicy | None, given: HostFacts, sender: Sender, expected: Handling
) -> None:
    assert decide(policy, given, sender) == expected


@pytest.mark.parametrize("given", FACTS)
def test_no_policy_makes_up_for_dane_that_fails(given: HostFacts) -> None:
    alone = decide(None, given, DANE_ONLY)
    for policy in POLICIES:
        if alone.action is Action.SKIP:
            assert decide(policy, given).action is Action.SKIP
        assert decide(policy, given, NEITHER) == decide(None, given, NEITHER)
        assert decide(policy, given, NEITHER).action is not Action.SKIP


@pytest.mark.parametrize("given", FACTS)
def test_testing_differs_from_enforcing_in_what_is_done_only(given: HostFacts) -> None:
    enforced, tested = decide(ENFORCE, given), decide(TESTING, given)
    assert (enforced.basis, enforced.reason, enforced.result) == (tested.basis, tested.reason, tested.result)
    if enforced.basis is Basis.STS:
        assert tested.action is {Action.SKIP: Action.REPORT}.get(enforced.action, enforced.action)


@pytest.mark.parametrize("given", FACTS)
def test_every_decision_says_where_it_is_written(given: HostFacts) -> None:
    for policy in POLICIES:
        assert decide(policy, given).section.startswith("RFC ")


def test_lack_of_starttls_is_another_rfc_with_dane() -> None:
    assert decide(None, facts(DaneState.MATCHED, starttls=False)).section == "RFC 7672 section 2.2"
    assert decide(ENFORCE, facts(starttls=False)).section == "RFC 8461 section 4"


def test_who_is_known_to_override_dane_is_named() -> None:
    assert OVERRIDING == (RESOLVER,)
