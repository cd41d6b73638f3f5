"""Where the lab's servers are, and how a destination may be written."""

from __future__ import annotations

from tests.lab.parityfuzz.draw import Draw
from tests.lab.scripted.misbehaving import BAD
from tests.lab.zones import ZONES

# Not those that say nothing until a timeout, nor those that take one client at a time, or keep something.
_SILENT = {7, 8, 9, 13, 31, 38, 44}
_LEFT_OUT = ("tls", "hello")
ANSWERING = tuple(f"bad{number}.example.test" for number in sorted(BAD) if number not in _SILENT)
SILENT = tuple(f"bad{number}.example.test" for number in sorted(_SILENT - {38, 44}))
MAIL_HOSTS = tuple(f"mx{number}.example.test" for number in range(1, 40))


def _labels() -> tuple[str, ...]:
    """Every name with an MX record, an address or an alias, but for the numbered ones."""
    found = []
    for zone in ZONES:
        origin = zone.origin.rstrip(".")
        for record in zone.records:
            owner, kind = record.split()[:2]
            name = origin if owner == "@" else f"{owner}.{origin}"
            numbered = owner.rstrip("0123456789") in ("mx", "bad") and owner[-1].isdigit()
            if (
                kind in ("MX", "A", "AAAA", "CNAME")
                and not numbered
                and not owner.startswith(("*", *_LEFT_OUT))
            ):
                found.append(name)
    return tuple(dict.fromkeys(found))


NAMES = _labels()
LITERALS = (
    *("[127.0.1.1]", "[127.0.1.2]", "[ipv6:::1]", "[::1]", "127.0.1.1", "[127.0.4.99]", "[IPv6:::1]:25"),
    *("[127.0.1.1]:587", "[127.0.1.1]:2525", "[127.0.1.1]:465", "[0:0:0:0:0:0:0:1]", "[127.1]", "::1"),
)
PORTS = (
    "25",
    "smtp",
    "587",
    "submission",
    "2525",
    "465",
    "submissions",
    "24",
    "lmtp",
    "0",
    "65536",
    "x",
    "",
    "0x19",
)
ODD = (
    *(
        "",
        "[]",
        "[",
        "]",
        "[mx1.example.test",
        "mx1.example.test]",
        ":25",
        "example.test:",
        "a b",
        "-x-.test",
    ),
    *(
        "example.test.",
        ".",
        "..",
        "example..test",
        "test",
        "nope.example.test",
        "lame.test",
        "under_score.test",
    ),
    *("inet:example.test", "inet:[127.0.1.1]:25", "unix:", "unix:/srv/lab/sock/lmtp", "unix:/nosuch", "/x"),
    *(
        "b\u00fccher.test",
        "[m\u00fc.idnhost.test]",
        "xn--bcher-kva.test",
        "xn--.test",
        "a" * 64 + ".test",
        "*.test",
    ),
    *(
        "example.test:25:25",
        "[example.test]25",
        "[127.0.0.1.1]",
        "256.1.1.1",
        "[ipv6:zz]",
        "mx1.example.test:025",
    ),
    *(
        "localhost",
        "[localhost]",
        "native.lab.test",
        "[both.lab.test]",
        "mx1native",
        "mx1.hosts.test",
        "EXAMPLE.TEST",
    ),
)


def destination(draw: Draw) -> str:
    """One destination."""
    which = draw.weighted({"name": 10, "mx": 5, "bad": 3, "literal": 3, "odd": 3})
    if which == "literal":
        return draw.one(LITERALS)
    if which == "odd":
        return draw.one(ODD)
    name = draw.one({"name": NAMES, "mx": MAIL_HOSTS, "bad": ANSWERING}[which])
    if draw.maybe(0.3):
        name = f"[{name}]"
    if draw.maybe(0.1):
        name += f":{draw.one(PORTS)}"
    return draw.letter_case(name) if draw.maybe(0.2) else name
