#!/bin/sh
# Haraka 3.3.4 (npm) on Node 20: after STARTTLS it issues session tickets that it never takes; on its port
# with TLS from the start (smtps_port) it takes those it has issued there.
#
# A client that offers such a ticket gets a full handshake, each time, in TLS 1.2 as in 1.3, also of
# the same process, and within a second.  Nothing fails, so nobody notices: the server only does the work
# twice that tickets are there to save, and every session costs a signature.
#
# Hurt by the wrong guess: who sizes a server by the resumption rate that openssl s_time -reuse or a check
# of port 465 shows.  Output seen: "Haraka 3.3.4: after STARTTLS New, New; with TLS first Reused, Reused".
#
# Needs node, npm, openssl.
set -eu
work=$(mktemp -d)
cd "$work"
trap 'kill $pid 2>/dev/null || true; rm -rf "$work"' EXIT
pid=
npm install --silent --no-audit --no-fund --prefix "$work" Haraka@3.3.4 >npm.log 2>&1 || { cat npm.log >&2; exit 1; }
node node_modules/Haraka/bin/haraka -i "$work/mx" >install.log
set -- $(python3 -c '
import socket
taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(each.getsockname()[1] for each in taken))')
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout mx/config/tls_key.pem \
    -out mx/config/tls_cert.pem -subj /CN=localhost 2>/dev/null
printf 'listen=127.0.0.1:%s,127.0.0.1:%s\nsmtps_port=%s\nnodes=0\n' "$1" "$2" "$2" >mx/config/smtp.ini
echo tls >mx/config/plugins
echo localhost >mx/config/me
node node_modules/Haraka/bin/haraka -c "$work/mx" >haraka.log 2>&1 &
pid=$!

client() { # OPTION...: a session; a ticket of TLS 1.3 comes after the handshake
    { sleep 1; printf 'QUIT\r\n'; sleep 1; } | timeout 20 openssl s_client -ign_eof "$@" 2>/dev/null || true
}
for _ in 1 2 3 4 5 6 7 8 9 10; do
    client -connect "127.0.0.1:$2" | grep -q 'Cipher is TLS' && break
done
second() { # VERSION OPTION...: whether the second session is a new one
    rm -f ticket
    client "$@" -sess_out ticket >first.log
    [ -s ticket ] || { echo "no ticket"; return; }
    client "$@" -sess_in ticket | grep -oE '^(New|Reused)' | head -n 1
}
after="$(second -tls1_2 -starttls smtp -connect "127.0.0.1:$1"), $(second -tls1_3 -starttls smtp -connect "127.0.0.1:$1")"
first="$(second -tls1_2 -connect "127.0.0.1:$2"), $(second -tls1_3 -connect "127.0.0.1:$2")"
echo "Haraka 3.3.4: after STARTTLS $after; with TLS first $first"
[ "$after; $first" = "New, New; Reused, Reused" ]
