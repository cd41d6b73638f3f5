"""The file of `-K`, as PEM_read_bio_PrivateKey_ex of OpenSSL reads it: twice.

The decoders take every block in turn and go on behind one that cannot be read
or used, but stop at bad headers and where a pass phrase is needed.  Then the
code of old takes the first block with the label of a key.  The error queue
has what both had to say.

A pass phrase would be asked for; we have nobody answer.

What is inside is DER, and OpenSSL's error queue says why it cannot be read.  Each
reader of OpenSSL tries its decoders first and then, with an error already queued, the
code of old: the structure that the label promises, then PKCS #8 (d2i_PrivateKey,
d2i_AutoPrivateKey, EVP_PKCS82PKEY).
"""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.cli.files import (
    BAD_PASSWORD_READ,
    NO_PASS_PHRASE,
    Refused,
    decoding_problems,
    encryption,
    pem_blocks,
)
from pyfinger.errors import DecodeError
from pyfinger.events import TlsProblem
from pyfinger.model import PrivateKey
from pyfinger.x509 import der, pem
from pyfinger.x509.asn1.item import Item, decode
from pyfinger.x509.ec_private_keys import BadEcKey, read_ec_key
from pyfinger.x509.key_structures import (
    ASN1_SEQUENCE_ANY,
    DSA_PRIVATE_KEY,
    EC_PRIVATE_KEY,
    PKCS8_PRIV_KEY_INFO,
    RSA_PRIVATE_KEY,
    X509_SIG,
)
from pyfinger.x509.post_quantum import UnknownForm
from pyfinger.x509.private_keys import LABELS, UnsupportedKey, load_private_key
from pyfinger.x509.rsa_private_keys import read_rsa_key

PLAIN_LABEL = "PRIVATE KEY"

_OLD: dict[str, Item] = {"RSA": RSA_PRIVATE_KEY, "EC": EC_PRIVATE_KEY, "DSA": DSA_PRIVATE_KEY}
_BY_MEMBERS = {6: "DSA", 4: "EC"}  # of the SEQUENCE; else RSA
_PKCS8_MEMBERS = 3
_AUX_ERROR = TlsProblem(0x06800064, "aux error", "Type=PKCS8_PRIV_KEY_INFO")
_DSA_LIB = TlsProblem(0x0508000A, "DSA lib")
_LIBRARY_SHIFT, _PROVIDERS = 23, 57  # of a code, and the library's number (openssl/err.h)
_UNSUPPORTED_TYPE = TlsProblem(0x068000A7, "unsupported public key type")


ENCRYPTED_LABEL = "ENCRYPTED PRIVATE KEY"
_LONGEST_IGNORED = 10  # characters of headers that the decoders do not look at
_SSL_PEM = TlsProblem(0x0A080009, "PEM lib")
_NO_KEY = TlsProblem(0x1E08010C, "unsupported", "No supported data to decode. Input type: PEM")
_CANCELLED = TlsProblem(0x07880109, "interrupted or cancelled")
_NO_PHRASE_FOR_DECODER = TlsProblem(0x1C80009F, "unable to get passphrase")


def read_key_data(data: bytes, label: str) -> tuple[PrivateKey, int]:
    """The key of a chain file's block and where it ends; `Refused` with what OpenSSL says."""
    kind = LABELS[label]
    try:
        return load_key(data, label)
    except (UnsupportedKey, UnknownForm, BadEcKey) as error:
        raise Refused(_unsupported("PrivateKeyInfo"), *decoding_problems(error)) from error
    except DecodeError as error:
        if kind:
            raise Refused(_unsupported(_structure(data)), *old_problems(data, kind)) from error
        if outer := pkcs8_problems(data):
            raise Refused(*outer) from error
        first = decoder_problems(error) or (_unsupported("PrivateKeyInfo"),)
        raise Refused(*first, *later_problems(error)) from error


def decoder_problems(error: DecodeError) -> tuple[TlsProblem, ...]:
    """What the decoders themselves say of a key; usually they find nothing to decode, and say that."""
    return tuple(one for one in decoding_problems(error) if one.code >> _LIBRARY_SHIFT == _PROVIDERS)


def later_problems(error: DecodeError) -> tuple[TlsProblem, ...]:
    """What the code of old says of a PrivateKeyInfo that it could take apart (evp_pkcs82pkey_legacy)."""
    return tuple(one for one in decoding_problems(error) if one.code >> _LIBRARY_SHIFT != _PROVIDERS)


def load_key(data: bytes, label: str) -> tuple[PrivateKey, int]:
    """The key at the beginning of data and where it ends; `DecodeError`."""
    element = der.DerCursor(data).element("private key")
    key = load_private_key(element.encoding, label)
    if label == PLAIN_LABEL and pkcs8_problems(data):
        raise DecodeError("unknown version of PrivateKeyInfo")
    return key, element.end


def check_any_key(data: bytes, label: str) -> None:
    """A key among authorities, of no use; `Refused` if it cannot be read.

    Labels that OpenSSL does not know leave it to the data what kind it is.
    """
    kind = LABELS.get(label)
    if not any(_is_readable(data, known) for known in ([label] if kind else LABELS)):
        reasons = old_problems(data, kind) if kind else _automatic_problems(data)
        raise Refused(_unsupported(_structure(data)), *reasons)


def _is_readable(data: bytes, label: str) -> bool:
    """Also of kinds that we have no use for."""
    if LABELS[label] == "DSA":
        return not (_problems(DSA_PRIVATE_KEY, data) and pkcs8_problems(data))
    try:
        load_key(data, label)
    except UnsupportedKey:
        return label == PLAIN_LABEL
    except DecodeError:
        return False
    return True


