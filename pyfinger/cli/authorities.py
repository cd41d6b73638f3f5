"""The file of `-F`, as PEM_X509_INFO_read_bio and X509_load_cert_crl_file of OpenSSL read it.

Certificates, revocation lists and private keys are all decoded, in order, and
one that cannot be spoils the file; what bears another label is passed over.
Encrypted keys are not touched, keys are of no use, and do not count.
"""

from __future__ import annotations

from pyfinger.cli.files import PassPhrase, Refused, check_header, decoding_problems, encryption, pem_blocks
from pyfinger.cli.key_data import check_any_key
from pyfinger.errors import DecodeError
from pyfinger.events import TlsProblem
from pyfinger.x509 import pem
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.certificate import read_certificate
from pyfinger.x509.key_structures import X509_CRL
from pyfinger.x509.store import CERTIFICATE_LABELS, TRUSTED_LABEL, Trusted, read_trusted

CRL_LABEL = "X509 CRL"
_KEY_LABEL, _ENCRYPTED_KEY_LABEL = "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"
_LONGEST_IGNORED = 10  # characters of headers that a key may have without being taken as encrypted

_ASN1 = TlsProblem(0x0488000D, "ASN1 lib")
_PEM = TlsProblem(0x05880009, "PEM lib")
_NOTHING_FOUND = TlsProblem(0x05800088, "no certificate or crl found")


def read_authorities(content: bytes) -> list[Trusted]:
    """The certificates, those of TRUSTED CERTIFICATE blocks with their settings; `Refused`."""
    certificates: list[Trusted] = []
    lists = 0
    try:
        for block in pem_blocks(content):
            if block.label in CERTIFICATE_LABELS:
                certificates.append(_certificate(block))
            elif block.label == CRL_LABEL:
                _check_list(block)
                lists += 1
            elif _KEY_LABEL in block.label:
                _check_key(block)
    except Refused as refused:
        raise Refused(*refused.reasons, _PEM) from refused
    if not (certificates or lists):
        raise Refused(_NOTHING_FOUND)
    return certificates


def _certificate(block: pem.Block) -> Trusted:
    """One certificate; what follows it is of interest only where settings may be."""
    check_header(block, PassPhrase.EMPTY)
    try:
        if block.label == TRUSTED_LABEL:
            return read_trusted(block.data)
        return Trusted(read_certificate(block.data)[0])
    except DecodeError as error:
        raise Refused(*decoding_problems(error), _ASN1) from error


def _check_list(block: pem.Block) -> None:
    check_header(block, PassPhrase.EMPTY)
    try:
        decode(X509_CRL, block.data)
    except DecodeError as error:
        raise Refused(*decoding_problems(error), _ASN1) from error


def _check_key(block: pem.Block) -> None:
    if len(block.header) > _LONGEST_IGNORED or block.label == _ENCRYPTED_KEY_LABEL:
        encryption(block)
        return
    check_header(block, PassPhrase.EMPTY)
    try:
        check_any_key(block.data, block.label)
    except Refused as refused:
        raise Refused(*refused.reasons, _ASN1) from refused
