"""gmpy2's numbers come when they pay, and not before."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from types import ModuleType
from pyfinger.crypto import integers

class mpz(int): pass
early = {integers.integer_type() for _ in range(integers._PATIENCE)}
module = ModuleType("gmpy2")
module.mpz = mpz
asked = []
class Finder:
    def find_spec(self, name, path=None, target=None):
        asked.append(name)
sys.meta_path.insert(0, Finder())
%s
late = integers.integer_type()
print(*(kind.__name__ for kind in early), late.__name__, asked.count("gmpy2"))
"""


def _run(line: str) -> str:
    command = [sys.executable, "-c", SCRIPT % line]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_it_is_taken_when_somebody_has_it() -> None:
    assert _run("sys.modules['gmpy2'] = module") == "int mpz 0"


def test_after_some_operations_it_is_looked_for_once() -> None:
    looks = "\n".join(["integers.integer_type()"] * 3)
    without = "sys.path[:] = [one for one in sys.path if 'site-packages' not in one]\n"
    assert _run(without + looks) == "int int 1"
