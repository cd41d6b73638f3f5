"""What a domain should mend, though senders may manage: who reads otherwise, why, and what to publish.

    for advice in advise_sts(found, ["mx.example.com"]): print(advice)
    for advice in advise_tlsrpt(found): print(advice)

Advice decides nothing.  `instead` is a text to publish that says the same, and that the
programs that were looked at read alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyfinger.policy.discovery import StsFound, TlsrptFound
from pyfinger.policy.fetch import FetchProblem, Problem
from pyfinger.policy.mta_sts import PolicyProblem, StsMode, StsPolicy
from pyfinger.policy.programs import (
    HttpAnswer,
    Program,
    ReadingDifference,
    match_differences,
    policy_differences,
    record_differences,
    rua_differences,
)
from pyfinger.policy.programs.python import charset
from pyfinger.policy.sts_record import StsRecordReading
from pyfinger.policy.tlsrpt import VERSION, TlsrptReading, is_usable
from pyfinger.policy.txt import TxtProblem, choose
from pyfinger.values import Value, replace

SHORT_AGE = 86_400  # seconds
_LONGEST_LABEL = 63  # characters
_PLAIN_CHARSETS = ("", "utf-8", "utf8", "us-ascii", "ascii")
_RECORD, _POLICY, _FETCH = "RFC 8461 section 3.1", "RFC 8461 section 3.2", "RFC 8461 section 3.3"
_MATCH, _RUA = "RFC 8461 section 4.1", "RFC 8460 section 3"


class Why(Value):
    """A reason, and where it is written."""

    words: str
    section: str

    def __str__(self) -> str:
        return f"{self.words} ({self.section})"


REPEATED = Why("a field stands twice, of which the first counts", _POLICY)
EXTENSION = Why("there are fields that nobody has to know", _RECORD)
OTHER_RECORDS = Why("there are other TXT records at the same name", _RECORD)
NOT_ASCII = Why("there are characters beyond ASCII, which need no charset", _POLICY)
CHARSET = Why("the charset is neither UTF-8 nor ASCII, and does not matter", _POLICY)
LONG_LABEL = Why("a label has more than 63 characters, as no host has", "RFC 1035 section 2.3.4")
SHORT = Why("a policy that is forgotten within a day protects little", _POLICY)
TESTING = Why("failures are reported, and mail is delivered all the same", "RFC 8461 section 5")
UNUSED = Why("no MX host matches a pattern", _MATCH)
NOT_LISTED = Why("no pattern matches an MX host, which gets no mail", _MATCH)
ONE_LABEL = Why("a wildcard stands for exactly one label, and case does not matter", _MATCH)
OTHER_RUA_RECORDS = Why(OTHER_RECORDS.words, _RUA)
WHITE_SPACE = Why("there is white space around a comma", _RUA)
EARLY_SPACE = Why("there is white space before the first semicolon", _RUA)
SEVERAL = Why("there is more than one rua", _RUA)
NOT_FIRST = Why("rua is not the first field", _RUA)
UNUSUAL_URI = Why("a URI has more to it than an address, or a host and a path", _RUA)
UNUSABLE_URI = Why("nobody reports to what is neither mailto nor https", _RUA)


class Advice(Value):
    """One thing to mend.

    With `programs`, those take `takes` instead of `rightly`; without, it holds for everybody.
    `detail` is what it is about, quoted; `instead` is to be published.
    """

    why: tuple[Why, ...]
    programs: tuple[Program, ...] = ()
    takes: str = ""
    rightly: str = ""
    detail: str = ""
    instead: str = ""

    def __str__(self) -> str:
        why = "; ".join(map(str, self.why)) + (f": {self.detail}" if self.detail else "")
        if not self.programs:
            return why
        verb = "takes" if len(self.programs) == 1 else "take"
        return f"{_listed(self.programs)} {verb} {self.takes} instead of {self.rightly}: {why}"


def advise_sts(found: StsFound, hosts: Sequence[str] = ()) -> tuple[Advice, ...]:
    """What to mend about MTA-STS; `hosts` are the domain's MX hosts, if they are known."""
    policy = found.policy
    about_policy = () if policy is None else (*_about_policy(policy), *_about_hosts(policy, hosts))
    return (*_about_record(found), *_about_answer(found), *about_policy)


def advise_tlsrpt(found: TlsrptFound) -> tuple[Advice, ...]:
    """What to mend about TLSRPT."""
    reading, records = found.reading, found.lookup.records
    record = reading.record
    chosen = choose(records, VERSION)
    why = _rua_why(reading, b"" if isinstance(chosen, TxtProblem) else chosen.text)
    rightly = "nothing" if record is None else ", ".join(record.rua)
    instead = "" if record is None else record.text
    common = Advice(why, (), "", rightly, _said(reading.problem), instead)
    useless = [uri for uri in record.rua if not is_usable(uri)] if record else []
    everybody = (Advice((UNUSABLE_URI,), detail=uri) for uri in useless)
    return (*_of_programs(rua_differences(records), common), *everybody)


