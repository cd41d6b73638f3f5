#!/bin/sh
# dnspython 2.9.2 (PyPI): sign_zone lists a delegation's glue in its NSEC record.
#
# Where a delegated zone's only name server is its own apex (sub NS sub, sub A ...), which is common,
# the address at the cut is glue.  RFC 4034 section 4.1.2 wants the bits of what the parent is not
# authoritative for to be clear: NS and DS, with RRSIG and NSEC.  dnspython's signer writes A into the
# bitmap, and rightly signs no address.  dnssec-verify of BIND 9.18.49 and kzonecheck
# of Knot 3.2.6 (Debian 12) refuse the whole zone; ldns-verify-zone 1.8.3 sees nothing.
#
# Hurt by the wrong guess: whoever signs with dnspython and serves with another program, which does not
# load the zone, or not after a transfer; tests with ldns alone do not show it.  Output seen: "dnspython
# 2.9.2: sub NSEC A NS RRSIG NSEC; dnssec-verify 1, kzonecheck 1, ldns-verify-zone 0".
#
# Needs Python with venv, dnssec-verify, kzonecheck and ldns-verify-zone, which on Debian are
# bind9-utils, knot-dnssecutils and ldnsutils.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check dnspython==2.9.2 cryptography 2>/dev/null
types=$(venv/bin/python - <<'PYTHON'
import dns.dnssec
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

zone = dns.zone.from_text(
    """
ex.test. 3600 IN SOA ns.ex.test. h.ex.test. 1 3600 600 864000 300
ex.test. 3600 IN NS ns.ex.test.
ns.ex.test. 3600 IN A 127.0.0.1
sub.ex.test. 3600 IN NS sub.ex.test.
sub.ex.test. 3600 IN A 127.0.0.2
""",
    origin="ex.test.",
    relativize=False,
)
private = ec.generate_private_key(ec.SECP256R1())
public = dns.dnssec.make_dnskey(private.public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257)
dns.dnssec.sign_zone(zone, keys=[(private, public)], add_dnskey=True, dnskey_ttl=3600, lifetime=864000)
zone.to_file("signed", relativize=False, want_origin=False)
[nsec] = zone.find_rdataset("sub.ex.test.", "NSEC")
print(nsec.to_text().partition(" ")[2])
PYTHON
)
status() { # COMMAND...: how it ended
    "$@" >log 2>&1 && echo 0 || echo $?
}
told="sub NSEC $types; dnssec-verify $(status dnssec-verify -z -o ex.test signed), kzonecheck $(status kzonecheck -o ex.test. --dnssec on signed), ldns-verify-zone $(status ldns-verify-zone signed)"
echo "dnspython 2.9.2: $told"
[ "$told" = "sub NSEC A NS RRSIG NSEC; dnssec-verify 1, kzonecheck 1, ldns-verify-zone 0" ]
