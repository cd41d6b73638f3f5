"""What the user trusts: `-A`, `-F` and `-P`, and the system's own certificates.

Files are read here, once, before anything else happens; only a `-P` directory
is read when a chain asks for a name.  Trust anchor files that cannot be read
are fatal; certificates that cannot be loaded merely turn TLS off.  Both are told
in Postfix's order, with what OpenSSL's error queue would hold.

The file of `-F` is read as PEM_X509_INFO_read_bio and X509_load_cert_crl_file of OpenSSL
do: certificates, revocation lists and private keys are all decoded, in order, and
one that cannot be spoils the file; what bears another label is passed over.
Encrypted keys are not touched, keys are of no use, and do not count.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from pyfinger.cli.files import (
    PassPhrase,
    Refused,
    check_header,
    content,
    decoding_problems,
    encryption,
    pem_blocks,
    system_problem,
)
from pyfinger.cli.key_file import check_any_key
from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.errors import DecodeError, UsageError
from pyfinger.events import AnchorAccepted, AnchorFileUnreadable, AuthoritiesRefused, Emit, Event, TlsProblem
from pyfinger.maincf.host_environment import HostEnvironment
from pyfinger.model import Level, TlsaRecord
from pyfinger.options import Options, Validation
from pyfinger.x509 import pem
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.certificate import read_certificate
from pyfinger.x509.key_structures import X509_CRL
from pyfinger.x509.trust_store import (
    CERTIFICATE_LABELS,
    EMPTY,
    TRUSTED_LABEL,
    Bundle,
    HashDirectory,
    Store,
    Stores,
    Trusted,
    read_trusted,
)

if TYPE_CHECKING:
    from pyfinger.dnssec.anchors import TrustAnchors

ANCHOR_LEVELS = (Level.VERIFY, Level.SECURE)
ANCHOR_LABELS = {"CERTIFICATE": Selector.CERT, "X509 CERTIFICATE": Selector.CERT, "PUBLIC KEY": Selector.SPKI}

# Where the system keeps its certificates, unless SSL_CERT_FILE and SSL_CERT_DIR
# say otherwise: the places OpenSSL is built to look in.
SYSTEM_FILES = (
    "/usr/lib/ssl/cert.pem",  # Debian
    "/etc/ssl/certs/ca-certificates.crt",  # the same without the openssl package; Arch, Alpine, Gentoo
    "/etc/pki/tls/cert.pem",  # Red Hat
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # BSD, macOS
    "/usr/local/etc/ssl/cert.pem",  # FreeBSD's ports
    "/opt/homebrew/etc/openssl@3/cert.pem",
    "/usr/local/etc/openssl@3/cert.pem",
)
SYSTEM_DIRECTORIES = (
    "/etc/ssl/certs",
    "/etc/pki/tls/certs",  # Red Hat
    "/etc/openssl/certs",  # NetBSD
    "/opt/homebrew/etc/openssl@3/certs",
    "/usr/local/etc/openssl@3/certs",
)

Problems: TypeAlias = tuple[Event, ...]

_NO_SUCH_FILE = TlsProblem(0x10000080, "no such file")
_NOT_OPENED = TlsProblem(0x10080002, "system lib")
_BIO = TlsProblem(0x05880020, "BIO lib")


CRL_LABEL = "X509 CRL"
_KEY_LABEL, _ENCRYPTED_KEY_LABEL = "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"
_LONGEST_IGNORED = 10  # characters of headers that a key may have without being taken as encrypted
_ASN1 = TlsProblem(0x0488000D, "ASN1 lib")
_PEM = TlsProblem(0x05880009, "PEM lib")
_NOTHING_FOUND = TlsProblem(0x05800088, "no certificate or crl found")


def read_anchors(options: Options, host: HostEnvironment, emit: Emit) -> tuple[TlsaRecord, ...]:
    """The trust anchor files as TLSA records, at the levels that use them.

    `UsageError` if one cannot be read, or has nothing in PEM.
    """
    if options.level not in ANCHOR_LEVELS:
        return ()
    files = filter(None, options.anchor_files)
    return tuple(record for file in files for record in _anchors(file, host, emit))


def read_dnssec_anchors(options: Options, host: HostEnvironment) -> TrustAnchors | None:
    """What our own validation begins with: `--dnssec-anchor`, or the root's keys; None without validation.

    `UsageError` if a file cannot be read, or has something else in it.
    """
    if options.validation is Validation.RESOLVER:
        return None
    return read_dnssec_files(options.dnssec_anchor_files, host)


def read_dnssec_files(files: tuple[str, ...], host: HostEnvironment) -> TrustAnchors:
    """The trust anchors in all of these files; without files, the root's.  `UsageError`."""
    from pyfinger.dnssec.anchors import read_anchors, root_anchors

    if not files:
        return root_anchors()
    return read_anchors("\n".join(_anchor_text(file, host) for file in files))


