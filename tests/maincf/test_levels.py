import pytest

from pyfinger.maincf.macro_syntax import compatibility_level


@pytest.mark.parametrize(
    ("text", "level"),
    [("3", (3, 0, 0)), ("3.10", (3, 10, 0)), ("3.6.1", (3, 6, 1)), (" 2", (2, 0, 0)), ("0", (0, 0, 0))],
)
def test_levels(text: str, level: tuple[int, int, int]) -> None:
    assert compatibility_level(text) == level


@pytest.mark.parametrize("text", ["", "x", "3.", "3x", "3.6.1.2", "-1", "3.-1", "3 ", "9" * 10])
def test_no_levels(text: str) -> None:
    assert compatibility_level(text) is None
