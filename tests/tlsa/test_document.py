"""docs/tlsa.md: its examples print what it says, its Python runs and is typed, its table is the rules."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import pyfinger.tlsa
from pyfinger.dane.remarks import RemarkKind
from pyfinger.dane.remedies import REMEDIES, RFC
from pyfinger.demo.world import DemoWorld
from pyfinger.report.encoding import word
from tests.readme import Example, Runner, pieces, settled

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "tlsa.md").read_text(encoding="utf-8")
EXAMPLES = [piece for piece in pieces(TEXT) if isinstance(piece, Example)]
(PROGRAM,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
(HOOK,) = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    folder = tmp_path_factory.mktemp("tlsa")
    for outer in (folder, folder.parent, folder.parent.parent):
        outer.chmod(0o755)
    with DemoWorld() as world:
        yield Runner(world, folder)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_examples(run: Runner) -> None:
    for example in EXAMPLES:  # in order: some make files for others
        if "::1" in example.output and not run.ipv6:
            continue
        assert settled(run(example).output) == settled(example.output), example.command
    assert len(EXAMPLES) > 10


def test_the_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(PROGRAM, "tlsa.md", "exec"), {"__name__": "tlsa"})
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("_25._tcp.mx.example.com. 3600 IN TLSA 3 1 1 ")
    assert shown[1].startswith("failure NOTHING_MATCHES RFC 7672") and shown[-1] == "safe [0, 3900]"


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_the_python_is_typed(tmp_path: Path) -> None:
    file = tmp_path / "examples.py"
    file.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(file)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_table_is_the_rules() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (failure|warning|note) \| (RFC .*) \|$", TEXT, re.MULTILINE)
    assert rows == [(word(kind), word(REMEDIES[kind].weight), RFC[kind]) for kind in RemarkKind]


def test_what_is_public_can_be_had() -> None:
    for name in pyfinger.tlsa.__all__:
        assert getattr(pyfinger.tlsa, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        pyfinger.tlsa.nothing  # noqa: B018


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell")
def test_the_hook_publishes_first_and_installs_when_caches_have_it(tmp_path: Path) -> None:
    tools, state = tmp_path / "tools", tmp_path / "state"
    new, ours = tmp_path / "new", tmp_path / "ours"
    for folder in (tools, state, new, ours):
        folder.mkdir()
    for name in ("fullchain.pem", "privkey.pem"):
        (new / name).write_text("new")
        (ours / name).write_text("old")
    script = tmp_path / "hook"
    text = HOOK.replace("/etc/postfix/tls", str(ours)).replace("/var/lib/misc", str(state))
    script.write_text(text)
    answers = {"lint": "4", "make": "0", "rehearse": "3"}
    log = state / "log"

    def hook() -> str:
        cases = "".join(f"{command}) exit {status} ;; " for command, status in answers.items())
        (tools / "pyfinger-tlsa").write_text(f"#!/bin/sh\necho $1 >>{log}\ncase $1 in {cases}esac\n")
        for name in ("nsupdate", "postfix"):
            (tools / name).write_text(f"#!/bin/sh\necho {name} >>{log}\n")
        for tool in tools.iterdir():
            tool.chmod(0o755)
        log.write_text("")
        environment = {"PATH": f"{tools}:/usr/bin:/bin", "RENEWED_LINEAGE": str(new)}
        subprocess.run(["sh", str(script)], check=True, env=environment, capture_output=True)
        return " ".join(log.read_text().split())

    assert hook() in ("lint make nsupdate", "lint nsupdate make")
    assert hook() == "lint"  # DNS still has the old ones only
    answers["lint"] = "3"
    assert hook() == "lint rehearse"
    assert (ours / "fullchain.pem").read_text() == "old"
    answers["rehearse"] = "0"
    assert hook() == "lint rehearse postfix"
    assert (ours / "fullchain.pem").read_text() == "new"
    assert hook() == ""
