"""Where a file is to be written: its path walked as a careful kernel walks it, nothing opened yet.

Linux has settings that keep root, or anybody, from being led astray in folders
like /tmp (proc_sys_fs(5): protected_symlinks, protected_fifos, protected_regular).
Not every system has them, nor has every one of them switched on, so what they
forbid is forbidden here.  Besides, secrets go to nothing that another user
owns, nor through a symbolic link that another user made: root's are no other's,
who reads everything anyway.
"""

from __future__ import annotations

import errno
import os
import stat

from pyfinger.errors import UsageError
from pyfinger.values import Value

_DIRECTORY = os.O_DIRECTORY | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
_MOST_LINKS = 40  # MAXSYMLINKS of Linux
_STICKY_SHARED = stat.S_ISVTX | stat.S_IWOTH


def spare(read: str, written: str) -> None:
    """`UsageError` if a file that is read would be written over, by whichever path."""
    try:
        same = os.path.samefile(read, written)
    except (OSError, ValueError):  # one of them is not there, or is no name of a file
        return
    if same:
        raise UsageError(f"{written}: is what is read, and is not written over")


class OutputPlace(Value):
    """A name in a folder, and what is there now; `close` it."""

    shown: str  # the path as given
    folder: int  # descriptor
    name: str
    status: os.stat_result | None  # None: nothing is there

    @property
    def identity(self) -> tuple[int | str, ...]:
        """Equal for two paths that lead to one file."""
        if self.status is not None:
            return self.status.st_dev, self.status.st_ino
        folder = os.fstat(self.folder)
        return folder.st_dev, folder.st_ino, self.name

    @property
    def foreign(self) -> bool:
        """Whether another user owns what is there."""
        return self.status is not None and is_foreign(self.status)

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self.folder)


def is_foreign(status: os.stat_result) -> bool:
    """Whether it belongs to neither us nor root."""
    return status.st_uid not in (0, os.geteuid())


def locate(path: str, *, secret: bool) -> OutputPlace:
    """Walk to a file's place; OSError, or `UsageError` if what is there must not be used."""
    place = _Walk(path, secret).place()
    try:
        _check(place, secret=secret)
    except BaseException:
        place.close()
        raise
    return place


def _check(place: OutputPlace, *, secret: bool) -> None:
    status = place.status
    if status is None:
        return
    if stat.S_ISLNK(status.st_mode):
        raise UsageError(f"{place.shown}: is a symbolic link")
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), place.shown)
    if secret and place.foreign:
        raise UsageError(f"{place.shown}: belongs to somebody else, who would learn the secrets")
    if place.foreign and not stat.S_ISCHR(status.st_mode):
        folder = os.fstat(place.folder)
        if folder.st_mode & stat.S_ISVTX and folder.st_mode & (stat.S_IWOTH | stat.S_IWGRP):
            if status.st_uid != folder.st_uid:
                raise UsageError(f"{place.shown}: somebody else put it into a folder that all may write to")


class _Walk:
    """One path, a component at a time; every folder is opened from the one before."""

    def __init__(self, path: str, secret: bool) -> None:
        self._path = path
        self._secret = secret
        self._links = 0

    def place(self) -> OutputPlace:
        """Where the path ends; a link there is not followed."""
        if not self._path:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self._path)
        if "\0" in self._path:
            raise UsageError("a file name with a null character in it")
        folder = os.open("/" if self._path.startswith("/") else ".", _DIRECTORY)
        try:
            parts = self._path.split("/")
            name = parts.pop()
            for part in parts:
                folder = self._enter(folder, part)
            if name in ("", ".", ".."):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), self._path)
            return OutputPlace(self._path, folder, name, _status(folder, name))
        except BaseException:
            os.close(folder)
            raise

    def _enter(self, folder: int, part: str) -> int:
        """The folder below; `folder` is closed then, and on errors stays open."""
        if part in ("", "."):
            return folder
        status = _status(folder, part)
        if status is not None and stat.S_ISLNK(status.st_mode):
            return self._follow(folder, part, status)
        below = os.open(part, _DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        os.close(folder)
        return below

    def _follow(self, folder: int, part: str, link: os.stat_result) -> int:
        self._links += 1
        if self._links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), self._path)
        self._trust(link, os.fstat(folder))
        target = os.readlink(part, dir_fd=folder)
        below = os.open("/", _DIRECTORY) if target.startswith("/") else os.dup(folder)
        try:
            for name in target.split("/"):
                below = self._enter(below, name)
        except BaseException:
            os.close(below)
            raise
        os.close(folder)
        return below

    def _trust(self, link: os.stat_result, folder: os.stat_result) -> None:
        """Whether to follow a link (protected_symlinks), and to take secrets along."""
        planted = folder.st_mode & _STICKY_SHARED == _STICKY_SHARED and link.st_uid not in (
            os.geteuid(),
            folder.st_uid,
        )
        if planted or (self._secret and is_foreign(link)):
            raise UsageError(f"{self._path}: leads through a symbolic link that somebody else made")


def _status(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
