"""Messages built by hand, and trees made readable for comparison."""

from __future__ import annotations

from fuzz._trees import check_tree
from pyfinger.dissect.field import Decode, Field, tree
from pyfinger.dissect.message_trees import DissectionContext, handshake
from pyfinger.wire import opaque, uint

RANDOM = bytes(range(32))
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def message(kind: int, body: bytes | str) -> bytes:
    """A handshake message; a body in hexadecimal may have blanks."""
    return bytes([kind]) + opaque(body if isinstance(body, bytes) else bytes.fromhex(body), 3)


def extension(code: int, content: bytes | str) -> bytes:
    return uint(code, 2) + opaque(content if isinstance(content, bytes) else bytes.fromhex(content), 2)


def client_hello(*extensions: bytes, suites: str = "1301", version: int = 0x0303) -> bytes:
    fixed = uint(version, 2) + RANDOM + b"\0" + opaque(bytes.fromhex(suites), 2) + b"\1\0"
    return message(1, fixed + (opaque(b"".join(extensions), 2) if extensions else b""))


def server_hello(
    *extensions: bytes, suite: int = 0x1301, version: int = 0x0303, random: bytes = RANDOM
) -> bytes:
    fixed = uint(version, 2) + random + b"\0" + uint(suite, 2) + b"\0"
    return message(2, fixed + (opaque(b"".join(extensions), 2) if extensions else b""))


def dissected(data: bytes, context: DissectionContext | None = None) -> Field:
    """The tree of a handshake message, which must be a good one, right or wrong."""
    found = handshake(data, context or DissectionContext())
    check_tree(found, data)
    return found


def decoded(data: bytes, decode: Decode) -> Field:
    """The tree of whatever a decoder reads."""
    found = tree("test", data, decode)
    check_tree(found, data)
    return found


def leaves(field: Field) -> list[tuple[str, object]]:
    """Names and values of all that is not a structure; bytes in hexadecimal."""
    return [
        (one.name, one.value.hex() if isinstance(one.value, bytes) else one.value)
        for one in field.walk()
        if one.value is not None
    ]


def meanings(field: Field, name: str) -> list[str]:
    return [one.meaning for one in field.all(name)]


def problems(field: Field) -> list[tuple[str, str]]:
    return [(one.name, one.problem) for one in field.walk() if one.problem]
