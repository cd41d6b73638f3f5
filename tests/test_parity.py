"""The counting of lab scenarios, without the lab."""

from __future__ import annotations

from tests.parity import passed_after_retry, verdict


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
