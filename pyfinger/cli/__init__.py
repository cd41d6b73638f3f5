"""The command: argv and main.cf to options, then driver, renderers, exit status.

getopt        argv to (option, value) pairs
table         every option, with its long name, values and help
usage         the usage text and `--help`
completions   the same for the shells
words         option values to what they mean
evaluate      all of it in Postfix's order, with Postfix's complaints
main          the program
"""

from __future__ import annotations

from pyfinger.cli.main import main

__all__ = ["main"]
