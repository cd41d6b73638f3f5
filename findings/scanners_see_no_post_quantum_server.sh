#!/bin/sh
# sslscan 2.1.5 (Debian 13), SSLyze 6.3.1 (PyPI): a server of TLS 1.3 with post-quantum groups alone (here
# X25519MLKEM768) has no TLS at all to them: "TLSv1.3 disabled", "could not find a TLS version ... supported by the server".
#
# SSLyze brings an OpenSSL of its own that is older than ML-KEM.  sslscan is built with Debian's OpenSSL 3.5, which has
# it, but looks for versions with a hello that it writes itself, with groups of before; what it finds so
# is all that it tries, so its library is never asked.  openssl s_client of the same package connects.
#
# Hurt by the wrong guess: who restricts a server to hybrid groups, as policies begin to ask for, and has one of them
# watch it: it looks as if TLS had gone.  Output seen: "X25519MLKEM768 alone: sslscan 2.1.5 (OpenSSL 3.5.9) disabled,
# SSLyze 6.3.1 not found, s_client X25519MLKEM768; with X25519 beside it: enabled, found, X25519MLKEM768".
#
# Needs root, debootstrap and Debian's archive (or TREE, a Debian 13 with openssl and sslscan), and Python with venv.
set -eu
work=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null || :; rm -rf "$work"' EXIT
tree=${TREE:-$work/tree}
[ -x "$tree/usr/bin/sslscan" ] ||
    debootstrap --variant=minbase --include=openssl,sslscan trixie "$tree" >"$work/log" 2>&1
files=$(mktemp -d "$tree/tmp/finding.XXXXXX")
trap 'kill $pids 2>/dev/null || :; rm -rf "$files" "$work"' EXIT
inside=${files#"$tree"}
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check sslyze==6.3.1 2>/dev/null
chroot "$tree" openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 30 \
    -keyout "$inside/key.pem" -out "$inside/cert.pem" 2>/dev/null

serve() { # PORT GROUPS
    chroot "$tree" openssl s_server -accept "127.0.0.1:$1" -quiet -groups "$2" \
        -key "$inside/key.pem" -cert "$inside/cert.pem" >"$work/$1.log" 2>&1 &
    pids="$pids $!"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ "$(group "$1")" = none ] || return 0
        sleep 1
    done
}
group() { # PORT: the group of a session
    found=$(timeout 10 chroot "$tree" openssl s_client -connect "127.0.0.1:$1" </dev/null 2>/dev/null |
        sed -n 's/^Negotiated TLS1.3 group: //p')
    echo "${found:-none}"
}
told() { # PORT: sslscan, SSLyze, s_client
    scan=$(timeout 60 chroot "$tree" sslscan --no-colour "127.0.0.1:$1" 2>&1 | awk '$1 == "TLSv1.3" { print $2; exit }')
    timeout 60 "$work/venv/bin/sslyze" --tlsv1_3 --mozilla_config disable "127.0.0.1:$1" >"$work/sslyze" 2>&1 || true
    if grep -q 'could not find a TLS version' "$work/sslyze"; then lyze="not found"
    else lyze=$(grep -q 'server accepted the following' "$work/sslyze" && echo found || echo "?"); fi
    echo "$scan, $lyze, $(group "$1")"
}
set -- $(python3 -c '
import socket
taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(each.getsockname()[1] for each in taken))')
serve "$1" X25519MLKEM768
serve "$2" X25519MLKEM768:X25519
alone=$(told "$1")
both=$(told "$2")
version=$(chroot "$tree" sslscan --no-colour --version 2>&1 | sed -n 's/^[[:space:]]*\([0-9][0-9.]*\).*/\1/p' | head -n 1)
library=$(chroot "$tree" sslscan --no-colour --version 2>&1 | sed -n 's/^[[:space:]]*\(OpenSSL [0-9.]*\).*/\1/p' | head -n 1)
echo "sslscan $version ($library), SSLyze 6.3.1, s_client: X25519MLKEM768 alone: $alone; with X25519 beside it: $both"
[ "$alone; $both" = "disabled, not found, X25519MLKEM768; enabled, found, X25519MLKEM768" ]
