"""Whether event streams and reports follow their schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from pyfinger.report.event_stream import EVENT
from tests.schema import events_schema, report_schema

HEADER = "StreamHeader"


def stream_problems(stream: bytes) -> list[str]:
    """What is wrong with the lines of a stream."""
    lines = [json.loads(line) for line in stream.splitlines()]
    if not lines or EVENT in lines[0] or not all(EVENT in line for line in lines[1:]):
        return ["not a header and then events"]
    return [problem for line in lines for problem in line_problems(line)]


def line_problems(line: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one line; looked at is only the definition of what it claims to be."""
    name = line.get(EVENT, HEADER)
    if {"$ref": f"#/$defs/{name}"} not in _schema()["anyOf"]:
        yield f"no such event: {name}"
        return
    for error in _validator(name).iter_errors(line):
        yield f"{name}: {error.json_path}: {error.message}"


def report_problems(document: bytes) -> list[str]:
    """What is wrong with a report."""
    errors = _report_validator().iter_errors(json.loads(document))
    return [f"{error.json_path}: {error.message}" for error in errors]


@cache
def _report_validator() -> Draft202012Validator:
    return Draft202012Validator(report_schema())


@cache
def _schema() -> dict[str, Any]:
    return events_schema()


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": _schema()["$defs"]})
