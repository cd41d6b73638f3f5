"""The file of `-K`, as PEM_read_bio_PrivateKey_ex of OpenSSL reads it: twice.

The decoders take every block in turn and go on behind one that cannot be read
or used, but stop at bad headers and where a pass phrase is needed.  Then the
code of old takes the first block with the label of a key.  The error queue
has what both had to say.

A pass phrase would be asked for; we have nobody answer.
"""

from __future__ import annotations

from pyfinger.cli.files import (
    BAD_PASSWORD_READ,
    NO_PASS_PHRASE,
    Refused,
    decoding_problems,
    encryption,
    pem_blocks,
)
from pyfinger.cli.key_data import (
    PLAIN_LABEL,
    decoder_problems,
    later_problems,
    load_key,
    old_problems,
    pkcs8_problems,
)
from pyfinger.errors import DecodeError
from pyfinger.events import TlsProblem
from pyfinger.model import PrivateKey
from pyfinger.x509 import pem
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.key_structures import X509_SIG
from pyfinger.x509.private_keys import LABELS

ENCRYPTED_LABEL = "ENCRYPTED PRIVATE KEY"
_LONGEST_IGNORED = 10  # characters of headers that the decoders do not look at

_SSL_PEM = TlsProblem(0x0A080009, "PEM lib")
_NO_KEY = TlsProblem(0x1E08010C, "unsupported", "No supported data to decode. Input type: PEM")
_CANCELLED = TlsProblem(0x07880109, "interrupted or cancelled")
_NO_PHRASE_FOR_DECODER = TlsProblem(0x1C80009F, "unable to get passphrase")


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
    reader = pem.Reader(data)
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
