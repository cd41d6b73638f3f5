#!/bin/sh
# python-mbedtls 2.10.1 (PyPI), which brings Mbed TLS 2.28.8: a server on it closes, without an alert,
# where a ClientHello comes in two records; in two TCP segments it is fine.
#
# A handshake message may be spread over records (RFC 5246 section 6.2.1).  Clients do that where a
# record limit is set (openssl s_client -max_send_frag, max_send_fragment of an application's
# configuration) once the hello grows beyond it, which post-quantum key shares and long ALPN lists make
# it do.  The same client reaches the server as soon as the limit is gone.
#
# Hurt by the wrong guess: clients with small records on constrained links, and those who look for a
# middlebox first.  Output seen: "python-mbedtls 2.10.1 (Mbed TLS 2.28.8): hello in one record taken, in
# two closed; OpenSSL's server: taken, taken".
#
# Needs Python with venv, and openssl.
set -eu
work=$(mktemp -d)
cd "$work"
trap 'kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT
pids=
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check python-mbedtls==2.10.1 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -subj /CN=localhost 2>/dev/null

cat >server.py <<'PYTHON'
import os
import socket

from mbedtls import pk, tls, x509

with open("cert.pem") as cert, open("key.pem") as key:
    chain = ([x509.CRT.from_PEM(cert.read())], pk.ECC.from_PEM(key.read()))
context = tls.ServerContext(tls.TLSConfiguration(validate_certificates=False, certificate_chain=chain))
listener = socket.create_server(("127.0.0.1", 0))
with open("port.new", "w") as file:
    file.write(str(listener.getsockname()[1]))
os.rename("port.new", "port")
while True:
    connection, _ = listener.accept()
    try:
        context.wrap_socket(connection).do_handshake()
    except (tls.TLSError, OSError):
        pass
    connection.close()
PYTHON
venv/bin/python server.py >server.log 2>&1 &
pids=$!
python3 - <<'PYTHON' >free
import socket

print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])
PYTHON
openssl s_server -accept "127.0.0.1:$(cat free)" -cert cert.pem -key key.pem -quiet >openssl.log 2>&1 &
pids="$pids $!"
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -s port ] && break
    sleep 1
done
protocols=$(seq -s , -f 'protocol-%03g' 60)
hello() { # PORT OPTION...: what becomes of a hello of some 900 octets
    port=$1
    shift
    echo | timeout 10 openssl s_client -connect "127.0.0.1:$port" -tls1_2 -alpn "$protocols" "$@" >client.log 2>&1 || true
    if grep -q 'Cipher is ECDHE' client.log; then echo taken; elif grep -q alert client.log; then echo alert; else echo closed; fi
}
mbed="$(hello "$(cat port)") $(hello "$(cat port)" -max_send_frag 512)"
theirs="$(hello "$(cat free)") $(hello "$(cat free)" -max_send_frag 512)"
version=$(venv/bin/python -c 'from mbedtls import version; print(version.version)')
echo "python-mbedtls 2.10.1 ($version): hello in one record ${mbed% *}, in two ${mbed#* }; OpenSSL's server: ${theirs% *}, ${theirs#* }"
[ "$mbed; $theirs" = "taken closed; taken taken" ]
