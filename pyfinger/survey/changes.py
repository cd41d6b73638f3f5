"""What changed of each domain from one run to another.

Both runs are read by domain, side by side, so they may be larger than memory.  Of a domain is
compared what its report says, and of its servers the chains they sent and what they offer after EHLO
(of that not the first line, in which many servers put the time or who is asking).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, TypeAlias

from pyfinger import __version__
from pyfinger.errors import UsageError
from pyfinger.report.encoding import codec
from pyfinger.survey.database import spoilt
from pyfinger.survey.documents import object_of
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import Stage
from pyfinger.values import Value

CHANGE_SCHEMA = "pyfinger-survey-change/1"
_KEPT = 4096  # hosts in memory, of each run
_SHOWN = 16  # characters of a digest
_CODE = len("250-")


class ChangeKind(Enum):
    """What it is that changed."""

    NEW = "new"  # the domain was not in the earlier run
    GONE = "gone"
    VERDICT = "verdict"
    HOSTS = "hosts"  # mail exchangers
    RECORDS = "records"  # TLSA
    KEYS = "keys"  # SHA-256 of servers' public keys
    CERTIFICATES = "certificates"  # SHA-256 of servers' certificates
    CHAINS = "chains"  # whole chains, as sent: each certificate by its SHA-256
    ALGORITHMS = "algorithms"  # of keys
    PROTOCOLS = "protocols"
    EHLO = "EHLO"  # what servers offer
    STS = "MTA-STS"  # policies


class SurveyChange(Value):
    """One thing of one domain."""

    domain: str
    what: ChangeKind
    removed: tuple[str, ...]  # of new domains nothing
    added: tuple[str, ...]  # of domains that are gone nothing


_Facts: TypeAlias = Mapping[ChangeKind, frozenset[str]]


def changes(store: SurveyStore, before: int, after: int) -> Iterator[SurveyChange]:
    """By domain, in order; `UsageError` if there are no such runs, or one is not done."""
    old, new = _SurveyedDomains(store, before), _SurveyedDomains(store, after)
    for domain, first, second in _side_by_side(old.numbers(), new.numbers()):
        if first is None or second is None:
            yield _of_one(domain, old, first) if second is None else _of_one(domain, new, second, new=True)
            continue
        was, now = old.facts(first), new.facts(second)
        for what, values in was.items():
            if values != now[what]:
                yield SurveyChange(
                    domain, what, tuple(sorted(values - now[what])), tuple(sorted(now[what] - values))
                )


def _of_one(domain: str, run: _SurveyedDomains, number: int | None, *, new: bool = False) -> SurveyChange:
    assert number is not None, "it is in one of the runs"
    verdict = tuple(run.facts(number)[ChangeKind.VERDICT])
    if new:
        return SurveyChange(domain, ChangeKind.NEW, (), verdict)
    return SurveyChange(domain, ChangeKind.GONE, verdict, ())


def _side_by_side(
    old: Iterator[tuple[str, int]], new: Iterator[tuple[str, int]]
) -> Iterator[tuple[str, int | None, int | None]]:
    """Domains with their numbers in both, which are sorted."""
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            yield left[0], left[1], None
            left = next(old, None)
        elif left is None or right[0] < left[0]:
            yield right[0], None, right[1]
            right = next(new, None)
        else:
            yield left[0], left[1], right[1]
            left, right = next(old, None), next(new, None)


_HOSTS = "SELECT host_id FROM domain_hosts WHERE run = ? AND number = ? ORDER BY place"
_SHOWN_BY_HOST = (
    "SELECT DISTINCT o.address, o.port, o.name, o.algorithm, o.evidence FROM addresses a"
    " JOIN observations o USING (run, address, port) WHERE a.run = ? AND a.host_id = ?"
)


class _SurveyedDomains:
    """The domains of one run, and what is to be compared of them."""

    def __init__(self, store: SurveyStore, number: int) -> None:
        run = store.run(number)
        if run.stage is not Stage.DONE:
            raise UsageError(f"run {number} is not done; go on with: resume --run {number}")
        self._store = store
        self._run = number
        self._servers = lru_cache(_KEPT)(self._read_servers)

    def numbers(self) -> Iterator[tuple[str, int]]:
        """Domains and their numbers, sorted."""
        query = (
            "SELECT d.domain AS domain, d.number AS number FROM domains d JOIN verdicts v USING (run, number)"
            " WHERE d.run = ? AND d.domain != '' ORDER BY d.domain"
        )
        return ((row["domain"], row["number"]) for row in self._store.select(query, self._run))

    def facts(self, number: int) -> _Facts:
        """What there is of one domain; `UsageError` if that is not what a survey writes."""
        try:
            return self._facts(number)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise spoilt() from error

    def _facts(self, number: int) -> _Facts:
        query = "SELECT report FROM verdicts WHERE run = ? AND number = ?"
        (row,) = self._store.select(query, self._run, number)
        report = object_of(row["report"])
        hosts: Sequence[dict[str, Any]] = report["hosts"]
        shown = [chain for host in hosts for each in host["addresses"] for chain in each["chains"]]
        records = (_record(each["record"]) for host in hosts for each in host["records"])
        servers = [self._servers(each["host_id"]) for each in self._store.select(_HOSTS, self._run, number)]
        return {
            ChangeKind.VERDICT: frozenset({report["verdict"]}),
            ChangeKind.HOSTS: frozenset(host["host"] for host in hosts),
            ChangeKind.RECORDS: frozenset(records),
            ChangeKind.KEYS: _present(chain["key_digest"] for chain in shown),
            ChangeKind.CERTIFICATES: _present(chain["certificate_digest"] for chain in shown),
            ChangeKind.CHAINS: _present(chain for chains, _ in servers for chain in chains),
            ChangeKind.ALGORITHMS: _present(chain["key"] for chain in shown),
            ChangeKind.PROTOCOLS: _present(chain["protocol"] for chain in shown),
            ChangeKind.EHLO: _present(line for _, lines in servers for line in lines),
            ChangeKind.STS: _policy(report.get("sts")),
        }

    def _read_servers(self, host: str) -> tuple[frozenset[str], frozenset[str]]:
        """The chains and the EHLO lines of a host's servers."""
        chains: set[str] = set()
        lines: set[str] = set()
        for row in self._store.select(_SHOWN_BY_HOST, self._run, host):
            evidence = object_of(row["evidence"])
            chains.add(" ".join(evidence["certificates"]))
            lines.update(line[_CODE:] for line in evidence["capabilities"][1:])
        return frozenset(chains), frozenset(lines)


