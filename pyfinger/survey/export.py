"""Rows for other programs: one for each line of the sources, or one for each connection.

JSON lines are described by docs/schema/survey-domain-1.json and survey-observation-1.json; CSV has
the same fields but for those that are no plain values.  Rows come one by one, so a survey may
be larger than memory.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pyfinger import __version__
from pyfinger.check.evidence import Evidence
from pyfinger.check.report_model import CheckVerdict, DomainCheck, KeyAlgorithm
from pyfinger.report.document import Outcome
from pyfinger.report.encoding import annotations_of, codec, word
from pyfinger.survey.database import spoilt
from pyfinger.survey.documents import evidence_of, facts_of, object_of
from pyfinger.survey.store import SurveyStore
from pyfinger.values import Value

_CODE = len("250-")

DOMAIN_SCHEMA = "pyfinger-survey-domain/1"
OBSERVATION_SCHEMA = "pyfinger-survey-observation/1"


class DomainRow(Value):
    """One line of the sources, and what came of it."""

    run: int
    number: int  # of the line
    line: str
    domain: str  # as it was checked; empty: it was not
    problem: str  # why it was not
    verdict: CheckVerdict | None  # null: not yet, or never
    reason: str
    outcome: Outcome | None  # as `--check` of pyfinger would have it
    hosts: tuple[str, ...]  # mail exchangers, in order
    operators: tuple[str, ...]  # the last labels of their names; of an address its network
    check: DomainCheck | None  # as pyfinger-check has it


class ObservationRow(Value):
    """One connection: what a server showed when it was asked for one key algorithm."""

    run: int
    address: str
    port: int
    name: str  # of SNI; empty: none
    algorithm: KeyAlgorithm
    began: float
    seconds: float
    stage: str  # how far it got: connecting, greeting, no-starttls, handshake, secured
    problem: str
    reply_code: int  # of SMTP, where it ended the session
    protocol: str
    cipher: str
    group: str
    key: str  # EC prime256v1, RSA 2048
    subject: str
    issuer: str
    not_after: int | None  # of the server's certificate
    certificate_digest: bytes  # SHA-256
    key_digest: bytes
    certificates: int  # how many were sent
    capabilities: tuple[str, ...]  # of EHLO, its greeting first


_DOMAINS = (
    "SELECT d.run, d.number, d.line, d.domain, coalesce(max(e.reason), '') AS problem, v.verdict,"
    " coalesce(v.reason, '') AS reason, v.outcome, v.report FROM domains d"
    " LEFT JOIN verdicts v USING (run, number)"
    " LEFT JOIN errors e ON e.run = d.run AND e.subject = d.number AND e.stage IN ('source', 'plan')"
    " WHERE d.run = ? GROUP BY d.number ORDER BY d.number"
)
_HOSTS = (
    "SELECT h.host, h.operator FROM domain_hosts d JOIN hosts h USING (run, host_id)"
    " WHERE run = ? AND number = ? ORDER BY place"
)
_OBSERVATIONS = "SELECT * FROM observations WHERE run = ? ORDER BY address, port, name, algorithm"

# What stands in the columns of a domain that has been judged, and of one that has not.
_VERDICTS = frozenset({None, *map(word, CheckVerdict)})
_OUTCOMES = frozenset({None, *map(word, Outcome)})

Row = dict[str, Any]


def domain_rows(store: SurveyStore, run: int) -> Iterator[Row]:
    """Plain values, as `json` takes them."""
    for found in store.select(_DOMAINS, run):
        row = dict(found)
        report = row.pop("report")
        if row["verdict"] not in _VERDICTS or row["outcome"] not in _OUTCOMES:
            raise spoilt()
        hosts = list(store.select(_HOSTS, run, row["number"]))
        row["hosts"] = list(dict.fromkeys(host["host"] for host in hosts))
        row["operators"] = list(dict.fromkeys(host["operator"] for host in hosts))
        row["check"] = None if report is None else object_of(report)
        yield {"schema": DOMAIN_SCHEMA, "version": __version__, **row}


def observation_rows(store: SurveyStore, run: int) -> Iterator[Row]:
    """The same of connections."""
    write = codec(ObservationRow).write
    for found in store.select(_OBSERVATIONS, run):
        evidence = evidence_of(found["evidence"], lambda digest: facts_of(store.certificate(digest)))
        row = _observation(dict(found), evidence)
        yield {"schema": OBSERVATION_SCHEMA, "version": __version__, **write(row)}


def _algorithm(word: str) -> KeyAlgorithm:
    try:
        return KeyAlgorithm(word)
    except ValueError as error:
        raise spoilt() from error


def _observation(found: Mapping[str, Any], evidence: Evidence) -> ObservationRow:
    leaf = evidence.certificates[0] if evidence.certificates else None
    key = leaf.key if leaf else evidence.raw_key
    info = evidence.info
    return ObservationRow(
        run=found["run"],
        address=found["address"],
        port=found["port"],
        name=found["name"],
        algorithm=_algorithm(found["algorithm"]),
        began=found["began"],
        seconds=found["seconds"],
        stage=word(evidence.stage),
        problem=evidence.problem,
        reply_code=evidence.reply_code,
        protocol=info.protocol if info else "",
        cipher=info.cipher if info else "",
        group=info.group if info else "",
        key=f"{key.kind} {key.curve or key.bits}" if key else "",
        subject=leaf.subject if leaf else "",
        issuer=leaf.issuer if leaf else "",
        not_after=leaf.not_after if leaf else None,
        certificate_digest=leaf.sha256 if leaf else b"",
        key_digest=key.sha256 if key else b"",
        certificates=len(evidence.certificates),
        capabilities=tuple(line[_CODE:] for line in evidence.capabilities),
    )


ROWS: Mapping[str, Callable[[SurveyStore, int], Iterator[Row]]] = {
    "domains": domain_rows,
    "observations": observation_rows,
}
ROW_KINDS: Mapping[str, type] = {"domains": DomainRow, "observations": ObservationRow}


def json_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """One object in each line, in ASCII."""
    for row in rows:
        yield json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n"


def csv_lines(rows: Iterable[Row], kind: str) -> Iterator[bytes]:
    """RFC 4180, UTF-8, with a header; lists are joined by blanks."""
    names = [name for name in annotations_of(ROW_KINDS[kind]) if name != "check"]
    yield _csv(names)
    for row in rows:
        yield _csv([_cell(row[name]) for name in names])


def _csv(cells: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode("utf-8", "backslashreplace")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value)
