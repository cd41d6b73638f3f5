"""Six sites of different kinds, which several tests look at."""

from __future__ import annotations

from typing import Any

from pyfinger.demo.plan import KeyChoice, ServerPlan, Tls, Tlsa


def site(name: str, **more: Any) -> ServerPlan:
    """One host."""
    return ServerPlan(name, "one site", shared="hosts", **more)


SITES = (
    site("dane", tlsa=Tlsa.KEY),
    site("pki"),
    site("mismatch", tlsa=Tlsa.STRANGER),
    site("plain", tls=Tls.NONE),
    site("selfsigned", self_signed=True),
    site("old", tls=Tls.TLS12, key=KeyChoice.RSA),
)
DANE, PKI, MISMATCH, PLAIN, SELF_SIGNED, OLD = range(len(SITES))
