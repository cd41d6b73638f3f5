"""Which certificates to try: structure, names, dates, keys, extensions, chains."""

from __future__ import annotations

from pyfinger.x509 import der_encoding as encoding
from tests.lab.parityfuzz import credentials
from tests.lab.parityfuzz.case import Case, Json
from tests.lab.parityfuzz.credentials import AUTHORITIES, DEFAULT, HOST
from tests.lab.parityfuzz.draw import Draw
from tests.lab.parityfuzz.names import tlsa_answers, usual_answers

KEYS = {
    "p256/leaf": 8,
    "p384/leaf": 2,
    "p521/leaf": 1,
    "rsa/": 5,
    "rsa1024/": 0.7,
    "ed25519/leaf": 2,
}
SCHEMES = ("sha1", "sha256", "sha384", "sha512")
STRINGS = (12, 12, 12, 19, 22, 30, 20, 28, 26, 18, 4)
NAMES = (
    *(
        HOST,
        HOST,
        "fuzz.test",
        "*.fuzz.test",
        "*",
        "MX1.Fuzz.TEST",
        "mx1.fuzz.test.",
        "m*.fuzz.test",
        "*.test",
    ),
    *(
        "127.0.98.1",
        "",
        "x" * 300,
        "mx1.fuzz.test\x00.evil",
        "b\xc3\xbccher.test",
        "a b",
        "\x1b[31m",
        "other.test",
    ),
    *("\xff\xfe", "mx1..fuzz.test", "-", "xn--bcher-kva.test", ".fuzz.test", "w*.*.test", "\x00"),
)
ATTRIBUTES = (
    "2.5.4.3",
    "2.5.4.3",
    "2.5.4.6",
    "2.5.4.10",
    "2.5.4.11",
    "2.5.4.5",
    "1.2.840.113549.1.9.1",
    "1.2.3.4",
)
TIMES = (
    *([23, "200101000000Z"], [23, "490101000000Z"], [23, "500101000000Z"], [24, "20200101000000Z"]),
    *([24, "99991231235959Z"], [24, "20500101000000Z"], [23, "2001010000Z"], [24, "202001010000Z"]),
    *(
        [23, "200101000000+0100"],
        [24, "20200101000000.5Z"],
        [23, "201301000000Z"],
        [23, "x"],
        [23, ""],
        [24, ""],
    ),
    *(
        [23, "200230000000Z"],
        [23, "200101240000Z"],
        [23, "200101000060Z"],
        [24, "19491231235959Z"],
        [18, "1"],
    ),
    *([24, "20261201000000Z"], [23, "260101000000Z"], [23, "261231235959Z"], [24, "00000101000000Z"]),
)
SERIALS = ("01", "00", "80", "ff", "0001", "", "0080", "7f" + "ff" * 19, "00" + "ff" * 20, "01" * 40)


def certificate(draw: Draw) -> Case:
    """A server that shows an odd certificate, at a level that looks at it."""
    leaf = leaf_certificate(draw)
    chain: list[Json] = [leaf]
    if leaf.get("issuer", "inter") == "inter":
        chain.append(authority(draw, "inter"))
    if draw.maybe(0.12):
        chain.append({"authority": draw.one(("root", "other", "inter"))})
    if draw.maybe(0.06):
        chain.insert(
            draw.number(0, len(chain)), draw.one(({"authority": "other"}, leaf, {"raw": "3000"}, {"raw": ""}))
        )
    server: dict[str, Json] = {"chain": chain}
    if draw.maybe(0.35):
        server["newest"] = 3  # TLS 1.2
    argv = [["-c"]] if draw.maybe(0.6) else []
    if draw.maybe(0.6):
        argv.append(
            ["-L", draw.one(("verbose", "verbose,untrusted", "ssl-debug", "untrusted", "2", "certmatch"))]
        )
    if draw.maybe(0.25):
        argv.append(["-C"])
    files = {"root.pem": [{"cert": authority(draw, "root")}]}
    argv.append([draw.weighted({"-F": 8, "-A": 2}), "/srv/lab/fuzz/root.pem"])
    argv.append(
        [
            "-l",
            draw.weighted({"secure": 5, "verify": 4, "may": 3, "encrypt": 1, "fingerprint": 1.5, "dane": 3}),
        ]
    )
    dns = [*usual_answers()]
    if argv[-1][1] == "dane":
        dns += tlsa_answers(draw, chain)
    return Case("certificate", [*argv, ["fuzz.test"]], dns=dns, files=files, servers={"127.0.98.1": server})


def authority(draw: Draw, name: str) -> Json:
    """An authority, now and then an odd one; its key and name stay."""
    if draw.maybe(0.85):
        return {"authority": name}
    usual = AUTHORITIES[name]
    return {**usual, **oddities(draw, usual), "subject": usual["subject"], "key": usual["key"]}


def leaf_certificate(draw: Draw) -> Json:
    """A leaf with a few oddities."""
    leaf: dict[str, Json] = dict(DEFAULT)
    leaf["key"] = draw.weighted(KEYS)
    leaf["issuer"] = draw.weighted({"inter": 6, "root": 3, "self": 1, "other": 0.7})
    for _ in range(draw.weighted({0: 1, 1: 6, 2: 2})):
        leaf |= oddities(draw, leaf)
    return leaf


