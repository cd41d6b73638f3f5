"""Handshake messages of tlslite-ng's server, each spoilt in each way, before they are protected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyfinger.wire import opaque, uint
from tests.interop.mangler.cases import Case
from tests.interop.mangler.forging import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    KEY_UPDATE,
    PLAIN,
    Edit,
    Forgery,
    Item,
)
from tests.interop.mangler.operations import record

SERVER_HELLO, TICKET, ENCRYPTED_EXTENSIONS, CERTIFICATE, KEY_EXCHANGE, REQUEST = 2, 4, 8, 11, 12, 13
DONE, VERIFY, FINISHED = 14, 15, 20
NAMES = {
    SERVER_HELLO: "ServerHello",
    TICKET: "NewSessionTicket",
    ENCRYPTED_EXTENSIONS: "EncryptedExtensions",
    CERTIFICATE: "Certificate",
    KEY_EXCHANGE: "ServerKeyExchange",
    REQUEST: "CertificateRequest",
    DONE: "ServerHelloDone",
    VERIFY: "CertificateVerify",
    FINISHED: "Finished",
}
# What is flipped, byte by byte: the first of each message; signatures and the like are random.
_FLIPPED = {
    SERVER_HELLO: 4,  # the rest is among the records
    ENCRYPTED_EXTENSIONS: 12,
    CERTIFICATE: 12,
    KEY_EXCHANGE: 4,
    REQUEST: 40,
    DONE: 4,
    VERIFY: 8,
    FINISHED: 10,
}
# Messages that cannot be where they are put; the last ones are too long for their kind.
_STRANGE = {
    "HelloRequest": b"\0\0\0\0",
    "HelloRequest with content": b"\0\0\0\1x",
    "ClientHello": b"\1\0\0\2\3\3",
    "empty ServerHello": b"\2\0\0\0",
    "empty NewSessionTicket": b"\4\0\0\0",
    "empty EncryptedExtensions": b"\x08\0\0\0",
    "empty Certificate": b"\x0b\0\0\0",
    "empty ServerKeyExchange": b"\x0c\0\0\0",
    "empty CertificateRequest": b"\x0d\0\0\0",
    "ServerHelloDone": b"\x0e\0\0\0",
    "empty CertificateVerify": b"\x0f\0\0\0",
    "empty Finished": b"\x14\0\0\0",
    "CertificateStatus": b"\x16\0\0\1\1",
    "KeyUpdate": b"\x18\0\0\1\0",
    "empty CompressedCertificate": b"\x19\0\0\0",
    "unknown": b"\x63\0\0\0",
    "EncryptedExtensions of 20001": b"\x08\0\x4e\x21",
    "Certificate of 102401": b"\x0b\1\x90\1",
    "ServerKeyExchange of 102401": b"\x0c\1\x90\1",
    "CertificateRequest of 102401": b"\x0d\1\x90\1",
    "ServerHelloDone of 1": b"\x0e\0\0\1",
    "CertificateVerify of 65540": b"\x0f\1\0\4",
    "Finished of 65": b"\x14\0\0\x41",
    "CompressedCertificate of 102401": b"\x19\1\x90\1",
}
_RECORDS: dict[str, Item] = {
    "data": (APPLICATION_DATA, b"x"),
    "empty data": (APPLICATION_DATA, b""),
    "empty handshake": (HANDSHAKE, b""),
    "empty alert": (ALERT, b""),
    "half an alert": (ALERT, b"\2"),
    "warning": (ALERT, b"\1\x5a"),
    "warning 112": (ALERT, b"\1\x70"),
    "fatal alert": (ALERT, b"\2\x28"),
    "close notify": (ALERT, b"\1\0"),
    "close notify, fatal": (ALERT, b"\2\0"),
    "no renegotiation": (ALERT, b"\1\x64"),
    "alert of level 3": (ALERT, b"\3\x28"),
    "ccs": (CHANGE_CIPHER_SPEC, b"\1"),
    "type 0": (0, b"x"),
    "type 24": (24, b"x"),
    "type 99": (99, b"x"),
    "plain alert": (PLAIN, record(ALERT, b"\2\x28")),
    "plain handshake": (PLAIN, record(HANDSHAKE, b"\0\0\0\0")),
    "plain data": (PLAIN, record(APPLICATION_DATA, b"x")),
    "too much data": (APPLICATION_DATA, bytes(16385)),
}

Change = Callable[[bytes], bytes]


def sized(whole: bytes, body: bytes) -> bytes:
    """A message with another body."""
    return whole[:1] + opaque(body, 3)


def changing(change: Change) -> Edit:
    """An edit that sends one message, changed."""
    return lambda whole: [(HANDSHAKE, change(whole))]


def spoilt(version: str, kind: int, settings: dict[str, Any]) -> Iterator[Case]:
    """All that is done to any message of one kind."""
    changes: dict[str, Edit] = {
        "and a byte": changing(lambda whole: sized(whole, whole[4:] + b"x")),
        "less a byte": changing(lambda whole: sized(whole, whole[4:-1])),
        "without content": changing(lambda whole: sized(whole, b"")),
        "half of it": changing(lambda whole: sized(whole, whole[4 : 4 + len(whole) // 2])),
        "left out": lambda whole: [],
        "twice": lambda whole: [(HANDSHAKE, whole)] * 2,
        "in two records": lambda whole: [(HANDSHAKE, whole[:3]), (HANDSHAKE, whole[3:])],
        "with data in the middle": lambda whole: [
            (HANDSHAKE, whole[:-1]),
            (APPLICATION_DATA, b"x"),
            (HANDSHAKE, whole[-1:]),
        ],
        "with an alert in the middle": lambda whole: [
            (HANDSHAKE, whole[:-1]),
            (ALERT, b"\1\x5a"),
            (HANDSHAKE, whole[-1:]),
        ],
        "with more behind it": lambda whole: [(HANDSHAKE, whole + b"\0")],
    }
    for offset in range(_FLIPPED[kind]):
        for mask in (0x01, 0x80):
            changes[f"byte {offset} ^ {mask:02x}"] = changing(_flipped(offset, mask))
    for name, message in _STRANGE.items():
        changes[f"instead of it {name}"] = _instead([(HANDSHAKE, message)])
        changes[f"behind {name}"] = _behind([(HANDSHAKE, message)])
    for name, item in _RECORDS.items():
        changes[f"behind {name}"] = _behind([item])
    for name, edit in changes.items():
        yield forged(f"{version} {NAMES[kind]} {name}", settings, {kind: edit})


def _flipped(offset: int, mask: int) -> Change:
    return lambda whole: whole[:offset] + bytes([whole[offset] ^ mask]) + whole[offset + 1 :]


def _instead(items: Sequence[Item]) -> Edit:
    return lambda whole: items


def _behind(items: Sequence[Item]) -> Edit:
    """Items ahead of the message."""
    return lambda whole: [*items, (HANDSHAKE, whole)]


def forged(
    name: str, settings: dict[str, Any], edits: dict[int, Edit] | None = None, post: Sequence[Item] = ()
) -> Case:
    """A case of its own."""
    return Case(name, forgery=Forgery(settings, edits or {}, post))


def extension(kind: int, data: bytes) -> bytes:
    return uint(kind, 2) + opaque(data, 2)


def later(version: str, settings: dict[str, Any]) -> Iterator[Case]:
    """What comes behind the handshake, with the first reply or before it."""
    for name, message in _STRANGE.items():
        yield forged(f"{version} later {name}", settings, post=[(HANDSHAKE, message)])
    for name, item in _RECORDS.items():
        yield forged(f"{version} later {name}", settings, post=[item])
    for name, items in _MORE.items():
        yield forged(f"{version} later {name}", settings, post=items)


_MORE: dict[str, Sequence[Item]] = {
    "3 HelloRequests": [(HANDSHAKE, b"\0\0\0\0" * 3)],
    "half a HelloRequest": [(HANDSHAKE, b"\0\0"), (HANDSHAKE, b"\0\0")],
    "half a message, then data": [(HANDSHAKE, b"\0\0")],
    "half a message, then an alert": [(HANDSHAKE, b"\0\0"), (ALERT, b"\1\x5a")],
    "most of a ticket, then data": [(HANDSHAKE, b"\4\0\0\x20" + bytes(8)), (APPLICATION_DATA, b"x")],
    "KeyUpdate, true": [(KEY_UPDATE, b"\0")],
    "KeyUpdate, true, twice": [(KEY_UPDATE, b"\0"), (KEY_UPDATE, b"\0")],
    "KeyUpdate, true, asking": [(KEY_UPDATE, b"\1")],
    "KeyUpdate, true, asking twice": [(KEY_UPDATE, b"\1"), (KEY_UPDATE, b"\1")],
    "40 KeyUpdates": [(KEY_UPDATE, b"\0")] * 40,
    "KeyUpdate, then ccs": [(KEY_UPDATE, b"\0"), (CHANGE_CIPHER_SPEC, b"\1")],
    "KeyUpdate 2": [(HANDSHAKE, b"\x18\0\0\1\2")],
    "KeyUpdate of 2": [(HANDSHAKE, b"\x18\0\0\2\0\0")],
    "KeyUpdate of nothing": [(HANDSHAKE, b"\x18\0\0\0")],
    "KeyUpdate and more": [(HANDSHAKE, b"\x18\0\0\1\0\4")],
    "ccs and data": [(CHANGE_CIPHER_SPEC, b"\1"), (APPLICATION_DATA, b"")],
    "32 empty data": [(APPLICATION_DATA, b"")] * 32,
    "33 empty data": [(APPLICATION_DATA, b"")] * 33,
    "4 warnings": [(ALERT, b"\1\x5a")] * 4,
    "5 warnings": [(ALERT, b"\1\x5a")] * 5,
    "ticket": [(HANDSHAKE, b"\4" + opaque(bytes(8) + b"\1x" + b"\0\1t" + b"\0\0", 3))],
    "ticket of 65535": [(HANDSHAKE, b"\4" + opaque(bytes(8) + b"\0" + opaque(bytes(65535), 2) + b"\0\0", 3))],
    "ticket of 131339": [(HANDSHAKE, b"\4\2\1\x0b")],
    "ticket without a ticket": [(HANDSHAKE, b"\4" + opaque(bytes(8) + b"\0" + b"\0\0" + b"\0\0", 3))],
    "ticket and a byte": [(HANDSHAKE, b"\4" + opaque(bytes(8) + b"\0" + b"\0\1t" + b"\0\0x", 3))],
    **{
        f"ticket with {name}": [(HANDSHAKE, b"\4" + opaque(bytes(8) + b"\0\0\1t" + opaque(block, 2), 3))]
        for name, block in {
            "early_data": extension(42, b"\0\0\1\0"),
            "short early_data": extension(42, b"\0\0\1"),
            "early_data twice": extension(42, bytes(4)) * 2,
            "server_name": extension(0, b""),
            "an unknown extension": extension(0x1234, b"x"),
            "half an extension": b"\0\x2a\0",
        }.items()
    },
}
