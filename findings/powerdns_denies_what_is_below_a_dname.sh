#!/bin/sh
# PowerDNS Recursor 5.2.13 (Debian 13): what is below a DNAME does not exist, if the zone has NSEC3.
#
# The recursor makes denials of its own from validated NSEC3 records ("aggressive" use, RFC 8198; on
# as shipped).  It takes the NSEC3 record of the DNAME's owner, which it has from a question for
# that name (its own, with names minimised: RFC 9156), for the closest encloser of a name below,
# and where records it knows cover that name and the wildcard: NXDOMAIN, with AD and extended error
# 29.  RFC 5155 section 8.3 wants such a record left alone: with the DNAME bit it proves nothing
# about what is below.
#
# Hurt by the wrong guess: mail to names below a DNAME.  In a large zone it depends on what else was
# asked before, so that it comes and goes.  A validating stub behind the recursor calls the reply
# bogus; one that believes AD takes it.  Output seen: "pdns_recursor 5.2.13: NXDOMAIN ad ede 29;
# aggressive_nsec_cache_size 0: NOERROR ad DNAME".
#
# Needs root (for a network of its own), ip, knotd, ldns-keygen, ldns-signzone, ldns-key2ds, dig and
# pdns_recursor, which on Debian 13 are iproute2, knot, ldnsutils, bind9-dnsutils and pdns-recursor.
set -eu
command -v pdns_recursor >/dev/null || { echo "pdns_recursor is not here" >&2; exit 2; }
[ "${1:-}" = inside ] || exec unshare -n "$0" inside
ip link set lo up
work=$(mktemp -d)
cd "$work"
trap 'kill $pids 2>/dev/null; rm -rf "$work"' EXIT
pids=

cat >zone <<END
. 3600 SOA ns. h.ns. 1 3600 600 864000 300
. 3600 NS ns.
ns. 3600 A 127.0.0.1
old. 3600 DNAME new.
x.new. 3600 A 192.0.2.3
END
key=$(ldns-keygen -r /dev/urandom -a ECDSAP256SHA256 -k .)
ldns-signzone -n -t 0 -o . -f signed zone "$key"
ds=$(ldns-key2ds -n -2 "$key.key" | cut -f 5-)
mkdir knot
cat >knot.conf <<END
server:
    rundir: $work/knot
    listen: 127.0.0.1@53
database:
    storage: $work/knot
zone:
  - domain: .
    file: $work/signed
    semantic-checks: off
    zonefile-sync: -1
    journal-content: none
END
printf '. 3600 NS ns.\nns. 3600 A 127.0.0.1\n' >hints
knotd -c knot.conf >knot.log 2>&1 &
pids=$!

ask() { # ADDRESS NAME TYPE
    dig "@$1" +dnssec +tries=1 +timeout=3 "$2" "$3"
}
answer() { # ADDRESS CACHE-SIZE: what a recursor says of a name below the DNAME
    mkdir "$1"
    cat >"$1/recursor.yml" <<END
incoming:
  listen: [$1]
outgoing:
  dont_query: []
recursor:
  hint_file: $work/hints
  socket_dir: $work/$1
  security_poll_suffix: ''
dnssec:
  validation: validate
  aggressive_nsec_cache_size: $2
  trustanchors:
  - name: .
    dsrecords: ['$ds']
END
    pdns_recursor --config-dir="$work/$1" --daemon=no >"$1/log" 2>&1 &
    pids="$pids $!"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        ask "$1" . SOA | grep -q 'flags:.* ad' && break
        sleep 1
    done
    ask "$1" x.old. A >"$1/reply"
    sed -n 's/.*status: \([A-Z]*\).*/\1/p; s/^;; flags:.* \(ad\);.*/\1/p; s/^; EDE: \([0-9]*\).*/ede \1/p' "$1/reply"
    awk '$4 == "DNAME" { print $4 }' "$1/reply"
}
version=$(pdns_recursor --version 2>&1 | sed -n 's/.*Recursor \([0-9.]*\).*/\1/p')
answer 127.0.0.2 100000 >as-shipped # its default
answer 127.0.0.3 0 >never
told="pdns_recursor $version: $(paste -s -d ' ' as-shipped); aggressive_nsec_cache_size 0: $(paste -s -d ' ' never)"
echo "$told"
[ "$told" = "pdns_recursor $version: NXDOMAIN ad ede 29; aggressive_nsec_cache_size 0: NOERROR ad DNAME" ]
