"""The server programs of this machine: OpenSSL, once or twice, and GnuTLS.

INTEROP_TREE names the root of a Debian tree with another, newer OpenSSL in it,
which runs from there with the tree's own loader and libraries.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class OpenSsl:
    """An `openssl` command and its version."""

    command: tuple[str, ...]
    version: tuple[int, int]

    @property
    def name(self) -> str:
        return "openssl-{}.{}".format(*self.version)

    def run(self, *arguments: str) -> None:
        subprocess.run((*self.command, *arguments), check=True, capture_output=True, stdin=subprocess.DEVNULL)

    def knows(self, option: str) -> bool:
        """Whether its s_server was built with an option."""
        return option in _server_help(self.command)

    def has_curve(self, name: str) -> bool:
        """Whether it was built with an elliptic curve."""
        name = {"secp192r1": "prime192v1", "secp256r1": "prime256v1"}.get(name, name)
        command = (*self.command, "ecparam", "-name", name, "-noout")
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


@cache
def _server_help(command: tuple[str, ...]) -> frozenset[str]:
    shown = subprocess.run((*command, "s_server", "-help"), capture_output=True, text=True, check=False)
    return frozenset((shown.stdout + shown.stderr).split())


@cache
def openssls() -> tuple[OpenSsl, ...]:
    """Every OpenSSL found, oldest first, one of each version."""
    found: dict[tuple[int, int], OpenSsl] = {}
    for command in (_installed(), _from_tree()):
        program = _identified(command) if command else None
        if program is not None:
            found.setdefault(program.version, program)
    return tuple(found[version] for version in sorted(found))


def gnutls_serv() -> str | None:
    """The path of gnutls-serv."""
    return shutil.which("gnutls-serv")


def _installed() -> tuple[str, ...] | None:
    path = shutil.which("openssl")
    return (path,) if path else None


def _from_tree() -> tuple[str, ...] | None:
    tree = Path(os.environ.get("INTEROP_TREE", "/nonexistent"))
    loaders = sorted(tree.glob("lib64/ld-linux*")) or sorted(tree.glob("lib/ld-linux*"))
    libraries = sorted(tree.glob("usr/lib/*/libssl.so.3"))
    if not loaders or not libraries:
        return None
    return str(loaders[0]), "--library-path", str(libraries[0].parent), str(tree / "usr/bin/openssl")


def _identified(command: tuple[str, ...]) -> OpenSsl | None:
    shown = subprocess.run((*command, "version"), capture_output=True, text=True, check=False).stdout
    version = re.match(r"OpenSSL (\d+)\.(\d+)", shown)
    return OpenSsl(command, (int(version[1]), int(version[2]))) if version else None
