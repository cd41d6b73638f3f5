"""Running commands inside the lab: its network, host name, resolver and files.

A command sees the lab's /etc/resolv.conf, /etc/hosts, /etc/services,
/etc/nsswitch.conf and /etc/postfix, through a mount namespace of its own, and
starts in /srv/lab/cwd, or where it is told.  It runs natively or in the reference's tree.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.lab.places import FIRST, HOSTNAME, NETNS, SHARE, TREES

# Variables of ours that must not decide how a probe ends.
_NOT_OURS = (
    "MAIL_CONFIG",
    "MAIL_VERBOSE",
    "MAIL_DEBUG",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SSLKEYLOGFILE",
    "OPENSSL_CONF",
)

_PREPARE = """
mkdir -p "$LAB_CHROOT$LAB_SHARE"
mount --bind "$LAB_SHARE" "$LAB_CHROOT$LAB_SHARE"
[ -z "$LAB_ROOT" ] || { mount -t proc proc "$LAB_ROOT/proc"; mount --bind /dev "$LAB_ROOT/dev"; }
for f in hosts nsswitch.conf services resolv.conf; do
    [ -e "$LAB_ROOT/etc/$f" ] || touch "$LAB_ROOT/etc/$f"
    mount --bind "$LAB_SHARE/etc/$f${LAB_ETC_SUFFIX:+.$LAB_ETC_SUFFIX}" "$LAB_ROOT/etc/$f" 2>/dev/null ||
        mount --bind "$LAB_SHARE/etc/$f" "$LAB_ROOT/etc/$f"
done
if [ -n "$LAB_MAILCONF" ]; then
    mkdir -p "$LAB_ROOT/etc/postfix"
    mount --bind "$LAB_MAILCONF" "$LAB_ROOT/etc/postfix"
fi
hostname "$LAB_HOSTNAME"
cd "$LAB_CWD"
if [ -n "$LAB_ROOT" ]; then
    exec chroot "$LAB_ROOT" sh -c 'cd "$1"; shift; exec "$@"' sh "$LAB_CWD" "$@"
fi
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command finds around it."""

    chroot: bool = False  # whether it runs in the reference's tree
    like: str = FIRST  # which reference's, a key of TREES
    resolver: str = "validating"  # a key of RESOLVERS
    mailconf: str | None = "client"  # which /etc/postfix; None leaves what is there
    env: Mapping[str, str] = field(default_factory=dict)  # for run_in_lab: added to ours
    tty: bool = False  # standard output and error are one terminal
    timeout: float = 90  # seconds
    folder: Path = SHARE / "cwd"  # where it starts


@dataclass(frozen=True, slots=True)
class Run:
    """How a command ended."""

    out: bytes
    err: bytes
    status: int | str  # negative: a signal; "timeout": it was killed
    seconds: float


def lab_is_up() -> bool:
    """Whether commands can be run in the lab: by root, and beside its servers.

    The namespace alone says nothing: it outlives servers that ended with their session.
    """
    if os.geteuid() or not Path("/run/netns", NETNS).exists():
        return False
    listed = subprocess.run(["ip", "netns", "pids", NETNS], capture_output=True, check=False)
    return bool(listed.stdout.split())


def require_lab(command: str) -> None:
    """End the program, and say why, if nothing can be run in the lab."""
    if not lab_is_up():
        sys.exit(f"{command}: needs root, and the lab up (see README.md)")


def require_tree(command: str, like: str) -> None:
    """End the program, and say how to have it, if there is no tree of that reference."""
    if not (TREES[like] / "usr/sbin/posttls-finger").exists():
        sys.exit(f"{command}: no reference in {TREES[like]}: setup --like {like} makes it")


def in_net(argv: Sequence[str]) -> list[str]:
    """`argv`, to be run with the lab's network and nothing else."""
    return ["nsenter", f"--net=/run/netns/{NETNS}", *argv]


def in_lab(argv: Sequence[str], around: Surroundings) -> tuple[list[str], dict[str, str]]:
    """The command line that runs `argv` in those surroundings, and our environment with what it needs."""
    environment = {
        **os.environ,
        "LAB_ROOT": str(TREES[around.like]) if around.chroot else "",
        "LAB_CHROOT": str(TREES[around.like]),
        "LAB_SHARE": str(SHARE),
        "LAB_CWD": str(around.folder),
        "LAB_ETC_SUFFIX": around.resolver,
        "LAB_MAILCONF": str(SHARE / "etc" / f"postfix-{around.mailconf}") if around.mailconf else "",
        "LAB_HOSTNAME": HOSTNAME,
    }
    return in_net(["unshare", "--mount", "--uts", "sh", "-ec", _PREPARE, "sh", *argv]), environment


def run_in_lab(argv: Sequence[str], around: Surroundings) -> Run:
    """Run `argv` to its end, or kill it when its time is up."""
    wrapped, environment = in_lab(argv, around)
    for name in _NOT_OURS:
        environment.pop(name, None)
    environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONUNBUFFERED": "", **around.env}
    began = time.monotonic()
    run = _on_terminal if around.tty else _with_pipes
    out, err, status = run(wrapped, environment, around.timeout)
    return Run(out, err, status, time.monotonic() - began)


def run_writing(argv: Sequence[str], around: Surroundings) -> Run:
    """The same, in a new folder where everybody may write; the files left there stand behind its output."""
    with tempfile.TemporaryDirectory(prefix="writes-", dir=SHARE / "tmp") as name:
        folder = Path(name)
        folder.chmod(0o1777)
        run = run_in_lab(argv, replace(around, folder=folder))
        return replace(run, out=run.out + b"".join(map(_left, sorted(folder.iterdir()))))


def _left(path: Path) -> bytes:
    """A file, behind a line with its name and mode."""
    status = path.lstat()
    owner = "root's" if status.st_uid == 0 else "not root's"
    return f"==> {path.name} {stat.filemode(status.st_mode)} {owner}\n".encode() + path.read_bytes()


def _with_pipes(
    argv: Sequence[str], environment: Mapping[str, str], timeout: float
) -> tuple[bytes, bytes, int | str]:
    process = subprocess.Popen(
        argv,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return *process.communicate(), "timeout"
    return out, err, process.returncode


def _on_terminal(
    argv: Sequence[str], environment: Mapping[str, str], timeout: float
) -> tuple[bytes, bytes, int | str]:
    master, slave = os.openpty()
    mode = termios.tcgetattr(slave)
    mode[1] &= ~termios.OPOST  # or every line would end in CR LF
    termios.tcsetattr(slave, termios.TCSANOW, mode)
    process = subprocess.Popen(
        argv, env=environment, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    try:
        out, status = _until_the_end(process, master, timeout)
    finally:
        os.close(master)
    return out, b"", status


def _until_the_end(process: subprocess.Popen[bytes], master: int, timeout: float) -> tuple[bytes, int | str]:
    """All a process writes to its terminal, and its status."""
    data = b""
    end = time.monotonic() + timeout
    while True:
        ready, _, _ = select.select([master], [], [], max(0, end - time.monotonic()))
        if not ready:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return data, "timeout"
        try:
            chunk = os.read(master, 65536)
        except OSError:  # the last writer is gone
            chunk = b""
        if not chunk:
            return data, process.wait()
        data += chunk
