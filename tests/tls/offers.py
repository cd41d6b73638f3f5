"""Offers as posttls-finger makes them, for tests."""

from __future__ import annotations

from dataclasses import replace

from pyfinger.options import Config
from pyfinger.tls import cipherlist
from pyfinger.tls.profile import GRADES, Offer, make_offer, parse_groups, parse_protocols


def offer(
    level: int = 1,
    *,
    protocols: str = ">=TLSv1",
    grade: str = "medium",
    ciphers: str = "",
    curves: str | None = None,
) -> Offer:
    """What is offered at an OpenSSL security level; `ciphers` replaces the grade's list."""
    config = Config()
    text = ciphers or str(getattr(config, GRADES[grade]))
    suites = cipherlist.evaluate(text + (":!aNULL" if level else ":!eNULL"))
    parsed = parse_protocols(protocols)
    assert suites is not None and parsed is not None
    groups = parse_groups(curves or config.tls_eecdh_auto_curves, config.tls_ffdhe_auto_groups)
    made = make_offer(parsed, suites, groups, level)
    assert made is not None
    return made


def with_sni(made: Offer, name: str) -> Offer:
    """The same with a server name."""
    return replace(made, servername=name.encode())
