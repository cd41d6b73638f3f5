"""The recordings, and how far a transcript is from them.

`golden/NAME.txt` holds what the reference printed, one line of a transcript a
line; where chance decides, `NAME.alt1.txt` and so on hold what else it printed.

`golden-3.11/` holds what a newer reference prints, where that is something else.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.places import FIRST, LAB, TREES

FOLDER = LAB / "golden"
FOLDERS = {like: FOLDER if like == FIRST else LAB / f"golden-{like}" for like in TREES}


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


def of_reference(name: str, like: str) -> list[list[str]]:
    """Every transcript of a scenario by one of the references."""
    return recorded(name, FOLDERS[like] if differs(name, like) else FOLDER)


def differs(name: str, like: str) -> bool:
    """Whether that reference says something else than the first one."""
    return like != FIRST and (FOLDERS[like] / f"{name}.txt").exists()


def save_difference(name: str, transcripts: Sequence[Sequence[str]], like: str) -> bool:
    """Replace what is recorded for a scenario by a newer reference; whether it differs from the first's."""
    folder = FOLDERS[like]
    for old in (folder / f"{name}.txt", *folder.glob(f"{name}.alt*.txt")):
        old.unlink(missing_ok=True)
    known = recorded(name)
    if all(list(lines) in known for lines in transcripts):
        return False
    folder.mkdir(exist_ok=True)
    save(name, transcripts, folder)
    return True


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