def old_problems(data: bytes, kind: str) -> tuple[TlsProblem, ...]:
    """Why data is no key of this kind (ossl_d2i_PrivateKey_legacy)."""
    as_pkcs8 = pkcs8_problems(data)
    if not as_pkcs8:
        return ()  # one of another kind: what was said before is taken back
    as_old = _problems(_OLD[kind], data) or _number_problems(data, kind)
    return (*as_old, *([_DSA_LIB] if kind == "DSA" and as_old else []), *as_pkcs8)


def _number_problems(data: bytes, kind: str) -> tuple[TlsProblem, ...]:
    """What is wrong with the numbers of a key that decodes."""
    readers: dict[str, Callable[[bytes], object]] = {"EC": read_ec_key, "RSA": read_rsa_key}
    try:
        if kind in readers:
            readers[kind](data)
    except DecodeError as error:
        return decoding_problems(error)
    return ()


def pkcs8_problems(data: bytes) -> tuple[TlsProblem, ...]:
    """Why data is no PrivateKeyInfo (d2i_PKCS8_PRIV_KEY_INFO)."""
    try:
        found, _ = decode(PKCS8_PRIV_KEY_INFO, data)
    except DecodeError as error:
        return decoding_problems(error)
    version = int.from_bytes(found["version"].content, "big", signed=True)
    good = version == 1 or (version == 0 and found.get("kpub") is None)
    return () if good else (_AUX_ERROR,)


def _automatic_problems(data: bytes) -> tuple[TlsProblem, ...]:
    """Why data is no key of any kind (d2i_AutoPrivateKey)."""
    try:
        members, _ = decode(ASN1_SEQUENCE_ANY, data)
    except DecodeError as error:
        return *decoding_problems(error), *old_problems(data, "RSA")
    if len(members) == _PKCS8_MEMBERS:
        as_pkcs8 = pkcs8_problems(data)
        return (*as_pkcs8, _UNSUPPORTED_TYPE) if as_pkcs8 else ()
    return old_problems(data, _BY_MEMBERS.get(len(members), "RSA"))


def _problems(item: Item, data: bytes) -> tuple[TlsProblem, ...]:
    try:
        decode(item, data)
    except DecodeError as error:
        return decoding_problems(error)
    return ()


def _structure(data: bytes) -> str:
    """What the decoders took data for."""
    return "type-specific" if pkcs8_problems(data) else "PrivateKeyInfo"


def _unsupported(structure: str) -> TlsProblem:
    context = f"No supported data to decode.  Input type: DER, Input structure: {structure}"
    return TlsProblem(0x1E08010C, "unsupported", context)


def read_key(data: bytes) -> PrivateKey:
    """The key of a file; `Refused` if there is none that can be used."""
    try:
        return _by_decoders(data)
    except Refused as refused:
        reasons = refused.reasons
    try:
        return _by_label(data)
    except Refused as refused:
        raise Refused(*reasons, *refused.reasons, _SSL_PEM) from refused


def _by_decoders(data: bytes) -> PrivateKey:
    """The first key that can be read, whatever stands before it (pem_read_bio_key_decoder)."""
    reader = pem.PemReader(data)
    while not reader.exhausted:
        try:
            block = reader.read()
            key = _decoded(block) if block else None
        except pem.PemError:
            continue
        except DecodeError as error:
            if said := decoder_problems(error):  # more than that there is nothing to decode
                raise Refused(*said) from error
            continue
        except Refused as refused:
            if refused.reasons:
                raise
            continue
        if key is not None:
            return key
    raise Refused(_NO_KEY)


def _decoded(block: pem.Block) -> PrivateKey | None:
    """The key in a block (pem2der_decode, ossl_epki2pki_der_decode)."""
    if len(block.header) > _LONGEST_IGNORED and encryption(block) is not None:
        raise Refused(*NO_PASS_PHRASE, _CANCELLED, _CANCELLED, BAD_PASSWORD_READ)
    if block.label in (PLAIN_LABEL, ENCRYPTED_LABEL):
        if _is_encrypted(block.data):
            raise Refused(*NO_PASS_PHRASE, _CANCELLED, _CANCELLED, _NO_PHRASE_FOR_DECODER)
        return load_key(block.data, PLAIN_LABEL)[0]
    return load_key(block.data, block.label)[0] if block.label in LABELS else None


def _by_label(data: bytes) -> PrivateKey:
    """The first block that is said to be a key (pem_read_bio_key_legacy)."""
    block = _labelled(data)
    if block is None:
        raise Refused
    if block.label == ENCRYPTED_LABEL:
        if _is_encrypted(block.data):
            raise Refused(*NO_PASS_PHRASE, _CANCELLED, BAD_PASSWORD_READ)
        raise Refused(*_not_encrypted(block.data))
    try:
        return load_key(block.data, block.label)[0]
    except DecodeError as error:
        kind = LABELS[block.label]
        outer = old_problems(block.data, kind) if kind else pkcs8_problems(block.data)
        raise Refused(*(outer or later_problems(error))) from error


def _labelled(data: bytes) -> pem.Block | None:
    """That block, unless something before it, or its headers, cannot be read: no word about that."""
    try:
        for block in pem_blocks(data):
            if block.label == ENCRYPTED_LABEL or block.label in LABELS:
                return block if encryption(block) is None else None
    except Refused:
        pass
    return None


def _is_encrypted(data: bytes) -> bool:
    """Whether this is an EncryptedPrivateKeyInfo (RFC 5958 section 3), encrypted in whatever way."""
    return not _not_encrypted(data)


def _not_encrypted(data: bytes) -> tuple[TlsProblem, ...]:
    """Why it is none."""
    try:
        decode(X509_SIG, data)
    except DecodeError as error:
        return decoding_problems(error)
    return ()
