"""Which names a server's certificate has to bear, and whether it does.

An `ReferenceIdentity` is what match arguments ask for (postconf(5), "nexthop",
"hostname", "dot-nexthop"); `match` compares it with a certificate as OpenSSL
does it for Postfix: RFC 6125 with wildcards as whole left-most labels only.
Neither ever fails: what cannot be used is listed as `invalid`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum

from pyfinger.values import Value
from pyfinger.x509 import general_names
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.distinguished_names import COMMON_NAME, to_utf8
from pyfinger.x509.failures import X509VErr

ToAscii = Callable[[str], "str | None"]

# Full stops that begin a sub-domain entry (RFC 3490 section 3.1); the last three only before more.
_FULL_STOPS = "\u3002\uff0e\uff61"
_IPV4 = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:\s.*)?", re.ASCII | re.DOTALL)
_LABEL = re.compile(rb"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_WILD = re.compile(rb"[A-Za-z0-9-]+|\*")


class ReferenceFault(Enum):
    """What is wrong with a match name."""

    INVALID = "invalid"  # just a dot
    REFUSED = "refused"  # a second address


class InvalidReference(Value):
    """A match name that cannot be used."""

    name: str
    why: ReferenceFault


class Matched(Value):
    """What came of a comparison: the certificate's own name, and what is missing (62, 64)."""

    peername: str = ""
    failures: tuple[X509VErr, ...] = ()


class ReferenceIdentity(Value):
    """Names of which one must match (a leading dot: any sub-domain), and an address that must, too."""

    names: tuple[str, ...] = ()
    address: bytes = b""
    invalid: tuple[InvalidReference, ...] = ()  # in the order of the entries
    missing: bool = False  # entries there were none to use of: verification is to fail

    def match(self, certificate: Certificate) -> Matched:
        """Compare with a leaf certificate (X509_check_host, X509_check_ip)."""
        peername = match_names(self.names, certificate)
        failures = []
        if peername is None:
            failures.append(X509VErr.HOSTNAME_MISMATCH)
        if self.address and not _bears_address(certificate, self.address):
            failures.append(X509VErr.IP_ADDRESS_MISMATCH)
        return Matched(peername or "", tuple(failures))


ANY = ReferenceIdentity()


def reference_identity_of(
    entries: Sequence[str],
    nexthop: str,
    hostname: str,
    to_ascii: ToAscii,
    tell: Callable[[InvalidReference], None] | None = None,
) -> ReferenceIdentity:
    """What match arguments ask for; `to_ascii` gives A-labels, or None if it cannot.

    Both it and `tell` are called in the order of the entries.
    """
    names: list[str] = []
    invalid: list[InvalidReference] = []

    def refuse(name: str, why: ReferenceFault) -> None:
        invalid.append(InvalidReference(name, why))
        if tell is not None:
            tell(invalid[-1])

    address = b""
    usable = 0
    for entry in entries:
        name = _resolved(entry, nexthop, hostname)
        if name == ".":
            refuse(name, ReferenceFault.INVALID)
            continue
        name = _ascii(name, to_ascii)
        literal = parse_address(name)
        if literal is None:
            names.append(name)
        elif address:
            refuse(name, ReferenceFault.REFUSED)
            continue
        else:
            address = literal
        usable += 1
    return ReferenceIdentity(tuple(filter(None, names)), address, tuple(invalid), missing=not usable)


def _resolved(entry: str, nexthop: str, hostname: str) -> str:
    """The name an entry stands for, with an ASCII dot in front for sub-domains."""
    word = entry.lower()
    known = {"nexthop": nexthop, "dot-nexthop": f".{nexthop}", "hostname": hostname}
    if word in known:
        return known[word]
    if entry[:1] in _FULL_STOPS and len(entry) > 1:
        return "." + entry[1:]
    return entry


def _ascii(name: str, to_ascii: ToAscii) -> str:
    """The name in A-labels; as it is if it has none.  An empty one has none, says Postfix."""
    if name and name.isascii():
        return name
    dot = "." if name.startswith(".") else ""
    return dot + (to_ascii(name[len(dot) :]) or name[len(dot) :])


def parse_address(text: str) -> bytes | None:
    """An address in network order, as OpenSSL reads them; None if it is not one."""
    if ":" in text:
        from ipaddress import AddressValueError, IPv6Address  # rarely needed, slow to load

        try:
            return None if "%" in text else IPv6Address(text).packed
        except AddressValueError:
            return None
    if found := _IPV4.fullmatch(text):
        numbers = [int(number) for number in found.groups()]
        if max(numbers) < 256:
            return bytes(numbers)
    return None


def match_names(names: Sequence[str], certificate: Certificate) -> str | None:
    """The certificate's name that matches one of `names`, the first asked for first.

    Empty if there is nothing to match, None if nothing does.
    """
    if not names:
        return ""
    presented = _presented(certificate)
    for name in names:
        wanted = name.encode("utf-8", "surrogateescape")
        for shown in presented:
            if shown is None:
                break  # an undecodable CN ends the search
            if _fits(shown, wanted):
                return shown.decode("utf-8", "replace")
    return None


def _presented(certificate: Certificate) -> list[bytes | None]:
    """The certificate's names: dNSNames, and only without any of them the common names."""
    alternatives = certificate.alternative_names or ()
    found = [name.value for name in alternatives if name.kind == general_names.DNS]
    if found:
        return [value for value in found if value]
    return [
        to_utf8(attribute.tag, attribute.value)
        for attribute in certificate.subject.values(COMMON_NAME)
        if attribute.value
    ]


def _bears_address(certificate: Certificate, address: bytes) -> bool:
    alternatives = certificate.alternative_names or ()
    return any(name.kind == general_names.ADDRESS and name.value == address for name in alternatives)


def _fits(shown: bytes, wanted: bytes) -> bool:
    """Whether a name in a certificate stands for the wanted one; ASCII case does not matter."""
    if wanted[:1] == b"." and len(wanted) > 1:
        return _is_below(shown, wanted)
    if _is_wildcard(shown):
        return _stands_for(shown, wanted)
    return shown.lower() == wanted.lower() and b"\0" not in shown


def _is_below(shown: bytes, domain: bytes) -> bool:
    """Whether a name ends in `.domain`; what comes before the dot may be anything but NUL."""
    return shown.lower().endswith(domain.lower()) and b"\0" not in shown


def _is_wildcard(shown: bytes) -> bool:
    """`*.` and at least two more labels of host name form."""
    first, *labels = shown.split(b".")
    return first == b"*" and len(labels) >= 2 and all(map(_LABEL.fullmatch, labels))


def _stands_for(shown: bytes, wanted: bytes) -> bool:
    """Whether a wildcard stands for the wanted name's first label (RFC 6125 section 6.4.3)."""
    label, dot, parent = wanted.partition(b".")
    return bool(dot) and parent.lower() == shown[2:].lower() and _WILD.fullmatch(label) is not None
