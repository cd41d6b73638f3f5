"""Files the program writes: opened before it gives up root, written a whole piece at a time.

    artifacts = Artifacts(sys.stdout.buffer)
    capture = artifacts.open("capture.pcapng", secret=True)

`-`, `/dev/stdout` and `/dev/fd/N` are the descriptors the program was given, as
shells have it; pipes and terminals are written to as they are.  A file

* has mode 0600, also if it was there before: who may read the log need not be
  allowed to read what was said, let alone to decrypt it;
* is no symbolic link, which somebody may have put there for root to follow, and
  if it is to hold secrets, it does not belong to anybody else;
* keeps what is in it until the first piece is written, so that a mistake on the
  command line destroys nothing;
* ends with a whole piece: what a failed write left of one is taken off again.

Whatever cannot be opened is a `UsageError`.  A write that fails raises OSError
with the file's name as given (`filename`), and so does every later one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from io import FileIO, UnsupportedOperation
from typing import BinaryIO

from pyfinger.errors import UsageError

STANDARD_OUTPUT = "-"

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NOCTTY
_OWNER_ONLY = 0o600
_DESCRIPTOR = re.compile(r"(?:/dev|/proc/self)/fd/([0-9]{1,9})")
_DESCRIPTORS = {STANDARD_OUTPUT: 1, "/dev/stdout": 1, "/dev/stderr": 2}


class Artifact(FileIO):
    """One file to write; unbuffered, and every `write` is a whole piece."""

    def __init__(self, shown: str, descriptor: int, *, ours: bool) -> None:
        """`shown` is its name for messages; `ours`: a regular file that nobody else writes to."""
        super().__init__(descriptor, "wb")
        self.shown = shown
        self.ours = ours
        self._begun = False
        self._failure: OSError | None = None

    def write(self, piece: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        """All of it, or none; OSError."""
        if self._failure is not None:
            raise self._failure
        try:
            self._write_whole(memoryview(piece))
        except OSError as error:
            self._failure = OSError(error.errno, os.strerror(error.errno or errno.EIO), self.shown)
            raise self._failure from error
        return len(piece)

    def _write_whole(self, rest: memoryview) -> None:
        if self.ours and not self._begun:
            os.ftruncate(self.fileno(), 0)
        self._begun = True
        start = os.lseek(self.fileno(), 0, os.SEEK_CUR) if self.ours else 0
        try:
            while rest:
                rest = rest[os.write(self.fileno(), rest) :]
        except BaseException:  # an interrupt may come between two parts
            self._cut(start)
            raise

    def _cut(self, start: int) -> None:
        """Take off what was written of a piece; should that fail, too, nothing can be done."""
        if self.ours:
            with contextlib.suppress(OSError):
                os.ftruncate(self.fileno(), start)
                os.lseek(self.fileno(), start, os.SEEK_SET)


class Artifacts:
    """All files of one run; no two may be the same, but for the null device."""

    def __init__(self, stdout: BinaryIO) -> None:
        """`stdout` may have no descriptor, and is written to directly then."""
        self._stdout = stdout
        self._taken: set[tuple[int, int]] = set()

    def open(self, name: str, *, secret: bool = False) -> BinaryIO:
        """Open a file by the name an option gives; `secret` if secrets will go there."""
        if goes_to_standard_output(name) and not _has_descriptor(self._stdout):
            self._take(name, (0, id(self._stdout)))
            return self._stdout
        try:
            artifact = self._opened(name)
        except OSError as error:
            raise UsageError(f"{name}: {_reason(name, error)}") from error
        try:
            self._check(artifact, secret=secret)
        except BaseException:
            artifact.close()
            raise
        return artifact

    def _opened(self, name: str) -> Artifact:
        if goes_to_standard_output(name):
            self._stdout.flush()
            return Artifact(name, os.dup(self._stdout.fileno()), ours=False)
        given = _given_descriptor(name)
        if given is not None:
            return Artifact(name, os.dup(given), ours=False)
        descriptor = os.open(name, _FLAGS, _OWNER_ONLY)
        return Artifact(name, descriptor, ours=stat.S_ISREG(os.fstat(descriptor).st_mode))

    def _check(self, artifact: Artifact, *, secret: bool) -> None:
        status = os.fstat(artifact.fileno())
        if not _is_null_device(status):
            self._take(artifact.shown, (status.st_dev, status.st_ino))
        if artifact.ours and status.st_uid == os.geteuid():
            os.fchmod(artifact.fileno(), _OWNER_ONLY)
        elif artifact.ours and secret:
            raise UsageError(f"{artifact.shown}: belongs to somebody else, who would learn the secrets")

    def _take(self, name: str, identity: tuple[int, int]) -> None:
        if identity in self._taken:
            raise UsageError(f"{name}: another output goes there already")
        self._taken.add(identity)


def goes_to_standard_output(name: str) -> bool:
    """Whether that is where an option's file name leads, so that nothing else should."""
    return _given_descriptor(name) == 1


def _given_descriptor(name: str) -> int | None:
    found = _DESCRIPTOR.fullmatch(name)
    return int(found[1]) if found else _DESCRIPTORS.get(name)


def _is_null_device(status: os.stat_result) -> bool:
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == os.stat(os.devnull).st_rdev


def _reason(name: str, error: OSError) -> str:
    if error.errno == errno.ELOOP and os.path.islink(name):
        return "is a symbolic link"
    return os.strerror(error.errno or errno.EIO)


def _has_descriptor(stream: BinaryIO) -> bool:
    try:
        stream.fileno()
    except UnsupportedOperation:
        return False
    return True
