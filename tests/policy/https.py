"""A policy host made of bytes, for procedures run by `tests.scripted`: TLS and one HTTP response.

driver = Scripted(WORLD, {"192.0.2.1": PolicyHost(response(200, POLICY))})
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pyfinger.demo.certificate_making import Issued, Wish, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.events import Emit
from pyfinger.options import Config
from pyfinger.policy.fetch import Web
from pyfinger.resolve.dns_resolver import DnsResolver
from pyfinger.x509.trust_store import Bundle, Store
from tests.scripted import Peer
from tests.tls.server import Identity, TlsPeer
from tests.world import World

DOMAIN, HOST, ADDRESS = "lark.test", "mta-sts.lark.test", "192.0.2.1"
POLICY = b"version: STSv1\nmode: enforce\nmx: mx.lark.test\nmax_age: 604800\n"
RECORD = '"v=STSv1; id=a1"'
WORLD = World(a={HOST: [ADDRESS]}, txt={f"_mta-sts.{DOMAIN}": [RECORD]}, insecure={"*"})
NOW = datetime(2026, 11, 28, tzinfo=UTC)


@cache
def root() -> Issued:
    """The authority that is trusted."""
    return make_ca("O=Test/CN=Web Root")


@cache
def identity(host: str = HOST, wish: Wish | None = None, *, trusted: bool = True) -> Identity:
    """A web server's key and chain."""
    issuer = root() if trusted else make_ca("O=Test/CN=Unknown Root")
    leaf = make_leaf(host, issuer, make_key("p256", host), wish or Wish())
    return Identity(leaf.key.pem, leaf.chain)


def response(status: int, body: bytes, *headers: str, kind: str | None = "text/plain") -> bytes:
    """A whole response with a length."""
    lines = [f"HTTP/1.1 {status} Words", f"Content-Length: {len(body)}", *headers]
    if kind is not None:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join((*lines, "", "")).encode() + body


@dataclass
class PolicyHost:
    """Answers every request with the same bytes; calling it opens a connection."""

    answer: bytes | Callable[[bytes], bytes]
    identity: Identity | None = field(default_factory=identity)
    settings: dict[str, Any] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)

    def __call__(self) -> Peer:
        return TlsPeer(self.identity, self._answer, **self.settings)

    def _answer(self, data: bytes) -> bytes:
        self.requests.append(data)
        return self.answer if isinstance(self.answer, bytes) else self.answer(data)


def web(emit: Emit, clock: Callable[[], float], store: Store | None = None, **changes: Any) -> Web:
    """What fetching needs in a test."""
    trusted = Bundle([root().der]) if store is None else store
    resolver = DnsResolver(emit, Config())
    return Web(resolver, trusted, lambda: NOW, clock, bytes, emit, **changes)
