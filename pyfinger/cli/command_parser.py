"""How commands other than `pyfinger` read their options: a mistake is one line, and status 2.

`pyfinger` itself has getopt_long's ways (`getopt`), and does not load argparse.
"""

from __future__ import annotations

import argparse
from typing import NoReturn

BAD_USAGE = 2


class CommandParser(argparse.ArgumentParser):
    """One line says what is wrong; all there is to be said of options is in `--help`."""

    def error(self, message: str) -> NoReturn:
        """End the program."""
        shown = message if message.isprintable() else ascii(message)[1:-1]
        self.exit(BAD_USAGE, f"{self.prog}: {shown}\n")
