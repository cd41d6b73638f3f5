"""`pyfinger-tlsa`: TLSA records made, explained, held against rules, and tried before they are changed.

    pyfinger-tlsa make --host mx.example.com cert.pem        3 1 1, ready for the zone
    pyfinger-tlsa show '3 1 1 9A50…'                          what a record says, and what speaks against it
    pyfinger-tlsa lint zone.txt --certificate chain.pem      what is wrong, and what to do
    pyfinger-tlsa rehearse plan.toml                         when which step is safe, as caches see it

What is asked for goes to standard output, advice to standard error.  Status 0; 1 if something
could not be made, read or written; 2 for bad usage; more of each command in pyfinger-tlsa(1).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from pyfinger import __version__
from pyfinger.cli.command_frame import BAD_USAGE, CommandParser, complain, framed
from pyfinger.cli.interrupts import FAILED, INTERRUPTED
from pyfinger.errors import UsageError
from pyfinger.tlsa.inputs import BadArguments

PROGRAM = "pyfinger-tlsa"

# The module of each command, which has `add_options`, and what the command does.
_COMMANDS: Mapping[str, tuple[str, str]] = {
    "make": ("making", "records from certificates, requests, keys, or live servers"),
    "show": ("showing", "what records say, and what speaks against them"),
    "lint": ("lint_command", "what is wrong with records, beside certificates and servers"),
    "rehearse": ("rehearse_command", "what senders see while records and certificates change"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    given = list(sys.argv[1:] if argv is None else argv)
    return framed(PROGRAM, lambda: _run(given))


def _run(given: Sequence[str]) -> int:
    arguments = _parser(given).parse_args(given)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except UsageError as error:
        complain(PROGRAM, str(error))
        return BAD_USAGE if isinstance(error, BadArguments) else FAILED
    except KeyboardInterrupt:
        complain(PROGRAM, "interrupted")
        return INTERRUPTED


def _parser(given: Sequence[str]) -> CommandParser:
    """All commands; what belongs to one is loaded with it."""
    about = "TLSA records: made, explained, checked, rehearsed."
    parser = CommandParser(prog=PROGRAM, description=about, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (module, does) in _COMMANDS.items():
        command = commands.add_parser(name, help=does, allow_abbrev=False)
        if given[:1] == [name]:
            import_module(f"pyfinger.tlsa.{module}").add_options(command)
    return parser
