"""Which name servers to ask, and how patiently: resolv.conf(5), or one given address.

Reading never fails: what is not understood is passed over, numbers are brought
into the C library's bounds, and without a usable `nameserver` line it is the
one on this host that is asked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from pathlib import Path

from pyfinger.errors import UsageError

PATH = Path("/etc/resolv.conf")
PORT = 53

MAX_SERVERS = 3  # MAXNS
MAX_TIMEOUT = 30  # RES_MAXRETRANS, seconds
MAX_ATTEMPTS = 5  # RES_MAXRETRY

_SCOPE = re.compile(r"[A-Za-z0-9_.:@+-]+")  # names of interfaces, or their numbers


@dataclass(frozen=True, slots=True)
class NameServer:
    """One server; an IPv6 address may carry a scope (`fe80::1%eth0`)."""

    address: str
    port: int = PORT

    def __str__(self) -> str:
        if self.port == PORT:
            return self.address
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class NameService:
    """The servers in order, and the resolver options that matter here."""

    servers: tuple[NameServer, ...] = (NameServer("127.0.0.1"),)
    timeout: int = 5  # seconds
    attempts: int = 2
    rotate: bool = False
    use_tcp: bool = False  # use-vc


def system_name_service(path: Path = PATH, environment: Mapping[str, str] = os.environ) -> NameService:
    """What the system is configured to; RES_OPTIONS adds to the file's options."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        text = ""
    return parse_resolv_conf(f"{text}\noptions {environment.get('RES_OPTIONS', '')}\n")


def parse_resolv_conf(text: str) -> NameService:
    """The contents of a resolv.conf file."""
    servers: list[NameServer] = []
    service = NameService()
    for keyword, words in _statements(text):
        if keyword == "options":
            for word in words:
                service = _with_option(service, word)
        elif keyword == "nameserver" and words and _is_address(words[0]):
            servers.append(NameServer(words[0]))
    return replace(service, servers=tuple(servers[:MAX_SERVERS])) if servers else service


def parse_name_server(text: str) -> NameService:
    """One server as given by hand: `ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT`.

    `UsageError` if it is none of these.
    """
    address, port = _split(text)
    if not _is_address(address) or not _is_port(port):
        raise UsageError(f"bad name server address: {text}")
    return NameService((NameServer(address, int(port or PORT)),))


def _statements(text: str) -> Iterator[tuple[str, list[str]]]:
    """Keyword and words of each line; keywords stand at its very beginning."""
    for line in text.split("\n"):
        words = line.partition("#")[0].partition(";")[0].split()
        if words and line.startswith(words[0]):
            yield words[0], words[1:]


def _with_option(service: NameService, word: str) -> NameService:
    name, _, value = word.partition(":")
    if name == "rotate":
        return replace(service, rotate=True)
    if name == "use-vc":
        return replace(service, use_tcp=True)
    if name == "timeout" and _is_number(value):
        return replace(service, timeout=_bounded(value, MAX_TIMEOUT))
    if name == "attempts" and _is_number(value):
        return replace(service, attempts=_bounded(value, MAX_ATTEMPTS))
    return service


def _bounded(digits: str, most: int) -> int:
    """A number between 1 and `most`, without converting what is far too long."""
    significant = digits.lstrip("0") or "0"
    return most if len(significant) > len(str(most)) else max(1, min(int(significant), most))


def _split(text: str) -> tuple[str, str]:
    if text.startswith("["):
        address, bracket, rest = text[1:].partition("]")
        return (address, rest[1:]) if bracket and rest[:1] in ("", ":") else ("", "")
    if text.count(":") == 1:
        address, _, port = text.partition(":")
        return address, port
    return text, ""


def _is_port(text: str) -> bool:
    return not text or (_is_number(text) and len(text) <= 5 and 0 < int(text) <= 0xFFFF)


def _is_address(text: str) -> bool:
    _, percent, scope = text.partition("%")
    if percent and not _SCOPE.fullmatch(scope):
        return False  # ipaddress takes anything there, line ends included
    try:
        IPv6Address(text) if ":" in text else IPv4Address(text)
    except AddressValueError:
        return False
    return True


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
