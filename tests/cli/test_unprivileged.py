"""A probe started by root: what it loads stays within reach, or is loaded before it is not root's any more.

Probes run in processes of their own, against the demo world in this one.
"""

from __future__ import annotations

import ast
import errno
import hashlib
import os
import pwd
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import pyfinger
from pyfinger.cli import runner as module
from pyfinger.cli.evaluate import Invocation
from pyfinger.cli.late_imports import GIVEN, LATER, OPTIONAL, TOLERANCE, VALIDATION
from pyfinger.cli.runner import AccountWatch, unprivileged
from pyfinger.demo.world import DemoWorld
from pyfinger.drive.privileges import Account
from pyfinger.drive.resolv_conf import NameService, parse_name_server
from pyfinger.events import AccountRefused, ConnectFailed, Event, PrivilegesDropped
from pyfinger.model import Peer
from pyfinger.options import Options, Show

PACKAGE = Path(pyfinger.__file__).parent
BEFORE = (
    "api.py",
    "maincf/host_environment.py",
    "cli",
    "maincf",
    "demo",
    "policy",
    "check",
    "tlsa",
    "survey",
    "page",
)  # parts that are through by then, or never there
NEEDED = ("pyfinger", "tlslite", "ecdsa", "dns", "idna", "dilithium_py", "six")

HYBRID = ["-o", "tls_eecdh_auto_curves=X25519MLKEM768 X25519"]
VALIDATING = ["-v", "--validate", "--dnssec-anchor", "ANCHOR", "--dnssec-proof", os.devnull]
KEPT = [word for option in ("json", "events", "pcapng", "keylog") for word in (f"--{option}", os.devnull)]

# Runs the command as if it were root, of an installation closed to all others; then tells what is
# imported after root would be given up.
WATCHING = """
import sys
from pyfinger.cli import late_imports, main, runner
from pyfinger.drive.privileges import Account
late = []
def give_up_root(user):
    sys.addaudithook(lambda event, args: late.append(args[0]) if event == "import" else None)
    return Account(user, 1, 1)
runner.is_root, runner.give_up_root = lambda: True, give_up_root
late_imports._open_to_all = lambda held: False
sys.argv[0] = "pyfinger"
status = main()
print("late:", *late, file=sys.stderr)
sys.exit(status)
"""


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running


def run(argv: Sequence[str], **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False, **more)


def test_for_others_nothing_happens() -> None:
    told: list[Event] = []
    invocation = Invocation(Options("x.test"), Show())
    assert unprivileged(invocation, told.append) is invocation
    assert told == []


@pytest.mark.parametrize("given", [None, parse_name_server("192.0.2.53")])
def test_root_reads_ahead_and_leaves(monkeypatch: pytest.MonkeyPatch, given: NameService | None) -> None:
    told: list[Event] = []
    monkeypatch.setattr(module, "is_root", lambda: True)
    monkeypatch.setattr(module, "give_up_root", lambda user: Account(user, 102, 105))
    done = unprivileged(Invocation(Options("x.test"), Show(), given), told.append)
    assert told == [PrivilegesDropped("postfix", 102, 105)]
    assert done.resolver is not None
    assert given in (None, done.resolver)


SOCKET = Peer("host", "/run/lmtp", None)


@pytest.mark.parametrize(
    "before, peer, code, told",
    [
        ([PrivilegesDropped("nobody", 65534, 65534)], SOCKET, errno.EACCES, True),
        ([PrivilegesDropped("nobody", 65534, 65534)], SOCKET, errno.ENOENT, False),
        ([PrivilegesDropped("nobody", 65534, 65534)], Peer("x", "192.0.2.1", 25), errno.EACCES, False),
        ([], SOCKET, errno.EACCES, False),
    ],
)
def test_who_may_not_use_a_socket_is_told(before: list[Event], peer: Peer, code: int, told: bool) -> None:
    seen: list[Event] = []
    events = [*before, ConnectFailed("unix:/run/lmtp", peer, code)]
    watch = AccountWatch(seen.append)
    for event in events:
        watch(event)
    assert seen == events + [AccountRefused("nobody", "connect", "/run/lmtp")] * told


@pytest.mark.slow
def test_what_is_imported_inside_functions_is_known() -> None:
    known = {*LATER, *VALIDATION, *TOLERANCE, *GIVEN, *OPTIONAL}
    for path in PACKAGE.rglob("*.py"):
        where = path.relative_to(PACKAGE)
        if where.parts[0] in BEFORE:
            continue
        for name in inner_imports(ast.parse(path.read_text())):
            assert name in known, f"{where}: {name} is missing in LATER"


def inner_imports(tree: ast.Module) -> Iterator[str]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield str(node.module)


@pytest.mark.slow
@pytest.mark.parametrize(
    "server, flags, match",
    [
        ("dane", ["-vC", "-L", "ssl-developer"], []),
        ("anchor", ["-r1", "-m1"], []),
        ("tls12", ["-l", "fingerprint"], ["FINGERPRINT"]),
        ("ed25519", [], []),
        ("smtps", ["-w"], []),
        ("good", ["-l", "secure", "-F", "AUTHORITY"], ["bücher.test", "hostname"]),
        ("lmtp", ["-S"], []),
        ("dane", HYBRID, []),
        ("dane", [*KEPT, "--trace=json", "--timing", "--explain", "--check"], []),
        ("dane", VALIDATING, []),
    ],
)
def test_nothing_is_imported_later(world: DemoWorld, server: str, flags: list[str], match: list[str]) -> None:
    target = world.server(server)
    meanings = {
        "ANCHOR": str(world.anchor_file),
        "AUTHORITY": str(world.authority_file),
        "FINGERPRINT": hashlib.sha256(target.credential.der).hexdigest(),
    }
    words = [*flags, "--resolver", world.resolver, target.destination, *match]
    done = run([sys.executable, "-c", WATCHING, *(meanings.get(word, word) for word in words)])
    assert "Verified TLS connection established" in done.stdout, done.stdout + done.stderr
    assert done.stderr.split()[-1:] == ["late:"], done.stderr


