"""`--html`: the page of a probe, written in one piece when it is over; and `--from`, of one that is.

What the page needs is loaded here, before the first packet, as for all other files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

from pyfinger.cli.getopt import LETTERS, Scan
from pyfinger.cli.places import spare
from pyfinger.errors import DecodeError, UsageError
from pyfinger.events import Event
from pyfinger.page.probe_page import TEMPLATE, probe_page
from pyfinger.page.saved import read_saved
from pyfinger.page.template_rendering import Pages
from pyfinger.report.document import Report
from pyfinger.report.event_stream import TimedEvent

MOST_EVENTS = 20_000  # that are kept for the page: what comes after goes into the report alone

_ALONE = ("from", "html")


class ProbePages:
    """A timed renderer that keeps what happens, for a page; `UsageError` where pages cannot be made."""

    def __init__(self) -> None:
        self._pages = Pages(TEMPLATE)
        self._kept: list[TimedEvent] = []

    def __call__(self, event: Event, at: float) -> None:
        """Keep one event."""
        if len(self._kept) < MOST_EVENTS:
            self._kept.append((event, at))

    def write(self, out: BinaryIO, report: Callable[[], Report]) -> None:
        """The page, in one piece; OSError."""
        text = self._pages.render(TEMPLATE, page=probe_page(report(), self._kept))
        out.write(text.encode())
        out.flush()


def saved_page(found: Scan) -> Callable[[BinaryIO], None]:
    """What writes the page of what `--from` names; `UsageError` if it cannot be read, or more is asked."""
    _refuse_others(found)
    name = dict(found.items)["from"]
    pages = ProbePages()
    try:
        with open(name, "rb") as file:
            saved = read_saved(file)
    except (OSError, ValueError) as error:  # also: a null character in the name
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
        raise UsageError(f"{name}: {reason}") from error
    except DecodeError as error:
        raise UsageError(f"{name}: {error.what}") from error
    spare(name, dict(found.items)["html"])
    for event, at in saved.events:
        pages(event, at)
    return lambda out: pages.write(out, lambda: saved.report)


def _refuse_others(found: Scan) -> None:
    if "html" not in dict(found.items):
        raise UsageError("--from goes with --html only, which says where to write the page")
    if found.operands:
        raise UsageError(f"--from takes no destination, what was kept has one: {found.operands[0]}")
    for key, _ in found.items:
        if key not in _ALONE:
            raise UsageError(f"{f'-{key}' if key in LETTERS else f'--{key}'} does not go with --from")
