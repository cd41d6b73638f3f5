"""Elliptic curves as keys name them: identifiers and ECParameters (RFC 5480, 5639, SEC 1 appendix C)."""

from __future__ import annotations

from pyfinger.crypto.curves import CURVES as CURVES_BY_NAME
from pyfinger.crypto.curves import Curve
from pyfinger.crypto.curves import parameters as domain_parameters
from pyfinger.errors import DecodeError
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.asn1.content import Asn1Value
from pyfinger.x509.asn1.item import SequenceItem, TemplateField, decode
from pyfinger.x509.oid import dotted
from pyfinger.x509.structures import ASN1_BIT_STRING, ASN1_INTEGER, ASN1_OBJECT, ASN1_OCTET_STRING

_PRIME_FIELD = "1.2.840.10045.1.1"
SM2 = "1.2.156.10197.1.301"
_COFACTORS = {"secp112r2": 4}
# Curves that OpenSSL has, by the arcs of those who named them: those we compute with, and the others.
_IN_OPENSSL = {
    "1.3.132.0": (*range(1, 11), *range(15, 18), *range(22, 40)),
    "1.2.840.10045.3.0": (*range(1, 8), *range(10, 14), *range(16, 21)),
    "1.2.840.10045.3.1": range(1, 8),
    "1.3.36.3.3.2.8.1.1": range(1, 15),
    "2.23.43.1.4": (1, *range(3, 13)),
    "1.2.156.10197.1": (301,),  # SM2
}

ECPARAMETERS = SequenceItem(
    "ECPARAMETERS",
    (
        TemplateField("version", ASN1_INTEGER),
        TemplateField(
            "fieldID",
            SequenceItem(
                "X9_62_FIELDID",
                (TemplateField("fieldType", ASN1_OBJECT), TemplateField("p.prime", ASN1_INTEGER)),
            ),
        ),
        TemplateField(
            "curve",
            SequenceItem(
                "X9_62_CURVE",
                (
                    TemplateField("a", ASN1_OCTET_STRING),
                    TemplateField("b", ASN1_OCTET_STRING),
                    TemplateField("seed", ASN1_BIT_STRING, optional=True),
                ),
            ),
        ),
        TemplateField("base", ASN1_OCTET_STRING),
        TemplateField("order", ASN1_INTEGER),
        TemplateField("cofactor", ASN1_INTEGER, optional=True),
    ),
)


CURVES = {
    oid: CURVES_BY_NAME[name]
    for oid, name in {
        "1.2.840.10045.3.1.1": "prime192v1",
        "1.3.132.0.33": "secp224r1",
        "1.2.840.10045.3.1.7": "prime256v1",
        "1.3.132.0.34": "secp384r1",
        "1.3.132.0.35": "secp521r1",
        "1.3.132.0.10": "secp256k1",
        "1.3.132.0.6": "secp112r1",
        "1.3.132.0.7": "secp112r2",
        "1.3.132.0.28": "secp128r1",
        "1.3.132.0.8": "secp160r1",
        "1.3.36.3.3.2.8.1.1.1": "brainpoolP160r1",
        "1.3.36.3.3.2.8.1.1.3": "brainpoolP192r1",
        "1.3.36.3.3.2.8.1.1.5": "brainpoolP224r1",
        "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
        "1.3.36.3.3.2.8.1.1.9": "brainpoolP320r1",
        "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
        "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
    }.items()
}


def read_curve(parameters: bytes | None) -> tuple[Curve, bool]:
    """The curve that a key's parameters name, or spell out; the latter is told (RFC 5480 section 2)."""
    if parameters is None:
        raise DecodeError("EC key without curve")
    found = der.DerCursor(parameters).element("curve")
    if found.tag == der.SEQUENCE:
        return explicit_curve(found), True
    curve = CURVES.get(found.oid()) if found.tag == der.OID else None
    if curve is None:
        raise DecodeError("unknown curve")
    return curve, False


def is_in_openssl(oid: str) -> bool:
    """Whether OpenSSL has the curve of this name, of use or not."""
    arc, _, number = oid.rpartition(".")
    return int(number) in _IN_OPENSSL.get(arc, ())


def explicit_curve(parameters: der.Element) -> Curve:
    """The well-known curve that explicit parameters describe (ECParameters, SEC 1 section C.2).

    `DecodeError` if they describe another.  Of seed and cofactor OpenSSL only wants that they
    could be such.
    """
    found, _ = decode(ECPARAMETERS, parameters.data, parameters.begin, parameters.end)
    field, coefficients = found["fieldID"], found["curve"]
    if dotted(field["fieldType"].content) != _PRIME_FIELD:
        raise DecodeError("curve over an unknown field", parameters.begin)
    if found.get("cofactor") and _signed(found["cofactor"]) < 0:
        raise DecodeError("negative cofactor", parameters.begin)
    if coefficients.get("seed") and len(coefficients["seed"].content) == 1:
        raise DecodeError("empty curve seed", parameters.begin)
    prime, order = _signed(field["p.prime"]), _signed(found["order"])
    a, b = (int.from_bytes(coefficients[name].content, "big") for name in "ab")
    generator = found["base"].content
    for curve in CURVES.values():
        if curve.bits == prime.bit_length() and _describes(curve, (prime, a, b, order), generator):
            return curve
    raise DecodeError("unknown explicit curve", parameters.begin)


def encode_explicit(curve: Curve, parameters: bytes) -> bytes:
    """ECParameters as OpenSSL writes those of a well-known curve (EC_GROUP_get_ecparameters).

    It has the curve from its own table then: the base point is uncompressed, the cofactor there,
    and of what came only the seed is kept.
    """
    found, _ = decode(ECPARAMETERS, parameters)
    seed: Asn1Value | None = found["curve"].get("seed")
    known = domain_parameters(curve)
    size = curve.size
    a, b = (encoding.element(der.OCTET_STRING, number.to_bytes(size, "big")) for number in (known.a, known.b))
    base = b"\4" + known.x.to_bytes(size, "big") + known.y.to_bytes(size, "big")
    return encoding.sequence(
        encoding.integer(1),
        encoding.sequence(encoding.oid(_PRIME_FIELD), encoding.integer(known.field)),
        encoding.sequence(a, b, b"" if seed is None else seed.encoding),
        encoding.element(der.OCTET_STRING, base),
        encoding.integer(known.order),
        encoding.integer(_COFACTORS.get(curve.name, 1)),
    )


def _signed(integer: Asn1Value) -> int:
    return int.from_bytes(integer.content, "big", signed=True)


def _describes(curve: Curve, numbers: tuple[int, int, int, int], generator: bytes) -> bool:
    known = domain_parameters(curve)
    return (
        numbers == (known.field, known.a, known.b, known.order)
        and len(generator) > curve.size
        and generator[1 : curve.size + 1] == known.x.to_bytes(curve.size, "big")
        and generator[0] in (4, 2 + known.y % 2, 6 + known.y % 2)
    )
