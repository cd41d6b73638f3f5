"""Offers as posttls-finger makes them, for tests."""

from __future__ import annotations

from functools import cache

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.model import OwnCredential
from pyfinger.options import GRADES, Config
from pyfinger.references import DEFAULT_REFERENCE, Reference
from pyfinger.tls import cipherlist
from pyfinger.tls.config import ClientConfig, make_client_config
from pyfinger.tls.group_list import auto_groups
from pyfinger.tls.protocols import parse_protocols
from pyfinger.values import replace
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.private_keys import load_private_key


def offer(
    level: int = 1,
    *,
    protocols: str = ">=TLSv1",
    grade: str = "medium",
    ciphers: str = "",
    curves: str | None = None,
    like: Reference = DEFAULT_REFERENCE,
) -> ClientConfig:
    """What is offered at an OpenSSL security level; `ciphers` replaces the grade's list."""
    config = Config()
    text = ciphers or str(getattr(config, GRADES[grade]))
    found = cipherlist.evaluate(text + (":!aNULL" if level else ":!eNULL"))
    secured = replace(found, security=replace(found.security, level=level))
    parsed = parse_protocols(protocols)
    assert parsed is not None
    groups = auto_groups(curves or like.eecdh_auto_curves, like.ffdhe_auto_groups, like)
    made = make_client_config(parsed, secured, groups.chosen)
    return replace(made, compressed_points=like.compressed_points)


def with_sni(made: ClientConfig, name: str) -> ClientConfig:
    """The same with a server name."""
    return replace(made, servername=name.encode())


def with_credential(made: ClientConfig, kind: str = "p256") -> ClientConfig:
    """The same of a client that has one more key and certificate to show."""
    return replace(made, credentials=(*made.credentials, own_credential(kind)))


@cache
def own_credential(kind: str) -> OwnCredential:
    """A key of this kind (see `make_key`) and its certificate."""
    issued = make_leaf("client.example.test", make_ca("CN=Client CA"), make_key(kind, "client"))
    method = parse_certificate(issued.der).signature_method
    assert method is not None
    return OwnCredential(load_private_key(issued.key.pkcs8), issued.chain, issued.key.spki, method.algorithm)
