import re
from pathlib import Path

import pytest

from pyfinger.cli.evaluate import Invocation, evaluate
from pyfinger.cli.option_table import GROUPS, OPTIONS, Option, ValueKind
from pyfinger.dane import digest
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.options import DIGEST_WORDS, GRADES, Config
from pyfinger.tls.protocols import parse_protocols

BY_NAME = {option.name: option for option in OPTIONS}
WITH_DEFAULT = [option for option in OPTIONS if option.default]
OF_WORDS = [option for option in OPTIONS if option.words]


def name_of(option: Option) -> str:
    return option.name


@pytest.fixture
def main_cf(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\n")
    return {"MAIL_CONFIG": str(tmp_path)}


def understood(words: list[str], environment: dict[str, str]) -> Invocation:
    return evaluate(["pyfinger", *words, "x.test"], SystemEnvironment(environment), lambda _event: None)


def test_groups_have_titles_and_no_option_twice() -> None:
    assert all(GROUPS)
    assert len({option.key for option in OPTIONS}) == len(OPTIONS)


@pytest.mark.parametrize("option", OPTIONS, ids=name_of)
def test_only_options_with_a_value_say_what_it_is(option: Option) -> None:
    assert option.value or option == Option(
        option.letter, option.name, "", option.help, repeatable=option.repeatable
    )


@pytest.mark.parametrize("option", OPTIONS, ids=name_of)
def test_optional_values_are_for_long_names_only(option: Option) -> None:
    assert not (option.optional and option.letter)


@pytest.mark.parametrize("option", OF_WORDS, ids=name_of)
def test_words_need_no_quotes_but_for_comparisons(option: Option) -> None:
    assert all(re.fullmatch(r"([<>]=|!)?[A-Za-z0-9][A-Za-z0-9._-]*", word) for word in option.words)
    assert len(set(option.words)) == len(option.words)


@pytest.mark.parametrize("option", WITH_DEFAULT, ids=name_of)
def test_the_default_given_changes_nothing(option: Option, main_cf: dict[str, str]) -> None:
    assert understood([f"--{option.name}={option.default}"], main_cf) == understood([], main_cf)


@pytest.mark.parametrize("option", OF_WORDS, ids=name_of)
def test_every_word_is_understood(option: Option, main_cf: dict[str, str]) -> None:
    for word in option.words:
        understood([f"--{option.name}={word}"], main_cf)
    if option.kind is ValueKind.LIST:
        understood([f"--{option.name}={','.join(option.words)}"], main_cf)


def test_every_digest_can_be_computed() -> None:
    assert BY_NAME["digest"].words == tuple(spellings[0] for spellings in DIGEST_WORDS.values())
    for spellings in DIGEST_WORDS.values():
        assert len({found(b"") if (found := digest(word)) else None for word in spellings}) == 1
        assert digest(spellings[0]) is not None


def test_every_grade_is_a_cipher_list() -> None:
    assert set(GRADES.values()) <= set(Config.__match_args__)
    assert set(BY_NAME["grade"].words) == set(GRADES)


@pytest.mark.parametrize("word", BY_NAME["protocols"].words)
def test_every_protocol_word_is_known(word: str) -> None:
    assert parse_protocols(word) is not None
