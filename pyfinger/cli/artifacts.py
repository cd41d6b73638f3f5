"""Files the program writes: opened before it gives up root, written a whole piece at a time.

    files = open_together([Wanted("json", "report.json"), Wanted("keylog", "keys", secret=True)], stdout)
    files["json"].write(piece)

`-`, `/dev/stdout` and `/dev/fd/N` are the descriptors the program was given, as
shells have it; pipes and terminals are written to as they are.  A file

* has mode 0600, also if it was there before: who may read the log need not be
  allowed to read what was said, let alone to decrypt it;
* is where its path leads by links of ours and root's (`places`);
* keeps what is in it until the first piece is written, so that a mistake on the
  command line destroys nothing: all are looked at before one is opened, and if
  one cannot be opened the others are as they were;
* ends with a whole piece: what a failed write left of one is taken off again;
* is, if it is to be whole (a report, not a recording that grows), the new one or the old one, or not there.

Whatever cannot be opened is a `UsageError`.  A write that fails raises OSError
with the file's name as given (`filename`), and so does every later one.  What
another user owns (a pipe, say) is never waited for.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import string
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from io import UnsupportedOperation
from typing import BinaryIO

from pyfinger.cli.places import OutputPlace, is_foreign, locate
from pyfinger.cli.streams import SHOWN_OUTPUT, STDERR, STDOUT
from pyfinger.cli.written_files import Artifact, WholeArtifact, may_write_to, replacing
from pyfinger.errors import UsageError
from pyfinger.values import Value

STANDARD_OUTPUT = "-"

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NOCTTY
_OWNER_ONLY = 0o600
_MKSTEMP = string.ascii_letters + string.digits
_MOST_TRIES = 100
_DESCRIPTOR = re.compile(r"(?:/dev|/proc/self)/fd/([0-9]{1,9})")
_DESCRIPTORS = {STANDARD_OUTPUT: STDOUT, "/dev/stdout": STDOUT, "/dev/stderr": STDERR}


class Wanted(Value):
    """A file that an option names; `secret` if secrets will go there, `whole` if it does not grow."""

    option: str
    name: str
    secret: bool = False
    whole: bool = False


def open_together(wanted: Iterable[Wanted], stdout: BinaryIO) -> dict[str, BinaryIO]:
    """All files of one run, by option; no two may be the same, but for the null device.

    `stdout` may have no descriptor, and is written to directly then.
    """
    with ExitStack() as stack:
        located = [(one, _locate(one, stdout, stack)) for one in wanted]
        _compare([(one.name, place) for one, place in located])
        opened: dict[str, BinaryIO] = {}
        created: list[OutputPlace] = []
        try:
            for one, place in located:
                opened[one.option] = _open(one, place, stdout)
                if isinstance(place, OutputPlace) and place.status is None and not _is_put_off(one, place):
                    created.append(place)
        except BaseException:
            for place in created:
                os.unlink(place.name, dir_fd=place.folder)
            raise
        for artifact in opened.values():
            _keep_private(artifact)
        return opened


def discard(files: Iterable[BinaryIO]) -> None:
    """Of files that were opened, take away those that were made and never written to."""
    for file in files:
        if isinstance(file, Artifact):
            file.discard()


@contextlib.contextmanager
def whole_file(name: str) -> Iterator[BinaryIO]:
    """A file that is there only when it is finished: until then what was there before is; mode 0600."""
    if _given_descriptor(name) is not None:
        raise UsageError(f"{name}: a file of its own is needed here")
    try:
        place = locate(name, secret=False)
    except OSError as error:
        raise _unusable(name, error) from error
    with contextlib.closing(place):
        if place.foreign:
            raise UsageError(f"{name}: belongs to somebody else")
        if place.status is not None and not stat.S_ISREG(place.status.st_mode):
            raise UsageError(f"{name}: not a regular file, which is needed here")
        try:
            with replacing(place.folder, place.name) as opened:
                yield opened
        except OSError as error:
            raise _unusable(name, error) from error


def unused_file(stem: str) -> Artifact:
    """A new file in the folder we are in, mode 0600, as mkstemp(3) makes it: `stem` and six characters.

    OSError with its name; whatever has that name, be it a link, is left alone.
    """
    name = ""
    for _ in range(_MOST_TRIES):
        name = stem + "".join(secrets.choice(_MKSTEMP) for _ in range(6))
        try:
            if os.sep in name:  # a name, not a way to another folder
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            return Artifact(name, os.open(name, _FLAGS | os.O_EXCL, _OWNER_ONLY), ours=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise OSError(error.errno, error.strerror, name) from error
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)


def _locate(one: Wanted, stdout: BinaryIO, stack: ExitStack) -> OutputPlace | int | BinaryIO:
    """A place for a file, a descriptor whoever started us has opened, or standard output without one."""
    if not one.name:
        raise UsageError(f"--{one.option}: no file name")
    given = _given_descriptor(one.name)
    if given == STDOUT and not _has_descriptor(stdout):
        return stdout
    try:
        if given is not None:
            descriptor = stdout.fileno() if given == STDOUT else given
            os.fstat(descriptor)
            return descriptor
        place = locate(one.name, secret=one.secret)
    except OSError as error:
        raise _unusable(one.name, error) from error
    stack.callback(place.close)
    return place


def _compare(located: Iterable[tuple[str, OutputPlace | int | BinaryIO]]) -> None:
    taken: set[tuple[int | str, ...]] = set()
    for name, place in located:
        if isinstance(place, OutputPlace):
            if place.status is not None and _is_null_device(place.status):
                continue
            identity = place.identity
        elif isinstance(place, int):
            status = os.fstat(place)
            if _is_null_device(status):
                continue
            identity = (status.st_dev, status.st_ino)
        else:
            identity = (0, id(place))
        if identity in taken:
            raise UsageError(f"{name}: another output goes there already")
        taken.add(identity)


def _open(one: Wanted, place: OutputPlace | int | BinaryIO, stdout: BinaryIO) -> BinaryIO:
    try:
        if isinstance(place, OutputPlace):
            return _open_file(one, place)
        if isinstance(place, int):
            if _given_descriptor(one.name) == STDOUT:
                stdout.flush()
                return Artifact(SHOWN_OUTPUT, os.dup(place), ours=False)
            return Artifact(one.name, os.dup(place), ours=False)
        return place
    except OSError as error:
        raise _unusable(one.name, error) from error


def _open_file(one: Wanted, place: OutputPlace) -> Artifact:
    """A pipe of our own may be waited for, nothing else."""
    if _is_put_off(one, place):
        return WholeArtifact(one.name, os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC), place)
    waits = place.status is not None and stat.S_ISFIFO(place.status.st_mode) and not place.foreign
    flags = _FLAGS if waits else _FLAGS | os.O_NONBLOCK
    descriptor = os.open(place.name, flags, _OWNER_ONLY, dir_fd=place.folder)
    status = os.fstat(descriptor)
    if one.secret and is_foreign(status):  # exchanged since it was looked at
        os.close(descriptor)
        raise UsageError(f"{one.name}: belongs to somebody else, who would learn the secrets")
    if not is_foreign(status):
        os.set_blocking(descriptor, True)
    if one.whole and stat.S_ISREG(status.st_mode):
        return WholeArtifact(one.name, descriptor, place)
    created = place if place.status is None else None
    return Artifact(one.name, descriptor, ours=stat.S_ISREG(status.st_mode), created=created)


def _is_put_off(one: Wanted, place: OutputPlace) -> bool:
    """Whether a file is made when there is something to write: root may be somebody else by then."""
    if not one.whole or place.status is not None or os.geteuid() == 0:
        return False
    return may_write_to(place.folder)


def _keep_private(artifact: BinaryIO) -> None:
    if isinstance(artifact, Artifact) and artifact.ours:
        if os.fstat(artifact.fileno()).st_uid == os.geteuid():
            os.fchmod(artifact.fileno(), _OWNER_ONLY)


def _unusable(name: str, error: OSError) -> UsageError:
    if error.errno == errno.ENXIO:
        return UsageError(f"{name}: nobody reads from it")
    if goes_to_standard_output(name):
        name = SHOWN_OUTPUT
    return UsageError(f"{name}: {os.strerror(error.errno or errno.EIO)}")


def goes_to_standard_output(name: str) -> bool:
    """Whether that is where an option's file name leads, so that nothing else should."""
    return _given_descriptor(name) == STDOUT


def _given_descriptor(name: str) -> int | None:
    found = _DESCRIPTOR.fullmatch(name)
    return int(found[1]) if found else _DESCRIPTORS.get(name)


def _is_null_device(status: os.stat_result) -> bool:
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == os.stat(os.devnull).st_rdev


def _has_descriptor(stream: BinaryIO) -> bool:
    try:
        stream.fileno()
    except UnsupportedOperation:
        return False
    return True
