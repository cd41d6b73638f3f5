"""Files the program writes: their safety, and their completeness."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import pytest

from pyfinger.cli.artifacts import Artifacts, goes_to_standard_output
from pyfinger.errors import UsageError


def artifacts() -> Artifacts:
    return Artifacts(io.BytesIO())


def written(name: Path | str, *pieces: bytes) -> None:
    with artifacts().open(str(name)) as out:
        for piece in pieces:
            assert out.write(piece) == len(piece)


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for descriptor in (reader, writer):
        try:
            os.close(descriptor)
        except OSError as error:
            assert error.errno == errno.EBADF  # closed by the test


def test_pieces_are_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with artifacts().open(str(path)) as out:
        out.write(b"one ")
        assert path.read_bytes() == b"one "
        out.write(b"two")
        assert path.read_bytes() == b"one two"


@pytest.mark.parametrize("before", [None, 0o644, 0o600])
def test_only_the_owner_reads_it(tmp_path: Path, before: int | None) -> None:
    path = tmp_path / "file"
    if before is not None:
        path.touch()
        path.chmod(before)
    written(path, b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_there_stays_until_there_is_something_new(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"something longer")
    written(path)
    assert path.read_bytes() == b"something longer"
    written(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nosuch/file", "No such file or directory"),
        (".", "Is a directory"),
        ("link", "is a symbolic link"),
        ("loop/file", "Too many levels of symbolic links"),
    ],
)
def test_what_cannot_be_opened(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "target").write_bytes(b"kept")
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "loop").symlink_to("loop")
    path = str(tmp_path / name)
    with pytest.raises(UsageError, match=f"^{path}: {reason}$"):
        artifacts().open(path)
    assert (tmp_path / "target").read_bytes() == b"kept"


def test_descriptors_we_do_not_have() -> None:
    with pytest.raises(UsageError, match=r"^/dev/fd/999999999: Bad file descriptor$"):
        artifacts().open("/dev/fd/999999999")


def test_somebody_elses_file_takes_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"theirs")
    path.chmod(0o644)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(UsageError, match=f"^{path}: belongs to somebody else, who would learn the secrets$"):
        artifacts().open(str(path), secret=True)
    assert path.read_bytes() == b"theirs"
    written(path, b"no secret")
    assert path.read_bytes() == b"no secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_one_file_for_one_option(tmp_path: Path) -> None:
    path, other = tmp_path / "file", tmp_path / "hard"
    path.touch()
    other.hardlink_to(path)
    opened = artifacts()
    with opened.open(str(path)), opened.open(str(tmp_path / "another")):
        with pytest.raises(UsageError, match=f"^{other}: another output goes there already$"):
            opened.open(str(other))


def test_the_null_device_takes_all() -> None:
    opened = artifacts()
    for _ in range(2):
        with opened.open(os.devnull, secret=True) as out:
            assert out.write(b"x") == 1


def full_after(monkeypatch: pytest.MonkeyPatch, room: int, problem: BaseException) -> None:
    """A file system with that much room left."""
    real, left = os.write, [room]

    def write(descriptor: int, data: memoryview) -> int:
        if not left[0]:
            raise problem
        size = real(descriptor, data[: left[0]])
        left[0] -= size
        return size

    monkeypatch.setattr(os, "write", write)


FULL = OSError(errno.ENOSPC, "no")


def test_a_failed_write_leaves_whole_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    with artifacts().open(str(path)) as out:
        full_after(monkeypatch, 6, FULL)
        out.write(b"one ")
        for _ in range(2):
            with pytest.raises(OSError, match="No space left on device") as caught:
                out.write(b"two ")
            assert (caught.value.filename, caught.value.errno) == (str(path), errno.ENOSPC)
    assert path.read_bytes() == b"one "


def test_an_interrupted_write_does_so_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    with artifacts().open(str(path)) as out:
        full_after(monkeypatch, 6, KeyboardInterrupt())
        out.write(b"one ")
        with pytest.raises(KeyboardInterrupt):
            out.write(b"two ")
        monkeypatch.undo()
        out.write(b"three")
    assert path.read_bytes() == b"one three"


def test_named_pipes(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = Thread(target=lambda: read.append(path.read_bytes()), daemon=True)
    reader.start()
    written(path, b"one ", b"two")
    reader.join(10)
    assert read == [b"one two"]
    assert stat.S_ISFIFO(path.stat().st_mode)


@pytest.mark.parametrize("form", ["/dev/fd/{}", "/proc/self/fd/{}"])
def test_descriptors(form: str) -> None:
    with pipe() as (reader, writer):
        written(form.format(writer), b"whole")
        assert os.read(reader, 100) == b"whole"
        os.close(reader)
        with artifacts().open(form.format(writer)) as out, pytest.raises(BrokenPipeError) as caught:
            out.write(b"gone")
        assert caught.value.filename == form.format(writer)


def test_a_given_descriptor_is_written_where_it_stands(tmp_path: Path) -> None:
    """As after `exec 3>>log`: nothing is cut off, and its mode is its owner's affair."""
    path = tmp_path / "log"
    path.write_bytes(b"before ")
    path.chmod(0o644)
    with path.open("ab") as log:
        written(f"/dev/fd/{log.fileno()}", b"after")
    assert path.read_bytes() == b"before after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output(tmp_path: Path, name: str) -> None:
    assert goes_to_standard_output(name)
    with (tmp_path / "out").open("wb") as stdout:
        stdout.write(b"log ")
        opened = Artifacts(stdout)
        with opened.open(name) as out:
            out.write(b"capture")
            with pytest.raises(UsageError, match=r"^-: another output goes there already$"):
                opened.open("-")
    assert (tmp_path / "out").read_bytes() == b"log capture"


def test_standard_output_without_descriptor() -> None:
    stdout = io.BytesIO()
    opened = Artifacts(stdout)
    out: BinaryIO = opened.open("-")
    out.write(b"capture")
    assert stdout.getvalue() == b"capture"
    with pytest.raises(UsageError):
        opened.open("/dev/stdout")


@pytest.mark.parametrize("name", ["/dev/stderr", "/dev/fd/2", "file", "./-", "/dev/fd/11"])
def test_other_names(name: str) -> None:
    assert not goes_to_standard_output(name)
