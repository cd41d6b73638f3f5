"""SMTP inside TLS by python-mbedtls, which brings Mbed TLS 2.28 along: no TLS 1.3."""

from __future__ import annotations

import socket
from pathlib import Path

from mbedtls import pk, tls, x509
from smtp_inside import answer, serve, wishes

wish = wishes()
blocks = Path(wish["cert"]).read_text().split("-----BEGIN CERTIFICATE-----")[1:]
chain = [x509.CRT.from_PEM(f"-----BEGIN CERTIFICATE-----{block}") for block in blocks]
kind = pk.RSA if wish["kind"] == "rsa" else pk.ECC
context = tls.ServerContext(
    tls.TLSConfiguration(
        validate_certificates=False,
        certificate_chain=(chain, kind.from_buffer(Path(wish["key"]).read_bytes())),
    )
)


def handle(connection: socket.socket) -> None:
    stream = context.wrap_socket(connection)
    stream.do_handshake()
    answer(stream)
    stream.close()


serve(wish, handle)
