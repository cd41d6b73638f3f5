"""The one import of tlslite-ng, trimmed to the parts a client of our own needs.

`import tlslite` pulls in http, xmlrpc, asyncio and, through them, OpenSSL.  A
bare parent package in its place lets the submodules load without all that.
tlslite silently prefers M2Crypto and pycrypto where installed; here every
primitive is asked for by its pure Python class, so neither is ever called.

Taken from tlslite-ng: AES in CBC mode, finite field key exchange.
Whoever needs it imports this when that is so: most handshakes do not.

kyber-py, which tlslite-ng would take along wherever it is, stays out: ML-KEM is our own.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType


def _bare_parent() -> None:
    if "tlslite" in sys.modules:
        return
    spec = find_spec("tlslite")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("tlslite-ng is not installed")
    parent = ModuleType("tlslite")
    parent.__path__ = list(spec.submodule_search_locations)
    parent.__spec__ = spec
    sys.modules["tlslite"] = parent


_bare_parent()
_with_kyber = "kyber_py" in sys.modules
sys.modules.setdefault("kyber_py", None)  # type: ignore[arg-type]  # whoever imports it is told that it is not there

from tlslite.errors import TLSDecodeError, TLSIllegalParameterException  # noqa: E402
from tlslite.keyexchange import FFDHKeyExchange  # noqa: E402
from tlslite.mathtls import RFC7919_GROUPS, paramStrength  # noqa: E402
from tlslite.utils.python_aes import Python_AES  # noqa: E402
from tlslite.utils.rijndael import Rijndael  # noqa: E402

if not _with_kyber:
    del sys.modules["kyber_py"]

# What its key exchange raises for values it does not like.
REFUSALS = (
    TLSIllegalParameterException,
    TLSDecodeError,
    ArithmeticError,
    ValueError,
    AssertionError,
)

__all__ = [
    "REFUSALS",
    "FFDHKeyExchange",
    "Python_AES",
    "RFC7919_GROUPS",
    "paramStrength",
]


def _needs_no_source() -> None:
    """Let AES do without its caller's source file.

    To complain about an old name of the class its constructor reads that file,
    every time, and fails where it cannot be read: root's own, or there is none.
    """
    Rijndael.__init__ = getattr(Rijndael.__init__, "__wrapped__", Rijndael.__init__)


_needs_no_source()
