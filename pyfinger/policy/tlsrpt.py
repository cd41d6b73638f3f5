"""TLSRPT: where a domain wants reports about TLS to be sent (RFC 8460 section 3).

    read_tlsrpt_record(records)           _smtp._tls.DOMAIN, TXT

Any records give a reading.  `rua` may come several times, and each has one or more URIs by the
grammar of RFC 3986, in which ',', '!' and ';' have to be encoded.  A URI that is neither
mailto nor https is one, but nobody reports to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv6Address

from pyfinger.policy.txt import (
    RecordStatus,
    Strings,
    TxtFault,
    TxtField,
    TxtProblem,
    read_chosen,
    status_of,
)
from pyfinger.values import Value

VERSION = b"v=TLSRPTv1"

_COMMA = re.compile(rb"[ \t]*,[ \t]*")

_CHAR = r"(?:[A-Za-z0-9._~$&'()*+=-]|%[0-9A-Fa-f]{2})"  # unreserved, encoded, delimiters but for , ! ;
_PCHAR = rf"(?:[:@]|{_CHAR})"
_URI = re.compile(
    rf"""(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):
    (?: // (?:(?:{_CHAR}|:)*@)?
           (?P<host>\[(?:(?P<ipv6>[0-9A-Fa-f:.]+)|[vV][0-9A-Fa-f]+\.(?:[A-Za-z0-9._~$&'()*+=:-])+)\]|{_CHAR}*)
           (?::[0-9]*)? (?P<below>(?:/{_PCHAR}*)*)
      | (?P<path>/?{_PCHAR}+(?:/{_PCHAR}*)*|/?)
    )
    (?:\?(?:{_PCHAR}|[/?])*)?
    (?:\#(?:{_PCHAR}|[/?])*)?""",
    re.VERBOSE,
)
_ADDRESS = re.compile(r"[^@]+@[^@]+")


class TlsrptRecord(Value):
    """Who wants to hear of failures: `rua` in the order written."""

    rua: tuple[str, ...]
    extensions: tuple[tuple[str, str], ...] = ()  # nobody has to know them

    @property
    def text(self) -> str:
        """The record in its plainest form, without what nobody has to know or can report to."""
        return f"v=TLSRPTv1; rua={','.join(self.usable)}" if self.usable else ""

    @property
    def usable(self) -> tuple[str, ...]:
        """Where reports can go to: mailto with an address, https with a host."""
        return tuple(filter(is_usable, self.rua))


class TlsrptReading(Value):
    """What the TXT records at `_smtp._tls` come to: a record, or a problem."""

    record: TlsrptRecord | None
    problem: TxtProblem | None = None
    others: int = 0  # records at the same name that are something else

    @property
    def status(self) -> RecordStatus:
        """In one word."""
        return status_of(self.problem)


def read_tlsrpt_record(records: Sequence[Strings]) -> TlsrptReading:
    """What the TXT records at `_smtp._tls` say; each is its character-strings in order."""
    return TlsrptReading(*read_chosen(records, VERSION, _tlsrpt_record))


def _tlsrpt_record(listed: tuple[TxtField, ...]) -> TlsrptRecord | TxtProblem:
    rua: list[str] = []
    extensions: list[tuple[str, str]] = []
    for each in listed:
        if each.name == b"rua" and each.assigned:
            uris = [text.decode("latin-1") for text in _COMMA.split(each.value)]
            if not all(map(is_uri, uris)):
                return each.problem(TxtFault.URI)
            rua += uris
        elif problem := each.extension_problem():
            return problem
        else:
            extensions.append((each.name.decode(), each.value.decode()))
    if not rua:
        return TxtProblem(TxtFault.RUA_MISSING)
    return TlsrptRecord(tuple(rua), tuple(extensions))


def is_uri(text: str) -> bool:
    """Whether a text is a URI (RFC 3986) in which ',', '!' and ';' are encoded (RFC 8460 section 3)."""
    found = _URI.fullmatch(text)
    if found is None:
        return False
    return found["ipv6"] is None or _is_ipv6(found["ipv6"])


def is_usable(uri: str) -> bool:
    """Whether reports can be sent there: by mail (RFC 6068), or by HTTPS."""
    found = _URI.fullmatch(uri)
    if found is None:
        return False
    scheme = found["scheme"].lower()
    if scheme == "mailto":
        return _ADDRESS.fullmatch(found["path"] or "") is not None
    return scheme == "https" and bool(found["host"])


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True
