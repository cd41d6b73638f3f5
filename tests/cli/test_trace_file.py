"""The file of `-L trace`: its name and mode, what is in it, and what keeps it from being written."""

from __future__ import annotations

import errno
import io
import itertools
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

import pyfinger.events as e
from pyfinger.cli import artifacts, main, trace_file
from pyfinger.cli.trace_file import BETWEEN_SESSIONS, TRUNCATED, TraceFile
from pyfinger.cli.written_files import Artifact
from pyfinger.model import Peer
from pyfinger.options import Show
from pyfinger.report.log import TextLog
from tests.mailserver import MailServer, identity
from tests.test_secrets import serving

pytestmark = pytest.mark.slow

PEER = Peer("mx.test", "192.0.2.1", 25)
AT = 1_764_366_012.140721
HELLO = e.HandshakeMessageSeen(sent=False, message=bytes.fromhex("00000000"))  # a HelloRequest


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Traced:
    """A trace, and what it told."""

    def __init__(self, program: str = "posttls-finger", peer: Peer = PEER, **limits: int) -> None:
        self.told: list[e.Event] = []
        self._peer = peer
        self._trace = TraceFile(program, self.told.append, **limits)

    def tell(self, event: e.Event) -> None:
        self._trace(event, AT)

    def session(self, *events: e.Event) -> Traced:
        for event in (e.TlsStarting(self._peer), e.HandshakeReady(self._peer), *events):
            self._trace(event, AT)
        return self

    @property
    def lines(self) -> list[str]:
        out = io.BytesIO()
        log = TextLog(out, "prog", Show())
        for event in self.told:
            log(event)
        return out.getvalue().decode().splitlines()


