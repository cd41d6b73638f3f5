"""GeneralName (RFC 5280 section 4.2.1.6): names in alternative names, constraints, key identifiers,
and CRL distribution points."""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.errors import DecodeError
from pyfinger.values import Value
from pyfinger.x509 import der
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.distinguished_names import Name, parse_name, read_attributes
from pyfinger.x509.structures import ASN1_ANY

OTHER_NAME = 0
EMAIL = 1
DNS = 2
X400 = 3
DIRECTORY = 4
EDI_PARTY = 5
URI = 6
ADDRESS = 7
REGISTERED_ID = 8

_DIRECTORY_STRING = frozenset(
    (der.UTF8_STRING, der.PRINTABLE_STRING, der.T61_STRING, der.UNIVERSAL_STRING, der.BMP_STRING)
)


class GeneralName(Value):
    """One name: `kind` is its tag number.

    `value` holds the octets of text, address or other value; `oid` the type of
    an otherName, whose value's own type is `tag`; `name` a directoryName.
    """

    kind: int
    value: bytes = b""
    oid: str = ""
    tag: int = 0
    name: Name | None = None


def read_general_name(cursor: der.DerCursor) -> GeneralName:
    """The GeneralName that comes next."""
    found = cursor.element("general name")
    reader = _READERS.get(found.tag ^ der.CONTEXT)
    if reader is None:
        raise DecodeError("unknown kind of general name", found.begin)
    return reader(found)


def read_general_names(cursor: der.DerCursor) -> tuple[GeneralName, ...]:
    """All that is left, as GeneralNames."""
    names = []
    while cursor:
        names.append(read_general_name(cursor))
    return tuple(names)


def _text(found: der.Element) -> GeneralName:
    return GeneralName(found.tag ^ der.CONTEXT, found.string())


def _other_name(found: der.Element) -> GeneralName:
    """AnotherName: a type, and a value under an explicit tag."""
    inside = found.inside()
    oid = inside.oid("type of other name")
    wrapper = inside.take(der.CONTEXT | 0, "other name").inside()
    inside.finish("other name")
    value = wrapper.element("value of other name")
    decode(ASN1_ANY, value.data, value.begin, value.end)
    wrapper.finish("value of other name")
    return GeneralName(OTHER_NAME, value.content, oid, value.tag)


def _x400(found: der.Element) -> GeneralName:
    found.inside()
    return GeneralName(X400, found.encoding)


def _directory(found: der.Element) -> GeneralName:
    inside = found.inside()
    name = parse_name(inside.take(der.SEQUENCE, "directory name").encoding)
    inside.finish("directory name")
    return GeneralName(DIRECTORY, name=name)


def _edi_party(found: der.Element) -> GeneralName:
    """EDIPartyName: an optional assigner and a party, both directory strings."""
    inside = found.inside()
    if assigner := inside.optional(der.CONTEXT | 0, "assigner"):
        _directory_string(assigner)
    _directory_string(inside.take(der.CONTEXT | 1, "party"))
    inside.finish("EDI party")
    return GeneralName(EDI_PARTY, found.encoding)


def _directory_string(found: der.Element) -> None:
    inside = found.inside()
    text = inside.element("directory string")
    inside.finish("directory string")
    if text.tag not in _DIRECTORY_STRING:
        raise DecodeError("directory string has another type", text.begin)
    text.text()


def _registered(found: der.Element) -> GeneralName:
    return GeneralName(REGISTERED_ID, oid=found.oid())


_READERS: dict[int, Callable[[der.Element], GeneralName]] = {
    OTHER_NAME: _other_name,
    EMAIL: _text,
    DNS: _text,
    X400: _x400,
    DIRECTORY: _directory,
    EDI_PARTY: _edi_party,
    URI: _text,
    ADDRESS: _text,
    REGISTERED_ID: _registered,
}


def check_distribution_points(value: der.DerCursor) -> None:
    """CRLDistributionPoints (section 4.2.1.13): they decide nothing here, but their form does.

    Each needs a name or a CRL issuer; a certificate in which they are malformed is invalid.
    """
    each = value.sequence_of("distribution points")
    while each:
        inside = each.sequence("distribution point")
        name = inside.optional(der.CONTEXT | 0, "distribution point name")
        if name:
            _distribution_point_name(name)
        if reasons := inside.optional(der.CONTEXT | 1, "reasons"):
            reasons.bits()
        issuer = inside.optional(der.CONTEXT | 2, "CRL issuer")
        names = read_general_names(issuer.members()) if issuer else ()
        inside.finish("distribution point")
        if name is None and not names:
            raise DecodeError("distribution point without name", inside.position)


def _distribution_point_name(found: der.Element) -> None:
    choice = found.inside()
    name = choice.element("distribution point name")
    choice.finish("distribution point name")
    if name.tag == der.CONTEXT | 0:
        read_general_names(name.members())
    elif name.tag == der.CONTEXT | 1:
        read_attributes(name.members())
    else:
        raise DecodeError("unknown kind of distribution point name", name.begin)
