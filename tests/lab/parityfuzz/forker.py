"""Runs programs one after the other, quickly: forks itself with pyfinger already loaded.

`python -m tests.lab.parityfuzz.forker`, with a socket as standard input, takes one
JSON object a line and answers it with one:

    {"argv": [PROGRAM, …], "env": {…}, "root": CHROOT or "", "timeout": SECONDS, "load": BOOLEAN}
    {"out": BASE64, "err": BASE64, "status": NUMBER or "timeout"}

With "load" the program is pyfinger as loaded here; it then begins with no time
spent on imports, which is most of a short probe's.  The working directory is kept.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any, NoReturn

import pyfinger

# The last three are of other commands, and need what extras bring.
LEFT_OUT = (
    "pyfinger.__main__",
    "pyfinger.demo",
    "pyfinger.drive.aio",
    "pyfinger.page",
    "pyfinger.survey",
    "pyfinger.tlsa",
)


def main() -> None:
    """Serve until the other side is gone."""
    load()
    directory = os.getcwd()
    channel = os.dup(0)
    with open(channel, "r+b", buffering=0) as wire, open(os.dup(channel), "rb") as lines:
        wire.write(b"ready\n")
        for line in lines:
            wire.write(json.dumps(run(json.loads(line), directory)).encode() + b"\n")


def load() -> None:
    """Import all of pyfinger that a probe may need."""
    for module in pkgutil.walk_packages(pyfinger.__path__, "pyfinger."):
        if not module.name.startswith(LEFT_OUT):
            importlib.import_module(module.name)
    gc.collect()
    gc.freeze()


def run(wanted: Mapping[str, Any], directory: str) -> dict[str, Any]:
    """Run one program to its end, or kill it."""
    out, err = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        _become(wanted, directory, out[1], err[1])
    for _, end in (out, err):
        os.close(end)
    end = time.monotonic() + wanted["timeout"]
    texts, in_time = _read({out[0]: b"", err[0]: b""}, end)
    if not in_time:
        os.killpg(pid, signal.SIGKILL)
    _, state = os.waitpid(pid, 0)
    return {
        "out": base64.b64encode(texts[out[0]]).decode(),
        "err": base64.b64encode(texts[err[0]]).decode(),
        "status": os.waitstatus_to_exitcode(state) if in_time else "timeout",
    }


def _read(texts: dict[int, bytes], end: float) -> tuple[dict[int, bytes], bool]:
    """All that is written to these, and whether it ended in time."""
    waiting = set(texts)
    while waiting:
        ready, _, _ = select.select(list(waiting), [], [], max(0, end - time.monotonic()))
        if not ready:
            break
        for source in ready:
            data = os.read(source, 65536)
            texts[source] += data
            if not data:
                waiting.discard(source)
    for source in texts:
        os.close(source)
    return texts, not waiting


def _become(wanted: Mapping[str, Any], directory: str, out: int, err: int) -> NoReturn:
    """The child: never returns."""
    status = 125
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, nothing), (1, out), (2, err)):
            os.dup2(source, target)
        os.closerange(3, 256)
        if wanted["root"]:
            os.chroot(wanted["root"])
        os.chdir(directory)
        if not wanted["load"]:
            os.execve(wanted["argv"][0], wanted["argv"], wanted["env"])
        status = _as_loaded(wanted)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)


def _as_loaded(wanted: Mapping[str, Any]) -> int:
    from pyfinger.cli import main as program

    os.environ.clear()
    os.environ.update(wanted["env"])
    sys.argv = wanted["argv"]
    try:
        return program() & 0xFF
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    main()
