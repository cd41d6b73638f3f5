"""tls_ssl_options and tls_disable_workarounds (postconf(5)): OpenSSL's option bits.

Words and numbers make a mask (tls_bug_bits()); of all its bits only a few change
what a client does, and some of those have no word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntFlag
from typing import TYPE_CHECKING

from pyfinger.values import replace

if TYPE_CHECKING:
    from pyfinger.tls.config import ClientConfig


class SslOption(IntFlag):
    """Bits that change what a client offers, or what it accepts (SSL_CTX_set_options(3))."""

    NO_EXTENDED_MASTER_SECRET = 1 << 0
    LEGACY_SERVER_CONNECT = 1 << 2
    TLSEXT_PADDING = 1 << 4
    ALLOW_NO_DHE_KEX = 1 << 10
    NO_TICKET = 1 << 14
    ALLOW_UNSAFE_LEGACY_RENEGOTIATION = 1 << 18
    NO_ENCRYPT_THEN_MAC = 1 << 19
    NO_RX_CERTIFICATE_COMPRESSION = 1 << 33


# The words of either parameter that name one of these bits.
_OPTIONS = {"LEGACY_SERVER_CONNECT": SslOption.LEGACY_SERVER_CONNECT, "NO_TICKET": SslOption.NO_TICKET}
_WORKAROUNDS = {"TLSEXT_PADDING": SslOption.TLSEXT_PADDING}
_SEPARATORS = re.compile(r"[, \t\r\n]+")
_HEXADECIMAL = re.compile("0[xX]([0-9a-fA-F]+)")
_LARGEST = (1 << 64) - 1


def bits_of(word: str) -> int | None:
    """A word that is a number, in the form Postfix knows (hex_to_ulong()); None if it is not."""
    found = _HEXADECIMAL.fullmatch(word)
    if found is None or int(found[1], 16) > _LARGEST:
        return None
    return int(found[1], 16)


def _mask(text: str, words: Mapping[str, SslOption]) -> int:
    """All the bits that a parameter's words and numbers name."""
    mask = 0
    for word in filter(None, _SEPARATORS.split(text)):
        mask |= words.get(word.upper()) or bits_of(word) or 0
    return mask


def with_options(config: ClientConfig, chosen: str, without: str) -> ClientConfig:
    """The offer under tls_ssl_options `chosen` and tls_disable_workarounds `without`."""
    options = _mask(chosen, _OPTIONS)
    legacy = SslOption.LEGACY_SERVER_CONNECT | SslOption.ALLOW_UNSAFE_LEGACY_RENEGOTIATION
    return replace(
        config,
        tickets=config.tickets and not options & SslOption.NO_TICKET,
        encrypt_then_mac=not options & SslOption.NO_ENCRYPT_THEN_MAC,
        extended_master_secret=not options & SslOption.NO_EXTENDED_MASTER_SECRET,
        psk_without_dhe=bool(options & SslOption.ALLOW_NO_DHE_KEX),
        compression=() if options & SslOption.NO_RX_CERTIFICATE_COMPRESSION else config.compression,
        padding=not _mask(without, _WORKAROUNDS) & SslOption.TLSEXT_PADDING,
        legacy_servers=bool(options & legacy),
    )
