#!/bin/sh
# aiosmtpd 1.4.6 (PyPI): inside TLS it still takes STARTTLS, says 220 and begins a second TLS session within
# the first, as often as it is asked; it does not offer it there.
#
# "A server MUST NOT return the STARTTLS extension in response to an EHLO command received after a TLS
# handshake has completed" (RFC 3207, section 4.2); other servers say 503 or 454 to the command.
#
# Hurt by the wrong guess: whoever tests a client against it: one that forgets that TLS is on, and starts it
# again, passes here, and fails at Postfix, Exim, sendmail and others (docs/servers.md has a column).  Output seen: "aiosmtpd 1.4.6: 220 Ready to start TLS, and 250 at a depth of 3 sessions".
#
# Needs Python with venv, openssl.
set -eu
work=$(mktemp -d)
cd "$work"
trap 'rm -rf "$work"' EXIT
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check aiosmtpd==1.4.6 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -subj /CN=localhost 2>/dev/null
cat >nested.py <<'PYTHON'
import socket
import ssl

import aiosmtpd
from aiosmtpd.controller import Controller

theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
theirs.load_cert_chain("cert.pem", "key.pem")
ours = ssl.create_default_context(cafile="cert.pem")
ours.check_hostname = False


class Clear:
    """The connection itself."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        data = self.socket.recv(65536)
        assert data, "closed"
        return data


class Tls:
    """A TLS session within whatever there is."""

    def __init__(self, below):
        self.below, self.incoming, self.outgoing = below, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = ours.wrap_bio(self.incoming, self.outgoing)
        self.run(self.session.do_handshake)

    def run(self, step):
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self.flush()
                self.incoming.write(self.below.receive())
            finally:
                self.flush()

    def flush(self):
        if self.outgoing.pending:
            self.below.send(self.outgoing.read())

    def send(self, data):
        self.run(lambda: self.session.write(data))

    def receive(self):
        return self.run(lambda: self.session.read(65536))


def ask(channel, line):
    channel.send(line)
    reply = b""
    while not reply.endswith(b"\r\n") or reply.splitlines()[-1][3:4] != b" ":
        reply += channel.receive()
    return reply.decode().splitlines()


with socket.create_server(("127.0.0.1", 0)) as taken:
    port = taken.getsockname()[1]
controller = Controller(object(), hostname="127.0.0.1", port=port, tls_context=theirs)
controller.start()
channel = Clear(port)
channel.receive()
depth, inside = 0, ""
for depth in range(1, 4):
    offered = any("STARTTLS" in line for line in ask(channel, b"EHLO localhost\r\n"))
    assert offered is (depth == 1)
    inside = ask(channel, b"STARTTLS\r\n")[0]
    channel = Tls(channel)
answer = ask(channel, b"NOOP\r\n")[0]
print(f"aiosmtpd {aiosmtpd.__version__}: {inside}, and {answer[:3]} at a depth of {depth} sessions")
controller.stop()
PYTHON
told=$(timeout 60 venv/bin/python nested.py)
echo "$told"
[ "$told" = "aiosmtpd 1.4.6: 220 Ready to start TLS, and 250 at a depth of 3 sessions" ]
