#!/bin/sh
# sslscan 2.0.7 (Debian 12; 2.1.5 of Debian 13 likewise) with --starttls-smtp: a greeting, or a reply to EHLO, that
# comes in two TCP segments, or in more than four thousand octets, is a server without SMTP or STARTTLS to it.
#
# It takes what one read gives it for the whole reply.  Replies of several lines are ordinary SMTP (RFC 5321 section
# 4.2.1), and TCP may cut them anywhere; Postfix's postscreen sends the first line of its greeting some
# seconds before the last, as a test for spammers.  openssl s_client, gnutls-cli and swaks read until the last line.
#
# Hurt by the wrong guess: whoever looks with it for servers without TLS, or with old versions alone: it says "ERROR: The
# SMTP service on HOST port 25 did not appear to support STARTTLS", status 0, of a server that has it, one day and
# not the next.  Output seen: "sslscan 2.0.7: at once: ciphers; greeting in two: did not respond with status 250 to our
# HELO; EHLO in two: did not appear to support STARTTLS; s_client: 3 of 3".
#
# Needs sslscan, openssl, python3.
set -eu
work=$(mktemp -d)
cd "$work"
trap 'kill $pid 2>/dev/null || true; rm -rf "$work"' EXIT
pid=
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem \
    -subj /CN=localhost 2>/dev/null

cat >server.py <<'PYTHON'
import os
import socket
import ssl
import threading
import time

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
GREETING = (b"220-mx.test\r\n", b"220 mx.test ESMTP\r\n")
EHLO = (b"250-mx.test\r\n", b"250-STARTTLS\r\n250 8BITMIME\r\n")


def say(stream, parts, apart):
    for part in parts if apart else (b"".join(parts),):
        stream.sendall(part)
        time.sleep(0.5 * apart)


def converse(stream, apart):
    say(stream, GREETING, "greeting" in apart)
    lines = stream.makefile("rb", buffering=0)
    while line := lines.readline():
        verb = line[:4].upper()
        if verb == b"STAR":
            stream.sendall(b"220 go ahead\r\n")
            stream = context.wrap_socket(stream, server_side=True)
            lines = stream.makefile("rb", buffering=0)
        elif verb == b"QUIT":
            stream.sendall(b"221 bye\r\n")
            return
        else:
            say(stream, EHLO, "ehlo" in apart)


def serve(listener, apart):
    while True:
        stream, _ = listener.accept()

        def one(stream=stream):
            try:
                converse(stream, apart)
            except OSError:
                pass
            finally:
                stream.close()

        threading.Thread(target=one, daemon=True).start()


ports = []
for apart in ("", "greeting", "ehlo"):
    listener = socket.create_server(("127.0.0.1", 0))
    ports.append(str(listener.getsockname()[1]))
    threading.Thread(target=serve, args=(listener, apart), daemon=True).start()
with open("ports.new", "w") as file:
    file.write(" ".join(ports))
os.rename("ports.new", "ports")
threading.Event().wait()
PYTHON
python3 server.py 2>server.log &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ ! -s ports ] || break
    sleep 1
done

scanned() { # PORT: what sslscan says
    timeout 60 sslscan --no-colour --starttls-smtp "127.0.0.1:$1" >scan 2>&1 || true
    if grep -q '^Preferred' scan; then echo ciphers; else sed -n 's/^ERROR: .* \(did not .*\)\.$/\1/p' scan | head -n 1; fi
}
reached=0
for port in $(cat ports); do
    timeout 30 openssl s_client -starttls smtp -connect "127.0.0.1:$port" </dev/null 2>/dev/null |
        grep -q 'Cipher is TLS' && reached=$((reached + 1))
done
set -- $(cat ports)
found="$(scanned "$1"); $(scanned "$2"); $(scanned "$3")"
version=$(sslscan --no-colour --version 2>&1 | sed -n 's/^[[:space:]]*\([0-9][0-9.]*\).*/\1/p' | head -n 1)
echo "sslscan $version: at once: $(echo "$found" | cut -d';' -f1); greeting in two:$(echo "$found" | cut -d';' -f2);" \
    "EHLO in two:$(echo "$found" | cut -d';' -f3); s_client: $reached of 3"
[ "$found; $reached" = "ciphers; did not respond with status 250 to our HELO; did not appear to support STARTTLS; 3" ]
