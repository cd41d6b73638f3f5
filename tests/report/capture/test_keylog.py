"""The key log."""

from __future__ import annotations

import io

from pyfinger.events import ProbeEnded, SecretDerived, TlsInitialized
from pyfinger.report.capture.pcapng import KeyLog

FIRST = SecretDerived("CLIENT_RANDOM", bytes(31) + b"\1", b"\xab" * 48)
SECOND = SecretDerived("EXPORTER_SECRET", bytes(31) + b"\2", b"\xcd" * 32)


class Watched(io.BytesIO):
    """Remembers what had been flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.flushed: list[bytes] = []

    def flush(self) -> None:
        self.flushed.append(self.getvalue())


def test_a_line_for_each_secret_at_once() -> None:
    out = Watched()
    log = KeyLog(out)
    log(TlsInitialized())
    assert out.flushed == []
    log(FIRST)
    log(SECOND)
    log(ProbeEnded(0))
    comment, *lines = out.getvalue().decode().splitlines()
    assert comment.startswith("# ")
    assert lines == [
        f"CLIENT_RANDOM {'00' * 31}01 {'ab' * 48}",
        f"EXPORTER_SECRET {'00' * 31}02 {'cd' * 32}",
    ]
    assert [len(done.splitlines()) for done in out.flushed] == [2, 3]


def test_a_log_without_secrets_says_that_it_is_one() -> None:
    out = io.BytesIO()
    KeyLog(out)(ProbeEnded(0))
    assert out.getvalue().startswith(b"# ") and out.getvalue().count(b"\n") == 1
