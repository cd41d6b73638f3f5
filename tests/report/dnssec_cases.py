"""An example of every event about validation of our own, with the lines that come of it."""

from __future__ import annotations

from pyfinger.events.dnssec import (
    DnssecDiffers,
    DnssecLink,
    DnssecValidated,
    ProofChecked,
    SignaturesEnding,
    Word,
)
from pyfinger.model.dnssec import (
    Bogus,
    BogusReason,
    Indeterminate,
    IndeterminateReason,
    Insecure,
    InsecureReason,
    ProofKey,
    ProofKind,
    ProofSignature,
    ProofStep,
    Secure,
    Security,
    Validated,
)
from tests.report.cases import DASH_V, Case, case

INCEPTION, EXPIRATION = 1_795_000_000, 1_797_592_000  # thirty days
BEFORE, AFTER = "2026-11-18T11:06:40Z", "2026-12-18T11:06:40Z"
GOOD = ProofSignature("test", 4711, 13, INCEPTION, EXPIRATION)
BAD = ProofSignature("test", 4711, 13, INCEPTION, EXPIRATION, BogusReason.SIGNATURE_EXPIRED)
EXPIRED = Bogus(BogusReason.SIGNATURE_EXPIRED, "a.test", "A")


def link(step: ProofStep, line: str) -> Case:
    return case(DnssecLink(step), f"DNSSEC: {line}", show=DASH_V)


def outcome(security: Security, *, decides: bool = True) -> DnssecValidated:
    return DnssecValidated("a.test", "A", Validated(security), decides)


DNSSEC = (
    link(
        ProofStep(ProofKind.ANCHOR, "", ".", "DS", (ProofKey(20326, 8, 2), ProofKey(1, 99, 9))),
        "trust anchor of .; 20326 (RSASHA256, SHA-256), 1 (algorithm 99, digest 9)",
    ),
    link(
        ProofStep(ProofKind.DNSKEY, "test", "test", "DNSKEY", (ProofKey(4711, 13),), (GOOD, GOOD)),
        f"keys of test; 4711 (ECDSAP256SHA256); signed by test with 4711 (ECDSAP256SHA256) until {AFTER}",
    ),
    link(
        ProofStep(ProofKind.ALIAS, "test", "a.test", "CNAME", detail="b.test", signatures=(GOOD,)),
        f"a.test CNAME; b.test; signed by test with 4711 (ECDSAP256SHA256) until {AFTER}",
    ),
    link(
        ProofStep(ProofKind.RRSET, "test", "a.test", "A", signatures=(BAD,), failure=EXPIRED),
        f"a.test A; signed by test with 4711 (ECDSAP256SHA256) from {BEFORE} until {AFTER}:"
        " the signatures have expired; bogus: the signatures have expired: a.test (A)",
    ),
    case(
        outcome(Secure(EXPIRATION)),
        f"DNSSEC: a.test (A): secure until {AFTER}",
        show=DASH_V,
    ),
    case(
        outcome(Insecure(InsecureReason.UNSIGNED_DELEGATION, "test")),
        "DNSSEC: a.test (A): insecure: its zone is delegated without DS: test",
        show=DASH_V,
    ),
    case(
        outcome(EXPIRED),
        "warning: DNSSEC: a.test (A): bogus: the signatures have expired: a.test (A)",
    ),
    case(
        outcome(Bogus(BogusReason.SIGNATURE_EARLY, "a.test", disputed=True)),
        "warning: DNSSEC: a.test (A): bogus: the signatures are not yet valid: a.test"
        " (some resolvers accept this)",
    ),
    case(
        outcome(Indeterminate(IndeterminateReason.REFUSED, "test DS", "SERVFAIL")),
        "warning: DNSSEC: a.test (A): cannot be told: the server refuses to answer: test DS (SERVFAIL)",
    ),
    case(
        outcome(Bogus(BogusReason.SIGNATURES_MISSING, ".", "DNSKEY")),
        "warning: DNSSEC: a.test (A): bogus: signatures are missing: . (DNSKEY);"
        " does the name server leave out signatures? --resolver asks another one",
    ),
    case(
        outcome(Bogus(BogusReason.SIGNATURE_EARLY, ".", "DNSKEY")),
        "warning: DNSSEC: a.test (A): bogus: the signatures are not yet valid: . (DNSKEY);"
        " is the clock right?",
    ),
    case(
        DnssecValidated("a.test", "A", Validated(EXPIRED), decides=True, again=True),
        "DNSSEC: a.test (A): bogus: the signatures have expired: a.test (A)",
        show=DASH_V,
    ),
    case(
        outcome(EXPIRED, decides=False),
        "DNSSEC: a.test (A): bogus: the signatures have expired: a.test (A)",
        show=DASH_V,
    ),
    case(
        DnssecDiffers("a.test", "A", "127.0.0.1", Word.SECURE, EXPIRED),
        "warning: DNSSEC: a.test (A): name server 127.0.0.1: secure; own validation:"
        " bogus: the signatures have expired: a.test (A)",
    ),
    case(
        DnssecDiffers("a.test", "A", "", Word.FAILED, Secure(EXPIRATION)),
        f"warning: DNSSEC: a.test (A): the name servers: failed; own validation: secure until {AFTER}",
    ),
    case(
        ProofChecked("a.test", "A", Secure(EXPIRATION), "secure", INCEPTION),
        f"a.test (A), at {BEFORE}: secure until {AFTER}",
    ),
    case(
        ProofChecked("a.test", "A", EXPIRED, "bogus", INCEPTION),
        f"warning: a.test (A), at {BEFORE}: bogus: the signatures have expired: a.test (A)",
    ),
    case(
        ProofChecked("a.test", "A", Insecure(InsecureReason.OPT_OUT, "test"), "secure", INCEPTION),
        f"warning: a.test (A), at {BEFORE}: insecure: an opt-out span of NSEC3 covers it: test;"
        " the file says secure",
    ),
    *(
        case(
            SignaturesEnding("test", "a.test", "A", EXPIRATION, left, 2592000.0),
            f"warning: DNSSEC: signatures of zone test end in {words}, after 30 days, and have not been"
            f" renewed: a.test A at {AFTER}",
        )
        for left, words in ((90000.0, "1 day"), (7300.0, "2 hours"), (3599.0, "less than an hour"))
    ),
)
