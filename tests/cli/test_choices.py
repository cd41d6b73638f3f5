"""What the options about output come to."""

from __future__ import annotations

import pytest

from pyfinger.cli.getopt import scan
from pyfinger.cli.output_options import OutputOptions, choose
from pyfinger.errors import UsageError


def chosen(*words: str) -> OutputOptions:
    return choose(scan([*words, "example.test"]))


def test_nothing_chosen() -> None:
    assert chosen() == OutputOptions()
    assert OutputOptions().takes_stdout == ""


def test_everything_chosen() -> None:
    choices = chosen(
        *("--json", "a", "--events", "b", "--pcapng", "c", "--keylog=d", "--trace=e", "--timing", "--check"),
        *("--no-secrets", "--warn-days", "14.5", "--color=never"),
    )
    assert list(choices.files()) == [
        ("json", "a"),
        ("events", "b"),
        ("pcapng", "c"),
        ("keylog", "d"),
        ("trace", "e"),
    ]
    assert choices.timing and choices.check and not choices.secrets
    assert (choices.warn_days, choices.color) == (14.5, "never")


@pytest.mark.parametrize(
    ("word", "form", "file"),
    [
        ("--trace", "text", ""),
        ("--trace=t", "text", "t"),
        ("--trace=json", "json", ""),
        ("--trace=json:t", "json", "t"),
        ("--trace=./json", "text", "./json"),
        ("--trace= --trace", "text", ""),
        ("--trace= --trace=t", "text", "t"),
    ],
)
def test_traces(word: str, form: str, file: str) -> None:
    choices = chosen(*word.split())
    assert choices.trace is not None
    assert (choices.trace_form, choices.trace_file) == (form, file)


@pytest.mark.parametrize(
    ("words", "owner"),
    [
        (["--json", "-"], "json"),
        (["--events=/dev/stdout"], "events"),
        (["--trace=-"], "trace"),
        (["--format", "nagios"], "format"),
        (["--json", "x", "--trace"], ""),
    ],
)
def test_who_has_standard_output(words: list[str], owner: str) -> None:
    assert chosen(*words).takes_stdout == owner


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--json="], "bad '--json' option value: no file name"),
        (["--trace="], "bad '--trace' option value: no file name"),
        (["--trace=json:"], "bad '--trace' option value: no file name"),
        (["--trace", "--trace="], "bad '--trace' option value: no file name"),
        (["--format", "xml"], "bad '--format' option value: xml (one of: text, nagios, openmetrics)"),
        (["--color", "blue"], "bad '--color' option value: blue (one of: auto, always, never)"),
        (["--warn-days", "soon"], "bad '--warn-days' option value: soon (0 to 36500)"),
        (["--warn-days=-1"], "bad '--warn-days' option value: -1 (0 to 36500)"),
        (["--warn-days=nan"], "bad '--warn-days' option value: nan (0 to 36500)"),
        (["--warn-days=1e9"], "bad '--warn-days' option value: 1e9 (0 to 36500)"),
        (["--json", "-", "--events", "-"], "--json and --events both write to standard output"),
        (["--format=nagios", "--json=-"], "--format and --json both write to standard output"),
    ],
)
def test_complaints(words: list[str], complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(*words)
    assert str(caught.value) == complaint
