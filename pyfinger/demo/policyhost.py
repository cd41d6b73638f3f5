"""The web server with the policies of the demo's domains (MTA-STS, RFC 8461 section 3.3).

One server for all of them: its certificate has every `mta-sts.` name, and the Host
of a request chooses the answer.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence

from pyfinger.demo.certificate_making import Issued, Wish, make_leaf
from pyfinger.demo.plan import ServerPlan, Sts
from pyfinger.demo.server_tls import HandshakeRefused, ServerTls
from pyfinger.demo.vouching import authority
from pyfinger.values import Value

MAX_REQUEST = 8192  # octets
MAX_AGE = 604800  # seconds, a week

_NO_CACHE = "Cache-Control: no-store"


class PolicyHost(Value):
    """The server, for any number of connections at a time; answers go by host name."""

    tls: ServerTls
    answers: Mapping[str, bytes]

    def converse(self, connection: socket.socket) -> None:
        """Serve one request; raises OSError when the connection breaks."""
        try:
            channel = self.tls.accept(connection)
        except HandshakeRefused:
            return
        request = b""
        while b"\r\n\r\n" not in request and len(request) < MAX_REQUEST:
            data = channel.recv(MAX_REQUEST)
            if not data:
                return
            request += data
        channel.sendall(self.answer(request))
        channel.close()

    def answer(self, request: bytes) -> bytes:
        """The response to a request."""
        first, *lines = request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        method, _, rest = first.partition(" ")
        path = rest.partition(" ")[0]
        headers = (line.partition(":") for line in lines)
        named = [value.strip() for name, _, value in headers if name.lower() == "host"]
        if method != "GET" or len(named) != 1:
            return web_response("400 Bad Request", _NO_CACHE)
        if path != "/.well-known/mta-sts.txt":
            return web_response("404 Not Found", _NO_CACHE)
        found = self.answers.get(named[0].partition(":")[0].lower())
        return found or web_response("404 Not Found", _NO_CACHE)


def policy_host(plans: Sequence[ServerPlan], newest: tuple[int, int]) -> PolicyHost:
    """The server for the domains that have a policy."""
    hosts = {f"mta-sts.{plan.domain}": _answer(plan) for plan in plans if plan.sts is not Sts.NONE}
    return PolicyHost(ServerTls(_credential(tuple(hosts)), newest), hosts)


def records_of(plan: ServerPlan, address: str) -> dict[str, tuple[str, ...]]:
    """The DNS records around a policy; none without."""
    if plan.sts is Sts.NONE:
        return {}
    return {
        f"_mta-sts.{plan.domain}": ('TXT "v=STSv1; id=20261128"',),
        f"mta-sts.{plan.domain}": (f"A {address}",),
        f"_smtp._tls.{plan.domain}": (f'TXT "v=TLSRPTv1; rua=mailto:reports@{plan.domain}"',),
    }


def policy_text(plan: ServerPlan) -> str:
    """The policy of a domain: its one mail server is named, of several there is a pattern."""
    hosts = f"*.{plan.domain}" if plan.shared else plan.host
    mode = "testing" if plan.sts is Sts.TESTING else "enforce"
    return f"version: STSv1\r\nmode: {mode}\r\nmx: {hosts}\r\nmax_age: {MAX_AGE}\r\n"


def _answer(plan: ServerPlan) -> bytes:
    if plan.sts is Sts.REDIRECT:
        return web_response("301 Moved Permanently", f"Location: https://www.{plan.domain}/mta-sts.txt")
    return web_response("200 OK", "Content-Type: text/plain", policy_text(plan))


def web_response(status: str, header: str, body: str = "") -> bytes:
    """A response with one header of its own."""
    lines = (f"HTTP/1.1 {status}", header, f"Content-Length: {len(body)}", "Connection: close", "", body)
    return "\r\n".join(lines).encode()


def _credential(names: tuple[str, ...]) -> Issued:
    return make_leaf("mta-sts.demo.test", authority().issuing, None, Wish(names=names))
