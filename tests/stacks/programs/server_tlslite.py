"""SMTP inside TLS by tlslite-ng."""

from __future__ import annotations

import socket

from smtp_inside import answer, serve, wishes
from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

VERSIONS = {"1.2": (3, 3), "1.3": (3, 4)}

wish = wishes()
chain = X509CertChain()
with open(wish["cert"]) as pem:
    chain.parsePemList(pem.read())
with open(wish["key"]) as pem:
    key = parsePEMKey(pem.read(), private=True)
settings = HandshakeSettings()
settings.minVersion = VERSIONS[wish.get("min", "1.2")]
settings.maxVersion = VERSIONS[wish.get("max", "1.3")]
settings.ticketKeys = [bytearray(b"a key for tickets with 32 octets")]
if "groups" in wish:
    settings.eccCurves = settings.keyShares = [wish["groups"]]


def handle(connection: socket.socket) -> None:
    stream = TLSConnection(connection)
    stream.ignoreAbruptClose = True
    stream.handshakeServer(certChain=chain, privateKey=key, settings=settings, reqCert="ask" in wish)
    answer(stream)
    stream.close()


serve(wish, handle)
