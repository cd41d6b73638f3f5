"""JSON Schemas (draft 2020-12) of what pyfinger writes, made from the classes it writes.

    python -m tests.schema

writes them all into docs/schema/, but for those of versions that are only read.
Descriptions are docstrings, and the comments beside the fields.
Required are the fields without a default: those with one are written, too, but may
be younger than what is read.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from enum import Enum, Flag
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

from pyfinger.check import output_formats as check_formats
from pyfinger.check.report_model import CheckReport, DomainCheck
from pyfinger.demo.senders.journal_verdicts import SenderReport
from pyfinger.demo.senders.report_text import SENDERS_SCHEMA
from pyfinger.recording import entries
from pyfinger.report.document import Report
from pyfinger.report.document import formats as asjson
from pyfinger.report.encoding import KIND, annotations_of, codec, required, word
from pyfinger.report.event_stream import AT, EVENT, KINDS, NEVER_WRITTEN, SCHEMA, StreamHeader
from pyfinger.survey import auditing as survey_auditing
from pyfinger.survey import changes as survey_changes
from pyfinger.survey import export as survey_export
from pyfinger.survey import summary_text as survey_summary
from pyfinger.survey.audit_model import PolicyMapAudit
from pyfinger.survey.changes import SurveyChange
from pyfinger.survey.summary import SurveySummary
from pyfinger.tlsa import lint_command, rehearse_command
from pyfinger.tlsa.linting import LintReport
from pyfinger.tlsa.rehearsal import Rehearsal
from pyfinger.values import Value

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schema"
DRAFT = "https://json-schema.org/draft/2020-12/schema"

Schema: TypeAlias = dict[str, Any]

PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bytes: {"type": "string", "pattern": "^([0-9a-f]{2})*$"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    NoneType: {"type": "null"},
}

_FIELD = re.compile(r"^    (\w+): [^#\n]*# *(.+)$", re.MULTILINE)


class Definitions:
    """Collects `$defs`, one for each class that is come upon."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}
        self._kinds: dict[str, type] = {}

    def refer(self, kind: type) -> Schema:
        """A reference to the class's definition, which is made if there is none yet."""
        if self._kinds.setdefault(kind.__name__, kind) is not kind:
            raise ValueError(f"two classes are called {kind.__name__}")
        if kind.__name__ not in self.schemas:
            self.schemas[kind.__name__] = {}  # keeps the place
            enumerated = issubclass(kind, Enum)
            self.schemas[kind.__name__] = _enumeration(kind) if enumerated else self.object(kind)
        return {"$ref": f"#/$defs/{kind.__name__}"}

    def object(self, kind: type, first: Mapping[str, Schema] | None = None) -> Schema:
        """A dataclass or event; members that are not fields come first."""
        properties = dict(first or {})
        comments = dict(_FIELD.findall(inspect.getsource(kind)))
        defaults = _defaults(kind)
        for name, annotation in annotations_of(kind).items():
            properties[name] = self.of(annotation)
            if name in comments:
                properties[name] = {**properties[name], "description": comments[name]}
            if name in defaults:
                written = codec(annotation).write(defaults[name])
                properties[name] = {**properties[name], "default": written}
        needed = required(kind)
        return {
            "description": _description(kind),
            "type": "object",
            "properties": properties,
            "required": [*(first or {}), *(name for name in properties if name in needed)],
            "additionalProperties": False,
        }

    def of(self, annotation: Any) -> Schema:
        """What values of this type look like."""
        arguments = get_args(annotation)
        if annotation in PLAIN:
            return PLAIN[annotation]
        if get_origin(annotation) is tuple:
            return self._array(arguments)
        if get_origin(annotation) in (Union, UnionType):
            return {"anyOf": self._choices(arguments)}
        if get_origin(annotation) is Literal:
            return {"enum": list(arguments)}
        if issubclass(annotation, Flag):
            return {"type": "array", "items": self.refer(annotation), "uniqueItems": True}
        return self.refer(annotation)

    def _array(self, kinds: tuple[Any, ...]) -> Schema:
        if kinds[-1] is Ellipsis:
            return {"type": "array", "items": self.of(kinds[0])}
        places = [self.of(kind) for kind in kinds]
        return {"type": "array", "prefixItems": places, "items": False, "minItems": len(places)}

    def _choices(self, kinds: tuple[Any, ...]) -> list[Schema]:
        present = [kind for kind in kinds if kind is not NoneType]
        null = [PLAIN[NoneType]] if len(present) < len(kinds) else []
        if len(present) == 1:
            return [self.of(present[0]), *null]
        return [*(self.object(kind, {KIND: {"const": kind.__name__}}) for kind in present), *null]