def _about_record(found: StsFound) -> Iterator[Advice]:
    reading = found.reading
    record = reading.record
    rightly = "nothing" if record is None else f"id {record.id}"
    instead = "" if record is None else record.text
    common = Advice(_record_why(reading), (), "", rightly, _said(reading.problem), instead)
    return _of_programs(record_differences(found.lookup.records), common)


def _record_why(reading: StsRecordReading) -> tuple[Why, ...]:
    record = reading.record
    if record is None:
        return () if reading.problem is None else (_problem_why(reading.problem, _RECORD),)
    seen = {REPEATED: record.repeated, EXTENSION: record.extensions, OTHER_RECORDS: reading.others}
    return tuple(why for why, there in seen.items() if there)


def _about_answer(found: StsFound) -> Iterator[Advice]:
    """Who takes what came from the policy host otherwise."""
    fetched = found.fetched
    if fetched is None or fetched.response is None:
        return iter(())
    response, policy, problem = fetched.response, fetched.policy, fetched.problem
    answer = HttpAnswer(response.status, response.content_type, response.body)
    why = () if policy is None else _peculiar(policy, answer)
    if problem is not None:
        why = (_problem_why(problem, _FETCH),)
    rightly = "nothing" if policy is None else "what it says"
    instead = "" if policy is None else policy.text
    return _of_programs(policy_differences(answer), Advice(why, (), "", rightly, _said(problem), instead))


def _peculiar(policy: StsPolicy, answer: HttpAnswer) -> tuple[Why, ...]:
    labels = (label for pattern in policy.mx for label in pattern.split("."))
    seen = {
        REPEATED: bool(policy.repeated),
        NOT_ASCII: not answer.body.isascii(),
        CHARSET: charset(answer.content_type).lower() not in _PLAIN_CHARSETS,
        LONG_LABEL: any(len(label) > _LONGEST_LABEL for label in labels),
    }
    return tuple(why for why, there in seen.items() if there)


def _about_policy(policy: StsPolicy) -> Iterator[Advice]:
    if policy.max_age < SHORT_AGE:
        yield Advice((SHORT,), detail=f"max_age {policy.max_age}")
    if policy.mode is StsMode.TESTING:
        yield Advice((TESTING,), detail="mode testing")


def _about_hosts(policy: StsPolicy, hosts: Sequence[str]) -> Iterator[Advice]:
    """Hosts without a pattern, patterns without a host, and programs that see it otherwise."""
    if policy.mode is StsMode.NONE or not hosts:
        return
    for host in hosts:
        if policy.allows(host) is None:
            yield Advice((NOT_LISTED,), detail=host)
    for pattern in dict.fromkeys(policy.mx):
        if not any(StsPolicy(policy.mode, (pattern,), 0).allows(host) for host in hosts):
            yield Advice((UNUSED,), detail=pattern)
    for host in hosts:
        differing = tuple(each.program for each in match_differences(policy, host))
        if differing:
            listed = ("not allowed", "allowed") if policy.allows(host) else ("allowed", "not allowed")
            yield Advice((ONE_LABEL,), differing, f"{host} for {listed[0]}", listed[1])


def _rua_why(reading: TlsrptReading, written: bytes) -> tuple[Why, ...]:
    record = reading.record
    if record is None:
        return () if reading.problem is None else (_problem_why(reading.problem, _RUA),)
    spaced = any(pair in written for pair in (b" ,", b", ", b"\t,", b",\t"))
    unusual = any(mark in uri for uri in record.rua for mark in "?#@" if (mark != "@" or "//" in uri))
    seen = {
        EARLY_SPACE: not written.startswith(VERSION + b";"),
        WHITE_SPACE: spaced,
        SEVERAL: written.count(b"rua=") > 1,
        NOT_FIRST: not written.partition(b";")[2].lstrip(b" \t").startswith(b"rua="),
        UNUSUAL_URI: unusual,
        UNUSABLE_URI: len(record.usable) < len(record.rua),
        OTHER_RUA_RECORDS: bool(reading.others),
    }
    return tuple(why for why, there in seen.items() if there)


def _of_programs(found: Iterable[ReadingDifference], common: Advice) -> Iterator[Advice]:
    """One for each thing that is taken instead, with all who take it."""
    takers: dict[str, list[Program]] = {}
    for each in found:
        takers.setdefault(str(each.takes), []).append(each.program)
    for takes, programs in takers.items():
        yield replace(common, programs=tuple(programs), takes=takes)


def _problem_why(problem: TxtProblem | Problem, section: str) -> Why:
    """The fault itself."""
    if isinstance(problem, PolicyProblem):
        section = problem.fault.section
    return Why(problem.fault.value, section)


def _said(problem: TxtProblem | Problem | None) -> str:
    """What a problem quotes."""
    if problem is None:
        return ""
    return problem.detail if isinstance(problem, FetchProblem) else problem.text


def _listed(programs: Sequence[Program]) -> str:
    names = list(map(str, programs))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
