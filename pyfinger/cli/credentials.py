"""Our own keys and certificates: `-k`, `-K` and `-H`.

Files are read here, once, before anything else happens: the account that a
probe runs under later may not be able to.  A file that is no good turns TLS
off, but for one of `-H` that cannot even be opened: then TLS goes on with what
was complete before it (tls_certkey(3) of Postfix; the oddity is its own).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from pyfinger.cli.chain_files import (
    CERTIFICATE_LABELS,
    FACTORS_TOO_BIG,
    UNKNOWN_TYPE,
    UNREADABLE_KEY,
    ChainLoader,
    credential,
)
from pyfinger.cli.files import (
    PassPhrase,
    Refused,
    check_header,
    content,
    decoding_problems,
    pem_blocks,
    system_problem,
)
from pyfinger.cli.key_file import read_key
from pyfinger.errors import DecodeError
from pyfinger.events import (
    CertificateFileRefused,
    ChainFilesRefused,
    ChainFileUnreadable,
    Emit,
    Event,
    KeyFileMismatched,
    KeyFileRefused,
    TlsProblem,
)
from pyfinger.maincf.host_environment import HostEnvironment
from pyfinger.model import OwnCredential, PrivateKey
from pyfinger.options import Options
from pyfinger.tls.signature_schemes import KEY_KINDS
from pyfinger.x509 import pem
from pyfinger.x509.certificate import Certificate, read_certificate
from pyfinger.x509.private_keys import same_key
from pyfinger.x509.rsa_private_keys import RsaPrivateKey
from pyfinger.x509.trust_store import read_trusted

Read: TypeAlias = Callable[[str], bytes]

LEAF_LABELS = (*CERTIFICATE_LABELS, "TRUSTED CERTIFICATE")

_NOT_OPENED = (TlsProblem(0x10080002, "system lib"), TlsProblem(0x0A080002, "system lib"))
_SSL_PEM = TlsProblem(0x0A080009, "PEM lib")
_SSL_X509 = TlsProblem(0x0A00010C, "x509 lib")
_PEM_ASN1 = TlsProblem(0x0488000D, "ASN1 lib")
_NO_CERTIFICATE = TlsProblem(0x0480006C, "no start line", "Expecting: TRUSTED CERTIFICATE")
_UNKNOWN_KEY_TYPE = TlsProblem(0x05800075, "unknown key type")
_VALUES_MISMATCH = TlsProblem(0x05800074, "key values mismatch")


def read_credentials(
    options: Options, chain_files: str, host: HostEnvironment, emit: Emit
) -> tuple[OwnCredential, ...] | None:
    """What we can show a server, one of each kind of key; None if that failed, which is told.

    `chain_files` is the value of `-H` as given, for the log.
    """
    read = partial(content, host=host)
    if options.chain_files:
        return _from_chain_files(options.chain_files, chain_files, read, emit)
    if not options.cert_file:
        return ()
    if options.cert_file == options.key_file:
        return _from_one_file(options.cert_file, read, emit)
    return _from_two_files(options, read, emit)


def _from_chain_files(
    files: tuple[str, ...], given: str, read: Read, emit: Emit
) -> tuple[OwnCredential, ...] | None:
    loader = ChainLoader(emit, mixed=False)
    try:
        for file in files:
            try:
                loader.load(file, read(file))
            except OSError as error:
                emit(ChainFileUnreadable(file, error.errno or 0))
                return loader.credentials
        loader.finish(given)
    except Refused as refused:
        _tell(emit, *refused.reasons, ChainFilesRefused(given))
        return None
    return loader.credentials


def _from_one_file(file: str, read: Read, emit: Emit) -> tuple[OwnCredential, ...] | None:
    loader = ChainLoader(emit, mixed=True)
    try:
        loader.load(file, read(file))
        loader.finish(file)
    except OSError as error:
        emit(ChainFileUnreadable(file, error.errno or 0))
        return None
    except Refused as refused:
        _tell(emit, *refused.reasons, ChainFilesRefused(file))
        return None
    return loader.credentials


def _tell(emit: Emit, *events: Event) -> None:
    for event in events:
        emit(event)


def _from_two_files(options: Options, read: Read, emit: Emit) -> tuple[OwnCredential, ...] | None:
    """Certificates from one file, the key from another (SSL_CTX_use_certificate_chain_file)."""
    cert_file, key_file = options.cert_file, options.key_file
    try:
        certificates = _usable(_certificates(_content(cert_file, read)))
    except Refused as refused:
        _tell(emit, CertificateFileRefused(cert_file), *refused.reasons)
        return None
    theirs = certificates[0].key
    try:
        key = read_key(_content(key_file, read))
        if key.public.kind not in KEY_KINDS:
            raise Refused(UNKNOWN_TYPE)
        fits = same_key(key.public, theirs)
        if not fits and theirs is not None and theirs.kind == key.public.kind:
            raise Refused(*_why_unequal(key))
    except Refused as refused:
        _tell(emit, KeyFileRefused(key_file), *refused.reasons)
        return None
    if not fits:
        emit(KeyFileMismatched(key_file, cert_file))
        return None
    return (credential(key, certificates),)


def _why_unequal(key: PrivateKey) -> Sequence[TlsProblem]:
    """What EVP_PKEY_eq comes to: numbers that cannot be are not even compared."""
    too_big = isinstance(key, RsaPrivateKey) and not key.factors_fit
    return (FACTORS_TOO_BIG, _UNKNOWN_KEY_TYPE) if too_big else (_VALUES_MISMATCH,)


def _content(file: str, read: Read) -> bytes:
    try:
        return read(file)
    except OSError as error:
        raise Refused(system_problem(file, error), *_NOT_OPENED) from error


def _usable(found: Iterator[Certificate]) -> list[Certificate]:
    """All of them, unless the first has no key that can be used: then nobody reads on."""
    certificates: list[Certificate] = []
    for certificate in found:
        if not certificates and certificate.key is None:
            raise Refused(UNREADABLE_KEY, UNREADABLE_KEY, _SSL_X509)
        if not certificates and certificate.key and certificate.key.kind not in KEY_KINDS:
            raise Refused(UNKNOWN_TYPE)
        certificates.append(certificate)
    return certificates


def _certificates(data: bytes) -> Iterator[Certificate]:
    """The first certificate, which may have settings of trust behind it, and those that follow."""
    leaf = True
    try:
        for block in pem_blocks(data):
            if block.label in (LEAF_LABELS if leaf else CERTIFICATE_LABELS):
                check_header(block, PassPhrase.ASKED)
                yield _certificate(block, leaf=leaf)
                leaf = False
    except Refused as refused:
        raise Refused(*refused.reasons, *([_SSL_PEM] if leaf else [])) from refused
    if leaf:
        raise Refused(_NO_CERTIFICATE, _SSL_PEM)


def _certificate(block: pem.Block, *, leaf: bool) -> Certificate:
    try:
        certificate, end = read_certificate(block.data)
    except DecodeError as error:
        raise Refused(*decoding_problems(error), _PEM_ASN1) from error
    if leaf and end != len(block.data):
        try:
            read_trusted(block.data)
        except DecodeError as error:
            raise Refused(*decoding_problems(error), _PEM_ASN1) from error
    return certificate
