"""Parameters that are lists of words or pairs of their own kind (postconf(5)).

Of tls_ssl_options and tls_disable_workarounds only a few words mean anything here; the
others are known, so as not to be complained about.

known_tcp_ports has service names with their ports:

    lmtp=24, smtp=25, smtps=submissions=465, submission=587
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyfinger.events import ConfigRemark, Emit, WordsRead
from pyfinger.tls.protocols import bits_of

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


PARAMETER = "known_tcp_ports"


def option_remarks(parameter: str, value: str) -> Iterator[ConfigRemark | WordsRead]:
    """The known words as they are read, and a remark for each that is not a number either."""
    for word in filter(None, _SEPARATORS.split(value)):
        if word.upper() in WORDS[parameter]:
            yield WordsRead((word,))
        elif bits_of(word) is None:
            yield ConfigRemark(f'unknown {parameter} value "{word}" in "{value}"')


def known_ports(value: str, emit: Emit) -> tuple[tuple[str, str], ...]:
    """Names with their ports; what is wrong is told and left out."""
    found: dict[str, str] = {}
    for entry in filter(None, value.split(",")):
        *names, port = (part.strip() for part in entry.split("="))
        if not names:
            emit(ConfigRemark(f'{PARAMETER}: in "{entry}" is not in "name = value" form'))
            continue
        problem = _port_problem(port)
        for name in names:
            problem = problem or _name_problem(name) or _fit_problem(name, port, found)
            if problem:
                emit(ConfigRemark(f'{PARAMETER}: in "{entry}": {problem}'))
                break
            found[name] = port
    return tuple(found.items())


def _port_problem(port: str) -> str:
    if not port:
        return 'missing port value after "="'
    return "whitespace in port number" if len(port.split()) > 1 else ""


def _name_problem(name: str) -> str:
    if not name:
        return 'missing service name before "="'
    return "whitespace in service name" if len(name.split()) > 1 else ""


def _fit_problem(name: str, port: str, found: dict[str, str]) -> str:
    if _is_number(name):
        return "numerical service name"
    if not _is_number(port):
        return "non-numerical service port"
    return "duplicate service name" if name in found else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
