"""The rules of the house (docs/architecture.md), checked on the source itself.

Which part may import which, where foreign libraries come in, and how large
modules and functions may become.  Imports inside functions count like all others.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

BOTTOM = frozenset(
    {"decimals", "dnswire", "errors", "events", "model", "options", "references", "steps", "values", "wire"}
)
CRYPTO = frozenset({"crypto"})  # knows no protocol
PROTOCOLS = frozenset({"dane", "dissect", "dnssec", "resolve", "smtp", "tls", "x509"})
POLICY = frozenset({"policy"})  # HTTPS, and what a domain says there
EDGES = frozenset({"drive", "report"})
TOP = frozenset({"__main__", "api", "check", "cli", "demo", "maincf", "page", "recording", "survey", "tlsa"})

# What each part may import besides itself; a longer entry allows just that module.
MAY_IMPORT: dict[str, frozenset[str]] = {
    **dict.fromkeys(BOTTOM, BOTTOM),
    "crypto": BOTTOM,
    **dict.fromkeys(PROTOCOLS, BOTTOM),
    **dict.fromkeys(("dnssec", "tls", "x509"), BOTTOM | CRYPTO),
    "dane": BOTTOM | {"x509"},
    "dissect": BOTTOM | {"tls.codepoints", "tls.groups", "tls.decompression"},
    "policy": BOTTOM | {"resolve", "tls", "x509"},
    "prober": BOTTOM | CRYPTO | PROTOCOLS,
    "drive": BOTTOM,
    "report": BOTTOM
    | {"dissect", "dane.remedies", "tls.codepoints", "tls.decompression"}
    | {"x509.failures", "x509.pem", "x509.text"},
    **dict.fromkeys(TOP, BOTTOM | CRYPTO | PROTOCOLS | POLICY | {"prober"} | EDGES | TOP),
}

# Where a foreign or worldly module may be imported: parts, or single modules.
DOORS: dict[str, frozenset[str]] = {
    "tlslite": frozenset({"crypto.tlslite_ng", "demo"}),
    "ecdsa": frozenset({"crypto.python_ecdsa", "demo.fixed_keys"}),
    "gmpy2": frozenset({"crypto.integers"}),
    "kyber_py": frozenset(),
    "dilithium_py": frozenset({"crypto.ml_dsa", "demo.fixed_keys"}),
    "slhdsa": frozenset({"crypto.slh_dsa"}),
    "idna": frozenset({"resolve.idn"}),
    "h11": frozenset({"policy.http"}),
    "certifi": frozenset({"policy.webpki"}),
    **dict.fromkeys(("jinja2", "markupsafe"), frozenset({"page.template_rendering"})),
    "pyarrow": frozenset({"survey.parquet"}),
    "rich": frozenset({"survey.live_view"}),
    **dict.fromkeys(("backports", "compression"), frozenset({"tls.decompression"})),
    "dns": frozenset({"dnssec.zone_text", "resolve.reply_reader", "drive", "demo"}),
    **dict.fromkeys(("socket", "select", "selectors", "time"), frozenset({"drive", "demo"})),
    "asyncio": frozenset({"drive", "demo", "survey.dask_engine", "survey.local_engine", "survey.worker"}),
    "multiprocessing": frozenset({"survey.local_engine"}),
    "distributed": frozenset({"survey.dask_engine"}),
    "sqlite3": frozenset({"survey.database", "survey.store"}),
}

# What the program imports only when it is asked for, so that a circle would show nowhere else.
LATE = (
    "check.command",
    "check.library",
    "cli.conclusion",
    "cli.given_files",
    "cli.pages",
    "cli.trace_file",
    "cli.proof_files",
    "drive.aio",
    "page.check_page",
    "page.page_file",
    "page.probe_page",
    "page.senders_page",
    "policy.fetch",
    "policy.programs",
    "prober.given_credential",
    "recording.player",
    "recording.recorder",
    "report.capture.pcapng",
    "report.chain",
    "report.document.proofs",
    "report.expiry",
    "report.lines.dnssec",
    "report.lines.given",
    "report.ssl_trace.tracing",
    "report.explanation",
    "report.event_stream",
    "report.trace",
    "resolve.given_records",
    "resolve.validation",
    "survey.auditing",
    "survey.command",
    "survey.dask_engine",
    "survey.live_view",
    "survey.parquet",
    "survey.worker",
    "tlsa.lint_command",
    "tlsa.live_servers",
    "tlsa.making",
    "tlsa.rehearse_command",
    "tlsa.showing",
)

# Of these, what an extra has to bring that is not among the tests' own.
OF_EXTRAS = {"survey.dask_engine": "distributed"}

FORBIDDEN = frozenset(
    {"ssl", "_ssl", "cryptography", "OpenSSL", "M2Crypto", "Crypto", "dns.query", "dns.resolver"}
)
ORACLES = {  # what a module of the tests may ask, and one of the benchmarks may serve with
    "cryptography": frozenset({"crypto.eddsa_oracle", "crypto.openssl_oracle"}),
    "ssl": frozenset({"memory"}),
}
# Modules of one name that treat one thing: its values, its events, their lines; a room's command.
ONE_SUBJECT = frozenset(
    "__main__ command dialogue dnssec given names route start tls tolerance verification".split()
)
VAGUE_NAMES = frozenset({"utils", "util", "common", "misc", "helpers"})
MODULE_LINES = 300
FUNCTION_LINES = 60
PARAMETERS = 5


@dataclass(frozen=True)
class Module:
    """One source file; `name` is dotted and starts below `pyfinger`."""

    path: Path
    name: str
    tree: ast.Module

    @property
    def part(self) -> str:
        return self.name.partition(".")[0]

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of everything imported, wherever it stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def at(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


@cache
def sources(folder: str) -> tuple[Module, ...]:
    top = ROOT / folder
    return tuple(
        Module(path, _dotted(path.relative_to(top)), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(top.rglob("*.py"))
    )


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _covers(allowed: frozenset[str], name: str) -> bool:
    return any(name == entry or name.startswith(f"{entry}.") for entry in allowed)


@pytest.mark.slow
def test_every_part_has_its_place() -> None:
    parts = {module.part for module in sources("pyfinger")} - {""}
    assert parts <= set(MAY_IMPORT), "give the new part its place in MAY_IMPORT"


@pytest.mark.slow
def test_what_a_package_says_of_its_modules_is_there() -> None:
    """`module.name` and `module.py` in the docstring of a package, its table of contents."""
    wrong = []
    for package in sources("pyfinger"):
        if package.path.name != "__init__.py":
            continue
        text = ast.get_docstring(package.tree) or ""
        inside = {m.path.stem: m for m in sources("pyfinger") if m.path.is_relative_to(package.path.parent)}
        for stem, name in re.findall(r"\b([a-z_0-9]+)\.([A-Za-z_]\w*)", text):
            if name in ("py", "c", "h", "md"):  # OpenSSL has an extensions.c
                wrong += [f"{package.name}: {stem}.py"] if name == "py" and stem not in inside else []
            elif stem in inside and name not in _top_names(inside[stem].tree):
                wrong.append(f"{package.name}: {stem}.{name}")
    assert not wrong


def _top_names(tree: ast.Module) -> set[str]:
    return {
        name.id if isinstance(name, ast.Name) else name.name
        for node in tree.body
        for name in ([node] if isinstance(node, ast.FunctionDef | ast.ClassDef) else ast.walk(node))
        if isinstance(name, ast.FunctionDef | ast.ClassDef | ast.Name)
    }


def test_imports_point_down() -> None:
    wrong = []
    for module in sources("pyfinger"):
        if not module.part:  # pyfinger/__init__.py
            continue
        allowed = MAY_IMPORT[module.part] | {module.part, "__version__"}
        for line, name in module.imports():
            package, _, target = name.partition(".")
            if package == "pyfinger" and not _covers(allowed, target):
                wrong.append(f"{module.at(line)}: {module.name} must not import {name}")
    assert wrong == []


def test_the_bottom_needs_only_the_standard_library() -> None:
    wrong = [
        f"{module.at(line)}: {name}"
        for module in sources("pyfinger")
        if module.part in BOTTOM
        for line, name in module.imports()
        if _covers(frozenset(DOORS), name)
    ]
    assert wrong == []


def test_each_foreign_name_has_its_door() -> None:
    wrong = []
    for module in sources("pyfinger"):
        for line, name in module.imports():
            door = DOORS.get(name.partition(".")[0])
            if door is not None and not _covers(door, module.name):
                wrong.append(f"{module.at(line)}: {name} comes in through {', '.join(sorted(door))} only")
    assert wrong == []


@pytest.mark.slow
def test_openssl_is_imported_nowhere() -> None:
    wrong = [
        f"{module.at(line)}: {name}"
        for folder in ("pyfinger", "tests", "fuzz", "benchmarks")
        for module in sources(folder)
        for line, name in module.imports()
        if _covers(FORBIDDEN, name)
        and not (
            folder != "pyfinger" and _covers(ORACLES.get(name.partition(".")[0], frozenset()), module.name)
        )
    ]
    assert wrong == []


def test_imports_are_absolute_and_spelled_out() -> None:
    wrong = [
        module.at(node.lineno)
        for module in sources("pyfinger")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.level or any(alias.name == "*" for alias in node.names))
    ]
    assert wrong == []


def test_names_say_what_is_inside() -> None:
    wrong = [module.name for module in sources("pyfinger") if VAGUE_NAMES & set(module.name.split("."))]
    assert wrong == []


def test_no_two_classes_have_one_name() -> None:
    """Whoever searches for a class finds one; those in functions do not count."""
    found: dict[str, list[str]] = {}
    for module in sources("pyfinger"):
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(module.name)
    assert {name: where for name, where in found.items() if len(where) > 1} == {}


def test_no_two_modules_have_one_name_for_different_things() -> None:
    found: dict[str, list[str]] = {}
    for module in sources("pyfinger"):
        found.setdefault(module.path.stem, []).append(module.name)
    twice = {name for name, where in found.items() if len(where) > 1}
    assert twice - {"__init__"} == ONE_SUBJECT


def test_every_module_states_its_contract() -> None:
    wrong = [str(module.path) for module in sources("pyfinger") if not ast.get_docstring(module.tree)]
    assert wrong == []


def test_modules_are_short() -> None:
    sizes = {
        module.at(1): len(module.path.read_text(encoding="utf-8").splitlines())
        for module in sources("pyfinger")
    }
    assert {where: size for where, size in sizes.items() if size > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    wrong = []
    for module in sources("pyfinger"):
        for function in module.functions():
            size = (function.end_lineno or function.lineno) - function.lineno + 1
            if size > FUNCTION_LINES:
                wrong.append(f"{module.at(function.lineno)}: {function.name} has {size} lines")
    assert wrong == []


def test_functions_take_few_parameters() -> None:
    wrong = []
    for module in sources("pyfinger"):
        for function in module.functions():
            count = len([one for one in _parameters(function) if one not in ("self", "cls")])
            if count > PARAMETERS and not _only_stores(function):
                wrong.append(f"{module.at(function.lineno)}: {function.name} takes {count}")
    assert wrong == []


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    taken = function.args
    return [one.arg for one in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]


def _only_stores(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it is the `__init__` of a plain value, which a dataclass would have written itself."""
    return function.name == "__init__" and all(
        isinstance(step, ast.Assign) and isinstance(step.value, ast.Name) for step in function.body
    )


