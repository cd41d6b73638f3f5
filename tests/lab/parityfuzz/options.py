"""Random options of the manual page, with values that make sense and values that do not.

Each function gives the words of one option.  Timeouts are short and named by the
caller; what posttls-finger(1) answers with an abort (`-t 0`) is drawn seldom, as
pyfinger's answer to it is known to differ (explaining.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.lab.parityfuzz.draw import Draw
from tests.lab.parityfuzz.parameters import assignment

LEVELS = ("none", "may", "encrypt", "fingerprint", "dane", "dane-only", "verify", "secure")
LOG_WORDS = (
    *("0", "1", "2", "none", "routine", "summary", "certmatch", "peercert", "verbose", "untrusted"),
    *("cache", "dane", "ssl-debug", "debug", "ssl-expert", "3", "4", "9", "ssl-developer"),
    *("ssl-handshake-packet-dump", "ssl-session-packet-dump"),
)
VERSIONS = ("TLSv1", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3", "SSLv3", "SSLv2", "tlsv1.2", "TLSv1.4")
NUMBERS = ("0301", "0x0303", "304", "0x304", "0303", "0xffff", "771", "-1", "0", "3", "03 03", "0x")
DIGESTS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "SHA256", "sha3-256", "blake2s256")
NO_DIGESTS = ("sha257", "", "sha", "null", "sha256 ", "sha-256")
GRADES = ("high", "medium", "low", "export", "null", "HIGH", "strongest", "")
NAMES = (
    *("hostname", "nexthop", "mx1.example.test", "sni1.example.test", "example.test", "", "-", "a_b.test"),
    *("b\u00fccher.test", "xn--bcher-kva.test", "127.0.0.1", ".example.test", "x" * 64 + ".test", "a..b"),
)
MATCHES = (
    *("nexthop", "hostname", "dot-nexthop", "mx1.example.test", ".example.test", "example.test", "Nexthop"),
    *("mx2.example.test", "*.example.test", "", ".", "b\u00fccher.test", "-bad-", "xn--bcher-kva.test"),
)
TRUSTED = ("root.pem", "roots.pem", "other.pem", "inter.pem", "helped.pem", "empty.pem", "nosuch.pem")
ODD_TRUSTED = ("notpem.txt", "root.key", "p256.pem", "emptydir", "inter.pub", "chain-garbage.pem", "capath")
CLIENTS = ("chain-client.pem", "chain-clientrsa.pem", "client.pem", "client.key", "clientrsa.pem")
ODD_CLIENTS = ("root.pem", "nosuch.pem", "empty.pem", "chain-garbage.pem", "notpem.txt", "chain-future.pem")

Option = Callable[[Draw], Sequence[str]]


def level(draw: Draw) -> list[str]:
    if draw.maybe(0.06):
        return ["-l", draw.one(("", "half-dane", "dane_only", "secure ", "1", "Encrypted"))]
    return ["-l", draw.letter_case(draw.one(LEVELS))]


def insecure_mx_level(draw: Draw) -> list[str]:
    return [
        "-M",
        draw.letter_case(draw.one(("may", "encrypt", "dane")) if draw.maybe(0.8) else draw.one(LEVELS)),
    ]


def log(draw: Draw) -> list[str]:
    words = draw.some(LOG_WORDS, 1, 3)
    if draw.maybe(0.08):
        words.append(draw.one(("nosuch", "", "10", "-1", "routines", "+cache")))
    return ["-L", draw.letter_case(draw.one((",", ", ", ",", " ", ",,")).join(words))]


def protocols(draw: Draw) -> list[str]:
    items = []
    for _ in range(draw.number(1, 3)):
        name = draw.one(VERSIONS) if draw.maybe(0.75) else draw.one(NUMBERS)
        items.append(draw.one((">=", "<=", "!", "", "")) + ("" if draw.maybe(0.04) else name))
    return ["-p", draw.one((",", ", ", ":", " ")).join(items)]


def digest(draw: Draw) -> list[str]:
    return ["-d", draw.one(NO_DIGESTS if draw.maybe(0.15) else DIGESTS)]


def trusted(draw: Draw) -> list[str]:
    if draw.maybe(0.12):
        return ["-P", pki(draw.one(("capath", "emptydir", "nosuch", "root.pem")))]
    return [draw.one(("-F", "-F", "-A")), pki(draw.one(ODD_TRUSTED if draw.maybe(0.2) else TRUSTED))]


def client(draw: Draw) -> list[str]:
    name = draw.one(ODD_CLIENTS if draw.maybe(0.25) else CLIENTS)
    letter = draw.one("HHkK")
    if letter == "H" and draw.maybe(0.2):
        return ["-H", draw.one((",", ", ")).join(map(pki, draw.some(CLIENTS, 2, 3)))]
    if letter == "k" and draw.maybe(0.4):
        return [
            "-k",
            pki(name),
            "-K",
            pki(draw.one(("client.key", "clientrsa.key", "rsa.key", "nosuch.key"))),
        ]
    return [f"-{letter}", pki(name)]


def family(draw: Draw) -> list[str]:
    return [
        "-a",
        draw.one(("ipv4", "ipv6", "any", "IPv4", "ipv5", "", "ipv6") if draw.maybe(0.3) else ("ipv4", "any")),
    ]


def lookup(draw: Draw) -> list[str]:
    words = ("dns", "native", "dns,native", "native, dns", "NATIVE", "nis", "", "dns dns")
    return ["-h", draw.one(words[:4] if draw.maybe(0.8) else words)]


def reconnect(draw: Draw) -> list[str]:
    return ["-r", draw.one(("0", "1", "-1", "x", "0", "")), "-m", draw.one(("1", "0", "1", "-1", "x"))]


def timeout(draw: Draw) -> list[str]:
    sensible = ("5", "60", "0x1", "9z", " 7", "+8", "2147483647")
    return [
        draw.one(("-t", "-T")),
        draw.one(sensible) if draw.maybe(0.93) else draw.one(("0", "-3", "x", "")),
    ]


def servername(draw: Draw) -> list[str]:
    return ["-s", draw.one(NAMES)]


def grade(draw: Draw) -> list[str]:
    return ["-g", draw.one(GRADES[:3] if draw.maybe(0.7) else GRADES)]


def override(draw: Draw) -> list[str]:
    return ["-o", assignment(draw)]


def odd(draw: Draw) -> list[str]:
    """What getopt has to complain about, or nearly."""
    return draw.one(
        (["-Z"], ["-"], ["--"], ["-cl"], ["-lmay"], ["-Lnone"], ["-cCw"], ["-vX"], ["-?"], ["-t"], ["-p="])
    )


def flag(letters: str) -> Option:
    return lambda draw: [f"-{draw.one(letters)}"]


WEIGHTS: dict[Option, float] = {
    level: 12,
    insecure_mx_level: 2,
    log: 8,
    protocols: 5,
    digest: 3,
    trusted: 8,
    client: 4,
    family: 4,
    lookup: 2,
    reconnect: 0.6,
    timeout: 1.5,
    servername: 4,
    grade: 2.5,
    override: 6,
    odd: 0.8,
    flag("c"): 6,
    flag("C"): 3,
    flag("f"): 2,
    flag("x"): 3,
    flag("R"): 1.5,
    flag("S"): 1.2,
    flag("w"): 1.2,
    flag("v"): 0.5,
    flag("X"): 0.15,
}


def pki(name: str) -> str:
    return f"/srv/lab/pki/{name}"