def oddities(draw: Draw, of: Json) -> dict[str, Json]:
    """Something odd about a certificate, as the keys to replace."""
    which = draw.weighted(
        {
            "subject": 4,
            "names": 5,
            "ext": 6,
            "times": 3,
            "serial": 1,
            "version": 0.7,
            "scheme": 1,
            "patch": 2.5,
        }
    )
    if which == "subject":
        return {"subject": [_attribute(draw) for _ in range(draw.number(0, 3))]}
    if which == "names":
        return {"ext": _with(credentials.usual_extensions(of), "2.5.29.17", _names(draw), draw)}
    if which == "ext":
        return {"ext": _extensions(draw, of)}
    if which == "times":
        return {draw.one(("before", "after", "after")): draw.one(TIMES)}
    if which == "serial":
        return {"serial": draw.one(SERIALS)}
    if which == "version":
        return {"version": draw.one((1, 2, 3, 4, 1))} | ({"ext": []} if draw.maybe(0.5) else {})
    if which == "scheme":
        return {"scheme": draw.one(SCHEMES)}
    return {"patch": [[draw.number(0, 700), draw.octets(1).hex()] for _ in range(draw.number(1, 2))]}


def _attribute(draw: Draw) -> list[Json]:
    kind = draw.one(ATTRIBUTES)
    tag = draw.one(STRINGS)
    text = draw.one(NAMES)
    if tag == 30 and draw.maybe(0.8):
        text = text.encode("utf-16-be").decode("latin-1")
    if tag == 28 and draw.maybe(0.8):
        text = text.encode("utf-32-be").decode("latin-1")
    return [kind, tag, text]


def _names(draw: Draw) -> str:
    parts = b""
    for _ in range(draw.number(0, 3)):
        number = draw.weighted({2: 10, 7: 2, 1: 1, 6: 1, 4: 0.5, 0: 0.5, 8: 0.5})
        text = draw.one(NAMES).encode("latin-1")
        if number == 7:
            text = draw.one((bytes((127, 0, 98, 1)), bytes(16), b"\x7f\0", b""))
        parts += encoding.element(0x80 | number, text)
    return encoding.element(0x30, parts).hex()


def _with(extensions: list[list[Json]], oid: str, value: str, draw: Draw) -> list[list[Json]]:
    """The extensions with another value for one, which may be missing, or come twice."""
    if draw.maybe(0.06):
        return [*extensions, [oid, draw.maybe(0.2), value]]
    rest = [one for one in extensions if one[0] != oid]
    return rest if draw.maybe(0.05) else [*rest, [oid, draw.maybe(0.2), value]]


VALUES = {
    "2.5.29.15": (
        "03020780",
        "03020106",
        "030200a0",
        "03020520",
        "03010",
        "0300",
        "03020700",
        "030206c0",
        "0302008",
    ),
    "2.5.29.19": (
        "3000",
        "30030101ff",
        "30060101ff020100",
        "3003010100",
        "300301010a",
        "30060101ff0201ff",
        "",
        "3080",
    ),
    "2.5.29.37": (
        *("300a06082b06010505070301", "300a06082b06010505070302", "300606045"),
        *("3006060455 1d2500", "3000", "300a06082b06010505070303", "300b06096086480186f8420401"),
    ),
    "2.5.29.14": ("0414" + "11" * 20, "0400", "040101", "0500", ""),
    "2.5.29.35": ("3016801411" + "11" * 19, "3000", "30038201 01", "3005a003820101", "0500"),
    "2.5.29.30": (
        "300ea00c300a820866757a7a2e74657374".replace("300ea00c", "300ea00c"),
        *("300da00b3009820774657374", "3000", "3010a10e300c820a66757a7a2e74657374", "300ca00a30088706", "30"),
    ),
    "2.5.29.32": ("300630040602 5500", "3008300606042a030405", "3000", "300a300806062a0304050607"),
    "2.5.29.36": ("3003800100", "3003810100", "3000", "30068001008101 00"),
    "2.5.29.54": ("020100", "0201ff", "0500"),
    "2.5.29.31": ("3000", "30123010a00ea00c860a687474703a2f2f782f79", "30023000"),
    "2.5.29.18": ("3000", "300482026161"),
    "1.3.6.1.5.5.7.1.1": ("3000", "30153013 06082b060105050730018607687474703a2f2f"),
    "1.3.6.1.5.5.7.1.24": ("3003020105", "3000"),
    "1.2.3.4.5": ("0500", "", "04"),
    "2.16.840.1.113730.1.1": ("03020640", "03020780", "0500"),
    "1.3.6.1.5.5.7.1.14": ("300f300d0603550401040630 0404020001", "3000"),
    "1.3.6.1.5.5.7.1.7": (
        *("300f300d0406000102 0003", "3000", "300e300c04020001300603040 07f0000", "3008300604020001 0500"),
        *(
            "300b3009040200013003030100",
            "300c300a0402000130040302000a",
            "30083006040200020500",
            "3005300304010",
        ),
        *("3005300304000500", "300630040401000500"),
    ),
    "1.3.6.1.5.5.7.1.8": (
        *(
            "3007a0053003020101",
            "300aa0083006020101020103",
            "300aa0083006020103020101",
            "3004a0020500",
            "3000",
        ),
        *("300da00b30093007020100020200ff", "3008a0020500a1020500", "3007a1053003020101", "3004a0023000"),
    ),
}


def _extensions(draw: Draw, of: Json) -> list[list[Json]]:
    oid = draw.one(tuple(VALUES))
    value = draw.one(VALUES[oid]).replace(" ", "")
    value = value[: len(value) // 2 * 2]
    if draw.maybe(0.1):
        octets = bytearray.fromhex(value) or bytearray(1)
        octets[draw.number(0, len(octets) - 1)] = draw.number(0, 255)
        value = octets.hex()
    found = _with(credentials.usual_extensions(of), oid, value, draw)
    if draw.maybe(0.3):
        found = [[one[0], not one[1] if one[0] == oid else one[1], one[2]] for one in found]
    return found
