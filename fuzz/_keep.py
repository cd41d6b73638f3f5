"""Of many inputs, the few that reach what the seeds and the smaller ones do not.

    python -m fuzz._keep NAME FOLDER

What is in `corpus/NAME` stays, as far as it still reaches anything of its own;
then come the files of FOLDER, the smallest first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from hashlib import sha1
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from fuzz import _targets

BYTES = 16_000  # for each target
LARGEST = 4_000  # of one input
PACKAGE = f"{_targets.FOLDER.parent / 'pyfinger'}/"

Arc = tuple[CodeType, int, int]
"""One line after another, in one function."""


def reached(check: Callable[[bytes], None], data: bytes) -> set[Arc]:
    """The arcs of the package an input goes along; whatever breaks is none of our business here."""
    arcs: set[Arc] = set()

    def calls(frame: FrameType, event: str, argument: Any) -> Any:
        code, last = frame.f_code, 0
        if not code.co_filename.startswith(PACKAGE):
            return None

        def lines(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal last
            arcs.add((code, last, frame.f_lineno))
            last = frame.f_lineno
            return lines

        return lines

    sys.settrace(calls)
    try:
        check(data)
    except Exception:
        arcs.clear()
    finally:
        sys.settrace(None)
    return arcs


def chosen(target: _targets.Target, inputs: Iterable[bytes]) -> list[bytes]:
    """Those worth keeping, within bounds."""
    known: set[Arc] = set()
    for seed in (*target.seeds, *target.seeds):  # the second time, all caches are filled
        known |= reached(target.check, seed)
    kept: list[bytes] = []
    size = 0
    for data in inputs:
        if len(data) > LARGEST or size + len(data) > BYTES:
            continue
        arcs = reached(target.check, data)
        if not arcs <= known:
            known |= arcs
            kept.append(data)
            size += len(data)
    return kept


def main(name: str, folder: Path) -> int:
    """Renew a target's corpus."""
    target = _targets.target(name)
    old = [path.read_bytes() for path in _targets.corpus(name)]
    new = sorted((path.read_bytes() for path in folder.glob("*")), key=len)
    kept = chosen(target, [*old, *new])
    home = _targets.CORPUS / name
    for path in home.glob("*"):
        path.unlink()
    for data in kept:
        home.mkdir(parents=True, exist_ok=True)
        (home / sha1(data).hexdigest()[:12]).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
