"""Recordings that are kept, in tests/golden/recordings, with the text and the JSON that come of them.

    python -m tests.recording.golden            text and JSON anew, of the recordings that are there
    python -m tests.recording.golden --record   the recordings, too, of the demo world

The first is for when another report is made of the same; the second for when a
probe asks for something else, of which a failing test tells the first difference.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

from pyfinger.cli import main as pyfinger
from pyfinger.cli.evaluate import evaluate
from pyfinger.demo.command import command_line
from pyfinger.demo.world import DemoWorld
from pyfinger.drive.blocking import BlockingDriver
from pyfinger.drive.wall_clock import WallClock
from pyfinger.prober.context import system_dependencies
from pyfinger.prober.probe import probe
from pyfinger.recording.recorder import Recorder
from pyfinger.report.log import Tee
from tests.recording.making import Place

FOLDER = Path(__file__).resolve().parent.parent / "golden" / "recordings"

_VERSION = re.compile(rb'"version": "[^"]*"')

# Server of the demo world, and options.
PROBES: dict[str, tuple[str, list[str]]] = {
    "dane": ("dane", ["-C"]),
    "reconnect": ("tls12", ["-l", "may", "-r", "1", "-L", "summary,cache"]),
    "mismatch": ("mismatch", ["-v"]),
    "wrapper": ("smtps", ["-w"]),
}


def replayed(name: str) -> tuple[bytes, bytes]:
    """The text and the JSON that come of a recording; without the version that made them."""
    out = TextIOWrapper(BytesIO(), write_through=True)
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(out):
        file = Path(folder, "report.json")
        pyfinger(["pyfinger", "--replay", str(FOLDER / f"{name}.jsonl"), "--json", str(file)])
        return _bytes(out), _VERSION.sub(b'"version": ""', file.read_bytes(), 1)


def _bytes(out: TextIOWrapper) -> bytes:
    buffer = out.buffer
    assert isinstance(buffer, BytesIO)
    return buffer.getvalue()


def _record(world: DemoWorld, server: str, options: Sequence[str]) -> bytes:
    """A recording in which nothing tells where it was made."""
    words = ["pyfinger", *command_line(world, world.server(server), options)]
    out = BytesIO()
    recorder = Recorder(out, tuple(words), Place())
    tee = Tee([], [recorder], WallClock())
    invocation = evaluate(words, recorder.host, tee)
    driver = BlockingDriver(invocation.resolver)
    services = system_dependencies(driver.clock, invocation.trust, invocation.credentials)
    driver.run(recorder.watched(probe(invocation.options, recorder.services(services), tee)))
    recorder.close()
    return out.getvalue()


def main(argv: Sequence[str]) -> None:
    """Make them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if "--record" in argv:
        with DemoWorld() as world:
            for name, (server, options) in PROBES.items():
                (FOLDER / f"{name}.jsonl").write_bytes(_record(world, server, options))
    for name in PROBES:
        text, document = replayed(name)
        (FOLDER / f"{name}.txt").write_bytes(text)
        (FOLDER / f"{name}.json").write_bytes(document)


if __name__ == "__main__":
    main(sys.argv[1:])
