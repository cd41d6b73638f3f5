"""CRL distribution points (RFC 5280 section 4.2.1.13): they decide nothing here, but their form does.

OpenSSL decodes them with the other extensions, and a certificate in which they
are malformed is invalid.
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
