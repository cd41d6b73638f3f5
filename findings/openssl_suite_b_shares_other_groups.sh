#!/bin/sh
# OpenSSL 3.5.9 (Debian 13; 3.6.5 likewise): with a cipher list of SUITEB128 or SUITEB128ONLY a client's
# key shares are for groups that it does not offer, and no TLS 1.3 server can go on.
#
# Suite B replaces supported_groups by P-256 (and P-384), but not the groups of the default list that
# are marked for a key share: the hello has shares of X25519MLKEM768 and x25519.  RFC 8446 section
# 4.2.8 forbids that, and a server may answer with illegal_parameter, as OpenSSL's own does.  A list of
# groups of one's own without marks (-groups P-256) helps.
#
# Hurt by the wrong guess: whoever has SUITEB128 in a cipher list, which worked before 3.5: Postfix 3.11
# with tls_medium_cipherlist=SUITEB128 reaches no server with TLS 1.3 any more, as its groups are
# that default; Postfix 3.10, which lists groups itself, does.  Output seen: "OpenSSL 3.5.9: SUITEB128: illegal
# parameter; with -groups P-256: connected".
#
# Needs root, debootstrap and Debian's archive, or a tree with that OpenSSL (TREE=/opt/trixie).
set -eu
work=$(mktemp -d)
trap 'kill $server 2>/dev/null || :; rm -rf "$work"' EXIT
server=
tree=${TREE:-$work/tree}
[ -x "$tree/usr/bin/openssl" ] || debootstrap --variant=minbase --include=openssl trixie "$tree" >"$work/log" 2>&1
files=$(mktemp -d "$tree/tmp/finding.XXXXXX")
trap 'kill $server 2>/dev/null || :; rm -rf "$files" "$work"' EXIT
inside=${files#"$tree"}
openssl() { chroot "$tree" openssl "$@"; }

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 30 \
    -keyout "$inside/key.pem" -out "$inside/cert.pem" 2>/dev/null
chroot "$tree" openssl s_server -accept 127.0.0.1:14443 -quiet \
    -key "$inside/key.pem" -cert "$inside/cert.pem" >"$work/server.log" 2>&1 &
server=$!
for _ in 1 2 3 4 5; do
    openssl s_client -connect 127.0.0.1:14443 </dev/null >/dev/null 2>&1 && break || sleep 1
done
suite_b() { # OPTION...: what becomes of a connection
    openssl s_client -connect 127.0.0.1:14443 -cipher SUITEB128 "$@" </dev/null >"$work/out" 2>&1 &&
        echo connected || sed -n 's/.*alert \(illegal parameter\).*/\1/p' "$work/out" | head -n 1
}
plain=$(suite_b)
named=$(suite_b -groups P-256)
version=$(openssl version | cut -d' ' -f2)
echo "OpenSSL $version: SUITEB128: $plain; with -groups P-256: $named"
[ "$plain" = "illegal parameter" ] && [ "$named" = connected ]
