#!/bin/sh
# editcap 4.0.17 (Wireshark, Debian 12): a capture that it has put TLS secrets into is one that it,
# reordercap and mergecap refuse: "can't be written as a "pcapng" file"; not even the secrets come out
# again.
#
# It puts the Decryption Secrets Block before the first interface, as the pcapng draft allows and as it
# should be for the packets that follow.  Read back, such a file has no link type yet where editcap
# wants to know one.  tshark reads it, decrypts, and writes it anew with the interface first: that
# copy can be cut and merged.
#
# Hurt by the wrong guess: whoever keeps captures with their secrets inside, and wants to cut out the
# session in question later, or take the secrets out before handing them on.  Output seen: "editcap 4.0.17:
# with secrets editcap 2, --discard-all-secrets 2, reordercap 1, mergecap 2; after tshark -w 0 0 0 0".
#
# Needs python3, text2pcap, editcap, reordercap, mergecap and tshark, which on Debian are wireshark-common
# and tshark.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 - >hex <<'PYTHON'
for number in range(4):
    print(f"10:00:00.{number:06d}")
    print("000000 45 00 00 1c 00 00 00 00 40 11 00 00 7f 00 00 01 7f 00 00 01 00 35 00 35 00 08 00 00")
PYTHON
text2pcap -q -l 101 -t '%H:%M:%S.%f' hex plain >log 2>&1
echo "CLIENT_RANDOM $(printf '%064d' 1) $(printf '%096d' 2)" >keys
editcap --inject-secrets tls,keys plain secret
tshark -r secret -w again -F pcapng 2>log
status() { # COMMAND...: how it ended
    "$@" >log 2>&1 && echo 0 || echo $?
}
cut=$(status editcap -r secret out 2-3)
discard=$(status editcap --discard-all-secrets secret out)
told="with secrets editcap $cut, --discard-all-secrets $discard, reordercap $(status reordercap secret out), mergecap $(status mergecap -w out secret secret)"
after="$(status editcap -r again out 2-3) $(status editcap --discard-all-secrets again out) $(status reordercap again out) $(status mergecap -w out again again)"
version=$(editcap --version 2>/dev/null | sed -n '1s/[^0-9]*\([0-9.]*\).*/\1/p')
echo "editcap $version: $told; after tshark -w $after"
[ "$told; $after" = "with secrets editcap 2, --discard-all-secrets 2, reordercap 1, mergecap 2; 0 0 0 0" ]
