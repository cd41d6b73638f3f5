"""One world through both: a live probe of servers that show it, and what is given and not seen.

Both go through the library's own reading of options; what is compared is every event that says
anything of certificates, keys, records and names, the verdict, and the outcome of the report.
"""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyfinger import events as e
from pyfinger.cli.evaluate import Invocation
from pyfinger.cli.keywords import understood
from pyfinger.drive.blocking import BlockingDriver
from pyfinger.events import Event
from pyfinger.events.given import GivenJudged
from pyfinger.model import Trust
from pyfinger.prober.context import system_dependencies
from pyfinger.prober.probe import probe
from pyfinger.report.document import Outcome
from pyfinger.report.document.builder import ReportRecorder
from pyfinger.values import replace
from tests.offline.loopback import ADDRESS, LoopbackServers
from tests.world import World

TELLING = (
    e.AuthorityMatched,
    e.CertificateChecked,
    e.CertificateNameUnusable,
    e.CertificatePresented,
    e.ChainPresented,
    e.CipherListChosen,
    e.CredentialSeen,
    e.CredentialUnreadable,
    e.FingerprintAccepted,
    e.HandshakeFailed,
    e.LevelDecided,
    e.MatchNamesMissing,
    e.PeernameMatched,
    e.RawKeyChecked,
    e.RawKeyPresented,
    e.RouteFound,
    e.ServernameChosen,
    e.TlsProblem,
    e.TlsaAllUnusable,
    e.TlsaImported,
    e.TlsaTruncated,
    e.TlsaUnsupported,
    e.TlsaUnusable,
    e.VerificationFailed,
    e.VerificationFinished,
)


@dataclass(frozen=True)
class OfflineCase:
    """A server, what DNS has of it, and what it has to prove."""

    name: str
    host: str
    chain: tuple[bytes, ...] = ()
    raw_key: bytes = b""
    tlsa: tuple[str, ...] = ()
    at: int = 1_700_000_000  # seconds since the epoch
    match: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    unsigned: frozenset[str] = frozenset()  # as `World.insecure`


@dataclass
class Came:
    """What came of it."""

    events: list[Event]
    trust: Trust | None
    outcome: Outcome
    problems: tuple[str, ...]


def pem(label: str, der: bytes) -> str:
    """One PEM block."""
    lines = textwrap.wrap(base64.b64encode(der).decode(), 64)
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def given_options(case: OfflineCase, port: int) -> dict[str, Any]:
    """The keywords that give all of it."""
    text = "".join(pem("CERTIFICATE", der) for der in case.chain) or pem("PUBLIC KEY", case.raw_key)
    owner = f"_{port}._tcp.{case.host}."
    lines = [f"{case.host}. 3600 IN A {ADDRESS}", *(f"{owner} 3600 IN TLSA {one}" for one in case.tlsa)]
    words = ",".join(sorted(case.unsigned))
    more = {"unsigned": words} if words else {}
    return {"certificate": text, "records": "\n".join(lines), "offline": True, **more}


def differences(case: OfflineCase, servers: LoopbackServers) -> Iterator[str]:
    """What a live probe says otherwise than what is given."""
    live, given = came_live(case, servers), came_given(case, servers.port)
    for one, other in zip(live.events, given.events, strict=False):
        if one != other:
            yield f"live {one!r}, given {other!r}"
            break
    if len(live.events) != len(given.events):
        yield f"live {_kinds(live)}, given {_kinds(given)}"
    for what in ("trust", "outcome", "problems"):
        if getattr(live, what) != getattr(given, what):
            yield f"{what}: live {getattr(live, what)}, given {getattr(given, what)}"


def _kinds(came: Came) -> list[str]:
    return [type(event).__name__ for event in came.events]


def came_live(case: OfflineCase, servers: LoopbackServers) -> Came:
    """By a probe over loopback."""
    owner = f"_{servers.port}._tcp.{case.host}"
    servers.chain, servers.raw_key = case.chain, case.raw_key
    servers.world = World(a={case.host: [ADDRESS]}, tlsa={owner: case.tlsa}, insecure=case.unsigned)
    return _came(case, {}, servers)


def came_given(case: OfflineCase, port: int) -> Came:
    """By what is given, with no server and no name server anywhere."""
    return _came(case, given_options(case, port), None, port)


def _came(case: OfflineCase, given: dict[str, Any], servers: LoopbackServers | None, port: int = 0) -> Came:
    kept: list[Event] = []
    recorder = ReportRecorder()

    def emit(event: Event) -> None:
        kept.append(event)
        recorder(event, float(case.at))

    destination = f"[{case.host}]:{servers.port if servers else port}"
    options = {"command_timeout": 20, **case.options, **given}
    invocation, _ = understood((destination, *case.match), options, emit)
    driver = BlockingDriver(servers.name_service if servers else None)
    _probe(invocation, driver, emit, case.at)
    trusts = [one.trust for one in kept if isinstance(one, e.TlsEstablished | GivenJudged)]
    report = recorder.report
    sessions = [one.tls for one in report.sessions if one.tls is not None]
    problems = tuple(problem.text for tls in sessions for problem in tls.problems)
    return Came(
        [event for event in kept if isinstance(event, TELLING)],
        trusts[0] if trusts else None,
        report.outcome,
        problems,
    )


def _probe(invocation: Invocation, driver: BlockingDriver, emit: e.Emit, at: int) -> None:
    services = system_dependencies(driver.clock, invocation.trust, invocation.credentials)
    services = replace(services, now=lambda: datetime.fromtimestamp(at, UTC))
    driver.run(probe(invocation.options, services, emit))


def generated_cases(folder: Path, store: Path, cases: list[Any]) -> Iterator[OfflineCase]:
    """Worlds of `dane-generated`: most at level dane, the others by authorities or fingerprints.

    `store` is a folder for files of trusted certificates.
    """
    from tests.vectors.suites import der

    for number, case in enumerate(cases):
        chain = tuple(der(text) for text in (case["leaf"], *case["untrusted"]))
        names = tuple(case["opts"].get("hosts") or ())
        host = names[0].removeprefix(".") if names else "mail.example.com"
        options: dict[str, Any] = {"level": ("dane", "dane-only", "dane", "verify")[number % 4]}
        match: tuple[str, ...] = ()
        if options["level"] == "verify":
            match = names
            if case["trusted"]:
                file = store / f"{number}.pem"
                file.write_text("\n".join(case["trusted"]))
                options["ca_file"] = file
        tlsa = tuple(f"{usage} {selector} {kind} {data}" for usage, selector, kind, data in case["tlsa"])
        yield OfflineCase(
            case["id"], host, chain, tlsa=tlsa, at=case["opts"]["attime"], match=match, options=options
        )


def danetest_cases(setting: Any, cases: list[Any], store: Path) -> Iterator[OfflineCase]:
    """OpenSSL's own, at level dane, with its CA file where there is nothing usable."""
    from pyfinger.x509.trust_store import certificates_in

    file = store / "ca.pem"
    file.write_text(setting["cafile_pem"])
    for case in cases:
        chain = tuple(one for text in case["chain"] for one in certificates_in(text.encode()))
        tlsa = tuple(f"{usage} {selector} {kind} {data}" for usage, selector, kind, data in case["tlsa"])
        yield OfflineCase(
            case["id"], setting["base_domain"], chain, tlsa=tlsa, options={"level": "dane", "ca_file": file}
        )
