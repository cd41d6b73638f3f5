"""Carries out the changes of `mutation` while a recording is played."""

from __future__ import annotations

from pyfinger.events import Emit, Mutation, ReplyMutated
from pyfinger.model import RawReply
from pyfinger.recording.entries import DataReceived, Resolved
from pyfinger.recording.log_reader import LogReader
from pyfinger.recording.mutation import SplitMix64, chosen, pieces
from pyfinger.values import replace

_NO_LINE = 0  # of what is not in the recording


class Mutator:
    """Changes what is due, once; `numbers` are those of the seed."""

    def __init__(self, log: LogReader, seed: int | None) -> None:
        """Without a seed nothing is ever due."""
        self._log = log
        self._last_reply = RawReply(None)
        self.numbers = SplitMix64(seed or 0)
        self._due = set() if seed is None else set(chosen(self.numbers, _changeable(log)))

    def reply(self, line: int, reply: RawReply, emit: Emit) -> RawReply:
        """What a name server says, changed if it is due; without its packets then."""
        changed = self._changed(line, reply, emit) if line in self._due else reply
        if changed.wire is not None:
            self._last_reply = replace(changed, packets=())
        return changed

    def _changed(self, line: int, reply: RawReply, emit: Emit) -> RawReply:
        data = reply.wire or b""
        possible: list[Mutation] = ["flipped", "cut", "dropped"]
        if self._last_reply.wire is not None:
            possible.append("repeated")
        how = self._how(line, possible)
        emit(ReplyMutated(how, True, len(data), line))
        if how == "repeated":
            return self._last_reply
        wires = pieces(how, self.numbers, data)
        return RawReply(wires[0] if wires else None, reply.server)

    def data(self, line: int, entry: DataReceived, emit: Emit) -> bool:
        """Whether this piece is due; what comes instead is put at the front of the stream."""
        if line not in self._due:
            return False
        stream = self._log.fall_back().stream
        following = stream[0][1] if stream else DataReceived()
        possible: list[Mutation] = ["flipped", "cut", "dropped", "repeated"]
        if following.data:
            possible.append("swapped")
        if len(entry.data) > 1:
            possible.append("split")
        how = self._how(line, possible)
        emit(ReplyMutated(how, False, len(entry.data), line))
        if how == "swapped":
            stream.insert(1, (_NO_LINE, entry))
        else:
            parts = pieces(how, self.numbers, entry.data)
            stream.extendleft((_NO_LINE, DataReceived(part)) for part in reversed(parts))
        return True

    def _how(self, line: int, possible: list[Mutation]) -> Mutation:
        self._due.discard(line)
        self._log.fall_back()
        return possible[self.numbers.below(len(possible))]


def _changeable(log: LogReader) -> list[int]:
    """The lines of all that was received."""
    return [
        line
        for line, entry in log.coming
        if (isinstance(entry, DataReceived) and entry.data)
        or (isinstance(entry, Resolved) and entry.reply.wire)
    ]
