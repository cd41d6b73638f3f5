"""Any bytes are a recording that is played to its end or to one fatal line, changed or not, or DecodeError.

What is read is written as it was; and every output there is can be made of the replay.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from pyfinger.errors import DecodeError
from pyfinger.values import replace
from tests.mailserver import MailServer
from tests.recording import golden
from tests.recording.making import ADDRESS, play, read, record, written
from tests.scripted import PeerFactory, Scripted
from tests.world import World

_ADDRESS = f"[{ADDRESS}]"


def _seed(world: World, servers: Mapping[str, PeerFactory | int], *words: str) -> bytes:
    """A recording that comes out the same every time."""
    data, _ = record(Scripted(world, servers), ("p", *words))
    found = read(data)
    return written(*found.entries, header=replace(found.header, seed=7))


SEEDS = [
    _seed(World(), {}, "x.test"),
    _seed(World(), {}, "-A", "none", "-l", "secure", "x.test"),
    _seed(World(fail={"x.test": "SERVFAIL"}), {}, "-v", "-h", "native,dns", "x.test:odd"),
    _seed(World(), {ADDRESS: MailServer()}, _ADDRESS),
    _seed(World(), {ADDRESS: 113}, _ADDRESS),
    *((golden.FOLDER / f"{name}.jsonl").read_bytes() for name in golden.PROBES),
    written(),
]


def check(data: bytes) -> None:
    try:
        recording = read(data)
    except DecodeError as error:
        assert error.what.startswith("line ")
        return
    again = written(*recording.entries, header=recording.header)
    assert read(again) == recording
    for seed in (None, zlib.crc32(data)):
        outcome = play(again, seed)
        assert outcome.status is not None or outcome.refusal is not None
        assert "\n" not in outcome.refusal
