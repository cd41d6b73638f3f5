"""`pyfinger-survey audit`: looks at the sites of a policy map, and tells or writes what came of it.

The sites are a run like any other, with the map's next hops as its lines, or that of `--run`.
Of lines whose hello is another one (`protocols`, `ciphers`, `exclude`, `servername`), or asks for
no name, what a run shows may not be enough; those sites are asked once more, as the line has
it, if there is no `--run`.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from pyfinger import __version__
from pyfinger.cli.artifacts import Wanted, goes_to_standard_output, open_together
from pyfinger.cli.command_frame import writing
from pyfinger.errors import UsageError
from pyfinger.maincf.map_source import folded, read_map, rewritten
from pyfinger.maincf.tls_policy import MapPolicy
from pyfinger.model import Level
from pyfinger.options import GRADES, Config
from pyfinger.report.encoding import codec
from pyfinger.report.sanitise import plain, printable
from pyfinger.survey.audit import MapAuditor
from pyfinger.survey.audit_model import (
    AuditedEntry,
    MapComparison,
    MapLineAudit,
    PolicyMapAudit,
    audit_of,
    audited_entries,
    unseen,
)
from pyfinger.survey.judging import Judging
from pyfinger.survey.rejudging import Rejudging, Site, excluding, keywords_for
from pyfinger.survey.sources import Line
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import Run, RunOptions
from pyfinger.survey.verdict_stage import VerdictSharing
from pyfinger.survey.worker import prepared_check
from pyfinger.values import replace

SCHEMA = "pyfinger-survey-audit/1"
REMARK = "# pyfinger-survey audit: "
LARGEST_MAP = 64 * 1024 * 1024  # octets
_DANE = (Level.DANE.word, Level.DANE_ONLY.word)

Survey = Callable[[RunOptions, Sequence[Line]], tuple[SurveyStore, Run]]
"""Carries out a run of these lines, to its end."""


def audit_map(arguments: Namespace, survey: Survey, options: RunOptions) -> int:
    """The whole command; its status."""
    octets = _read(arguments.file)
    entries = audited_entries(read_map(octets))
    wanted = [Wanted("write", arguments.write, whole=True)] if arguments.write else []
    written = open_together(wanted, sys.stdout.buffer)
    if arguments.run is None:
        found = _looked_at(arguments.file, entries, survey, options)
    else:
        store = SurveyStore(arguments.store, write=False)
        run = store.run(arguments.run)
        if run.options.check.get("level", _DANE[0]) not in _DANE:
            raise UsageError(
                f"run {run.number} was of level {run.options.check['level']}, without TLSA records"
            )
        found = _audited(arguments.file, entries, store, run)
    _tell(found, arguments)
    for opened in written.values():
        _write(opened, octets, entries, found)
    return int(arguments.fail_on_less and found.counts.less > 0)


def _read(file: str) -> bytes:
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as opened:
            octets = opened.read(LARGEST_MAP + 1)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from error
    if len(octets) > LARGEST_MAP:
        raise UsageError(f"{file}: larger than {LARGEST_MAP} octets")
    return octets


def _looked_at(
    file: str, entries: Sequence[AuditedEntry], survey: Survey, options: RunOptions
) -> PolicyMapAudit:
    """A run of all next hops, and further ones of those that were not asked as their lines have it."""
    wanted = [one for one in entries if one.nexthop]
    if not wanted:
        return audit_of(file, 0, 0.0, [unseen(one) for one in entries])
    store, run = survey(_with(options, {"level": Level.DANE.word}), _lines(wanted))
    found = _audited(file, entries, store, run)
    again: dict[tuple[object, ...], list[AuditedEntry]] = {}
    for one, line in zip(entries, found.lines, strict=True):
        if one.policy is not None and one.nexthop and _may_be_asked_otherwise(one.policy, line):
            again.setdefault(_asked_as(one.policy), []).append(one)
    lines = {line.number: line for line in found.lines}
    for some in again.values():
        policy = some[0].policy
        assert policy is not None, "there was something to ask for"
        store, again_run = survey(_with(options, _keywords(policy)), _lines(some))
        first, second = RunSites(store, run), RunSites(store, again_run)
        sites = {name: Site(first[name].found, site.results) for name, site in second.items()}
        auditor = MapAuditor(Rejudging(again_run.options, again_run.began), some, sites)
        lines.update({one.entry.numbers[0]: auditor.line(one) for one in some})
    return audit_of(file, run.number, run.began, list(lines.values()))


def _audited(file: str, entries: Sequence[AuditedEntry], store: SurveyStore, run: Run) -> PolicyMapAudit:
    auditor = MapAuditor(Rejudging(run.options, run.began), entries, RunSites(store, run))
    return audit_of(file, run.number, run.began, [auditor.line(one) for one in entries])


class RunSites(Mapping[str, Site]):
    """What a run has seen, by next hop, read when it is looked at."""

    def __init__(self, store: SurveyStore, run: Run) -> None:
        checker = prepared_check(run.options).checker(lambda: 0.0)
        self._judging = Judging(checker.context, checker.request.algorithms)
        self._store, self._run = store, run
        self._sharing = VerdictSharing(store, run)
        query = "SELECT number, domain FROM domains WHERE run = ? AND found IS NOT NULL"
        self._numbers = {folded(row["domain"]): row["number"] for row in store.select(query, run.number)}

    def __getitem__(self, nexthop: str) -> Site:
        """One of them."""
        task = self._sharing.task(self._store.found(self._run.number, self._numbers[nexthop]))
        return Site(self._judging.found(task), self._judging.results(task))

    def __iter__(self) -> Iterator[str]:
        """The next hops."""
        return iter(self._numbers)

    def __len__(self) -> int:
        """How many."""
        return len(self._numbers)


def _lines(entries: Sequence[AuditedEntry]) -> list[Line]:
    return [Line(one.entry.numbers[0], one.entry.key, one.nexthop) for one in entries]


def _may_be_asked_otherwise(policy: MapPolicy, line: MapLineAudit) -> bool:
    """Whether another hello may bring what this one did not."""
    if line.comparison is not MapComparison.COULD_NOT_TELL or line.verdict is None:
        return False
    return any(policy.hello) or (policy.level.must_match and not policy.level.uses_dane)


def _asked_as(policy: MapPolicy) -> tuple[object, ...]:
    """What the hello depends on: lines that have it in common are one run."""
    return *policy.hello, policy.level.uses_dane


def _keywords(policy: MapPolicy) -> dict[str, Any]:
    """Those of a run that asks as a line has it; what servers have to prove is seen to later."""
    keywords = keywords_for(policy)
    found: dict[str, Any] = {
        name: keywords[name] for name in ("grade", "protocols", "servername") if name in keywords
    }
    if policy.exclude:
        default = Config()
        found["settings"] = {
            name: excluding(getattr(default, name), policy.exclude) for name in set(GRADES.values())
        }
    return {**found, "level": (Level.DANE if policy.level.uses_dane else Level.ENCRYPT).word}


def _with(options: RunOptions, keywords: Mapping[str, Any]) -> RunOptions:
    check = options.check
    settings = {**check.get("settings", {}), **keywords.get("settings", {})}
    merged = {**check, **keywords, **({"settings": settings} if settings else {})}
    return replace(options, keywords=json.dumps(merged))


def _tell(found: PolicyMapAudit, arguments: Namespace) -> None:
    """To standard output, unless the map goes there."""
    stream = sys.stderr if arguments.write and goes_to_standard_output(arguments.write) else sys.stdout
    text = audit_json(found) if arguments.json else audit_text(found)
    stream.write(text)
    stream.flush()


def audit_json(found: PolicyMapAudit) -> str:
    """For programs (docs/schema/survey-audit-1.json)."""
    written = codec(PolicyMapAudit).write(found)
    return json.dumps({"schema": SCHEMA, "version": __version__, **written}, indent=2) + "\n"


def audit_text(found: PolicyMapAudit) -> str:
    """For people: a line for each entry, and their sum."""
    lines = list(_text_lines(found))
    return "".join(f"{printable(line, utf8=False).decode('ascii')}\n" for line in lines)


def _text_lines(found: PolicyMapAudit) -> Iterator[str]:
    for line in found.lines:
        offers = f" ({line.offers})" if line.offers else ""
        what = f"{found.file}:{line.number}: {line.key or '-'}: {line.comparison.value}{offers}"
        yield f"{what}: {line.reason}"
        yield from (f"{found.file}:{line.number}: {line.key}: {remark}" for remark in line.remarks)
    counts = found.counts
    yield (
        f"{counts.more} offer more, {counts.same} the same, {counts.less} less;"
        f" {counts.could_not_tell} could not be told, {counts.invalid} invalid"
    )


def _write(opened: BinaryIO, octets: bytes, entries: Sequence[AuditedEntry], found: PolicyMapAudit) -> None:
    """The map with stronger policies where there are some; none is ever made weaker."""
    changes = []
    for one, line in zip(entries, found.lines, strict=True):
        value = line.offers if line.comparison is MapComparison.MORE else ""
        comment = ""
        if line.comparison is MapComparison.LESS:
            comment = f"mail would be deferred: {line.reason}"
        elif line.comparison is MapComparison.INVALID:
            comment = line.reason
        changes.append((one.entry, value, plain(comment)))
    with writing():
        opened.write(rewritten(octets, changes, REMARK))
        opened.flush()
