"""A plain probe loads what it runs, and nothing that takes its time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pyfinger.demo.plan import PLANS
from pyfinger.demo.world import DemoWorld

# What would be loaded by an import that looks innocent: each takes milliseconds, or brings much along.
SURPRISING = (
    "argparse",
    "asyncio",
    "concurrent.futures",
    "csv",
    "dataclasses",
    "dilithium_py",
    "dns",
    "ecdsa",
    "email",
    "gmpy2",
    "idna",
    "importlib.metadata",
    "importlib.resources",
    "importlib.util",
    "html5lib",
    "inspect",
    "jinja2",
    "json",
    "kyber_py",
    "logging",
    "markupsafe",
    "pathlib",
    "platform",
    "pyfinger.page",
    "shutil",
    "six",
    "slhdsa",
    "ssl",
    "_ssl",
    "subprocess",
    "tempfile",
    "textwrap",
    "threading",
    "tlslite",
    "traceback",
    "urllib.parse",
    "zipfile",
)
# What is loaded and not run all the same, by reason.
TABLES = ("report.lines.dialogue", "report.lines.names", "report.lines.start")  # lines wait for their events
VALUES = (
    "errors",
    "events",
    "model",
    "prober.session_cache",
    "tls.codepoints",
    "tls.handshake_failures",
    "tls.sessions",
    "x509.failures",
)
DOORS = ("crypto.python_ecdsa", "report.dns_words")  # small, and nothing foreign behind them yet
NOT_RUN = (*TABLES, *VALUES, *DOORS)

# Runs the command; then tells which modules are loaded, and which of ours have functions, none of
# which was called.
RUNNER = """
import sys
called = set()
def watch(frame, event, argument):
    if event == "call" and frame.f_code.co_flags & 1:  # CO_OPTIMIZED: a function, not the body of a class
        called.add(frame.f_globals.get("__name__"))
sys.setprofile(watch)
from pyfinger.cli import main
sys.argv[0] = "pyfinger"
status = main()
sys.setprofile(None)
def functions(module):
    kinds = [one for one in vars(module).values() if isinstance(one, type)]
    for one in [module, *kinds]:
        for name, value in vars(one).items():
            value = getattr(value, "fget", None) or getattr(value, "__wrapped__", None) or value
            if getattr(value, "__code__", None) and value.__module__ == module.__name__:
                yield name
loaded = sorted(sys.modules)
ours = [module for name, module in sys.modules.items() if name.startswith("pyfinger.")]
idle = [module.__name__ for module in ours if module.__name__ not in called and any(functions(module))]
import json
print(json.dumps({"loaded": loaded, "idle": sorted(idle)}), file=sys.stderr)
sys.exit(status)
"""


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld([plan for plan in PLANS if plan.name == "dane"]) as running:
        yield running


def run(words: Sequence[str]) -> dict[str, Any]:
    command = [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}{RUNNER}", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def plain(world: DemoWorld) -> dict[str, Any]:
    return run(["-c", "--resolver", world.resolver, world.server("dane").destination])


def test_nothing_surprising_is_imported(plain: dict[str, Any]) -> None:
    assert set(SURPRISING) & set(plain["loaded"]) == set()


def test_no_module_of_ours_is_loaded_that_is_not_run(plain: dict[str, Any]) -> None:
    excused = tuple(f"pyfinger.{name}" for name in NOT_RUN)
    idle = {name for name in plain["idle"] if not name.startswith(excused)}
    assert idle == set()


def test_help_needs_hardly_anything(world: DemoWorld) -> None:
    loaded = run(["--help"])["loaded"]
    assert not set(SURPRISING) - {"textwrap"} & set(loaded)
    assert not any(
        name.startswith(("pyfinger.tls.engine", "pyfinger.x509.", "pyfinger.prober")) for name in loaded
    )
