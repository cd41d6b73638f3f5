"""How the suites of DNSSEC are read, and what counts as passed.

Unbound's verdicts are three: SECURE, INSECURE and BOGUS (SERVFAIL), which is what
becomes of `Bogus` and of `Indeterminate`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyfinger.crypto import dsa
from pyfinger.dnssec.algorithms import VERIFIERS
from pyfinger.dnssec.anchors import read_anchors
from pyfinger.dnssec.budget import Limits
from pyfinger.dnssec.validator import Validator
from pyfinger.model.dnssec import Insecure, Secure, Validated
from pyfinger.steps import Steps
from tests.vectors.result import Json, Result

_DSA = (3, 6)


@contextmanager
def with_dsa() -> Iterator[None]:
    """The algorithm of unbound's older replays, which is not ours (RFC 8624 section 3.1)."""
    VERIFIERS.update(dict.fromkeys(_DSA, _verify_dsa))
    try:
        yield
    finally:
        for number in _DSA:
            del VERIFIERS[number]


def _verify_dsa(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 2536, and signatures in DER, too."""
    size = 64 + 8 * public[0]
    order, rest = int.from_bytes(public[1:21], "big"), public[21:]
    prime, base, value = (int.from_bytes(rest[at : at + size], "big") for at in (0, size, 2 * size))
    numbers = (signature[1:21], signature[21:]) if len(signature) == 41 else _two_integers(signature)
    r, s = (int.from_bytes(number, "big") for number in numbers)
    return dsa.verify(dsa.Domain(prime, order, base), value, hashlib.sha1(message).digest(), r, s)


def _two_integers(der: bytes) -> tuple[bytes, bytes]:
    end = 4 + der[3]
    return der[4:end], der[end + 2 :]


class Replies:
    """A resolver that has these replies only; a name's key is as in the suites, `example.com./MX`."""

    def __init__(self, replies: Json) -> None:
        self._replies = {key.lower(): value for key, value in replies.items()}
        self.asked: list[str] = []

    def __call__(self, name: str, rdtype: str) -> Steps[bytes | None]:
        yield from ()
        key = f"{name}./{rdtype}".replace("../", "./")
        self.asked.append(key)
        return self.get(key)

    def get(self, key: str) -> bytes | None:
        found = self._replies.get(key.lower())
        return None if found is None else base64.b64decode(found)


def verdict(validated: Validated) -> str:
    """In unbound's words."""
    match validated.security:
        case Secure():
            return "SECURE"
        case Insecure():
            return "INSECURE"
    return "BOGUS"


def run(steps: Steps[Validated]) -> Validated:
    """The outcome of steps that ask for nothing."""
    try:
        next(steps)
    except StopIteration as stop:
        validated: Validated = stop.value
        return validated
    raise AssertionError("a request, though all replies are there")


def judge(case: Json, anchors: str, now: float, limits: Limits | None = None) -> Validated:
    """One question, nothing remembered."""
    replies = Replies(case["responses"])
    validator = Validator(read_anchors(anchors), replies, lambda: now, limits)
    name = case["qname"]
    return run(validator.validate(name, case["qtype"], replies.get(f"{name}/{case['qtype']}")))


def run_broken_zones(folder: Path) -> Iterator[Result]:
    """Zones broken on purpose, beside unbound."""
    data = json.loads((folder / "cases.json").read_text())
    for case in data["checks"]:
        validated = judge(case, data["trust_anchor"], data["now"])
        got = verdict(validated)
        yield Result(case["id"], got == case["expected"], f"{validated.security} wanted {case['expected']}")


def run_dnssec_chains(folder: Path) -> Iterator[Result]:
    """Whole chains, of each algorithm."""
    for label, data in json.loads((folder / "chains.json").read_text()).items():
        replies = Replies(data["responses"])
        validator = Validator(read_anchors(f". DS {data['anchor']}"), replies, lambda: 1_796_000_000.0)
        for key in data["responses"]:
            name, _, rdtype = key.rpartition("/")
            validated = run(validator.validate(name, rdtype, replies.get(key)))
            yield Result(f"{label} {key}", verdict(validated) == "SECURE", str(validated.security))


def run_unbound_rpl(folder: Path) -> Iterator[Result]:
    """Unbound's replays, flattened."""
    for case in json.loads((folder / "flat.json").read_text()):
        anchors = "\n".join(case["trust_anchors"]) or "invalid. DS 1 8 2 00"
        now = 0 if case["now"] == "ignore" else case["now"]
        with with_dsa():
            validated = judge(case, anchors, now)
        got = verdict(validated)
        good = got == case["expected"] or (case["expected"] == "NOT_BOGUS" and got != "BOGUS")
        yield Result(case["id"], good, f"{validated.security} wanted {case['expected']} {case['options']}")
