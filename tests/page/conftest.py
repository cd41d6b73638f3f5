"""Pages of probes of the demo world, each with the documents that were written beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from pyfinger.cli.program import run
from pyfinger.demo.plan import PLANS
from pyfinger.demo.world import DemoWorld

SERVERS = ("dane", "mismatch", "anchor", "expired", "tls12", "plain", "selfsigned", "bogus", "smtps")


@dataclass(frozen=True)
class Probed:
    """What one probe wrote: page, document, events, trace and recording, in a folder of its own."""

    folder: Path

    @cached_property
    def page(self) -> str:
        return (self.folder / "page.html").read_text(encoding="utf-8")

    @cached_property
    def document(self) -> Any:
        return json.loads((self.folder / "report.json").read_bytes())

    @cached_property
    def trace(self) -> list[Any]:
        return [json.loads(line) for line in (self.folder / "trace").read_bytes().splitlines()]


@pytest.fixture(scope="package")
def world() -> Iterator[DemoWorld]:
    with DemoWorld([plan for plan in PLANS if plan.name in SERVERS]) as running:
        yield running


@pytest.fixture(scope="package")
def probed(world: DemoWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Probed]]:
    """The probe of one of the servers, made once."""
    done: dict[str, Probed] = {}
    patch = pytest.MonkeyPatch()
    patch.setattr("pyfinger.cli.runner.is_root", lambda: False)

    def probe(name: str) -> Probed:
        if name not in done:
            folder = tmp_path_factory.mktemp(name)
            files = {"html": "page.html", "json": "report.json", "events": "events", "record": "recording"}
            words = [f"--{option}={folder / file}" for option, file in files.items()]
            words += [
                f"--trace=json:{folder / 'trace'}",
                "--dnssec=own",
                f"--dnssec-anchor={world.anchor_file}",
            ]
            words += ["-w"] if name == "smtps" else []
            run(["pyfinger", *words, "--resolver", world.resolver, world.server(name).destination])
            done[name] = Probed(folder)
        return done[name]

    yield probe
    patch.undo()
