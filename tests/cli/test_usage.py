import subprocess
import sys

import pytest

from pyfinger import __version__
from pyfinger.cli.option_table import OPTIONS, Option
from pyfinger.cli.usage import WIDTH, explanation, help_text, usage, version


def test_the_usage_text_names_the_program() -> None:
    assert usage("prog").startswith("usage: prog [-acCfRSvwx] ")
    assert usage("prog").endswith("\n\t[-m count] [-r delay] [-o name=value] destination [match ...]\n")


def test_help_fits_the_terminal() -> None:
    assert max(map(len, help_text("pyfinger").splitlines())) <= WIDTH


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_help_explains_every_option(option: Option) -> None:
    listed, _, _ = help_text("pyfinger").partition("Options end at")
    words = [line.replace("[=", " ").split() for line in listed.splitlines()]
    assert len([line for line in words if f"--{option.name}" in line]) == 1


@pytest.mark.parametrize(
    ("option", "text"),
    [
        (Option("", "a", "", "plain"), "plain"),
        (Option("", "a", "X", "word", choices=("b", "c"), default="c"), "word: b, c (default)"),
        (Option("", "a", "X", "word", choices=("b", "c"), default="b,c"), "word: b, c (default: b,c)"),
        (Option("", "a", "X", "number", further=("1", "2"), default="5"), "number (default: 5)"),
        (Option("", "a", "X", "file", repeatable=True), "file; repeatable"),
    ],
)
def test_explanations_name_words_and_default(option: Option, text: str) -> None:
    assert explanation(option) == text


def test_a_value_that_may_be_left_out_is_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    group = (Option("", "maybe", "FILE", "perhaps", optional=True), Option("q", "must", "FILE", "surely"))
    monkeypatch.setattr("pyfinger.cli.usage.GROUPS", {"All": group})
    assert "\nAll\n      --maybe[=FILE] " in help_text("pyfinger")
    assert "\n  -q, --must FILE " in help_text("pyfinger")


def test_a_form_too_long_for_its_column_gets_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfinger.cli.usage._MARGIN", 12)
    assert "\n  -l, --level LEVEL\n            how the server" in help_text("pyfinger")


def test_version() -> None:
    assert version() == f"pyfinger {__version__}\n"


def test_help_needs_neither_tls_nor_dns() -> None:
    code = (
        "import sys; from pyfinger.cli import main; status = main(['pyfinger', '--help']);"
        "print([name for name in ('tlslite', 'dns', 'socket', 'ecdsa') if name in sys.modules]);"
        "sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\n[]\n")
