#!/bin/sh
# OpenSSL 3.5.9 (Debian 13; 3.6.5 likewise): SSL_trace(), and so s_client -trace, shows no certificates
# that came compressed with zlib (RFC 8879), and does not say so.
#
# It prints how long they are and a dump of the compressed octets, and then decompresses with the
# method meant for streams, which takes a stream's end for a failure; every good one has an end.
# Compressed with zstd, the same certificates are shown as text.  The handshake itself uses another
# method, and is none the worse.
#
# Hurt by the wrong guess: whoever looks for a server's certificate in such a trace, or has a script
# do so: it looks as if the server had sent none.  Output seen: "OpenSSL 3.5.9: certificates in the
# trace: 1 without compression, 0 with zlib".
#
# Needs root, debootstrap and Debian's archive, or a tree with that OpenSSL (TREE=/opt/trixie).
set -eu
work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || :; rm -rf "$work"' EXIT
tree=${TREE:-$work/tree}
[ -x "$tree/usr/bin/openssl" ] || debootstrap --variant=minbase --include=openssl trixie "$tree" >"$work/log" 2>&1
files=$(mktemp -d "$tree/tmp/finding.XXXXXX")
trap 'kill $server 2>/dev/null || :; rm -rf "$files" "$work"' EXIT
inside=${files#"$tree"}
openssl() { chroot "$tree" openssl "$@"; }

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 30 \
    -keyout "$inside/key.pem" -out "$inside/cert.pem" 2>/dev/null
chroot "$tree" openssl s_server -accept 127.0.0.1:14444 -quiet -cert_comp \
    -key "$inside/key.pem" -cert "$inside/cert.pem" >"$work/server.log" 2>&1 &
server=$!
for _ in 1 2 3 4 5; do
    openssl s_client -connect 127.0.0.1:14444 </dev/null >/dev/null 2>&1 && break || sleep 1
done
trace() { # FILE OPTION...: a connection's trace
    file=$1
    shift
    openssl s_client -connect 127.0.0.1:14444 -trace "$@" </dev/null >"$file" 2>&1
}
trace "$work/zlib"
trace "$work/plain" -no_rx_cert_comp
grep -q "Compression type=zlib" "$work/zlib"
shown() { grep -c "ASN.1Cert, length=" "$1" || :; }
plain=$(shown "$work/plain") zlib=$(shown "$work/zlib")
version=$(openssl version | cut -d' ' -f2)
echo "OpenSSL $version: certificates in the trace: $plain without compression, $zlib with zlib"
[ "$plain" = 1 ] && [ "$zlib" = 0 ]