@pytest.mark.slow
def test_what_a_package_hands_on_is_listed() -> None:
    """`__all__` has all public names of a module that has it, its own and those it imports from its parts."""
    wrong = []
    for module in sources("pyfinger"):
        listed = _listed(module.tree)
        if listed is None:
            continue
        inside = f"pyfinger.{module.name}" if module.path.name == "__init__.py" else None
        public = {name for name in _bound(module.tree, inside) if not name.startswith("_")}
        absent = sorted(listed - _names(module.tree))
        wrong += [f"{module.name}: {name} is missing in __all__" for name in sorted(public - listed)]
        wrong += [f"{module.name}: {name} in __all__ is not there" for name in absent]
    assert wrong == []


def _listed(tree: ast.Module) -> set[str] | None:
    """What stands in `__all__`, if there is one."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return None


def _bound(tree: ast.Module, package: str | None) -> Iterator[str]:
    """Functions, classes and constants of a module; of a package also what it imports from within."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif package is not None and isinstance(node, ast.ImportFrom) and node.module:
            if node.module == package or node.module.startswith(f"{package}."):
                yield from (alias.asname or alias.name for alias in node.names)


def _names(tree: ast.Module) -> set[str]:
    """All names of a module's top level."""
    names = set(_bound(tree, None))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


@pytest.mark.slow
@pytest.mark.parametrize("name", LATE)
def test_what_is_imported_late_can_be_imported_first(name: str) -> None:
    if name in OF_EXTRAS:
        pytest.importorskip(OF_EXTRAS[name])
    command = [sys.executable, "-c", f"import pyfinger.{name}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
