"""Any parameter values expand to text of limited size, or raise UsageError.

The first line is the text to expand, the others are the values of `a`, `b` and
so on.
"""

from __future__ import annotations

from pyfinger.errors import UsageError
from pyfinger.maincf.expansion import MAX_WORK, expand

SEEDS: list[bytes] = [
    b"$a-${b}-$(c)\nA\n$a$a\n${b?x}",
    b"${a?{yes}:{no}} ${{$b} <level {3.6} ? {md5} : {sha256}}\n\n3.10",
    b"${{10} >= {$a}?{yes}} $$ ${unknown: {default}}\n9",
    b"$a\n$b$b\n$c$c\n$d$d\n$e$e\n$f$f\n$a",
]


def check(data: bytes) -> None:
    text, *values = data.decode("utf-8", "surrogateescape").split("\n")
    names = {chr(ord("a") + number): value for number, value in enumerate(values[:26])}
    try:
        result = expand(text, names.get)
    except UsageError:
        return
    assert len(result) <= MAX_WORK
    if "$" not in text:
        assert result == text
