import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.errors import UsageError
from pyfinger.maincf.expansion import MAX_NESTING, MAX_WORK, MacroError, expand

VALUES = {"a": "A", "nested": "<$a>", "empty": "", "level": "3.6", "loop": "$pool", "pool": "$loop"}


def value(text: str) -> str:
    return expand(text, VALUES.get)


GOOD = {
    "plain": "plain",
    "$a": "A",
    "-${a}-$(a)-": "-A-A-",
    "$a.b_c": "A.b_c",
    "$a_b": "",
    "$nested": "<A>",
    "$$a $$$$": "$a $$",
    "$unknown": "",
    "${ a }": "A",
    "${ ?x}": "",
    "${a?yes}${empty?yes}${unknown?yes}": "yes",
    "${a:no}${empty:no}${unknown:no}": "nono",
    "${a?}": "",
    "${a? yes }": " yes ",
    "${a?{yes}:{no}}${empty?{yes}:{no}}": "yesno",
    "${a ? {yes} : {no}}": "yes",
    "${empty?{yes}:no }": "no ",
    "${empty?{yes}}": "",
    "${empty?yes:no}": "",
    "${unknown: {x}}": "x",
    "${unknown:$nested}": "<A>",
    "${a?$(nested)}": "<A>",
    "$(a?b{)": "b{",
    "${a?b}c}": "bc}",
    "${{x} == {x}}": "true",
    "${{x}=={y}}": "",
    "${{x} != {y}?{yes}:{no}}": "yes",
    "${{$a} == {A}:no}": "",
    "${{x} == {y}:no}": "no",
    "${{x} == {y}?}": "",
    "${{10} > {9}}": "true",
    "${{010} == {10}}": "true",
    "${{a10} < {a9}}": "true",
    "${{-1} < {1}}": "true",
    "${{} == {}}": "true",
    "${{ 1} == {1}}": "",
    "${{3.10} <level {3.6}}": "",
    "${{3.10} >=level{3.6.9}}": "true",
    "${{$level} ==level {3.6.0}}": "true",
    "${{3} <level {$level}}": "true",
    "${{a{b}c} == {a{b}c}}": "true",
}

OPERATORS = '"==" or "!="" or "<"" or "<="" or ">="" or ">" expected'

BAD = {
    "${a": 'truncated macro reference: "${a"',
    "$(a": 'truncated macro reference: "$(a"',
    "x$": 'empty macro name: "x$"',
    "${}": 'empty macro name: "${}"',
    "${na me}": 'attribute name syntax error at: "...na>>> me"',
    "${  aaa   bbb}": 'attribute name syntax error at: "...  aaa>>>   bbb"',
    "${a.b}": 'attribute name syntax error at: "...a>>>.b"',
    "${{x} = {y}}": f'{OPERATORS} at: "...x}}>>>= {{y}}"',
    "${{x}}": f'{OPERATORS} at: "...x}}>>>"',
    "${{x} <>level {3}}": f'{OPERATORS} at: "...x}}>>><>level {{3}}"',
    "${{x} == y}": '"{expression}" expected at: "...{x} ==>>> y"',
    "${{x} == {y} z}": '"?" or ":" expected at: "...}>>>z"',
    "${{x} == {y}? {a} z}": '":" expected at: "...a}>>>z"',
    "${a?{x}{y}}": '":" expected at: "...x}>>>{y}"',
    "${a:{x} y}": 'unexpected input at: "...x}>>>y"',
    "${a?{x} : {y} zzzzzzzzzzzzzzzzzzzzzzzz}": f'unexpected input at: "...y}}>>>{"z" * 20}"',
    "$({x} == {y)": 'unbalanced {} in attribute expression: "{y"',
    "$(a?{x)": 'unbalanced {} in attribute expression: "{x"',
    "${{x} <level {3}}": 'malformed compatibility level syntax: "x"',
    "${{3} <level {3.}}": 'malformed compatibility level syntax: "3."',
    "${{x} ==lev {x}}": 'bad operator suffix at: "...==>>>lev"',
    "${{x} =~ {x}}": f'{OPERATORS} at: "...x}}>>>=~ {{x}}"',
    "${a\v}": 'attribute name syntax error at: "...a>>>\v"',
    "$loop": 'unreasonable macro call nesting: "pool"',
}


