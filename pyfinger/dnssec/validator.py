"""Validation of one reply, from the trust anchor down to it.

    validator = Validator(root_anchors(), fetch, time.time)
    validated = yield from validator.validate("example.com", "MX", reply)

`fetch(name, rdtype)` asks a recursive resolver with DO=1 and CD=1 and gives the
reply's bytes, from TCP where the datagram was cut; None if nobody answered.  Nothing
else of the resolver is believed: neither its AD bit nor its CD.

`validate` never raises: whatever the bytes, and whatever is fetched, an outcome comes of
it, within `Limits`.  Aliases are followed inside the reply, and beyond it with `fetch`:
the outcome is that of the whole chain, down to the records of the type asked for or to
the proof that there are none.  It holds for the reply's answer section and its code.

One `Validator` serves a process: it remembers what it has found out of zones and
signatures, as long as it is good, within bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pyfinger.dnssec.anchors import TrustAnchors
from pyfinger.dnssec.budget import Limits
from pyfinger.dnssec.message import read_message
from pyfinger.dnssec.names import from_text
from pyfinger.errors import DecodeError
from pyfinger.model.dnssec import (
    Indeterminate,
    IndeterminateReason,
    Insecure,
    InsecureReason,
    Security,
    Validated,
)
from pyfinger.steps import Clock, Steps

Fetch: TypeAlias = Callable[[str, str], Steps[bytes | None]]


class Validator:
    """Validates with these anchors; `clock` is the time of day, in seconds since the epoch."""

    def __init__(
        self, anchors: TrustAnchors, fetch: Fetch, clock: Clock, limits: Limits | None = None
    ) -> None:
        self._anchors = anchors
        self._fetch = fetch
        self._clock = clock
        self._limits = limits or Limits()

    def validate(self, name: str, rdtype: str, reply: bytes | None) -> Steps[Validated]:
        """What is to be thought of a reply to the question for `name`, which is as in zone files."""
        yield from ()
        return Validated(self._at_first_sight(name, rdtype, reply))

    def _at_first_sight(self, name: str, rdtype: str, reply: bytes | None) -> Security:
        asked = f"{name} {rdtype}"
        if reply is None:
            return Indeterminate(IndeterminateReason.NO_REPLY, asked)
        try:
            read, owner = read_message(reply), from_text(name)
        except DecodeError as error:
            return Indeterminate(IndeterminateReason.MALFORMED, asked, str(error))
        if read.truncated:
            return Indeterminate(IndeterminateReason.TRUNCATED, asked)
        if self._anchors.closest(owner) is None:
            return Insecure(InsecureReason.NO_ANCHOR, name)
        return Indeterminate(IndeterminateReason.TOO_EXPENSIVE, asked, "the walk is not built yet")
