#!/bin/sh
# cryptography 50.0.2 (PyPI), OpenSSL 3.0.22 and GnuTLS 3.7.9 (Debian 12): a host name with an underscore, mx_1.example.com,
# and a certificate that has it, or *.example.com: GnuTLS verifies both, OpenSSL the first, cryptography neither.
#
# An MX record may name such a host.  OpenSSL compares names octet by octet, but lets letters, digits and hyphens
# alone stand for an asterisk.  cryptography's x509.verification refuses the name, by ValueError("invalid domain name")
# and where the verifier is made, before there is a certificate: so it is no failed verification, but an exception
# of another family, from another call.  A trailing dot has the same end.
#
# Hurt by the wrong guess: whoever verifies mail servers with it and catches VerificationError: one such host ends the
# run; and whoever tests such a host with one of the three, where senders have another.  Output seen: "mx-1, mx_1, mx_1
# by *.example.com: cryptography 50.0.2: verified, ValueError, ValueError; OpenSSL 3.0.22: verified, verified, refused;
# certtool 3.7.9: verified, verified, verified".
#
# Needs Python with venv, openssl, and certtool (gnutls-bin).
set -eu
work=$(mktemp -d)
cd "$work"
trap 'rm -rf "$work"' EXIT
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check cryptography==50.0.2 2>/dev/null

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout root.key -out root.pem -days 30 \
    -subj /CN=Root -addext keyUsage=critical,keyCertSign 2>/dev/null
leaf() { # FILE NAME
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout leaf.key -out leaf.csr -subj /CN=leaf 2>/dev/null
    printf 'subjectAltName=DNS:%s\nauthorityKeyIdentifier=keyid\nextendedKeyUsage=serverAuth\n' "$2" >extensions
    openssl x509 -req -in leaf.csr -CA root.pem -CAkey root.key -set_serial "0x$(openssl rand -hex 8)" -days 20 \
        -extfile extensions -out "$1" 2>/dev/null
}
leaf hyphen.pem mx-1.example.com
leaf underscore.pem mx_1.example.com
leaf wildcard.pem '*.example.com'

cat >verify.py <<'PYTHON'
import sys

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

def load(name):
    with open(name, "rb") as file:
        return x509.load_pem_x509_certificate(file.read())

try:
    verifier = PolicyBuilder().store(Store([load("root.pem")])).build_server_verifier(x509.DNSName(sys.argv[2]))
    verifier.verify(load(sys.argv[1]), [])
    print("verified")
except (ValueError, VerificationError) as error:
    print(type(error).__name__)
PYTHON
by_cryptography() { venv/bin/python verify.py "$@"; }
by_openssl() { openssl verify -CAfile root.pem -verify_hostname "$2" "$1" >/dev/null 2>&1 && echo verified || echo refused; }
by_certtool() {
    certtool --verify --load-ca-certificate root.pem --verify-hostname "$2" --infile "$1" >/dev/null 2>&1 &&
        echo verified || echo refused
}
three() { # FUNCTION: what it makes of the three
    echo "$("$1" hyphen.pem mx-1.example.com), $("$1" underscore.pem mx_1.example.com), $("$1" wildcard.pem mx_1.example.com)"
}
found="$(three by_cryptography); $(three by_openssl); $(three by_certtool)"
version=$(venv/bin/python -c 'import cryptography; print(cryptography.__version__)')
echo "mx-1, mx_1, mx_1 by *.example.com: cryptography $version: $(echo "$found" | cut -d';' -f1);" \
    "OpenSSL $(openssl version | cut -d' ' -f2):$(echo "$found" | cut -d';' -f2);" \
    "certtool $(certtool --version | sed -n '1s/.* //p'):$(echo "$found" | cut -d';' -f3)"
[ "$found" = "verified, ValueError, ValueError; verified, verified, refused; verified, verified, verified" ]
