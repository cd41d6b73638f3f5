"""What the two handshakes share: the connection, our hello, and who verifies the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pyfinger.events import Emit, SecretDerived
from pyfinger.model import ConnectionInfo, Credential, HandshakeSignature, ServerKey, Verified
from pyfinger.tls.client_hello import ClientHello
from pyfinger.tls.codepoints import PROTOCOLS
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.groups import GROUPS
from pyfinger.tls.key_schedule import Prf
from pyfinger.tls.messages import ServerHello
from pyfinger.tls.record import RecordChannel
from pyfinger.tls.suites import Suite
from pyfinger.values import State, Value

CertificateVerifier: TypeAlias = Callable[[Credential], Verified]
"""Verifies what the server showed, and finds its public key.

Called right after the server's Certificate message, before its signature is
checked, as OpenSSL does.  The verdict never ends the handshake; `CredentialError`
means that it could not even be read.
"""


Decoder: TypeAlias = Callable[[int, bytes], None]
"""What a verifier has as `look` to decode each certificate as it is read, before the next is looked at.

One of the certificates as sent, with its place, from 0; `CredentialError` if it cannot be read.
"""

Random: TypeAlias = Callable[[int], bytes]


class HandshakeState(State):
    """One client connection during its handshake."""

    channel: RecordChannel
    hello: ClientHello
    verifier: CertificateVerifier
    random: Random
    emit: Emit
    verified: Verified | None = None  # what came of it, once a server has shown something

    @property
    def config(self) -> ClientConfig:
        """What the hello offered."""
        return self.hello.config

    def look(self, place: int, encoded: bytes) -> None:
        """Let the verifier decode a certificate as it comes."""
        look: Decoder | None = getattr(self.verifier, "look", None)
        if look is not None:
            look(place, encoded)

    def verify(self, credential: Credential) -> ServerKey:
        """Let the verifier have a look, once; the server's key."""
        self.verified = self.verifier(credential)
        return self.verified.key

    def tell_secret(self, label: str, secret: bytes) -> None:
        """Tell a secret in the terms of NSS key logs."""
        self.emit(SecretDerived(label, self.hello.random, secret))


class NegotiatedParams(Value):
    """What the server chose in its ServerHello."""

    hello: ServerHello
    version: int
    suite: Suite
    retried: bool = False  # a HelloRetryRequest came first

    @property
    def prf(self) -> Prf:
        """The PRF of versions before TLS 1.3."""
        return Prf(self.version, self.suite.prf)

    def connection_info(
        self, credential: Credential, group: int = 0, signature: HandshakeSignature | None = None
    ) -> ConnectionInfo:
        """The finished handshake; group and signature are TLS 1.3's to tell."""
        cipher = self.suite.cipher
        return ConnectionInfo(
            version=self.version,
            protocol=PROTOCOLS[self.version],
            suite=self.suite.code,
            cipher=self.suite.name,
            bits_used=cipher.used,
            bits_total=cipher.total,
            credential=credential,
            group=GROUPS[group].name if group else "",
            server_signature=signature,
        )
