"""An example of every event about what was given and not seen, with the lines that come of it."""

from __future__ import annotations

from pyfinger.events.given import (
    AnswerGiven,
    CredentialGiven,
    CredentialMissing,
    CredentialUnasked,
    GivenJudged,
    GivenSet,
    RecordsGiven,
)
from pyfinger.model import DnsStatus, LookupFailure, Trust
from pyfinger.options import Log
from pyfinger.report.lines.given import MOST_SETS
from tests.report.cases import DASH_V, LOWER, PEER, case, logged

_MX, _TLSA = GivenSet("x.test", "MX", 2, signed=False), GivenSet("", "TLSA", 1, signed=True)
_MANY = tuple(GivenSet(f"{number}.test", "A", 1, signed=True) for number in range(MOST_SETS + 2))

GIVEN = (
    case(
        RecordsGiven("zone.txt", (_MX, _TLSA), offline=False),
        "given, not looked up (zone.txt): x.test MX, 2 unsigned; (the host) TLSA, 1 signed",
    ),
    case(RecordsGiven("", (), offline=True), "offline: nothing is looked up and nobody is connected to"),
    case(
        RecordsGiven("-", _MANY, offline=False),
        f"given, not looked up (-): {'; '.join(f'{each.owner} A, 1 signed' for each in _MANY[:MOST_SETS])};"
        " and 2 more",
    ),
    case(
        AnswerGiven("x.test", "MX", secure=True, records=2),
        "given, not looked up: x.test type MX: 2 records (signed)",
        show=DASH_V,
    ),
    case(
        AnswerGiven("x.test", "A", secure=False, alias="y.test"),
        "given, not looked up: x.test type A: alias of y.test (unsigned)",
        show=DASH_V,
    ),
    case(
        AnswerGiven("x.test", "MX", secure=True, failure=LookupFailure(DnsStatus.NOT_FOUND, "x.test", "MX")),
        "given, not looked up: x.test type MX: Host or domain name not found. Name service error for"
        " name=x.test type=MX: Host not found (signed)",
        show=DASH_V,
    ),
    case(
        CredentialGiven(PEER, "new.pem", 2),
        f"{LOWER}: given, not shown by a server (new.pem): 2 certificates",
    ),
    case(
        CredentialGiven(PEER, "new.pem", 0),
        f"{LOWER}: given, not shown by a server (new.pem): a raw public key",
    ),
    case(
        CredentialUnasked(PEER, "no such key"),
        f"warning: {LOWER}: with what is given there is no handshake: no such key",
    ),
    case(
        CredentialMissing(PEER),
        f"warning: {LOWER}: no certificate is given for it, and offline nobody is connected to",
    ),
    logged(
        GivenJudged(PEER, Trust.VERIFIED, "new.pem", raw_key=False),
        f"Verified given certificate for {LOWER}: no connection was made",
        flag=Log.SUMMARY,
    ),
    logged(
        GivenJudged(PEER, Trust.UNTRUSTED, "new.pem", raw_key=True),
        f"Untrusted given raw public key for {LOWER}: no connection was made",
        flag=Log.SUMMARY,
    ),
)
