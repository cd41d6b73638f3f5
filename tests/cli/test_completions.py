"""The completion scripts, run by the shells they are for as far as these are installed."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pyfinger.cli.completions import PLACES, SHELLS, bash, fish, main, script, zsh
from pyfinger.cli.option_table import OPTIONS, Option, ValueKind

ROOT = Path(__file__).parent.parent.parent

MADE_UP = (
    Option("l", "level", "WORD", "it's a [word]: one", choices=("dane", "dane-only"), further=("may",)),
    Option("", "trace", "FILE", "optional", ValueKind.FILE, choices=("json",), optional=True),
    Option("", "colour", "WHEN", "optional, too", choices=("always", "never"), optional=True),
    Option("x", "extra", "", "no value"),
)

# Calls the function as readline would, with the words as typed in "$@".
DRIVER = """
compopt() { echo "compopt $*"; }
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
word=${COMP_WORDS[COMP_CWORD]}
[[ $word == [=:] ]] && word=
[[ $word == [\\"\\']* ]] && word=${word:1}
_pyfinger pyfinger "$word" "${COMP_WORDS[COMP_CWORD-1]}"
[ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
"""


def run(shell: str, *arguments: str, cwd: Path | None = None) -> str:
    """What a shell prints; it may complain about nothing."""
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"{shell} is not installed")
    environment = {"HOME": str(cwd or "/nonexistent"), "PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    done = subprocess.run(
        [path, *arguments], capture_output=True, text=True, timeout=60, cwd=cwd, env=environment, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0, done.stdout
    return done.stdout


def completed(words: Sequence[str], cwd: Path, options: Sequence[Option] = OPTIONS) -> list[str]:
    """bash's completions of the last word; COMP_WORDBREAKS puts `=` and `:` apart."""
    return run(
        "bash", "--norc", "-c", bash(options) + DRIVER, "bash", "pyfinger", *words, cwd=cwd
    ).splitlines()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--lev"], ["compopt -o nospace", "--level="]),
        (["-l", "da"], ["dane", "dane-only"]),
        (["--level", "da"], ["dane", "dane-only"]),
        (["--level", "=", "dane-"], ["dane-only"]),
        (["-cl", "sec"], ["secure"]),
        (["-clsec"], ["-clsecure"]),
        (["-cC"], ["-cC"]),
        (["--prefer-family", "="], ["ipv4", "ipv6", "any"]),
        (["-L", "routine,certm"], ["routine,certmatch"]),
        (["--log", "=", "routine,certm"], ["routine,certmatch"]),
        (["-cLrou"], ["-cLroutine"]),
        (["-p", ">=TLSv1.3"], ["'>=TLSv1.3'"]),
        (["-p", "'>=TLSv1.3"], [">=TLSv1.3"]),
        (["-p", "TLSv1.2,TLSv1.3"], ["TLSv1.2,TLSv1.3"]),
        (["--protocols", "=", "'>=TLSv1.2,<=TLSv1.3"], [">=TLSv1.2,<=TLSv1.3"]),
        (["-t", ""], []),
        (["--srv", "=", ""], []),
        (["--nonsense", "=", ""], []),
        (["-Z"], ["-Z"]),
        (["-l", "may", "x.test", "-"], []),
        (["-l", "may", "x.test", "--lev"], []),
        (["x.test", ":", "25", "-"], []),
        (["--", "x.test", "--lev"], []),
        (["--resolver", "::1", ":", "53", "--vers"], ["--version"]),
        (["-lmay", "--level", "=", "may", "--vers"], ["--version"]),
        (["--vers"], ["--version"]),
    ],
)
def test_bash_completes(words: list[str], found: list[str], tmp_path: Path) -> None:
    assert completed(words, tmp_path) == found


def test_bash_offers_every_form(tmp_path: Path) -> None:
    offered = set(completed(["-"], tmp_path))
    assert {f"-{option.letter}" for option in OPTIONS if option.letter} <= offered
    for option in OPTIONS:
        forms = {f"--{option.name}", f"--{option.name}="}
        needed = forms if option.optional else {f"--{option.name}{'=' if option.value else ''}"}
        assert offered & forms == needed


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.words], ids=lambda one: one.name)
def test_bash_offers_every_word(option: Option, tmp_path: Path) -> None:
    offered = completed([f"--{option.name}", "="], tmp_path)
    assert set(option.words) <= {word.strip("'") for word in offered}


def test_bash_completes_files(tmp_path: Path) -> None:
    (tmp_path / "root.pem").touch()
    (tmp_path / "roots").mkdir()
    files = "compopt -o filenames"
    assert sorted(completed(["-F", "ro"], tmp_path)) == [files, "root.pem", "roots"]
    assert completed(["-P", "ro"], tmp_path) == [files, "roots"]
    assert completed(["-Froot."], tmp_path) == [files, "-Froot.pem"]
    assert completed(["-H", "root.pem,root."], tmp_path) == [files, "root.pem,root.pem"]


def test_bash_knows_optional_values(tmp_path: Path) -> None:
    (tmp_path / "trace.txt").touch()
    assert completed(["--tr"], tmp_path, MADE_UP) == ["--trace", "--trace="]
    assert completed(["--trace", "="], tmp_path, MADE_UP) == ["compopt -o filenames", "json", "trace.txt"]
    assert completed(["--trace", "--ex"], tmp_path, MADE_UP) == ["--extra"]
    assert completed(["--colour", "=", "al"], tmp_path, MADE_UP) == ["always"]
    assert completed(["--trace", "x.test", "--ex"], tmp_path, MADE_UP) == []


