#!/bin/sh
# validns 0.8+git20160720 (Debian 12): `_25._tcp.*.ex.test` is no name to it, with or without DNSSEC.
#
# An asterisk label may stand anywhere in a name (RFC 4592 section 2.1.1); only at the left is it a
# wildcard.  The name comes up where somebody wants TLSA records for all hosts: it does not do what its
# author hopes, but the zone is in order, and every server loads it.  validns calls it malformed
# and goes on without the record, so that later errors (NSEC chain, missing names) are of its own making.
#
# Hurt by the wrong guess: whoever lets validns decide whether a zone is published.  Output seen:
# "named-checkzone 0, kzonecheck 0, validns 1: record name is not valid".
#
# Needs named-checkzone, kzonecheck and validns, which on Debian are bind9-utils, knot-dnssecutils and
# validns.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >zone <<END
ex.test. 3600 IN SOA ns.ex.test. h.ex.test. 1 3600 600 864000 300
ex.test. 3600 IN NS ns.ex.test.
ns.ex.test. 3600 IN A 127.0.0.1
_25._tcp.*.ex.test. 3600 IN TLSA 3 1 1 abababababababababababababababababababababababababababababababab
END
status() { # COMMAND...: how it ended
    "$@" >log 2>&1 && echo 0 || echo $?
}
told="named-checkzone $(status named-checkzone ex.test zone), kzonecheck $(status kzonecheck -o ex.test. zone), validns $(status validns -z ex.test zone): $(sed -n 's/.*: \(record name is not valid\)$/\1/p' log | sort -u)"
echo "$told"
[ "$told" = "named-checkzone 0, kzonecheck 0, validns 1: record name is not valid" ]
