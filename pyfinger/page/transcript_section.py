"""The section of what was said: for each part of a probe its ladder, and each message, to be opened.

Octets that came before are not told again, and what is laid out of a whole page has a limit, so
that a page of a thousand messages can still be opened at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.page.blocks import Badge, Folded, Prose, Section, Tone, count_of, duration, octets
from pyfinger.page.ladder import MOST_RUNGS, Rung, ladder
from pyfinger.page.octets import LaidOut, MessageList, ShownMessage, laid_out
from pyfinger.page.transcript import Conversation, Layer, Part, SaidMessage, Way

MOST_LAID_OUT = 15_000  # rows of fields of one page, and as many octets again
_WORTH_A_LINK = 64  # octets: what is shorter is told again
_LEAD = (
    "Time runs downwards, to scale; the arrows of sealed parts are dashed. Each message opens to its fields, "
    "with their octets beside them."
)


def messages_section(conversation: Conversation) -> Section | None:
    """All of it; None if nothing was said."""
    parts = [part for part in conversation.parts if part.messages]
    if not parts:
        return None
    shown = _Shown()
    blocks: list[Folded | MessageList | Prose] = [shown.part(part) for part in parts]
    if conversation.left_out:
        blocks.append(Prose(f"{count_of(conversation.left_out, 'more message')} left out."))
    if shown.left_out:
        blocks.append(
            Prose(
                f"Of {count_of(shown.left_out, 'message')} the fields are left out;"
                " pyfinger --trace has all of them."
            )
        )
    return Section("session", "The session, message by message", tuple(blocks), _LEAD)


class _Shown:
    """What was laid out before, and how much."""

    def __init__(self) -> None:
        self.left_out = 0
        self._rows = 0
        self._count = 0
        self._first: dict[tuple[Layer, bytes], str] = {}

    def part(self, part: Part) -> MessageList | Folded:
        """One part."""
        named = [(self._name(), said) for said in part.messages]
        rungs = [Rung(said, name) for name, said in named if said.layer is not Layer.RECORD]
        picture = ladder(part.title, rungs[:MOST_RUNGS])
        shown = tuple(self._message(name, said) for name, said in named)
        return MessageList(part.title, picture, shown)

    def _name(self) -> str:
        self._count += 1
        return f"m{self._count}"

    def _message(self, name: str, said: SaidMessage) -> ShownMessage:
        out, same = self._laid_out(name, said)
        return ShownMessage(
            name,
            duration(said.at),
            said.way.value,
            said.layer.value,
            f"{said.what} {said.detail}".rstrip(),
            "" if said.size is None else octets(said.size),
            tuple(_notes(said)),
            said.way is Way.SENT,
            said.bad,
            out,
            same,
        )

    def _laid_out(self, name: str, said: SaidMessage) -> tuple[LaidOut | None, str]:
        if not said.data:
            return None, ""
        key = (said.layer, said.data)
        if key in self._first:
            return None, self._first[key]
        if self._rows > MOST_LAID_OUT:
            self.left_out += 1
            return None, ""
        found = laid_out(said.tree, said.data, name)
        self._rows += found.rows + len(said.data) // 16
        if len(said.data) >= _WORTH_A_LINK:
            self._first[key] = name
        return found, ""


def _notes(said: SaidMessage) -> Iterator[Badge]:
    if said.sealed:
        yield Badge(Tone.PLAIN, "sealed")
    if said.bad and said.layer is Layer.TLS and said.what.startswith("alert"):
        yield Badge(Tone.BAD, "alert")
