"""Keys and the certificates that go with them, from PEM blocks in a row.

    key, its certificate, issuers, key, its certificate ...     `-H`, over all files
    one key and its certificates, in any order                  `-k` and `-K` the same file

This is Postfix's tls_certkey(3), with its complaints and the place in the file
they name.  There is one key of each kind: another one is refused, though the log
says that it does not match its certificate.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.cli.files import Refused, decoding_problems, pem_blocks
from pyfinger.cli.key_file import read_key_data
from pyfinger.errors import DecodeError
from pyfinger.events import (
    ChainFault,
    ChainFileFaulty,
    Emit,
    Event,
    PemTypeIgnored,
    SecondKeyIgnored,
    TlsProblem,
)
from pyfinger.model import OwnCredential, PrivateKey
from pyfinger.tls.signature_schemes import KEY_KINDS
from pyfinger.x509 import pem
from pyfinger.x509.certificate import Certificate, read_certificate
from pyfinger.x509.private_keys import LABELS as KEY_LABELS
from pyfinger.x509.private_keys import same_key
from pyfinger.x509.rsa_private_keys import RsaPrivateKey

CERTIFICATE_LABELS = ("CERTIFICATE", "X509 CERTIFICATE")

UNREADABLE_KEY = TlsProblem(0x03000072, "decode error")
UNKNOWN_TYPE = TlsProblem(0x0A0000F7, "unknown certificate type")
_OTHER_KIND = TlsProblem(0x03000065, "different key types")
FACTORS_TOO_BIG = TlsProblem(
    0x020000AB, "invalid keypair", "RSA factors/exponents are too big for for n-modulus\n"
)
_MISMATCH = TlsProblem(0x0A000120, "private key mismatch")
_NOT_REPLACING = TlsProblem(0x0A000121, "not replacing certificate")


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
        key, problems = _read_key(block)
        if self._key is not None and self._mixed:
            self._emit(SecondKeyIgnored(file, index, self._place[1]))
            return
        if self._key is not None and not self._certificates:
            raise Refused(ChainFileFaulty(ChainFault.KEY_AFTER_KEY, *self._place))
        if self._key is not None:
            self._complete(self._key, ChainFault.MISMATCH, problems)
        if key is None:
            raise Refused(ChainFileFaulty(ChainFault.KEY_MALFORMED, file, index), *problems)
        self._key, end = key
        if end != len(block.data):
            raise Refused(ChainFileFaulty(ChainFault.KEY_TOO_LONG, file, index))
        self._place = (file, index)

    def _complete(self, key: PrivateKey, fault: ChainFault, before: Sequence[Event] = ()) -> None:
        """Put the key and its certificates together; `before` is in the error queue already."""
        theirs = self._certificates[0].key
        if not same_key(key.public, theirs):
            problems = [_OTHER_KIND] if theirs and theirs.kind != key.public.kind else []
            if isinstance(key, RsaPrivateKey) and not key.factors_fit:
                problems.append(FACTORS_TOO_BIG)
            problems = [*problems, _MISMATCH] if theirs else [UNREADABLE_KEY] * 2
            raise Refused(ChainFileFaulty(fault, *self._place), *before, *problems)
        if key.public.kind not in KEY_KINDS:
            raise Refused(ChainFileFaulty(fault, *self._place), *before, UNKNOWN_TYPE)
        if key.public.kind in self._loaded:
            raise Refused(ChainFileFaulty(fault, *self._place), *before, _NOT_REPLACING)
        self._loaded[key.public.kind] = credential(key, self._certificates)
        self._certificates = []


def _read_key(block: pem.Block) -> tuple[tuple[PrivateKey, int] | None, tuple[Event, ...]]:
    """The key and where it ends, or else what is wrong with it."""
    try:
        return read_key_data(block.data, block.label), ()
    except Refused as refused:
        return None, refused.reasons
