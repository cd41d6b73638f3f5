"""Who vouches for whom in the demo world: certificates and TLSA records by plan.

    pyfinger demo root CA        what -F has to trust
      pyfinger demo issuing CA   sent by every server; also a DANE trust anchor
        mx.dane.demo.test        and so on

Keys and certificates are the same in every run, so outputs can be compared.
"""

from __future__ import annotations

import hashlib
from functools import cache

from pyfinger.demo.certificate_making import Issued, Wish, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.demo.plan import KeyChoice, ServerPlan, Tlsa
from pyfinger.values import Value

KINDS = {KeyChoice.ECDSA: "p256", KeyChoice.RSA: "rsa2048", KeyChoice.ED25519: "ed25519"}
LONG_AGO = 1672531200  # 2023-01-01: when the expired certificates ended


class DemoAuthority(Value):
    """The demo's certification authority."""

    root: Issued
    issuing: Issued


@cache
def authority() -> DemoAuthority:
    """There is one."""
    root = make_ca("O=pyfinger demo/CN=pyfinger demo root CA")
    return DemoAuthority(root, make_ca("O=pyfinger demo/CN=pyfinger demo issuing CA", root))


@cache
def credential(plan: ServerPlan) -> Issued:
    """A server's key and certificate."""
    wish = Wish(not_after=LONG_AGO) if plan.expired else None
    issuer = None if plan.self_signed else authority().issuing
    return make_leaf(plan.host, issuer, make_key(KINDS[plan.key], plan.host), wish)


@cache
def other_credential(plan: ServerPlan) -> Issued | None:
    """The server's second key and certificate, if it has one."""
    if plan.also is None:
        return None
    return make_leaf(plan.host, authority().issuing, make_key(KINDS[plan.also], plan.host))


def tlsa_records(plan: ServerPlan) -> tuple[str, ...]:
    """The server's TLSA records (RFC 6698 section 2.2)."""
    return tuple(_tlsa_record(plan, tlsa) for tlsa in (plan.tlsa, *plan.more_tlsa) if tlsa is not Tlsa.NONE)


def _tlsa_record(plan: ServerPlan, tlsa: Tlsa) -> str:
    if tlsa in (Tlsa.ISSUER, Tlsa.ROOT):
        issuer = authority().issuing if tlsa is Tlsa.ISSUER else authority().root
        return f"2 1 1 {_key_hash(issuer.key.spki)}"
    kind = plan.also if tlsa is Tlsa.OTHER_KEY and plan.also else plan.key
    owner = "a stranger" if tlsa is Tlsa.STRANGER else plan.host
    usage = 1 if tlsa is Tlsa.PKIX else 3
    return f"{usage} 1 1 {_key_hash(make_key(KINDS[kind], owner).spki)}"


def _key_hash(spki: bytes) -> str:
    return hashlib.sha256(spki).hexdigest()
