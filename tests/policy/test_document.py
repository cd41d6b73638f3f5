"""docs/mta-sts.md: its example runs and is typed, and each row of its tables is so."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

from pyfinger.policy.mta_sts import StsMode, StsPolicy
from pyfinger.policy.programs import (
    CHECKDMARC,
    DOMAIN_CHECK,
    MAILAUTH,
    MAILAUTH_5,
    MAILAUTH_STRICT,
    REPORTER,
    RESOLVER,
    HttpAnswer,
    MatchDifference,
    ReadingDifference,
    match_differences,
    policy_differences,
    record_differences,
    rua_differences,
)

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "mta-sts.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
LETTERS = {
    RESOLVER: "R",
    MAILAUTH: "M",
    MAILAUTH_STRICT: "Ms",
    MAILAUTH_5: "M5",
    DOMAIN_CHECK: "E",
    CHECKDMARC: "C",
    REPORTER: "T",
}
GOOD = "version: STSv1\nmode: enforce\nmx: mx.lark.test\nmax_age: 604800\n"
POLICY = StsPolicy(StsMode.ENFORCE, ("*.lark.test",), 604800)


def rows(heading: str) -> list[tuple[str, str]]:
    """First and last column of a table's rows."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    split = [[cell.strip() for cell in line.strip("|").split(" |")] for line in table.splitlines()[2:]]
    return [(cells[0].strip("`"), cells[-1]) for cells in split]


def letters(found: Iterable[ReadingDifference | MatchDifference]) -> str:
    named = {LETTERS[each.program] for each in found}
    return " ".join(letter for letter in ("R", "M", "Ms", "M5", "E", "C", "T") if letter in named)


def policy_answer(row: str) -> HttpAnswer:
    """The good policy with one thing changed."""
    if row.startswith("status "):
        return HttpAnswer(int(row.split()[1]), "text/plain", GOOD.encode())
    if "/" in row:
        return HttpAnswer(200, row, GOOD.encode())
    name = row.partition(":")[0]
    return HttpAnswer(200, "text/plain", re.sub(rf"(?m)^{name}:.*$", row, GOOD).encode())


@pytest.mark.parametrize(("row", "who"), rows("TXT record at `_mta-sts`"))
def test_records(row: str, who: str) -> None:
    assert letters(record_differences([[row.encode()]])) == who


@pytest.mark.parametrize(("row", "who"), rows("line of a policy, beside a good one's"))
def test_lines(row: str, who: str) -> None:
    line = "" if row == "an empty line" else row
    before = f"{line}\n{GOOD}" if line == "" else f"{GOOD}{line}\n"
    assert letters(policy_differences(HttpAnswer(200, "text/plain", before.encode()))) == who


@pytest.mark.parametrize(("row", "who"), rows("policy"))
def test_policies(row: str, who: str) -> None:
    assert letters(policy_differences(policy_answer(row))) == who


@pytest.mark.parametrize(("row", "who"), rows("host, with `mx: *.lark.test`"))
def test_hosts(row: str, who: str) -> None:
    assert letters(match_differences(POLICY, row)) == who


@pytest.mark.parametrize(("row", "who"), rows("TXT record at `_smtp._tls`"))
def test_recipients(row: str, who: str) -> None:
    assert letters(rua_differences([[row.encode()]])) == who


@pytest.mark.slow
def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(EXAMPLE, "mta-sts.md", "exec"), {"__name__": "policy"})
    shown = capsys.readouterr().out
    assert shown.startswith(
        "valid StsPolicy(mode=<StsMode.ENFORCE: 'enforce'>, mx=('mx.mismatch.demo.test',)"
    )
    assert "https://www.insecure.unsigned.test/mta-sts.txt" in shown
    assert "TlsrptRecord(rua=('mailto:reports@good.demo.test',)" in shown
    assert "do not deliver to this host by DANE because no TLSA record matches" in shown


@pytest.mark.slow
@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_the_example_is_typed(tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    file.write_text(EXAMPLE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(file)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
