"""Extensions whose content decides nothing here, but whose form does.

OpenSSL decodes them with the others, and a certificate in which one of them is
malformed is invalid: CRL distribution points (RFC 5280 section 4.2.1.13), IP
address blocks and autonomous systems (RFC 3779 sections 2.2.3 and 3.2.3).
"""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.x509 import der
from pyfinger.x509.general_names import read_general_names
from pyfinger.x509.names import read_attributes


def check_distribution_points(value: der.Cursor) -> None:
    """CRLDistributionPoints: each needs a name or a CRL issuer."""
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


def check_addresses(value: der.Cursor) -> None:
    """IPAddrBlocks."""
    each = value.sequence_of("address blocks")
    while each:
        family = each.sequence("address family")
        family.take(der.OCTET_STRING, "address family").string()
        choice = family.element("address choice")
        family.finish("address family")
        _inherited_or(choice, der.BIT_STRING)


def check_autonomous_systems(value: der.Cursor) -> None:
    """ASIdentifiers: system numbers and routing domains, both optional."""
    inside = value.sequence("autonomous systems")
    for number in (0, 1):
        if found := inside.optional(der.CONTEXT | number, "autonomous systems"):
            wrapper = found.inside()
            _inherited_or(wrapper.element("autonomous systems"), der.INTEGER)
            wrapper.finish("autonomous systems")
    inside.finish("autonomous systems")


def _inherited_or(choice: der.Element, tag: int) -> None:
    """NULL for "as the issuer", or a list of values and ranges of values."""
    if choice.tag == der.NULL:
        choice.null()
        return
    if choice.tag != der.SEQUENCE:
        raise DecodeError("neither inherited nor a list", choice.begin)
    each = choice.members()
    while each:
        item = each.element("value or range")
        if item.tag == der.SEQUENCE:
            ends = item.inside()
            _value(ends.element("start of range"), tag)
            _value(ends.element("end of range"), tag)
            ends.finish("range")
        else:
            _value(item, tag)


def _value(found: der.Element, tag: int) -> None:
    if found.tag != tag:
        raise DecodeError("value has another type", found.begin)
    if tag == der.INTEGER:
        found.integer()
    else:
        found.bits()
