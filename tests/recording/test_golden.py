"""Of a recording that is kept comes the same report as ever (`tests.recording.golden`)."""

from __future__ import annotations

import pytest

from tests.recording import golden


@pytest.mark.parametrize("name", golden.PROBES)
def test_a_recording_gives_the_report_it_always_gave(name: str) -> None:
    text, document = golden.replayed(name)
    assert text.decode() == (golden.FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert document.decode() == (golden.FOLDER / f"{name}.json").read_text(encoding="utf-8")
