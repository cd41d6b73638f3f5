"""What a capture file holds, and when."""

from __future__ import annotations

import io

from pyfinger.model import Endpoints
from pyfinger.report.capture.frames import Frame, udp_packet, way_to
from pyfinger.report.capture.pcapng_blocks import CaptureFile
from tests.report.capture.reading import Capture, read

HEAD = [0x0A0D0D0A, 1]
PACKET, SECRETS = 6, 10
WAY = way_to(Endpoints("192.0.2.1", 1, "192.0.2.2", 2))


class Pieces(io.BytesIO):
    """Remembers how often it was written to."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def write(self, piece: object) -> int:
        assert isinstance(piece, bytes)
        self.pieces.append(piece)
        return super().write(piece)

    @property
    def capture(self) -> Capture:
        return read(self.getvalue())


def frame(text: bytes) -> Frame:
    return Frame(True, udp_packet(WAY, text))


def started(*, secrets: bool = True) -> tuple[CaptureFile, Pieces]:
    out = Pieces()
    return CaptureFile(out, secrets=secrets), out


def test_every_piece_is_whole_blocks() -> None:
    file, out = started()
    file.add_secret(b"A\n")
    file.add([frame(b"1"), frame(b"2")], 1)
    assert [read(piece).kinds for piece in out.pieces] == [HEAD, [SECRETS], [PACKET], [PACKET]]


def test_nothing_is_written_for_nothing() -> None:
    file, out = started()
    file.finish()
    assert out.pieces == []


def test_an_empty_capture() -> None:
    file, out = started()
    file.begin()
    file.begin()
    assert out.capture.kinds == HEAD


def test_what_is_held_back_comes_after_its_secrets() -> None:
    file, out = started()
    file.hold([frame(b"1")], 1)
    file.add_secret(b"A\n")
    file.add_secret(b"B\n")
    assert out.capture.kinds == HEAD
    file.hold([frame(b"2")], 2)
    assert out.capture.kinds == [*HEAD, SECRETS, PACKET]
    file.add_secret(b"C\n")
    file.add([frame(b"3")], 3)
    assert out.capture.kinds == [*HEAD, SECRETS, PACKET, SECRETS, PACKET, PACKET]
    assert out.capture.secrets == [b"A\nB\n", b"C\n"]
    assert [packet.payload for packet in out.capture.packets] == [b"1", b"2", b"3"]
    assert [packet.at for packet in out.capture.packets] == [1_000_000, 2_000_000, 3_000_000]


def test_nothing_held_back_is_lost() -> None:
    file, out = started()
    file.hold([frame(b"1")], 1)
    file.finish()
    file.finish()
    assert out.capture.kinds == [*HEAD, PACKET]
    file.add_secret(b"A\n")
    file.finish()
    assert out.capture.kinds == [*HEAD, PACKET, SECRETS]


def test_without_secrets() -> None:
    file, out = started(secrets=False)
    file.hold([frame(b"1")], 1)
    file.add_secret(b"A\n")
    file.finish()
    assert out.capture.kinds == [*HEAD, PACKET]


def test_times_never_go_back() -> None:
    file, out = started()
    for at in (5.0, 4.0, 5.5):
        file.add([frame(b"")], at)
    assert [packet.at for packet in out.capture.packets] == [5_000_000, 5_000_000, 5_500_000]


def test_it_says_what_it_is() -> None:
    file, out = started()
    file.begin()
    section, interface = out.capture.blocks
    assert section.options(16)[4].startswith(b"pyfinger ")
    assert b"made up" in section.options(16)[1]
    assert interface.options(8)[2] == b"pyfinger"
