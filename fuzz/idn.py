"""Any name has an A-label form that is a host name and its own, or a problem in words; never both."""

from __future__ import annotations

from functools import partial

from pyfinger.events import Event, IdnConverted, IdnFailed
from pyfinger.resolve.hostname import valid_hostname
from pyfinger.resolve.idn import MAX_NAME, name_to_ask, to_ascii

SEEDS: list[bytes] = [
    text.encode()
    for text in (
        "bücher.example",
        "faß.例え.test",
        "xn--bcher-kva.example",
        "xn--a-.b\u3002c\uff0ed",
        "\u0301a.\u200d-b.c--d\u00ad",
        "\uff45\uff58\uff41mple\uff0e\uff23OM.",
        "Ⅷ.ﬁ.㋿",
    )
] + [b"caf\xe9.test"]


def check(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for transitional in (False, True):
        found = to_ascii(text, transitional=transitional)
        assert bool(found.ascii) != bool(found.problem)
        told: list[Event] = []
        asked = name_to_ask(text, told.append, partial(to_ascii, transitional=transitional))
        if text and text.isascii():
            assert (asked, told) == (text, [])
        elif found.ascii:
            assert (asked, told) == (found.ascii, [IdnConverted(text, found.ascii, False)])
        else:
            assert (asked, told) == (None, [IdnFailed(text, found.problem)])
        if found.ascii:
            assert found.ascii.isascii() and len(found.ascii) <= MAX_NAME
            assert valid_hostname(found.ascii)
            assert to_ascii(found.ascii, transitional=transitional) == found
