"""The structures of private keys and revocation lists as OpenSSL's decoder knows them.

They say what is wrong with one that cannot be read (`Field=version,
Type=RSAPrivateKey`); keys that can are taken apart in `private_keys`.

`encode_key` writes a public key anew from its numbers, as OpenSSL writes an EVP_PKEY
(i2d_PUBKEY): Postfix's key fingerprints are over that, and so are all digests of raw public
keys; TLSA records of certificates are compared with the SubjectPublicKeyInfo
as it stands in the certificate (`Certificate.spki`).
"""

from __future__ import annotations

from pyfinger.errors import CredentialError, CredentialFault, DecodeError
from pyfinger.model import KeyKind
from pyfinger.values import Value
from pyfinger.x509 import algorithm_identifiers as algorithms
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.asn1.content import Asn1Value
from pyfinger.x509.asn1.header import Asn1Reason, Fault
from pyfinger.x509.asn1.item import Found, Many, SequenceItem, Structure, TemplateField, decode, expect
from pyfinger.x509.distinguished_names import X509_NAME
from pyfinger.x509.named_curves import encode_explicit, is_in_openssl
from pyfinger.x509.oid import dotted
from pyfinger.x509.public_keys import EC, EcKey, Key, RsaKey, load_spki
from pyfinger.x509.structures import (
    ASN1_ANY,
    ASN1_BIT_STRING,
    ASN1_INTEGER,
    ASN1_OBJECT,
    ASN1_OCTET_STRING,
    ASN1_TIME,
    X509_ALGOR,
    X509_EXTENSION,
    X509_PUBKEY,
    encode_algorithm,
    encode_public_key,
)

_INT32_MAX = 2**31 - 1
_INT64_OCTETS = 8


class Bignum(Value):
    """INTEGER for a number without sign, of any content at all (bn_c2i of x_bignum.c)."""

    def read(self, data: bytes, at: int, stop: int, optional: bool = False, tag: int | None = None) -> Found:
        """Header and content."""
        try:
            header = expect(data, at, stop, der.INTEGER if tag is None else tag, optional)
        except Fault as fault:
            raise fault.nest() from None
        if header is None:
            return None
        if header.constructed:
            raise Fault(Asn1Reason.TYPE_NOT_PRIMITIVE, offset=at)
        return Asn1Value(der.INTEGER, data[header.start : header.stop]), header.stop


class Int32(Value):
    """INTEGER of 32 bits (uint32_c2i of x_int64.c)."""

    def read(self, data: bytes, at: int, stop: int, optional: bool = False, tag: int | None = None) -> Found:
        """Header and content."""
        found = ASN1_INTEGER.read(data, at, stop, optional, tag)
        if found is None:
            return None
        value, end = found
        number = int.from_bytes(value.content, "big", signed=True)
        if number > _INT32_MAX or len(value.content) > _INT64_OCTETS + 1:
            raise Fault(Asn1Reason.TOO_LARGE, offset=at)
        if number < -_INT32_MAX - 1:
            raise Fault(Asn1Reason.TOO_SMALL, offset=at)
        return value, end


BIGNUM, INT32 = Bignum(), Int32()

X509_ATTRIBUTE = SequenceItem(
    "X509_ATTRIBUTE",
    (TemplateField("object", ASN1_OBJECT), TemplateField("set", ASN1_ANY, many=der.SET)),
)
PKCS8_PRIV_KEY_INFO = SequenceItem(
    "PKCS8_PRIV_KEY_INFO",
    (
        TemplateField("version", ASN1_INTEGER),
        TemplateField("pkeyalg", X509_ALGOR),
        TemplateField("pkey", ASN1_OCTET_STRING),
        TemplateField("attributes", X509_ATTRIBUTE, optional=True, number=0, many=der.SET),
        TemplateField("kpub", ASN1_BIT_STRING, optional=True, number=1),
    ),
)
X509_SIG = SequenceItem(
    "X509_SIG", (TemplateField("algor", X509_ALGOR), TemplateField("digest", ASN1_OCTET_STRING))
)
RSA_PRIME_INFO = SequenceItem("RSA_PRIME_INFO", tuple(TemplateField(name, BIGNUM) for name in "rdt"))
RSA_PRIVATE_KEY = SequenceItem(
    "RSAPrivateKey",
    (
        TemplateField("version", INT32),
        *(TemplateField(name, BIGNUM) for name in ("n", "e", "d", "p", "q", "dmp1", "dmq1", "iqmp")),
        TemplateField("prime_infos", RSA_PRIME_INFO, optional=True, many=der.SEQUENCE),
    ),
)
RSA_PSS_PARAMS = SequenceItem(
    "RSA_PSS_PARAMS",
    (
        TemplateField("hashAlgorithm", X509_ALGOR, optional=True, number=0, explicit=True),
        TemplateField("maskGenAlgorithm", X509_ALGOR, optional=True, number=1, explicit=True),
        TemplateField("saltLength", ASN1_INTEGER, optional=True, number=2, explicit=True),
        TemplateField("trailerField", ASN1_INTEGER, optional=True, number=3, explicit=True),
    ),
)
DSA_PRIVATE_KEY = SequenceItem(
    "DSA",
    (
        TemplateField("version", INT32),
        *(
            TemplateField(name, BIGNUM)
            for name in ("params.p", "params.q", "params.g", "pub_key", "priv_key")
        ),
    ),
)
EC_PRIVATE_KEY = SequenceItem(
    "EC_PRIVATEKEY",
    (
        TemplateField("version", INT32),
        TemplateField("privateKey", ASN1_OCTET_STRING),
        TemplateField("parameters", ASN1_ANY, optional=True, number=0, explicit=True),
        TemplateField("publicKey", ASN1_BIT_STRING, optional=True, number=1, explicit=True),
    ),
)

