"""Random PEM files for -F, -A, -P, -H, -k and -K.

A file is a list of parts: {"cert": CERTIFICATE}, {"key": "p256/leaf"},
{"public": "p256/root"}, {"raw": HEX} or {"text": TEXT}, each with what is odd about
it: {"label": …, "end_label": …, "width": …, "header": [LINE], "end": "\\r\\n",
"edit": [[OFFSET, TEXT]], "insert": [[OFFSET, TEXT]], "cut": LENGTH}.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from tests.lab.parityfuzz import credentials
from tests.lab.parityfuzz.case import Case, Json, World
from tests.lab.parityfuzz.credentials import CN, UTF8
from tests.lab.parityfuzz.draw import Draw
from tests.lab.parityfuzz.names import usual_answers

CLIENT: World = {"key": "p256/client", "issuer": "inter", "subject": [[CN, UTF8, "client"]]}
FILE = "/srv/lab/fuzz/file.pem"


def text(parts: Sequence[Json]) -> bytes:
    """A file's octets."""
    return b"".join(_part(one) for one in parts)


def _part(part: World) -> bytes:
    if "text" in part:
        return str(part["text"]).encode("latin-1")
    label, data = _data(part)
    label = part.get("label", label)
    width, end = part.get("width", 64), part.get("end", "\n")
    body = base64.b64encode(data).decode()
    lines = [f"-----BEGIN {label}-----", *part.get("header", ())]
    lines += [body[at : at + width] for at in range(0, len(body), width)]
    lines.append(f"-----END {part.get('end_label', label)}-----")
    written = bytearray((end.join(lines) + end).encode("latin-1"))
    for offset, new in part.get("edit", ()):
        at = offset % len(written)
        written[at : at + len(new)] = new.encode("latin-1")
    for offset, new in part.get("insert", ()):
        at = offset % len(written)
        written[at:at] = new.encode("latin-1")
    return bytes(written[: part["cut"]] if "cut" in part else written)


def _data(part: World) -> tuple[str, bytes]:
    if "cert" in part:
        return "CERTIFICATE", credentials.build(part["cert"])
    if "key" in part:
        return "PRIVATE KEY", credentials.key(part["key"]).pkcs8
    if "public" in part:
        return "PUBLIC KEY", credentials.key(part["public"]).spki
    return "CERTIFICATE", bytes.fromhex(part["raw"])


LABELS = (
    *(
        "CERTIFICATE",
        "X509 CERTIFICATE",
        "TRUSTED CERTIFICATE",
        "certificate",
        "PRIVATE KEY",
        "EC PRIVATE KEY",
        "PUBLIC KEY",
    ),
    *(
        "RSA PRIVATE KEY",
        "X509 CRL",
        "CERTIFICATE REQUEST",
        "PKCS7",
        "",
        "CERTIFICATE ",
        "ENCRYPTED PRIVATE KEY",
        "EC PARAMETERS",
    ),
)
TRUST_LABELS = ("TRUSTED CERTIFICATE", "X509 CERTIFICATE", "CERTIFICATE")
TEXTS = (
    "\n",
    "junk\n",
    "\xef\xbb\xbf",
    "# comment\n",
    "-----BEGIN\n",
    "\r\n\r\n",
    "-----END CERTIFICATE-----\n",
    " \n",
    "\x00",
    "x" * 300 + "\n",
)
HEADERS = (
    *(
        ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF", ""],
        ["Foo: bar", ""],
        [""],
        ["Foo: bar"],
    ),
    *(["Proc-Type: 4,MIC-ONLY", ""], ["Proc-Type: 4,ENCRYPTED", ""]),
)
INSERTS = ("\n", " ", "=", "\r", "\t", "-", "!", "\xff", "\n\n", "\x00", "A")


def pem_file(draw: Draw) -> Case:
    """An odd file for one of the options that take one."""
    option = draw.weighted({"-F": 6, "-A": 5, "-H": 5, "-k": 3, "-K": 1, "-P": 0.5})
    client = option in ("-H", "-k", "-K")
    parts = _client_parts(draw) if client else _trusted_parts(draw)
    if draw.maybe(0.9):
        at = draw.number(0, len(parts) - 1)
        parts[at] = {**parts[at], **_oddity(draw, parts[at])}
    if draw.maybe(0.35):
        parts.insert(draw.number(0, len(parts)), {"text": draw.one(TEXTS)})
    argv: list[Sequence[str]] = [
        ["-c"],
        [option, FILE],
        ["-l", draw.one(("secure", "may", "verify")) if client else "secure"],
    ]
    files = {"file.pem": parts}
    if option == "-K":
        argv.insert(1, ["-k", "/srv/lab/fuzz/cert.pem"])
        files["cert.pem"] = [{"cert": CLIENT}]
    if option == "-P":
        argv[1] = ["-P", "/srv/lab/fuzz"]
        files = {"b1d0c3a1.0": parts}
    server = {"chain": [{}, {"authority": "inter"}]} | ({"ask": True} if client else {})
    return Case(
        "PEM", [*argv, ["fuzz.test"]], dns=usual_answers(), files=files, servers={"127.0.98.1": server}
    )


def _client_parts(draw: Draw) -> list[Json]:
    cert, key = {"cert": CLIENT}, {"key": "p256/client"}
    return draw.one(
        (
            *([key, cert], [key, cert, {"cert": {"authority": "inter"}}], [cert, key], [key], [cert]),
            *(
                [{"key": "rsa/"}, cert],
                [key, cert, key, cert],
                [{"key": "rsa/"}, {"cert": {**CLIENT, "key": "rsa/"}}],
            ),
            *(
                [key, cert, {"key": "rsa/"}, {"cert": {**CLIENT, "key": "rsa/"}}],
                [{"key": "ed25519/x"}, cert],
            ),
        )
    )


def _trusted_parts(draw: Draw) -> list[Json]:
    root, inter, other = ({"cert": {"authority": name}} for name in ("root", "inter", "other"))
    return draw.one(
        (
            [root],
            [root],
            [other, root],
            [root, other],
            [root, inter],
            [inter],
            [{"public": "p256/root"}, other],
            [other],
        )
    )


def _oddity(draw: Draw, part: Json) -> dict[str, Json]:
    which = draw.weighted(
        {
            "label": 3,
            "width": 2,
            "header": 2,
            "end": 1,
            "edit": 3,
            "insert": 4,
            "cut": 2,
            "raw": 1,
            "end_label": 0.6,
        }
    )
    if which == "label":
        return {"label": draw.one(LABELS)}
    if which == "width":
        return {"width": draw.one((1, 4, 63, 65, 76, 77, 80, 100, 253, 254, 255, 256, 1000, 10000))}
    if which == "header":
        return {"header": draw.one(HEADERS)}
    if which == "end":
        return {"end": draw.one(("\r\n", "\r", "\n\n", " \n", "\t\r\n"))}
    if which == "edit":
        return {"edit": [[draw.number(0, 900), draw.one(INSERTS)] for _ in range(draw.number(1, 2))]}
    if which == "insert":
        return {"insert": [[draw.number(0, 900), draw.one(INSERTS)] for _ in range(draw.number(1, 2))]}
    if which == "cut":
        return {"cut": draw.number(0, 900)}
    if which == "end_label":
        return {"end_label": draw.one(LABELS)}
    return {
        "raw": draw.one(("", "3000", "00", "30820100", draw.octets(20).hex())),
        "label": part.get("label", "CERTIFICATE"),
    }
