"""Many domains on few hosts, on loopback: mail servers that count, and a resolver.

Each host has an address of its own in 127.66.0.0/16, all the same port: the budget tells addresses
apart, and MX records know no ports.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode

from pyfinger.demo.certificate_making import Issued
from pyfinger.demo.listeners import Listeners
from pyfinger.demo.mailserver import MailServer
from pyfinger.demo.nameserver import Nameserver
from pyfinger.demo.plan import ServerPlan, Tls, Tlsa
from pyfinger.demo.server_tls import ServerTls
from pyfinger.demo.vouching import credential, tlsa_records
from pyfinger.demo.zones import Namespace, Zone
from pyfinger.survey.command import main

ROOT = Path(__file__).resolve().parent.parent.parent
TLS_1_2, TLS_1_3 = (3, 3), (3, 4)
ZONE = "demo.test"
ATTEMPTS = 2  # resolv.conf(5)
_KINDS = (Tlsa.KEY, Tlsa.STRANGER, Tlsa.ISSUER, Tlsa.NONE)


def plan(number: int, allows: int | None = None) -> ServerPlan:
    """The host of that number; every fourth is protected by its key, and so on."""
    return ServerPlan(
        f"mx{number}", "one of many", shared="hosts", tlsa=_KINDS[number % len(_KINDS)], allows=allows
    )


class SurveyWorld:
    """`domains` domains, shared out evenly to the hosts; running until closed."""

    def __init__(
        self,
        plans: Sequence[ServerPlan],
        domains: int,
        failing_once: str = "",
        issued: Callable[[ServerPlan], Issued] = credential,
    ) -> None:
        """`failing_once`: the first lookup of that name is answered with SERVFAIL."""
        self._listeners = Listeners()
        nameserver = _Failing(failing_once)
        self.servers = [MailServer(one, ServerTls(issued(one), _newest(one))) for one in plans]
        self.port = 0
        self.at_once = [0] * len(plans)  # most connections at the same time that each host has seen
        self.instead: dict[int, Callable[[socket.socket], None]] = {}  # of hosts that are no mail servers
        self.watch: Callable[[], None] = lambda: None  # called for each query and connection
        for number, server in enumerate(self.servers):
            self.port = self._listeners.connections(self._door(number, server), self.port, address(number))
        port = self._listeners.connections(nameserver.converse, 0)
        self._listeners.datagrams(lambda wire: (self.watch(), nameserver.datagram(wire))[1], port)
        self.resolver = f"127.0.0.1:{port}"
        self.domains = [f"d{number}.{ZONE}:{self.port}" for number in range(domains)]
        records: dict[str, tuple[str, ...]] = {
            f"d{number}.{ZONE}": (f"MX 10 {plans[number % len(plans)].host}.",) for number in range(domains)
        }
        for number, one in enumerate(plans):
            records[one.host] = (f"A {address(number)}",)
            if found := tlsa_records(one):
                records[f"_{self.port}._tcp.{one.host}"] = tuple(f"TLSA {record}" for record in found)
        nameserver.names = Namespace((Zone(".", True, {}), Zone(f"{ZONE}.", True, records)))
        self._listeners.start()

    def _door(self, number: int, server: MailServer) -> Callable[[socket.socket], None]:
        """Where one host's connections are counted."""
        inside, lock = [0], threading.Lock()

        def converse(connection: socket.socket) -> None:
            with lock:
                inside[0] += 1
                self.at_once[number] = max(self.at_once[number], inside[0])
            try:
                self.watch()
                if number in self.instead:
                    server.tally.connections[address(number)] += 1
                self.instead.get(number, server.converse)(connection)
            finally:
                with lock:
                    inside[0] -= 1

        return converse

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listeners.close()

    def counted(self) -> list[int]:
        """Connections that each host has seen."""
        return [server.tally.connections.total() for server in self.servers]

    def forget(self) -> None:
        """Begin to count anew."""
        for server in self.servers:
            server.tally.connections.clear()

    def run(self, store: Path, *words: str, lines: Callable[[], Sequence[str]] | None = None) -> list[str]:
        """The command line of a run of all domains, with a budget that does not hold tests up."""
        source = store.with_suffix(".txt")
        source.write_text("".join(f"{line}\n" for line in (lines or (lambda: self.domains))()))
        wide = [f"--per-{scope}=20,100000" for scope in ("total", "network", "operator")]
        return survey(
            "run", "--store", str(store), "--resolver", self.resolver, "--pause", "0", "--per-address",
            "1,100000", *wide, *(() if "--dask" in words else ("--workers", "2")), *words, str(source),
        )  # fmt: skip


class _Failing(Nameserver):
    """A resolver that fails at a name, for each type as often as it is asked in one lookup."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = dns.name.from_text(name) if name else None
        self._failed: Counter[int] = Counter()

    def datagram(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        if question.name != self._name or self._failed[question.rdtype] == ATTEMPTS:
            return super().datagram(wire)
        if not query.flags & dns.flags.CD:  # else it is only asked why
            self._failed[question.rdtype] += 1
        response = dns.message.make_response(query, recursion_available=True)
        response.set_rcode(dns.rcode.SERVFAIL)
        return response.to_wire()


def _newest(one: ServerPlan) -> tuple[int, int]:
    return TLS_1_2 if one.tls is Tls.TLS12 else TLS_1_3


def address(number: int) -> str:
    """The host's."""
    return f"127.66.{number // 250}.{number % 250 + 1}"


def survey(*words: str) -> list[str]:
    """A command line."""
    return [sys.executable, "-m", "pyfinger.survey.command", *words]


def done(command: Sequence[str], status: int = 0) -> subprocess.CompletedProcess[str]:
    """A command line of `survey` that ends with this status, in this process."""
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    with redirect_stdout(out), redirect_stderr(err):
        found = main(command[3:])
        out.flush()
        err.flush()
    texts = [
        stream.buffer.getvalue().decode() for stream in (out, err) if isinstance(stream.buffer, io.BytesIO)
    ]
    assert found == status, texts
    return subprocess.CompletedProcess(command, found, *texts)


def done_apart(command: Sequence[str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A command that ends well, in a process of its own."""
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, input=stdin, env=environment()
    )


def environment() -> dict[str, str]:
    """That of the command."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}
