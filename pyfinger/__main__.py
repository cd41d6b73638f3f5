"""`python -m pyfinger`."""

from __future__ import annotations

import sys

from pyfinger.cli import main

if __name__ == "__main__":
    sys.argv[0] = "pyfinger"
    sys.exit(main())
