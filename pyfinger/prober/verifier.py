"""Verification of one server's credential: a value that comes of values.

`verify_chain` and `verify_raw_key` decide and do nothing else; `Verifier` is how the TLS
engine reaches them, inside the handshake, after the server's Certificate message and
before its signature is checked, as OpenSSL calls SSL_set_cert_verify_callback's
function.  Neither ends the handshake, whatever the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from pyfinger.crypto.strength import required
from pyfinger.dane.digests import Digest
from pyfinger.dane.match import Subject, explain_chain, explain_raw_key, match_raw_key
from pyfinger.dane.trust_anchors import TlsaAnchors
from pyfinger.errors import CredentialError, CredentialFault, LibraryError
from pyfinger.events import (
    CertificateChecked,
    CredentialSeen,
    Emit,
    Event,
    RawKeyChecked,
    SignaturesUncheckable,
)
from pyfinger.model import (
    Authority,
    Credential,
    Peer,
    RecordVerdict,
    ServerKey,
    SignatureAlgorithm,
    Verdict,
    Verified,
    VerifyError,
)
from pyfinger.prober.authentication import Authentication
from pyfinger.prober.certificate_info import certificate_facts, certificate_info, key_facts, raw_key_info
from pyfinger.values import Value, field
from pyfinger.x509.algorithm_identifiers import SLH_DSA
from pyfinger.x509.certificate import Certificate, read_at
from pyfinger.x509.distinguished_names import oneline
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.issuing import for_signing, self_issued
from pyfinger.x509.key_structures import read_raw_key
from pyfinger.x509.public_keys import Key
from pyfinger.x509.trust_store import Store
from pyfinger.x509.verify import verify
from pyfinger.x509.verify_context import CallbackRecord, VerifyContext, VerifyParams

if TYPE_CHECKING:
    from pyfinger.prober.handshake_memory import HandshakeMemory

Now: TypeAlias = Callable[[], datetime]  # asked only if dates matter

_INVALID_CERTIFICATE = LibraryError(0x05800093, "invalid certificate")
_FORCED = Verdict((VerifyError(X509VErr.UNSPECIFIED, 0),))  # SSL_set_verify with a callback that says no


class Verification(Value):
    """What became of a chain or a raw key, and what the verify callback was told on the way."""

    verdict: Verdict
    records: tuple[RecordVerdict, ...]
    trace: tuple[CallbackRecord, ...] = ()
    chain: tuple[Certificate, ...] = ()  # as built, leaf first


def verify_chain(
    certificates: tuple[Certificate, ...], authentication: Authentication, store: Store, now: Now
) -> Verification:
    """Certificates in the order sent, against all that the server has to prove (X509_verify_cert)."""
    records = authentication.records
    sent = [Subject(certificate.der, certificate.spki) for certificate in certificates]
    explained = tuple(explain_chain(records, sent))
    if authentication.must_fail:
        return Verification(_FORCED, explained)
    outcome = verify(_context(certificates, authentication, store, now()))
    verdict = Verdict(outcome.errors, outcome.peername, outcome.authority, outcome.aborted)
    return Verification(verdict, explained, outcome.calls, outcome.chain)


def verify_raw_key(encoding: bytes, key: Key, authentication: Authentication) -> Verification:
    """A raw public key has nothing but its strength and a record to vouch for it (RFC 7250)."""
    records = authentication.records
    explained = tuple(explain_raw_key(records, encoding))
    if authentication.must_fail:
        return Verification(_FORCED, explained)
    codes = []
    if key.strength < required(authentication.security.level):
        codes.append(X509VErr.EE_KEY_TOO_SMALL)
    record = match_raw_key(records, encoding)
    if record is None:
        codes.append(X509VErr.DANE_NO_MATCH if records.usable else X509VErr.RPK_UNTRUSTED)
    authority = None if record is None else Authority(record, 0)
    return Verification(
        Verdict(tuple(VerifyError(code, 0) for code in codes), authority=authority), explained
    )


def _context(
    certificates: tuple[Certificate, ...], authentication: Authentication, store: Store, now: datetime
) -> VerifyContext:
    """The same as `x509` understands it."""
    security = authentication.security
    params = VerifyParams(
        now=int(now.timestamp()),
        identity=authentication.identity,
        security_level=security.level,
        suite_b=security.suite_b.curves if security.suite_b else frozenset(),
    )
    anchors = None
    if authentication.records.usable:
        leaf_names = authentication.checks_names and not authentication.asked.uses_dane
        anchors = TlsaAnchors(authentication.records, leaf_names)
    return VerifyContext(certificates[0], certificates, store, params, anchors)


class Verifier(Value):
    """Verifies what one server shows in one handshake, and reports what it sees.

    Certificates are decoded once, as they come.
    """

    peer: Peer
    authentication: Authentication
    store: Store  # -F, -P, and the system's
    now: Now
    digest: Digest  # of fingerprints
    emit: Emit
    memory: HandshakeMemory | None = None
    _decoded: dict[tuple[int, bytes], Certificate] = field(default_factory=dict)

    def look(self, place: int, encoded: bytes) -> None:
        """Decode a certificate; `CredentialError` if it cannot be read."""
        self._decoded[place, encoded] = read_at(place, encoded)

    def __call__(self, credential: Credential) -> Verified:
        """What came of it; `CredentialError` if it cannot be read."""
        if self.memory is None:
            return self._verified(credential, self.emit)
        key = credential, id(self.authentication)  # which the same memory keeps
        return self.memory.recall(key, self.peer, self.emit, lambda emit: self._verified(credential, emit))

    def _verified(self, credential: Credential, emit: Emit) -> Verified:
        if credential.raw_key:
            return self._raw_key(*read_raw_key(credential.raw_key), emit)
        return self._certificates(
            tuple(
                self._decoded.get((place, encoded)) or read_at(place, encoded)
                for place, encoded in enumerate(credential.certificates)
            ),
            emit,
        )

    def _raw_key(self, key: Key, encoding: bytes, emit: Emit) -> Verified:
        emit(CredentialSeen(self.peer, raw_key=key_facts(encoding, key)))
        found = verify_raw_key(encoding, key, self.authentication)
        emit(RawKeyChecked(self.peer, found.verdict.error is None))
        server_key = ServerKey(key, faults=partial(_signature_faults, key))
        return Verified(server_key, found.verdict, found.records, raw_key_info(encoding, self.digest))

    def _certificates(self, certificates: tuple[Certificate, ...], emit: Emit) -> Verified:
        emit(CredentialSeen(self.peer, tuple(map(certificate_facts, certificates))))
        found = verify_chain(certificates, self.authentication, self.store, self.now)
        for event in self._seen(found):
            emit(event)
        leaf = certificates[0]
        key = leaf.key
        if key is None:  # found out by the time the chain is judged (tls_post_process_server_certificate())
            raise CredentialError(CredentialFault.UNUSABLE_KEY, 0)
        untouched = leaf.facts.invalid and not self.authentication.builds_chain
        unread = (_INVALID_CERTIFICATE,) if untouched else ()
        server_key = ServerKey(key, for_signing(leaf), partial(_signature_faults, key), unread)
        return Verified(server_key, found.verdict, found.records, certificate_info(certificates, self.digest))

    def _seen(self, found: Verification) -> Iterator[Event]:
        """What the verify callback was told, and what it could not know."""
        if any(map(_needs_slh_dsa, found.chain)):
            from pyfinger.crypto import slh_dsa

            if not slh_dsa.usable():
                yield SignaturesUncheckable(self.peer, "SLH-DSA", slh_dsa.PACKAGE, slh_dsa.EXTRA)
        for call in found.trace:
            subject = oneline(call.certificate.subject).decode()
            yield CertificateChecked(self.peer, call.depth, call.good, subject)


def _signature_faults(
    key: Key, algorithm: SignatureAlgorithm, message: bytes, signature: bytes
) -> tuple[LibraryError, ...]:
    from pyfinger.x509.signature_faults import signature_faults

    return signature_faults(key, algorithm, message, signature)


def _needs_slh_dsa(certificate: Certificate) -> bool:
    """Whether its signature is one of SLH-DSA and will be looked at."""
    return certificate.algorithm.oid in SLH_DSA and not self_issued(certificate)
