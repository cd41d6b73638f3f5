"""What long computations count with: gmpy2's numbers, if it is there and worth its import.

gmpy2 computes two to three times as fast, but to import it takes longer than forty
agreements on a key without it (2.3 takes along importlib.metadata and email).  So the
first operations of a process do without, unless somebody else has imported it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from itertools import count
from typing import TypeAlias

Maker: TypeAlias = Callable[[int], int]  # makes a number that computes with its like

_PATIENCE = 40  # operations
_operations = count()


def integer_type() -> Maker:
    """`int` or `gmpy2.mpz`; to be asked for once in each operation."""
    if "gmpy2" not in sys.modules and next(_operations) < _PATIENCE:
        return int
    return _fastest()


@cache
def _fastest() -> Maker:
    try:
        from gmpy2 import mpz
    except ImportError:
        return int
    maker: Maker = mpz
    return maker
