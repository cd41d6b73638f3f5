"""The recordings, and how far a transcript is from them.

`golden/NAME.txt` holds what the reference printed, one line of a transcript a
line; where chance decides, `NAME.alt1.txt` and so on hold what else it printed.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.places import LAB

FOLDER = LAB / "golden"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a candidate's transcript has in common with a recorded one."""

    golden: Sequence[str]
    same: int  # recorded lines that it has too, in order
    differing: int  # lines missing, additional or changed


def recorded(name: str, folder: Path = FOLDER) -> list[list[str]]:
    """Every transcript recorded for a scenario."""
    paths = [folder / f"{name}.txt", *sorted(folder.glob(f"{name}.alt*.txt"))]
    return [path.read_text(encoding="utf-8").removesuffix("\n").split("\n") for path in paths]


def save(name: str, transcripts: Sequence[Sequence[str]], folder: Path = FOLDER) -> None:
    """Replace what is recorded for a scenario; the order of the transcripts does not matter."""
    for old in folder.glob(f"{name}.alt*.txt"):
        old.unlink()
    texts = sorted({as_text(lines) for lines in transcripts})
    for number, text in enumerate(texts):
        suffix = f".alt{number}" if number else ""
        (folder / f"{name}{suffix}.txt").write_text(text, encoding="utf-8")


def as_text(lines: Sequence[str]) -> str:
    """A transcript as it is kept in a file."""
    return "\n".join(lines) + "\n"


def nearest(wanted: Sequence[Sequence[str]], got: Sequence[str]) -> Likeness:
    """The recorded transcript that the candidate's is most like."""
    return min((_likeness(one, got) for one in wanted), key=lambda found: (found.differing, -found.same))


def _likeness(golden: Sequence[str], got: Sequence[str]) -> Likeness:
    same = differing = 0
    matcher = difflib.SequenceMatcher(None, golden, got, autojunk=False)
    for tag, start, end, got_start, got_end in matcher.get_opcodes():
        if tag == "equal":
            same += end - start
        else:
            differing += max(end - start, got_end - got_start)
    return Likeness(golden, same, differing)


def difference(golden: Sequence[str], got: Sequence[str]) -> list[str]:
    """A unified diff, each line indented."""
    found = difflib.unified_diff(golden, got, "golden", "candidate", lineterm="", n=1)
    return [f"    {line}" for line in found]
