"""Random SMTP dialogues: what a server says, and when it stops.

A server is a JSON object (serving.py plays it):

    {"connect": REPLY, "EHLO": REPLY, "STARTTLS": REPLY, "QUIT": REPLY, "other": REPLY,    # in clear
     "tls EHLO": REPLY, "tls QUIT": REPLY ...,                                             # inside TLS
     "chain": [CERTIFICATE], "newest": 4, "ask": false, "settings": {NAME: VALUE}}         # of TLS

and "hello": REPLY to the TLS hello, in place of TLS.  A REPLY is
{"say": "250 x\\r\\n", "then": "listen", "pieces": 1}: text of octets (latin-1),
and what follows: "listen", "tls", "close", "reset", "silent".
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.lab.parityfuzz.case import Case, Json
from tests.lab.parityfuzz.draw import Draw
from tests.lab.parityfuzz.names import answer, usual_answers

CODES = {"connect": "220", "EHLO": "250", "HELO": "250", "LHLO": "250", "STARTTLS": "220", "QUIT": "221"}
OTHER_CODES = (
    *(
        "220",
        "250",
        "221",
        "354",
        "421",
        "450",
        "451",
        "454",
        "500",
        "501",
        "502",
        "503",
        "530",
        "550",
        "554",
    ),
    *("120", "199", "299", "600", "999", "000", "25", "2", "", "2500", "abc", "2 0", " 250", "-250", "25O"),
)
TEXTS = (
    *(
        "mx.fuzz.test ESMTP",
        "ok",
        "",
        "2.0.0 fine",
        "5.7.1 go away",
        "caf\xc3\xa9",
        "caf\xe9",
        "\x00nul",
        "\x1b[31mred",
    ),
    *(
        "x" * 600,
        "x" * 3000,
        "tab\there",
        "  spaces  ",
        "250 inside",
        "\x7f",
        "\xc2\x9b31m",
        "\r",
        "-",
        "STARTTLS",
    ),
)
CAPABILITIES = (
    *(
        "STARTTLS",
        "PIPELINING",
        "8BITMIME",
        "SIZE 1000",
        "SIZE",
        "starttls",
        "StartTLS",
        "STARTTLS now",
        "XSTARTTLS",
    ),
    *(
        "AUTH PLAIN",
        "HELP",
        "",
        "STARTTLS=x",
        " STARTTLS",
        "STARTTLS ",
        "\tSTARTTLS",
        "ENHANCEDSTATUSCODES",
        "STARTTL",
    ),
    *("AUTH STARTTLS", "X\x00STARTTLS", "caf\xe9", "y" * 2100, "STARTTLS\x00"),
)
GARBAGE = (
    *(
        "\x00",
        "\xff\xfe\r\n",
        "HTTP/1.0 400 Bad\r\n\r\n",
        "\r\n",
        "\n",
        "SSH-2.0-x\r\n",
        "220",
        "220 half",
        "\x15\x03\x03\x00\x02\x02\x28",
    ),
    *(
        "\x16\x03\x03\x00\x04\x02\x00\x00\x00",
        "\x15\x03\x03\x00\x02\x01\x00",
        "\x15\x03\x03\x00\x02\x02\x70",
        "250 not TLS\r\n",
    ),
    *(
        "\x14\x03\x03\x00\x01\x01",
        "\x17\x03\x03\x00\x05hello",
        "\x16\x03\x01\xff\xff",
        "\x80\x2e\x01",
        "\x16\x03\x03\x00\x00",
    ),
)
USUAL: Json = {
    "connect": {"say": "220 mx1.fuzz.test ESMTP\r\n"},
    "EHLO": {"say": "250-mx1.fuzz.test\r\n250-PIPELINING\r\n250 STARTTLS\r\n"},
    "LHLO": {"say": "250-mx1.fuzz.test\r\n250 STARTTLS\r\n"},
    "HELO": {"say": "250 mx1.fuzz.test\r\n"},
    "STARTTLS": {"say": "220 go\r\n", "then": "tls"},
    "QUIT": {"say": "221 bye\r\n", "then": "close"},
    "other": {"say": "502 no\r\n"},
    "tls EHLO": {"say": "250-mx1.fuzz.test\r\n250 HELP\r\n"},
}
CHAIN = [{}, {"authority": "inter"}]


def dialogue(draw: Draw) -> Case:
    """A server with one to three odd replies."""
    server: dict[str, Json] = {}
    for _ in range(draw.weighted({1: 6, 2: 3, 3: 1})):
        step = draw.weighted(
            {
                "connect": 3,
                "EHLO": 6,
                "HELO": 1,
                "STARTTLS": 3,
                "QUIT": 2,
                "tls EHLO": 2,
                "tls QUIT": 1,
                "other": 0.3,
            }
        )
        server[step] = reply(draw, step)
    argv: list[Sequence[str]] = [["-c"]] if draw.maybe(0.15) else []
    argv.append(["-l", draw.weighted({"none": 4, "may": 6, "encrypt": 1, "secure": 1, "dane": 1})])
    argv.append(["-T", "1"] if any(one.get("then") == "silent" for one in server.values()) else ["-T", "9"])
    if argv[-1][1] == "1":
        argv.append(["-t", "1"])
    if draw.maybe(0.06):
        argv.append(["-S"])
    if draw.maybe(0.05):
        argv.append(
            [
                "-o",
                draw.one(
                    (
                        "line_length_limit=512",
                        "line_length_limit=600",
                        "myhostname=x.test",
                        "smtputf8_enable=no",
                    )
                ),
            ]
        )
    if draw.maybe(0.1):
        argv.append(["-L", draw.one(("ssl-debug", "2", "3", "cache"))])
    if draw.maybe(0.03):
        argv += [["-r", "0"], ["-m", "1"]]
    server["chain"] = CHAIN
    servers = {"127.0.98.1": server}
    dns = usual_answers()
    if draw.maybe(0.12):  # somebody else to turn to
        dns[0] = answer("fuzz.test MX", "MX 10 mx1.fuzz.test.", "MX 20 mx2.fuzz.test.")
        dns.append(answer("mx2.fuzz.test A", "A 127.0.98.2"))
        servers["127.0.98.2"] = {"chain": CHAIN}
    return Case("dialogue", [*argv, ["fuzz.test"]], dns=dns, servers=servers)


def reply(draw: Draw, step: str) -> Json:
    """One odd reply."""
    then = "tls" if step == "STARTTLS" else "listen"
    then = draw.weighted({then: 12, "close": 2, "reset": 0.7, "silent": 0.15})
    if draw.maybe(0.08):
        return {"say": "", "then": draw.weighted({"close": 5, "reset": 2, "silent": 0.4})}
    if draw.maybe(0.1):
        return {"say": draw.one(GARBAGE), "then": draw.weighted({"close": 5, "listen": 1})}
    usual = CODES.get(step.removeprefix("tls "), "250")
    code = usual if draw.maybe(0.6) else draw.one(OTHER_CODES)
    lines = []
    texts = CAPABILITIES if step.endswith(("EHLO", "LHLO")) and draw.maybe(0.8) else TEXTS
    for number in range(draw.weighted({1: 4, 2: 3, 3: 2, 5: 1, 120: 0.1}), 0, -1):
        told = code if draw.maybe(0.93) else draw.one(OTHER_CODES)
        between = (
            draw.weighted({"-": 20, " ": 1, "": 0.5})
            if number > 1
            else draw.weighted({" ": 20, "-": 1, "": 1})
        )
        lines.append(f"{told}{between}{draw.one(texts)}")
    end = draw.weighted({"\r\n": 20, "\n": 2, "\r\r\n": 0.5, "\r": 0.3})
    said = end.join(lines) + (end if draw.maybe(0.97) else "")
    if draw.maybe(0.05):
        said += draw.one(("250 more\r\n", "220 early\r\n", "x", "\r\n", *GARBAGE))
    found = {"say": said, "then": then}
    return found | {"pieces": draw.number(2, 5)} if draw.maybe(0.1) else found
