"""A page stays so small that it opens at once, whatever was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pyfinger.events import BytesReceived, Event, HandshakeMessageSeen, RecordSeen, ReplyLine, SessionBegan
from pyfinger.page.probe_page import TEMPLATE, probe_page
from pyfinger.page.template_rendering import Pages
from pyfinger.page.transcript import MOST_MESSAGES
from pyfinger.report.document.builder import ReportBuilder
from pyfinger.report.event_stream import TimedEvent, read_stream
from pyfinger.values import replace
from tests.page.conftest import Probed
from tests.page.reading import parsed

pytest.importorskip("jinja2", reason="pages need Jinja2")
pytest.importorskip("html5lib", reason="pages are read with html5lib")

MOST = 5_000_000  # octets
ENDLESS = 5_000  # lines of a reply


def page_of(events: list[TimedEvent]) -> str:
    builder = ReportBuilder()
    for event, at in events:
        builder(event, at)
    return Pages(TEMPLATE).render(TEMPLATE, page=probe_page(builder.report, events))


def kept(probe: Probed) -> list[TimedEvent]:
    with (probe.folder / "events").open("rb") as file:
        return list(read_stream(file)[1])


def passes(events: list[TimedEvent], count: int) -> Iterator[TimedEvent]:
    """The probe with so many passes, none of which says the same: the last octets differ."""
    first = next(place for place, (event, _) in enumerate(events) if isinstance(event, SessionBegan))
    last = len(events) - 1
    yield from events[:first]
    for number in range(count):
        for event, at in events[first:last]:
            yield varied(event, number), at + number
    yield events[last][0], events[last][1] + count


def varied(event: Event, number: int) -> Event:
    mark = number.to_bytes(4, "big")
    match event:
        case SessionBegan():
            return SessionBegan(number + 1)
        case HandshakeMessageSeen(sent=sent, message=message) if len(message) > 40:
            return HandshakeMessageSeen(sent, message[:-4] + mark)
        case RecordSeen(wire=wire) if len(wire) > 40:
            return replace(event, wire=wire[:-4] + mark)
        case _:
            return event


@pytest.mark.slow
def test_a_page_of_a_thousand_messages_is_below_five_megabytes(probed: Callable[[str], Probed]) -> None:
    events = list(passes(kept(probed("dane")), 25))
    text = page_of(events)
    page = parsed(text)
    lists = [e for e in page.all("ol") if "messages" in e.attributes.get("class", "")]
    assert sum(e.name == "li" and "id" in e.attributes for it in lists for e in it.walk()) > 1000
    assert len(text.encode()) < MOST
    assert "messages the fields are left out" in page.text


@pytest.mark.slow
def test_a_server_that_talks_for_ever_fills_no_page(probed: Callable[[str], Probed]) -> None:
    events = kept(probed("plain"))
    place = next(number for number, (event, _) in enumerate(events) if isinstance(event, ReplyLine))
    at = events[place][1]
    more: list[TimedEvent] = [
        pair
        for number in range(ENDLESS)
        for pair in (
            (BytesReceived(b"250-%d\r\n" % number), at),
            (ReplyLine("EHLO", f"250-{number}"), at),
        )
    ]
    text = page_of([*events[:place], *more, *events[place:]])
    assert len(text.encode()) < MOST
    left_out = ENDLESS - MOST_MESSAGES
    counted = next(e.text for e in parsed(text).all("p") if "more messages left out" in e.text)
    assert int(counted.split()[0]) >= left_out
