"""What a command line is understood in: environment, files, and this machine's own names.

All of it as one argument, so that a replay can bring what there was then
(`pyfinger.recording`).  Whatever an evaluation reads, it reads here.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from typing import Protocol

from pyfinger.model import Family
from pyfinger.values import Value

PRIVATE_KEY_LEFT_OUT = b"(a private key, left out)"  # what stands in its place

MOST = 1 << 24  # bytes of one file, a hundred times all the world's authorities; devices may be endless


class HostEnvironment(Protocol):
    """The system's, or recorded ones."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment variables."""
        ...

    @property
    def nodename(self) -> str:
        """This machine's host name."""
        ...

    def addresses(self, family: Family) -> tuple[str, ...]:
        """This machine's own addresses of one family."""
        ...

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        ...

    def read(self, path: str) -> bytes:
        """All of a file; OSError."""
        ...

    def read_public(self, path: str) -> bytes:
        """The same without private keys in PEM, which nobody is to keep; OSError."""
        ...


class SystemEnvironment(Value):
    """What the operating system says."""

    environment: Mapping[str, str]

    @property
    def nodename(self) -> str:
        """As uname(2) has it."""
        return os.uname().nodename

    def addresses(self, family: Family) -> tuple[str, ...]:
        """Of all interfaces that are up."""
        from pyfinger.drive.interfaces import local_addresses  # and sockets with it

        return local_addresses(family)

    def exists(self, path: str) -> bool:
        """Also if it cannot be read."""
        return os.path.exists(path)

    def read(self, path: str) -> bytes:
        """The file as it is now; EFBIG if it is longer than anything one would configure."""
        with open(path, "rb") as file:
            content = file.read(MOST + 1)
        if len(content) > MOST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
        return content

    def read_public(self, path: str) -> bytes:
        """The same without private keys in PEM."""
        return without_private_keys(self.read(path))


def without_private_keys(content: bytes) -> bytes:
    """The text of a file with something else in the place of each private key in PEM (RFC 7468).

    One that has no end takes all that follows along.
    """
    found, position = [], 0
    while (begin := _begin_of_key(content, position)) >= 0:
        found += [content[position:begin], PRIVATE_KEY_LEFT_OUT, b"\n"]
        line = content.find(b"-----END ", begin)
        end = content.find(b"\n", line) if line >= 0 else -1
        position = end + 1 if end >= 0 else len(content)
    return b"".join([*found, content[position:]])


def _begin_of_key(content: bytes, position: int) -> int:
    """Where the next private key begins; -1 if there is none."""
    while (begin := content.find(b"-----BEGIN ", position)) >= 0:
        end = content.find(b"\n", begin)
        line = content[begin : end if end >= 0 else len(content)]
        if b"PRIVATE KEY" in line:
            return begin
        position = begin + 1
    return -1