@pytest.mark.slow
def test_not_even_for_names_that_are_not_ascii(world: DemoWorld) -> None:
    done = run([sys.executable, "-c", WATCHING, "--resolver", world.resolver, "[bücher.test]:1"])
    assert "bücher.test asciified to xn--bcher-kva.test" in done.stdout
    assert done.stderr.split()[-1:] == ["late:"], done.stderr


# What follows is the real thing.

only_root = pytest.mark.skipif(
    os.geteuid() != 0 or sys.platform != "linux", reason="giving up root takes root, and Linux"
)


@pytest.fixture(scope="module", params=["closed", "below a closed folder"])
def hidden(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """An installation only root can read, or only root gets to."""
    above = tmp_path_factory.mktemp("hidden")
    folder = above / "installation"
    folder.mkdir()
    for name in NEEDED:
        spec = find_spec(name)
        if spec is not None and spec.submodule_search_locations:
            shutil.copytree(spec.submodule_search_locations[0], folder / name)
        elif spec is not None and spec.origin:
            shutil.copy(spec.origin, folder)
    (folder if request.param == "closed" else above).chmod(0o700)
    return folder


def probe(installation: Path, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A probe run by this installation, and none that `site` would find."""
    code = f"import sys; sys.path.insert(0, {str(installation)!r}); from pyfinger.cli import main; main()"
    return run([sys.executable, "-S", "-E", "-c", code, *words], cwd=folder)


@pytest.fixture
def caller(world: DemoWorld) -> Iterator[tuple[str, Callable[[], tuple[int, int]]]]:
    """A socket that hangs up, and a function to tell the user and group of the one who called."""
    path = f"{world.socket.parent}/caller"
    seen: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        os.chmod(path, 0o666)
        server.listen()

        def answer() -> None:
            client, _ = server.accept()
            with client:
                seen.append(client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()

        def called() -> tuple[int, int]:
            thread.join(60)
            _, uid, gid = struct.unpack("3i", seen[0])
            return uid, gid

        yield path, called
        os.unlink(path)


@pytest.mark.slow
@only_root
@pytest.mark.parametrize(
    "owner, user", [("nobody", "nobody"), ("no.such.user", "nobody"), ("daemon", "daemon")]
)
def test_the_server_sees_somebody_else(
    hidden: Path, caller: tuple[str, Callable[[], tuple[int, int]]], owner: str, user: str
) -> None:
    path, called = caller
    done = probe(hidden, "-vv", "-S", "-o", f"mail_owner={owner}", f"unix:{path}")
    entry = pwd.getpwnam(user)
    assert called() == (entry.pw_uid, entry.pw_gid), done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert f"-c: chroot (none) user {user}" in lines
    assert f"-c: no longer root: user {user} (uid {entry.pw_uid}, gid {entry.pw_gid})" in lines


@pytest.mark.slow
@only_root
@pytest.mark.parametrize(
    "server, words, expected",
    [
        ("dane", ["-c"], "TLSv1.3 with cipher"),
        ("anchor", ["-cC"], "Matched DANE TA certificate at depth 1"),
        ("tls12", ["-c", "-l", "encrypt"], "TLSv1.2 with cipher"),
        ("ed25519", ["-c"], "Verified TLS connection"),
        ("lmtp", ["-S", "-c"], "Verified TLS connection"),
        ("dane", VALIDATING, "DNSSEC: dane.demo.test (MX): secure until "),
    ],
)
def test_a_hidden_installation_is_enough(
    world: DemoWorld, hidden: Path, server: str, words: list[str], expected: str
) -> None:
    words = [str(world.anchor_file) if word == "ANCHOR" else word for word in words]
    done = probe(hidden, "-v", "--resolver", world.resolver, *words, world.server(server).destination)
    assert "no longer root: user " in done.stdout
    assert expected in done.stdout, done.stdout + done.stderr


@only_root
def test_the_user_who_may_not_write_the_trace_is_named(world: DemoWorld, hidden: Path) -> None:
    there = world.server("good").destination
    words = ["-c", "--like=3.12", "-Ltrace", "-omail_owner=no.such.user", "--resolver", world.resolver, there]
    lost, *rest = probe(hidden, *words, folder=hidden).stdout.splitlines()
    assert lost.endswith(": Permission denied") and not any("user nobody" in line for line in rest)
    told = probe(hidden, "-v", *words, folder=hidden).stdout.splitlines()
    account = told[1 + next(at for at, line in enumerate(told) if line.endswith(": Permission denied"))]
    assert "the probe goes on as user nobody, who may not write to this folder: start it where" in account


@only_root
def test_it_also_knows_names_that_are_not_ascii(world: DemoWorld, hidden: Path) -> None:
    done = probe(hidden, "--resolver", world.resolver, "[bücher.demo.test]")
    assert "name=xn--bcher-kva.demo.test type=AAAA: Host not found" in done.stdout, done.stdout + done.stderr


@only_root
def test_a_probe_that_would_stay_root_does_not_begin(world: DemoWorld, hidden: Path) -> None:
    done = probe(hidden, "-o", "mail_owner=root", "--resolver", world.resolver, "dane.demo.test")
    assert done.stdout == "-c: fatal: mail_owner = root is root itself: a probe does not run as root\n"
