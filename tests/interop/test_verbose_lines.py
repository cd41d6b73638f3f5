"""`-v` against the recordings of posttls-finger: what is promised, in the same order and words.

Needs the lab to be up, and root (tests/lab/README.md).
"""

from __future__ import annotations

import sys

import pytest

from tests.lab import golden
from tests.lab.inside import lab_is_up
from tests.lab.normalise import PROGRAMS, transcript
from tests.lab.places import TREES
from tests.lab.scenarios import run_scenario, scenarios

pytestmark = pytest.mark.skipif(not lab_is_up(), reason="needs root, and the lab up")

# Postfix's inner life.  All else is promised; so is more than tests/lab/deviations.json asks for.
INTERNALS = ("ctable_locate:", "vstream_tweak_tcp:", "fd=", "dict_", "mac_parse:", "inet_addr_list_append:")
PROMISED = ("parse_destination", "dns_query", "addr_one", "lookup", "connect_addr")


@pytest.mark.parametrize("like", TREES)
@pytest.mark.parametrize("name", ["v-none", "v-dane", "v-notlsa", "v-fail"])
def test_promised_lines(name: str, like: str) -> None:
    [scenario] = scenarios(name)
    run = run_scenario(scenario, [sys.executable, "-m", "pyfinger", f"--like={like}"], False)
    got = transcript(run.out, run.err, run.status, PROGRAMS)
    [recorded] = golden.of_reference(name, like)
    promised = [line for line in recorded if not text(line).startswith(INTERNALS)]
    assert any(text(line).startswith(PROMISED) for line in promised)
    assert [line for line in got if line in promised] == promised, "\n".join(got)


def text(line: str) -> str:
    """A line of a transcript without its prefix."""
    return line.partition(": ")[2]
