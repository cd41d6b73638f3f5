#!/bin/sh
# hash-slinger 3.1 (Debian 12), tlsa --create: what went wrong ends with status 0, and a host name
# with a capital letter is among what goes wrong.
#
# A certificate file that is not there, and a question nobody answers (--usage 2 asks whether the
# certificate is meant, with --certificate as well), are told on standard output, nothing is written
# to standard error, no record is made, and the status is 0: the manual page has statuses for
# --verify only.  MX.example.com, a valid name, "is not in the correct format"; mx.example.com is.
#
# Hurt by the wrong guess: scripts after a renewal, `tlsa --create ... >record && nsupdate ...` or
# with `set -e`: they go on with an error message in the place of a record, or with none.  Output seen:
# "tlsa 3.1: missing file 0, unanswered question 0, MX.example.com 0 without a record,
# mx.example.com 0 with one".
#
# Needs apt-get of Debian 12 or its archive, dpkg-deb, openssl (with libssl.so.3) and Python 3.11.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/debs" "$work/root"
chmod 755 "$work" "$work/debs"
(cd "$work/debs" && apt-get download -q -o APT::Sandbox::User=root \
    hash-slinger=3.1-1.1+deb12u1 python3-m2crypto=0.38.0-4+b1 python3-unbound=1.17.1-2+deb12u4 \
    libunbound8=1.17.1-2+deb12u4 libevent-2.1-7=2.1.12-stable-8 libnettle8=3.8.1-2 libhogweed6=3.8.1-2 \
    libgmp10=2:6.2.1+dfsg1-1.1 >/dev/null 2>"$work/apt.log") || { cat "$work/apt.log" >&2; exit 1; }
for deb in "$work"/debs/*.deb; do
    dpkg-deb -x "$deb" "$work/root"
done
LD_LIBRARY_PATH=$(find "$work/root" -name 'lib*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
PYTHONPATH=$work/root/usr/lib/python3/dist-packages
export LD_LIBRARY_PATH PYTHONPATH

cd "$work"
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj "/CN=An Authority" -days 30 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj "/CN=mx.example.com" 2>/dev/null
openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem -days 30 2>/dev/null
cat leaf.pem ca.pem >cert.pem
made() { # ARGUMENT...: "STATUS" or "STATUS with a record"
    status=0
    python3.11 "$work/root/usr/bin/tlsa" --create --port 25 "$@" >out 2>err </dev/null || status=$?
    [ ! -s err ] || { echo "standard error: $(cat err)" >&2; exit 1; }
    if grep -q 'IN TLSA' out; then echo "$status with one"; else echo "$status"; fi
}
told="tlsa 3.1: missing file $(made --certificate none.pem mx.example.com), \
unanswered question $(made --certificate cert.pem --usage 2 mx.example.com), \
MX.example.com $(made --certificate cert.pem MX.example.com) without a record, \
mx.example.com $(made --certificate cert.pem mx.example.com)"
echo "$told"
[ "$told" = "tlsa 3.1: missing file 0, unanswered question 0, MX.example.com 0 without a record, \
mx.example.com 0 with one" ]
