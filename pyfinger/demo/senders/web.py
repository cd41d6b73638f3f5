"""Web servers with MTA-STS policies (RFC 8461 section 3.3), one for each domain, each with its fault."""

from __future__ import annotations

import socket
from functools import cached_property

from pyfinger.demo.certificate_making import make_leaf
from pyfinger.demo.policyhost import MAX_AGE, PolicyHost, web_response
from pyfinger.demo.senders.journal import Journal, SmtpStep
from pyfinger.demo.senders.sender_tls import TLS_1_3
from pyfinger.demo.senders.situations import PolicyPlan, SendingSituation, StsFault
from pyfinger.demo.server_tls import ServerTls
from pyfinger.demo.vouching import authority
from pyfinger.values import Value


class PolicySite(Value):
    """The web server of one domain."""

    __slots__ = ("__dict__",)  # what is made once

    situation: SendingSituation
    journal: Journal

    def converse(self, connection: socket.socket) -> None:
        """Serve one request; raises OSError when the connection breaks."""
        self.journal.note(self.situation.name, SmtpStep.POLICY, host=self.host)
        self._server.converse(connection)

    @property
    def host(self) -> str:
        """Its name."""
        return f"mta-sts.{self.situation.domain}"

    @cached_property
    def _server(self) -> PolicyHost:
        policy = self.situation.policy
        assert policy is not None
        name = "elsewhere.test" if policy.fault is StsFault.WRONG_NAME else self.host
        issuer = None if policy.fault is StsFault.CERTIFICATE else authority().issuing
        return PolicyHost(
            ServerTls(make_leaf(name, issuer), TLS_1_3), {self.host: _answer(self.situation, policy)}
        )


def _answer(situation: SendingSituation, policy: PolicyPlan) -> bytes:
    if policy.fault is StsFault.NOT_FOUND:
        return web_response("404 Not Found", "Cache-Control: no-store")
    if policy.fault is StsFault.REDIRECT:
        return web_response("301 Moved Permanently", f"Location: https://www.{situation.domain}/mta-sts.txt")
    lines = ["version: STSv1", f"mode: {policy.mode.value}"]
    lines += [f"mx: {pattern.format(domain=situation.domain)}" for pattern in policy.mx]
    lines += [f"max_age: {MAX_AGE}", ""]
    return web_response("200 OK", "Content-Type: text/plain", "\r\n".join(lines))
