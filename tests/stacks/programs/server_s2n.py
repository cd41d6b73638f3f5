"""SMTP inside TLS by s2n-tls, which awscrt brings along for its clients, server half and all."""

from __future__ import annotations

import ctypes
import socket
import struct
import time
from ctypes import byref, c_char_p, c_int, c_uint64, c_void_p
from pathlib import Path

import awscrt.io  # starts it
from smtp_inside import PATIENCE, answer, serve, wishes

SERVER, OPTIONAL = 0, 2

wish = wishes()
(library,) = Path(awscrt.__file__).parent.parent.glob("_awscrt*.so")
s2n = ctypes.CDLL(str(library))
for name in ("config_new", "cert_chain_and_key_new", "connection_new"):
    getattr(s2n, f"s2n_{name}").restype = c_void_p
for name in ("recv", "send"):
    getattr(s2n, f"s2n_{name}").restype = ctypes.c_ssize_t
s2n.s2n_strerror.restype = c_char_p
s2n.s2n_errno_location.restype = ctypes.POINTER(c_int)


def done(status: int) -> int:
    """What a call gave, unless it failed."""
    if status < 0:
        raise OSError(s2n.s2n_strerror(s2n.s2n_errno_location().contents, c_char_p(b"EN")).decode())
    return status


config = c_void_p(s2n.s2n_config_new())
own = c_void_p(s2n.s2n_cert_chain_and_key_new())
chain = Path(wish["cert"]).read_bytes()
chain = chain[chain.index(b"-----BEGIN CERTIFICATE") :]  # the lab's begin with the key
key = Path(wish["key"]).read_bytes()
done(s2n.s2n_cert_chain_and_key_load_pem(own, c_char_p(chain), c_char_p(key)))
done(s2n.s2n_config_add_cert_chain_and_key_to_store(config, own))
done(s2n.s2n_config_set_cipher_preferences(config, c_char_p(wish["policy"].encode())))
done(s2n.s2n_config_set_session_tickets_onoff(config, 1))
ticket_name, ticket_key = c_char_p(b"tickets"), c_char_p(b"a key for tickets with 32 octets")
done(s2n.s2n_config_add_ticket_crypto_key(config, ticket_name, 7, ticket_key, 32, c_uint64(int(time.time()))))
if "ask" in wish:
    done(s2n.s2n_config_set_client_auth_type(config, OPTIONAL))
    done(s2n.s2n_config_disable_x509_verification(config))


class Stream:
    """Octets inside TLS; a call waits for as long as the socket does."""

    def __init__(self, connection: socket.socket) -> None:
        self._session = c_void_p(s2n.s2n_connection_new(SERVER))
        self._blocked = c_int()
        done(s2n.s2n_connection_set_config(self._session, config))
        done(s2n.s2n_connection_set_fd(self._session, connection.fileno()))
        done(s2n.s2n_negotiate(self._session, byref(self._blocked)))

    def recv(self, size: int) -> bytes:
        data = ctypes.create_string_buffer(size)
        got = done(s2n.s2n_recv(self._session, data, ctypes.c_ssize_t(size), byref(self._blocked)))
        return data.raw[:got]

    def send(self, data: bytes) -> int:
        size = ctypes.c_ssize_t(len(data))
        return done(s2n.s2n_send(self._session, c_char_p(data), size, byref(self._blocked)))

    def close(self) -> None:
        s2n.s2n_shutdown_send(self._session, byref(self._blocked))


def handle(connection: socket.socket) -> None:
    connection.setblocking(True)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", int(PATIENCE), 0))
    stream = Stream(connection)
    answer(stream)
    stream.close()


serve(wish, handle)
