#!/bin/sh
# unbound-host 1.17.1 (Debian 12): a zone signed with Ed448 is insecure to it, where the unbound daemon
# of the same version and release, asked with the same configuration, validates it.
#
# Debian builds the library, libunbound, with Nettle, which has no Ed448 then, and the daemon with
# OpenSSL.  An algorithm a validator does not have is as good as none (RFC 4035 section 5.2), so there is
# no error: "(insecure)".  What links libunbound goes with it: libgnutls-dane, OpenDKIM.
#
# Hurt by the wrong guess: whoever tries a zone with unbound-host and takes the daemon, or another program,
# for the same; TLSA records of an Ed448 zone are not used by half of the two.  Output seen: "unbound
# 1.17.1: daemon ad, unbound-host insecure; with ECDSA: daemon ad, unbound-host secure".
#
# Needs root (for a network of its own), ip, knotd, dnssec-keygen, dnssec-signzone, dnssec-dsfromkey, dig,
# unbound and unbound-host, which on Debian 12 are iproute2, knot, bind9-utils, bind9-dnsutils, unbound and
# unbound-host.
set -eu
[ "${1:-}" = inside ] || exec unshare -n "$0" inside
ip link set lo up
work=$(mktemp -d)
chmod 755 "$work"
cd "$work"
trap 'kill $pids 2>/dev/null; rm -rf "$work"' EXIT
pids=

said() { # ALGORITHM NUMBER: adds what daemon and command say of a root zone signed with it
    cat >"zone$2" <<END
. 3600 SOA ns. h.ns. 1 3600 600 864000 300
. 3600 NS ns.
ns. 3600 A 127.0.0.$2
x. 3600 A 192.0.2.3
END
    key=$(dnssec-keygen -q -a "$1" -f KSK .)
    cat "$key.key" >>"zone$2"
    dnssec-signzone -z -o . -f "signed$2" "zone$2" >"sign$2.log" 2>&1
    dnssec-dsfromkey -2 "$key.key" >"anchor$2"
    cat >"knot$2.conf" <<END
server:
    rundir: $work/knot$2
    listen: 127.0.0.$2@53
database:
    storage: $work/knot$2
zone:
  - domain: .
    file: $work/signed$2
    zonefile-sync: -1
    journal-content: none
END
    mkdir "knot$2"
    knotd -c "knot$2.conf" >"knot$2.log" 2>&1 &
    pids="$pids $!"
    cat >"unbound$2.conf" <<END
server:
    interface: 127.0.1.$2
    do-not-query-localhost: no
    username: ""
    chroot: ""
    directory: "$work"
    pidfile: ""
    use-syslog: no
    trust-anchor-file: "$work/anchor$2"
stub-zone:
    name: "."
    stub-addr: 127.0.0.$2
remote-control:
    control-enable: no
END
    unbound -d -c "unbound$2.conf" >"unbound$2.log" 2>&1 &
    pids="$pids $!"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        dig "@127.0.1.$2" +tries=1 +timeout=1 x. A >"reply$2" && grep -q NOERROR "reply$2" && break
        sleep 1
    done
    flags=$(sed -n 's/^;; flags:.* \(ad\);.*/\1/p' "reply$2")
    host=$(unbound-host -C "unbound$2.conf" -v -t A x. 2>/dev/null | sed -n 's/.*(\([a-z]*\))$/\1/p')
    told="${told:+$told; with ECDSA: }daemon ${flags:-no ad}, unbound-host $host"
}
version=$(unbound -V | sed -n 's/^Version \([0-9.]*\).*/\1/p')
told=
said ED448 2
said ECDSAP256SHA256 3
echo "unbound $version: $told"
[ "$told" = "daemon ad, unbound-host insecure; with ECDSA: daemon ad, unbound-host secure" ]
