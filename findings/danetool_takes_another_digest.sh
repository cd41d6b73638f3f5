#!/bin/sh
# danetool 3.7.9 (GnuTLS, Debian 12): `--tlsa-rr --hash=sha384` makes a record of matching type 1
# (SHA-256), says so on standard error, and ends with 0; so do sha1 and md5.
#
# TLSA has SHA-256 and SHA-512 alone (RFC 6698 section 2.1.3), so the other names cannot be met; `--hash`
# takes every digest that GnuTLS has, for its other uses.  The line on standard output is good to publish.
#
# Hurt by the wrong guess: scripts that make records for two digests and compare or keep them by what
# they asked for: they have the same record twice, and none that is stronger.  Output seen: "danetool
# 3.7.9: sha384 03 01 01, status 0; sha512 03 01 02; the same record as for sha256: yes".
#
# Needs openssl, and danetool, which on Debian is gnutls-bin.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out leaf.pem -subj /CN=mx.test 2>/dev/null
record() { # HASH: the record for the key of the certificate
    danetool --tlsa-rr --host=mx.test --port=25 --domain "--hash=$1" --load-certificate=leaf.pem 2>>log
}
fields() {
    sed -n 's/.*TLSA ( \(.. .. ..\) .*/\1/p'
}
sha384=$(record sha384)
status=$?
[ "$sha384" = "$(record sha256)" ] && same=yes || same=no
version=$(danetool --version | sed -n '1s/.* //p')
told="sha384 $(echo "$sha384" | fields), status $status; sha512 $(record sha512 | fields); the same record as for sha256: $same"
echo "danetool $version: $told"
[ "$told" = "sha384 03 01 01, status 0; sha512 03 01 02; the same record as for sha256: yes" ]
