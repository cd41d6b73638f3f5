"""Whole checks over a world of values: servers of bytes, DNS as a dict."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pyfinger.check.checker import Checker
from pyfinger.check.report_model import (
    AddressCheck,
    CheckReport,
    DomainCheck,
    Extent,
    HostCheck,
    KeyAlgorithm,
)
from pyfinger.check.request import CheckRequest, Limits
from pyfinger.model import Level
from pyfinger.options import Config, Options
from pyfinger.prober.context import Dependencies, TrustSources
from pyfinger.steps import Connect
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.trust_store import EMPTY
from tests.mailserver import MailServer, identity
from tests.scripted import PeerFactory, Scripted
from tests.world import World

ADDRESS = "192.0.2.1"
KEY = hashlib.sha256(parse_certificate(identity().chain[0]).spki).hexdigest()
GOOD = f"3 1 1 {KEY}"
WRONG = "3 1 1 " + "ab" * 32
AT_ONCE = Limits(each=9, pause=0)
BOTH = (KeyAlgorithm.ECDSA, KeyAlgorithm.RSA)
EACH_ALGORITHM = tuple(one for one in KeyAlgorithm if one is not KeyAlgorithm.ANY)


def world(*tlsa: str, **more: Any) -> World:
    """`example.test` with one mail exchanger."""
    tables: dict[str, Any] = {
        "mx": {"example.test": ["10 mx.example.test"]},
        "a": {"mx.example.test": [ADDRESS]},
        "tlsa": {"_25._tcp.mx.example.test": list(tlsa)} if tlsa else {},
    }
    return World(**{**tables, **more})


def checked(
    dns: World,
    servers: Mapping[str, PeerFactory | int] | None = None,
    domains: tuple[str, ...] = ("example.test",),
    limits: Limits = AT_ONCE,
    **options: Any,
) -> tuple[CheckReport, Scripted]:
    """The report, and the driver with all that happened."""
    stop = options.pop("interrupted_at", 0)  # this connection, by Ctrl-C
    peers = {ADDRESS: MailServer(identity())} if servers is None else servers
    driver = Scripted(dns, peers, trouble={(Connect, stop): KeyboardInterrupt()})
    options.pop("running", []).append(driver)
    dependencies = Dependencies(
        rng=random.Random(0),
        now=lambda: datetime(2026, 11, 1, tzinfo=UTC),
        clock=lambda: driver.now,
        random_bytes=random.Random(0).randbytes,
        trust=TrustSources(options.pop("store", EMPTY)),
    )
    given = {"level": Level.DANE, "config": Config(myhostname="client.test"), **options}
    algorithms, extent = given.pop("algorithms", BOTH), given.pop("extent", Extent.PROBLEMS)
    sts, others = given.pop("sts", None), given.pop("others", ())
    request = CheckRequest(domains, Options("", **given), algorithms, others, limits, extent, sts)
    checker = Checker(request, dependencies, driver.emit)
    try:
        return driver.run(checker.steps()), driver
    except KeyboardInterrupt:
        assert stop
        return checker.report("interrupted"), driver


def only(report: CheckReport) -> tuple[DomainCheck, HostCheck, AddressCheck]:
    """Of a report with one of each."""
    (domain,) = report.domains
    (host,) = domain.hosts
    (address,) = host.addresses
    return domain, host, address
