"""The situations of MTA-STS.  Sections are RFC 8461's where no other RFC is named."""

from __future__ import annotations

from pyfinger.demo.senders.situations import (
    Duty,
    MxPlan,
    PolicyMode,
    PolicyPlan,
    Rule,
    SendingSituation,
    SinkCertificate,
    SinkTls,
    StsFault,
)

_BAD = MxPlan(certificate=SinkCertificate.SELF_SIGNED)  # a host that no policy of mode "enforce" would have


def _rule(demand: Duty, section: str) -> Rule:
    return Rule(demand, f"RFC 8461 section {section}")


def _sts(name: str, about: str, demand: Duty, section: str, *parts: MxPlan | PolicyPlan) -> SendingSituation:
    policies = [part for part in parts if isinstance(part, PolicyPlan)]
    hosts = tuple(part for part in parts if isinstance(part, MxPlan)) or (MxPlan(),)
    policy = policies[0] if policies else PolicyPlan()
    return SendingSituation(f"sts-{name}", about, hosts, sts=_rule(demand, section), policy=policy)


_ENFORCED = (
    _sts("enforce", "enforce, and all is well", Duty.AUTHENTICATED, "5"),
    _sts("selfsigned", "enforce, self-signed", Duty.WITHHOLD, "4.2", _BAD),
    _sts(
        "expired", "enforce, expired", Duty.WITHHOLD, "4.2", MxPlan(certificate=SinkCertificate.EXPIRED)
    ),
    _sts(
        "name", "enforce, wrong name", Duty.WITHHOLD, "4.2", MxPlan(certificate=SinkCertificate.WRONG_NAME)
    ),
    _sts(
        "stripped", "enforce, STARTTLS stripped", Duty.WITHHOLD, "4.2", MxPlan(tls=SinkTls.NOT_OFFERED)
    ),
    _sts("454", "enforce, STARTTLS refused", Duty.WITHHOLD, "4.2", MxPlan(tls=SinkTls.REFUSED)),
    _sts(
        "unlisted",
        "enforce, the MX is not in the policy",
        Duty.WITHHOLD,
        "4.1",
        PolicyPlan(mx=("mail.{domain}",)),
    ),
    _sts(
        "wildcard", "enforce, a wildcard for the MX", Duty.AUTHENTICATED, "4.1",
        PolicyPlan(mx=("*.{domain}",)),
    ),
    _sts(
        "wildcard-deep",
        "enforce, a wildcard one label short",
        Duty.WITHHOLD,
        "4.1",
        MxPlan("a.mx"),
        PolicyPlan(mx=("*.{domain}",)),
    ),
    _sts(
        "second",
        "enforce, only the second MX is in the policy",
        Duty.AUTHENTICATED,
        "5.1",
        MxPlan("mx1", barred=True),
        MxPlan("mx2", 20),
        PolicyPlan(mx=("mx2.{domain}",)),
    ),
)  # fmt: skip

_UNMET = tuple(
    _sts(name, about, Duty.OPPORTUNISTIC, section, host, policy)
    for name, about, section, host, policy in (
        ("testing", "testing, self-signed", "5", _BAD, PolicyPlan(PolicyMode.TESTING)),
        (
            "testing-stripped", "testing, STARTTLS stripped", "5",
            MxPlan(tls=SinkTls.NOT_OFFERED), PolicyPlan(PolicyMode.TESTING),
        ),
        ("none", "mode none, self-signed", "5", _BAD, PolicyPlan(PolicyMode.NONE)),
    )
)  # fmt: skip

_UNKNOWN = tuple(
    _sts(name, about, Duty.OPPORTUNISTIC, section, _BAD, PolicyPlan(fault=fault))
    for name, about, section, fault in (
        ("unreachable", "nobody serves the policy", "3.3", StsFault.UNREACHABLE),
        ("web-cert", "the policy's web server is self-signed", "3.3", StsFault.CERTIFICATE),
        ("web-name", "the policy's web server has another name", "3.3", StsFault.WRONG_NAME),
        ("redirect", "the policy is elsewhere", "3.3", StsFault.REDIRECT),
        ("missing", "404 for the policy", "3.3", StsFault.NOT_FOUND),
        ("no-record", "a policy, but no TXT record", "3.1", StsFault.NO_RECORD),
        ("two-records", "a policy, but two TXT records", "3.1", StsFault.TWO_RECORDS),
    )
)

_WITH_DANE = (
    SendingSituation(
        "sts-dane-mismatch",
        "the policy is met, TLSA is of another key",
        (MxPlan(tlsa=("3 1 1 stranger",)),),
        dane=_rule(Duty.DEFER, "2"),
        sts=_rule(Duty.AUTHENTICATED, "5"),
        policy=PolicyPlan(),
    ),
    SendingSituation(
        "sts-dane-match",
        "TLSA holds, the policy is not met",
        (MxPlan(tlsa=("3 1 1 key",), certificate=SinkCertificate.SELF_SIGNED),),
        dane=Rule(Duty.AUTHENTICATED, "RFC 7672 section 3.1.1"),
        sts=_rule(Duty.WITHHOLD, "4.2"),
        both=_rule(Duty.SECURE_OR_DEFER, "2"),
        policy=PolicyPlan(),
    ),
)

STS_SITUATIONS = (*_ENFORCED, *_UNMET, *_UNKNOWN, *_WITH_DANE)
