"""What the page of a probe costs: one recording told again, without a page and with one.

    .venv/bin/python benchmarks/page.py [--baseline GITREV|ENV] [--rounds N]

Nothing goes over a wire, so CPU is that of the command alone.  Commands take turns; what a file
costs is the median of what its turn took more than the plain one before it.  That includes all
that a plain probe does not need: the report (which is what `--json` costs), the explanation, each
message decoded, templates.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from builds import Build, Turns, arguments, builds, checked, heading, spent

from pyfinger.demo.world import DemoWorld

FILES = ("json", "html")
SEEN = "Verified TLS connection"


def record(folder: str, own: bool) -> str:
    """A probe of the demo's DANE server, with proofs if answers are validated by us; its recording."""
    name = os.path.join(folder, "own" if own else "plain")
    with DemoWorld() as world:
        words = ["--dnssec=own", f"--dnssec-anchor={world.anchor_file}"] if own else []
        words += ["--resolver", world.resolver, f"--record={name}", world.server("dane").destination]
        subprocess.run([sys.executable, "-m", "pyfinger", *words], stdout=subprocess.DEVNULL, check=True)
    return name


def measured(recording: str, what: str, found: Sequence[Build], rounds: int) -> list[str]:
    """The lines of one recording."""
    plain = Turns(f"{what}: in all")
    more = {kind: Turns(f"{what}: --{kind}, more than that") for kind in FILES}
    for turn in range(rounds + 1):
        for build in found:
            base = spent(build, ["--replay", recording])
            checked(base, SEEN, build.label)
            for kind in FILES:
                words = ["--replay", recording, f"--{kind}", f"{recording}.{kind}"]
                cost = checked(spent(build, words), SEEN, build.label).seconds - base.seconds
                if turn:  # not the first, which compiles
                    more[kind].note(build.label, cost * 1e3)
            if turn:
                plain.note(build.label, base.seconds * 1e3)
    return [turns.line("ms") for turns in (plain, *more.values())]


def main() -> None:
    """Print three lines for each recording."""
    options = arguments(__doc__ or "", 31).parse_args()
    with builds(options.baseline, options.gmpy2) as found, tempfile.TemporaryDirectory() as folder:
        print(heading(found))
        for what, own in (("a probe", False), ("with proofs", True)):
            lines = measured(record(folder, own), what, found, options.rounds)
            print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    main()
