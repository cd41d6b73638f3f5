"""The structures of private keys and revocation lists as OpenSSL's decoder knows them.

They say what is wrong with one that cannot be read (`Field=version,
Type=RSAPrivateKey`); keys that can are taken apart in `private_keys`.
"""

from __future__ import annotations

from pyfinger.x509 import der
from pyfinger.x509.asn1.item import Field, Many, SequenceItem
from pyfinger.x509.names import X509_NAME
from pyfinger.x509.structures import (
    ASN1_ANY,
    ASN1_BIT_STRING,
    ASN1_INTEGER,
    ASN1_OBJECT,
    ASN1_OCTET_STRING,
    ASN1_TIME,
    X509_ALGOR,
    X509_EXTENSION,
)

X509_ATTRIBUTE = SequenceItem(
    "X509_ATTRIBUTE",
    (Field("object", ASN1_OBJECT), Field("set", ASN1_ANY, many=der.SET)),
)
PKCS8_PRIV_KEY_INFO = SequenceItem(
    "PKCS8_PRIV_KEY_INFO",
    (
        Field("version", ASN1_INTEGER),
        Field("pkeyalg", X509_ALGOR),
        Field("pkey", ASN1_OCTET_STRING),
        Field("attributes", X509_ATTRIBUTE, optional=True, number=0, many=der.SET),
        Field("kpub", ASN1_BIT_STRING, optional=True, number=1),
    ),
)
X509_SIG = SequenceItem("X509_SIG", (Field("algor", X509_ALGOR), Field("digest", ASN1_OCTET_STRING)))
RSA_PRIME_INFO = SequenceItem("RSA_PRIME_INFO", tuple(Field(name, ASN1_INTEGER) for name in "rdt"))
RSA_PRIVATE_KEY = SequenceItem(
    "RSAPrivateKey",
    (
        *(Field(name, ASN1_INTEGER) for name in ("version", "n", "e", "d", "p", "q", "dmp1", "dmq1", "iqmp")),
        Field("prime_infos", RSA_PRIME_INFO, optional=True, many=der.SEQUENCE),
    ),
)
DSA_PRIVATE_KEY = SequenceItem(
    "DSA",
    tuple(
        Field(name, ASN1_INTEGER)
        for name in ("version", "params.p", "params.q", "params.g", "pub_key", "priv_key")
    ),
)
EC_PRIVATE_KEY = SequenceItem(
    "EC_PRIVATEKEY",
    (
        Field("version", ASN1_INTEGER),
        Field("privateKey", ASN1_OCTET_STRING),
        Field("parameters", ASN1_ANY, optional=True, number=0, explicit=True),
        Field("publicKey", ASN1_BIT_STRING, optional=True, number=1, explicit=True),
    ),
)

X509_REVOKED = SequenceItem(
    "X509_REVOKED",
    (
        Field("serialNumber", ASN1_INTEGER),
        Field("revocationDate", ASN1_TIME),
        Field("extensions", X509_EXTENSION, optional=True, many=der.SEQUENCE),
    ),
)
X509_CRL_INFO = SequenceItem(
    "X509_CRL_INFO",
    (
        Field("version", ASN1_INTEGER, optional=True),
        Field("sig_alg", X509_ALGOR),
        Field("issuer", X509_NAME),
        Field("lastUpdate", ASN1_TIME),
        Field("nextUpdate", ASN1_TIME, optional=True),
        Field("revoked", X509_REVOKED, optional=True, many=der.SEQUENCE),
        Field("extensions", X509_EXTENSION, optional=True, number=0, explicit=True, many=der.SEQUENCE),
    ),
)
X509_CRL = SequenceItem(
    "X509_CRL",
    (
        Field("crl", X509_CRL_INFO),
        Field("sig_alg", X509_ALGOR),
        Field("signature", ASN1_BIT_STRING),
    ),
)

# What d2i_AutoPrivateKey counts the members of.
ASN1_SEQUENCE_ANY = Many(Field("ASN1_SEQUENCE_ANY", ASN1_ANY, many=der.SEQUENCE))
