"""The judge: one server's credential against one policy.

Called inside the handshake, after the server's Certificate message and before
its signature is checked, as OpenSSL calls its verify callback.  It never ends
the handshake; what it found is its `verdict`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from pyfinger.crypto import slh_dsa
from pyfinger.crypto.strength import required
from pyfinger.dane.anchors import TlsaAnchors
from pyfinger.dane.digests import Digest, digest
from pyfinger.dane.explain import explain_chain, explain_raw_key
from pyfinger.dane.full import is_decodable
from pyfinger.dane.match import Subject, match_raw_key
from pyfinger.dane.record import END_ENTITY, Sifted, sift
from pyfinger.errors import CredentialError, CredentialFault, LibraryError
from pyfinger.events import (
    CertificateChecked,
    CredentialSeen,
    MatchNameInvalid,
    MatchNameRefused,
    MatchNamesMissing,
    RawKeyChecked,
    ServerJudged,
    SignaturesUncheckable,
    TlsaAllUnusable,
    TlsaUnusable,
)
from pyfinger.model import (
    Authority,
    Credential,
    Level,
    Peer,
    Policy,
    RecordVerdict,
    ServerKey,
    TlsaRecord,
    Verdict,
    VerifyError,
)
from pyfinger.prober.certificate_info import certificate_facts, key_facts
from pyfinger.prober.client_config import security_of
from pyfinger.prober.context import Run
from pyfinger.resolve.idn import name_to_ask
from pyfinger.tls.security import Security
from pyfinger.x509.algorithms import SLH_DSA
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.demands import Demands
from pyfinger.x509.failures import Code
from pyfinger.x509.issuing import for_signing, self_issued
from pyfinger.x509.keys import Key
from pyfinger.x509.names import oneline
from pyfinger.x509.path import Task
from pyfinger.x509.peer_chain import read_at, read_raw_key
from pyfinger.x509.reference import ANYBODY, Unfit, Unfitness, identity_of
from pyfinger.x509.signature_faults import signature_faults
from pyfinger.x509.verify import verify

_INVALID_CERTIFICATE = LibraryError(0x05800093, "invalid certificate")
_FORCED = Verdict((VerifyError(Code.UNSPECIFIED, 0),))  # SSL_set_verify with a callback that says no
_RAW_KEY_LEVELS = (Level.MAY, Level.ENCRYPT, Level.FINGERPRINT)


@dataclass(frozen=True, slots=True)
class Case:
    """Whom to judge, and by what."""

    peer: Peer
    nexthop: str
    policy: Policy
    level: Level  # the policy's, or what is left of it
    records: Sifted
    sought: int  # how many records there were before sifting


def judge_for(run: Run, peer: Peer, nexthop: str, policy: Policy) -> Judge:
    """The judge for one handshake with one server."""
    records = _records(run, policy)
    sifted = sift(records, run.preferences, is_decodable)
    level = policy.level
    if records and not sifted.usable and level in (Level.DANE, Level.HALF_DANE):
        level = Level.ENCRYPT  # RFC 7672 section 2.2: unusable records still demand TLS
    return Judge(run, Case(peer, nexthop, policy, level, sifted, len(records)))


def _records(run: Run, policy: Policy) -> tuple[TlsaRecord, ...]:
    """What takes the place of trusted certificates: TLSA records, or what is treated like them."""
    if policy.level is Level.FINGERPRINT:
        return run.fingerprints
    return policy.tlsa if policy.level.uses_dane else run.services.trust.anchors


class Judge:
    """Judges one server; `verdict` is meaningful once it has been called."""

    def __init__(self, run: Run, case: Case) -> None:
        self._run = run
        self._case = case
        self._identity = ANYBODY
        self.asked = case.policy.level  # decides whether failures are told
        self.level = case.level
        self.verdict = Verdict()
        self.certificates: tuple[Certificate, ...] = ()  # of a full handshake
        self._explained: tuple[RecordVerdict, ...] = ()
        self._decoded: dict[tuple[int, bytes], Certificate] = {}

    @property
    def digest(self) -> Digest:
        """The digest of fingerprints."""
        found = digest(self._run.options.digest)
        if found is None:
            raise ValueError("TLS is off without a known digest")
        return found

    @property
    def wants_raw_keys(self) -> bool:
        """Whether to solicit a raw public key (RFC 7250)."""
        if self._run.options.raw_public_keys and self._case.policy.level in _RAW_KEY_LEVELS:
            return True
        return self._case.sought > 0 and self._case.records.wants_raw_keys

    def _to_ascii(self, name: str) -> str | None:
        return name_to_ask(name, self._run.emit, self._run.convert, for_match=True)

    def take_names(self) -> None:
        """Take up the names to match, if they matter, and tell which cannot be used."""
        if not self._checks_names:
            return
        case, peer = self._case, self._case.peer
        self._identity = identity_of(
            case.policy.names, case.nexthop, peer.host, self._to_ascii, self._tell_unfit
        )
        if self._identity.missing:
            self._run.emit(MatchNamesMissing(peer))

    def _tell_unfit(self, unfit: Unfit) -> None:
        event = MatchNameInvalid if unfit.why is Unfitness.INVALID else MatchNameRefused
        self._run.emit(event(self._case.peer, unfit.name))

    def tell_records(self) -> None:
        """Tell which records cannot be used."""
        peer = self._case.peer
        for record in self._case.records.unusable:
            self._run.emit(TlsaUnusable(peer, record))
        if self._case.sought and not self._case.records.usable:
            self._run.emit(TlsaAllUnusable(peer, self._case.policy.level))

    def look(self, place: int, encoded: bytes) -> None:
        """Decode a certificate as it comes."""
        self._decoded[place, encoded] = read_at(place, encoded)

    def __call__(self, credential: Credential) -> ServerKey:
        """Judge what the server showed; its key.  `CredentialError` if it cannot be read."""
        peer, records = self._case.peer, self._case.records
        if credential.raw_key:
            raw_key, encoding = read_raw_key(credential.raw_key)
            self._run.emit(CredentialSeen(peer, raw_key=key_facts(encoding, raw_key)))
            self.verdict = self._raw_key(encoding, raw_key)
            self._explained = tuple(explain_raw_key(records, encoding))
            self._run.emit(RawKeyChecked(peer, self.verdict.error is None))
            return ServerKey(raw_key, faults=partial(signature_faults, raw_key))
        certificates = tuple(
            self._decoded.get((place, encoded)) or read_at(place, encoded)
            for place, encoded in enumerate(credential.certificates)
        )
        self.certificates = certificates
        self._run.emit(CredentialSeen(peer, tuple(map(certificate_facts, certificates))))
        self.verdict = self._chain(certificates)
        sent = [Subject(certificate.der, certificate.spki) for certificate in certificates]
        self._explained = tuple(explain_chain(records, sent))
        key = certificates[0].key
        if key is None:  # found out by the time the chain is judged (tls_post_process_server_certificate())
            raise CredentialError(CredentialFault.UNUSABLE_KEY, 0)
        unread = () if self._builds_chain or not certificates[0].facts.invalid else (_INVALID_CERTIFICATE,)
        return ServerKey(key, for_signing(certificates[0]), partial(signature_faults, key), unread)

    def conclude(self, *, resumed: bool) -> None:
        """Tell the whole verdict."""
        event = ServerJudged(self._case.peer, self.level, self.verdict, resumed, self._explained)
        self._run.emit(event)

    @property
    def _checks_names(self) -> bool:
        level = self._case.policy.level
        return level.must_match and level is not Level.FINGERPRINT

    @property
    def _security(self) -> Security:
        return security_of(self._run.options, self.asked, self.level)

    @property
    def records(self) -> tuple[TlsaRecord, ...]:
        """The records the server is judged by."""
        return self._case.records.usable

    @property
    def _builds_chain(self) -> bool:
        """Whether a chain is verified at all: records of end entities alone decide at once (dane_verify)."""
        records = self.records
        return not records or any(record.usage != END_ENTITY for record in records)

    @property
    def must_fail(self) -> bool:
        """Nothing usable is left to prove the server by."""
        case = self._case
        if case.sought and not case.records.usable:
            return self.level.must_match
        return self._checks_names and self._identity.missing

    def _raw_key(self, encoding: bytes, key: Key) -> Verdict:
        """A raw public key has nothing but its strength and a record to vouch for it."""
        if self.must_fail:
            return _FORCED
        codes = []
        if key.strength < required(self._security.level):
            codes.append(Code.LEAF_KEY_WEAK)
        record = match_raw_key(self._case.records, encoding)
        if record is None:
            codes.append(Code.NO_TLSA_MATCH if self._case.records.usable else Code.RAW_KEY_UNTRUSTED)
        authority = None if record is None else Authority(record, 0)
        return Verdict(tuple(VerifyError(code, 0) for code in codes), authority=authority)

    def _chain(self, certificates: tuple[Certificate, ...]) -> Verdict:
        if self.must_fail:
            return _FORCED
        outcome = verify(self._task(certificates))
        if any(map(_needs_slh_dsa, outcome.chain)) and not slh_dsa.usable():
            event = SignaturesUncheckable(self._case.peer, "SLH-DSA", slh_dsa.PACKAGE, slh_dsa.EXTRA)
            self._run.emit(event)
        for call in outcome.calls:
            subject = oneline(call.certificate.subject).decode()
            self._run.emit(CertificateChecked(self._case.peer, call.depth, call.good, subject))
        return Verdict(outcome.errors, outcome.peername, outcome.authority, outcome.aborted)

    def _task(self, certificates: tuple[Certificate, ...]) -> Task:
        """The case as `x509` understands it."""
        security = self._security
        demands = Demands(
            now=int(self._run.services.now().timestamp()),
            identity=self._identity,
            security_level=security.level,
            suite_b=security.suite_b.curves if security.suite_b else frozenset(),
        )
        anchors = None
        if self._case.records.usable:
            leaf_names = self._checks_names and not self._case.policy.level.uses_dane
            anchors = TlsaAnchors(self._case.records, leaf_names)
        return Task(certificates[0], certificates, self._run.services.trust.store, demands, anchors)


def _needs_slh_dsa(certificate: Certificate) -> bool:
    """Whether its signature is one of SLH-DSA and will be looked at."""
    return certificate.algorithm.oid in SLH_DSA and not self_issued(certificate)
