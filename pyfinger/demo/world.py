"""The demo world: a resolver and mail servers on loopback, in this process.

    with DemoWorld() as world:
        probe(world.server("dane").destination, resolver=world.resolver)

Names are below `.test` (RFC 6761 section 6.2); nothing leaves the machine.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

from pyfinger.demo.certificate_making import Issued
from pyfinger.demo.listeners import LOOPBACK, LOOPBACK_6, NO_IPV6, PORT_ATTEMPTS, LoopbackWorld
from pyfinger.demo.mailserver import MailServer, Tally
from pyfinger.demo.nameserver import Nameserver
from pyfinger.demo.plan import PLANS, SHARED_PLANS, SIGNED_ZONE, UNSIGNED_ZONE, ServerPlan, Sts, Tls
from pyfinger.demo.policyhost import policy_host, records_of
from pyfinger.demo.server_tls import ServerTls
from pyfinger.demo.vouching import authority, credential, other_credential, tlsa_records
from pyfinger.demo.zones import Namespace, Zone
from pyfinger.errors import UsageError
from pyfinger.values import Value

TLS_1_2, TLS_1_3 = (3, 3), (3, 4)


class Server(Value):
    """A running mail server."""

    plan: ServerPlan
    port: int
    credential: Issued
    addresses: tuple[str, ...]
    tally: Tally

    @property
    def destination(self) -> str:
        """How to name it to pyfinger; LMTP knows no MX, so there it is the host's own name."""
        plan = self.plan
        return f"{plan.host if plan.lmtp else plan.domain}:{self.port}"


LAST_PORT = 65535
PLANNED = (*PLANS, *SHARED_PLANS)


def ports_needed(plans: Sequence[ServerPlan] = PLANNED) -> int:
    """One for the resolver, one for each mail server, one for the policies."""
    return len(plans) + 2


class DemoWorld(LoopbackWorld):
    """All of it, running until `close`."""

    def __init__(
        self,
        plans: Sequence[ServerPlan] = PLANNED,
        first_port: int = 0,
        folder: Path | None = None,
    ) -> None:
        """Start with the resolver on `first_port` and the servers on the ports after it.

        With 0 any free ports are taken.  The authority's certificate, the root's trust anchor and
        the socket are in `folder`, made now and removed in the end, or in one of the system's
        choosing.  Raises OSError if a port is not free, or if there is something at `folder` already;
        `UsageError` if `first_port` has too few behind it.
        """
        last = LAST_PORT - ports_needed(plans) + 1
        if first_port > last:
            raise UsageError(f"{first_port} is not the first of {ports_needed(plans)} ports: at most {last}")
        super().__init__(folder)
        self._nameserver = Nameserver()
        try:
            port = self._nameserver.listen(self._listeners, first_port)
            self.resolver = f"{LOOPBACK}:{port}"
            self._servers = {
                plan.name: self._open_server(plan, first_port and first_port + number)
                for number, plan in enumerate(plans, start=1)
            }
            self.policy_port = self._open_policy_host(plans, first_port and first_port + len(plans) + 1)
            self.authority_file.write_text(authority().root.pem)
            self._nameserver.names = names = Namespace(zones(tuple(self._servers.values())))
            self.anchor_file.write_text(f"{names.anchor}\n")
        except BaseException:
            self.close()
            raise
        self._listeners.start()

    @property
    def servers(self) -> tuple[Server, ...]:
        """Every mail server with a domain of its own, in the order of their plans."""
        return tuple(server for server in self._servers.values() if not server.plan.shared)

    @property
    def shared(self) -> tuple[Server, ...]:
        """Those that serve one domain together; SRV records lead to them."""
        return tuple(server for server in self._servers.values() if server.plan.shared)

    @property
    def socket(self) -> Path:
        """The unix-domain socket of the LMTP server, if there is one."""
        return self.folder / "lmtp"

    def server(self, name: str) -> Server:
        """One mail server by the name of its plan; raises KeyError."""
        return self._servers[name]

    def _open_server(self, plan: ServerPlan, port: int) -> Server:
        issued = credential(plan)
        newest = TLS_1_2 if plan.tls is Tls.TLS12 else TLS_1_3
        server = MailServer(plan, ServerTls(issued, newest, other_credential(plan)))
        if plan.lmtp:
            self._listeners.unix_connections(server.converse, str(self.socket))
        for _ in range(PORT_ATTEMPTS):
            chosen = self._listeners.connections(server.converse, port)
            addresses: tuple[str, ...] = (LOOPBACK,)
            try:
                if plan.shared:
                    self._listeners.connections(server.converse, chosen, LOOPBACK_6)
                    addresses += (LOOPBACK_6,)
            except OSError as problem:
                if not port and problem.errno == errno.EADDRINUSE:
                    continue
                if problem.errno not in NO_IPV6:
                    raise
            return Server(plan, chosen, issued, addresses, server.tally)
        raise OSError(errno.EADDRINUSE, "no port is free for both IPv4 and IPv6")

    def _open_policy_host(self, plans: Sequence[ServerPlan], port: int) -> int:
        """The port of the web server with the policies, 0 if no domain has one."""
        if all(plan.sts is Sts.NONE for plan in plans):
            return 0
        return self._listeners.connections(policy_host(plans, TLS_1_3).converse, port)


def zones(servers: Sequence[Server]) -> tuple[Zone, ...]:
    """The DNS around the servers, and some names that are about DNS alone."""
    signed: dict[str, tuple[str, ...]] = {
        f"alias.{SIGNED_ZONE}": (f"CNAME dane.{SIGNED_ZONE}.",),
        f"nomail.{SIGNED_ZONE}": ("MX 0 .",),
    }
    unsigned: dict[str, tuple[str, ...]] = {}
    forged = set()
    for server in servers:
        plan = server.plan
        records = signed if plan.signed else unsigned
        service = f"_smtp._tcp.{plan.domain}"
        if not plan.shared:
            records[plan.domain] = (f"MX 10 {plan.host}.", f'TXT "{plan.about}"')
        records[plan.host] = tuple(f"{'AAAA' if ':' in each else 'A'} {each}" for each in server.addresses)
        records.update(records_of(plan, LOOPBACK))
        records[service] = (*records.get(service, ()), f"SRV 0 0 {server.port} {plan.host}.")
        if found := tlsa_records(plan):
            owner = f"_{server.port}._tcp.{plan.host}"
            records[owner] = tuple(f"TLSA {record}" for record in found)
            if plan.forged:
                forged.add(owner)
    failing = frozenset({f"broken.{SIGNED_ZONE}"})
    return (
        Zone(".", True, {}),
        Zone(f"{SIGNED_ZONE}.", True, signed, failing, frozenset(forged)),
        Zone(f"{UNSIGNED_ZONE}.", False, unsigned),
    )
