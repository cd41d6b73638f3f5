"""Any text gives name servers and limits within bounds; one given by hand may be a `UsageError`."""

from __future__ import annotations

from pyfinger.drive.resolv_conf import (
    MAX_ATTEMPTS,
    MAX_SERVERS,
    MAX_TIMEOUT,
    NameService,
    parse_name_server,
    parse_resolv_conf,
)
from pyfinger.errors import UsageError

SEEDS: list[bytes] = [
    b"nameserver 192.0.2.1\nnameserver 2001:db8::1\noptions timeout:3 attempts:1 rotate\n",
    b"# comment\nsearch example.com\nnameserver fe80::1%eth0 ; comment\noptions use-vc edns0\n",
    b"192.0.2.1:5353",
    b"[2001:db8::1]:53",
]


def check(data: bytes) -> None:
    """As a file, and as a command line argument."""
    text = data.decode("utf-8", "replace")
    _check_service(parse_resolv_conf(text))
    try:
        service = parse_name_server(text)
    except UsageError:
        return
    _check_service(service)
    assert parse_name_server(str(service.servers[0])) == service


def _check_service(service: NameService) -> None:
    assert 1 <= len(service.servers) <= MAX_SERVERS
    assert 1 <= service.timeout <= MAX_TIMEOUT
    assert 1 <= service.attempts <= MAX_ATTEMPTS
    assert all(0 < server.port <= 0xFFFF and "\n" not in server.address for server in service.servers)
