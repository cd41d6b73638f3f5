"""Keys and the certificates that go with them, from PEM blocks in a row.

    key, its certificate, issuers, key, its certificate ...     `-H`, over all files
    one key and its certificates, in any order                  `-k` and `-K` the same file

This is Postfix's tls_certkey(3), with its complaints and the place in the file
they name.  OpenSSL keeps one key of each kind: a later one takes its place.
"""

from __future__ import annotations

from pyfinger.cli.files import Refused, decoding_problems, pem_blocks
from pyfinger.errors import DecodeError
from pyfinger.events import (
    ChainFault,
    ChainFileFaulty,
    Emit,
    PemTypeIgnored,
    SecondKeyIgnored,
    TlsProblem,
)
from pyfinger.model import OwnCredential, PrivateKey
from pyfinger.x509 import der, pem
from pyfinger.x509.certificate import Certificate, read_certificate
from pyfinger.x509.ml_dsa import UnknownForm
from pyfinger.x509.private_keys import LABELS as KEY_LABELS
from pyfinger.x509.private_keys import UnsupportedKey, load_private_key, same_key

CERTIFICATE_LABELS = ("CERTIFICATE", "X509 CERTIFICATE")

UNREADABLE_KEY = TlsProblem(0x03000072, "decode error")
_OTHER_KIND = TlsProblem(0x03000065, "different key types")
_MISMATCH = TlsProblem(0x0A000120, "private key mismatch")
_UNSUPPORTED = TlsProblem(
    0x1E08010C,
    "unsupported",
    "No supported data to decode.  Input type: DER, Input structure: PrivateKeyInfo",
)


def malformed(kind: str) -> TlsProblem:
    """What OpenSSL says of bytes that are no such ASN.1 type."""
    return TlsProblem(0x0688010A, "nested asn1 error", f"Type={kind}")


def credential(key: PrivateKey, certificates: list[Certificate]) -> OwnCredential:
    """A key with its certificates, which are known to go together."""
    leaf = certificates[0]
    method = leaf.signature_method
    return OwnCredential(
        key=key,
        certificates=tuple(one.der for one in certificates),
        spki=leaf.spki,
        issued_with=method.algorithm if method else None,
    )


def problems(error: DecodeError) -> list[TlsProblem]:
    """What OpenSSL says of bytes that do not decode, if that is known."""
    return [TlsProblem(*entry) for entry in error.queue]


class ChainLoader:
    """Takes files in order; `mixed` means a single file with its one key anywhere in it."""

    def __init__(self, emit: Emit, *, mixed: bool) -> None:
        self._emit = emit
        self._mixed = mixed
        self._key: PrivateKey | None = None
        self._certificates: list[Certificate] = []
        self._place = ("", 0)  # of the key: file and index
        self._loaded: dict[str, OwnCredential] = {}

    @property
    def credentials(self) -> tuple[OwnCredential, ...]:
        """All that is complete; a key's chain is when the next key or the end comes."""
        return tuple(self._loaded.values())

    def load(self, file: str, content: bytes) -> None:
        """One more file; `Refused` if it is no good."""
        for index, block in enumerate(pem_blocks(content), 1):
            self._take(block, file, index)

    def finish(self, files: str) -> None:
        """That was the last file; `files` is what all are called together."""
        if self._key is None:
            fault = ChainFault.NO_KEY if self._certificates else ChainFault.NO_PEM
            raise Refused(ChainFileFaulty(fault, files))
        if not self._certificates:
            raise Refused(ChainFileFaulty(ChainFault.NO_CERTIFICATE, *self._place))
        self._complete(self._key, ChainFault.LAST_MISMATCH)

    def _take(self, block: pem.Block, file: str, index: int) -> None:
        if block.label in CERTIFICATE_LABELS:
            self._take_certificate(block, file, index)
        elif block.label in KEY_LABELS:
            self._take_key(block, file, index)
        elif not self._mixed:
            self._emit(PemTypeIgnored(file, block.label))
        if not self._mixed and not self._certificates:
            self._place = (file, index)  # what is ignored after a key counts as part of it

    def _take_certificate(self, block: pem.Block, file: str, index: int) -> None:
        if self._key is None and not self._mixed:
            raise Refused(ChainFileFaulty(ChainFault.CERTIFICATE_FIRST, file))
        try:
            certificate, end = read_certificate(block.data)
        except DecodeError as error:
            fault = ChainFileFaulty(ChainFault.CERTIFICATE_MALFORMED, file, index)
            raise Refused(fault, *decoding_problems(error)) from error
        if end != len(block.data):
            raise Refused(ChainFileFaulty(ChainFault.CERTIFICATE_TOO_LONG, file, index))
        self._certificates.append(certificate)

    def _take_key(self, block: pem.Block, file: str, index: int) -> None:
        if self._key is not None and self._mixed:
            self._emit(SecondKeyIgnored(file, index, self._place[1]))
            return
        if self._key is not None and not self._certificates:
            raise Refused(ChainFileFaulty(ChainFault.KEY_AFTER_KEY, *self._place))
        key = _private_key(block, file, index)
        if self._key is not None:
            self._complete(self._key, ChainFault.MISMATCH)
        self._key, self._place = key, (file, index)

    def _complete(self, key: PrivateKey, fault: ChainFault) -> None:
        """Put the key and its certificates together."""
        theirs = self._certificates[0].key
        if not same_key(key.public, theirs):
            problems = [_OTHER_KIND] if theirs and theirs.kind != key.public.kind else []
            problems = [*problems, _MISMATCH] if theirs else [UNREADABLE_KEY] * 2
            raise Refused(ChainFileFaulty(fault, *self._place), *problems)
        self._loaded.pop(key.public.kind, None)
        self._loaded[key.public.kind] = credential(key, self._certificates)
        self._certificates = []


def _private_key(block: pem.Block, file: str, index: int) -> PrivateKey:
    fault = ChainFileFaulty(ChainFault.KEY_MALFORMED, file, index)
    try:
        element = der.Cursor(block.data).element("private key")
        key = load_private_key(element.encoding, block.label)
    except (UnsupportedKey, UnknownForm) as error:
        raise Refused(fault, _UNSUPPORTED, *problems(error)) from error
    except DecodeError as error:
        raise Refused(fault, *(problems(error) or [malformed("PKCS8_PRIV_KEY_INFO")])) from error
    if element.end != len(block.data):
        raise Refused(ChainFileFaulty(ChainFault.KEY_TOO_LONG, file, index))
    return key
