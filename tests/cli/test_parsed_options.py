import pytest

from pyfinger.cli.getopt import scan
from pyfinger.cli.parsed_options import ParsedOptions, take_options
from pyfinger.errors import SyntaxProblem, UsageError


def given(*words: str) -> ParsedOptions:
    return take_options(scan(words))


def test_values() -> None:
    found = given("-v", "-lmay", "-v", "-l", "none", "-o", "a = b", "-oa=c", "x", "y")
    assert found.count("v") == 2
    assert found.all("l") == ("may", "none")
    assert found.last("l", "dane") == "none"
    assert found.last("L", "routine") == "routine"
    assert found.settings == {"a": "c"}
    assert found.operands == ("x", "y")


def test_complaints_are_made_in_the_order_of_the_options() -> None:
    with pytest.raises(UsageError, match="bad '-M'"):
        given("-a", "bad", "-M", "bad", "-o", "bad", "-Z")
    with pytest.raises(SyntaxProblem, match=r"^$"):
        given("-o", "bad", "-M", "bad", "-Z")
    with pytest.raises(SyntaxProblem, match=r"^invalid option -- 'Z'$"):
        given("-o", "a=b", "-Z", "-M", "bad")


@pytest.mark.parametrize("setting", ["x", "=x", "a b=c", ""])
def test_malformed_settings(setting: str) -> None:
    with pytest.raises(SyntaxProblem, match=r"^$"):
        given("-o", setting)