def _enumeration(kind: type[Enum]) -> Schema:
    return {"description": _description(kind), "enum": [word(member) for member in kind]}


def _description(kind: type) -> str:
    return inspect.cleandoc(kind.__doc__ or "")


def _defaults(kind: type) -> Mapping[str, object]:
    assert issubclass(kind, Value)
    return kind._field_defaults


def events_schema() -> Schema:
    """One line of the event stream."""
    definitions = Definitions()
    lines = [definitions.refer(StreamHeader)]
    definitions.schemas["StreamHeader"]["properties"]["schema"] = {"const": SCHEMA}
    for name, kind in sorted(KINDS.items()):
        if kind not in NEVER_WRITTEN:
            lines.append({"$ref": f"#/$defs/{name}"})
            definitions.schemas[name] = definitions.object(kind, _first(name))
    return {
        "$schema": DRAFT,
        "$id": "urn:pyfinger:events-2",
        "title": "A line of a pyfinger event stream, version 2",
        "description": (
            "The first line of a stream is a StreamHeader, each other one an event.  Events and fields may be"
            " added to version 2; nothing is taken away, renamed or given another meaning.  Strings hold"
            " bytes that are not UTF-8 as U+DC80 to U+DCFF (Python's PEP 383)."
        ),
        "anyOf": lines,
        "$defs": dict(sorted(definitions.schemas.items())),
    }


def _first(name: str) -> dict[str, Schema]:
    when = {"type": "number", "minimum": 0, "description": "seconds since the epoch; never before the last"}
    return {EVENT: {"const": name}, AT: when}


def report_schema() -> Schema:
    """The document of a whole probe."""
    definitions = Definitions()
    first = {"schema": {"const": asjson.SCHEMA}, "version": {"type": "string"}}
    document = definitions.object(Report, first)
    return {
        "$schema": DRAFT,
        "$id": "urn:pyfinger:report-1",
        "title": "What came of a pyfinger probe, version 1",
        **document,
        "description": (
            "Fields may be added to version 1; nothing is taken away, renamed or given another meaning."
            "  Strings hold bytes that are not UTF-8 as U+DC80 to U+DCFF (Python's PEP 383)."
        ),
        "$defs": dict(sorted(definitions.schemas.items())),
    }


def check_schema() -> Schema:
    """The document of a whole check."""
    first = {"schema": {"const": check_formats.SCHEMA}, "version": {"type": "string"}}
    return _document(CheckReport, first, "check-1", "What came of pyfinger-check, version 1")


def check_line_schema() -> Schema:
    """One line of `--format jsonl`."""
    first = {
        "schema": {"const": check_formats.LINE_SCHEMA},
        "version": {"type": "string"},
        "began": {"type": "number", "description": "of the whole check, in seconds since the epoch"},
    }
    return _document(DomainCheck, first, "check-domain-1", "A line of pyfinger-check --format jsonl")


def _document(kind: type, first: dict[str, Schema], name: str, title: str) -> Schema:
    definitions = Definitions()
    document = definitions.object(kind, first)
    return {
        "$schema": DRAFT,
        "$id": f"urn:pyfinger:{name}",
        "title": title,
        **document,
        "description": (
            "Fields may be added to version 1; nothing is taken away, renamed or given another meaning."
            "  Strings hold bytes that are not UTF-8 as U+DC80 to U+DCFF (Python's PEP 383)."
        ),
        "$defs": dict(sorted(definitions.schemas.items())),
    }


def lint_schema() -> Schema:
    """The document of `pyfinger-tlsa lint`."""
    first = {"schema": {"const": lint_command.SCHEMA}, "version": {"type": "string"}}
    return _document(LintReport, first, "tlsa-lint-1", "What pyfinger-tlsa lint found, version 1")


