"""The words of tls_ssl_options and tls_disable_workarounds (postconf(5)).

Only a few of them mean anything here; the others are known, so as not to be
complained about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyfinger.events import ConfigRemark, WordsRead
from pyfinger.tls.ssl_options import bits_of

WORDS: dict[str, frozenset[str]] = {
    "tls_ssl_options": frozenset(
        {
            "ENABLE_MIDDLEBOX_COMPAT",
            "LEGACY_SERVER_CONNECT",
            "NO_COMPRESSION",
            "NO_RENEGOTIATION",
            "NO_SESSION_RESUMPTION_ON_RENEGOTIATION",
            "NO_TICKET",
            "PRIORITIZE_CHACHA",
        }
    ),
    "tls_disable_workarounds": frozenset(
        {
            "CRYPTOPRO_TLSEXT_BUG",
            "CVE-2005-2969",
            "CVE-2010-4180",
            "DONT_INSERT_EMPTY_FRAGMENTS",
            "LEGACY_SERVER_CONNECT",
            "MICROSOFT_BIG_SSLV3_BUFFER",
            "MICROSOFT_SESS_ID_BUG",
            "MSIE_SSLV2_RSA_PADDING",
            "NETSCAPE_CHALLENGE_BUG",
            "NETSCAPE_REUSE_CIPHER_CHANGE_BUG",
            "SSLEAY_080_CLIENT_DH_BUG",
            "SSLREF2_REUSE_CERT_TYPE_BUG",
            "TLSEXT_PADDING",
            "TLS_BLOCK_PADDING_BUG",
            "TLS_D5_BUG",
            "TLS_ROLLBACK_BUG",
        }
    ),
}

_SEPARATORS = re.compile(r"[, \t\r\n]+")


def option_remarks(parameter: str, value: str) -> Iterator[ConfigRemark | WordsRead]:
    """The known words as they are read, and a remark for each that is not a number either."""
    for word in filter(None, _SEPARATORS.split(value)):
        if word.upper() in WORDS[parameter]:
            yield WordsRead((word,))
        elif bits_of(word) is None:
            yield ConfigRemark(f'unknown {parameter} value "{word}" in "{value}"')
