"""plain.test, unsigned, and the zones whose signatures or keys are wrong."""

from __future__ import annotations

from tests.lab.zones.records import Tlsa

_KEY = Tlsa(3, 1, 1, "p256")


PLAIN = (
    # What is secure elsewhere, seen from here, and the other way round.
    "@ MX 10 mx-host",
    "mx-host A 127.0.1.1",
    _KEY.line("mx-host"),
    "mx-nohost A 127.0.1.1",
    "nohost MX 10 mx-nohost",
    f"_shared TLSA {_KEY.content()}",
    "inmx MX 10 mx-ee4.dane.test.",
    "inmxbad MX 10 mx-nomatch.dane.test.",
    "inmxnone MX 10 mx-notlsa.dane.test.",
    "inmxta MX 10 mx-taint.dane.test.",
    "inmxnotls MX 10 mx-notls.dane.test.",
    "inmxtls12 MX 10 mx-tls12.dane.test.",
    "alias CNAME mx-ee4.dane.test.",
    "aliasmx MX 10 alias",
    "_submission._tcp SRV 0 1 587 mx-p587.dane.test.",
    # An unsigned host with a signed, separately trusted zone for its TLSA records.
    "mx-island A 127.0.1.1",
    "_tcp.mx-island NS ns.",
    "island MX 10 mx-island",
    # An unsigned host whose TLSA lookup fails.
    "mx-lame A 127.0.1.1",
    "_tcp.mx-lame NS dead.",
)
TLSABOGUS = ("@ MX 10 mx", "mx A 127.0.1.1", _KEY.line("mx"), "plainer MX 10 mx2", "mx2 A 127.0.1.1")
BOGUS = ("@ MX 10 mx", "mx A 127.0.1.1")
ISLAND = (f"_25 TLSA {_KEY.content()}",)
