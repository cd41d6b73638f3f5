"""What validating costs, beside the bare signature checks it needs: MX, A, AAAA and TLSA of one domain.

    .venv/bin/python benchmarks/dnssec.py [CHAINS]

CHAINS is `chains.json` of the suite dnssec-chains, beside the project by default.  Each
chain is validated from the root with nothing known (cold), and again with what is known
then (warm); the same signatures are verified over data at hand (bare).  gmpy2 is
left out.  Goals: cold at most 1.25 times bare for algorithms 8, 13 and 13, warm at
most a third of cold.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyfinger.dnssec import algorithms
from pyfinger.dnssec.anchors import read_anchors
from pyfinger.dnssec.signatures import VerifyMemory
from pyfinger.dnssec.validator import Validator, ValidatorMemory
from pyfinger.model.dnssec import Secure
from pyfinger.steps import Steps

CHAINS = Path(__file__).resolve().parents[2] / "shared" / "vectors" / "dnssec-chains" / "chains.json"
NOW = 1_796_000_000.0
ROUNDS = 30
QUESTIONS = (
    ("example.com", "MX"),
    ("mx.example.com", "A"),
    ("mx.example.com", "AAAA"),
    ("_25._tcp.mx.example.com", "TLSA"),
)

Check = tuple[int, bytes, bytes, bytes]


def main(path: Path = CHAINS) -> None:
    """Print a line for each chain."""
    sys.modules["gmpy2"] = None  # type: ignore[assignment]
    print(f"{'':28}{'bare':>8} {'cold':>8} {'ratio':>6} {'warm':>8} {'ratio':>6}   ms, best of {ROUNDS}")
    for label, data in json.loads(path.read_text()).items():
        bare, cold, warm = measure(Chain(data))
        print(f"{label:28}{bare:8.2f} {cold:8.2f} {cold / bare:6.2f} {warm:8.2f} {warm / cold:6.2f}")


class Chain:
    """The replies of one chain."""

    def __init__(self, data: Any) -> None:
        self.anchors = read_anchors(f". DS {data['anchor']}")
        self.replies = {key: base64.b64decode(reply) for key, reply in data["responses"].items()}
        self.checks: list[Check] = []
        self.validate(self.validator(self._note))

    def _note(self, *check: Any) -> bool:
        self.checks.append(check)
        return algorithms.verify(*check)

    def validator(self, verify: Callable[..., bool] = algorithms.verify) -> Validator:
        """One that knows nothing."""
        return Validator(self.anchors, self._fetch, lambda: NOW, None, ValidatorMemory(VerifyMemory(verify)))

    def _fetch(self, name: str, rdtype: str) -> Steps[bytes | None]:
        yield from ()
        return self.replies[f"{name}./{rdtype}".replace("../", "./")]

    def validate(self, validator: Validator) -> None:
        """All questions of a probe."""
        for name, rdtype in QUESTIONS:
            steps = validator.validate(name, rdtype, self.replies[f"{name}./{rdtype}"])
            try:
                next(steps)
            except StopIteration as stop:
                assert isinstance(stop.value.security, Secure), stop.value.security

    def verify(self) -> None:
        """The signatures alone."""
        for check in self.checks:
            assert algorithms.verify(*check)


def measure(chain: Chain) -> tuple[float, float, float]:
    """Milliseconds of processor time: bare, cold, warm; they take turns."""
    best = [float("inf")] * 3
    for _ in range(ROUNDS):
        validator = chain.validator()
        works = (chain.verify, lambda known=validator: chain.validate(known))
        for place, work in enumerate((*works, works[1])):
            begin = time.process_time()
            work()
            best[place] = min(best[place], time.process_time() - begin)
    return best[0] * 1000, best[1] * 1000, best[2] * 1000


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
