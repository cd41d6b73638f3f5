"""Certificates made on the spot, for the demo's servers and for tests.

    root = make_ca("O=Lab/CN=Root")
    inter = make_ca("O=Lab/CN=Issuing", root)
    leaf = make_leaf("mx.example.test", inter)
    leaf.der, leaf.pem, leaf.key.pem, leaf.chain     # leaf first, no root

What differs from the usual is a `Wish`: `issue(Wish(subject="CN=x", ...), key, issuer)`.
The same wishes give the same octets.
"""

from __future__ import annotations

import hashlib
import time

from pyfinger.demo.fixed_keys import DemoKey, make_key
from pyfinger.values import Value, replace
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.attribute_types import SHORT_NAMES
from pyfinger.x509.pem import to_pem

YEAR = 365 * 86400
START = 1577836800  # 2020-01-01
FAR = 4102444800  # 2100-01-01

KEY_USAGES = {"digitalSignature": 0, "keyEncipherment": 2, "keyAgreement": 4, "keyCertSign": 5, "cRLSign": 6}
PURPOSES = {"serverAuth": "1.3.6.1.5.5.7.3.1", "clientAuth": "1.3.6.1.5.5.7.3.2", "any": "2.5.29.37.0"}

_OIDS = {short: oid for oid, short in SHORT_NAMES.items()}


class Wish(Value):
    """What a certificate is to say; empty and None leave the extension out."""

    subject: str = ""  # short names: "C=XX/O=Lab/CN=mx+OU=two in one"
    names: tuple[str, ...] = ()  # DNS names and IPv4 addresses of the subjectAltName
    ca: bool | None = False  # None: no basicConstraints
    path_length: int | None = None
    key_usage: tuple[str, ...] = ("digitalSignature",)
    purposes: tuple[str, ...] = ("serverAuth",)
    key_ids: bool = True  # subject and authority key identifier
    extensions: tuple[bytes, ...] = ()  # more of them, from `extension`
    not_before: int = START  # seconds since 1970
    not_after: int = FAR
    serial: int = 0  # 0: hashed from all the rest
    scheme: str = ""  # of the issuer's signature; empty: as its key likes it
    version: int = 3


class Issued(Value):
    """A certificate with its private key; `issuer` is None if it signed itself."""

    der: bytes
    key: DemoKey
    subject: bytes  # the Name, DER
    issuer: Issued | None = None

    @property
    def pem(self) -> str:
        """The certificate in PEM."""
        return to_pem("CERTIFICATE", self.der)

    @property
    def chain(self) -> tuple[bytes, ...]:
        """What a server sends: this one and its issuers, without the root."""
        if self.issuer is None:
            return (self.der,)
        return (self.der, *(self.issuer.chain if self.issuer.issuer else ()))

    @property
    def chain_pem(self) -> str:
        """The same in PEM."""
        return "".join(to_pem("CERTIFICATE", certificate) for certificate in self.chain)


def make_ca(subject: str, issuer: Issued | None = None, key: DemoKey | None = None) -> Issued:
    """A certification authority, a root unless it has an issuer."""
    wish = Wish(subject, ca=True, key_usage=("keyCertSign", "cRLSign"), purposes=())
    return issue(wish, key or make_key("p256", subject), issuer)


def make_leaf(
    host: str, issuer: Issued | None = None, key: DemoKey | None = None, wish: Wish | None = None
) -> Issued:
    """A server's certificate for a host, self-signed unless it has an issuer.

    A `wish` without a subject or names gets those of the host.
    """
    wanted = wish or Wish()
    wanted = replace(wanted, subject=wanted.subject or f"CN={host}", names=wanted.names or (host,))
    return issue(wanted, key or make_key("p256", host), issuer)


