"""A survey's file: SQLite, written by one process, readable by all others meanwhile (WAL).

Every write is whole or not there, and writing the same twice is writing it once: whoever is
killed at any moment finds what is done, and does the rest.  Runs are numbered from 1; docs/survey.md
has the tables.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pyfinger.errors import DecodeError, UsageError
from pyfinger.survey.database import IN_MEMORY, READ, as_written, opened, spoilt
from pyfinger.survey.documents import text_of, value_of
from pyfinger.survey.sources import Line
from pyfinger.survey.tasks import (
    FoundRow,
    FoundServer,
    HostRow,
    Planned,
    Run,
    RunOptions,
    ServerAsked,
    Stage,
    Visited,
)

SOURCE = "source"  # the stage of errors in lines; their subject is the line's number


class SurveyStore:
    """One file, open."""

    def __init__(self, path: str, *, create: bool = False, write: bool = True) -> None:
        """`UsageError` if it is not there, or something else, or may not be written."""
        self._path = path
        self._lock: tuple[int, ...] = ()
        self._sql = opened(path, "rwc" if create else "rw" if write else READ)

    @contextmanager
    def shut(self) -> Iterator[Sequence[int]]:
        """Meanwhile this process may fork, as nobody may who has SQLite open; what is open all the same."""
        if self._path == IN_MEMORY:
            yield ()
            return
        self._sql.close()
        try:
            yield self._lock
        finally:
            self._sql = opened(self._path, "rw")

    def claim(self) -> None:
        """Nobody else may carry on a run of this file meanwhile; `UsageError` if somebody does.

        The descriptor stays open for as long as the process lives: closing it would end SQLite's
        own locks.
        """
        if path := self._one("PRAGMA database_list")[2]:
            try:
                self._lock = (os.open(path, os.O_RDONLY | os.O_CLOEXEC),)
                fcntl.flock(*self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UsageError(f"{path}: another process is at work on it") from error
            except OSError as error:
                raise UsageError(f"{path}: {error.strerror}") from error

    def close(self) -> None:
        """Nothing is lost without it."""
        self._sql.close()

    def transaction(self) -> sqlite3.Connection:
        """To be used by `with`: all or nothing of what is written inside."""
        self._sql.execute("BEGIN IMMEDIATE")
        return self._sql

    def begin(self, options: RunOptions, version: str, now: float) -> int:
        """A new run; its number."""
        row = (now, Stage.PLAN.value, version, text_of(RunOptions, options))
        made = self._sql.execute("INSERT INTO runs (began, stage, version, options) VALUES (?, ?, ?, ?)", row)
        return int(made.lastrowid or 0)

    def run(self, number: int | None) -> Run:
        """One run; None: the last.  `UsageError` if there is no such."""
        last = "run = (SELECT max(run) FROM runs)" if number is None else "run = ?"
        rows = self._all(f"SELECT * FROM runs WHERE {last}", *(() if number is None else (number,)))
        if not rows:
            raise UsageError("there is no run" if number is None else f"there is no run {number}")
        found, began, ended, stage, _, options = rows[0]
        try:
            return Run(found, float(began), ended, Stage(stage), value_of(RunOptions, options))
        except (ValueError, TypeError, DecodeError) as error:
            raise spoilt() from error

    def set_stage(self, run: int, stage: Stage, now: float | None = None) -> None:
        """A run goes on; `now` is when it ended."""
        self._sql.execute("UPDATE runs SET stage = ?, ended = ? WHERE run = ?", (stage.value, now, run))

    def add_lines(self, run: int, lines: Iterable[Line]) -> int:
        """All lines of the sources, in a transaction of whoever calls this; how many there are.

        A domain that comes again is one result for each line, and one reason is that.
        """
        count = 0
        for line in lines:
            count += 1
            problem = line.problem
            if not problem and (first := self._line_of(run, line.domain.lower())):
                problem = f"the same as line {first}"
            row = (run, line.number, line.text, "" if problem else line.domain.lower())
            self._sql.execute("INSERT INTO domains (run, number, line, domain) VALUES (?, ?, ?, ?)", row)
            if problem:
                self.add_error(run, SOURCE, str(line.number), problem)
        return count

    def _line_of(self, run: int, domain: str) -> int:
        rows = self._all("SELECT number FROM domains WHERE run = ? AND domain = ?", run, domain)
        return rows[0][0] if rows else 0

    def add_error(self, run: int, stage: str, subject: str, reason: str) -> None:
        """Something that is no result of anybody's server."""
        self._sql.execute("INSERT OR REPLACE INTO errors VALUES (?, ?, ?, ?)", (run, stage, subject, reason))

    def unplanned(self, run: int, after: int, most: int) -> list[tuple[int, str]]:
        """Number and domain of the next lines whose hosts are not known, in order."""
        query = (
            "SELECT number, domain FROM domains WHERE run = ? AND number > ? AND domain != ''"
            " AND found IS NULL ORDER BY number LIMIT ?"
        )
        return self._all(query, run, after, most)

    def add_plans(self, run: int, plans: Iterable[Planned]) -> None:
        """What was found of some domains."""
        written: set[str] = set()  # hosts
        with self.transaction() as sql:
            for found in plans:
                if found.problem:
                    self.add_error(run, Stage.PLAN.value, str(found.number), found.problem)
                    query = "UPDATE domains SET domain = '' WHERE run = ? AND number = ?"
                    sql.execute(query, (run, found.number))
                    continue
                for place, host in enumerate(found.hosts):
                    if host.identity not in written:
                        self._add_host(run, host)
                        written.add(host.identity)
                    link = (run, found.number, place, host.identity)
                    sql.execute("INSERT OR IGNORE INTO domain_hosts VALUES (?, ?, ?, ?)", link)
                query = "UPDATE domains SET found = ? WHERE run = ? AND number = ?"
                sql.execute(query, (found.document, run, found.number))

    def _add_host(self, run: int, host: HostRow) -> None:
        row = (run, host.identity, host.host, host.port, host.operator, host.document)
        if not self._sql.execute("INSERT OR IGNORE INTO hosts VALUES (?, ?, ?, ?, ?, ?)", row).rowcount:
            return
        put = "INSERT INTO addresses VALUES (?, ?, ?, ?, ?, ?, ?)"
        for rank, each in enumerate(host.addresses):
            address = (run, host.identity, rank, each.address, host.port, each.name, each.withheld)
            self._sql.execute(put, address)

    def servers(self, run: int) -> Iterator[FoundServer]:
        """Every server, once for each name; those asked by a name need not be asked without one."""
        query = (
            "SELECT a.address, a.port, a.name, h.operator, min(d.number) AS number, a.host_id, a.place"
            " FROM addresses a JOIN hosts h USING (run, host_id) JOIN domain_hosts d USING (run, host_id)"
            " WHERE run = ? AND a.withheld = '' GROUP BY a.address, a.port, a.name"
            " ORDER BY a.address, a.port, a.name DESC"
        )
        named = None
        for address, port, name, *rest in self._sql.execute(query, (run,)):
            if name:
                named = address, port
            if name or named != (address, port):
                yield FoundServer(ServerAsked(address, port, name), *rest)

    def host(self, run: int, host_id: str) -> str:
        """A host's document."""
        query = "SELECT found FROM hosts WHERE run = ? AND host_id = ?"
        return str(self._one(query, run, host_id)[0])

    def domain(self, run: int, number: int) -> str:
        """A domain's document, of which the hosts stand apart."""
        return str(self._one("SELECT found FROM domains WHERE run = ? AND number = ?", run, number)[0])

    def add_observations(self, run: int, visits: Iterable[Visited]) -> None:
        """What some connections showed."""
        with self.transaction() as sql:
            for seen in visits:
                sql.executemany("INSERT OR IGNORE INTO certificates VALUES (?, ?)", seen.certificates)
                key = seen.key
                row = (run, key.address, key.port, key.name, seen.algorithm, seen.began, seen.seconds)
                query = "INSERT OR IGNORE INTO observations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                sql.execute(query, (*row, seen.document, seen.hopeless))

    def observed(self, run: int, key: ServerAsked) -> list[tuple[str, bool]]:
        """The algorithms a server was asked for already, and whether that was hopeless."""
        query = (
            "SELECT algorithm, hopeless FROM observations"
            " WHERE run = ? AND address = ? AND port = ? AND name = ?"
        )
        return self._all(query, run, key.address, key.port, key.name)

    def begun_since(self, moment: float) -> list[tuple[str, float]]:
        """Address and time of connections, whichever run made them, for a budget to go on from."""
        return self._all("SELECT address, began FROM observations WHERE began > ? ORDER BY began", moment)

    def certificate(self, digest: str) -> str:
        """A certificate's document."""
        return str(self._one("SELECT facts FROM certificates WHERE digest = ?", digest)[0])

    def unjudged(self, run: int, after: int, most: int) -> list[FoundRow]:
        """The next domains without a verdict, in order, with their hosts in order."""
        return self._found(
            "SELECT * FROM domains d WHERE run = ?1 AND number > ?2 AND found IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM verdicts v WHERE v.run = d.run AND v.number = d.number) AND NOT EXISTS"
            " (SELECT 1 FROM errors e WHERE e.run = d.run AND e.stage = 'judge' AND e.subject = d.number)"
            " ORDER BY number LIMIT ?3",
            run,
            after,
            most,
        )

    def found(self, run: int, number: int) -> FoundRow:
        """One domain that has been planned."""
        return self._found("SELECT * FROM domains WHERE run = ?1 AND number = ?2", run, number)[0]

    def _found(self, chosen: str, *values: int) -> list[FoundRow]:
        query = (
            f"WITH chosen AS ({chosen}) SELECT number, domain, found, host_id AS optional_host FROM chosen"
            " LEFT JOIN (SELECT number, place, host_id FROM domain_hosts WHERE run = ?1) USING (number)"
            " ORDER BY number, place"
        )
        rows: dict[int, tuple[str, str, list[str]]] = {}
        for number, domain, found, host in self._sql.execute(query, values):
            rows.setdefault(number, (domain, found, []))[2].extend([host] if host else [])
        return [FoundRow(number, domain, found, tuple(ids)) for number, (domain, found, ids) in rows.items()]

    def add_verdicts(
        self,
        run: int,
        rows: Iterable[tuple[int, str, str, str, str, str]],
        problems: Iterable[tuple[int, str]] = (),
    ) -> None:
        """Number, domain, verdict, reason, outcome and report of some domains; why others have none."""
        with self.transaction() as sql:
            put = ((run, *row) for row in rows)
            sql.executemany("INSERT OR IGNORE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?)", put)
            for number, problem in problems:
                self.add_error(run, Stage.JUDGE.value, str(number), problem)

    def count(self, run: int, table: str, where: str = "1") -> int:
        """Rows of one of the tables above."""
        return int(self._one(f"SELECT count(*) FROM {table} WHERE run = ? AND {where}", run)[0])

    def select(self, query: str, *values: Any) -> Iterator[sqlite3.Row]:
        """Rows by the names of their columns, as they are needed."""
        cursor = self._sql.cursor()
        cursor.row_factory = lambda made, row: sqlite3.Row(made, as_written(made, row))
        yield from cursor.execute(query, values)

    def _one(self, query: str, *values: Any) -> Any:
        return self._sql.execute(query, values).fetchone()

    def _all(self, query: str, *values: Any) -> list[Any]:
        return self._sql.execute(query, values).fetchall()
