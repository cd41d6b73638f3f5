"""Run one whole probe of a world and keep what it says."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from pyfinger.errors import UsageError
from pyfinger.events import ProbeRefused
from pyfinger.model import TlsaRecord
from pyfinger.options import Config, Log, Options, Show
from pyfinger.prober.context import Dependencies, TrustSources
from pyfinger.prober.probe import probe
from pyfinger.report.log import TextLog
from pyfinger.steps import Resolve
from pyfinger.values import replace
from pyfinger.x509.trust_store import EMPTY, Store
from tests.scripted import PeerFactory, Scripted
from tests.world import World

CONFIG = Config(myhostname="client.test")
SHOW = Show(chat=False)
VERBOSE = replace(SHOW, verbose=1)
IMPORTS = replace(SHOW, log=Log.DANE)

FAILED = "Destination address lookup failed: "


def not_found(name: str, rdtype: str, problem: str = "Host not found") -> str:
    """The reason of most failed lookups."""
    return f"Host or domain name not found. Name service error for name={name} type={rdtype}: {problem}"


def malformed(name: str, rdtype: str) -> str:
    """The reason for replies that make no sense."""
    problem = "Malformed or unexpected name server reply"
    return f"Name service error for name={name} type={rdtype}: {problem}"


def refused(destination: str, host: str, address: str, port: int = 25) -> str:
    """The line about an address where nobody listens."""
    reason = f"connect to {host}[{address}]:{port}: Connection refused"
    return f"Failed to establish session to {destination} via {host}:{port}: {reason}"


class Told:
    """One probe; nobody listens at addresses without a server."""

    def __init__(
        self,
        world: World,
        destination: str,
        servers: Mapping[str, PeerFactory | int] | None = None,
        *,
        show: Show = SHOW,
        store: Store = EMPTY,
        anchors: tuple[TlsaRecord, ...] = (),
        **options: Any,
    ) -> None:
        options.setdefault("config", CONFIG)
        self.driver = Scripted(world, servers)
        self._show = show
        services = Dependencies(
            rng=random.Random(7),
            now=lambda: datetime(2026, 6, 1, tzinfo=UTC),
            clock=lambda: self.driver.now,
            random_bytes=random.Random(8).randbytes,
            trust=TrustSources(store, anchors),
        )
        self._end = ""
        try:
            self.driver.run(probe(Options(destination, **options), services, self.driver.emit))
        except UsageError as error:
            self._end = str(error)

    @property
    def lines(self) -> list[str]:
        """The log without its prefix."""
        out = BytesIO()
        log = TextLog(out, "", self._show, utf8=True)
        for event in self.driver.events:
            log(event)
        if self._end:
            log(ProbeRefused(self._end))
        return [line.removeprefix(": ") for line in out.getvalue().decode().splitlines()]

    @property
    def asked(self) -> list[str]:
        """The questions to the name server: `name/TYPE`."""
        return [f"{request.name}/{request.rdtype}" for request in self.driver.of(Resolve)]

    def asked_for(self, rdtype: str) -> list[str]:
        """The names asked for one type."""
        return [request.name for request in self.driver.of(Resolve) if request.rdtype == rdtype]
