"""The servers on 127.0.4.N, `badN.example.test`: each does one thing wrong."""

from __future__ import annotations

import time

from tests.lab.places import SHARE
from tests.lab.scripted.talk import Script, Talk

KEPT_HELLO = SHARE / "tmp" / "clienthello.bin"
_HELLO = "220 bad.example.test ESMTP"


def _then_silent(*lines: str) -> Script:
    """A greeting, and nothing more."""

    def script(talk: Talk) -> None:
        talk.send(*lines)
        talk.hang()

    return script


def _ehlo_reply(*lines: str | bytes, greeting: tuple[str | bytes, ...] = (_HELLO,)) -> Script:
    """A whole session in clear, with this reply to EHLO."""

    def script(talk: Talk) -> None:
        talk.send(*greeting)
        talk.line()
        talk.send(*lines)
        talk.goodbye()

    return script


def _ehlo_refused(*lines: str, greeting: str = _HELLO) -> Script:
    def script(talk: Talk) -> None:
        talk.send(greeting)
        talk.line()
        talk.send(*lines)
        talk.hang()

    return script


def _starttls_refused(*lines: str) -> Script:
    def script(talk: Talk) -> None:
        talk.offer()
        talk.send(*lines)
        talk.goodbye()

    return script


def _instead_of_tls(*octets: bytes) -> Script:
    """Something else than a ServerHello, and nothing more."""

    def script(talk: Talk) -> None:
        talk.to_tls()
        talk.raw(*octets)
        talk.drain()

    return script


def _alert(level: int, description: int) -> bytes:
    return bytes([21, 3, 3, 0, 2, level, description])


def _hang_up_after(line: str) -> Script:
    def script(talk: Talk) -> None:
        talk.send(line)

    return script


def _hang_up_at_once(talk: Talk) -> None:
    pass


def _hang_up_after_ehlo(talk: Talk) -> None:
    talk.send(_HELLO)
    talk.line()


def _silent_after_starttls(talk: Talk) -> None:
    talk.offer()
    talk.hang()


def _hang_up_in_handshake(talk: Talk) -> None:
    talk.to_tls()


def _silent_in_handshake(talk: Talk) -> None:
    talk.to_tls()
    talk.hang()


def _reset_in_handshake(talk: Talk) -> None:
    talk.to_tls()
    talk.reset()


def _close_notify_in_handshake(talk: Talk) -> None:
    talk.to_tls()
    talk.raw(_alert(1, 0))


def _odd_word_starttls(talk: Talk) -> None:
    talk.greet("starttls=now", "SIZE=1000")
    talk.line()
    talk.send("454 4.7.0 not today")
    talk.goodbye()


def _much_ahead_of_tls(talk: Talk) -> None:
    """More than four pages come with the reply to STARTTLS, in one piece."""
    talk.offer()
    talk.raw(b"220 2.0.0 Ready to start TLS\r\n", b"250 injected\r\n" * 1500)
    talk.octets()
    talk.raw(_alert(2, 40))
    talk.drain()


def _hang_up_at_quit(talk: Talk) -> None:
    talk.greet("HELP")
    talk.line()


def _mixed_codes(talk: Talk) -> None:
    talk.greet("STARTTLS")
    talk.line()
    talk.send("220-go", "454 or not")
    talk.goodbye()


def _bare_line_feeds(talk: Talk) -> None:
    talk.send(_HELLO, end=b"\n")
    talk.line()
    talk.send("250-bad.example.test", "250-  SIZE 1", "250 HELP  ", end=b"\n")
    talk.goodbye()


def _silent_at_quit(talk: Talk) -> None:
    talk.greet("HELP")
    talk.hang()


def _quit_refused(talk: Talk) -> None:
    talk.greet("HELP")
    talk.goodbye("421 4.0.0 still here")


def _slow(talk: Talk) -> None:
    for octet in b"220 slowly does it\r\n":
        talk.raw(bytes([octet]))
        time.sleep(0.4)
    talk.hang()


def _keep_hello(talk: Talk) -> None:
    """Keeps what the client sends first, for a look at its ClientHello."""
    data = talk.to_tls()
    while len(data) < 5 or len(data) < 5 + int.from_bytes(data[3:5], "big"):
        data += talk.octets()
    KEPT_HELLO.write_bytes(data)
    talk.raw(_alert(2, 40))
    talk.drain()


BAD: dict[int, Script] = {
    1: _then_silent("554 5.7.1 No service for you"),
    2: _ehlo_reply(
        *("250-bad.example.test", "250-SIZE 1000", "250 HELP"),
        greeting=("220-bad.example.test ESMTP", "220-This greeting has", "220 three lines"),
    ),
    3: _ehlo_refused("502 5.5.2 Error: command not recognized", greeting="220 bad.example.test SMTP"),
    4: _starttls_refused("454 4.7.0 TLS not available due to local problem"),
    5: _hang_up_at_once,
    6: _hang_up_after_ehlo,
    7: Talk.hang,
    8: _then_silent(_HELLO),
    9: _silent_after_starttls,
    10: _instead_of_tls(b"500 this is not TLS\r\n"),
    11: _instead_of_tls(_alert(2, 40)),  # handshake_failure
    12: _hang_up_in_handshake,
    13: _silent_in_handshake,
    14: _ehlo_reply(
        *("250-bad.example.test " + "y" * 5000, "250 HELP"),
        greeting=(f"{_HELLO} " + "x" * 3000,),
    ),
    15: _ehlo_reply(
        *(b"250-bad.example.test gr\xfc\xdfe", b"250-X\x00Y nul", b"250 HELP"),
        greeting=(b"220 bad.example.test \x01\x02\x7f\x1b[31m caf\xc3\xa9 \xff\ttab",),
    ),
    17: _hang_up_after("421 4.3.2 Service shutting down"),
    18: _then_silent("SSH-2.0-OpenSSH_9.2"),
    19: _odd_word_starttls,
    20: _ehlo_reply("250", greeting=("220",)),
    21: _hang_up_at_quit,
    22: _instead_of_tls(_alert(2, 70)),  # protocol_version
    23: _instead_of_tls(_alert(2, 80)),  # internal_error
    24: _instead_of_tls(b"HTTP/1.0 400 Bad Request\r\n\r\n\r\n"),
    25: _reset_in_handshake,
    26: _mixed_codes,
    27: _starttls_refused("501 5.5.4 Syntax error (no parameters allowed)"),
    28: _ehlo_reply("250-bad.example.test", "251-ODD", "252 HELP"),
    29: _bare_line_feeds,
    30: _then_silent("2200 four digits"),
    31: _silent_at_quit,
    32: _then_silent("120 service ready in 5 minutes"),
    33: _then_silent("354 go ahead"),
    34: _quit_refused,
    36: _ehlo_reply(*(f"250-LINE{number:03d} " + "z" * 60 for number in range(100)), "250 STARTTLS"),
    38: _slow,
    39: _then_silent("550-5.7.1 rejected", "550-5.7.1 on several", "550 5.7.1 lines"),
    40: _ehlo_refused("550-5.7.1 EHLO rejected", "550 5.7.1 on two lines"),
    41: _close_notify_in_handshake,
    42: _instead_of_tls(_alert(2, 112)),  # unrecognized_name
    43: _instead_of_tls(b"\x16\x03\x03\x00\x04\x02\x00\x00\x00"),  # an empty ServerHello
    44: _keep_hello,
    45: _ehlo_reply("250-", "250- STARTTLS off", "250-XSTARTTLS", "250 AUTH STARTTLS"),
    46: _much_ahead_of_tls,
}