def _record(record: Mapping[str, Any]) -> str:
    return f"{record['usage']} {record['selector']} {record['matching']} {record['data']}"


def _policy(found: Mapping[str, Any] | None) -> frozenset[str]:
    """The mode and hosts of a policy, if MTA-STS was looked at and there is one."""
    if not found or not found["mode"]:
        return frozenset()
    return frozenset({" ".join((found["mode"], *sorted(found["mx"])))})


def _present(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text for text in texts if text)


def change_text(change: SurveyChange) -> str:
    """One line."""
    removed, added = ([_short(text) for text in texts] for texts in (change.removed, change.added))
    what = change.what.value
    if change.what in (ChangeKind.NEW, ChangeKind.GONE):
        return f"{change.domain}: {what} ({' '.join(removed or added)})"
    if change.what is ChangeKind.VERDICT:
        return f"{change.domain}: {what}: {' '.join(removed)} -> {' '.join(added)}"
    told = [*(f"-[{text}]" for text in removed), *(f"+[{text}]" for text in added)]
    return f"{change.domain}: {what}: {' '.join(told)}"


def _short(text: str) -> str:
    """With digests shortened."""
    return " ".join(f"{part[:_SHOWN]}..." if len(part) > 2 * _SHOWN else part for part in text.split(" "))


def change_json(change: SurveyChange) -> str:
    """The same for programs (docs/schema/survey-change-1.json)."""
    written = codec(SurveyChange).write(change)
    return json.dumps({"schema": CHANGE_SCHEMA, "version": __version__, **written}, separators=(",", ":"))
