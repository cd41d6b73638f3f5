"""A place to run cases in: namespaces, files, servers and both programs.

`python -m tests.lab.parityfuzz.booth CANDIDATE`, started by `Booth`, takes a JSON
object a line on standard input, {"case": …, "plain": BOOLEAN}, and answers each with
a line: {"reference": TRANSCRIPT, "candidate": TRANSCRIPT}.  "plain" starts the
candidate as a user would; otherwise it is forked off a process that has it loaded.

Each booth has a network of its own, where a case's servers are; a case that is
about the lab's servers runs in the lab's.  `/etc` has what the case wants, natively
and in the reference's tree.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from tests.lab.inside import in_net
from tests.lab.normalise import PROGRAMS, transcript
from tests.lab.parityfuzz import pemfiles
from tests.lab.parityfuzz.case import FOLDER, Case, from_json
from tests.lab.parityfuzz.nameserver import ADDRESS, answering
from tests.lab.parityfuzz.serving import serving
from tests.lab.places import CHROOT, HOSTNAME, PROJECT, SHARE

FORKER = (sys.executable, "-m", "tests.lab.parityfuzz.forker")
REFERENCE = "/usr/sbin/posttls-finger"
_LONG_AGO = 1700000000
SECONDS = 40  # a run that takes longer is killed
_ETC = ("hosts", "nsswitch.conf", "services", "resolv.conf")
_USUAL_MAIN_CF = ("compatibility_level = 3.10",)
_PREPARE = f"""
mkdir -p {CHROOT}{SHARE} {FOLDER}
mount --bind {SHARE} {CHROOT}{SHARE}
for root in "" {CHROOT}; do
    mount --bind "$BOOTH" $root{FOLDER}
    for file in {" ".join(_ETC)}; do mount --bind "$BOOTH/etc/$file" $root/etc/$file; done
    mkdir -p $root/etc/postfix
    mount --bind "$BOOTH/etc/postfix" $root/etc/postfix
done
mount -t proc proc {CHROOT}/proc
mount --bind /dev {CHROOT}/dev
hostname {HOSTNAME}
ip link set lo up
cd {SHARE}/cwd
exec "$@"
"""
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}


class CaseError(Exception):
    """A case that cannot be set up: something of it is missing."""


class Booth:
    """A running booth, seen from the command."""

    def __init__(self, candidate: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=SHARE / "tmp"))
        _furnish(self._folder)
        python = [sys.executable, "-m", __name__, candidate]
        self._process = subprocess.Popen(
            ["unshare", "--mount", "--uts", "--net", "sh", "-ec", _PREPARE, "sh", *python],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "BOOTH": str(self._folder), "PYTHONPATH": str(PROJECT), "LC_ALL": "C.UTF-8"},
        )

    def run(self, case: Case, plain: bool) -> tuple[list[str], list[str]]:
        """The transcripts of the reference and of the candidate."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"case": case.to_json(), "plain": plain}).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a booth ended with status {self._process.wait()}")
        reply = json.loads(line)
        if "error" in reply:
            raise CaseError(reply["error"])
        return reply["reference"], reply["candidate"]

    def close(self) -> None:
        """Take it down."""
        assert self._process.stdin
        with suppress(BrokenPipeError):  # it is gone already
            self._process.stdin.close()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def _furnish(folder: Path) -> None:
    """What does not change from case to case."""
    folder.chmod(0o755)
    (folder / "etc" / "postfix").mkdir(parents=True)
    for name in _ETC:
        shutil.copyfile(SHARE / "etc" / name, folder / "etc" / name)
    (folder / "etc" / "postfix" / "master.cf").write_text("")


class Forker:
    """A process that runs programs (forker.py): `argv` is `FORKER`, or that wrapped in something."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        ours, theirs = socket.socketpair()
        self._process = subprocess.Popen(argv, stdin=theirs.fileno(), env=env)
        theirs.close()
        self._socket = ours
        self._wire = ours.makefile("rwb")
        self._wire.readline()

    def close(self) -> None:
        """End the process."""
        self._wire.close()
        self._socket.close()
        self._process.wait()

    def run(self, argv: list[str], env: Mapping[str, str], root: str, load: bool) -> list[str]:
        """One program's transcript."""
        wanted = {"argv": argv, "env": dict(env), "root": root, "load": load, "timeout": SECONDS}
        self._wire.write(json.dumps(wanted).encode() + b"\n")
        self._wire.flush()
        line = self._wire.readline()
        if not line:
            raise RuntimeError("a process that runs programs is gone; was the lab brought down?")
        reply = json.loads(line)
        out, err = (base64.b64decode(reply[key]) for key in ("out", "err"))
        return transcript(_named_alike(out), err, reply["status"], PROGRAMS)


def _named_alike(out: bytes) -> bytes:
    """With -C the log goes on in the middle of a line, where a buffer happened to be full."""
    return re.sub(rb"(posttls-finger|pyfinger)(?=: [<>S])", b"PROG", out)


class Stage:
    """Inside a booth: sets a case up and runs both programs in it."""

    def __init__(self, candidate: str, folder: Path) -> None:
        self._candidate = candidate
        self._folder = folder
        self._forkers: dict[bool, Forker] = {}

    def run(self, case: Case, plain: bool) -> dict[str, list[str]]:
        """Both transcripts."""
        self._write(case)
        if case.in_lab not in self._forkers:
            self._forkers[case.in_lab] = Forker(in_net(FORKER) if case.in_lab else FORKER)
        forker = self._forkers[case.in_lab]
        env = {**ENVIRONMENT, **case.env}
        with ExitStack() as stack:
            if not case.in_lab:
                stack.enter_context(answering(case.dns))
                stack.enter_context(serving(case.servers))
            reference = forker.run([REFERENCE, *case.words], env, str(CHROOT), load=False)
            candidate = forker.run([self._candidate, *case.words], env, "", load=not plain)
        return {"reference": reference, "candidate": candidate}

    def _write(self, case: Case) -> None:
        """The case's files."""
        for old in self._folder.iterdir():
            if old.is_file():
                old.unlink()
        for name, parts in case.files.items():
            (self._folder / name).write_bytes(pemfiles.text(parts))
        etc = self._folder / "etc"
        main_cf = _USUAL_MAIN_CF if case.main_cf is None else case.main_cf
        (etc / "postfix" / "main.cf").write_bytes("".join(f"{line}\n" for line in main_cf).encode())
        # Postfix reads a file again and again until it is some seconds old.
        os.utime(etc / "postfix" / "main.cf", (_LONG_AGO, _LONG_AGO))
        # Written in place: the file is mounted elsewhere.
        (etc / "resolv.conf").write_text("".join(f"{line}\n" for line in _resolv_conf(case)), newline="")


def _resolv_conf(case: Case) -> list[str]:
    if case.in_lab:
        return (SHARE / "etc" / f"resolv.conf.{case.resolver}").read_text().splitlines()
    return list(case.resolv_conf) or [f"nameserver {ADDRESS}", "options timeout:1 attempts:1"]


def main() -> None:
    """Run cases as told."""
    stage = Stage(sys.argv[1], Path(os.environ["BOOTH"]))
    for line in sys.stdin.buffer:
        wanted = json.loads(line)
        try:
            reply: dict[str, Any] = stage.run(from_json(wanted["case"]), wanted["plain"])
        except Exception:  # by whatever a reduced case lacks; the command decides what that means
            reply = {"error": traceback.format_exc()}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
