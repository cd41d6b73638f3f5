import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.cli.getopt import LETTERS, NAMES, Scan, scan
from pyfinger.cli.option_table import OPTIONS, Option

POSIX = "a:ch:o:RSt:T:vACdfFgHkKlLmMpPrswxX"


def test_letters_are_those_of_posttls_finger() -> None:
    with_value = set("ahotTAdFgHkKlLmMpPrs")
    without = set("cRSvCfwxX")
    assert {letter for letter, option in LETTERS.items() if option.value} == with_value
    assert {letter for letter, option in LETTERS.items() if not option.value} == without


def test_every_option_has_a_long_name_of_its_own() -> None:
    assert len(NAMES) == len(OPTIONS)
    assert all(option.name for option in OPTIONS)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], Scan(())),
        (["x.test", "-c"], Scan((), ("x.test", "-c"))),
        (["-cC", "x"], Scan((("c", ""), ("C", "")), ("x",))),
        (["-Lnone", "-l", "may", "x"], Scan((("L", "none"), ("l", "may")), ("x",))),
        (["-cLnone"], Scan((("c", ""), ("L", "none")))),
        (["-l", "-c"], Scan((("l", "-c"),))),
        (["-l", "--", "x"], Scan((("l", "--"),), ("x",))),
        (["-l", ""], Scan((("l", ""),))),
        (["-c", "--", "-x", "--"], Scan((("c", ""),), ("-x", "--"))),
        (["-", "-c"], Scan((), ("-", "-c"))),
        (["", "-c"], Scan((), ("", "-c"))),
        (["--level=may", "--no-chat", "x"], Scan((("l", "may"), ("c", "")), ("x",))),
        (["--level", "may"], Scan((("l", "may"),))),
        (["--level="], Scan((("l", ""),))),
        (["--set=a=b"], Scan((("o", "a=b"),))),
        (["--resolver", "::1"], Scan((("resolver", "::1"),))),
        (["--help"], Scan((("help", ""),))),
    ],
)
def test_scanning(words: list[str], found: Scan) -> None:
    assert scan(words) == found


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["-Z"], "invalid option -- 'Z'"),
        (["-cZx"], "invalid option -- 'Z'"),
        (["-c-"], "invalid option -- '-'"),
        (["-t"], "option requires an argument -- 't'"),
        (["-ct"], "option requires an argument -- 't'"),
        (["--nonsense=1"], "unrecognized option '--nonsense'"),
        (["--level"], "option '--level' requires an argument"),
        (["--srv=x"], "option '--srv' doesn't allow an argument"),
    ],
)
def test_complaints(words: list[str], complaint: str) -> None:
    assert scan(["-v", *words]).complaint == complaint
    assert ("v", "") in scan(["-v", *words]).items


BARE = frozenset({"maybe"})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--maybe", "x"], Scan((("maybe", ""),), ("x",), bare=BARE)),
        (["--maybe=", "x"], Scan((("maybe", ""),), ("x",))),
        (["--maybe=a=b", "x"], Scan((("maybe", "a=b"),), ("x",))),
        (["--maybe", "--srv"], Scan((("maybe", ""), ("R", "")), bare=BARE)),
        (["--maybe", "--", "x"], Scan((("maybe", ""),), ("x",), bare=BARE)),
        (["--maybe"], Scan((("maybe", ""),), bare=BARE)),
        (["--maybe", "--maybe="], Scan((("maybe", ""), ("maybe", "")))),
        (["--maybe=", "--maybe"], Scan((("maybe", ""), ("maybe", "")), bare=BARE)),
    ],
)
def test_an_optional_value_is_never_the_next_word(
    monkeypatch: pytest.MonkeyPatch, words: list[str], found: Scan
) -> None:
    monkeypatch.setitem(NAMES, "maybe", Option("", "maybe", "FILE", "", optional=True))
    assert scan(words) == found


@given(st.lists(st.text(alphabet="-=cClLxé ", max_size=4)))
def test_operands_are_never_lost(words: list[str]) -> None:
    found = scan(words)
    if not found.complaint:
        assert found.operands == tuple(words[len(words) - len(found.operands) :])
