"""The world of the situations, running: name server, mail exchangers, policies.

    with SenderWorld(SITUATIONS, SenderPorts(smtp=25, dns=53, https=443)) as world:
        world.resolver, world.authority_file, world.anchor_file, world.recipients

Mail exchangers are on 127.25.0.1 and so on, web servers with policies on 127.44.3.1 and so on,
all mail exchangers on one port.  The name server is resolver and authority at once: it sets AD as
a resolver does that validates, and has the signatures for one that validates itself.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from pathlib import Path

import dns.message
import dns.rdatatype

from pyfinger.demo.certificate_making import Wish, make_leaf
from pyfinger.demo.listeners import LOOPBACK_6, NO_IPV6, PORT_ATTEMPTS, Conversation, Listeners, LoopbackWorld
from pyfinger.demo.nameserver import Nameserver
from pyfinger.demo.senders.journal import Journal, SmtpStep
from pyfinger.demo.senders.sender_tls import TLS_1_3, sink_tls
from pyfinger.demo.senders.sink import Mailbox, Sink
from pyfinger.demo.senders.situation_zones import (
    RETURNS,
    SenderAddresses,
    SenderDns,
    sender_dns,
    sink_credential,
)
from pyfinger.demo.senders.situations import (
    SIGNED_SENDERS,
    UNSIGNED_SENDERS,
    MxPlan,
    SendingSituation,
    SinkTls,
    StsFault,
)
from pyfinger.demo.senders.web import PolicySite
from pyfinger.demo.server_tls import ServerTls
from pyfinger.demo.vouching import authority
from pyfinger.demo.zones import Namespace
from pyfinger.values import Value

DNS_ADDRESS, RETURNS_ADDRESS = "127.25.53.1", "127.25.53.2"
_HOSTS, _POLICIES = "127.25.0.{}", "127.44.3.{}"


class SenderPorts(Value):
    """Where to listen; 0 is any that is free."""

    smtp: int = 0
    dns: int = 0
    https: int = 0


ANY_PORTS = SenderPorts()


class WatchedNameserver(Nameserver):
    """The name server, which tells the journal what is asked, and is silent about some names."""

    def __init__(self, journal: Journal, situations: Iterable[str]) -> None:
        super().__init__()
        self._journal = journal
        zones = (SIGNED_SENDERS, UNSIGNED_SENDERS)
        self._situations = {f"{name}.{zone}": name for name in situations for zone in zones}
        self.silent: frozenset[str] = frozenset()

    def respond(self, query: dns.message.Message) -> dns.message.Message | None:
        """The reply, or None where there is to be none."""
        for question in query.question:
            name = question.name.to_text(omit_final_dot=True).lower()
            situation = self._situation(name)
            if situation:
                kind = dns.rdatatype.to_text(question.rdtype)
                self._journal.note(situation, SmtpStep.QUESTION, host=name, detail=kind)
            if name in self.silent:
                return None
        return super().respond(query)

    def _situation(self, name: str) -> str:
        labels = name.split(".")
        return self._situations.get(".".join(labels[-3:]), "")


class SenderWorld(LoopbackWorld):
    """All of it, running until `close`.

    Raises OSError if an address or port is not to be had; what is below 1024 needs root.
    """

    def __init__(
        self,
        situations: Sequence[SendingSituation],
        ports: SenderPorts = ANY_PORTS,
        folder: Path | None = None,
        journal: Journal | None = None,
    ) -> None:
        super().__init__(folder)
        self.journal = journal or Journal()
        self._nameserver = WatchedNameserver(self.journal, [situation.name for situation in situations])
        try:
            dns_port = self._nameserver.listen(self._listeners, ports.dns, DNS_ADDRESS)
            self.resolver = f"{DNS_ADDRESS}:{dns_port}"
            self.situations = situations if self._ipv6_works() else _without_ipv6(situations)
            self.port = self._open_mailers(ports.smtp)
            self.policy_port = self._open_policies(ports.https)
            found = self._dns()
            self._nameserver.silent = found.silent
            self._nameserver.names = names = Namespace(found.zones)
            self.authority_file.write_text(authority().root.pem)
            self.anchor_file.write_text(f"{names.anchor}\n")
        except BaseException:
            self.close()
            raise
        self._listeners.start()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom to send a message to, one for each situation."""
        return tuple(situation.recipient for situation in self.situations)

    def _ipv6_works(self) -> bool:
        probing = Listeners()
        try:
            probing.connections(lambda connection: None, 0, LOOPBACK_6)
        except OSError as problem:
            if problem.errno not in NO_IPV6:
                raise
            return False
        finally:
            probing.close()
        return True

    def _planned(self) -> list[tuple[SendingSituation, MxPlan, str]]:
        """All mail exchangers with their addresses."""
        planned = [(situation, plan) for situation in self.situations for plan in situation.hosts]
        return [
            (situation, plan, LOOPBACK_6 if plan.ipv6 else _HOSTS.format(number))
            for number, (situation, plan) in enumerate(planned, start=1)
        ]

    def _open_mailers(self, port: int) -> int:
        """All on one port."""
        mailbox = Mailbox("", f"mx.{RETURNS}", SinkTls.MODERN, _web_tls((f"mx.{RETURNS}",)), self.journal)
        places: list[tuple[Conversation, str]] = [(mailbox.converse, RETURNS_ADDRESS)]
        for situation, plan, address in self._planned():
            if not plan.down:
                tls = sink_tls(plan.tls, sink_credential(situation, plan))
                sink = Sink(situation.name, situation.host_name(plan), plan.tls, tls, self.journal)
                places.append((sink.converse, address))
        return self._open_together(port, places)

    def _open_policies(self, port: int) -> int:
        """All on one port; 0 if there are none."""
        sites = [
            (PolicySite(situation, self.journal).converse, _POLICIES.format(number))
            for number, situation in enumerate(self._with_policy(), start=1)
            if situation.policy is not None and situation.policy.fault is not StsFault.UNREACHABLE
        ]
        return self._open_together(port, sites) if sites else 0

    def _open_together(self, port: int, places: Sequence[tuple[Conversation, str]]) -> int:
        for _ in range(PORT_ATTEMPTS):
            chosen = port
            try:
                for converse, address in places:
                    chosen = self._listeners.connections(converse, chosen, address)
                return chosen
            except OSError as problem:
                if port or problem.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, "no port is free on all addresses")

    def _with_policy(self) -> list[SendingSituation]:
        return [situation for situation in self.situations if situation.policy is not None]

    def _dns(self) -> SenderDns:
        hosts = {situation.host_name(plan): address for situation, plan, address in self._planned()}
        policies = {each.name: _POLICIES.format(at) for at, each in enumerate(self._with_policy(), start=1)}
        return sender_dns(self.situations, SenderAddresses(hosts, policies, RETURNS_ADDRESS, self.port))


def _without_ipv6(situations: Sequence[SendingSituation]) -> tuple[SendingSituation, ...]:
    return tuple(each for each in situations if not any(plan.ipv6 for plan in each.hosts))


def _web_tls(names: tuple[str, ...]) -> ServerTls:
    return ServerTls(make_leaf(names[0], authority().issuing, None, Wish(names=names)), TLS_1_3)