def only(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_its_name_has_program_time_address_and_six_random_characters(folder: Path) -> None:
    traced = Traced().session()
    assert re.fullmatch(r"posttls-finger-2025112\d{7}\.140721-192\.0\.2\.1-[A-Za-z0-9]{6}", only(folder).name)
    assert traced.lines == [f"prog: TLS protocol trace saved to {only(folder).name}"]


def test_its_mode_is_0600_whatever_the_umask(folder: Path) -> None:
    before = os.umask(0)
    try:
        Traced().session()
    finally:
        os.umask(before)
    assert stat.S_IMODE(only(folder).stat().st_mode) == 0o600


def test_sessions_stand_in_one_file_and_are_told_of_once(folder: Path) -> None:
    traced = Traced().session(HELLO).session(HELLO)
    first, second = only(folder).read_bytes().split(BETWEEN_SESSIONS)
    assert first == second
    assert first.startswith(b"    HelloRequest, Length=0\n")
    assert len(traced.told) == 1


def test_without_tls_there_is_no_file(folder: Path) -> None:
    trace = TraceFile("prog", lambda event: None)
    trace(e.SessionBegan(1), AT)
    trace(HELLO, AT)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("kind", ["file", "link", "dangling link"])
def test_what_has_the_name_already_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    letters = itertools.chain("a" * 6, "b" * 6)
    monkeypatch.setattr("secrets.choice", lambda alphabet: next(letters))
    monkeypatch.setattr(trace_file.TraceFile, "_begin", _begin_as("prog-"))
    other = folder / "other"
    if kind == "file":
        (folder / "prog-aaaaaa").write_bytes(b"as it was")
    else:
        if kind == "link":
            other.write_bytes(b"as it was")
        (folder / "prog-aaaaaa").symlink_to(other)
    Traced().session(HELLO)
    assert (folder / "prog-bbbbbb").read_bytes().startswith(b"    HelloRequest")
    if kind == "dangling link":
        assert not other.exists()
    else:
        assert (folder / "prog-aaaaaa").read_bytes() == b"as it was"


def _begin_as(stem: str) -> object:
    """A name without the time in it."""

    def begin(trace: TraceFile, _session: e.Event, _at: float) -> None:
        trace._file = artifacts.unused_file(stem)

    return begin


def test_after_a_hundred_names_that_are_taken_it_is_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.choice", lambda alphabet: "a")
    (folder / "prog-aaaaaa").touch()
    with pytest.raises(FileExistsError) as caught:
        artifacts.unused_file("prog-")
    assert caught.value.filename == "prog-aaaaaa"


def test_an_address_is_no_way_to_another_folder(folder: Path) -> None:
    peer = Peer("mx.test", "/tmp/x/../lmtp", None)
    traced = Traced("p", peer)
    for path in folder.glob("*"):
        path.unlink()
    traced.session(HELLO).session(HELLO)
    assert not list(folder.iterdir())
    (line,) = traced.lines
    assert re.fullmatch(
        r"prog: warning: TLS trace: cannot open p-\d{14}\.140721-/tmp/x/\.\./lmtp-\w{6}: "
        r"No such file or directory",
        line,
    )


def test_the_name_on_disk_is_the_name_in_the_log(folder: Path) -> None:
    traced = Traced("p\x1b[2J", Peer("mx.test", "a\nb\udcff\u202e", None)).session()
    assert re.fullmatch(r"p\?\[2J-[\d.]+-a\?b\?+-\w{6}", only(folder).name)
    assert traced.lines == [f"prog: TLS protocol trace saved to {only(folder).name}"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told_once(folder: Path) -> None:
    folder.chmod(0o500)
    traced = Traced().session(HELLO).session(HELLO)
    (line,) = traced.lines
    assert line.startswith("prog: warning: TLS trace: cannot open posttls-finger-")
    assert line.endswith(": Permission denied")


def refused(monkeypatch: pytest.MonkeyPatch, *events: e.Event) -> list[e.Event]:
    """What is told, after some events, of a folder that may not be written to."""

    def denied(stem: str) -> Artifact:
        raise PermissionError(errno.EACCES, "Permission denied", f"{stem}abcdef")

    monkeypatch.setattr(trace_file, "unused_file", denied)
    trace = Traced()
    for event in events:
        trace.tell(event)
    return trace.session(HELLO).session(HELLO).told


def test_who_was_root_learns_who_may_not_write(monkeypatch: pytest.MonkeyPatch) -> None:
    lost, account = refused(monkeypatch, e.PrivilegesDropped("nobody", os.geteuid(), 65534))
    assert isinstance(lost, e.TraceLost)
    assert account == e.AccountRefused("nobody", "create", lost.file)


def test_others_know_who_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    (lost,) = refused(monkeypatch)
    assert isinstance(lost, e.TraceLost)


def test_an_account_of_a_recording_was_refused_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    (lost,) = refused(monkeypatch, e.PrivilegesDropped("nobody", os.geteuid() + 1, 65534))
    assert isinstance(lost, e.TraceLost)


def test_a_folder_that_is_gone_is_told_once(folder: Path) -> None:
    folder.rmdir()
    (line,) = Traced().session(HELLO).session(HELLO).lines
    assert line.startswith("prog: warning: TLS trace: cannot open posttls-finger-")
    assert line.endswith(": No such file or directory")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line_and_the_end_of_the_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(stem: str) -> Artifact:
        return Artifact(f"{stem}abcdef", os.open("/dev/full", os.O_WRONLY), ours=False)

    monkeypatch.setattr(trace_file, "unused_file", full)
    _, lost = Traced().session(HELLO, HELLO).session(HELLO).lines
    assert lost.startswith("prog: warning: TLS trace: cannot write posttls-finger-")
    assert lost.endswith("-192.0.2.1-abcdef: No space left on device")


def test_a_file_that_is_large_enough_says_so_in_its_end(folder: Path) -> None:
    Traced(most=100).session(HELLO, HELLO, HELLO).session(HELLO, HELLO)
    first, second = only(folder).read_bytes().split(BETWEEN_SESSIONS)
    assert first.count(b"HelloRequest") == 2
    assert second.count(b"HelloRequest") == 1
    assert first.endswith(TRUNCATED)
    assert second.endswith(TRUNCATED)


@pytest.fixture
def kept(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, bytes]]:
    """The log of two sessions, and their trace; there is a recording of them, too."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    options = ["-c", "-lmay", "-r1", "-m1", "--like=3.12", "-Lsummary,trace", "--record", "strange.rec"]
    server = MailServer(identity(), settings={"ticketKeys": [bytearray(32)], "ticket_count": 2})
    with serving(server, 2) as destination:
        assert main(["prog", *options, destination]) == 0
    (path,) = folder.glob("prog-*")
    yield capfdbinary.readouterr().out.decode(), path.read_bytes()


def test_a_probe_keeps_its_trace(folder: Path, kept: tuple[str, bytes]) -> None:
    log, trace = kept
    (path,) = folder.glob("prog-*")
    assert log.splitlines()[0] == f"prog: TLS protocol trace saved to {path.name}"
    assert log.count("TLS connection established") == 2
    first, second = trace.split(BETWEEN_SESSIONS)
    for session in (first, second):
        assert session.startswith(b"Sent TLS Record\nHeader:\n  Version = TLS 1.0 (0x301)\n")
        assert session.endswith(b"    Level=warning(1), description=close notify(0)\n\n")
    assert b"extension_type=psk(41)" not in first
    assert b"extension_type=psk(41)" in second


def test_the_mask_stays_and_no_cache_is_told_of(kept: tuple[str, bytes]) -> None:
    log, _ = kept
    assert "session" not in log.replace("TLS sessions", "")
    assert "Found a previously used server.  Done reconnecting." in log


@pytest.mark.parametrize(("words", "files"), [((), 1), (("-L", "summary"), 1), (("-L", "trace"), 2)])
def test_a_recording_that_is_played_leaves_no_file_unless_asked_to(
    folder: Path, kept: tuple[str, bytes], words: tuple[str, ...], files: int
) -> None:
    assert main(["prog", "--replay", "strange.rec", *words]) == 0
    found = list(folder.glob("prog-*"))
    assert len(found) == files
    assert {path.read_bytes() for path in found} == {kept[1]}


def test_older_releases_do_not_know_the_word(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["prog", "--like=3.11", "-Ltrace", "--offline", "nowhere.test"]) is not None
    assert b'unknown -L option value "trace" in "trace"' in capfdbinary.readouterr().out
    assert not list(folder.iterdir())
