"""`openssl s_server` of the reference's tree, whose decrypted side speaks SMTP."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.lab.places import CHROOT, PKI, SHARE
from tests.lab.scripted.talk import Script, Talk

_PORT = 4433
_INTER = ("-cert_chain", f"{PKI}/inter.pem")


@dataclass(frozen=True, slots=True)
class Plan:
    """What an engine is started with, and what it says."""

    identity: str  # certificate and key
    options: Sequence[str]  # of s_server
    ehlo: str = "250-tls.example.test\r\n250 HELP\r\n"  # the reply inside TLS
    drop: bool = False  # hang up at the first command inside TLS


def _rsa(*options: str) -> Plan:
    return Plan("rsa", (*_INTER, *options))


def _second(name: str) -> Sequence[str]:
    """A second certificate, for clients that cannot use the first."""
    return "-dcert", f"{PKI}/{name}.pem", "-dkey", f"{PKI}/{name}.key", "-dcert_chain", f"{PKI}/inter.pem"


PLANS = {
    1: Plan("p256", (*_INTER, "-enable_server_rpk")),
    2: _rsa("-groups", "X25519MLKEM768"),
    3: _rsa("-groups", "P-384"),
    4: _rsa("-num_tickets", "0"),
    5: _rsa("-num_tickets", "3"),
    6: _rsa("-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"),
    7: _rsa("-tls1_2", "-no_ems"),
    8: _rsa("-verify", "3", "-verify_quiet", "-CAfile", f"{PKI}/roots.pem"),
    9: Plan("p256", ("-cert_chain", f"{PKI}/roots.pem")),
    10: _rsa("-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"),
    11: _rsa("-ciphersuites", "TLS_AES_128_CCM_SHA256", "-no_tls1_2"),
    12: Plan("rsa", _INTER, drop=True),
    13: _rsa("-groups", "ffdhe2048", "-no_tls1_2"),
    14: Plan("rsa", _INTER, ehlo="550 5.5.0 not any more\r\n"),
    15: Plan("p256", (*_INTER, "-groups", "brainpoolP256r1", "-no_tls1_3")),
    16: _rsa(),
    17: _rsa("-tls1_2", "-no_ticket"),
    18: _rsa("-tls1_2", "-no_ticket", "-no_cache"),
    19: _rsa(
        *("-servername", "named.example.test", "-servername_fatal"),
        *("-cert2", f"{PKI}/rsa.pem", "-key2", f"{PKI}/rsa.key"),
    ),
    20: _rsa("-groups", "X448"),
    21: Plan("ed25519", ("-enable_server_rpk",)),
    22: _rsa("-enable_server_rpk", "-tls1_2"),
    23: _rsa("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256", "-sigalgs", "RSA-PSS+SHA512"),
    24: _rsa("-tls1_2", "-cipher", "ECDHE-RSA-CAMELLIA128-SHA256"),
    25: _rsa("-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"),
    26: _rsa("-alpn", "smtp", "-status"),
    31: Plan("resources", _INTER),
    32: Plan("explicit", (*_INTER, "-tls1_2")),
    33: Plan("mldsa", (*_INTER, *_second("p256"))),
    34: Plan("compressed", (*_INTER, "-tls1_2")),
}
BALANCED = _rsa("-tls1_2")  # two of these stand behind a load balancer


class Engine:
    """A running s_server on 127.100.0.NUMBER, started again if a client brings it down."""

    def __init__(self, number: int, plan: Plan) -> None:
        self._address = f"127.100.0.{number}", _PORT
        self._plan = plan
        self._client: socket.socket | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def _argv(self) -> list[str]:
        host, port = self._address
        identity = f"{PKI}/{self._plan.identity}"
        return [
            *("chroot", str(CHROOT), "openssl", "s_server", "-quiet", "-accept", f"{host}:{port}"),
            *("-cert", f"{identity}.pem", "-key", f"{identity}.key", *self._plan.options),
        ]

    def _serve(self) -> None:
        while True:
            with (SHARE / "log" / "s_server.out").open("ab") as log:
                process = subprocess.Popen(
                    self._argv(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
                )
            try:
                self._answer(process)
            except OSError:
                process.kill()
            process.wait()
            time.sleep(1)

    def _answer(self, process: subprocess.Popen[bytes]) -> None:
        """SMTP on s_server's standard input and output."""
        assert process.stdin and process.stdout
        replies = {b"EHLO": self._plan.ehlo.encode(), b"QUIT": b"221 2.0.0 Bye\r\n"}
        for line in process.stdout:
            if self._plan.drop and self._client:
                _hang_up(self._client)
                continue
            process.stdin.write(replies.get(line[:4].upper(), b"502 no\r\n"))
            process.stdin.flush()

    def join(self, client: socket.socket, early: bytes = b"") -> None:
        """Connect the client to s_server, which first gets what the client had sent early."""
        self._client = client
        inner = socket.create_connection(self._address)
        if early:
            inner.sendall(early)
        threads = [
            threading.Thread(target=_copy, args=pair, daemon=True)
            for pair in ((client, inner), (inner, client))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        _hang_up(inner)
        inner.close()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        # One side is broken: let go of both, or the engine, which serves one
        # connection at a time, would wait for ever.
        _hang_up(source)
        _hang_up(sink)


def _hang_up(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def front(engine: Engine, more: bytes = b"") -> Script:
    """SMTP up to STARTTLS, then the engine; `more` comes with the reply to STARTTLS."""

    def script(talk: Talk) -> None:
        talk.greet("PIPELINING", "STARTTLS", banner="220 tls.example.test ESMTP")
        talk.line()
        talk.raw(b"220 2.0.0 Ready to start TLS\r\n", more)
        engine.join(talk.sock, talk.pending)

    return script


def wrapper(engine: Engine) -> Script:
    """TLS from the start."""
    return lambda talk: engine.join(talk.sock)


def balancer(
    engines: Sequence[Engine], names: Sequence[str], clock: Callable[[], float] = time.monotonic
) -> Script:
    """A load balancer: the n-th connection of a series meets the n-th name and engine, in turn.

    A connection that comes sooner or later after the last one than a reconnect
    would (`-r 1` or `-r 2`) begins a new series.
    """
    count, last = 0, 0.0

    def script(talk: Talk) -> None:
        nonlocal count, last
        if not 0.8 < clock() - last < 3.0:
            count = 0
        turn = count % len(names)
        count += 1
        talk.send("220 balancer.example.test ESMTP")
        talk.line()
        talk.send(f"250-{names[turn]}", "250 STARTTLS")
        talk.line()
        talk.send("220 2.0.0 Ready to start TLS")
        engines[turn % len(engines)].join(talk.sock, talk.pending)
        last = clock()

    return script
