#!/bin/sh
# dnspython 2.9.2 (PyPI): sign_zone gives NSEC records the SOA's MINIMUM as TTL, though the SOA's own
# TTL is smaller; dnssec-signzone 9.18.49 and ldns-signzone 1.8.3 give the smaller (RFC 9077 section 3).
#
# Owners of a zone shorten the SOA's TTL to have "no such record" forgotten soon, before they publish
# the record.  A negative answer is kept for the smaller of the two (RFC 2308 section 5); a resolver that
# makes denials of its own from NSEC records (RFC 8198) has the records' TTL to go by, here a day
# where two minutes were meant.
#
# Hurt by the wrong guess: whoever publishes TLSA records for the first time and waits for the SOA's
# TTL only.  Output seen: "SOA TTL 120, MINIMUM 86400, so NSEC: dnspython 2.9.2 86400, dnssec-signzone
# 120, ldns-signzone 120".
#
# Needs Python with venv, dnssec-keygen, dnssec-signzone and ldns-signzone, which on Debian are
# bind9-utils and ldnsutils.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check dnspython==2.9.2 cryptography 2>/dev/null
cat >zone <<END
ex.test. 120 IN SOA ns.ex.test. h.ex.test. 1 3600 600 864000 86400
ex.test. 3600 IN NS ns.ex.test.
ns.ex.test. 3600 IN A 127.0.0.1
END
dnspython=$(venv/bin/python - <<'PYTHON'
import dns.dnssec
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

with open("zone") as file:
    zone = dns.zone.from_text(file.read(), origin="ex.test.", relativize=False)
private = ec.generate_private_key(ec.SECP256R1())
public = dns.dnssec.make_dnskey(private.public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257)
dns.dnssec.sign_zone(zone, keys=[(private, public)], add_dnskey=True, dnskey_ttl=3600, lifetime=864000)
print(zone.find_rdataset("ex.test.", "NSEC").ttl)
PYTHON
)
key=$(dnssec-keygen -q -a ECDSAP256SHA256 -f KSK ex.test)
cat zone "$key.key" >with-key
dnssec-signzone -z -o ex.test -O full -f bind with-key >log 2>&1
ldns-signzone -f ldns zone "$key"
ttl() { # FILE: the TTL of its first NSEC record
    awk '$4 == "NSEC" { print $2; exit }' "$1"
}
told="dnspython 2.9.2 $dnspython, dnssec-signzone $(ttl bind), ldns-signzone $(ttl ldns)"
echo "SOA TTL 120, MINIMUM 86400, so NSEC: $told"
[ "$told" = "dnspython 2.9.2 86400, dnssec-signzone 120, ldns-signzone 120" ]
