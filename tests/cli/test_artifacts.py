"""Files the program writes: their safety, and their completeness."""

from __future__ import annotations

import errno
import io
import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import pytest

from pyfinger.cli.artifacts import Wanted, discard, goes_to_standard_output, open_together, whole_file
from pyfinger.cli.places import spare
from pyfinger.errors import UsageError


def opened(*names: Path | str, secret: bool = False, stdout: BinaryIO | None = None) -> list[BinaryIO]:
    wanted = [Wanted(f"option {at}", str(name), secret) for at, name in enumerate(names)]
    return list(open_together(wanted, stdout or io.BytesIO()).values())


def written(name: Path | str, *pieces: bytes) -> None:
    (out,) = opened(name)
    with out:
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
    with opened(str(path))[0] as out:
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
        opened(path)
    assert (tmp_path / "target").read_bytes() == b"kept"


def test_descriptors_we_do_not_have() -> None:
    with pytest.raises(UsageError, match=r"^/dev/fd/999999999: Bad file descriptor$"):
        opened("/dev/fd/999999999")


SOMEBODY_ELSE = 12345
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def give_away(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Make what is there another user's; without root, make us another user instead."""

    def give(path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, SOMEBODY_ELSE, -1, follow_symlinks=False)
        else:
            monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY_ELSE)

    return give


