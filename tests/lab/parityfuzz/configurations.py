"""Random main.cf texts, told by what a probe does with them."""

from __future__ import annotations

from collections.abc import Sequence

from tests.lab.parityfuzz.case import Case
from tests.lab.parityfuzz.dialogues import CHAIN
from tests.lab.parityfuzz.draw import Draw
from tests.lab.parityfuzz.names import usual_answers
from tests.lab.parityfuzz.parameters import assignment, expression, main_cf


def configuration(draw: Draw) -> Case:
    """A file, and perhaps -o on top of it; EHLO shows myhostname, the rest shows in what is offered."""
    lines = main_cf(draw)
    if draw.maybe(0.5):
        at = draw.number(0, len(lines))
        lines.insert(at, f"myhostname = {expression(draw, 0)}")
    argv: list[Sequence[str]] = [["-o", assignment(draw)] for _ in range(draw.weighted({0: 6, 1: 2, 2: 1}))]
    argv.append(["-l", draw.weighted({"none": 6, "may": 3, "secure": 1, "fingerprint": 0.5})])
    if draw.maybe(0.1):
        argv.append(["-g", draw.one(("high", "null", "low"))])
    return Case(
        "main.cf",
        [*argv, [draw.one(("fuzz.test", "[127.0.98.1]", "[127.0.98.1]:smtp", "[127.0.98.1]:foo"))]],
        main_cf=lines,
        dns=usual_answers(),
        servers={"127.0.98.1": {"chain": CHAIN}},
    )
