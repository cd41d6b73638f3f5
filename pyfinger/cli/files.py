"""Files that options name: their content, and what OpenSSL's error queue says if they are bad.

Who reads what decides how strict it is.  `-F` and `-P` look at the headers of
certificates and try an empty pass phrase; `-k` and `-K` apart look at headers,
too, and would ask for one; `-A`, `-H` and `-k` alone take the data as it stands.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import Enum, auto

from pyfinger.errors import DecodeError
from pyfinger.events import Event, TlsProblem
from pyfinger.maincf.host_environment import HostEnvironment
from pyfinger.x509 import pem
from pyfinger.x509.pem_header import Encryption, HeaderError, HeaderFault, read_encryption

_SYSTEM_LIBRARY = 0x80000000

# By what ended the reading of a file, or what is wrong with headers.
PEM_PROBLEMS: dict[pem.Ending | HeaderFault, tuple[TlsProblem, ...]] = {
    pem.Ending.UNEXPLAINED: (),
    HeaderFault.UNEXPLAINED: (),
    **{
        fault: (TlsProblem(0x04800000 | code, fault.value),)
        for fault, code in (
            (pem.Ending.BAD_BASE64, 0x64),
            (pem.Ending.BAD_END_LINE, 0x66),
            (HeaderFault.NOT_PROC_TYPE, 0x6B),
            (HeaderFault.NOT_ENCRYPTED, 0x6A),
            (HeaderFault.SHORT_HEADER, 0x70),
            (HeaderFault.NOT_DEK_INFO, 0x69),
            (HeaderFault.UNSUPPORTED_ENCRYPTION, 0x72),
            (HeaderFault.MISSING_IV, 0x81),
            (HeaderFault.BAD_IV, 0x67),
        )
    },
}
NO_PASS_PHRASE = (
    TlsProblem(0x1400006B, "processing error", "while reading strings"),
    TlsProblem(0x0480006D, "problems getting password"),
)
BAD_PASSWORD_READ = TlsProblem(0x04800068, "bad password read")
_BAD_DECRYPT = TlsProblem(0x04800065, "bad decrypt")
_BAD_PADDING = TlsProblem(0x1C800064, "bad decrypt")
_BAD_LENGTH = TlsProblem(0x1C80006B, "wrong final block length")


class Refused(Exception):
    """A file is of no use; `reasons` are the events to tell, none if OpenSSL is at a loss."""

    def __init__(self, *reasons: Event) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


class PassPhrase(Enum):
    """Where a reader gets the pass phrase of an encrypted block."""

    EMPTY = auto()  # it has none, and tries that
    ASKED = auto()  # it asks, and we have nobody answer


def content(file: str, host: HostEnvironment) -> bytes:
    """All of a file, and nothing of a directory, which fopen(3) opens; OSError if it cannot be opened."""
    try:
        return host.read(file)
    except IsADirectoryError:
        return b""


def system_problem(file: str, error: OSError) -> TlsProblem:
    """That a file could not be opened."""
    code = error.errno or 0
    return TlsProblem(_SYSTEM_LIBRARY | code, os.strerror(code), f"calling fopen({file}, r)")


def decoding_problems(error: DecodeError) -> tuple[TlsProblem, ...]:
    """What OpenSSL says of bytes that are not what they should be."""
    return tuple(TlsProblem(*entry) for entry in error.queue)


def pem_blocks(data: bytes) -> Iterator[pem.Block]:
    """The blocks of a file; `Refused` where reading ends before it does."""
    try:
        yield from pem.blocks(data)
    except pem.PemError as error:
        raise Refused(*PEM_PROBLEMS[error.ending]) from error


def encryption(block: pem.Block) -> Encryption | None:
    """What the headers of a block say; `Refused` if they are bad."""
    try:
        return read_encryption(block.header.decode("latin-1"))
    except HeaderError as error:
        raise Refused(*PEM_PROBLEMS[error.fault]) from error


def check_header(block: pem.Block, phrase: PassPhrase) -> None:
    """`Refused` if the headers are bad, or say that the data is encrypted: it is never decrypted."""
    found = encryption(block)
    if found is None:
        return
    if phrase is PassPhrase.ASKED:
        raise Refused(*NO_PASS_PHRASE, BAD_PASSWORD_READ)
    raise Refused(_decryption_problem(found, len(block.data)), _BAD_DECRYPT)


def _decryption_problem(found: Encryption, size: int) -> TlsProblem:
    """That an empty pass phrase is the wrong one."""
    if (number := found.retired) is not None:
        context = f"Global default library context, Algorithm ({found.cipher} : {number}), Properties ()"
        return TlsProblem(0x0308010C, "unsupported", context)
    return _BAD_LENGTH if size % found.block_size else _BAD_PADDING
