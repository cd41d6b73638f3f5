#!/bin/sh
# kzonecheck 3.2.6 (Debian 12): a signed zone with CDS and no CDNSKEY is an error, status 1, and so is
# the other way round.
#
# RFC 7344 has both as what a child should publish, for it cannot know which its parent reads;
# one whose parent said so needs but that one, and dnssec-verify and ldns-verify-zone have nothing
# to say against it.
#
# Hurt by the wrong guess: whoever checks before publishing and takes the status for "the zone is
# broken", in the very moment of a key rollover.  Output seen: "CDS alone: kzonecheck 1 (missing
# CDNSKEY), dnssec-verify 0, ldns-verify-zone 0; CDNSKEY alone: kzonecheck 1".
#
# Needs dnssec-keygen, dnssec-signzone, dnssec-verify, kzonecheck and ldns-verify-zone, which on Debian
# are bind9-utils, knot-dnssecutils and ldnsutils.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >zone <<END
ex.test. 3600 IN SOA ns.ex.test. h.ex.test. 1 3600 600 864000 300
ex.test. 3600 IN NS ns.ex.test.
ns.ex.test. 3600 IN A 127.0.0.1
END
key=$(dnssec-keygen -q -a ECDSAP256SHA256 -f KSK ex.test)
{ cat zone "$key.key"; dnssec-dsfromkey -2 "$key.key" | sed 's/ DS / CDS /'; } >cds
{ cat zone "$key.key"; sed -n 's/ DNSKEY / CDNSKEY /p' "$key.key"; } >cdnskey
for name in cds cdnskey; do
    dnssec-signzone -z -o ex.test -f "$name.signed" "$name" >log 2>&1
done
status() { # COMMAND...: how it ended
    "$@" >log 2>&1 && echo 0 || echo $?
}
cds=$(status kzonecheck -o ex.test. --dnssec on cds.signed)
why=$(sed -n 's/^\[ex.test.\] //p' log)
told="CDS alone: kzonecheck $cds ($why), dnssec-verify $(status dnssec-verify -z -o ex.test cds.signed), ldns-verify-zone $(status ldns-verify-zone cds.signed); CDNSKEY alone: kzonecheck $(status kzonecheck -o ex.test. --dnssec on cdnskey.signed)"
echo "$told"
[ "$told" = "CDS alone: kzonecheck 1 (missing CDNSKEY), dnssec-verify 0, ldns-verify-zone 0; CDNSKEY alone: kzonecheck 1" ]
