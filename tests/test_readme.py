"""The README tells the truth: its examples print what it says, but for keys and times."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyfinger.demo.world import DemoWorld
from tests.readme import README, Example, Runner, pieces, settled, written

pytestmark = pytest.mark.slow

TEXT = README.read_text(encoding="utf-8")
EXAMPLES = [piece for piece in pieces(TEXT) if isinstance(piece, Example)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    folder = tmp_path_factory.mktemp("readme")
    for outer in (folder, folder.parent, folder.parent.parent):
        outer.chmod(0o755)  # as root, the examples run as somebody else
    with DemoWorld() as world:
        yield Runner(world, Path(folder))


def test_nothing_is_lost_between_examples() -> None:
    assert "".join(piece if isinstance(piece, str) else written(piece) for piece in pieces(TEXT)) == TEXT
    assert len(EXAMPLES) > 10


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command[:60])
def test_examples(example: Example, run: Runner) -> None:
    if "::1" in example.output and not run.ipv6:
        pytest.skip("no IPv6 on this machine")
    assert settled(run(example).output) == settled(example.output)
