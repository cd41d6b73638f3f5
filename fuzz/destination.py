"""Any text is a destination with a valid host and port, or refused with `UsageError`."""

from __future__ import annotations

from itertools import product

from pyfinger.errors import UsageError
from pyfinger.events import Event
from pyfinger.model import InetDestination
from pyfinger.options import Config, Options
from pyfinger.resolve.destination import parse_destination, service_port
from pyfinger.resolve.hostname import address_of, valid_hostname
from pyfinger.resolve.idn import to_ascii

SEEDS: list[bytes] = [
    b"example.com",
    b"mail.example.com:submission",
    b"[mail.example.com]:587",
    b"[ipv6:2001:db8::1]:25",
    b"192.0.2.1",
    b"unix:/run/lmtp",
    b"inet:[::1]:24",
    "bücher.example".encode(),
    "xn--bcher-kva.ü:25".encode(),
]


def check(data: bytes) -> None:
    """Both dialects, with and without SRV."""
    text = data.decode("utf-8", "surrogateescape")
    for lmtp, srv in product((False, True), repeat=2):
        try:
            destination = parse_destination(Options(text, lmtp=lmtp, srv=srv), _ignore)
        except UsageError as refusal:
            assert str(refusal).endswith(text.removeprefix("inet:"))
            continue
        if isinstance(destination, InetDestination):
            _check_inet(destination)


def _check_inet(destination: InetDestination) -> None:
    host = destination.host
    assert host in destination.typed
    assert address_of(host) or valid_hostname(host if host.isascii() else to_ascii(host).ascii)
    steps = service_port(destination, Config())
    try:
        next(steps)
        steps.send(None)
    except StopIteration as stop:
        assert 0 < stop.value <= 0xFFFF
    except UsageError:
        pass


def _ignore(event: Event) -> None:
    pass