X509_REVOKED = SequenceItem(
    "X509_REVOKED",
    (
        TemplateField("serialNumber", ASN1_INTEGER),
        TemplateField("revocationDate", ASN1_TIME),
        TemplateField("extensions", X509_EXTENSION, optional=True, many=der.SEQUENCE),
    ),
)
X509_CRL_INFO = SequenceItem(
    "X509_CRL_INFO",
    (
        TemplateField("version", ASN1_INTEGER, optional=True),
        TemplateField("sig_alg", X509_ALGOR),
        TemplateField("issuer", X509_NAME),
        TemplateField("lastUpdate", ASN1_TIME),
        TemplateField("nextUpdate", ASN1_TIME, optional=True),
        TemplateField("revoked", X509_REVOKED, optional=True, many=der.SEQUENCE),
        TemplateField(
            "extensions", X509_EXTENSION, optional=True, number=0, explicit=True, many=der.SEQUENCE
        ),
    ),
)
X509_CRL = SequenceItem(
    "X509_CRL",
    (
        TemplateField("crl", X509_CRL_INFO),
        TemplateField("sig_alg", X509_ALGOR),
        TemplateField("signature", ASN1_BIT_STRING),
    ),
)

# What d2i_AutoPrivateKey counts the members of.
ASN1_SEQUENCE_ANY = Many(TemplateField("ASN1_SEQUENCE_ANY", ASN1_ANY, many=der.SEQUENCE))

_RSA_ALGORITHM = encoding.sequence(encoding.oid(algorithms.RSA), encoding.element(der.NULL, b""))


def read_key_info(encoded: bytes) -> tuple[bytes, int]:
    """A SubjectPublicKeyInfo as OpenSSL writes it, and where it ends; `DecodeError` (d2i_X509_PUBKEY)."""
    found, end = decode(X509_PUBKEY, encoded)
    return encode_public_key(found), end


def encode_key(key: Key | None, spki: bytes) -> bytes:
    """The key's SubjectPublicKeyInfo from its numbers; empty if OpenSSL cannot read it either.

    RSA has its NULL then, integers are minimal, and no bit is unused.  Without a key Postfix's
    fingerprint is over nothing.
    """
    found, _ = decode(X509_PUBKEY, spki)
    if key is None:
        return spki if _is_in_openssl(found["algor"]) else b""
    octets = found["public_key"].content[1:]
    algorithm = encode_algorithm(found["algor"])
    if isinstance(key, RsaKey):
        octets = encoding.sequence(encoding.integer(key.modulus), encoding.integer(key.exponent))
        algorithm = algorithm if key.kind == KeyKind.RSA_PSS else _RSA_ALGORITHM
    elif isinstance(key, EcKey) and key.explicit:
        spelled = encode_explicit(key.domain, found["algor"]["parameter"].encoding)
        algorithm = encoding.sequence(encoding.oid(EC), spelled)
    return encoding.sequence(algorithm, encoding.element(der.BIT_STRING, b"\0" + octets))


def _is_in_openssl(algorithm: Structure) -> bool:
    """Whether OpenSSL might read a key of that kind, though we do not."""
    kind, parameter = dotted(algorithm["algorithm"].content), algorithm.get("parameter")
    if kind != EC or parameter is None:
        return kind in algorithms.DIFFIE_HELLMAN
    tag = parameter.encoding[0]
    return tag == der.SEQUENCE | der.CONSTRUCTED or (
        tag == der.OID and is_in_openssl(dotted(parameter.content))
    )


def read_raw_key(encoded: bytes) -> tuple[Key, bytes]:
    """The key, and how OpenSSL writes it (tls_process_rpk)."""
    try:
        spki, end = read_key_info(encoded)
    except DecodeError as error:
        raise CredentialError(CredentialFault.UNDECODABLE, None, error) from error
    try:
        key = load_spki(spki)
    except DecodeError as error:
        raise CredentialError(CredentialFault.UNUSABLE_KEY, None) from error
    if end != len(encoded):
        raise CredentialError(CredentialFault.EXCESS, None)
    return key, encode_key(key, spki)
