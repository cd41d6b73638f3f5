"""`--replay`: the command line of a recording, with what is to be seen of it this time.

The recorded command line decides everything but the outputs: those are the ones
asked for now.  What the log shows (`-c`, `-C`, `-L`, `-v`) is as it was, unless
any of it is said anew; then only that counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from pyfinger.cli.getopt import LETTERS, NAMES, Scan, scan
from pyfinger.cli.option_table import KEEPING, REPLAYING, RETURNING, SHOWING
from pyfinger.cli.places import spare
from pyfinger.cli.runner import ReplayRunner
from pyfinger.decimals import decimal
from pyfinger.errors import DecodeError, UsageError

_SHOWN = frozenset(option.key for option in SHOWING)
_OUTPUT = frozenset(option.key for option in (*KEEPING, *RETURNING))
_LIMIT = frozenset({"timeout"})  # of this run; the recorded one is over
_REPLAY = frozenset(option.key for option in REPLAYING)


def replay(found: Scan) -> ReplayRunner | None:
    """The recording that is to be played; None if none is.

    `UsageError` if it cannot be, or something else is asked besides.
    """
    given = dict(found.items)
    if found.complaint:
        return None  # which is said instead
    if "replay" not in given:
        if "mutate" in given:
            raise UsageError("--mutate goes with --replay only")
        return None
    _refuse_others(found)
    seed = _seed(given["mutate"]) if "mutate" in given else None
    for key, value in found.items:
        if key != "replay":
            spare(given["replay"], value)
    return _opened(given["replay"], seed, [item for item in found.items if item[0] in _SHOWN])


def _refuse_others(found: Scan) -> None:
    if found.operands:
        raise UsageError(f"--replay takes no destination, the recording has one: {found.operands[0]}")
    if any(key == "record" for key, _ in found.items):
        raise UsageError("--record and --replay are mutually exclusive")
    for key, _ in found.items:
        if key not in _SHOWN | _OUTPUT | _REPLAY | _LIMIT:
            spelled = f"-{key}" if key in LETTERS else f"--{key}"
            raise UsageError(f"{spelled} does not go with --replay: the recording decides that")


def _seed(text: str) -> int:
    from pyfinger.recording.mutation import SEEDS

    seed = decimal(text, SEEDS - 1)
    if seed is None:
        raise UsageError(f"bad '--mutate' option value: {text} (a number below 2 to the 64)")
    return seed


def _opened(name: str, seed: int | None, shown: list[tuple[str, str]]) -> ReplayRunner:
    from pyfinger.recording.parser import read_recording
    from pyfinger.recording.player import Player

    try:
        with open(name, "rb") as file:
            recording = read_recording(file)
    except (OSError, ValueError) as error:  # also: a null character in the name
        raise UsageError(f"{name}: {_reason(error)}") from error
    except DecodeError as error:
        raise UsageError(f"{name}: {error.what}") from error
    program, *words = recording.header.words
    then = scan(words)
    if then.complaint or not then.operands:
        raise UsageError(f"{name}: line 1: words: no command line of a probe")
    return ReplayRunner([program, *_spelled(then, shown)], Player(recording, name, seed))


def _reason(error: OSError | ValueError) -> str:
    return os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)


def _spelled(then: Scan, shown: list[tuple[str, str]]) -> Iterator[str]:
    """The words of a command line, with other options about the log if there are any."""
    left_out = _OUTPUT | _REPLAY | _LIMIT | (_SHOWN if shown else frozenset())
    yield from _options([*shown, *(item for item in then.items if item[0] not in left_out)])
    yield "--"
    yield from then.operands


def _options(items: Iterable[tuple[str, str]]) -> Iterator[str]:
    for key, value in items:
        if key in LETTERS:
            yield f"-{key}"
            yield from [value] if LETTERS[key].value else []
        else:
            yield f"--{key}={value}" if NAMES[key].value else f"--{key}"
