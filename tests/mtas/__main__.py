"""Run the servers, print a table, and say what differs.

    python -m tests.mtas [--only NAME] [--tree DIR] [--keep DIR] [--markdown]

Status 0 if pyfinger and posttls-finger said the same of every server, but for what differs by
design, and no less is equal than `equal.txt` says; 1 else, 2 if it cannot be run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.lab.layers import NAMESPACES, installed
from tests.lab.places import CHROOT, PROJECT
from tests.mtas import page
from tests.mtas.registry import SERVERS
from tests.mtas.results import Met, differing, expected, met, too_few
from tests.mtas.server import Server, Setting

LAYERS = Path(os.environ.get("MTAS_LAYERS", "/srv/lab-mtas"))
_SECONDS = 300


def main(argv: Sequence[str] | None = None) -> int:
    """Run, print, and return the exit status."""
    options = _parser().parse_args(argv)
    if os.geteuid() or not (CHROOT / "usr/sbin/posttls-finger").exists():
        print("tests.mtas: needs root, and the reference (tests/lab/setup)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(options.jobs) as pool:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        chosen = list(_chosen(options.only or [], options.tree or [Path("/")]))
        settings = {Setting.USUAL, *options.setting} if options.setting else set(Setting)
        jobs = list(pool.map(lambda place: _job(place, settings, options.cmd, folder), chosen))
        ready = [job for job in jobs if job is not None]
        everything = [(job, setting) for job in ready for setting in job.settings]
        ran = pool.map(lambda each: each[0].run(each[1]), everything)
        failed = [job for (job, _), well in zip(everything, ran, strict=True) if not well]
        mets = [job.met() for job in ready if job not in failed]
    print(*page.lines(mets), sep="\n")
    wrong = [*differing(mets), *too_few(mets, expected())]
    print(*wrong, sep="\n")
    if options.markdown:
        page.write(mets)
    return 1 if wrong or len(mets) < len(chosen) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.mtas", description=__doc__)
    add = parser.add_argument
    add("--only", choices=[server.name for server in SERVERS], action="append", help="may be repeated")
    add(
        "--setting", type=Setting, action="append", help="may be repeated; usual, off, missing, asking, tls12"
    )
    add("--tree", type=Path, action="append", help="a Debian system to install into (/); may be repeated")
    add("--cmd", default=str(Path(sys.executable).with_name("pyfinger")), help="the candidate")
    add("--jobs", type=int, default=2, help="servers, or settings of one, at a time (2)")
    add("--keep", type=Path, metavar="DIR", help="leave what was seen here, as JSON")
    add("--markdown", action="store_true", help="bring the tables of docs/servers.md up to date")
    return parser


def _chosen(names: Sequence[str], trees: Sequence[Path]) -> Iterator[tuple[Server, Path]]:
    """The servers, and the systems to install them into: those not of Debian into the first alone."""
    for server in SERVERS:
        for tree in trees:
            if (not names or server.name in names) and (server.of_debian or tree == trees[0]):
                yield server, tree


def _job(place: tuple[Server, Path], settings: Set[Setting], candidate: str, folder: Path) -> _Job | None:
    """A server, installed; None if it cannot be, which is said."""
    server, tree = place
    system = tree.name or "host"
    try:
        layer = installed(LAYERS / system / server.name, tree, server.install)
    except subprocess.CalledProcessError as failed:
        last = failed.stderr.decode(errors="backslashreplace").strip().splitlines()[-1:]
        print(f"{server.name}: left out, it cannot be installed: {' '.join(last)}", flush=True)
        return None
    words = ("--layer", str(layer), "--lower", str(tree), "--cmd", candidate)
    return _Job(
        server, [each for each in server.tls if each in settings], words, folder / f"{system}-{server.name}"
    )


@dataclass(frozen=True, slots=True)
class _Job:
    """An installed server."""

    server: Server
    settings: Sequence[Setting]
    words: Sequence[str]  # what every run of it is told
    base: Path  # of the files with what was seen

    def run(self, setting: Setting) -> bool:
        """Have one setting tried; if that goes wrong, which is no fault of the server's, it is said."""
        words = [self.server.name, setting.value, *self.words, "--into", str(self._file(setting))]
        inside = [sys.executable, "-m", "tests.mtas.inside", *words]
        try:
            subprocess.run(["unshare", *NAMESPACES, *inside], cwd=PROJECT, timeout=_SECONDS, check=True)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as wrong:
            print(f"{self.server.name}, {setting.value}: {type(wrong).__name__}", flush=True)
            return False
        return True

    def met(self) -> Met:
        """What came of all of them."""
        return met(self.server, {one: json.loads(self._file(one).read_bytes()) for one in self.settings})

    def _file(self, setting: Setting) -> Path:
        return self.base.with_name(f"{self.base.name}-{setting.value}.json")


if __name__ == "__main__":
    sys.exit(main())
