"""Random DNS situations, and the answers that make an ordinary domain.

An answer is a JSON object:

    {"q": "fuzz.test MX", "rcode": 0, "ad": true, "sigs": true, "tc": false, "ttl": 60, "then": "answer",
     "rr": ["fuzz.test MX 10 mx1.fuzz.test."]}

`then` may also be "drop" (no reply), "short" (cut in the middle), "other" (another
id).  With `bogus` it is a server failure, unless validation is off.  RDATA may be
written as in RFC 3597 (`\\# 3 010203`).  What is not listed does not exist (NXDOMAIN,
or no data if the name has something else), and is secure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tests.lab.parityfuzz import credentials
from tests.lab.parityfuzz.case import Case, Json
from tests.lab.parityfuzz.draw import Draw

DOMAIN = "fuzz.test"


def answer(question: str, *records: str, **more: Json) -> Json:
    """A secure answer, unless it says otherwise."""
    owner = question.split(maxsplit=1)[0]
    return {
        "q": question,
        "rr": [one if one.startswith(owner) else f"{owner} {one}" for one in records],
        **more,
    }


def usual_answers() -> list[Json]:
    """One mail host."""
    return [answer(f"{DOMAIN} MX", "MX 10 mx1.fuzz.test."), answer("mx1.fuzz.test A", "A 127.0.98.1")]


def tlsa_answers(draw: Draw, chain: Sequence[Json]) -> list[Json]:
    """TLSA records of the host: some match the chain, some nothing, some make no sense."""
    records = [_tlsa(draw, chain) for _ in range(draw.weighted({1: 5, 2: 3, 3: 1, 6: 0.3}))]
    return [answer("_25._tcp.mx1.fuzz.test TLSA", *records)]


def _tlsa(draw: Draw, chain: Sequence[Json]) -> str:
    usage = draw.weighted({3: 8, 2: 8, 0: 0.7, 1: 0.7, 4: 0.4, 255: 0.4})
    selector = draw.weighted({0: 4, 1: 6, 2: 0.4, 255: 0.2})
    kind = draw.weighted({0: 2, 1: 6, 2: 4, 3: 0.4, 255: 0.2})
    of = chain[0] if usage in (1, 3) and draw.maybe(0.8) else draw.one(chain)
    data = credentials.build(of)
    if selector == 1 and "raw" not in of:
        data = credentials.key(credentials.key_name(of)).spki
    if kind in (1, 2):
        data = hashlib.new("sha256" if kind == 1 else "sha512", data).digest()
    if draw.maybe(0.15):
        data = draw.one((data[:-1], data + b"\0", b"", bytes(len(data)), data[:20]))
    octets = bytes((usage, selector, kind)) + data
    if draw.maybe(0.03):
        octets = octets[: draw.number(0, 3)]
    return f"TLSA \\# {len(octets)} {octets.hex()}"


RCODES = {0: 20, 3: 4, 2: 3, 5: 2, 1: 0.7, 4: 0.7, 9: 0.3, 10: 0.2, 15: 0.1}
_HOSTS = (
    "mx1.fuzz.test.",
    "mx2.fuzz.test.",
    "alias.fuzz.test.",
    "gone.fuzz.test.",
    "mx1.fuzz.test.",
    ".",
    "127.0.98.1.",
)
_ODD_HOSTS = (
    "a_b.fuzz.test.",
    "-x.fuzz.test.",
    "*.fuzz.test.",
    "x" * 63 + ".fuzz.test.",
    "b\\195\\188.test.",
    "localhost.",
)
TYPES = ("A", "AAAA", "MX", "CNAME", "TLSA", "SRV", "TXT")


def situation(draw: Draw) -> Case:
    """A domain whose answers are odd in some way."""
    host = draw.one(_ODD_HOSTS) if draw.maybe(0.07) else draw.one(_HOSTS)
    exchanges = [f"MX {draw.one((0, 10, 10, 20, 65535))} {host}"]
    exchanges += [f"MX 20 {draw.one(_HOSTS)}" for _ in range(draw.weighted({0: 6, 1: 2, 2: 0.5}))]
    dns = [
        answer(f"{DOMAIN} MX", *exchanges),
        *_host(draw, "mx1.fuzz.test", "127.0.98.1"),
        *_host(draw, "mx2.fuzz.test", draw.one(("127.0.98.2", "127.0.98.9"))),
        *_alias(draw),
    ]
    for name in ("mx1.fuzz.test", "mx2.fuzz.test"):
        if draw.maybe(0.6):
            dns.append(
                answer(f"_25._tcp.{name} TLSA", *(_tlsa(draw, [{}]) for _ in range(draw.number(1, 2))))
            )
    if draw.maybe(0.1):
        dns.append(answer(f"_smtp._tcp.{DOMAIN} SRV", f"SRV 0 {draw.number(0, 1)} 25 {draw.one(_HOSTS)}"))
    for _ in range(draw.weighted({0: 1, 1: 6, 2: 3, 3: 1})):
        _spoil(draw, dns)
    target = draw.weighted(
        {DOMAIN: 10, "[mx1.fuzz.test]": 3, "alias.fuzz.test": 1, "[alias.fuzz.test]": 1, "gone.test": 0.5}
    )
    argv: list[Sequence[str]] = [["-c"]] if draw.maybe(0.7) else []
    argv.append(["-l", draw.weighted({"dane": 8, "dane-only": 4, "may": 3, "secure": 2, "none": 1})])
    argv += [[word] for word, chance in (("-f", 0.15), ("-R", 0.08)) if draw.maybe(chance)]
    if draw.maybe(0.3):
        argv.append(["-L", draw.one(("verbose", "dane", "untrusted"))])
    if draw.maybe(0.15):
        argv.append(["-M", draw.one(("may", "encrypt", "dane"))])
    if draw.maybe(0.06):
        argv.append(["-a", draw.one(("ipv4", "ipv6"))])
    if draw.maybe(0.05):
        argv.append(["-h", draw.one(("native", "dns,native"))])
    conf = _resolv_conf(draw) if draw.maybe(0.12) else ()
    servers = {"127.0.98.1": {"chain": [{}, {"authority": "inter"}]}}
    if draw.maybe(0.5):
        servers["127.0.98.2"] = {"chain": [{"key": "rsa/"}]}
    return Case("DNS", [*argv, [target]], dns=dns, servers=servers, resolv_conf=conf)


def _host(draw: Draw, name: str, address: str) -> list[Json]:
    found = []
    if draw.maybe(0.92):
        found.append(answer(f"{name} A", f"A {address}"))
    if draw.maybe(0.12):
        found.append(answer(f"{name} AAAA", "AAAA ::1"))
    return found


def _alias(draw: Draw) -> list[Json]:
    """alias.fuzz.test, which leads to a host, in one step or more, or nowhere."""
    target = draw.one(
        ("mx1.fuzz.test", "mx1.fuzz.test", "gone.fuzz.test", "alias2.fuzz.test", "alias.fuzz.test")
    )
    first = f"alias.fuzz.test CNAME {target}."
    if target == "alias2.fuzz.test":
        more = [first, "alias2.fuzz.test CNAME mx1.fuzz.test.", "mx1.fuzz.test A 127.0.98.1"]
    elif target == "mx1.fuzz.test":
        more = [first, "mx1.fuzz.test A 127.0.98.1"]
    else:
        more = [first]
    shown = [one for one in more if not one.endswith("A 127.0.98.1")]
    return [{"q": "alias.fuzz.test A", "rr": more}, {"q": "alias.fuzz.test AAAA", "rr": shown}] + [
        {"q": f"alias.fuzz.test {kind}", "rr": shown} for kind in ("MX", "CNAME")
    ]


def _spoil(draw: Draw, dns: list[Json]) -> None:
    """Make one answer odd, or add a bad one to a question that would have had none."""
    if draw.maybe(0.25):
        name = draw.one(
            (
                "mx1.fuzz.test AAAA",
                "_25._tcp.mx1.fuzz.test TLSA",
                "_tcp.mx1.fuzz.test A",
                "gone.fuzz.test A",
                ". NS",
            )
        )
        dns.insert(0, {"q": name, "rr": []})
        at = 0
    else:
        at = draw.number(0, len(dns) - 1)
    dns[at] = {**dns[at], **_oddity(draw, dns[at])}


def _oddity(draw: Draw, of: Json) -> dict[str, Json]:
    owner = of["q"].split()[0]
    which = draw.weighted(
        {"rcode": 8, "ad": 6, "sigs": 3, "tc": 1.5, "then": 0.8, "more": 3, "empty": 2, "rdata": 2, "qr": 0.5}
    )
    if which == "rcode":
        keep: dict[str, Json] = {} if draw.maybe(0.25) else {"rr": []}
        return {"rcode": draw.weighted(RCODES), **keep}
    if which == "ad":
        return {"ad": False}
    if which == "sigs":
        return {"sigs": False}
    if which == "tc":
        return {"tc": True}
    if which == "then":
        return {"then": draw.one(("short", "other", "short"))}
    if which == "more":
        odd = draw.one(
            (
                "TXT x",
                "CNAME mx2.fuzz.test.",
                "A 127.0.98.2",
                "AAAA ::1",
                "MX 5 mx2.fuzz.test.",
                "SRV 0 0 25 mx1.fuzz.test.",
            )
        )
        name = draw.one((owner, "else.fuzz.test"))
        return {"rr": [*of["rr"], f"{name} {odd}"] if draw.maybe(0.5) else [f"{name} {odd}", *of["rr"]]}
    if which == "empty":
        return {"rr": []}
    if which == "qr":
        return {"flags": draw.one(("noqr", "noaa", "nora", "opcode"))}
    kind = of["q"].split()[1]
    octets = draw.octets(draw.number(0, 6)).hex()
    return {"rr": [f"{owner} {kind} \\# {len(octets) // 2} {octets}"]}


def _resolv_conf(draw: Draw) -> list[str]:
    server = "nameserver 127.0.98.53"
    return draw.one(
        (
            [server, "options timeout:1 attempts:1"],
            ["nameserver 127.0.98.54", server, "options timeout:1 attempts:1"],
            [server, "search fuzz.test other.test"],
            [f"{server}\r"],
            ["options trust-ad", server],
            [server, "options edns0 trust-ad ndots:0"],
            ["# comment", "; too", f"  {server}", server],
            [f"\t{server}"],
            [server, "options use-vc"],
            [server, "options attempts:0 timeout:1"],
            [f"{server} # comment"],
            [f"{server}x", server],
            [server, "domain fuzz.test", "options ndots:3"],
        )
    )