def rehearsal_schema() -> Schema:
    """The document of `pyfinger-tlsa rehearse`."""
    first = {"schema": {"const": rehearse_command.SCHEMA}, "version": {"type": "string"}}
    return _document(
        Rehearsal, first, "tlsa-rehearsal-1", "What a pyfinger-tlsa rehearsal comes to, version 1"
    )


def survey_domain_schema() -> Schema:
    """One line of `pyfinger-survey export --rows domains`."""
    kind = survey_export.DomainRow
    return _document(
        kind, _row(survey_export.DOMAIN_SCHEMA), "survey-domain-1", "A line of a survey's export"
    )


def survey_observation_schema() -> Schema:
    """One line of `pyfinger-survey export --rows observations`."""
    kind, first = survey_export.ObservationRow, _row(survey_export.OBSERVATION_SCHEMA)
    return _document(kind, first, "survey-observation-1", "A connection in a survey's export")


def survey_audit_schema() -> Schema:
    """The document of `pyfinger-survey audit --json`."""
    first = _row(survey_auditing.SCHEMA)
    return _document(PolicyMapAudit, first, "survey-audit-1", "A policy map beside what its sites offer")


def survey_change_schema() -> Schema:
    """One line of `pyfinger-survey diff --json`."""
    first = _row(survey_changes.CHANGE_SCHEMA)
    return _document(SurveyChange, first, "survey-change-1", "A line of what changed between two runs")


def survey_summary_schema() -> Schema:
    """The document of `pyfinger-survey summary --json`."""
    first = _row(survey_summary.SUMMARY_SCHEMA)
    return _document(SurveySummary, first, "survey-summary-1", "A run of a survey, counted")


def _row(name: str) -> dict[str, Schema]:
    return {"schema": {"const": name}, "version": {"type": "string"}}


def recording_schema() -> Schema:
    """One line of a recording."""
    definitions = Definitions()
    lines = [definitions.refer(entries.RecordingHeader)]
    definitions.schemas["RecordingHeader"]["properties"]["schema"] = {"const": entries.SCHEMA}
    for kind in get_args(entries.Entry):
        lines.append(definitions.refer(kind))
        definitions.schemas[kind.__name__] = definitions.object(kind, {KIND: {"const": kind.__name__}})
    return {
        "$schema": DRAFT,
        "$id": "urn:pyfinger:recording-1",
        "title": "A line of a pyfinger recording, version 1",
        "description": (
            "The first line of a recording is a RecordingHeader, each other one an entry, in the order of"
            " what was asked.  Entries and fields may be added to version 1; nothing is taken away,"
            " renamed or given another meaning.  Strings hold bytes that are not UTF-8 as U+DC80 to U+DCFF"
            " (Python's PEP 383)."
        ),
        "anyOf": lines,
        "$defs": dict(sorted(definitions.schemas.items())),
    }


def senders_schema() -> Schema:
    """The document of `pyfinger-demo senders --json`."""
    first = {"schema": {"const": SENDERS_SCHEMA}, "version": {"type": "string"}}
    return _document(SenderReport, first, "senders-1", "What came of pyfinger-demo senders, version 1")


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "check-1.json": check_schema,
    "check-domain-1.json": check_line_schema,
    "events-2.json": events_schema,
    "recording-1.json": recording_schema,
    "report-1.json": report_schema,
    "senders-1.json": senders_schema,
    "survey-audit-1.json": survey_audit_schema,
    "survey-change-1.json": survey_change_schema,
    "survey-domain-1.json": survey_domain_schema,
    "survey-observation-1.json": survey_observation_schema,
    "survey-summary-1.json": survey_summary_schema,
    "tlsa-lint-1.json": lint_schema,
    "tlsa-rehearsal-1.json": rehearsal_schema,
}


def text(schema: Schema) -> str:
    """A schema as it is kept in the project."""
    return json.dumps(schema, indent=2) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, schema in SCHEMAS.items():
        (FOLDER / name).write_text(text(schema()), encoding="utf-8")


if __name__ == "__main__":
    main()
