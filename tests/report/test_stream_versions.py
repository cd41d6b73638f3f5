"""Streams of version 1, written before five events got other names, are read as ever."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pyfinger.errors import DecodeError
from pyfinger.report.event_stream import KINDS, NAMES_OF_1, SCHEMA, SCHEMA_1, read_stream, rebuild_log
from pyfinger.report.json_lines import lines_of
from tests import schema
from tests.recording import golden

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "streams"
STREAMS = ("dane-1", "every-event-1")
LOG = b"pyfinger: "  # a line of the log, not of the chain of certificates
HEADER_1 = b'{"schema": "pyfinger-events/1", "program": "prog", "version": "1"}\n'
HEADER_2 = b'{"schema": "pyfinger-events/2", "program": "prog", "version": "1"}\n'


def stream(name: str) -> bytes:
    return (FOLDER / f"{name}.jsonl").read_bytes()


def translated(old: bytes) -> bytes:
    """The same in version 2: other names, and nothing else."""
    new = old.replace(SCHEMA_1.encode(), SCHEMA.encode(), 1)
    for before, now in NAMES_OF_1.items():
        new = new.replace(b'{"event": "%s"' % before.encode(), b'{"event": "%s"' % now.encode())
    return new


@pytest.mark.parametrize("name", STREAMS)
def test_version_1_reads_to_the_same_events(name: str) -> None:
    old = stream(name)
    header_1, events_1 = read_stream(lines_of(io.BytesIO(old)))
    header_2, events_2 = read_stream(lines_of(io.BytesIO(translated(old))))
    assert (header_1.schema, header_2.schema) == (SCHEMA_1, SCHEMA)
    assert list(events_1) == list(events_2)


@pytest.mark.parametrize("name", STREAMS)
def test_version_1_follows_its_schema(name: str) -> None:
    of_1 = json.loads((schema.FOLDER / "events-1.json").read_bytes())
    for line in map(json.loads, stream(name).splitlines()):
        kind = {"$ref": f"#/$defs/{line.get('event', 'Header')}", "$defs": of_1["$defs"]}
        Draft202012Validator(kind).validate(line)


def test_the_kept_stream_has_every_old_name() -> None:
    names = {json.loads(line).get("event") for line in stream("every-event-1").splitlines()}
    assert names >= NAMES_OF_1.keys() - {"ServerJudged"}  # which no log line shows
    assert b'"event": "ServerJudged"' in stream("dane-1")


def test_of_version_1_comes_the_log_of_the_recording_beside_it() -> None:
    out = io.BytesIO()
    rebuild_log(lines_of(io.BytesIO(stream("dane-1"))), out)
    log = (golden.FOLDER / "dane.txt").read_bytes()
    assert out.getvalue() == b"".join(line for line in log.splitlines(keepends=True) if line.startswith(LOG))


@pytest.mark.parametrize("old", sorted(NAMES_OF_1))
def test_each_version_has_its_own_names_only(old: str) -> None:
    assert old not in KINDS
    for header, name in ((HEADER_1, NAMES_OF_1[old]), (HEADER_2, old)):
        line = json.dumps({"event": name, "at": 1}).encode() + b"\n"
        with pytest.raises(DecodeError, match="line 2: event: unknown"):
            list(read_stream([header, line])[1])