def test_somebody_elses_file_takes_no_secrets(tmp_path: Path, give_away: Callable[[Path], None]) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"theirs")
    path.chmod(0o644)
    give_away(path)
    with pytest.raises(UsageError, match=f"^{path}: belongs to somebody else, who would learn the secrets$"):
        opened(path, secret=True)
    assert path.read_bytes() == b"theirs"
    written(path, b"no secret")
    assert path.read_bytes() == b"no secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_nor_does_somebody_elses_pipe_which_is_not_waited_for(
    tmp_path: Path, give_away: Callable[[Path], None]
) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path, 0o666)
    give_away(path)
    with pytest.raises(UsageError, match=r"belongs to somebody else"):
        opened(path, secret=True)
    with pytest.raises(UsageError, match=f"^{path}: nobody reads from it$"):
        opened(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with opened(path)[0] as out, pytest.raises(BlockingIOError):  # once the pipe is full
        out.write(bytes(2**21))
    os.close(reader)


def test_secrets_follow_no_link_of_somebody_else(tmp_path: Path, give_away: Callable[[Path], None]) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    path = tmp_path / "link" / "file"
    written(path, b"ours")
    give_away(tmp_path / "link")
    with pytest.raises(UsageError, match=f"^{path}: leads through a symbolic link that somebody else made$"):
        opened(path, secret=True)
    assert (tmp_path / "folder" / "file").read_bytes() == b"ours"


@only_root
@pytest.mark.parametrize("kind", ["link", "file", "pipe"])
def test_what_somebody_put_into_a_shared_folder_is_left_alone(tmp_path: Path, kind: str) -> None:
    """As protected_symlinks, protected_regular and protected_fifos have it (proc_sys_fs(5))."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    planted = shared / "planted"
    if kind == "link":
        planted.symlink_to(tmp_path)
    elif kind == "file":
        planted.touch()
    else:
        os.mkfifo(planted)
    os.chown(planted, SOMEBODY_ELSE, -1, follow_symlinks=False)
    with pytest.raises(UsageError, match="somebody else"):
        opened(planted / "file" if kind == "link" else planted)
    os.chown(planted, 0, -1, follow_symlinks=False)
    if kind != "pipe":
        written(planted / "file" if kind == "link" else planted, b"ours")


def test_one_file_for_one_option(tmp_path: Path) -> None:
    path, other = tmp_path / "file", tmp_path / "hard"
    path.touch()
    other.hardlink_to(path)
    path.write_bytes(b"kept")
    path.chmod(0o644)
    with pytest.raises(UsageError, match=f"^{other}: another output goes there already$"):
        opened(path, tmp_path / "another", other)
    assert path.read_bytes() == b"kept" and stat.S_IMODE(path.stat().st_mode) == 0o644
    assert not (tmp_path / "another").exists()


def test_two_names_of_what_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    with pytest.raises(UsageError, match=r"another output goes there already$"):
        opened(tmp_path / "folder" / "file", tmp_path / "link" / "." / "file")
    assert not list((tmp_path / "folder").iterdir())


def test_one_that_cannot_be_opened_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    there, sealed = tmp_path / "there", tmp_path / "sealed"
    there.write_bytes(b"kept")
    there.chmod(0o644)
    with socket.socket(socket.AF_UNIX) as listener:  # nothing to be written to
        listener.bind(os.fspath(sealed))
        with pytest.raises(UsageError, match=f"^{sealed}: nobody reads from it$"):
            opened(there, tmp_path / "new", sealed)
    assert there.read_bytes() == b"kept" and stat.S_IMODE(there.stat().st_mode) == 0o644
    assert not (tmp_path / "new").exists()


def test_what_was_made_and_never_written_to_can_be_taken_away(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_bytes(b"kept")
    files = opened(there, tmp_path / "new", tmp_path / "begun", "/dev/null")
    files[2].write(b"piece")
    discard(files)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["begun", "there"]
    discard(files)  # there is nothing left to be taken away
    assert there.read_bytes() == b"kept"


def test_a_file_has_a_name() -> None:
    with pytest.raises(UsageError, match=r"^--option 0: no file name$"):
        opened("")


def test_the_null_device_takes_all() -> None:
    for out in opened(os.devnull, os.devnull, secret=True):
        with out:
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
    with opened(str(path))[0] as out:
        full_after(monkeypatch, 6, FULL)
        out.write(b"one ")
        for _ in range(2):
            with pytest.raises(OSError, match="No space left on device; what is in it is incompl") as caught:
                out.write(b"two ")
            assert (caught.value.filename, caught.value.errno) == (str(path), errno.ENOSPC)
    assert path.read_bytes() == b"one "


def test_an_interrupted_write_does_so_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    with opened(str(path))[0] as out:
        full_after(monkeypatch, 6, KeyboardInterrupt())
        out.write(b"one ")
        with pytest.raises(KeyboardInterrupt):
            out.write(b"two ")
        monkeypatch.undo()
        out.write(b"three")
    assert path.read_bytes() == b"one three"


def whole(path: Path) -> BinaryIO:
    """A file of a report."""
    return open_together([Wanted("json", str(path), whole=True)], io.BytesIO())["json"]


@pytest.fixture(params=[False, True], ids=["exchanged", "written over"])
def other_name(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where the file has a second name, which it keeps."""
    return tmp_path / "other name" if request.param else None


def held(path: Path, other_name: Path | None) -> None:
    path.write_bytes(b"old and long")
    if other_name is not None:
        os.link(path, other_name)


@pytest.mark.parametrize("content", [b"new", b"new, and longer than the old one"])
def test_a_whole_file_is_the_new_one_or_the_old_one(
    tmp_path: Path, other_name: Path | None, content: bytes
) -> None:
    path = tmp_path / "file"
    held(path, other_name)
    with whole(path) as out:
        assert path.read_bytes() == b"old and long"
        out.write(content)
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(tmp_path.iterdir()) == {path, other_name} - {None}
    assert other_name is None or other_name.read_bytes() == content


class NoRoom:
    """A disk that has no room for more than a few octets, whether they are reserved or written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        full_after(monkeypatch, 5, FULL)
        monkeypatch.setattr(os, "posix_fallocate", self._reserve)

    def _reserve(self, descriptor: int, _start: int, size: int) -> None:
        os.ftruncate(descriptor, size)  # as glibc where the file system has no such call: as far as it goes
        raise FULL


def test_without_room_it_is_the_old_one(
    tmp_path: Path, other_name: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    held(path, other_name)
    with whole(path) as out:
        monkeypatch.setattr("pyfinger.cli.written_files.open", _full_file, raising=False)
        NoRoom(monkeypatch)
        with pytest.raises(OSError, match="No space left on device: ") as caught:
            out.write(b"new, and longer than the old one")
        assert caught.value.filename == str(path)
    assert path.read_bytes() == b"old and long"
    assert set(tmp_path.iterdir()) == {path, other_name} - {None}


@contextmanager
def _full_file(descriptor: int, _mode: str) -> Iterator[BinaryIO]:
    """A file that takes nothing."""
    os.close(descriptor)
    yield io.BytesIO()
    raise FULL


@pytest.mark.parametrize("root", [False, True])
def test_without_room_there_is_none(tmp_path: Path, root: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else user or 1)
    with whole(path) as out:
        assert path.exists() == root, "root may be somebody else before there is something to write"
        monkeypatch.setattr("pyfinger.cli.written_files.open", _full_file, raising=False)
        with pytest.raises(OSError, match="No space left on device: "):
            out.write(b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("root", [False, True])
def test_what_never_comes_leaves_no_file(tmp_path: Path, root: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else user or 1)
    with whole(tmp_path / "file"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_whoever_gave_up_root_writes_over_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    user = os.geteuid()
    with whole(path) as out:
        before = path.stat().st_ino
        monkeypatch.setattr(os, "geteuid", lambda: user + 1)
        out.write(b"new")
    assert (path.read_bytes(), path.stat().st_ino) == (b"new", before)


def test_its_name_may_be_as_long_as_names_are(tmp_path: Path) -> None:
    path = tmp_path / ("\u00e9" * 127)  # 254 octets
    with whole(path) as out:
        out.write(b"new")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"new"]


def test_several_pieces_of_a_whole_file_are_one(tmp_path: Path) -> None:
    with whole(tmp_path / "file") as out:
        out.write(b"one ")
        out.write(b"two")
    assert (tmp_path / "file").read_bytes() == b"one two"


def test_what_grows_keeps_what_was_there_if_there_is_no_room_for_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"old")
    for path in (old, new):
        (out,) = opened(path)
        with out, monkeypatch.context() as patch:
            NoRoom(patch)
            with pytest.raises(OSError, match="No space left on device: "):
                out.write(b"a long beginning")
    assert old.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [old]


def test_where_nothing_can_be_reserved_files_are_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(_descriptor: int, _start: int, _size: int) -> None:
        raise OSError(errno.EOPNOTSUPP, "no")

    monkeypatch.setattr(os, "posix_fallocate", unable)
    written(tmp_path / "one", b"piece")
    monkeypatch.delattr(os, "posix_fallocate")
    written(tmp_path / "two", b"piece")
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"piece"}


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
        with opened(form.format(writer))[0] as out, pytest.raises(BrokenPipeError) as caught:
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
        with opened(name, stdout=stdout)[0] as out:
            out.write(b"capture")
        with pytest.raises(UsageError, match=r"^-: another output goes there already$"):
            opened(name, "-", stdout=stdout)
    assert (tmp_path / "out").read_bytes() == b"log capture"


def test_standard_output_without_descriptor() -> None:
    stdout = io.BytesIO()
    (out,) = opened("-", stdout=stdout)
    out.write(b"capture")
    assert stdout.getvalue() == b"capture"
    with pytest.raises(UsageError):
        opened("-", "/dev/stdout", stdout=stdout)


@pytest.mark.parametrize("name", ["/dev/stderr", "/dev/fd/2", "file", "./-", "/dev/fd/11"])
def test_other_names(name: str) -> None:
    assert not goes_to_standard_output(name)


def test_what_is_replaced_as_a_whole_is_a_file_and_nothing_else(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match="pipe: not a regular file"), whole_file(str(pipe)):
        pass
    assert stat.S_ISFIFO(pipe.stat().st_mode) and os.listdir(tmp_path) == ["pipe"]


def test_what_is_read_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "read").write_text("")
    (tmp_path / "link").symlink_to("read")
    (tmp_path / "other").write_text("")
    for name in ("read", "link", "../" + tmp_path.name + "/read"):
        with pytest.raises(UsageError, match="is what is read"):
            spare(str(tmp_path / "read"), str(tmp_path / name))
    for name in ("other", "new", "nul\0"):
        spare(str(tmp_path / "read"), str(tmp_path / name))


def limited(octets: int, *words: str) -> subprocess.CompletedProcess[str]:
    """The command on an address where nobody listens, with no file larger than that."""
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        destination = f"[127.0.0.1]:{unheard.getsockname()[1]}"
        return subprocess.run(
            [sys.executable, "-c", LIMITED, str(octets), "posttls-finger", *words, destination],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from pyfinger.cli.program import run
sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.slow
def test_a_report_that_is_too_large_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    done = limited(200, f"--json={path}")
    assert done.returncode == 1
    assert f"fatal: {path}: File too large\n" in done.stdout
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_a_stream_that_is_too_large_ends_with_a_whole_line_and_is_called_incomplete(
    tmp_path: Path,
) -> None:
    path = tmp_path / "events"
    done = limited(900, f"--events={path}")
    assert done.returncode == 1
    assert f"fatal: {path}: File too large; what is in it is incomplete\n" in done.stdout
    lines = path.read_text().splitlines(keepends=True)
    assert lines and all(json.loads(line) and line.endswith("\n") for line in lines)
