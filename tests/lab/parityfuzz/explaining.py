"""Where the two are known to differ, and why: docs/differences.md, as rules.

A rule looks at the case and at both transcripts, and is as narrow as its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from tests.lab.parityfuzz.case import Case
from tests.lab.parityfuzz.parameters import OURS

Lines: TypeAlias = Sequence[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to differ."""

    reason: str
    applies: Callable[[Case, Lines, Lines], bool]


def explanation(case: Case, reference: Lines, candidate: Lines) -> str:
    """Why these may differ; empty if they may not."""
    return next((rule.reason for rule in RULES if rule.applies(case, reference, candidate)), "")


def without_unproven_ad(case: Case) -> Case | None:
    """The case as pyfinger believes its name server, if that is not as posttls-finger does.

    AD counts with rcode 0 and 3 only, and with a signature beside each record set.
    """
    doubtful = [one for one in case.dns if one.get("rcode", 0) not in (0, 3) or not one.get("sigs", True)]
    if not any(one.get("ad", True) for one in doubtful):
        return None
    return replace(case, dns=[{**one, "ad": False} if one in doubtful else one for one in case.dns])


UNPROVEN_AD = "AD of an error, or without signatures, is not believed"


def options(case: Case) -> set[str]:
    """The letters of options, roughly: values that look like options count, too."""
    letters: set[str] = set()
    for group in case.argv:
        if re.match(r"-[A-Za-z]", group[0]):
            letters.update(group[0][1:] if len(group) == 1 else group[0][1])
    return letters


def _crash(case: Case, reference: Lines, candidate: Lines) -> bool:
    said = any(re.match("PROG: (fatal|warning): ", line) for line in candidate)
    return reference[-1] in ("exit -6", "exit -11") and said and "Traceback" not in " ".join(candidate)


def _no_timeout(case: Case, reference: Lines, candidate: Lines) -> bool:
    """Refused at once, where the reference aborts when it comes to it."""
    return any(re.match("PROG: fatal: bad '-[tT]' option value: ", line) for line in candidate)


def _tlsproxy(case: Case, reference: Lines, candidate: Lines) -> bool:
    return "X" in options(case) and any("fatal: -X is not possible" in line for line in candidate)


def _unix_socket(case: Case, reference: Lines, candidate: Lines) -> bool:
    is_socket = "S" in options(case) and any(word.startswith("unix:") for word in case.words)
    return is_socket and list(reference[:-1]) == list(candidate[: len(reference) - 1])


_TOLD_TWICE = ("parse_destination", "dns_query", "addr_one", "lookup", "connect_addr")


def _verbose(case: Case, reference: Lines, candidate: Lines) -> bool:
    """With -v, what both have to say stands in the same order in both."""
    if "v" not in options(case):
        return False
    rest = iter(candidate)
    wanted = [line for line in reference if line.startswith(tuple(f"PROG: {word}" for word in _TOLD_TWICE))]
    return all(any(line == other for other in rest) for line in wanted)


def _digest(case: Case, reference: Lines, candidate: Lines) -> bool:
    known = re.compile(r"(?i)sm3|ripemd160|md5-sha1|sha512-2(24|56)|RSA-|shake")
    return any(known.search(word) for word in case.words) and any("digest" in line for line in candidate)


def _long_option(case: Case, reference: Lines, candidate: Lines) -> bool:
    return any(line == "err| PROG: invalid option -- '-'" for line in reference)


def _controls(case: Case, reference: Lines, candidate: Lines) -> bool:
    """U+0080 to U+009F are masked by pyfinger alone."""
    masked = [re.sub("[\x80-\x9f]", "??", line) for line in reference]
    return masked != list(reference) and masked == list(candidate)


_FATAL = re.compile(
    r"PROG: fatal: (?:bad (?:numerical|boolean) configuration: |bad string length \d+ < \d+: "
    r"|invalid |parameter |config variable )([a-z0-9]+(?:_[a-z0-9]+)+|myorigin)\b"
)


def _other_parameter(case: Case, reference: Lines, candidate: Lines) -> bool:
    """Postfix evaluates all of its parameters, pyfinger those it needs."""
    fatal = [found[1] for line in reference if (found := _FATAL.match(line))]
    return bool(fatal) and fatal[-1] not in OURS and reference[-1] == "exit 1"


_NAMED = re.compile(
    r"PROG: fatal: (?:config variable inet_interfaces: host not found: (?P<name>.+)"
    r"|parameter inet_interfaces: no local interface found for (?P<address>.+))"
)


def _interface_by_name(case: Case, reference: Lines, candidate: Lines) -> bool:
    """Host names are not looked up for inet_interfaces; addresses are looked for on this machine."""
    found = next((match for line in reference if (match := _NAMED.match(line))), None)
    given = " ".join((*case.words, *(case.main_cf or ())))
    return found is not None and (found["name"] is not None or found["address"] not in given)


RULES = (
    Rule("the reference crashes; pyfinger says what is wrong", _crash),
    Rule("a timeout of nothing is no timeout", _no_timeout),
    Rule("-X needs tlsproxy(8)", _tlsproxy),
    Rule("unix: with -S does not work in Postfix 3.10", _unix_socket),
    Rule("-v shows Postfix's inner life there, and pyfinger's reasons here", _verbose),
    Rule(
        "a value that is fatal for a parameter of Postfix's that pyfinger does not look at", _other_parameter
    ),
    Rule("inet_interfaces by name", _interface_by_name),
    Rule("a digest that Python lacks without OpenSSL", _digest),
    Rule("long options", _long_option),
    Rule("control characters beyond ASCII are masked", _controls),
)
