"""Systems with something more installed: layers over this machine's, or over the reference's tree.

What is installed is kept as the layer alone, and what lies below it is never changed: neither then
nor when it runs, where the layer is copied into memory first.  Whoever mounts one is in a mount
namespace of its own (`NAMESPACES`).
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

NAMESPACES = ("--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc")
MEMORY = Path("/mnt")

_INSTALL = """
mkdir -p "$1/upper" "$1/work" "$1/tree"
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/tree"
mount -t proc proc "$1/tree/proc"
mount --rbind /dev "$1/tree/dev"
rm -f "$1/tree/etc/resolv.conf"
cat /etc/resolv.conf >"$1/tree/etc/resolv.conf"
printf '#!/bin/sh\\nexit 101\\n' >"$1/tree/usr/sbin/policy-rc.d"
chmod 755 "$1/tree/usr/sbin/policy-rc.d"
export DEBIAN_FRONTEND=noninteractive
exec chroot "$1/tree" sh -ec "$3"
"""


def by_apt(*packages: str) -> str:
    """The command that installs these of Debian; what there is, is looked up anew only if need be."""
    install = f"apt-get install -y -q --no-install-recommends {' '.join(packages)}"
    return f"{install} || {{ apt-get update -q && {install}; }}"


def installed(folder: Path, lower: Path, command: str) -> Path:
    """The layer that a shell command has made of a system; it is run once, and anew if it is another one.

    Raises CalledProcessError if it cannot be installed.
    """
    ready = folder / "ready"
    made_of = f"{lower}\n{command}\n"
    if not ready.exists() or ready.read_text() != made_of:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        words = ("sh", "-ec", _INSTALL, "sh", str(folder), str(lower), command)
        subprocess.run(
            ["unshare", "--mount", *words], stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
        ready.write_text(made_of)
    return folder / "upper"


def use_memory() -> None:
    """Begin, in a namespace: nothing mounted from now on is seen outside."""
    run("mount", "--make-rprivate", "/")
    run("mount", "-t", "tmpfs", "memory", str(MEMORY))


def mounted(name: str, lower: Path, layer: Path | None = None) -> Path:
    """A system of this name, with a layer that `installed` has made; what it writes is lost in the end."""
    tree, upper, work = (MEMORY / name / part for part in ("tree", "upper", "work"))
    for folder in (tree, upper, work):
        folder.mkdir(parents=True)
    if layer is not None:  # copied, as layers must not lie one in the other
        run("cp", "-a", f"{layer}/.", str(upper))
    run(
        "mount",
        "-t",
        "overlay",
        "overlay",
        "-o",
        f"lowerdir={lower},upperdir={upper},workdir={work}",
        str(tree),
    )
    run("mount", "-t", "proc", "proc", str(tree / "proc"))
    run("mount", "--rbind", "/dev", str(tree / "dev"))
    return tree


def write_files(tree: Path, files: dict[str, str]) -> None:
    """Write files of a tree; their paths are absolute, and links are replaced."""
    for name, text in files.items():
        path = tree / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(text)


def run(*command: str) -> None:
    """Run a command that must not fail."""
    subprocess.run(command, check=True)
