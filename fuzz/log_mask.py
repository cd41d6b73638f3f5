"""Any -L value gives a mask or the first word that is unknown.

Order and repetition of the words do not matter, nor does their case.
"""

from __future__ import annotations

from pyfinger.cli.option_values import log_mask, words_of
from pyfinger.options import LOG_WORDS, Log

SEEDS: list[bytes] = [
    b"routine,certmatch",
    b"ssl-debug, Untrusted\tpeercert",
    b"0,1,2,3,4,9,none",
    b"ssl-session-packet-dump,verbose,cache,dane,summary",
]


def check(data: bytes) -> None:
    value = data.decode("utf-8", "surrogateescape")
    mask = log_mask(value)
    words = words_of(value)
    if isinstance(mask, Log):
        assert all(word.lower() in LOG_WORDS for word in words)
        assert log_mask(" ".join([*reversed(words), *words])) == mask
        assert log_mask(value.swapcase()) == mask or not value.isascii()
    else:
        known = words[: words.index(mask)]
        assert mask.lower() not in LOG_WORDS
        assert all(word.lower() in LOG_WORDS for word in known)
