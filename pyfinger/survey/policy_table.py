"""The coordinator's part of MTA-STS: which policies are to be fetched, and what came of it.

No more is known here of a policy than its name, the addresses of its host, and JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pyfinger.policy.mta_sts import policy_host
from pyfinger.survey.budget import Group, groups_of, operator_of
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import FoundRow, Planned, PolicySeen
from pyfinger.values import State, replace

_TABLE = (
    "CREATE TABLE IF NOT EXISTS policies (run INTEGER, number INTEGER, name TEXT NOT NULL,"
    " found TEXT NOT NULL, absent INTEGER NOT NULL, addresses TEXT NOT NULL, fetched TEXT, address TEXT,"
    " began REAL, PRIMARY KEY (run, number)) WITHOUT ROWID"
)
_INDEX = "CREATE INDEX IF NOT EXISTS policies_by_name ON policies (run, name)"


class PolicyJob(State):
    """One policy that is to be fetched; `left`: addresses that were not tried."""

    name: str
    left: list[str]

    @property
    def key(self) -> str:
        """What names it among all that is running."""
        return self.name

    @property
    def address(self) -> str:
        """Where it goes next."""
        return self.left[0]

    @property
    def groups(self) -> tuple[Group, ...]:
        """Where that counts."""
        return groups_of(self.address, operator_of(policy_host(self.name)))

    def take(self, seen: PolicySeen) -> bool:
        """Whether that was all."""
        self.left = self.left[1:] if seen.refused else []
        return not self.left


class PolicyTable:
    """What the store has of policies."""

    def __init__(self, store: SurveyStore) -> None:
        self._store = store
        with store.transaction() as sql:
            sql.execute(_TABLE)
            sql.execute(_INDEX)

    def add(self, run: int, plans: Iterable[Planned]) -> None:
        """What belongs to some plans."""
        rows = [plan.policies for plan in plans if plan.policies is not None]
        if not rows:
            return
        put = [(run, row.number, row.name, row.found, json.dumps(row.addresses), row.absent) for row in rows]
        with self._store.transaction() as sql:
            query = (
                "INSERT OR IGNORE INTO policies (run, number, name, found, addresses, absent)"
                " VALUES (?, ?, ?, ?, ?, ?)"
            )
            sql.executemany(query, put)

    def jobs(self, run: int) -> Iterator[PolicyJob]:
        """Everything that is still to be fetched."""
        query = (
            "SELECT name, min(addresses) AS addresses FROM policies"
            " WHERE run = ? AND fetched IS NULL AND addresses != '[]' GROUP BY name ORDER BY name"
        )
        for row in self._store.select(query, run):
            yield PolicyJob(row["name"], json.loads(row["addresses"]))

    def fetched(self, run: int, seen: PolicySeen) -> None:
        """What came of it."""
        query = "UPDATE policies SET fetched = ?, address = ?, began = ? WHERE run = ? AND name = ?"
        with self._store.transaction() as sql:
            sql.execute(query, (seen.document or "null", seen.address, seen.began, run, seen.name))

    def begun_since(self, moment: float) -> list[tuple[str, float]]:
        """Those of `SurveyStore.begun_since`, and connections to policy hosts besides."""
        query = "SELECT DISTINCT address, began FROM policies WHERE began > ?"
        fetched = [(row["address"], row["began"]) for row in self._store.select(query, moment)]
        return sorted((*self._store.begun_since(moment), *fetched), key=lambda each: each[1])

    def with_policies(self, run: int, rows: Iterable[FoundRow]) -> list[FoundRow]:
        """Domains that are to be judged, with what is known of their policies."""
        if not any(self._store.select("SELECT 1 FROM policies WHERE run = ? LIMIT 1", run)):
            return list(rows)
        return [self._with_policies(run, row) for row in rows]

    def _with_policies(self, run: int, row: FoundRow) -> FoundRow:
        query = "SELECT found, fetched, absent FROM policies WHERE run = ? AND number = ?"
        for found, fetched, absent in self._store.select(query, run, row.number):
            document = json.loads(found)
            if fetched is not None:
                document["sts"]["fetched"] = json.loads(fetched)
            return replace(row, policies=json.dumps(document), shareable=bool(absent))
        return row
