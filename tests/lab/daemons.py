"""The lab's long-running processes: how they are started, awaited, remembered and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.lab.inside import Surroundings, in_lab, in_net
from tests.lab.places import NETNS, PROJECT, SHARE

_PIDS = SHARE / "pids"
_CONNECTS = (
    "import socket, sys; s = socket.socket(); s.settimeout(1);"
    "sys.exit(s.connect_ex((sys.argv[1], int(sys.argv[2]))) != 0)"
)


def start(name: str, argv: Sequence[str], chroot: bool = False) -> None:
    """Start a server in the lab; it finds the project's modules."""
    wrapped, environment = in_lab(argv, Surroundings(chroot=chroot, mailconf=None))
    environment["PYTHONPATH"] = str(PROJECT)
    with (SHARE / "log" / f"{name}.out").open("ab") as log:
        process = subprocess.Popen(
            wrapped, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    remember(name, process.pid)


def remember(name: str, pid: int) -> None:
    """Note a process that `stop` has to end."""
    (_PIDS / f"{name}.pid").write_text(f"{pid}\n")


def remembered() -> bool:
    """Whether something was started and not stopped."""
    return any(_PIDS.glob("*.pid"))


def wait_for(address: str, port: int, seconds: float = 20) -> None:
    """Wait until something in the lab accepts connections there, or give up."""
    end = time.monotonic() + seconds
    argv = in_net([sys.executable, "-c", _CONNECTS, address, str(port)])
    while subprocess.run(argv, check=False).returncode:
        if time.monotonic() > end:
            sys.exit(f"up: nothing listens on {address}:{port}; see {SHARE}/log")
        time.sleep(0.2)


def stop() -> None:
    """End all of them, and whatever they left in the lab's network."""
    pids = list(_ours(_PIDS.glob("*.pid")))
    _signal(pids, signal.SIGTERM)
    end = time.monotonic() + 10
    while time.monotonic() < end and any(map(_alive, pids)):
        time.sleep(0.1)
    listed = subprocess.run(["ip", "netns", "pids", NETNS], capture_output=True, text=True, check=False)
    rest = [int(pid) for pid in listed.stdout.split()]
    for sent in (signal.SIGTERM, signal.SIGKILL):
        _signal(rest, sent)
        time.sleep(0.5)
    for path in _PIDS.glob("*.pid"):
        path.unlink()
    subprocess.run(["ip", "netns", "del", NETNS], capture_output=True, check=False)


def _ours(paths: Iterator[Path]) -> Iterator[int]:
    for path in paths:
        text = path.read_text().strip()
        if text.isdigit() and in_lab_net(int(text)):
            yield int(text)


def _signal(pids: Sequence[int], sent: signal.Signals) -> None:
    for pid in pids:
        if in_lab_net(pid) and _alive(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sent)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:  # gone
        return False
    return state != "Z"


def in_lab_net(pid: int) -> bool:
    """Whether a process lives in the lab's network: a noted id may have gone to a stranger."""
    try:
        return Path(f"/proc/{pid}/ns/net").stat().st_ino == Path("/run/netns", NETNS).stat().st_ino
    except OSError:
        return False
