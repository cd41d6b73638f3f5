import subprocess
import sys

import pytest

from pyfinger import __version__
from pyfinger.cli.table import OPTIONS
from pyfinger.cli.usage import WIDTH, help_text, usage, version


def test_the_usage_text_names_the_program() -> None:
    assert usage("prog").startswith("usage: prog [-acCfRSvwx] ")
    assert usage("prog").endswith("\n\t[-m count] [-r delay] [-o name=value] destination [match ...]\n")


def test_help_fits_the_terminal() -> None:
    assert max(map(len, help_text("pyfinger").splitlines())) <= WIDTH


@pytest.mark.parametrize("option", OPTIONS)
def test_help_explains_every_option(option: object) -> None:
    text = help_text("pyfinger")
    name = f"--{getattr(option, 'name')}"  # noqa: B009
    lines = [line for line in text.splitlines() if name in line.split()]
    assert len(lines) == 1


def test_a_form_too_long_for_its_column_gets_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfinger.cli.usage._MARGIN", 12)
    assert "\n  -l, --level LEVEL\n            none, may," in help_text("pyfinger")


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
