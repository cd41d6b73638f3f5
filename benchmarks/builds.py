"""Builds of pyfinger, to be measured side by side: this tree, and what `--baseline` names.

    --baseline GITREV      a revision of this repository, taken out into a temporary folder
    --baseline ENV         another environment's folder or interpreter, with a pyfinger in it

Builds take turns in one run, in processes of their own; compared are the medians of their
CPU, user and system, which other load on the machine disturbs least.  All run in an empty
environment, with the libraries of this one in PYTHONPATH, so without the hooks that tools
for development leave in it; modules are compiled, as an installation has them.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from venv import EnvBuilder

TREE = Path(__file__).resolve().parent.parent
LIBRARIES = sysconfig.get_path("purelib")
WITHOUT_GMPY2 = "raise ImportError('this benchmark does without')\n"

# What `pyfinger` as installed does, and then how much memory it has had at most.
COMMAND = """
import os, sys
from pyfinger.cli import main
fd = int(sys.argv[1])
sys.argv[:2] = ["pyfinger"]
try:
    status = main()
finally:
    with open("/proc/self/status") as known:
        peak = [line for line in known if line.startswith("VmHWM")]
    os.write(fd, peak[0].split()[1].encode())
sys.exit(status)
"""


@dataclass(frozen=True)
class Build:
    """One pyfinger: what runs it, and where it and its libraries are."""

    label: str
    python: str
    path: tuple[str, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "PYTHONSAFEPATH": "1",  # not the current folder
            "PYTHONPATH": os.pathsep.join(self.path),
        }


@dataclass(frozen=True)
class Spent:
    """What one run cost."""

    seconds: float  # of CPU
    kilobytes: int  # of memory, at most
    status: int
    output: bytes


@contextmanager
def builds(baseline: str | None, gmpy2: str = "none") -> Iterator[list[Build]]:
    """This tree's build and the baseline's, if there is one; `gmpy2` says who has it: none, both, or ours."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.chmod(folder, 0o755)
        Path(folder, "gmpy2.py").write_text(WITHOUT_GMPY2)
        ours = folder if gmpy2 == "none" else gmpy2_folder()
        front = (ours if gmpy2 == "both" else folder,)
        python = stack.enter_context(interpreter())
        found = [Build("this tree", python, (ours, str(TREE), LIBRARIES))]
        if baseline is not None and os.path.exists(baseline):
            inside = Path(baseline, "bin", "python")
            found.append(Build(baseline, str(inside if inside.exists() else baseline), front))
        elif baseline is not None:
            tree = stack.enter_context(taken_out(baseline))
            found.append(Build(baseline, python, (*front, tree, LIBRARIES)))
        for build in found:
            compile_modules = [build.python, "-m", "compileall", "-q", *build.path[:-1]]
            subprocess.run(compile_modules, stdout=subprocess.DEVNULL, check=False)
        yield found


def gmpy2_folder() -> str:
    """Where this Python finds gmpy2, which may be beside the other libraries; ends if it does not."""
    found = importlib.util.find_spec("gmpy2")
    if found is None or found.origin is None:
        sys.exit("gmpy2 is not installed")
    return str(Path(found.origin).parent.parent)


@contextmanager
def interpreter() -> Iterator[str]:
    """This Python in an environment with nothing in it, while it lasts."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        EnvBuilder(symlinks=True).create(folder)
        yield os.path.join(folder, "bin", "python")


@contextmanager
def taken_out(revision: str) -> Iterator[str]:
    """A revision's files in a folder, while it lasts."""
    git = ["git", "-C", str(TREE), "worktree"]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # root's probes go on as nobody, who has to come in
        tree = os.path.join(folder, "tree")
        subprocess.run([*git, "add", "--quiet", "--detach", tree, revision], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", tree], check=True)


def spent(build: Build, words: Sequence[str], user: str | None = None) -> Spent:
    """Run `pyfinger` with these words, as somebody else if named."""
    reading, writing = os.pipe()
    command = [build.python, "-c", COMMAND, str(writing), *words]
    with open(reading, "rb") as told:
        try:
            run = carried_out(command, build.environment, user, (writing,))
        finally:
            os.close(writing)
        return replace(run, kilobytes=int(told.read() or 0))


def carried_out(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    descriptors: Sequence[int] = (),
) -> Spent:
    """Run a program to its end; of its memory nothing is known."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=descriptors,
            user=user,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        return Spent(usage.ru_utime + usage.ru_stime, 0, process.returncode, output.read())


@dataclass
class Turns:
    """What was measured of one thing: for each build, a number a round."""

    what: str
    figures: dict[str, list[float]] = field(default_factory=dict)

    def note(self, label: str, figure: float) -> None:
        self.figures.setdefault(label, []).append(figure)

    def line(self, unit: str) -> str:
        """The medians, and that of the first build by the second's."""
        medians = [median(found) for found in self.figures.values()]
        shown = "".join(f"{figure:10.1f}" for figure in medians)
        ratio = f"{medians[0] / medians[1]:8.2f}" if len(medians) > 1 else ""
        return f"{self.what:44}{unit:>5}{shown}{ratio}"


def heading(found: Sequence[Build]) -> str:
    labels = "".join(f"{Path(build.label).name[:9]:>10}" for build in found)
    return f"{'':49}{labels}{'   ratio' if found[1:] else ''}"


def arguments(description: str, rounds: int) -> argparse.ArgumentParser:
    """The options all have."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--baseline", metavar="GITREV|ENV", help="what to compare with")
    parser.add_argument("--rounds", type=int, default=rounds, help=f"how often ({rounds})")
    add_gmpy2(parser)
    return parser


def add_gmpy2(parser: argparse.ArgumentParser) -> None:
    told = "who has gmpy2: none, both (the option alone), or ours"
    parser.add_argument(
        "--gmpy2", nargs="?", const="both", default="none", choices=("none", "both", "ours"), help=told
    )


def checked(run: Spent, expected: str, label: str) -> Spent:
    """A run that did what it should; ends the benchmark otherwise."""
    if expected.encode() not in run.output:
        sys.exit(
            f"{label}: expected {expected!r}, status {run.status}\n{run.output.decode(errors='replace')}"
        )
    return run
