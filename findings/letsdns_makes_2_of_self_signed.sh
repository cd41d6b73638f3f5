#!/bin/sh
# letsdns 1.2.2 (PyPI): of a server's certificate as "openssl req -x509" makes it, it makes the TLSA records 2 1 1 and
# 2 1 2, which match nothing; and a certificate without basicConstraints ends the run, with the hosts after it left out.
#
# It looks at the CA flag of the certificate for the first field.  A self-signed one of "req -x509" has that flag, as
# OpenSSL's configuration sets it.  2 is for a certificate above the server's (DANE-TA, RFC 7671 section 5.2); senders
# with OpenSSL, Postfix among them, do not look for it at depth 0.  The key's 3 1 1 (section 5.1) would match.
# Where the extension is missing, as RFC 5280 section 4.2.1.9 allows at the end of a chain, and "openssl x509 -req" without
# an extension file does, ExtensionNotFound comes up from the middle of the list.
#
# Hurt by the wrong guess: owners of self-signed mail servers, for whom DANE needs no authority: mail from senders with
# DANE is deferred once the records are there; and hosts of the same file that keep the record of an old key.
# Output seen: "letsdns 1.2.2: req -x509: 2 1 1, s_client: self-signed certificate; the same key as 3 1 1: OK; without
# basicConstraints: ExtensionNotFound, status 1, records of the host after it: 0".
#
# Needs Python with venv, openssl.
set -eu
work=$(mktemp -d)
cd "$work"
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check letsdns==1.2.2 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout own.key -out own.pem -days 30 \
    -subj /CN=mx.example.com -addext subjectAltName=DNS:mx.example.com 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout bare.key -out bare.csr \
    -subj /CN=mx2.example.com 2>/dev/null
openssl x509 -req -in bare.csr -CA own.pem -CAkey own.key -set_serial 2 -days 20 -out bare.pem 2>/dev/null
host() { # NAME CERTIFICATE: a section of the configuration
    printf '[%s]\naction = nsupdate-stdout\ndomain = example.com\nhostname = %s\nttl = 3600\n' "$1" "$1"
    printf 'cert_a_path = %s\n' "$2"
}
host mx own.pem >one.conf
{ host mx2 bare.pem; host mx own.pem; } >two.conf
venv/bin/letsdns one.conf >one.out
data=$(sed -n 's/^update add .* IN TLSA \([0-9] 1 1 [0-9a-f]*\)$/\1/p' one.out)
status=0
venv/bin/letsdns two.conf >two.out 2>two.err || status=$?
bare="$(sed -n '$s/.*\(ExtensionNotFound\).*/\1/p' two.err), status $status, records of the host after it: $(
    grep -c '^update add _25._tcp.mx.example.com' two.out || true)"

port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
openssl s_server -accept "127.0.0.1:$port" -key own.key -cert own.pem -quiet >server.log 2>&1 &
pid=$!
verify() { # TLSA: what a sender makes of it
    openssl s_client -brief -connect "127.0.0.1:$port" -dane_tlsa_domain mx.example.com -dane_tlsa_rrdata "$1" \
        </dev/null 2>&1 | sed -nE 's/^Verification( error)?: //p'
}
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -z "$(verify "$data")" ] || break
    sleep 0.3
done
own="$(echo "$data" | cut -c1-5), s_client: $(verify "$data"); the same key as 3 1 1: $(verify "3${data#2}")"
found="req -x509: $own; without basicConstraints: $bare"
echo "letsdns 1.2.2: $found"
[ "$found" = "req -x509: 2 1 1, s_client: self-signed certificate; the same key as 3 1 1: OK; \
without basicConstraints: ExtensionNotFound, status 1, records of the host after it: 0" ]
