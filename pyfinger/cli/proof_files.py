"""Proofs of DNS answers in files: `--dnssec-proof` writes one, `--check-proof` validates it again.

Checking asks nobody: what is in the file has to do, and the keys that validation begins
with are given by whoever checks, never by the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from pyfinger.cli.getopt import LETTERS, Scan
from pyfinger.cli.trust import read_dnssec_files
from pyfinger.dnssec.anchors import TrustAnchors
from pyfinger.dnssec.validator import Validator
from pyfinger.dnssec.zone_text import (
    ProofQuestion,
    ProofText,
    load_types,
    proof_lines,
    read_proof,
    reply_wire,
)
from pyfinger.errors import DecodeError, UsageError
from pyfinger.events import DisplayChosen, Emit, Event
from pyfinger.events.dnssec import DnssecLink, DnssecValidated, ProofChecked
from pyfinger.maincf.host_environment import HostEnvironment
from pyfinger.model.dnssec import Insecure, ProofReply, Secure
from pyfinger.options import Log, Show
from pyfinger.report.dnssec_words import date, outcome_word, step_text
from pyfinger.report.document.formats import CHECK_STATUS
from pyfinger.report.document.model import Outcome
from pyfinger.steps import Clock, Steps, result_of
from pyfinger.values import Value

HEAD = """\
; What DNS says, with what proves it: made by pyfinger at {at}.
; pyfinger --check-proof FILE --at {at} validates it again, from keys of your own choice.
"""
NOTHING = "; Nothing was validated.\n"

_ALONE = ("check-proof", "at", "dnssec-anchor", "v", "color")
_TIMES = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ", "%Y-%m-%d", "%Y%m%d%H%M%S")
_LATEST = 253402300799  # the end of the year 9999
_DIGITS = 11  # of seconds since the epoch, fewer than in a date


class ProofFile:
    """A renderer that keeps what answers hang on, and writes it when the probe is over."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = 0.0
        self._questions: dict[tuple[str, str], ProofQuestion] = {}
        self._replies: dict[tuple[str, str], ProofReply] = {}
        self._links: dict[str, None] = {}
        load_types()

    def __call__(self, event: Event, at: float) -> None:
        """Note one event."""
        if not isinstance(event, DnssecValidated):
            return
        self._at = at
        word = outcome_word(event.validated.security)
        self._questions[event.name, event.rdtype] = ProofQuestion(event.name, event.rdtype, word)
        self._links.update(dict.fromkeys(step_text(step) for step in event.validated.steps))
        for reply in event.validated.replies:
            self._replies[reply.name, reply.rdtype] = reply

    def close(self) -> None:
        """Write it; OSError."""
        text = NOTHING
        if self._questions:
            found = ProofText(tuple(self._questions.values()), tuple(self._replies.values()))
            lines = [*(f"; {text}" for text in self._links), *proof_lines(found)]
            text = HEAD.format(at=date(self._at)) + "".join(f"{line}\n" for line in lines)
        self._out.write(text.encode("ascii", "replace"))
        self._out.flush()


class ProofCheck(Value):
    """What `--check-proof` was asked to do."""

    proof: ProofText
    anchors: TrustAnchors
    at: float
    verbose: int

    def run(self, emit: Emit) -> int:
        """Validate each question again, and tell; the exit status is that of `--check`."""
        emit(DisplayChosen(Show(Log.NONE, verbose=self.verbose), utf8=False))
        wires = {(reply.name, reply.rdtype): reply_wire(reply) for reply in self.proof.replies}
        told: set[object] = set()
        holds = True
        validator = Validator(self.anchors, lambda name, rdtype: _kept(wires.get((name, rdtype))), self._now)
        for question in self.proof.questions:
            wire = wires.get((question.name, question.rdtype))
            validated = result_of(validator.validate(question.name, question.rdtype, wire))
            for step in validated.steps:
                if step not in told:
                    emit(DnssecLink(step))
            told.update(validated.steps)
            security = validated.security
            emit(ProofChecked(question.name, question.rdtype, security, question.outcome, self.at))
            holds = holds and isinstance(security, Secure | Insecure)
        return CHECK_STATUS[Outcome.MET if holds else Outcome.DNS_BOGUS]

    def _now(self) -> float:
        return self.at


def _kept(wire: bytes | None) -> Steps[bytes | None]:
    yield from ()
    return wire


def proof_check(found: Scan, host: HostEnvironment, clock: Clock) -> ProofCheck:
    """The check that a command line asks for; `UsageError`."""
    given = dict(found.items)
    if "check-proof" not in given:
        raise UsageError("--at goes with --check-proof only")
    _refuse_others(found)
    name = given["check-proof"]
    try:
        proof = read_proof(host.read(name).decode("latin-1"))
        for reply in proof.replies:
            reply_wire(reply)
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
        raise UsageError(f"{name}: {reason}") from error
    except DecodeError as error:
        raise UsageError(f"{name}: {error.what}") from error
    if not proof.questions:
        raise UsageError(f"{name}: no question that was answered")
    files = tuple(value for key, value in found.items if key == "dnssec-anchor")
    at = read_time(given["at"]) if "at" in given else clock()
    return ProofCheck(proof, read_dnssec_files(files, host), at, sum(key == "v" for key, _ in found.items))


def _refuse_others(found: Scan) -> None:
    if found.operands:
        raise UsageError(f"--check-proof takes no destination, the file has questions: {found.operands[0]}")
    for key, _ in found.items:
        if key not in _ALONE:
            raise UsageError(f"{f'-{key}' if key in LETTERS else f'--{key}'} does not go with --check-proof")


def read_time(text: str) -> float:
    """The time of `--at`: a date, or seconds since the epoch; `UsageError`."""
    for seconds in _readings(text):
        if 0 <= seconds <= _LATEST:
            return seconds
    raise UsageError(f"bad '--at' option value: {text} (2026-11-28T12:00:00Z, or seconds since the epoch)")


def _readings(text: str) -> Iterator[float]:
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        yield float(text)
        return
    for form in _TIMES:
        try:
            yield datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
