#!/bin/sh
# danetool 3.7.9 (Debian 12, gnutls-bin) and ldns-dane 1.8.3 (Debian 12, ldnsutils): of the same chain
# file one makes the TLSA record 2 1 1 of the server's own key, the other that of the authority.
#
# danetool --tlsa-rr --ca takes the first certificate of --load-certificate, whatever stands behind
# it; --ca only changes the first field to 2.  ldns-dane create ... 2 takes the last certificate of
# -c.  Files as certbot writes them (fullchain.pem) have the server's certificate first.  Neither says
# which certificate it took.
#
# Hurt by the wrong guess: whoever publishes what danetool makes of such a file: as a trust anchor
# (DANE-TA) the server's own key vouches for nobody's signature, senders find no match, and mail is
# deferred; and it changes with each new key, which 2 1 1 was meant to prevent.  Output seen:
# "danetool 3.7.9: 2 1 1 of the leaf; ldns-dane 1.8.3: 2 1 1 of the authority".
#
# Needs apt-get of Debian 12 or its archive, dpkg-deb, and openssl (with libssl.so.3).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/debs" "$work/root"
chmod 755 "$work" "$work/debs"
(cd "$work/debs" && apt-get download -q -o APT::Sandbox::User=root \
    gnutls-bin=3.7.9-2+deb12u7 libgnutls-dane0=3.7.9-2+deb12u7 libgnutls30=3.7.9-2+deb12u7 \
    libunbound8=1.17.1-2+deb12u4 libevent-2.1-7=2.1.12-stable-8 libnettle8=3.8.1-2 libhogweed6=3.8.1-2 \
    libtasn1-6=4.19.0-2+deb12u1 libidn2-0=2.3.3-1+b1 libunistring2=1.0-2 libp11-kit0=0.24.1-2 \
    libffi8=3.4.4-1 libgmp10=2:6.2.1+dfsg1-1.1 \
    ldnsutils=1.8.3-1+b1 libldns3=1.8.3-1+b1 >/dev/null 2>"$work/apt.log") || { cat "$work/apt.log" >&2; exit 1; }
for deb in "$work"/debs/*.deb; do
    dpkg-deb -x "$deb" "$work/root"
done
LIBRARIES=$(find "$work/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { # COMMAND...: of the packages, with their libraries
    LD_LIBRARY_PATH=$LIBRARIES "$work/root/usr/bin/$@"
}

cd "$work"
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj "/CN=An Authority" -days 30 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj "/CN=mx.example.com" 2>/dev/null
openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem -days 30 2>/dev/null
cat leaf.pem ca.pem >fullchain.pem

digest() { # FILE: of the key in a certificate
    openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -r | cut -d' ' -f1
}
whose() { # TEXT: the certificate whose key's digest is in it
    case $(printf '%s' "$1" | tr 'A-F' 'a-f') in
    *"$(digest leaf.pem)"*) echo "the leaf" ;;
    *"$(digest ca.pem)"*) echo "the authority" ;;
    *) echo "neither" ;;
    esac
}
first=$(run danetool --tlsa-rr --ca --host mx.example.com --port 25 --load-certificate fullchain.pem)
last=$(run ldns-dane -c fullchain.pem create mx.example.com 25 2 1 1)
case "$first $last" in
*"02 01 01"*"2 1 1"*) ;;
*) echo "the records are not 2 1 1: $first $last" >&2; exit 1 ;;
esac
told="danetool 3.7.9: 2 1 1 of $(whose "$first"); ldns-dane 1.8.3: 2 1 1 of $(whose "$last")"
echo "$told"
[ "$told" = "danetool 3.7.9: 2 1 1 of the leaf; ldns-dane 1.8.3: 2 1 1 of the authority" ]