def issue(wish: Wish, key: DemoKey, issuer: Issued | None = None) -> Issued:
    """Make a certificate for a key as wished."""
    signer = issuer.key if issuer else key
    scheme = wish.scheme or signer.scheme
    subject = encode_name(wish.subject)
    algorithm = signer.algorithm(scheme)
    serial = (
        wish.serial or int.from_bytes(hashlib.sha256(repr(wish).encode() + key.spki).digest()[:8], "big") | 1
    )
    parts = [
        encoding.integer(serial),
        algorithm,
        issuer.subject if issuer else subject,
        encoding.sequence(encode_time(wish.not_before), encode_time(wish.not_after)),
        subject,
        key.spki,
    ]
    if wish.version > 1:
        parts.insert(0, _explicit(0, encoding.integer(wish.version - 1)))
    if extensions := _extensions(wish, key, signer):
        parts.append(_explicit(3, encoding.sequence(*extensions)))
    tbs = encoding.sequence(*parts)
    signature = encoding.element(der.BIT_STRING, b"\0" + signer.sign(tbs, scheme))
    return Issued(encoding.sequence(tbs, algorithm, signature), key, subject, issuer)


def encode_name(text: str) -> bytes:
    """A Name from its one-line form with short names; values are UTF8Strings."""
    relative = []
    for rdn in filter(None, text.split("/")):
        pairs = []
        for pair in rdn.split("+"):
            short, _, value = pair.partition("=")
            kind = encoding.oid(_OIDS.get(short, short))
            pairs.append(encoding.sequence(kind, encoding.element(der.UTF8_STRING, value.encode())))
        relative.append(encoding.set_of(*pairs))
    return encoding.sequence(*relative)


def encode_time(moment: int) -> bytes:
    """A Time as RFC 5280 section 4.1.2.5 wants it: UTCTime until 2049."""
    parts = time.gmtime(moment)
    if parts.tm_year < 2050:
        return encoding.element(der.UTC_TIME, time.strftime("%y%m%d%H%M%SZ", parts).encode())
    return encoding.element(der.GENERALIZED_TIME, time.strftime("%Y%m%d%H%M%SZ", parts).encode())


def extension(oid: str, value: bytes, critical: bool = False) -> bytes:
    """An Extension; `value` is what goes into its OCTET STRING."""
    flag = (encoding.element(der.BOOLEAN, b"\xff"),) if critical else ()
    return encoding.sequence(encoding.oid(oid), *flag, encoding.element(der.OCTET_STRING, value))


def key_id(key: DemoKey) -> bytes:
    """The key identifier: SHA-1 of the key's bits (RFC 5280 section 4.2.1.2)."""
    outer = der.DerCursor(key.spki).sequence("key")
    outer.element("algorithm")
    return hashlib.sha1(outer.take(der.BIT_STRING, "key").bits(), usedforsecurity=False).digest()


def _extensions(wish: Wish, key: DemoKey, signer: DemoKey) -> list[bytes]:
    if wish.version < 3:
        return []
    found = []
    if wish.ca is not None:
        found.append(extension("2.5.29.19", _basic_constraints(wish), critical=wish.ca))
    if wish.key_usage:
        bits = sum(0x80 >> KEY_USAGES[word] for word in wish.key_usage)
        unused = (bits & -bits).bit_length() - 1
        found.append(extension("2.5.29.15", encoding.element(der.BIT_STRING, bytes((unused, bits))), True))
    if wish.purposes:
        oids = (encoding.oid(PURPOSES.get(word, word)) for word in wish.purposes)
        found.append(extension("2.5.29.37", encoding.sequence(*oids)))
    if wish.key_ids:
        found.append(extension("2.5.29.14", encoding.element(der.OCTET_STRING, key_id(key))))
        authority = encoding.element(der.CONTEXT | 0, key_id(signer))
        found.append(extension("2.5.29.35", encoding.sequence(authority)))
    if wish.names:
        found.append(extension("2.5.29.17", encoding.sequence(*map(general_name, wish.names))))
    return [*found, *wish.extensions]


def general_name(name: str) -> bytes:
    """A dNSName, or an iPAddress if it is an IPv4 address."""
    numbers = name.split(".")
    if len(numbers) == 4 and all(number.isdigit() for number in numbers):
        return encoding.element(der.CONTEXT | 7, bytes(map(int, numbers)))
    return encoding.element(der.CONTEXT | 2, name.encode())


def _basic_constraints(wish: Wish) -> bytes:
    parts = [encoding.element(der.BOOLEAN, b"\xff")] if wish.ca else []
    if wish.path_length is not None:
        parts.append(encoding.integer(wish.path_length))
    return encoding.sequence(*parts)


def _explicit(number: int, content: bytes) -> bytes:
    return encoding.element(der.CONTEXT | der.CONSTRUCTED | number, content)
