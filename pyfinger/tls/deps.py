"""The one import of tlslite-ng, trimmed to the parts a client of our own needs.

`import tlslite` pulls in http, xmlrpc, asyncio and, through them, OpenSSL.  A
bare parent package in its place lets the submodules load without all that.
tlslite silently prefers M2Crypto and pycrypto where installed; here every
primitive is asked for by its pure Python class, so neither is ever called.

Taken from tlslite-ng: block and stream ciphers, AEADs, finite field, elliptic
curve and hybrid key exchange, the TLS 1.0 to 1.2 PRF and HKDF-Expand-Label.
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

from tlslite.constants import GroupName  # noqa: E402
from tlslite.errors import TLSDecodeError, TLSIllegalParameterException  # noqa: E402
from tlslite.keyexchange import ECDHKeyExchange, FFDHKeyExchange, KEMKeyExchange  # noqa: E402
from tlslite.mathtls import PRF, PRF_1_2, PRF_1_2_SHA384  # noqa: E402
from tlslite.utils.cryptomath import HKDF_expand_label  # noqa: E402
from tlslite.utils.python_aes import Python_AES  # noqa: E402
from tlslite.utils.python_aesccm import new as aes_ccm  # noqa: E402
from tlslite.utils.python_aesgcm import new as aes_gcm  # noqa: E402
from tlslite.utils.python_chacha20_poly1305 import new as chacha20_poly1305  # noqa: E402

__all__ = [
    "ECDHKeyExchange",
    "FFDHKeyExchange",
    "GroupName",
    "HKDF_expand_label",
    "KEMKeyExchange",
    "PRF",
    "PRF_1_2",
    "PRF_1_2_SHA384",
    "Python_AES",
    "TLSDecodeError",
    "TLSIllegalParameterException",
    "aes_ccm",
    "aes_gcm",
    "chacha20_poly1305",
]
