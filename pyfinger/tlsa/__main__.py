"""`python -m pyfinger.tlsa`."""

from __future__ import annotations

import sys

from pyfinger.tlsa.command import main

if __name__ == "__main__":
    sys.exit(main())