@pytest.mark.parametrize("text", GOOD)
def test_values(text: str) -> None:
    assert value(text) == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_complaints(text: str) -> None:
    with pytest.raises(MacroError) as caught:
        value(text)
    assert str(caught.value) == BAD[text]


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("${$} ${a", ['attribute name syntax error at: "...>>>$"', 'truncated macro reference: "${$} ${a"']),
        (
            "${b.} $x $ ${a",
            ['attribute name syntax error at: "...b>>>."', 'empty macro name: "${b.} $x $ ${a"'],
        ),
        ("${b.} ${a} $", ['attribute name syntax error at: "...b>>>."']),  # the second reference ends it
        ("$ ${a", ['empty macro name: "$ ${a"']),
        ("${a?{$}x}", ['empty macro name: "$"', '":" expected at: "...$}>>>x"']),
        ("${a?{$}:{$}x}", ['empty macro name: "$"', 'unexpected input at: "...$}>>>x"']),
        ("${a?{b.c}:{$}x}", ['unexpected input at: "...$}>>>x"']),
        ("${{${x} == {}}", ['truncated macro reference: "${{${x} == {}}"']),
        ("${{a$} == {b$}}", ['empty macro name: "a$"', 'empty macro name: "b$"']),
        (
            "${{$} <level {3}}",
            ['empty macro name: "$"', 'malformed compatibility level syntax: ""'],
        ),
        (
            "${{3.$(} <level {x}}",
            ['truncated macro reference: "3.$("', 'malformed compatibility level syntax: "3."'],
        ),
    ],
)
def test_after_a_complaint_there_may_be_others(text: str, warnings: list[str]) -> None:
    with pytest.raises(MacroError) as caught:
        value(text)
    assert list(caught.value.warnings) == warnings


def test_nesting_too_deep_is_told_at_every_level_on_the_way_up() -> None:
    with pytest.raises(MacroError) as caught:
        expand(".$myhostname.$", {"myhostname": ".$myhostname.$"}.get)
    empty = 'empty macro name: ".$myhostname.$"'
    deepest = [f'unreasonable macro call nesting: "{text}"' for text in (".", "myhostname")]
    assert list(caught.value.warnings) == [*deepest, *[deepest[0], empty] * 102]


def test_nesting_too_deep_is_told_once_where_nothing_follows() -> None:
    with pytest.raises(MacroError) as caught:
        expand("$myhostname", {"myhostname": "$myhostname"}.get)
    assert list(caught.value.warnings) == ['unreasonable macro call nesting: "myhostname"']


def test_after_a_complaint_each_reference_counts_as_a_level() -> None:
    with pytest.raises(MacroError) as caught:
        expand("${x.}" + "$a." * 60, lambda name: None)
    warnings = caught.value.warnings
    assert warnings[0] == 'attribute name syntax error at: "...x>>>."'
    assert warnings[1] == 'unreasonable macro call nesting: "a"' and len(warnings) == 20


def test_numbers_have_to_fit() -> None:
    with pytest.raises(UsageError, match="mac_exp_eval: bad conversion: 9223372036854775808"):
        value("${{1} < {9223372036854775808}}")
    assert value("${{1} < {009223372036854775807}}") == "true"


@pytest.mark.slow
def test_values_that_double_themselves_do_no_harm() -> None:
    values = {f"v{n}": f"$v{n + 1}$v{n + 1}" for n in range(90)}
    for last in ("x", ""):
        values["v90"] = last
        with pytest.raises(MacroError, match="unreasonable macro expansion"):
            expand("$v0", values.get)


@pytest.mark.slow
def test_complaints_that_double_themselves_do_no_harm() -> None:
    values = {f"v{n}": f"${{{{$v{n + 1}}} == {{$v{n + 1}}}}}" for n in range(90)} | {"v90": "$"}
    with pytest.raises(MacroError) as caught:
        expand("$v0", values.get)
    assert len(caught.value.warnings) < MAX_WORK


def test_nesting_up_to_the_limit() -> None:
    def chain(length: int) -> dict[str, str]:
        return {f"v{n}": f"$v{n + 1}" for n in range(length)} | {f"v{length}": "end"}

    assert expand("$v0", chain(MAX_NESTING - 1).get) == "end"
    for length, last in ((MAX_NESTING, "end"), (MAX_NESTING + 1, f"v{MAX_NESTING + 1}")):
        with pytest.raises(MacroError, match=f'unreasonable macro call nesting: "{last}"'):
            expand("$v0", chain(length).get)


@given(st.text())
def test_text_without_dollars_stays(text: str) -> None:
    plain = text.replace("$", "")
    assert value(plain) == plain
    assert value(text.replace("$", "$$")) == text
