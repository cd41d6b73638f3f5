"""Real flights of a server, however changed, end in the handshake recorded, in one TlsFailure, or in waiting.

The changed records are encrypted again with the right keys, so that they are
not just thrown out.  To do so many times, and to measure:

    python -m fuzz.flights [COUNT [SEED]]
"""

from __future__ import annotations

import gc
import random
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fuzz._mutations import mutated
from fuzz._recorded import Record, Scene, Sealer, client_randomness, drawing, judge, plans, record
from pyfinger.events import Event, HandshakeMessageSeen
from pyfinger.model import Credential, KeyKind, PublicKey, ServerKey, Verified
from pyfinger.tls.engine import Engine
from pyfinger.tls.handshake_failures import TlsFailure

MAX_SENT = 20_000  # bytes
MAX_STEP = 0.1  # seconds of processor time for one record
MAX_GROWTH = 8 << 20  # bytes
_HELLO_REQUEST = b"\0\0\0\0"
_MAX_CONTENT = 60_000


@dataclass(frozen=True)
class Believing:
    """A public key that believes every signature, so that changes get past them."""

    real: PublicKey

    @property
    def kind(self) -> KeyKind:
        return self.real.kind

    @property
    def bits(self) -> int:
        return self.real.bits

    @property
    def curve(self) -> str:
        return self.real.curve

    def verify(self, *_: object) -> bool:
        return True

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        return self.real.encrypt(secret, padding)


def believe(credential: Credential) -> Verified:
    return Verified(ServerKey(Believing(judge(credential).key.public)))


@dataclass(frozen=True)
class Script:
    """What a server says: the records of one of `SCENES`, maybe changed."""

    scene: int
    gullible: bool  # the client believes every signature
    records: tuple[Record, ...]

    def encode(self) -> bytes:
        parts = [bytes([self.scene, self.gullible])]
        for one in self.records:
            content = one.content[:_MAX_CONTENT]
            parts.append(bytes([one.epoch, one.kind]) + len(content).to_bytes(2, "big") + content)
        return b"".join(parts)


def decode(data: bytes) -> Script:
    """Any bytes are a script."""
    records = []
    at = 2
    while len(data) > at + 4:
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        content = data[at + 4 : at + 4 + size][:_MAX_CONTENT]
        records.append(Record(data[at] % 4, data[at + 1], content))
        at += 4 + size
    scene = data[0] % len(SCENES) if data else 0
    return Script(scene, bool(data[1:2] and data[1] & 1), tuple(records))


@dataclass
class Clock:
    """Processor time of each step, in seconds."""

    slowest: float = 0.0
    steps: int = 0

    def run(self, step: Callable[[], None]) -> None:
        start = time.thread_time()
        step()
        self.slowest = max(self.slowest, time.thread_time() - start)
        self.steps += 1


@dataclass
class Outcome:
    """What the client made of a script."""

    engine: Engine
    messages: list[bytes]
    sent: int


def play(script: Script, clock: Clock) -> Outcome:
    """Let the recorded client hear the script, one record after the other."""
    scene, messages = SCENES[script.scene], list[bytes]()

    def emit(event: Event) -> None:
        if isinstance(event, HandshakeMessageSeen) and not event.sent and event.message != _HELLO_REQUEST:
            messages.append(event.message)

    with drawing(client_randomness()):
        engine = scene.engine(believe if script.gullible else judge, emit)
        sealer, sent = Sealer(scene), len(engine.output())
        for one in script.records:
            wire = sealer.seal(one)
            clock.run(lambda wire=wire: engine.feed(wire))  # type: ignore[misc]
            sent += len(engine.output())
            if engine.error is not None or engine.closed:
                break
    return Outcome(engine, messages, sent)


def check(data: bytes) -> None:
    judge_outcome(decode(data), Clock())


def judge_outcome(script: Script, clock: Clock) -> str:
    """What came of it in a word; AssertionError if it must not be."""
    scene, outcome = SCENES[script.scene], play(script, clock)
    engine = outcome.engine
    assert engine.error is None or isinstance(engine.error, TlsFailure)
    assert outcome.sent < MAX_SENT
    if engine.connection_info is not None:
        recorded = scene.messages
        assert tuple(outcome.messages[: len(recorded)]) == recorded, (
            "another handshake passed for the one recorded"
        )
    if engine.error is not None:
        return engine.error.reason
    return "closed" if engine.closed else "open" if engine.connection_info else "waiting"


SCENES: list[Scene] = [record(plan) for plan in plans()]
SEEDS: list[bytes] = [Script(number, False, scene.records).encode() for number, scene in enumerate(SCENES)]


def _resident() -> int:
    """Bytes of memory this process has; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * 4096


@dataclass
class Tally:
    """What a run has seen."""

    outcomes: Counter[str] = field(default_factory=Counter)
    scenes: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    clock: Clock = field(default_factory=Clock)
    slowest: str = ""

    def run(self, chance: random.Random) -> None:
        """One script; whatever it breaks is shown so that `check` can break it again."""
        number = chance.randrange(len(SCENES))
        records, names = mutated(chance, SCENES[number].records)
        script = Script(number, chance.random() < 0.5, records)
        before = self.clock.slowest
        try:
            outcome = judge_outcome(script, self.clock)
        except Exception:
            print(f"broken by {script.encode().hex()}", file=sys.stderr)
            raise
        scene = SCENES[script.scene].plan.name
        self.outcomes[outcome] += 1
        self.scenes[scene] += 1
        self.changes.update(names)
        if self.clock.slowest > before:
            self.slowest = f"{scene}, {' and '.join(names)}: {outcome}"


def _traced(tally: Tally, chance: random.Random, count: int) -> tuple[int, int]:
    """Bytes held by Python after `count` scripts, and after as many again."""
    sizes = []
    tracemalloc.start()
    for _ in range(2):
        for _ in range(count):
            tally.run(chance)
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    return sizes[0], sizes[1]


def main(count: int = 100_000, seed: int = 1) -> int:
    tally, chance = Tally(), random.Random(seed)
    for _ in range(count // 10):
        tally.run(chance)
    early, start = _resident(), time.monotonic()
    for _ in range(count - count // 10):
        tally.run(chance)
    seconds, late = time.monotonic() - start, _resident()
    slowest = tally.clock.slowest
    traced = _traced(Tally(), chance, min(150, count))
    for title, counter in (("scene", tally.scenes), ("change", tally.changes), ("outcome", tally.outcomes)):
        for name, number in counter.most_common():
            print(f"{title:8} {number:7} {name}")
    print(f"slowest  {1000 * slowest:.1f} ms of processor time: {tally.slowest}")
    print(f"memory   resident {early >> 10} KiB after a tenth, {late >> 10} KiB at the end")
    print(f"memory   traced {traced[0] >> 10} KiB, then {traced[1] >> 10} KiB")
    good = slowest < MAX_STEP and late - early < MAX_GROWTH and traced[1] - traced[0] < MAX_GROWTH
    rate = (count - count // 10) / seconds
    print(
        f"{'passed' if good else 'FAILED'}: {count} mutations, {tally.clock.steps} records,"
        f" {rate:.0f} executions a second, seed {seed}"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
