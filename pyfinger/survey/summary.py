"""What a run amounts to, as a value: for text, for JSON, for pages.

Domains are counted by SQLite, connections as they are read, so a run may be larger than memory.
Shares are the reader's: of what there is a number, there is the whole beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from pyfinger.check.report_model import CheckVerdict
from pyfinger.errors import UsageError
from pyfinger.report.encoding import word
from pyfinger.survey.database import spoilt
from pyfinger.survey.export import Row, observation_rows
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.worker import prepared_check
from pyfinger.tls.group_list import auto_groups
from pyfinger.tls.groups import GROUPS
from pyfinger.values import State, Value, field, replace

MOST_OPERATORS = 100
MOST_ENDING = 20  # certificates
_DAY = 86400.0  # seconds
_HORIZON = (0, 7, 30, 90, 365)  # days
_SECURED = "secured"
_POST_QUANTUM = frozenset(group.name for group in GROUPS.values() if group.post_quantum)
_POST_QUANTUM_KEYS = ("ML-DSA", "SLH-DSA")


# Each of these words but the last says where a connection ended, not what it had.
_STAGE_TITLES = {
    "connecting": "no connection",
    "greeting": "ended in the dialogue",
    "no-starttls": "no STARTTLS",
    "handshake": "TLS handshake failed",
    "secured": "TLS",
}


class SurveyCount(Value):
    """How many of something."""

    name: str
    count: int


class OperatorSummary(Value):
    """Hosts whose names end alike; a domain with hosts of two operators counts for both."""

    operator: str
    domains: int
    verdicts: tuple[SurveyCount, ...]  # of these domains


class EndingCertificate(Value):
    """A server's certificate."""

    sha256: bytes
    subject: str
    not_after: int
    days_left: int  # when the run began; negative: it was over
    servers: int  # addresses that showed it


class CountChange(Value):
    """How many there were, and are."""

    name: str
    before: int
    after: int


class VerdictChange(Value):
    """Domains that had one verdict and have another."""

    before: CheckVerdict
    after: CheckVerdict
    domains: int


class SummaryChange(Value):
    """What is otherwise than in an earlier run; the counts that are the same are left out."""

    run: int
    began: float
    domains: CountChange
    moved: tuple[VerdictChange, ...]  # domains that are in both runs
    verdicts: tuple[CountChange, ...]
    protocols: tuple[CountChange, ...]
    keys: tuple[CountChange, ...]
    groups: tuple[CountChange, ...]
    post_quantum: CountChange


class SurveySummary(Value):
    """One run, counted; of each list the most frequent comes first."""

    run: int
    began: float  # seconds since the epoch
    ended: float | None
    stage: str  # plan, probe, judge, done
    lines: int
    problems: int  # lines that are no domain, or one twice, or could not be looked at
    errors: int  # connections lost to errors of ours
    domains: int  # that have a verdict
    verdicts: tuple[SurveyCount, ...]  # of domains
    outcomes: tuple[SurveyCount, ...]  # of domains
    hosts: int  # as they were found: one for each set of addresses and records
    addresses: int  # that were connected to
    connections: int
    secured: int  # connections with TLS
    stages: tuple[SurveyCount, ...]  # how far connections got
    protocols: tuple[SurveyCount, ...]  # of secured connections, as the next ones
    ciphers: tuple[SurveyCount, ...]
    groups: tuple[SurveyCount, ...]  # of TLS 1.3
    keys: tuple[SurveyCount, ...]  # key algorithms, of servers' certificates or raw keys
    post_quantum_offered: bool  # whether our hello had such a group at all
    post_quantum: int  # secured connections with ML-KEM
    post_quantum_keys: int  # secured connections with such a key
    certificates: int  # different ones of servers
    expiry: tuple[SurveyCount, ...]  # these, by when they end, the soonest first
    ending: tuple[EndingCertificate, ...]  # the first to end
    operators: tuple[OperatorSummary, ...]  # the greatest
    sts: tuple[SurveyCount, ...] = ()  # of domains, by what their MTA-STS comes to; empty: not looked at
    sts_modes: tuple[SurveyCount, ...] = ()  # of domains that have a policy
    since: SummaryChange | None = None  # null: no other run was asked for


