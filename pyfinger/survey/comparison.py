"""What a run amounts to, and what changed from one to another."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pyfinger.survey.export import Row, domain_rows, observation_rows
from pyfinger.survey.store import SurveyStore
from pyfinger.values import Value

_DAY = 86400.0  # seconds
_SOON = (0, 7, 30, 90)  # days
_MOST_OPERATORS = 10


class Summary(Value):
    """Counts, each by what is counted; the most frequent first."""

    run: int
    began: float
    lines: int
    verdicts: Mapping[str, int]  # of domains
    problems: int  # lines that were no domain, or could not be planned
    errors: int  # connections that failed through a fault of ours
    operators: Mapping[str, Mapping[str, int]]  # the greatest, and the verdicts of their domains
    connections: int
    stages: Mapping[str, int]  # how far they got
    protocols: Mapping[str, int]
    keys: Mapping[str, int]
    groups: Mapping[str, int]
    expiry: Mapping[str, int]  # of certificates


def summary(store: SurveyStore, run: int) -> Summary:
    """Everything counted once."""
    began = store.run(run).began
    verdicts: Counter[str] = Counter()
    operators: dict[str, Counter[str]] = {}
    lines = problems = 0
    for row in domain_rows(store, run):
        lines += 1
        problems += bool(row["problem"])
        if row["verdict"] is not None:
            verdicts[row["verdict"]] += 1
            for operator in row["operators"]:
                operators.setdefault(operator, Counter())[row["verdict"]] += 1
    seen = {name: Counter[str]() for name in ("stage", "protocol", "key", "group")}
    ends: dict[str, int] = {}
    connections = 0
    for row in observation_rows(store, run):
        connections += 1
        for name, counter in seen.items():
            if row[name]:
                counter[row[name]] += 1
        if row["not_after"] is not None:
            ends[row["certificate_digest"]] = row["not_after"]
    greatest = sorted(operators.items(), key=lambda item: (-item[1].total(), item[0]))[:_MOST_OPERATORS]
    return Summary(
        run=run,
        began=began,
        lines=lines,
        verdicts=_ordered(verdicts),
        problems=problems,
        errors=store.count(run, "errors", "stage = 'probe'"),
        operators={name: _ordered(counts) for name, counts in greatest},
        connections=connections,
        stages=_ordered(seen["stage"]),
        protocols=_ordered(seen["protocol"]),
        keys=_ordered(seen["key"]),
        groups=_ordered(seen["group"]),
        expiry=_expiry([(end - began) / _DAY for end in ends.values()]),
    )


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _expiry(days: Sequence[float]) -> dict[str, int]:
    """How many certificates end how soon."""
    found = {"expired": sum(left < 0 for left in days)}
    for least, most in pairwise(_SOON):
        found[f"within {most} days"] = sum(least <= left < most for left in days)
    found["later"] = sum(left >= _SOON[-1] for left in days)
    return found


def summary_json(found: Summary) -> str:
    """For programs."""
    return json.dumps({name: getattr(found, name) for name in Summary.__match_args__}, indent=2) + "\n"


def summary_text(found: Summary) -> str:
    """For people."""
    lines = [f"run {found.run}: {found.lines} lines, {found.connections} connections"]
    lines += _table("domains", found.verdicts)
    if found.problems:
        lines.append(f"  {found.problems:>7}  lines that are no domain, or one twice")
    if found.errors:
        lines.append(f"  {found.errors:>7}  connections lost to errors of ours")
    for title in ("stages", "protocols", "keys", "groups", "expiry"):
        lines += _table(title, getattr(found, title))
    lines += ["operators"] if found.operators else []
    for name, counts in found.operators.items():
        told = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
        lines.append(f"  {sum(counts.values()):>7}  {name}: {told}")
    return "".join(f"{line}\n" for line in lines)


def _table(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if any(counts.values()):
        yield title
        for name, number in counts.items():
            yield f"  {number:>7}  {name}"


class Change(Value):
    """Something of a domain that is not what it was."""

    domain: str
    what: str  # verdict, hosts, records, keys, certificates, algorithms; or: gone, new
    before: str
    after: str


def changes(store: SurveyStore, before: int, after: int) -> Iterator[Change]:
    """By domain, in alphabetical order; of the runs only what can be told apart is in memory."""
    old, new = _facts(store, before), _facts(store, after)
    for domain in sorted(old.keys() | new.keys()):
        if domain not in new:
            yield Change(domain, "gone", old[domain]["verdict"], "")
        elif domain not in old:
            yield Change(domain, "new", "", new[domain]["verdict"])
        else:
            for what, was in old[domain].items():
                if was != new[domain][what]:
                    yield Change(domain, what, was, new[domain][what])


def _facts(store: SurveyStore, run: int) -> dict[str, dict[str, str]]:
    store.run(run)
    rows = (row for row in domain_rows(store, run) if row["domain"] and row["check"])
    return {row["domain"]: _of_domain(row) for row in rows}


def _of_domain(row: Row) -> dict[str, str]:
    hosts: Sequence[dict[str, Any]] = row["check"]["hosts"]
    chains = [chain for host in hosts for each in host["addresses"] for chain in each["chains"]]
    records = [_record(check["record"]) for host in hosts for check in host["records"]]
    return {
        "verdict": row["verdict"],
        "hosts": " ".join(row["hosts"]),
        "records": ", ".join(sorted(set(records))),
        "keys": _distinct(chain["key_digest"] for chain in chains),
        "certificates": _distinct(chain["certificate_digest"] for chain in chains),
        "algorithms": _distinct(chain["key"] for chain in chains),
        "protocols": _distinct(chain["protocol"] for chain in chains),
    }


def _record(record: Mapping[str, Any]) -> str:
    return f"{record['usage']} {record['selector']} {record['matching']} {record['data']}"


def _distinct(texts: Iterator[str]) -> str:
    return ", ".join(sorted({text for text in texts if text}))


def change_text(change: Change) -> str:
    """One line."""
    if change.what in ("gone", "new"):
        return f"{change.domain}: {change.what} ({change.before or change.after})"
    return f"{change.domain}: {change.what}: {change.before or 'none'} -> {change.after or 'none'}"


def change_json(change: Change) -> str:
    """The same for programs."""
    return json.dumps({name: getattr(change, name) for name in Change.__match_args__})
