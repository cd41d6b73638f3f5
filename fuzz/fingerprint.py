"""Any text is a fingerprint, and written canonically the same one, or malformed and told once."""

from __future__ import annotations

from pyfinger.dane.policy import parse_fingerprint, read_fingerprints
from pyfinger.events import Event, FingerprintMalformed

SEEDS: list[bytes] = [
    b"AA:BB:CC",
    b"aabb:cc",
    b"d41d8cd98f00b204e9800998ecf8427e",
    b"nothex",
    b":".join([b"00"] * 64),
]


def check(data: bytes) -> None:
    """Take `data` as an argument."""
    text = data.decode("utf-8", "surrogateescape")
    digest = parse_fingerprint(text)
    told: list[Event] = []
    records = read_fingerprints([text], told.append)
    if digest is None:
        assert records == ()
        assert told == [FingerprintMalformed(text)]
        return
    assert parse_fingerprint(digest.hex()) == digest
    assert text.replace(":", "").lower() == digest.hex()
    assert [record.data for record in records] == ([digest, digest] if digest else [])