def told_stages(found: SurveySummary) -> tuple[SurveyCount, ...]:
    """How far connections got, in words for people."""
    return tuple(replace(each, name=_STAGE_TITLES[each.name]) for each in found.stages)


class _Seen(State):
    """Of connections."""

    connections: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    certificates: dict[str, tuple[int, str]] = field(default_factory=dict)  # when it ends, and whose it is
    shown: dict[str, set[str]] = field(default_factory=dict)  # where
    addresses: int = 0
    last: str = ""

    def add(self, row: Row) -> None:
        """One connection; they come by address."""
        self.connections += 1
        self.addresses += row["address"] != self.last
        self.last = row["address"]
        for name in ("stage", "protocol", "cipher", "group", "key"):
            if row[name] and (name == "stage" or row["stage"] == _SECURED):
                self.counts.setdefault(name, Counter())[row[name]] += 1
        if row["not_after"] is not None:
            digest = row["certificate_digest"]
            self.certificates[digest] = row["not_after"], row["subject"]
            self.shown.setdefault(digest, set()).add(row["address"])

    def of(self, name: str) -> Counter[str]:
        """One of the counts."""
        return self.counts.get(name, Counter())


def summary(store: SurveyStore, number: int | None, since: int | None = None) -> SurveySummary:
    """Everything counted once; `UsageError` if there is no such run, or `since` is a later one."""
    run = store.run(number)
    if since is not None and since > run.number:
        raise UsageError(f"run {since} is not earlier than run {run.number}")
    seen = _Seen()
    for row in observation_rows(store, run.number):
        seen.add(row)
    options = prepared_check(run.options).request.options
    config = options.config
    offered = auto_groups(config.tls_eecdh_auto_curves, config.tls_ffdhe_auto_groups, options.like)
    made = SurveySummary(
        run=run.number,
        began=run.began,
        ended=run.ended,
        stage=run.stage.value,
        lines=store.count(run.number, "domains"),
        problems=store.count(run.number, "errors", "stage IN ('source', 'plan')"),
        errors=store.count(run.number, "errors", "stage IN ('probe', 'judge')"),
        domains=store.count(run.number, "verdicts"),
        verdicts=_counted(store, "verdict", run.number),
        outcomes=_counted(store, "outcome", run.number),
        hosts=store.count(run.number, "hosts"),
        addresses=seen.addresses,
        connections=seen.connections,
        secured=seen.of("stage")[_SECURED],
        stages=ordered(seen.of("stage")),
        protocols=ordered(seen.of("protocol")),
        ciphers=ordered(seen.of("cipher")),
        groups=ordered(seen.of("group")),
        keys=ordered(seen.of("key")),
        post_quantum_offered=any(
            GROUPS[code].post_quantum for code in offered.chosen.groups if code in GROUPS
        ),
        post_quantum=sum(count for name, count in seen.of("group").items() if name in _POST_QUANTUM),
        post_quantum_keys=sum(
            count for name, count in seen.of("key").items() if name.startswith(_POST_QUANTUM_KEYS)
        ),
        certificates=len(seen.certificates),
        expiry=tuple(_expiry([(end - run.began) / _DAY for end, _ in seen.certificates.values()])),
        ending=tuple(_ending(seen, run.began)),
        operators=tuple(_operators(store, run.number)),
        sts=_counted(store, _STS_VERDICT, run.number) if run.options.check.get("sts") else (),
        sts_modes=_counted(store, _STS_MODE, run.number) if run.options.check.get("sts") else (),
    )
    return made if since is None else _with_change(made, summary(store, since), store)


