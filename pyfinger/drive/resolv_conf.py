"""Which name servers to ask, and how patiently: resolv.conf(5), or one given address.

The file is read as the C library of Debian 13 reads it (glibc 2.41, `res_init`):
a keyword stands at the beginning of a line and before a blank, a comment has a
line of its own, an address ends at the first blank and has to be one up to
there, a carriage return included.  Options are known by their beginning, and
their numbers are atoi's: `attempts:x` is 0, with which nobody is asked at all.

HOSTALIASES names a file of other names for names without a dot (hostname(7)); it is
read with the rest, and no further than glibc would understand it.

Reading never fails: what is not understood is passed over, and without a usable
`nameserver` line it is the one on this host that is asked.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from pyfinger.decimals import decimal
from pyfinger.errors import UsageError
from pyfinger.values import Value, replace

PATH = "/etc/resolv.conf"
PORT = 53

MAX_SERVERS = 3  # MAXNS
MAX_TIMEOUT = 30  # RES_MAXRETRANS, seconds
MAX_ATTEMPTS = 5  # RES_MAXRETRY
MAX_ALIASES = 1 << 20  # bytes of the file of HOSTALIASES; glibc has no limit

_SCOPE = re.compile(r"[A-Za-z0-9_.:@+-]+")  # names of interfaces, or their numbers
_BLANKS = re.compile(r"[ \t]+")
_WHITE = re.compile(r"\s+", re.ASCII)  # isspace(3)
_ATOI = re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]{1,5000})")
_MAX_LONG = 2**63 - 1
_INT_BITS = 32


class NameServer(Value):
    """One server; an IPv6 address may carry a scope (`fe80::1%eth0`)."""

    address: str
    port: int = PORT

    def __str__(self) -> str:
        if self.port == PORT:
            return self.address
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


class NameService(Value):
    """The servers in order, and the resolver options that matter here."""

    servers: tuple[NameServer, ...] = (NameServer("127.0.0.1"),)
    timeout: int = 5  # seconds
    attempts: int = 2
    rotate: bool = False
    use_tcp: bool = False  # use-vc
    no_aaaa: bool = False
    aliases: tuple[tuple[str, str], ...] = ()  # HOSTALIASES: a name without a dot, and what is asked for

    def name_asked(self, name: str) -> str:
        """The name that is asked for in its place (`__res_context_hostalias`)."""
        if "." in name or not self.aliases:
            return name
        return next((asked for alias, asked in self.aliases if alias == name.lower()), name)


def system_name_service(
    path: str | os.PathLike[str] = PATH, environment: Mapping[str, str] = os.environ
) -> NameService:
    """What the system is configured to; RES_OPTIONS adds to the file's options, HOSTALIASES has names."""
    try:
        with open(path, "rb") as opened:
            text = opened.read().decode("utf-8", "replace")
    except OSError:
        text = ""
    service = _with_options(parse_resolv_conf(text), environment.get("RES_OPTIONS", ""))
    file = environment.get("HOSTALIASES")
    return replace(service, aliases=tuple(parse_aliases(_begin_of(file)))) if file else service


def _begin_of(file: str) -> str:
    try:
        with open(file, "rb") as opened:
            return opened.read(MAX_ALIASES).decode("latin-1")
    except (OSError, ValueError):
        return ""


def parse_aliases(text: str) -> Iterator[tuple[str, str]]:
    """A file of aliases, one a line: a name, and what to ask for instead.

    A name with nothing behind it stays what it is; nothing counts from a name on that not even
    a line's end follows.
    """
    *lines, last = text.split("\n")
    for line in (*(f"{each}\n" for each in lines), last):
        name, *rest = _WHITE.split(line.partition("\0")[0])
        if not rest:
            return
        yield name.lower().removesuffix("."), rest[0] or name


def parse_resolv_conf(text: str) -> NameService:
    """The contents of a resolv.conf file."""
    servers: list[NameServer] = []
    service = NameService()
    for keyword, rest in _statements(text):
        if keyword == "options":
            service = _with_options(service, rest)
        elif keyword == "nameserver" and (address := _address_in(rest)):
            servers.append(NameServer(address))
    return replace(service, servers=tuple(servers[:MAX_SERVERS])) if servers else service


