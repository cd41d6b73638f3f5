"""Stop what `up` started, by the process ids it noted."""

from __future__ import annotations

import os
import sys

from tests.lab import daemons


def main() -> int:
    """Stop, and say so."""
    if os.geteuid():
        sys.exit("down: run as root")
    daemons.stop()
    print("down")
    return 0


if __name__ == "__main__":
    sys.exit(main())
