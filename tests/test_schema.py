"""The committed schemas are those of the classes, and what is written follows them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from pyfinger.report.event_stream import AT, EVENT, KINDS, NEVER_WRITTEN, SCHEMA, EventStream, encode
from tests import schema
from tests.recording import golden
from tests.report.every_case import EVERY_CASE
from tests.report.test_rebuild import PROBES, played
from tests.report.values import objects
from tests.validating import line_problems, stream_problems

EVENTS = schema.events_schema()
VALIDATOR = Draft202012Validator(EVENTS)
WRITTEN = sorted(name for name, kind in KINDS.items() if kind not in NEVER_WRITTEN)


@pytest.mark.slow
@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_committed_is_what_the_classes_say(name: str) -> None:
    made = schema.SCHEMAS[name]()
    Draft202012Validator.check_schema(made)
    committed = (schema.FOLDER / name).read_text(encoding="utf-8")
    assert committed == schema.text(made), "run: python -m tests.schema"


def test_each_is_in_the_table() -> None:
    table = (schema.FOLDER / "README.md").read_text(encoding="utf-8")
    named = {line.split("`")[1] for line in table.splitlines() if line.startswith("| `") and ".json`" in line}
    assert named == {path.name for path in schema.FOLDER.glob("*.json")}


KEYWORDS = frozenset(
    "$schema $id $defs $ref title description type properties required additionalProperties items"
    " prefixItems minItems maxItems enum const anyOf oneOf default minimum maximum pattern"
    " uniqueItems".split()
)


def schemas_in(schema: Any) -> list[dict[str, Any]]:
    """A schema and those inside it."""
    found = [schema]
    for key in ("$defs", "properties"):
        found += [inner for each in schema.get(key, {}).values() for inner in schemas_in(each)]
    for key in ("anyOf", "oneOf", "prefixItems"):
        found += [inner for each in schema.get(key, ()) for inner in schemas_in(each)]
    for key in ("items", "additionalProperties"):
        found += schemas_in(schema[key]) if isinstance(schema.get(key), dict) else []
    return found


@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_strict_validators_find_nothing_to_object_to(name: str) -> None:
    """ajv's strict mode: no unknown keyword, tuples are closed and complete, a keyword's type is there."""
    for each in schemas_in(json.loads((schema.FOLDER / name).read_text(encoding="utf-8"))):
        assert set(each) <= KEYWORDS
        if "prefixItems" in each:
            assert (each["minItems"], each["items"]) == (len(each["prefixItems"]), False)
        if each.keys() & {"properties", "required", "additionalProperties"}:
            assert each["type"] == "object"
            assert set(each.get("required", ())) <= set(each.get("properties", ()))
        if each.keys() & {"items", "prefixItems", "minItems"}:
            assert each["type"] == "array"


def test_every_event_is_described_but_secrets() -> None:
    assert [choice["$ref"] for choice in EVENTS["anyOf"]] == [
        f"#/$defs/{name}" for name in ("StreamHeader", *WRITTEN)
    ]
    assert "SecretDerived" not in EVENTS["$defs"]
    assert all(definition["description"] for definition in EVENTS["$defs"].values())


def test_descriptions_come_from_the_source() -> None:
    broken = EVENTS["$defs"]["AliasStatusProblem"]
    assert broken["description"] == "Whether an alias is signed could not be found out."
    assert broken["properties"]["failure"]["description"] == "None: no longer a CNAME"
    assert EVENTS["$defs"]["TlsProblem"]["properties"]["data"] == {"type": "string", "default": ""}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITTEN)
def test_any_event_follows_the_schema(name: str) -> None:
    @settings(max_examples=20)
    @given(objects(KINDS[name]))
    def follows(event: Any) -> None:
        assert list(line_problems(json.loads(json.dumps(encode(event, 1.5))))) == []

    follows()


@pytest.mark.slow
@pytest.mark.parametrize("name", golden.PROBES)
def test_recordings_follow_theirs(name: str) -> None:
    validator = Draft202012Validator(schema.recording_schema())
    for line in (golden.FOLDER / f"{name}.jsonl").read_bytes().splitlines():
        validator.validate(json.loads(line))


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBES)
def test_streams_of_whole_probes_follow_it(name: str) -> None:
    _, stream = played(PROBES[name]())
    assert stream_problems(stream) == []


def test_a_line_of_any_kind_follows_the_whole() -> None:
    out = io.BytesIO()
    EventStream(out, "prog")(EVERY_CASE[0].event, 1.5)
    for line in out.getvalue().splitlines():
        VALIDATOR.validate(json.loads(line))


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"schema": "pyfinger-events/1", "program": "a", "version": "1"},
        {"schema": SCHEMA, "program": "a"},
        {EVENT: "SecretDerived", AT: 1, "label": "a", "client_random": "", "secret": ""},
        {EVENT: "TlsInitialized"},
        {EVENT: "TlsInitialized", AT: -1},
        {EVENT: "TlsInitialized", AT: 1, "more": 1},
        {EVENT: "BytesSent", AT: 1, "data": "AB"},
        {EVENT: "MatchIgnored", AT: 1, "level": "dane_only"},
        {EVENT: "ReconnectingDone", AT: 1, "why": "because"},
    ],
)
def test_what_is_no_event_does_not(line: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(line)
    assert list(line_problems(line))


def test_a_stream_is_a_header_and_events() -> None:
    out = io.BytesIO()
    render = EventStream(out, "prog")
    assert stream_problems(out.getvalue()) == []
    render(EVERY_CASE[0].event, 1.5)
    assert stream_problems(out.getvalue()) == []
    for stream in (b"", out.getvalue().splitlines()[1], 2 * out.getvalue()):
        assert stream_problems(stream) == ["not a header and then events"]
