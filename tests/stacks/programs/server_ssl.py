"""SMTP inside TLS by whatever has the interface of Python's `ssl`: that itself, or rtls, which is rustls."""

from __future__ import annotations

import importlib
import socket

from smtp_inside import answer, serve, wishes

wish = wishes()
ssl = importlib.import_module(wish["module"])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(wish["cert"], wish["key"])
if "min" in wish:
    context.minimum_version = ssl.TLSVersion[wish["min"]]
if "max" in wish:
    context.maximum_version = ssl.TLSVersion[wish["max"]]
if "ask" in wish:
    context.load_verify_locations(wish["root"])
    context.verify_mode = ssl.CERT_OPTIONAL


def handle(connection: socket.socket) -> None:
    stream = context.wrap_socket(connection, server_side=True)
    answer(stream)
    stream.unwrap()


serve(wish, handle)
