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
