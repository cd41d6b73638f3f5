"""Any bytes are read as events up to the end or a `DecodeError`; written again, these are the same.

And whatever was read can be told: the log shows it, with all that can be shown.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from pyfinger.errors import DecodeError
from pyfinger.events import DisplayChosen, Event, SecretDerived
from pyfinger.options import Log, Show
from pyfinger.report.event_stream import EventStream, TimedEvent, read_stream
from pyfinger.report.json_lines import lines_of
from pyfinger.report.log import TextLog
from tests.report.cases import CASES

EVERYTHING = DisplayChosen(Show(Log(sum({*Log})), verbose=2), utf8=True)
EACH = 4  # events in a seed


def written(told: Iterable[TimedEvent]) -> bytes:
    out = io.BytesIO()
    render = EventStream(out, "prog")
    for event, at in told:
        render(event, at)
    return out.getvalue()


def _seed(*events: Event) -> bytes:
    return written((event, 1_700_000_000 + number / 8) for number, event in enumerate((EVERYTHING, *events)))


SEEDS = [_seed(*(case.event for case in CASES[at : at + EACH])) for at in range(0, len(CASES), EACH)]


def check(data: bytes) -> None:
    """Read, tell, write, read again."""
    told = list(_readable(data))
    log = TextLog(io.BytesIO(), "prog")
    for event, _ in told:
        log(event)
    kept = [(event, at) for event, at in told if not isinstance(event, SecretDerived)]
    assert list(_readable(written(kept))) == kept


def _readable(data: bytes) -> Iterator[TimedEvent]:
    try:
        yield from read_stream(lines_of(io.BytesIO(data)))[1]
    except DecodeError:
        return
