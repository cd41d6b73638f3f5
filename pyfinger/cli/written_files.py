"""Files as they are written: those that grow piece by piece, and those that are whole or not there.

    with replacing(folder, "report.json") as file: file.write(content)
    rewrite(descriptor, content)

The first is for files of our own, the second for what is to stay the file it is: of another user, with
other names, or in a folder that we may not write to any more.  Both raise OSError, and what was there
before is there still.  `artifacts` says which file is opened how.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from io import FileIO
from typing import BinaryIO

from pyfinger.cli.places import OutputPlace

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_OWNER_ONLY = 0o600
_MOST_OF_NAME = 200  # octets; file systems take 255
_CANNOT_RESERVE = (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS)  # of some file systems


@contextlib.contextmanager
def replacing(folder: int, name: str) -> Iterator[BinaryIO]:
    """A new file of mode 0600 that is called `name` when it is finished, and is gone if it is not.

    `folder` is a descriptor.  Whoever is killed leaves at most a file whose name begins with a dot.
    """
    unfinished = f".{os.fsdecode(os.fsencode(name)[:_MOST_OF_NAME])}.{secrets.token_hex(8)}"
    descriptor = os.open(unfinished, _FLAGS, _OWNER_ONLY, dir_fd=folder)
    try:
        with open(descriptor, "wb") as opened:
            yield opened
        os.replace(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        os.unlink(unfinished, dir_fd=folder)
        raise


def rewrite(descriptor: int, content: bytes | bytearray | memoryview) -> None:
    """Content in the place of a regular file's, which stays where there is no room for the new one."""
    _reserve(descriptor, len(content))
    rest = memoryview(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.ftruncate(descriptor, len(content))


def _reserve(descriptor: int, size: int) -> None:
    """Room for so many octets; where no such thing can be had, writing shows whether there is."""
    reserve = getattr(os, "posix_fallocate", None)  # not on macOS
    if reserve is None or not size:
        return
    before = os.fstat(descriptor).st_size
    try:
        reserve(descriptor, 0, size)
    except OSError as error:
        os.ftruncate(descriptor, before)
        if error.errno not in _CANNOT_RESERVE:
            raise


class Artifact(FileIO):
    """One file to write; unbuffered, and every `write` is a whole piece."""

    _grows = True

    def __init__(
        self, shown: str, descriptor: int, *, ours: bool, created: OutputPlace | None = None
    ) -> None:
        """`shown` is its name for messages; `ours`: a regular file that nobody else writes to.

        `created` is where it was made, if it was not there before.
        """
        super().__init__(descriptor, "wb")
        self.shown = shown
        self.ours = ours
        self._created = (os.dup(created.folder), created.name) if created is not None else None
        self._begun = False
        self._failure: OSError | None = None

    def discard(self) -> None:
        """Take the file away again if it was made for us, and nothing was written to it."""
        if self._created is not None and not self._begun:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._created[1], dir_fd=self._created[0])

    def close(self) -> None:
        """Let go of it."""
        if self._created is not None:
            os.close(self._created[0])
            self._created = None
        super().close()

    def write(self, piece: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        """All of it, or none; OSError."""
        if self._failure is not None:
            raise self._failure
        try:
            self._write_whole(memoryview(piece))
        except OSError as error:
            reason = os.strerror(error.errno or errno.EIO)
            if self.ours and self._begun and self._grows:
                reason += "; what is in it is incomplete"
            self._failure = OSError(error.errno, reason, self.shown)
            with contextlib.suppress(OSError):  # if we may not any more, it stays, and is empty
                self.discard()
            raise self._failure from error
        return len(piece)

    def _write_whole(self, rest: memoryview) -> None:
        if self.ours and not self._begun:
            rewrite(self.fileno(), rest)
            self._begun = True
            return
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


class WholeArtifact(Artifact):
    """A regular file that is written when all is known.  Until then what was there stays there.

    Where it may be exchanged (it is ours, has no other name, and we are who we were), it is; else it is
    written over, if there is room.  What was made for it is taken away when it is closed unwritten.
    """

    _grows = False

    def __init__(self, shown: str, descriptor: int, place: OutputPlace) -> None:
        """`descriptor`: of the file, or of the null device if there is none and one can be made."""
        super().__init__(shown, descriptor, ours=stat.S_ISREG(os.fstat(descriptor).st_mode))
        self._place = os.dup(place.folder), place.name
        self._new = place.status is None
        alone = place.status is None or _is_ours_alone(place.status)
        self._exchanged = alone and may_write_to(place.folder)
        self._made_by = os.geteuid(), os.getpid()
        self._content = b""

    def discard(self) -> None:
        """As above."""
        if self._new and self.ours and not self._begun and self._made_by == (os.geteuid(), os.getpid()):
            self._new = False
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._place[1], dir_fd=self._place[0])

    def close(self) -> None:
        """Let go of it."""
        if not self.closed:
            with contextlib.suppress(OSError):
                self.discard()
            os.close(self._place[0])
        super().close()

    def _write_whole(self, rest: memoryview) -> None:
        self._content += rest
        if self._exchanged and self._made_by[0] == os.geteuid():
            folder, name = self._place
            with replacing(folder, name) as file:
                file.write(self._content)
        else:
            rewrite(self.fileno(), self._content)
        self._begun = True


def may_write_to(folder: int) -> bool:
    """Whether we may make files there."""
    return os.access(".", os.W_OK | os.X_OK, dir_fd=folder)


def _is_ours_alone(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and status.st_nlink == 1
