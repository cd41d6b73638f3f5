"""`pyfinger-tlsa`: TLSA records made, explained, held against rules.

    pyfinger-tlsa make --host mx.example.com cert.pem        3 1 1, ready for the zone
    pyfinger-tlsa show '3 1 1 9A50…'                          what a record says, and what speaks against it
    pyfinger-tlsa lint zone.txt --certificate chain.pem      what is wrong, and what to do

What is asked for goes to standard output, advice to standard error.  Status 0; 1 if something
could not be made or read; 2 for bad usage; more of each command in pyfinger-tlsa(1).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from pyfinger import __version__
from pyfinger.errors import UsageError
from pyfinger.tlsa.inputs import say
from pyfinger.tlsa.lint_command import add_lint
from pyfinger.tlsa.making import add_make
from pyfinger.tlsa.showing import add_show


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    arguments = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except UsageError as error:
        say(f"pyfinger-tlsa: {error}")
        return 1
    except BrokenPipeError:
        sys.stdout = None  # nobody reads: nothing is left to be flushed
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pyfinger-tlsa",
        description="TLSA records: made, explained, checked.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_make(commands)
    add_show(commands)
    add_lint(commands)
    return parser
