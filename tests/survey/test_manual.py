"""The manual page and the documentation know every option."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from pyfinger.survey.arguments import parser
from pyfinger.survey.command import _ACTIONS
from tests.survey.world import ROOT


def options() -> Iterator[str]:
    (commands,) = (one for one in parser(_ACTIONS)._actions if isinstance(one, argparse._SubParsersAction))
    for command in commands.choices.values():
        for action in command._actions:
            yield from (word for word in action.option_strings if word.startswith("--") and word != "--help")


def test_every_option_is_in_the_manual() -> None:
    text = (ROOT / "man" / "pyfinger-survey.1").read_text(encoding="utf-8").replace("\\-", "-")
    assert sorted({word for word in options() if word not in text}) == []


def test_defaults_in_the_documentation_are_those_of_the_command() -> None:
    text = (ROOT / "docs" / "survey.md").read_text(encoding="utf-8")
    given = parser(_ACTIONS).parse_args(["run"])
    for name in ("pause", "back_off", "retries"):
        assert f"--{name.replace('_', '-')} {getattr(given, name):g}" in text
