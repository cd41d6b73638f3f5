"""A changed flight of a real server is traced whatever the client makes of it, and all of it.

What the client has seen of each message, or else of each record, is in a tree;
the flights are those of `fuzz/flights.py`.
"""

from __future__ import annotations

import io

from fuzz import flights
from fuzz._recorded import Sealer, client_randomness, drawing, judge
from fuzz._trees import check_tree
from pyfinger.dissect import Dissector
from pyfinger.events import Event, HandshakeMessageSeen, RecordBytesRead, RecordSeen
from pyfinger.report.trace import Trace

SEEDS: list[bytes] = flights.SEEDS


def check(data: bytes) -> None:
    script = flights.decode(data)
    scene, told = flights.SCENES[script.scene], list[Event]()
    with drawing(client_randomness()):
        engine = scene.engine(flights.believe if script.gullible else judge, told.append)
        sealer = Sealer(scene)
        for one in script.records:
            engine.feed(sealer.seal(one))
            if engine.error is not None or engine.closed:
                break
    _check_trees(told)
    for form in ("text", "json"):
        _render(told, form)


def _check_trees(told: list[Event]) -> None:
    dissector, read, seen = Dissector(), 0, 0
    for event in told:
        match event:
            case RecordBytesRead(data=data):
                dissector.bytes_read(data)
                read += len(data)
                continue
            case RecordSeen():
                found = dissector.record(event.wire, event.content_type, event.content, sent=event.sent)
            case HandshakeMessageSeen(sent=sent, message=message):
                found = dissector.message(message, sent=sent)
            case _:
                continue
        for one in found:
            check_tree(one.tree, one.data)
            seen += len(one.data) if one.layer == "record" and not one.sent else 0
    for one in dissector.rest():
        check_tree(one.tree, one.data)
        seen += len(one.data) if one.layer == "record" else 0
    assert seen == read, "some bytes of the server's are in no record"


def _render(told: list[Event], form: str) -> None:
    out = io.BytesIO()
    trace = Trace(out, form)
    for event in told:
        trace(event)
    trace.close()
    if form == "text":
        assert all(len(line) <= 100 for line in out.getvalue().splitlines())
