"""Files that options name: their content, and what OpenSSL's error queue says if they are bad."""

from __future__ import annotations

import os

from pyfinger.events import TlsProblem
from pyfinger.surroundings import Surroundings
from pyfinger.x509 import pem

_SYSTEM_LIBRARY = 0x80000000

PEM_PROBLEMS = {
    pem.NOT_BASE64: TlsProblem(0x04800064, "bad base64 decode"),
    pem.WITHOUT_END: TlsProblem(0x04800066, "bad end line"),
}


def content(file: str, surroundings: Surroundings) -> bytes:
    """All of a file, and nothing of a directory, which fopen(3) opens; OSError if it cannot be opened."""
    try:
        return surroundings.read(file)
    except IsADirectoryError:
        return b""


def system_problem(file: str, error: OSError) -> TlsProblem:
    """That a file could not be opened."""
    code = error.errno or 0
    return TlsProblem(_SYSTEM_LIBRARY | code, os.strerror(code), f"calling fopen({file}, r)")
