"""The command: argv and main.cf to options, then driver, renderers, exit status.

getopt        argv to (option, value) pairs
table         every option, with its long name, values and help
usage         the usage text and `--help`
completions   the same for the shells
words         option values to what they mean
evaluate      all of it in Postfix's order, with Postfix's complaints
program       the program
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from importlib import import_module

__all__ = ["main", "started"]

INTERRUPTED = 130  # 128 + SIGINT, as a shell has it
_OBJECTS = 200_000  # more than a probe makes; looking for garbage earlier is a tenth of its work


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; `argv` begins with the program's name.  Its exit status."""
    if argv is None:  # the process is ours
        gc.set_threshold(_OBJECTS)
    try:
        from pyfinger.cli.program import run
    except KeyboardInterrupt:  # while starting, when there is nothing to finish
        return INTERRUPTED
    return run(argv)


def started(module: str, argv: Sequence[str] | None = None) -> int:
    """`main` of another command's module, loaded now; its exit status, whenever it is interrupted."""
    try:
        status: int = import_module(module).main(argv)
    except KeyboardInterrupt:  # while starting, or when all was said
        return INTERRUPTED
    return status