def test_bash_registers_the_command(tmp_path: Path) -> None:
    text = script("bash") + "\ncomplete -p pyfinger"
    assert run("bash", "--norc", "-c", text, cwd=tmp_path) == "complete -F _pyfinger pyfinger\n"


def test_zsh_finds_the_function(tmp_path: Path) -> None:
    functions = tmp_path / Path(PLACES["zsh"]).parent
    functions.mkdir(parents=True)
    file = tmp_path / PLACES["zsh"]
    file.write_text(script("zsh"))
    run("zsh", "-f", "-n", str(file))
    load = (
        f"fpath=({shlex.quote(str(functions))} $fpath); autoload -Uz compinit; compinit -u -D;"
        "autoload +X _pyfinger; print $_comps[pyfinger]"
    )
    assert run("zsh", "-f", "-c", load, cwd=tmp_path) == "_pyfinger\n"


def zsh_specs(options: Sequence[Option], tmp_path: Path) -> list[str]:
    """What _arguments is called with."""
    file = tmp_path / "_pyfinger"
    file.write_text(zsh(options))
    stub = f"_arguments() {{ print -rl -- $@ }}; . {shlex.quote(str(file))}"
    return run("zsh", "-f", "-c", stub, cwd=tmp_path).splitlines()


def test_zsh_is_told_every_form(tmp_path: Path) -> None:
    specs = zsh_specs(OPTIONS, tmp_path)
    assert specs[:4] == ["-s", "-S", "-A", "-*"]
    assert specs[-2:] == ["1:destination:_hosts", "*:match:"]
    assert len(specs) == 6 + len(OPTIONS) + len([option for option in OPTIONS if option.letter])


def test_zsh_specifications(tmp_path: Path) -> None:
    assert zsh_specs(MADE_UP, tmp_path)[4:-2] == [
        r"(-l --level)-l+[it's a \[word\]\: one]:WORD:(dane dane-only may)",
        r"(-l --level)--level=[it's a \[word\]\: one]:WORD:(dane dane-only may)",
        "(--trace)--trace=-[optional]::FILE:{compadd - json; _files}",
        "(--colour)--colour=-[optional, too]::WHEN:(always never)",
        "(-x --extra)-x[no value]",
        "(-x --extra)--extra[no value]",
    ]
    others = (
        Option("A", "anchor", "FILE", "again", ValueKind.FILE, repeatable=True),
        Option("P", "path", "DIR", "directory", ValueKind.DIRECTORY),
        Option("", "list", "LIST", "list", ValueKind.LIST, choices=(">=a", "b")),
        Option("", "resolver", "ADDR[:PORT]", "text"),
    )
    assert zsh_specs(others, tmp_path)[4:-2] == [
        "*-A+[again]:FILE:_files",
        "*--anchor=[again]:FILE:_files",
        "(-P --path)-P+[directory]:DIR:_directories",
        "(-P --path)--path=[directory]:DIR:_directories",
        r"(--list)--list=[list]:LIST:_sequence compadd - \>=a b",
        r"(--resolver)--resolver=[text]:ADDR\[\:PORT\]: ",
    ]


def fish_completions(line: str, options: Sequence[Option], cwd: Path) -> list[str]:
    (cwd / "pyfinger.fish").write_text(fish(options))
    told = run("fish", "--no-config", "-c", f'source pyfinger.fish; complete -C "{line}"', cwd=cwd)
    return [answer.partition("\t")[0] for answer in told.splitlines()]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("pyfinger --lev", ["--level"]),
        ("pyfinger -l da", ["dane", "dane-only"]),
        ("pyfinger --level=da", ["--level=dane", "--level=dane-only"]),
        ("pyfinger -cl sec", ["secure"]),
        ("pyfinger -L routine,certm", ["routine,certmatch"]),
        ("pyfinger --log=routine,certm", ["--log=routine,certmatch"]),
        ("pyfinger -F root", ["root.pem"]),
        ("pyfinger -P di", ["directory/"]),
    ],
)
def test_fish_completes(line: str, found: list[str], tmp_path: Path) -> None:
    (tmp_path / "root.pem").touch()
    (tmp_path / "directory").mkdir()
    assert fish_completions(line, OPTIONS, tmp_path) == found


def test_fish_knows_optional_values(tmp_path: Path) -> None:
    assert fish_completions("pyfinger --colour=al", MADE_UP, tmp_path) == ["--colour=always"]
    assert fish_completions("pyfinger --trace=js", MADE_UP, tmp_path) == ["--trace=json"]
    assert fish_completions("pyfinger --colour --ex", MADE_UP, tmp_path) == ["--extra"]


def test_fish_reads_it_all(tmp_path: Path) -> None:
    (tmp_path / "pyfinger.fish").write_text(script("fish"))
    assert run("fish", "--no-config", "--no-execute", "pyfinger.fish", cwd=tmp_path) == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_scripts_are_made_without_anything_installed(shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "pyfinger.cli.completions", shell],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    assert done.stdout == script(shell)


@pytest.mark.parametrize("argv", [["x"], ["x", "csh"], ["x", "bash", "zsh"]])
def test_other_shells_are_refused(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 1
    assert capsys.readouterr().err.endswith(" bash|zsh|fish\n")


def test_the_script_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x", "fish"]) == 0
    assert capsys.readouterr().out == script("fish")
