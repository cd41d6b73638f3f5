"""Cases of the parity fuzzer, played to the scripted driver.

    report = probed(Case("name", [["-c"], ["fuzz.test"]], dns=usual_answers(), servers={"127.0.98.1": {}}))

An answer of the name server may be `"bogus": true`: it fails, unless validation is off.
A server may have `"hello"`: what it replies to the TLS hello, in place of TLS; `"raw key"`,
with which it shows that instead of its chain; and it may be an errno, with which connecting fails.
"""

from __future__ import annotations

import errno
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import dns.flags
import dns.message

from pyfinger.cli.evaluate import Invocation, evaluate
from pyfinger.errors import UsageError
from pyfinger.events import Emit, Event, ProbeRefused
from pyfinger.model import NativeAnswer, RawReply
from pyfinger.prober.context import Dependencies
from pyfinger.prober.probe import probe
from pyfinger.report.document import Report
from pyfinger.report.document.builder import ReportBuilder
from pyfinger.steps import FindService, LookupHost, Resolve, ResolveUnchecked
from pyfinger.values import replace
from tests.lab.parityfuzz import credentials, pemfiles
from tests.lab.parityfuzz.case import FOLDER, Case, Json
from tests.lab.parityfuzz.dialogues import USUAL
from tests.lab.parityfuzz.nameserver import respond
from tests.scripted import Peer, PeerFactory, Scripted
from tests.tls.server import Identity, TlsPeer, showing_raw_key
from tests.world import NOT_KNOWN, World

_MAIN_CF = b"compatibility_level = 3.10\nmyhostname = client.test\n"


def probed(case: Case) -> Report:
    """What a probe of the case comes to."""
    now = datetime.now(UTC)
    builder = ReportBuilder()
    driver = driver_of(case)

    def emit(event: Event) -> None:
        builder(event, now.timestamp() + driver.now)

    try:
        invocation, dependencies = understood(case, driver, now, emit)
        options = replace(invocation.options, explain_lookups=True)
        driver.run(probe(options, dependencies, emit))
    except UsageError as error:
        emit(ProbeRefused(str(error)))
    return builder.report


def driver_of(case: Case) -> Scripted:
    """The case's name server and mail servers."""
    servers: dict[str, PeerFactory | int] = {
        address: server if isinstance(server, int) else _Factory(server)
        for address, server in case.servers.items()
    }
    return Scripted(_Names(case), servers)


def understood(case: Case, driver: Scripted, now: datetime, emit: Emit) -> tuple[Invocation, Dependencies]:
    """What its words ask for, and time and chance; `UsageError` if they make no sense."""
    invocation = evaluate(["pyfinger", *case.words], _Host(case), emit)
    dependencies = Dependencies(
        rng=random.Random(7),
        now=lambda: now,
        clock=lambda: driver.now,
        random_bytes=random.Random(8).randbytes,
        trust=invocation.trust,
        credentials=invocation.credentials,
    )
    return invocation, dependencies


class _Host:
    """The machine a case is run on: its main.cf and its files."""

    def __init__(self, case: Case) -> None:
        self.environment: Mapping[str, str] = {}
        self.nodename = "client.test"
        main_cf = _MAIN_CF
        if case.main_cf is not None:
            main_cf = "".join(f"{line}\n" for line in case.main_cf).encode()
        self._files = {f"{FOLDER}/{name}": pemfiles.text(parts) for name, parts in case.files.items()}
        self._files["/etc/postfix/main.cf"] = main_cf

    def addresses(self, family: object) -> tuple[str, ...]:
        return ()

    def read_public(self, path: str) -> bytes:
        return self.read(path)

    def exists(self, path: str) -> bool:
        return path in self._files

    def read(self, path: str) -> bytes:
        if path not in self._files:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        return self._files[path]


