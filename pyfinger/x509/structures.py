"""The structures of a certificate as OpenSSL's decoder knows them (x_x509.c, x_name.c, x_algor.c ...).

Fields and types bear OpenSSL's names, since its error queue does:
`Field=serialNumber, Type=X509_CINF`.
"""

from __future__ import annotations

from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.asn1.content import Asn1Value
from pyfinger.x509.asn1.item import (
    AnyType,
    Many,
    MultiString,
    Primitive,
    SequenceItem,
    Structure,
    TemplateField,
)

# B_ASN1_PRINTABLE: what an attribute's value may be at all; SEQUENCE and obscure types included
PRINTABLE_TYPES = frozenset(
    (0x03, 0x07, 0x08, 0x09, *range(0x0B, 0x11), 0x12, 0x13, 0x14, 0x16, 0x1C, 0x1D, 0x1E)
)

ASN1_OBJECT = Primitive(der.OID)
ASN1_INTEGER = Primitive(der.INTEGER)
ASN1_FBOOLEAN = Primitive(der.BOOLEAN)
ASN1_BIT_STRING = Primitive(der.BIT_STRING)
ASN1_OCTET_STRING = Primitive(der.OCTET_STRING)
ASN1_ANY = AnyType()
ASN1_TIME = MultiString("ASN1_TIME", frozenset((der.UTC_TIME, der.GENERALIZED_TIME)))
ASN1_PRINTABLE = MultiString("ASN1_PRINTABLE", PRINTABLE_TYPES)

X509_ALGOR = SequenceItem(
    "X509_ALGOR",
    (TemplateField("algorithm", ASN1_OBJECT), TemplateField("parameter", ASN1_ANY, optional=True)),
)
X509_NAME_ENTRY = SequenceItem(
    "X509_NAME_ENTRY",
    (TemplateField("object", ASN1_OBJECT), TemplateField("value", ASN1_PRINTABLE)),
)
X509_NAME_ENTRIES = Many(TemplateField("RDNS", X509_NAME_ENTRY, many=der.SET))
X509_NAME_INTERNAL = Many(TemplateField("Name", X509_NAME_ENTRIES, many=der.SEQUENCE))
X509_VAL = SequenceItem(
    "X509_VAL",
    (TemplateField("notBefore", ASN1_TIME), TemplateField("notAfter", ASN1_TIME)),
)
X509_PUBKEY = SequenceItem(
    "X509_PUBKEY",
    (TemplateField("algor", X509_ALGOR), TemplateField("public_key", ASN1_BIT_STRING)),
)
X509_EXTENSION = SequenceItem(
    "X509_EXTENSION",
    (
        TemplateField("object", ASN1_OBJECT),
        TemplateField("critical", ASN1_FBOOLEAN, optional=True),
        TemplateField("value", ASN1_OCTET_STRING),
    ),
)


def encode_algorithm(algorithm: Structure) -> bytes:
    """An X509_ALGOR as OpenSSL writes it."""
    parameter: Asn1Value | None = algorithm.get("parameter")
    return encoding.sequence(
        algorithm["algorithm"].encoding, b"" if parameter is None else parameter.encoding
    )


def encode_public_key(key: Structure) -> bytes:
    """An X509_PUBKEY as OpenSSL writes it (i2d_X509_PUBKEY)."""
    return encoding.sequence(encode_algorithm(key["algor"]), key["public_key"].encoding)
