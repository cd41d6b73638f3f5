#!/bin/sh
# pyDANETLSA 1.0.11 (PyPI), tlsa_rr(): of a mail server that has the zone's own name (MX 0 example.com.) the record's owner
# is "_25._tcp.", which is outside of the zone; named-checkzone 9.18.49 drops the record and ends with 0.
#
# The method writes owners relative to the zone: "_25._tcp.mx" for mx.example.com.  At the apex nothing is left for the
# host, but the dot before it stays, and a name with a dot at its end is absolute (RFC 1035 section 5.1).  What is
# not below the zone's name is ignored by BIND with a warning.  tlsa_rr_fqdn() has the right name.
#
# Hurt by the wrong guess: small domains whose web and mail server is the domain itself, which put the line into a zone file
# after a renewal: the zone loads, the old record may be gone already, and the host has no DANE.  Output seen:
# "pyDANETLSA 1.0.11: mx.example.com: _25._tcp.mx, named-checkzone 0, TLSA in the zone 1; example.com: _25._tcp.,
# named-checkzone 0, TLSA in the zone 0 (ignoring out-of-zone data)".
#
# Needs Python with venv, openssl, and named-checkzone (bind9-utils).
set -eu
work=$(mktemp -d)
cd "$work"
trap 'rm -rf "$work"' EXIT
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check pyDANETLSA==1.0.11 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 30 \
    -subj /CN=example.com 2>/dev/null
cat >record.py <<'PYTHON'
import sys

from pyDANETLSA import DANETLSA, DANETLSAprotocols

PEM = DANETLSAprotocols.DANETLSA_PEM
tlsa = DANETLSA(fqdn=sys.argv[1], port=25, domain="example.com", app_protocol=PEM, certfile="cert.pem")
tlsa.connect()
print(tlsa.tlsa_rr())
PYTHON
host() { # NAME: what becomes of its record
    venv/bin/python record.py "$1" >record
    { printf '$TTL 3600\n@ SOA ns hostmaster 1 7200 3600 604800 3600\n@ NS ns\nns A 127.0.0.1\n@ MX 0 %s.\n' "$1"
        printf '@ A 127.0.0.1\nmx A 127.0.0.1\n'
        cat record; } >zone
    status=0
    named-checkzone -o loaded example.com zone >log 2>&1 || status=$?
    warning=$(grep -o 'ignoring out-of-zone data' log || true)
    number=$(grep -c '[[:space:]]TLSA[[:space:]]' loaded || true)
    echo "$1: $(cut -d' ' -f1 record), named-checkzone $status, TLSA in the zone $number${warning:+ ($warning)}"
}
told="$(host mx.example.com); $(host example.com)"
echo "pyDANETLSA 1.0.11: $told"
[ "$told" = "mx.example.com: _25._tcp.mx, named-checkzone 0, TLSA in the zone 1; example.com: _25._tcp., \
named-checkzone 0, TLSA in the zone 0 (ignoring out-of-zone data)" ]