def ordered(counts: Mapping[str, int]) -> tuple[SurveyCount, ...]:
    """The most frequent first."""
    return tuple(SurveyCount(*each) for each in sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _counted(store: SurveyStore, column: str, run: int) -> tuple[SurveyCount, ...]:
    query = f"SELECT {column} AS word, count(*) AS count FROM verdicts WHERE run = ? GROUP BY word"
    return ordered({row["word"]: row["count"] for row in store.select(query, run) if row["word"] is not None})


def _expiry(days: Sequence[float]) -> Iterator[SurveyCount]:
    """How many certificates end how soon."""
    yield SurveyCount("expired", sum(left < 0 for left in days))
    for least, most in pairwise(_HORIZON):
        yield SurveyCount(f"within {most} days", sum(least <= left < most for left in days))
    yield SurveyCount("later", sum(left >= _HORIZON[-1] for left in days))


def _ending(seen: _Seen, began: float) -> Iterator[EndingCertificate]:
    first = sorted((end, digest, subject) for digest, (end, subject) in seen.certificates.items())
    for end, digest, subject in first[:MOST_ENDING]:
        days = int((end - began) // _DAY)
        yield EndingCertificate(bytes.fromhex(digest), subject, end, days, len(seen.shown[digest]))


_STS_VERDICT = "json_extract(report, '$.sts.verdict')"
_STS_MODE = "json_extract(report, '$.sts.mode')"
_OPERATORS = (
    "SELECT h.operator AS operator, count(DISTINCT v.number) AS domains FROM verdicts v"
    " JOIN domain_hosts d USING (run, number) JOIN hosts h USING (run, host_id)"
    " WHERE v.run = ? GROUP BY operator ORDER BY domains DESC, operator LIMIT ?"
)
_OF_OPERATOR = (
    "SELECT v.verdict AS name, count(DISTINCT v.number) AS count FROM hosts h"
    " JOIN domain_hosts d USING (run, host_id) JOIN verdicts v USING (run, number)"
    " WHERE h.run = ? AND h.operator = ? GROUP BY name"
)
_MOVED = (
    "SELECT v.verdict AS before, w.verdict AS after, count(*) AS domains FROM domains d"
    " JOIN verdicts v USING (run, number) JOIN domains e ON e.run = ? AND e.domain = d.domain"
    " JOIN verdicts w ON w.run = e.run AND w.number = e.number"
    " WHERE d.run = ? AND d.domain != '' AND v.verdict != w.verdict"
    " GROUP BY before, after ORDER BY domains DESC, before, after"
)


def _operators(store: SurveyStore, run: int) -> Iterator[OperatorSummary]:
    for row in list(store.select(_OPERATORS, run, MOST_OPERATORS)):
        verdicts = {each["name"]: each["count"] for each in store.select(_OF_OPERATOR, run, row["operator"])}
        yield OperatorSummary(row["operator"], row["domains"], ordered(verdicts))


def _with_change(after: SurveySummary, before: SurveySummary, store: SurveyStore) -> SurveySummary:
    verdicts = {word(verdict): verdict for verdict in CheckVerdict}
    rows = store.select(_MOVED, after.run, before.run)
    moved = tuple((row["before"], row["after"], row["domains"]) for row in rows)
    if not verdicts.keys() >= {one for was, now, _ in moved for one in (was, now)}:
        raise spoilt()
    change = SummaryChange(
        run=before.run,
        began=before.began,
        domains=CountChange("domains", before.domains, after.domains),
        moved=tuple(VerdictChange(verdicts[was], verdicts[now], count) for was, now, count in moved),
        verdicts=_changes(before.verdicts, after.verdicts),
        protocols=_changes(before.protocols, after.protocols),
        keys=_changes(before.keys, after.keys),
        groups=_changes(before.groups, after.groups),
        post_quantum=CountChange("post-quantum", before.post_quantum, after.post_quantum),
    )
    return replace(after, since=change)


def _changes(before: Iterable[SurveyCount], after: Iterable[SurveyCount]) -> tuple[CountChange, ...]:
    old, new = ({each.name: each.count for each in counts} for counts in (before, after))
    names = sorted(old.keys() | new.keys())
    pairs = (CountChange(name, old.get(name, 0), new.get(name, 0)) for name in names)
    return tuple(pair for pair in pairs if pair.before != pair.after)
