"""The manual page says all there is to say, and is well-formed; so is what installs it."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pyfinger.cli.completions import PLACES, script
from pyfinger.cli.evaluate import evaluate
from pyfinger.cli.option_table import GROUPS, OPTIONS, Option
from pyfinger.maincf import Parameters
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.options import LEVEL_WORDS, LOG_WORDS
from pyfinger.report.document.formats import CHECK_STATUS

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "man" / "pyfinger.1"

FONT = re.compile(r"\\f[BIRP]")
LETTER, NAME = r"-[A-Za-z]", r"--[a-z-]+"
# `-l, --level LEVEL`, `--resolver ADDR[:PORT]` or `--trace[=FILE]`, on a line of its own
HEADING = re.compile(rf"^(?:{LETTER}, )?{NAME}(?: [^ ]+|\[=[^ ]+\])?$", re.MULTILINE)


def plain(text: str) -> str:
    """The page without fonts and escapes, which leaves its macros."""
    return FONT.sub("", text).replace(r"\-", "-").replace(r"\(aq", "'")


def section(title: str) -> str:
    """One section's text."""
    found = re.search(
        rf"^\.SH {title}\n(.*?)(?=^\.SH |\Z)", plain(PAGE.read_text()), re.MULTILINE | re.DOTALL
    )
    assert found is not None, title
    return found[1]


def heading(option: Option) -> str:
    letter = f"-{option.letter}, " if option.letter else ""
    value = f"[={option.value}]" if option.optional else f" {option.value}"
    return f"{letter}--{option.name}{value}".rstrip()


def words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z0-9_-]+", text))


@pytest.mark.parametrize(("title", "options"), GROUPS.items(), ids=GROUPS)
def test_options_are_explained_in_the_groups_of_the_table(title: str, options: tuple[Option, ...]) -> None:
    parts = dict(
        zip(*[iter(re.split(r"^\.SS (.*)\n", section("OPTIONS"), flags=re.MULTILINE)[1:])] * 2, strict=True)
    )
    assert HEADING.findall(parts[title]) == [heading(option) for option in options]


def test_groups_follow_the_table() -> None:
    assert re.findall(r"^\.SS (.*)$", section("OPTIONS"), re.MULTILINE) == list(GROUPS)


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.default], ids=lambda one: one.name)
def test_defaults_are_told(option: Option) -> None:
    text = section("OPTIONS").partition(f"\n{heading(option)}\n")[2].partition("\n.TP\n")[0]
    assert option.default in text.replace('"', "")
    assert "default" in text


def test_levels_and_log_words_are_explained() -> None:
    assert set(LEVEL_WORDS) <= words(section("LEVELS"))
    assert set(LOG_WORDS) - set("5678") <= words(section("LOG WORDS"))


def test_exit_statuses_are_explained() -> None:
    told = re.findall(r"^\.TP\n\.B ([0-9]+)$", section("EXIT STATUS"), re.MULTILINE)
    assert {*map(str, CHECK_STATUS.values()), "124", "129", "141", "143"} == set(told)
    assert len(told) == len(set(told))


def test_every_parameter_that_is_read_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "main.cf").write_text("")
    read = set[str]()
    text = Parameters.text

    def noted(self: Parameters, name: str, default: str, minimum: int = 0) -> str:
        read.add(name)
        return text(self, name, default, minimum)

    monkeypatch.setattr(Parameters, "text", noted)
    evaluate(["pyfinger", "x.test"], SystemEnvironment({"MAIL_CONFIG": str(tmp_path)}), lambda _event: None)
    assert {"myhostname", "tls_ssl_options", "tls_config_file"} <= read
    headings = re.findall(r"^\.TP\n(.*(?:\n\.TQ\n.*)*)", section("CONFIGURATION"), re.MULTILINE)
    assert {word for text in headings for word in words(text) if word in read} == read


@pytest.mark.parametrize(
    "command", [["groff", "-ww", "-man", "-Tutf8"], ["man", "--warnings", "-l"], ["mandoc", "-Tlint"]]
)
def test_formatters_have_nothing_to_complain_about(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run([*command, str(PAGE)], capture_output=True, text=True, timeout=60, check=False)
    if command[0] == "man" and "invalid option" in done.stderr:
        pytest.skip("this man has no --warnings")
    assert done.stderr == ""
    assert done.returncode == 0, done.stdout


def test_examples_fit_the_terminal() -> None:
    examples = re.findall(r"^\.EX\n(.*?)\n\.EE", section("EXAMPLES"), re.MULTILINE | re.DOTALL)
    assert examples
    assert all(
        line.startswith("pyfinger ") and len(line) <= 69 for text in examples for line in text.split("\n")
    )


def test_the_page_and_completions_are_installed(tmp_path: Path) -> None:
    if importlib.util.find_spec("setuptools") is None:
        pytest.skip("setuptools is not installed")
    subprocess.run(
        [sys.executable, "setup.py", "-q", "install_data", "--install-dir", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=True,
    )
    installed = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    pages = {f"share/man/man1/{page.name}" for page in PAGE.parent.glob("*.1")}
    assert installed == pages | set(PLACES.values())
    assert (tmp_path / "share/man/man1/pyfinger.1").read_text() == PAGE.read_text()
    for shell, place in PLACES.items():
        assert (tmp_path / place).read_text() == script(shell)
