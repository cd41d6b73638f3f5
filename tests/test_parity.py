"""The counting of lab scenarios, without the lab."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.parity import comparison, main, passed_after_retry, running, verdict

# Commands of a lab that only notes what it is asked to do.
NOTE = """
import json, sys
from pathlib import Path
me = Path(sys.argv[0])
with (me.parent / "calls").open("a") as calls:
    print(me.name, *sys.argv[1:], file=calls)
if "--json" in sys.argv:
    results = [{"name": "good", "passed": True}, {"name": "bad", "passed": False}]
    Path(sys.argv[sys.argv.index("--json") + 1]).write_text(json.dumps(results))
"""
FAIL = "print('no such thing'); raise SystemExit(3)"


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    for name in ("up", "down", "compare"):
        (tmp_path / name).write_text(NOTE)
    return tmp_path


def calls(lab: Path) -> list[str]:
    return [line.split()[0] for line in (lab / "calls").read_text().splitlines()]


def test_the_comparison_is_asked_for_open_scenarios(lab: Path) -> None:
    assert comparison(lab, "x y")("--jobs", "2") == {"good": True, "bad": False}
    asked = (lab / "calls").read_text()
    assert asked.startswith("compare --open --quiet --cmd x y --json ")
    assert asked.endswith(" --jobs 2\n")


def test_the_lab_goes_down_whatever_happens(lab: Path) -> None:
    with pytest.raises(KeyboardInterrupt), running(lab):
        raise KeyboardInterrupt
    assert calls(lab) == ["up", "down"]


def test_a_lab_that_does_not_start_is_told_and_cleared_away(
    lab: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (lab / "up").write_text(FAIL)
    with pytest.raises(SystemExit, match="parity: up failed"), running(lab):
        raise AssertionError
    assert b"no such thing" in capfdbinary.readouterr().err
    assert calls(lab) == ["down"]


@pytest.mark.parametrize(("ratchet", "status"), [("1", 0), ("2", 1)])
def test_the_whole(
    lab: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    ratchet: str,
    status: int,
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    (lab / "ratchet").write_text(ratchet)
    options = ["--lab", str(lab), "--ratchet", str(lab / "ratchet"), "--cmd", "x"]
    assert main(["--up", *options]) == status
    assert capsys.readouterr().out == f"parity: not equal: bad\nparity 1/2 (ratchet {ratchet})\n"
    assert calls(lab) == ["up", "compare", "compare", "down"]
    assert main(options) == status
    assert calls(lab)[4:] == ["compare", "compare"]


def test_a_failure_gets_a_second_chance_by_its_name() -> None:
    calls: list[tuple[str, ...]] = []

    def compare(*options: str) -> dict[str, bool]:
        calls.append(options)
        if options[0] == "--only":
            # A pattern can match a whole group besides the scenario.
            return {"late": True, "other": False} if options[1] == "late" else {}
        return {"good": True, "late": False, "bad": False}

    assert passed_after_retry(compare) == {"good": True, "late": True, "bad": False}
    assert calls[1:] == [("--only", "late"), ("--only", "bad")]


def test_the_ratchet_only_lets_the_number_rise() -> None:
    results = {"a": True, "b": True, "c": False}
    assert verdict(results, 3) == (False, ["parity: not equal: c", "parity 2/3 (ratchet 3)"])
    assert verdict(results, 2) == (True, ["parity: not equal: c", "parity 2/3 (ratchet 2)"])
    enough, lines = verdict({"a": True}, 0)
    assert enough
    assert list(lines) == ["parity 1/1 (ratchet 0)", "parity: 1 more than the ratchet: raise it"]
