"""Where programs in use read records, policies and names otherwise than RFC 8461 and RFC 8460 do.

A domain is not only read by the RFC.  For each program that was looked at there is a reader
here that does as it does, as far as can be told from its source; `python -m tests.vectors`
holds them against what the programs were seen to do.  Where one comes to another result than
the grammar, a `ReadingDifference` says who, and what is taken instead.

No program is imported, and none of this decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from pyfinger.policy.mta_sts import PolicyReading, StsPolicy, pattern_matches, read_response
from pyfinger.policy.programs import javascript, python
from pyfinger.policy.programs.reading import (
    NOTHING,
    Elsewhere,
    HttpAnswer,
    NameMatcher,
    PolicyReader,
    PolicyTaken,
    Program,
    ProgramRole,
    ReadingOutcome,
    RecordsReader,
    policy_taken,
)
from pyfinger.policy.sts_record import read_sts_record
from pyfinger.policy.tlsrpt import read_tlsrpt_record
from pyfinger.policy.txt import Strings
from pyfinger.values import Value

T = TypeVar("T")

__all__ = [
    "ReadingDifference",
    "Elsewhere",
    "HttpAnswer",
    "MatchDifference",
    "NOTHING",
    "NameMatcher",
    "OVERRIDING",
    "ReadingOutcome",
    "PolicyReader",
    "PolicyTaken",
    "Program",
    "RecordsReader",
    "ProgramRole",
    "javascript",
    "match_differences",
    "policy_differences",
    "policy_taken",
    "python",
    "record_differences",
    "rua_differences",
]

RESOLVER = Program("postfix-mta-sts-resolver", "1.5.1", ProgramRole.SENDER)
CHECKDMARC = Program("checkdmarc", "6.0.4", ProgramRole.CHECKER)
MAILAUTH = Program("mailauth", "7.1.0", ProgramRole.SENDER)
MAILAUTH_STRICT = Program("mailauth", "7.1.0", ProgramRole.SENDER, "strict")
MAILAUTH_5 = Program("mailauth", "5.0.1", ProgramRole.SENDER, "in mx-connect 2.0.0")
DOMAIN_CHECK = Program("email-domain-check", "2.0.5", ProgramRole.CHECKER)
REPORTER = Program("tlsrpt-reporter", "0.6.0", ProgramRole.REPORTER, "with Postfix 3.10")

OVERRIDING: tuple[Program, ...] = (RESOLVER,)
"""Who lets a policy of mode enforce take the place of DANE.

postfix-mta-sts-resolver answers Postfix's policy lookup with `secure`, which
takes the place of level `dane`, without having looked for TLSA records.
"""

RECORDS: Mapping[Program, RecordsReader] = {
    RESOLVER: python.resolver_record,
    MAILAUTH: javascript.lax_record,
    MAILAUTH_STRICT: javascript.strict_record,
    MAILAUTH_5: javascript.header_record,
    CHECKDMARC: python.checkdmarc_record,
    DOMAIN_CHECK: javascript.domain_check_record,
}
POLICIES: Mapping[Program, PolicyReader] = {
    RESOLVER: python.resolver_policy,
    MAILAUTH: javascript.lax_policy,
    MAILAUTH_STRICT: javascript.strict_policy,
    MAILAUTH_5: javascript.last_policy,
    CHECKDMARC: python.checkdmarc_policy,
    DOMAIN_CHECK: javascript.domain_check_policy,
}
MATCHES: Mapping[Program, NameMatcher] = {
    RESOLVER: python.resolver_match,
    MAILAUTH: javascript.lax_match,
    MAILAUTH_STRICT: javascript.lax_match,
    MAILAUTH_5: javascript.any_depth_match,
    CHECKDMARC: python.checkdmarc_match,
    DOMAIN_CHECK: javascript.domain_check_match,
}
RUA: Mapping[Program, RecordsReader] = {REPORTER: python.postfix_rua, CHECKDMARC: python.checkdmarc_rua}


class ReadingDifference(Value):
    """A program takes something else than the RFC says."""

    program: Program
    takes: ReadingOutcome
    instead: ReadingOutcome

    def __str__(self) -> str:
        return f"{self.program} takes {self.takes} instead of {self.instead}"


class MatchDifference(Value):
    """A program does not agree whether a policy allows an MX host."""

    program: Program
    host: str
    allows: bool

    def __str__(self) -> str:
        return f"{self.program} takes {self.host} for {'' if self.allows else 'not '}allowed"


def record_differences(records: Sequence[Strings]) -> tuple[ReadingDifference, ...]:
    """Who reads the TXT records at `_mta-sts` otherwise."""
    found = read_sts_record(records).record
    ours = NOTHING if found is None else ReadingOutcome(found.id)
    return tuple(_differences(RECORDS, _texts(records), ours))


def policy_differences(answer: HttpAnswer) -> tuple[ReadingDifference, ...]:
    """Who reads a policy, as it came by HTTP, otherwise."""
    ours = _outcome(read_response(answer.status, answer.content_type, answer.body))
    return tuple(_differences(POLICIES, answer, ours))


def match_differences(policy: StsPolicy, host: str) -> tuple[MatchDifference, ...]:
    """Who does not agree whether the policy allows an MX host."""
    ours = any(pattern_matches(pattern, host) for pattern in policy.mx)
    theirs = {program: matches(policy.mx, host) for program, matches in MATCHES.items()}
    return tuple(MatchDifference(program, host, one) for program, one in theirs.items() if one is not ours)


def rua_differences(records: Sequence[Strings]) -> tuple[ReadingDifference, ...]:
    """Who reads the TXT records at `_smtp._tls` otherwise; compared is where reports can go to."""
    found = read_tlsrpt_record(records).record
    ours = NOTHING if found is None else ReadingOutcome(found.rua)
    return tuple(_differences(RUA, _texts(records), ours))


def _texts(records: Sequence[Strings]) -> list[str]:
    return [b"".join(strings).decode("utf-8", "replace") for strings in records]


def _differences(
    readers: Mapping[Program, Callable[[T], ReadingOutcome]], given: T, ours: ReadingOutcome
) -> Iterator[ReadingDifference]:
    for program, read in readers.items():
        theirs = read(given)
        if theirs != ours:
            yield ReadingDifference(program, theirs, ours)


def _outcome(reading: PolicyReading) -> ReadingOutcome:
    policy = reading.policy
    return NOTHING if policy is None else policy_taken(policy.mode.value, policy.mx, policy.max_age)
