"""example.test, signed, without TLSA: destinations, MX, SRV, aliases; and what stands in test. itself."""

from __future__ import annotations

_RECORDS = """
@ MX 10 mx1
@ A 127.0.1.1
v6 AAAA ::1
dual A 127.0.1.1
dual AAAA ::1
dualdown4 A 127.0.4.99
dualdown4 AAAA ::1
mxdual MX 10 dual
rsa MX 10 mx2
multimx MX 10 down
multimx MX 20 mx2
multimx MX 30 mx1
downmx MX 10 down
downmx MX 20 down2
down A 127.0.4.99
down2 A 127.0.4.98
equalmx MX 10 mx1
equalmx MX 10 mx2
twoaddr A 127.0.4.99
twoaddr A 127.0.1.1
noaddr MX 10 nothing
nothing TXT "no address here"
mixaddr MX 10 nothing
mixaddr MX 20 mx1
nxmx MX 10 does-not-exist
nullmx MX 0 .
nullplus MX 0 .
nullplus MX 10 mx1
implicit A 127.0.1.1
implicit6 AAAA ::1
txtonly TXT "neither MX nor address"
alias CNAME mx1
aliasmx CNAME rsa
mxalias MX 10 alias
chain CNAME alias
loop1 CNAME loop2
loop2 CNAME loop1
*.wild A 127.0.1.1
wildmx MX 10 host.wild
numeric MX 10 127.0.1.1.
badname MX 10 under_score-.bad_
badname2 MX 10 -dash-
underscore MX 10 mx_1
mx_1 A 127.0.1.1
exim A 127.0.2.1
lmtp A 127.0.2.3
lmtpdomain MX 10 mx1
lmtpdomain A 127.0.2.3
sni1 A 127.0.1.20
sni2 A 127.0.1.20
deep.sub A 127.0.1.1
deep.sub MX 10 mx1
_submission._tcp SRV 0 1 587 mx1
_submissions._tcp SRV 0 1 465 mx1
_smtp._tcp SRV 10 1 25 mx2
_smtp._tcp SRV 5 1 25 down
_2525._tcp SRV 0 0 25 mx1
_null._tcp SRV 0 0 0 .
_noaddr._tcp SRV 0 0 25 nothing
_587._tcp SRV 0 1 587 mx1
"""


# mxN are the Postfix servers, badN the misbehaving ones, tlsN those with s_server.
EXAMPLE = (
    *(f"mx{number} A 127.0.1.{number}" for number in range(1, 40)),
    *_RECORDS.strip().splitlines(),
    *(f"bad{number} A 127.0.4.{number}" for number in range(1, 60)),
    *(f"tls{number} A 127.0.3.{number}" for number in range(1, 31)),
)

TOP = (
    "xn--bcher-kva MX 10 mx8.example",
    "xn--bcher-kva A 127.0.1.8",
    "idnhost MX 10 xn--m-eha.idnhost",
    "xn--m-eha.idnhost A 127.0.1.8",
    "selfsigned A 127.0.1.35",
    "www.selfsigned A 127.0.1.21",
    "a.b.selfsigned A 127.0.1.21",
    "multi MX 10 mx8.example",
    "www.multi A 127.0.1.8",
    "first.multi A 127.0.1.8",
    "elsewhere MX 10 mx6.example",
)