class _Names(World):
    """The case's name server."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        object.__setattr__(self, "_case", case)

    def resolve(self, question: Resolve) -> RawReply:
        query = dns.message.make_query(f"{question.name.rstrip('.')}.", question.rdtype)
        return self._replied(query, dnssec=question.dnssec)

    def resolve_unchecked(self, question: ResolveUnchecked) -> RawReply:
        query = dns.message.make_query(f"{question.name.rstrip('.')}.", question.rdtype)
        query.flags |= dns.flags.CD
        return self._replied(query, dnssec=True)

    def lookup_host(self, request: LookupHost) -> NativeAnswer:
        return NativeAnswer(error=NOT_KNOWN)

    def find_service(self, request: FindService) -> int | None:
        return None

    def _replied(self, query: dns.message.Message, *, dnssec: bool) -> RawReply:
        query.use_edns(0, dns.flags.DO if dnssec else 0, 4096)
        case: Case = getattr(self, "_case")  # noqa: B009  (a frozen dataclass knows no other field)
        wire = respond(query.to_wire(), case.dns, by_udp=False)
        return RawReply(wire, "" if wire is None else _server(case))


def _server(case: Case) -> str:
    lines = [line.split() for line in case.resolv_conf]
    return next((words[1] for words in lines if words[:1] == ["nameserver"]), "127.0.98.53")


class _Factory:
    """Opens connections to one server."""

    def __init__(self, spoken: Json) -> None:
        self._spoken = {**USUAL, **spoken}

    def __call__(self) -> Peer:
        return _Conversation(self._spoken)


class _Conversation:
    """One connection, as serving.py holds it."""

    def __init__(self, spoken: Mapping[str, Any]) -> None:
        self.closed = False
        self._spoken = spoken
        self._line = b""
        self._tls: TlsPeer | None = None
        self._state = "connect"  # then `plain`, `hello`, `tls`, `deaf`

    def feed(self, data: bytes) -> bytes:
        """What it says to `data`."""
        output = b""
        if self._state == "connect":
            output += self._say("connect")
        if self._state == "plain" and data:
            output += self._plain(data)
        elif self._state == "hello" and data:
            output += self._then(self._spoken["hello"])
        elif self._state == "tls" and self._tls is not None:
            output += self._tls.feed(data)
            self.closed = self._tls.closed
        return output

    def _plain(self, data: bytes) -> bytes:
        self._line += data
        output = b""
        while b"\n" in self._line and self._state == "plain":
            line, _, self._line = self._line.partition(b"\n")
            output += self._say(line.strip().split(b" ")[0].decode("latin-1").upper())
        return output

    def _say(self, step: str) -> bytes:
        return self._then(self._spoken.get(step) or self._spoken["other"])

    def _then(self, reply: Mapping[str, str]) -> bytes:
        then = reply.get("then", "listen")
        self._state = {"listen": "plain", "tls": "tls", "silent": "deaf"}.get(then, "deaf")
        self.closed = then in ("close", "reset")
        if then == "tls" and "hello" in self._spoken:
            self._state = "hello"
        elif then == "tls":
            self._tls = self._secured()
        return reply["say"].encode("latin-1")

    def _inside(self, data: bytes) -> bytes:
        words = data.strip().split(b" ")[0].decode("latin-1").upper()
        reply = self._spoken.get(f"tls {words}") or self._spoken.get(words) or self._spoken["other"]
        return str(reply["say"]).encode("latin-1")

    def _secured(self) -> TlsPeer:
        chain = self._spoken.get("chain") or [{}]
        named: Mapping[str, Any] = next((one for one in chain if "raw" not in one), {})
        key = credentials.key(credentials.key_name(named))
        certificates = tuple(credentials.build(one) for one in chain)
        settings = dict(self._spoken.get("settings", {}))
        settings["maxVersion"] = (3, self._spoken.get("newest", 4))
        settings.setdefault("minVersion", (3, 1))
        settings["minKeySize"] = 512
        settings = {name: tuple(v) if name.endswith("Version") else v for name, v in settings.items()}
        if self._spoken.get("raw key"):
            settings["rewrite"] = showing_raw_key(key.spki, 0x0304)
            settings["certificate_compression_send"] = []
        first = certificates[0] if "raw" not in chain[0] else credentials.build(named)
        identity = None if self._spoken.get("anonymous") else Identity(key.pem, (first, *certificates[1:]))
        peer = TlsPeer(identity, self._inside, **settings)
        if identity is not None and "raw" in chain[0]:
            peer._options["certChain"].x509List[0].bytes = bytearray(certificates[0])
        return peer
