"""The stage `judge`: which domains a worker has to look at, and which are like another one.

What a domain amounts to depends on its hosts, on what DNS said of it, and rarely on its name: a
certificate may bear that where it does not bear the host's.  So of all domains with the same hosts
one is judged, and where its name was of no account its verdict is that of all.
"""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from pyfinger.survey.documents import certificate_digests
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import FoundRow, HostDossier, Judged, JudgeTask, Run, SeenRow, VerdictRow
from pyfinger.values import State, field

_KEPT = 1024  # verdicts, hosts and certificates in memory
_WITHHELD = "SELECT address, withheld FROM addresses WHERE run = ? AND host_id = ? AND withheld != ''"
_SEEN = (
    "SELECT DISTINCT o.address, o.port, o.name, o.algorithm, o.evidence, o.hopeless"
    " FROM addresses a JOIN observations o USING (run, address, port)"
    " WHERE run = ? AND a.host_id = ? ORDER BY o.address, o.port, o.name, o.algorithm"
)


class _Group(State):
    """Domains that are alike but for their names."""

    first: Judged | None = None
    by_names: bool = False  # each has a verdict of its own
    waiting: list[FoundRow] = field(default_factory=list)  # for the first one's


class VerdictSharing:
    """What is judged, and what came of it."""

    def __init__(self, store: SurveyStore, run: Run) -> None:
        self._store = store
        self._run = run
        self._groups: OrderedDict[object, _Group] = OrderedDict()
        self._tasks: deque[FoundRow] = deque()
        self._running: dict[int, tuple[FoundRow, _Group | None]] = {}
        self._dossier = lru_cache(_KEPT)(self._read_dossier)
        self._certificate = lru_cache(_KEPT)(store.certificate)
        self._rows: list[VerdictRow] = []
        self._problems: list[tuple[int, str]] = []

    def add(self, found: Iterable[FoundRow]) -> None:
        """Domains to be judged."""
        for row in found:
            key = _likeness(row)
            group = self._groups.get(key) if key is not None else None
            if group is None:
                group = self._new_group(key) if key is not None else None
            elif group.first is not None:
                self._rows.append(_like(group.first, row))
                continue
            elif not group.by_names:
                group.waiting.append(row)
                continue
            self._tasks.append(row)
            self._running[row.number] = row, group

    def _new_group(self, key: object) -> _Group:
        while len(self._groups) >= _KEPT:
            self._groups.popitem(last=False)
        return self._groups.setdefault(key, _Group())

    def tasks(self, most: int) -> list[JudgeTask]:
        """What a worker has to do next."""
        return [self.task(self._tasks.popleft()) for _ in range(min(most, len(self._tasks)))]

    def done(self, judged: Judged) -> None:
        """It was done."""
        row, group = self._running.pop(judged.number)
        if judged.problem:
            self._problems.append((row.number, judged.problem))
        else:
            self._rows.append(_like(judged, row))
        if group is None or group.by_names:
            return
        waiting, group.waiting = group.waiting, []
        if judged.alike and not judged.problem:
            group.first = judged
            self._rows.extend(_like(judged, other) for other in waiting)
            return
        group.by_names = True
        for other in waiting:
            self._tasks.append(other)
            self._running[other.number] = other, group

    def taken(self) -> tuple[list[VerdictRow], list[tuple[int, str]]]:
        """Verdicts to be written, and numbers of domains without one, and why."""
        found = self._rows, self._problems
        self._rows, self._problems = [], []
        return found

    def task(self, row: FoundRow) -> JudgeTask:
        """All there is to judge a domain by."""
        dossiers = tuple(map(self._dossier, row.hosts))
        digests = {digest: None for _, found in dossiers for digest in found}
        certificates = tuple((digest, self._certificate(digest)) for digest in digests)
        hosts = tuple(dossier for dossier, _ in dossiers)
        return JudgeTask(row.number, self._run.began, row.document, hosts, certificates, row.policies)

    def _read_dossier(self, identity: str) -> tuple[HostDossier, tuple[str, ...]]:
        """A host, and the certificates it showed."""
        run = self._run.number
        withheld = tuple((row[0], row[1]) for row in self._store.select(_WITHHELD, run, identity))
        seen = tuple(_seen_row(tuple(row)) for row in self._store.select(_SEEN, run, identity))
        digests = tuple(digest for row in seen for digest in certificate_digests(row.document))
        return HostDossier(self._store.host(run, identity), withheld, seen), digests


def _seen_row(row: Sequence[Any]) -> SeenRow:
    address, port, name, algorithm, document, hopeless = row
    return SeenRow(address, port, name, algorithm, document, bool(hopeless))


def _likeness(row: FoundRow) -> object | None:
    """What a domain has in common with those it is like; None if it is like no other."""
    document = json.loads(row.document)
    if document["failure"] or not row.shareable:
        return None
    for part, names in (("destination", ("typed", "host")), ("exchange", ("qname", "owner"))):
        for name in names if document[part] else ():
            del document[part][name]
    return row.hosts, bool(row.policies), json.dumps(document)


def _like(judged: Judged, row: FoundRow) -> VerdictRow:
    """The verdict on one domain, of a domain like it."""
    report = f"{_TITLE}{_typed(row.document)}{_untitled(judged.report)}"
    return row.number, row.domain, judged.verdict, judged.reason, judged.outcome, report


@lru_cache(_KEPT)
def _untitled(report: str) -> str:
    """A report, which begins with the domain, without that."""
    return report[_string_end(report, len(_TITLE)) :]


def _typed(document: str) -> str:
    """A domain as it was typed, as the JSON of `FoundDomain` has it, which begins with that."""
    begin = len(_DESTINATION)
    return document[begin : _string_end(document, begin)]


def _string_end(text: str, begin: int) -> int:
    """Where a JSON string ends that begins there."""
    return int(_DECODER.raw_decode(text, begin)[1])


_TITLE = '{"domain":'
_DESTINATION = '{"destination":{"typed":'
_DECODER = json.JSONDecoder()
