#!/bin/sh
# checkdmarc 6.0.4 (PyPI), check_mx_tls: a mail server that has STARTTLS and a certificate of its own has "starttls":
# false and "tls": false in the report, and a warning about a certificate.
#
# The test for STARTTLS is a session in which the certificate has to be of a public authority and for the host's name.
# Mail goes there under TLS all the same: without a policy a sender takes any certificate (RFC 7435), and with
# DANE-EE it looks at the TLSA record alone, neither at authorities nor at names (RFC 7672 section 3.1.1).
#
# Hurt by the wrong guess: owners of domains, and surveys, that count "no STARTTLS" by it: among those are all servers
# with certificates of their own, also those that DANE vouches for.  Output seen: "checkdmarc 6.0.4: own certificate:
# starttls False, tls False (certificate verify failed); trusted by SSL_CERT_FILE: starttls True, tls True; openssl
# s_client -dane_tlsa_rrdata: Verification: OK".
#
# Needs root (for a network of its own), ip, Python with venv, openssl.
set -eu
[ "${1:-}" = inside ] || {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    python3 -m venv "$work/venv"
    "$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check checkdmarc==6.0.4 2>/dev/null
    unshare -n -m "$0" inside "$work"
    exit
}
cd "$2"
trap 'kill $pid 2>/dev/null || :' EXIT
pid=
ip link set lo up
echo '127.0.0.1 localhost mx.ex.test' >hosts
mount --bind hosts /etc/hosts
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem \
    -subj /CN=mx.ex.test -addext subjectAltName=DNS:mx.ex.test 2>/dev/null
digest=$(openssl x509 -in cert.pem -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 | sed 's/.*= //')

cat >servers.py <<'PYTHON'
"""A name server that says of everything that it is secure, and a mail server."""
import socket
import ssl
import struct
import threading

import dns.flags
import dns.message
import dns.rrset

RECORDS = {
    ("ex.test.", "MX"): "10 mx.ex.test.",
    ("mx.ex.test.", "A"): "127.0.0.1",
}
SIGNATURE = "13 2 60 20400101000000 20200101000000 1 ex.test. AAAA"


def reply(wire):
    query = dns.message.from_wire(wire)
    question = query.question[0]
    kind = dns.rdatatype.to_text(question.rdtype)
    response = dns.message.make_response(query, recursion_available=True)
    response.flags |= dns.flags.AD
    text = RECORDS.get((question.name.to_text(), kind))
    if text:
        response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, text))
        response.answer.append(dns.rrset.from_text(question.name, 60, "IN", "RRSIG", f"{kind} {SIGNATURE}"))
    return response.to_wire()


def datagrams(sock):
    while True:
        wire, client = sock.recvfrom(4096)
        sock.sendto(reply(wire), client)


def streams(listener, converse):
    while True:
        stream, _ = listener.accept()

        def one(stream=stream):
            try:
                converse(stream)
            except (OSError, ssl.SSLError, struct.error):
                pass
            finally:
                stream.close()

        threading.Thread(target=one, daemon=True).start()


def by_tcp(stream):
    while True:
        (length,) = struct.unpack("!H", stream.recv(2, socket.MSG_WAITALL))
        wire = reply(stream.recv(length, socket.MSG_WAITALL))
        stream.sendall(struct.pack("!H", len(wire)) + wire)


def smtp(stream):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("cert.pem", "key.pem")
    stream.sendall(b"220 mx.ex.test ESMTP\r\n")
    lines = stream.makefile("rb", buffering=0)
    while line := lines.readline():
        if line[:4].upper() == b"STAR":
            stream.sendall(b"220 go ahead\r\n")
            stream = context.wrap_socket(stream, server_side=True)
            lines = stream.makefile("rb", buffering=0)
        else:
            stream.sendall(b"221 bye\r\n" if line[:4].upper() == b"QUIT" else b"250-mx.ex.test\r\n250 STARTTLS\r\n")


udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 53))
tcp, mail = (socket.create_server(("127.0.0.1", port)) for port in (53, 25))
for target, words in ((datagrams, (udp,)), (streams, (tcp, by_tcp)), (streams, (mail, smtp))):
    threading.Thread(target=target, args=words, daemon=True).start()
open("ready", "w").close()
threading.Event().wait()
PYTHON
venv/bin/python servers.py 2>servers.log &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ ! -e ready ] || break
    sleep 1
done

cat >ask.py <<'PYTHON'
import checkdmarc.smtp

found = checkdmarc.smtp.get_mx_hosts("ex.test", nameservers=["127.0.0.1"], check_mx_tls=True, timeout=3)
(host,) = found["hosts"]
why = next((text for text in found["warnings"] if "certificate verify failed" in text), "")
print(
    f"starttls {host.get('starttls')}, tls {host.get('tls')}{' (certificate verify failed)' if why else ''}"
)
PYTHON
plain=$(env -u SSL_CERT_FILE -u SSL_CERT_DIR venv/bin/python ask.py)
trusted=$(SSL_CERT_FILE=$PWD/cert.pem venv/bin/python ask.py)
dane=$(openssl s_client -starttls smtp -connect 127.0.0.1:25 -dane_tlsa_domain mx.ex.test \
    -dane_tlsa_rrdata "3 1 1 $digest" </dev/null 2>/dev/null | grep '^Verification: ')
echo "checkdmarc $(venv/bin/python -c 'import importlib.metadata as m; print(m.version("checkdmarc"))'):" \
    "own certificate: $plain; trusted by SSL_CERT_FILE: $trusted; openssl s_client -dane_tlsa_rrdata: $dane"
[ "$plain; $trusted; $dane" = "starttls False, tls False (certificate verify failed); starttls True, tls True; Verification: OK" ]
