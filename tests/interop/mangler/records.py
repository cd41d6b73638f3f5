"""Records of a true session, each spoilt in each way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from tests.interop.mangler.cases import Case
from tests.interop.mangler.operations import (
    Mangle,
    Operation,
    after,
    before,
    cut,
    double,
    drop,
    flip,
    grow,
    keep,
    record,
    resize,
    retype,
    reversion,
    split,
)

# How many records the server sends up to its first reply inside TLS.
POSITIONS = {"1.3": 9, "1.2": 8}
CIPHERS12 = ("1.2-gcm", "1.2-chacha", "1.2-ccm", "1.2-etm", "1.2-cbc", "1.2-cbc384", "1.2-sha1")

_EVERYWHERE: dict[str, Operation] = {
    "flip first": flip(5),
    "flip last": flip(-1),
    "flip middle": flip(20, 0x80),
    "cut 1": cut(1),
    "cut 16": cut(16),
    "keep 0": keep(0),
    "keep 1": keep(1),
    "keep 3": keep(3),
    "keep 8": keep(8),
    "keep 16": keep(16),
    "keep 17": keep(17),
    "keep 32": keep(32),
    "keep 48": keep(48),
    "keep 64": keep(64),
    "grow 1": grow(1),
    "grow 16": grow(16),
    "grow to 16384": lambda whole: grow(16384 - len(whole) + 5)(whole),
    "grow to 16385": lambda whole: grow(16385 - len(whole) + 5)(whole),
    "grow to 16640": lambda whole: grow(16640 - len(whole) + 5)(whole),
    "grow to 16641": lambda whole: grow(16641 - len(whole) + 5)(whole),
    "grow to 16704": lambda whole: grow(16704 - len(whole) + 5)(whole),
    "grow to 16705": lambda whole: grow(16705 - len(whole) + 5)(whole),
    "longer by 1": resize(1),
    "shorter by 1": resize(-1),
    "longest": resize(65535),
    "double": double,
    "drop": drop,
    "split": split(7),
    "split 1": split(1),
    **{f"type {kind}": retype(kind) for kind in (0, 19, 20, 21, 22, 23, 24, 25, 0x80, 255)},
    **{
        f"version {version:04x}": reversion(version)
        for version in (0x0300, 0x0301, 0x0302, 0x0303, 0x0304, 0x03FF, 0x0002, 0x0200, 0x0403, 0x4745)
    },
}
_WARNING = record(21, b"\1\x5a")  # user_canceled
_INSERTED: dict[str, bytes] = {
    "ccs": record(20, b"\1"),
    "ccs 0": record(20, b"\0"),
    "ccs 2": record(20, b"\2"),
    "ccs empty": record(20, b""),
    "ccs twice in one": record(20, b"\1\1"),
    "ccs of another version": record(20, b"\1", 0x0301),
    "2 ccs": record(20, b"\1") * 2,
    "33 ccs": record(20, b"\1") * 33,
    "close notify": record(21, b"\1\0"),
    "close notify, fatal": record(21, b"\2\0"),
    "fatal alert": record(21, b"\2\x28"),
    "warning": record(21, b"\1\x5a"),
    "warning 40": record(21, b"\1\x28"),
    "4 warnings": _WARNING * 4,
    "5 warnings": _WARNING * 5,
    "no renegotiation": record(21, b"\1\x64"),
    "alert of level 3": record(21, b"\3\x5a"),
    "unknown fatal alert": record(21, b"\2\xfe"),
    "half an alert": record(21, b"\2"),
    "an alert in two": record(21, b"\2") + record(21, b"\x28"),
    "two alerts in one": record(21, b"\1\x5a\1\x5a"),
    "empty alert": record(21, b""),
    "empty handshake": record(22, b""),
    "32 empty handshakes": record(22, b"") * 32,
    "33 empty handshakes": record(22, b"") * 33,
    "data": record(23, b"hello"),
    "empty data": record(23, b""),
    "33 empty data": record(23, b"") * 33,
    "data of 20": record(23, bytes(20)),
    "heartbeat": record(24, b"\1\0\1x" + bytes(16)),
    "type 99": record(99, b"x"),
    "hello request": record(22, b"\0\0\0\0"),
    "20 hello requests": record(22, b"\0\0\0\0") * 20,
    "hello request with content": record(22, b"\0\0\0\1x"),
    "half a hello request": record(22, b"\0\0"),
    "client hello": record(22, b"\1\0\0\2\3\3"),
    "server hello": record(22, b"\2\0\0\2\3\3"),
    "server hello of 65608": record(22, b"\2\1\0\x48"),
    "certificate of 102401": record(22, b"\x0b\1\x90\1"),
    "key exchange of 102401": record(22, b"\x0c\1\x90\1"),
    "finished of 65": record(22, b"\x14\0\0\x41"),
    "done of 1": record(22, b"\x0e\0\0\1"),
    "ticket of 65542": record(22, b"\4\1\0\6"),
    "request of 102401": record(22, b"\x0d\1\x90\1"),
    "status": record(22, b"\x16\0\0\1\1"),
    "encrypted extensions": record(22, b"\x08\0\0\2\0\0"),
    "key update": record(22, b"\x18\0\0\1\0"),
    "compressed certificate": record(22, b"\x19\0\0\0"),
    "unknown message": record(22, b"\x63\0\0\0"),
    "next proto": record(22, b"\x43\0\0\0"),
    "message hash": record(22, b"\xfe\0\0\0"),
    "http": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "get": b"GET / HTTP/1.0\r\n\r\n",
    "connect": b"CONNECT x:1 HTTP/1.0\r\n\r\n",
    "smtp": b"220 mx.test ESMTP\r\n",
    "sslv2": b"\x80\x2e\4\0\1\0\2\0\3\0\4\0\5",
    "zeros": bytes(16),
}


def cases() -> Iterator[Case]:
    """All of them."""
    return chain(_plain(), _changed(), _inserted(), _server_hello())


def _plain() -> Iterator[Case]:
    for flavour in ("1.3", *CIPHERS12, "1.2-rsa"):
        yield Case(f"{flavour} as it is", flavour)


def _changed() -> Iterator[Case]:
    for flavour in ("1.3", *CIPHERS12):
        protected = (
            range(5, 8) if flavour != "1.2-gcm" and flavour != "1.3" else range(POSITIONS[flavour[:3]])
        )
        for position in protected:
            for name, operation in _EVERYWHERE.items():
                yield _case(flavour, position, name, operation)
            yield Case(f"{flavour} {position} swap", flavour, Mangle("swap", position, drop, swap=True))


def _inserted() -> Iterator[Case]:
    for flavour in ("1.3", "1.2-gcm"):
        for position in range(POSITIONS[flavour[:3]]):
            for name, content in _INSERTED.items():
                yield _case(flavour, position, f"before it {name}", before(content))
        for name, content in _INSERTED.items():
            last = POSITIONS[flavour[:3]] - 1
            yield _case(flavour, last, f"behind it {name}", after(content))


def _server_hello() -> Iterator[Case]:
    """Each byte of what is not protected."""
    for flavour, position, size in (
        ("1.3", 0, 127),
        ("1.2-gcm", 0, 100),
        ("1.2-gcm", 2, 48),
        ("1.2-gcm", 3, 9),
    ):
        for offset in range(5, size):
            for mask in (0x01, 0x80):
                yield _case(flavour, position, f"byte {offset} ^ {mask:02x}", flip(offset, mask))


def _case(flavour: str, position: int, name: str, operation: Operation) -> Case:
    return Case(f"{flavour} {position} {name}", flavour, Mangle(name, position, operation))
