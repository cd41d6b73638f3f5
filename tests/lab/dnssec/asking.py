"""Three validators, each with one question: pyfinger, delv (BIND) and unbound-host (libunbound).

Each asks the same resolver, believes nothing it says of validity, and starts from the
world's own anchor.  What it thinks of an answer as a whole is a `Verdict`: of an alias, and
what it leads to, the worse counts.
"""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import dns.flags
import dns.message

from pyfinger.dnssec.anchors import read_anchors
from pyfinger.dnssec.validator import Validator
from pyfinger.model.dnssec import Bogus, Indeterminate, Insecure, Secure, Security
from pyfinger.steps import Steps

SECONDS = 10.0
UDP_SIZE = 1232


class Verdict(Enum):
    """What a validator makes of an answer."""

    SECURE = "secure"
    INSECURE = "insecure"
    BOGUS = "bogus"
    NONE = "none"  # it has no answer and does not say why


@dataclass(frozen=True, slots=True)
class Opinion:
    """A verdict, and its reason in the validator's own words."""

    verdict: Verdict
    reason: str = ""


_OURS: dict[type[Security], Verdict] = {
    Secure: Verdict.SECURE,
    Insecure: Verdict.INSECURE,
    Bogus: Verdict.BOGUS,
    Indeterminate: Verdict.NONE,
}


class Ours:
    """pyfinger's own validation behind one resolver, with the cache it has in a process."""

    def __init__(self, resolver: str, anchor: Path) -> None:
        self._resolver = resolver
        self._validator = Validator(read_anchors(anchor.read_text()), self._fetch, time.time)

    def __call__(self, name: str, rdtype: str) -> Opinion:
        """Ask and validate."""
        reply = exchange(self._resolver, name, rdtype)
        walk = self._validator.validate(name.rstrip(".") or ".", rdtype, reply)
        while True:
            try:
                next(walk)
            except StopIteration as ended:
                security = ended.value.security
                break
        if isinstance(security, Secure):
            return Opinion(Verdict.SECURE)
        return Opinion(_OURS[type(security)], f"{security.where}: {security.why.value}")

    def _fetch(self, name: str, rdtype: str) -> Steps[bytes | None]:
        yield from ()
        return exchange(self._resolver, name, rdtype)


def exchange(resolver: str, name: str, rdtype: str) -> bytes | None:
    """The reply to a question with DO and CD, by TCP where UDP does not have it all."""
    query = dns.message.make_query(name, rdtype, want_dnssec=True, payload=UDP_SIZE)
    query.flags |= dns.flags.CD
    wire = query.to_wire()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(SECONDS)
        client.connect((resolver, 53))
        try:
            client.send(wire)
            reply = client.recv(65535)
        except OSError:
            return None
    return _by_tcp(resolver, wire) if reply[2] & 2 else reply


def _by_tcp(resolver: str, wire: bytes) -> bytes | None:
    try:
        with socket.create_connection((resolver, 53), SECONDS) as client:
            client.sendall(len(wire).to_bytes(2, "big") + wire)
            with client.makefile("rb") as stream:
                return stream.read(int.from_bytes(stream.read(2), "big"))
    except OSError:
        return None


def delv(resolver: str, anchor: Path) -> Callable[[str, str], Opinion]:
    """BIND's validator, as a command."""
    keys = anchor.with_suffix(".keys")
    entries = [line.split()[4:] for line in anchor.read_text().splitlines()]
    keys.write_text(
        "".join(
            f'trust-anchors {{ "." static-ds {tag} {algorithm} {kind} "{"".join(digest)}"; }};\n'
            for tag, algorithm, kind, *digest in entries
        )
    )

    def ask(name: str, rdtype: str) -> Opinion:
        argv = ["delv", f"@{resolver}", "-a", str(keys), "+root=.", "+nosplit", name, rdtype]
        return of_delv(_output(argv))

    return ask


def of_delv(text: str) -> Opinion:
    """What delv's output says: a comment goes before each record set."""
    lines = text.splitlines()
    states = [line for line in lines if line.startswith(("; fully", "; unsigned", "; negative"))]
    failed = [line for line in lines if line.startswith(";; resolution failed") and "ncache" not in line]
    if failed:
        reasons = [line for line in lines if line.startswith(";; ")]
        return Opinion(Verdict.BOGUS, "; ".join(line.removeprefix(";; ").strip() for line in reasons))
    if not states:
        return Opinion(Verdict.NONE, text.strip())
    secure = all("fully validated" in line for line in states)
    return Opinion(Verdict.SECURE if secure else Verdict.INSECURE)


def unbound_host(resolver: str, anchor: Path) -> Callable[[str, str], Opinion]:
    """libunbound, as a command."""
    configuration = anchor.with_name("unbound-host.conf")
    configuration.write_text(
        f"""server:
    do-not-query-localhost: no
    local-zone: "test." nodefault
    qname-minimisation: no
    trust-anchor-file: "{anchor}"
forward-zone:
    name: "."
    forward-addr: {resolver}
"""
    )

    def ask(name: str, rdtype: str) -> Opinion:
        return of_unbound_host(_output(["unbound-host", "-C", str(configuration), "-v", "-t", rdtype, name]))

    return ask


def of_unbound_host(text: str) -> Opinion:
    """What unbound-host's output says: a word in brackets after each record."""
    if "BOGUS" in text or "validation failure" in text:
        found = re.search(r"validation failure <[^>]*>: (.*)", text)
        return Opinion(Verdict.BOGUS, found[1] if found else "")
    if "(insecure)" in text:
        return Opinion(Verdict.INSECURE)
    return Opinion(Verdict.SECURE) if "(secure)" in text else Opinion(Verdict.NONE, text.strip())


def _output(argv: list[str]) -> str:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=4 * SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout + done.stderr