def _anchor_text(file: str, host: HostEnvironment) -> str:
    """A file with trust anchors in it; `UsageError` names it."""
    from pyfinger.dnssec.anchors import read_anchors

    try:
        text = host.read(file).decode("latin-1")
        read_anchors(text)
    except OSError as error:
        raise UsageError(f"{file}: {os.strerror(error.errno or 0)}") from error
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from error
    return text


def _anchors(file: str, host: HostEnvironment, emit: Emit) -> Iterator[TlsaRecord]:
    """One file's records; an anchor may also be the server's own certificate or key."""
    loaded = False
    try:
        for block in pem_blocks(content(file, host)):
            loaded = True
            if block.label in ANCHOR_LABELS:
                selector = ANCHOR_LABELS[block.label]
                record = TlsaRecord(Usage.DANE_TA, selector, MatchingType.FULL, block.data)
                emit(AnchorAccepted(file, record))
                yield from (
                    record,
                    TlsaRecord(Usage.DANE_EE, selector, MatchingType.FULL, block.data),
                )
    except OSError as error:
        emit(AnchorFileUnreadable(file, error.errno or 0))
    except Refused as refused:
        for reason in refused.reasons:
            emit(reason)
        loaded = False
    if not loaded:
        raise UsageError(f"Failed to load trust anchor file: {file}")


def read_store(options: Options, host: HostEnvironment, emit: Emit) -> Store | None:
    """The certificates that `-F` and `-P` name; None if they cannot be used, which is told.

    main.cf may add the system's, but only to given ones.
    """
    if not (options.ca_file or options.ca_path):
        return EMPTY
    certificates, problems = _load(options.ca_file, host) if options.ca_file else ([], ())
    if problems:
        emit(AuthoritiesRefused(options.ca_file, options.ca_path))
        for problem in problems:
            emit(problem)
        return None
    directories = _paths(options.ca_path)
    if options.config.tls_append_default_ca:
        certificates += _system_certificates(host)
        given = host.environment.get("SSL_CERT_DIR", ":".join(SYSTEM_DIRECTORIES))
        directories += _paths(given)
    return Stores(Bundle.of(certificates), *(_directory(path, host) for path in directories))


def _load(file: str, host: HostEnvironment) -> tuple[list[Trusted], Problems]:
    """The certificates of a file, or else what is wrong with it (X509_load_cert_crl_file)."""
    try:
        return read_authorities(content(file, host)), ()
    except OSError as error:
        return [], _opening_problems(file, error)
    except Refused as refused:
        return [], refused.reasons


def _opening_problems(file: str, error: OSError) -> Problems:
    """A file that cannot be opened (BIO_new_file)."""
    opening = _NO_SUCH_FILE if error.errno == errno.ENOENT else _NOT_OPENED
    return system_problem(file, error), opening, _BIO


def _system_certificates(host: HostEnvironment) -> list[Trusted]:
    """Those of the system's own file; that there is none is no error."""
    file = host.environment.get("SSL_CERT_FILE")
    if file is None:
        file = next(filter(host.exists, SYSTEM_FILES), "")
    return _load(file, host)[0] if file else []


def _paths(value: str) -> list[str]:
    return [path for path in value.split(":") if path]


def _directory(path: str, host: HostEnvironment) -> HashDirectory:
    def read(name: str) -> bytes | None:
        try:
            return content(os.path.join(path, name), host)
        except FileNotFoundError:
            return None
        except OSError:
            return b""  # what is there and cannot be read does not hide the next one

    return HashDirectory(read)


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
