"""Our own certificates as they are shown: their issuers added, their keys weighed.

A certificate that came alone is followed by those that lead to an authority of
the store, as far as there are any (ssl_add_cert_chain()); nobody asks whether
that chain is good.  What is weighed are keys and nothing else: OpenSSL 3.5.9
shows certificates with any signature at any security level.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from pyfinger.model import OwnCredential
from pyfinger.values import replace
from pyfinger.x509.build_chain import build_chain
from pyfinger.x509.certificate import Certificate, read_certificate
from pyfinger.x509.store import Store
from pyfinger.x509.verify_context import Aborted, VerifyContext
from pyfinger.x509.verify_params import BudgetSpent, VerifyParams

_DEPTH = 100  # of a store's parameters
_NO_KEY = -1  # EVP_PKEY_get_security_bits()


def as_shown(credential: OwnCredential, store: Store, now: int) -> OwnCredential:
    """With all certificates that a server will see; `now` in seconds since 1970."""
    chain: Sequence[Certificate] = [read_certificate(one)[0] for one in credential.certificates]
    if len(chain) == 1:
        chain = _with_issuers(chain[0], store, now)
    return replace(
        credential,
        certificates=tuple(one.der for one in chain),
        strengths=tuple(one.key.strength if one.key else _NO_KEY for one in chain),
    )


def _with_issuers(leaf: Certificate, store: Store, now: int) -> Sequence[Certificate]:
    params = VerifyParams(now, depth=_DEPTH, purpose=None)
    context = VerifyContext(leaf, (), store, params)
    with suppress(Aborted, BudgetSpent):  # as much of a chain as there is
        build_chain(context)
    return context.certificates
