"""The shape of an audit of a policy map, and what there is to be audited.  Its field names are those of
the JSON document, so they are kept (docs/schema/survey-audit-1.json).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

from pyfinger.check.report_model import CheckVerdict
from pyfinger.errors import UsageError
from pyfinger.events import Event
from pyfinger.maincf.map_source import MapEntry, folded
from pyfinger.maincf.tls_policy import MapPolicy, is_parent, read_policy
from pyfinger.options import Options
from pyfinger.resolve.destination import parse_destination
from pyfinger.resolve.hostname import valid_hostname
from pyfinger.values import Value, replace


class MapComparison(Enum):
    """What a site offers, beside what a line asks for."""

    MORE = "more"
    SAME = "same"
    LESS = "less"
    COULD_NOT_TELL = "could not tell"
    INVALID = "invalid"  # a line that Postfix does not take, or takes otherwise


class MapLineAudit(Value):
    """One entry of the map."""

    number: int  # of its first line
    key: str
    policy: str  # as it stands there
    comparison: MapComparison
    reason: str
    verdict: CheckVerdict | None = None  # of the site under this policy; null: it was not looked at
    offers: str = ""  # the strongest policy that the site would fulfil, if that is another one
    domains: tuple[str, ...] = ()  # what was looked at: of `.example.com` those of the run that it decides
    remarks: tuple[str, ...] = ()  # what Postfix warns of


class MapCounts(Value):
    """Entries, by what came of them."""

    more: int = 0
    same: int = 0
    less: int = 0
    could_not_tell: int = 0
    invalid: int = 0


class PolicyMapAudit(Value):
    """A whole map."""

    file: str
    run: int  # the run of the survey that looked at the sites
    began: float  # of that run, in seconds since the epoch
    counts: MapCounts
    lines: tuple[MapLineAudit, ...]


class AuditedEntry(Value):
    """An entry, its policy, or what is wrong with it."""

    entry: MapEntry
    policy: MapPolicy | None
    problem: str = ""

    @property
    def nexthop(self) -> str:
        """What is to be looked at for it; empty: nothing."""
        key = self.entry.key
        return "" if self.policy is None or is_parent(key) or key.startswith("/") else folded(key)


def audited_entries(entries: Iterable[MapEntry]) -> tuple[AuditedEntry, ...]:
    """What there is to be audited."""
    return tuple(map(_understood, entries))


def _understood(entry: MapEntry) -> AuditedEntry:
    if entry.problem:
        return AuditedEntry(entry, None, entry.problem)
    try:
        policy = read_policy(entry.value)
        if problem := _key_problem(entry.key):
            raise UsageError(problem)
    except UsageError as error:
        return AuditedEntry(entry, None, str(error))
    return AuditedEntry(entry, policy)


def _key_problem(key: str) -> str:
    """Why nobody ever looks a key up."""
    if key.startswith("/"):
        return ""
    if is_parent(key):
        good = valid_hostname(key[1:]) or not key.isascii()
        return "" if good else f"no name has this parent: {key}"
    try:
        parse_destination(Options(destination=folded(key)), _ignore)
    except UsageError as error:
        return f"no next hop is written like that: {error}"
    return ""


def _ignore(event: Event) -> None:
    """What a key tells on the way."""


def unseen(audited: AuditedEntry) -> MapLineAudit:
    """One entry, as long as nothing was looked at for it."""
    entry = audited.entry
    line = MapLineAudit(
        entry.numbers[0], entry.key, entry.value, MapComparison.COULD_NOT_TELL, "not in the run"
    )
    if audited.policy is None:
        return replace(line, comparison=MapComparison.INVALID, reason=audited.problem)
    return replace(line, remarks=audited.policy.remarks)


def audit_of(file: str, run: int, began: float, lines: Sequence[MapLineAudit]) -> PolicyMapAudit:
    """The whole, with its counts."""
    counts = Counter(line.comparison.name.lower() for line in lines)
    return PolicyMapAudit(file, run, began, MapCounts(**counts), tuple(lines))
