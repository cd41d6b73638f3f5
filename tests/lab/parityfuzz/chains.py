"""Random chains: who signed whom, what is sent, what is trusted, what has to match."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tests.lab.parityfuzz import credentials
from tests.lab.parityfuzz.case import Case, Json
from tests.lab.parityfuzz.certificates import NAMES
from tests.lab.parityfuzz.credentials import AUTHORITIES, CN, HOST, UTF8
from tests.lab.parityfuzz.draw import Draw
from tests.lab.parityfuzz.names import tlsa_answers, usual_answers
from tests.lab.parityfuzz.pemfiles import TRUST_LABELS

SIGNERS = tuple(AUTHORITIES)
MATCHES = (
    *(
        "nexthop",
        "hostname",
        "dot-nexthop",
        HOST,
        ".fuzz.test",
        "fuzz.test",
        "*.fuzz.test",
        ".test",
        "MX1.FUZZ.TEST",
    ),
    *(
        "other.test",
        "a.b.fuzz.test",
        "xn--bcher-kva.test",
        "b\u00fccher.test",
        "b\u00fccher.fuzz.test",
        "",
        "..",
        "x.",
    ),
)
ALTERNATIVES = (
    *(
        HOST,
        HOST,
        "fuzz.test",
        "*.fuzz.test",
        "*.test",
        "mx1.*.test",
        "m*.fuzz.test",
        "*1.fuzz.test",
        ".fuzz.test",
    ),
    *(
        "xn--bcher-kva.test",
        "*.xn--bcher-kva.test",
        "MX1.fuzz.test",
        "mx1.fuzz.test.",
        "xn--*.test",
        "127.0.98.1",
    ),
)
DIGESTS = ("sha256", "sha256", "sha1", "md5", "sha512", "sha384")


def chain(draw: Draw) -> Case:
    """A server whose chain leads somewhere, or not."""
    leaf = _leaf(draw)
    shown: list[Json] = [leaf]
    signer = leaf["issuer"]
    while signer != "self" and draw.maybe(0.8) and len(shown) < 6:
        shown.append({"authority": signer})
        signer = AUTHORITIES[signer]["issuer"]
    shown += [{"authority": draw.one(SIGNERS)} for _ in range(draw.weighted({0: 5, 1: 2, 2: 1}))]
    if draw.maybe(0.1) and len(shown) > 2:
        shown[1], shown[-1] = shown[-1], shown[1]
    server: dict[str, Json] = {"chain": shown}
    if draw.maybe(0.25):
        server["newest"] = 3
    level = draw.weighted({"secure": 5, "verify": 4, "dane": 4, "dane-only": 1, "fingerprint": 2.5, "may": 1})
    argv: list[Sequence[str]] = [["-c"]] if draw.maybe(0.8) else []
    argv.append(["-l", level])
    if draw.maybe(0.5):
        argv.append(
            ["-L", draw.one(("verbose", "untrusted", "verbose,untrusted", "certmatch", "none", "peercert"))]
        )
    if draw.maybe(0.15):
        argv.append(["-C"])
    files = _trusted(draw, leaf, argv)
    dns = usual_answers()
    if level.startswith("dane") or draw.maybe(0.1):
        dns += tlsa_answers(draw, [*shown, {"authority": draw.one(SIGNERS)}])
    argv.append([draw.weighted({"fuzz.test": 6, "[mx1.fuzz.test]": 3, "FUZZ.test": 0.5, "[127.0.98.1]": 1})])
    argv += _matches(draw, leaf, level, argv)
    return Case("chain", argv, dns=dns, files=files, servers={"127.0.98.1": server})


def _leaf(draw: Draw) -> dict[str, Json]:
    leaf: dict[str, Json] = {
        "key": draw.weighted({"p256/leaf": 8, "rsa/": 2, "p384/leaf": 1}),
        "issuer": draw.one((*SIGNERS, "inter", "root", "self")),
    }
    if draw.maybe(0.5):
        names = draw.some(ALTERNATIVES, 0, 3)
        rest = [one for one in credentials.usual_extensions(leaf) if one[0] != "2.5.29.17"]
        leaf["ext"] = [*rest, ["2.5.29.17", False, credentials.alternative_names(*names)]] if names else rest
    if draw.maybe(0.3):
        leaf["subject"] = [[CN, UTF8, draw.one(NAMES)] for _ in range(draw.number(0, 2))]
    if draw.maybe(0.12):
        leaf[draw.one(("before", "after"))] = draw.one(
            ([23, "200101000000Z"], [23, "300101000000Z"], [24, "20270101000000Z"])
        )
    return leaf


def _trusted(draw: Draw, leaf: Json, argv: list[Sequence[str]]) -> dict[str, Sequence[Json]]:
    """Files of trusted certificates, and the options that name them."""
    files: dict[str, Sequence[Json]] = {}
    for option, chance in (("-F", 0.75), ("-A", 0.25), ("-A", 0.08)):
        if draw.maybe(chance):
            name = f"trusted{len(files)}.pem"
            kind = "public" if option == "-A" and draw.maybe(0.2) else "cert"
            parts: list[Json] = []
            for _ in range(draw.weighted({1: 5, 2: 2, 3: 1})):
                signer = draw.one((*SIGNERS, "root", "root"))
                named = AUTHORITIES[signer]["key"] if kind == "public" else {"authority": signer}
                parts.append({kind: named} | ({"label": draw.one(TRUST_LABELS)} if draw.maybe(0.04) else {}))
            if draw.maybe(0.08):
                parts.append({"cert": leaf})
            files[name] = parts
            argv.append([option, f"/srv/lab/fuzz/{name}"])
    return files


def _matches(draw: Draw, leaf: Json, level: str, argv: list[Sequence[str]]) -> list[Sequence[str]]:
    if level != "fingerprint":
        return [[draw.one(MATCHES)] for _ in range(draw.weighted({0: 5, 1: 4, 2: 2}))]
    digest = draw.one(DIGESTS)
    if digest != "sha256":
        argv.insert(0, ["-d", digest])
    found: list[Sequence[str]] = []
    for _ in range(draw.weighted({0: 1, 1: 6, 2: 2})):
        of = {"authority": draw.one(SIGNERS)} if draw.maybe(0.15) else leaf
        data = credentials.build(of) if draw.maybe(0.5) else credentials.key(credentials.key_name(of)).spki
        text = hashlib.new(digest, data).digest().hex(":")
        found.append(
            [draw.one((text, text.upper(), text.replace(":", ""), text[3:], f"{text}:", text[:-1] + "g"))]
        )
    return found
