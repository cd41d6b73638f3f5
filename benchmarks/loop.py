"""What one probe costs after others in the same process.

    .venv/bin/python benchmarks/loop.py [--baseline GITREV|ENV] [--rounds N] [--gmpy2 [both|ours]]

`log`: the command's own work, its lines thrown away; `probe`: the library, nobody looking at
the report; `report`: and the report as JSON; `hybrid`: as `probe`, with X25519MLKEM768.  Servers
and resolver are the demo's, in this process; for ML-KEM they need kyber-py.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

with suppress(ImportError):
    import kyber_py.ml_kem  # noqa: F401  (before tlslite-ng, which the servers are made of)

from builds import Build, Turns, arguments, builds, heading
from oneshot import PLANS

from pyfinger.demo.world import DemoWorld

WARM = 12  # probes before what counts: tables made, imports done
EACH = 6  # probes in a round

WORKER = """
import json, sys, time, os
import pyfinger
from pyfinger.cli import main
told = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
def log(destination, resolver):
    assert main(["pyfinger", "-c", "--resolver", resolver, destination]) == 0
def probe(destination, resolver):
    return pyfinger.probe(destination, resolver=resolver)
HYBRID = {"tls_eecdh_auto_curves": "X25519MLKEM768 X25519"}
agreed = set()
def hybrid(destination, resolver):
    found = pyfinger.probe(destination, resolver=resolver, settings=HYBRID)
    if not agreed:
        agreed.add(found.sessions[0].tls.group)
        assert agreed == {"X25519MLKEM768"}, agreed
def report(destination, resolver):
    found = probe(destination, resolver)
    try: from pyfinger.report.document.formats import json_bytes
    except ImportError: from pyfinger.report.document.asjson import json_bytes
    assert found.met, found.explanation
    assert json_bytes(found)
for line in sys.stdin:
    kind, times, destination, resolver = json.loads(line)
    began = time.process_time()
    for _ in range(times):
        globals()[kind](destination, resolver)
    print(json.dumps((time.process_time() - began) / times), file=told, flush=True)
"""


class Worker:
    """A process that probes."""

    def __init__(self, build: Build, program: str = WORKER) -> None:
        self.label = build.label
        self._process = subprocess.Popen(
            [build.python, "-c", program],
            env=build.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, *words: object) -> Any:
        """Its answer."""
        assert self._process.stdin and self._process.stdout
        print(json.dumps(words), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline() or sys.exit(f"{self.label}: no answer"))

    def close(self) -> None:
        self._process.communicate()


@contextmanager
def workers(found: Sequence[Build]) -> Iterator[list[Worker]]:
    with ExitStack() as stack:
        started = [Worker(build) for build in found]
        for worker in started:
            stack.callback(worker.close)
        yield started


def measured(what: str, probe: tuple[str, str, str], found: Sequence[Build], rounds: int) -> str:
    """One line of the table; each kind has processes of its own."""
    kind, destination, resolver = probe
    turns = Turns(f"{kind}, {what}")
    with workers(found) as started:
        for worker in started:
            worker.ask(kind, WARM, destination, resolver)
        for _ in range(rounds):
            for worker in started:
                turns.note(worker.label, worker.ask(kind, EACH, destination, resolver) * 1e3)
    return turns.line("ms")


def main() -> None:
    """Print a line for each kind of use and server."""
    parser = arguments(__doc__ or "", 11)
    parser.add_argument("--only", default="", help="lines with this in them")
    options = parser.parse_args()
    with DemoWorld(PLANS) as world, builds(options.baseline, options.gmpy2) as found:
        print(heading(found))
        cases = [(kind, name) for kind in ("log", "probe", "report") for name in ("p256", "rsa")]
        for kind, name in (*cases, *([("hybrid", "p256")] if "kyber_py" in sys.modules else [])):
            server = world.server(name)
            if options.only in f"{kind}, {server.plan.about}":
                asked = (kind, server.destination, world.resolver)
                print(measured(server.plan.about, asked, found, options.rounds), flush=True)


if __name__ == "__main__":
    main()