def parse_name_server(text: str) -> NameService:
    """One server as given by hand: `ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT`.

    `UsageError` if it is none of these.
    """
    address, typed = _split(text)
    port = decimal(typed, 0xFFFF, least=1) if typed else PORT
    if not _is_address(address) or port is None:
        raise UsageError(f"bad name server address: {text}")
    return NameService((NameServer(address, port),))


def _statements(text: str) -> Iterator[tuple[str, str]]:
    """Keyword and the rest of each line that has both; a line ends at a null character, too."""
    for line in text.split("\n"):
        keyword, *rest = _BLANKS.split(line.partition("\0")[0], maxsplit=1)
        if rest:
            yield keyword, rest[0]


def _address_in(rest: str) -> str | None:
    """The address after `nameserver`, in its usual spelling: IPv4 may be any of inet_aton(3)'s forms."""
    text = _BLANKS.split(rest, maxsplit=1)[0]
    if ipv4 := _ipv4(text):
        return ipv4
    address, _, scope = text.partition("%")
    try:
        packed = socket.inet_pton(socket.AF_INET6, address)
    except (OSError, ValueError):
        return None
    return f"{address}%{scope}" if _has_scope(packed, scope) else address


def _ipv4(text: str) -> str | None:
    if text[-1:].isspace():
        return None  # inet_aton(3) would take it
    try:
        return socket.inet_ntoa(socket.inet_aton(text))
    except (OSError, ValueError):
        return None


def _has_scope(packed: bytes, scope: str) -> bool:
    """Whether a scope counts: a number, or an interface's name with a link-local address.

    Any other one is passed over, and the address is asked without it.
    """
    if scope.isascii() and scope.isdigit():
        return len(scope) < len(str(1 << _INT_BITS))
    unicast = packed[0] == 0xFE and packed[1] & 0xC0 == 0x80
    multicast = packed[0] == 0xFF and packed[1] & 0x0F == 2
    link_local = unicast or multicast
    try:
        return link_local and socket.if_nametoindex(scope) > 0
    except (OSError, ValueError):
        return False


def _with_options(service: NameService, text: str) -> NameService:
    """`text` is one line of options, blanks between them."""
    position = 0
    while position < len(text):
        while text[position : position + 1] in (" ", "\t"):
            position += 1
        service = _with_option(service, text[position:])
        while position < len(text) and text[position] not in " \t":
            position += 1
    return service


def _with_option(service: NameService, text: str) -> NameService:
    """The option `text` begins with; its number may stand behind blanks, as atoi(3) has it."""
    if text.startswith("timeout:"):
        return replace(service, timeout=max(1, min(_atoi(text.removeprefix("timeout:")), MAX_TIMEOUT)))
    if text.startswith("attempts:"):
        return replace(service, attempts=max(0, min(_atoi(text.removeprefix("attempts:")), MAX_ATTEMPTS)))
    if text.startswith("rotate"):
        return replace(service, rotate=True)
    if text.startswith("use-vc"):
        return replace(service, use_tcp=True)
    if text.startswith("no-aaaa"):
        return replace(service, no_aaaa=True)
    return service


def _atoi(text: str) -> int:
    """atoi(3) of glibc: what does not begin with a number is 0, a long is cut to an int."""
    found = _ATOI.match(text)
    if found is None:
        return 0
    digits = found[1].lstrip("+-").lstrip("0")[: len(str(_MAX_LONG)) + 1] or "0"
    number = -min(int(digits), _MAX_LONG + 1) if found[1][0] == "-" else min(int(digits), _MAX_LONG)
    low = number & ((1 << _INT_BITS) - 1)
    return low - (1 << _INT_BITS) if low >> (_INT_BITS - 1) else low


def _split(text: str) -> tuple[str, str]:
    if text.startswith("["):
        address, bracket, rest = text[1:].partition("]")
        return (address, rest[1:]) if bracket and rest[:1] in ("", ":") else ("", "")
    if text.count(":") == 1:
        address, _, port = text.partition(":")
        return address, port
    return text, ""


def _is_address(text: str) -> bool:
    _, percent, scope = text.partition("%")
    if percent and not _SCOPE.fullmatch(scope):
        return False  # ipaddress takes anything there, line ends included
    try:
        IPv6Address(text) if ":" in text else IPv4Address(text)
    except AddressValueError:
        return False
    return True
