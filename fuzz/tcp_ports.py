"""Any known_tcp_ports gives names without blanks, numbers, and a remark at most for each entry left out."""

from __future__ import annotations

from pyfinger.events import Event
from pyfinger.maincf.list_parameters import known_ports

SEEDS: list[bytes] = [
    b"lmtp=24, smtp=25, smtps=submissions=465, submission=587",
    b"a=1,a=2, =3, b=, c d=4, e=5 6, 7=8, x, ,f==9",
]


def check(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    told: list[Event] = []
    found = known_ports(text, told.append)
    names = [name for name, _ in found]
    assert len(set(names)) == len(names)
    for name, port in found:
        assert name.split() == [name]
        assert port.isascii() and port.isdigit()
    assert len(told) <= text.count(",") + 1
    assert bool(text.strip()) or not (found or told)
