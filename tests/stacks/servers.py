"""One server of one stack: found, built, started, ended.

A stack is looked for in several places: this system, the reference's tree, and a tree of
Debian's newest (`setup` makes it).  What servers read lies below `SHARE`, which every place
sees under the same name.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.places import CHROOT, PKI, SHARE
from tests.stacks.knobs import MADE
from tests.stacks.registry import FEW, STACKS, Stack
from tests.stacks.scenarios import Wish

HOST = "127.0.98.1"  # the front's, and that of servers
FOLDER = SHARE / "stacks"
ROOM = Path(os.environ.get("STACKS", "/opt/stacks"))  # what `setup` installs
PATIENCE = 20.0  # seconds until a server listens
PROGRAMS = Path(__file__).resolve().parent / "programs"
KEYS = ("rsa", "p256", "ed25519")
_LISTENING = "0A"
_TYPED = {
    b"EHLO": b"250 stacks.test\r\n",
    b"LHLO": b"250 stacks.test\r\n",
    b"QUIT": b"221 bye\r\n",
    b"CIPH": b"220 stacks.test\r\n",
}
_ENTER = """
[ -z "$ROOT" ] || {
    mkdir -p "$ROOT$SHARE"; mount --bind "$SHARE" "$ROOT$SHARE"
    mount -t proc proc "$ROOT/proc"; mount --bind /dev "$ROOT/dev"
    exec chroot "$ROOT" "$@"
}
exec "$@"
"""


@dataclass(frozen=True)
class Place:
    """Where programs come from."""

    name: str
    root: str = ""  # of a Debian tree; empty is this system


PLACES = (Place("here"), Place("reference", str(CHROOT)), Place("newest", str(ROOM / "tree")))


@dataclass(frozen=True)
class Installed:
    """A stack in a place."""

    stack: Stack
    place: Place
    version: str

    @property
    def name(self) -> str:
        """For people, and for --only."""
        return f"{self.stack.name}-{self.version}"

    def words(self, words: Sequence[str]) -> list[str]:
        """A command line of the registry, with paths."""
        paths = {
            "room": str(ROOM),
            "python": sys.executable,
            "programs": str(FOLDER / "programs"),
            "built": str(FOLDER / "built" / f"{self.stack.name}-{self.place.name}"),
        }
        return [word.format(**paths) for word in words]


@contextmanager
def alone() -> Iterator[None]:
    """One run at a time: they share a folder."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class StackError(Exception):
    """A stack that is here and cannot be used."""


def installed(few: bool = False) -> Iterator[Installed]:
    """Every stack in every place that has it, in the registry's order; what does not build is told."""
    make_credentials()
    shutil.copytree(PROGRAMS, FOLDER / "programs", dirs_exist_ok=True)
    for stack in STACKS:
        seen = set()
        for place in PLACES:
            if few and (stack.name, place.name) not in FEW:
                continue
            if place.name in stack.places and _is_there(stack, place):
                found = _prepared(Installed(stack, place, ""))
                if found is not None and found.version not in seen:
                    seen.add(found.version)
                    yield found


def _is_there(stack: Stack, place: Place) -> bool:
    """A need is a path, which may have asterisks."""
    paths = [need.format(room=ROOM).lstrip("/") for need in stack.needs]
    return all(any(Path(place.root or "/").glob(path)) for path in paths)


def _prepared(found: Installed) -> Installed | None:
    """Built, and with its version."""
    built = Path(found.words(["{built}"])[0])
    built.mkdir(parents=True, exist_ok=True)
    if found.stack.build:
        _, status, said = run(found, found.stack.build)
        if status:
            print(f"{found.stack.name}: does not build: {said[:2000]}", file=sys.stderr)
            return None
    out, _, said = run(found, found.stack.version)
    version = re.search(found.stack.version_pattern, out + said)
    return Installed(found.stack, found.place, version[1] if version else "?")


def _entered(found: Installed, words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    environment = {
        **os.environ,
        "ROOT": found.place.root,
        "SHARE": str(SHARE),
        "LC_ALL": "C.UTF-8",
        "HOME": "/root",
        "OPENSSL_CONF": os.devnull,
    }
    environment.pop("PYTHONPATH", None)  # a server in Python has its own
    argv = found.words(words)
    if not found.place.root:
        return argv, environment
    return ["unshare", "--mount", "sh", "-ec", _ENTER, "sh", *argv], environment


def run(found: Installed, words: Sequence[str]) -> tuple[str, int, str]:
    """A program of a place, to its end: what it printed, its status, its errors."""
    argv, environment = _entered(found, words)
    try:
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", 1, str(error)
    return done.stdout, done.returncode, done.stderr


@contextmanager
def serving(found: Installed, wish: Wish) -> Iterator[int]:
    """A server that is as wished, and its port."""
    options = found.stack.options(wish)
    assert options is not None, "nobody asks for what a stack cannot do"
    port = _free_port()
    words = [word.replace("%PORT", str(port)).replace("%HOST", HOST) for word in found.stack.command]
    argv, environment = _entered(found, [*words, *options])
    with (FOLDER / f"{found.name}.log").open("ab") as log:
        process = subprocess.Popen(
            argv,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if found.stack.typed else log,
            stderr=log,
            start_new_session=True,
        )
        if found.stack.typed:
            threading.Thread(target=_type_replies, args=(process,), daemon=True).start()
        try:
            _wait_for(process, port, found)
            yield port
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()


def _type_replies(process: subprocess.Popen[bytes]) -> None:
    """The user of a server that shows what arrives, and sends what is typed.

    If it is not quiet, it shows the cipher of each session: the moment for a greeting.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if reply := _TYPED.get(line[:4]):
                process.stdin.write(reply)
                process.stdin.flush()
    except (OSError, ValueError):  # it was ended
        return


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _wait_for(process: subprocess.Popen[bytes], port: int, found: Installed) -> None:
    """Until it listens: seen from outside, as some servers take a knock ill."""
    end = time.monotonic() + PATIENCE
    while not _listening(port):
        if process.poll() is not None or time.monotonic() > end:
            raise StackError(f"{found.name} does not start; see {FOLDER}/{found.name}.log")
        time.sleep(0.01)


def _listening(port: int) -> bool:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                return True
    return False


def make_credentials() -> None:
    """The lab's keys in the formats that some stacks want: PKCS #12, a public key alone, NSS's."""
    MADE.mkdir(parents=True, exist_ok=True)
    for key in KEYS:
        private, chain = str(PKI / f"{key}.key"), str(PKI / f"chain-{key}.pem")
        file, database = f"{MADE / key}.p12", MADE / f"{key}.nss"
        secret = ("-passout", "pass:stacks", "-name", "stacks")
        _run("openssl", "pkcs12", "-export", "-inkey", private, "-in", chain, *secret, "-out", file)
        _run("openssl", "pkey", "-in", private, "-pubout", "-out", f"{MADE / key}.pub")
        if shutil.which("pk12util") and key != "ed25519" and not database.exists():
            database.mkdir()
            _run("certutil", "-N", "-d", f"sql:{database}", "--empty-password")
            _run("pk12util", "-i", file, "-d", f"sql:{database}", "-W", "stacks", "-K", "")


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
