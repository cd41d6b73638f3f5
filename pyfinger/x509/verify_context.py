"""The state of one verification (X509_STORE_CTX), and what comes of it.

OpenSSL tells a verify callback of each failure, and of each certificate that got
through.  Here the callback always says "go on", so all checks run and every call is
kept; the one that would be SSL_get_verify_result's is picked by `model.Verdict`.

What a chain has to satisfy is `VerifyParams` (X509_VERIFY_PARAM), with what it may cost at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pyfinger.model import Authority, TlsaRecord, VerifyError
from pyfinger.values import State, Value, field
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.certificate_extensions import DIGITAL_SIGNATURE, KEY_AGREEMENT, KEY_ENCIPHERMENT
from pyfinger.x509.distinguished_names import oneline
from pyfinger.x509.failures import VerifyFailure, X509VErr
from pyfinger.x509.public_keys import Key
from pyfinger.x509.reference_identity import ANY, ReferenceIdentity
from pyfinger.x509.trust_store import Store, Trusted


class Purpose(Value):
    """What a certificate must be good for (X509_PURPOSE)."""

    usage: str  # the key purpose that trust settings speak of
    extended: frozenset[str]  # any of these must be in an extendedKeyUsage, if there is one
    key_usage: int  # any of these bits in a keyUsage, likewise
    netscape_bit: int


SSL_SERVER = Purpose(
    "1.3.6.1.5.5.7.3.1",
    frozenset(("1.3.6.1.5.5.7.3.1", "1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1")),
    DIGITAL_SIGNATURE | KEY_ENCIPHERMENT | KEY_AGREEMENT,
    0x40,
)
SSL_CLIENT = Purpose(
    "1.3.6.1.5.5.7.3.2", frozenset(("1.3.6.1.5.5.7.3.2",)), DIGITAL_SIGNATURE | KEY_AGREEMENT, 0x80
)


class VerifyParams(Value):
    """How a chain is judged; the defaults are Postfix's for a mail server.

    `suite_b` are the curves of that profile, if it is asked for (`suite_b.py`).
    What Postfix never asks for is there for the conformance suites: `strict`
    (RFC 5280 to the letter), `partial_chain`, `check_root_signature`, `allow_proxy`.
    """

    now: int | None  # seconds since 1970; None: dates do not matter
    identity: ReferenceIdentity = ANY
    security_level: int = 0
    suite_b: frozenset[str] = frozenset()
    depth: int = 10  # authorities between leaf and root
    purpose: Purpose | None = SSL_SERVER
    strict: bool = False
    partial_chain: bool = False
    check_root_signature: bool = False
    allow_proxy: bool = False


class BudgetSpent(Exception):
    """The chain is too expensive to examine."""


class VerifyBudget:
    """What one verification may cost; more ends it with an unspecified error.

    An honest chain needs one signature for each certificate.  The limits are
    webpki's, after the attack on Go's verifier (CVE-2018-16875).
    """

    def __init__(self, signatures: int = 100, candidates: int = 200_000) -> None:
        self._signatures = signatures
        self._candidates = candidates

    def spend_signature(self) -> None:
        """Before each signature check."""
        self._signatures -= 1
        if self._signatures < 0:
            raise BudgetSpent("signatures")

    def spend_candidate(self) -> None:
        """Before each comparison of a certificate with a possible issuer."""
        self._candidates -= 1
        if self._candidates < 0:
            raise BudgetSpent("candidates")


class Anchors(Protocol):
    """TLSA records (or fingerprints, or trust anchor files) that replace the store.

    Usages 0 and 1 do not replace it: they constrain which of the chains that it
    trusts will do (RFC 6698 section 2.1.1).  Postfix never passes those on.
    """

    def match(self, certificate: Certificate, leaf: bool) -> TlsaRecord | None:
        """The record that vouches for a certificate: usage 3 for the leaf, else usage 2."""
        ...

    def constraint(self, certificate: Certificate, leaf: bool) -> TlsaRecord | None:
        """The record a certificate satisfies: usage 1 for the leaf, else usage 0."""
        ...

    @property
    def has_authorities(self) -> bool:
        """Whether there are records of usage 2 or 0 at all."""
        ...

    @property
    def uses_store(self) -> bool:
        """Whether there are records of usage 0 or 1 at all."""
        ...

    @property
    def certificates(self) -> Sequence[Certificate]:
        """Full certificates of `2 0 0` and `0 0 0` records: as if the server had sent them, too."""
        ...

    @property
    def keys(self) -> Sequence[tuple[TlsaRecord, Key]]:
        """Full keys of `2 1 0` records."""
        ...

    @property
    def leaf_names(self) -> bool:
        """Whether the names matter even if a record vouches for the leaf."""
        ...


class Aborted(Exception):
    """The chain cannot be followed past a certificate whose key or extensions are unreadable."""


class CallbackRecord(Value):
    """One call: a failure of the certificate at a depth, or none (all that is checked last held)."""

    depth: int
    certificate: Certificate
    failure: X509VErr | None = None

    @property
    def good(self) -> bool:
        """Whether it was no failure."""
        return self.failure is None


class VerifyResult(Value):
    """What became of a verification.

    `aborted` means that it broke off without a call, for example at a
    certificate whose key is unreadable: the chain is not trusted.
    """

    calls: tuple[CallbackRecord, ...]
    chain: tuple[Certificate, ...]
    peername: str = ""
    authority: Authority | None = None
    aborted: bool = False

    @property
    def failures(self) -> tuple[VerifyFailure, ...]:
        """All failures in the order found."""
        return tuple(
            VerifyFailure(call.failure, call.depth) for call in self.calls if call.failure is not None
        )

    @property
    def errors(self) -> tuple[VerifyError, ...]:
        """The same as a verdict has them."""
        return tuple(
            VerifyError(int(call.failure), call.depth, oneline(call.certificate.issuer).decode())
            for call in self.calls
            if call.failure is not None
        )

    @property
    def trusted(self) -> bool:
        """Whether nothing at all failed."""
        return not self.aborted and all(call.good for call in self.calls)


class VerifyContext(State):
    """What is to be verified and by what; then what has been found so far.

    `chain` is the leaf first; its links from `num_untrusted` on come from the store.
    """

    leaf: Certificate
    untrusted: Sequence[Certificate]  # sent by the server, with or without the leaf
    store: Store
    params: VerifyParams
    anchors: Anchors | None = None
    budget: VerifyBudget = field(default_factory=VerifyBudget)
    chain: list[Trusted] = field(init=False)
    num_untrusted: int = field(init=False, default=1)
    authority: Authority | None = field(init=False, default=None)  # the TLSA record that matched, and where
    anchored: bool = field(init=False, default=False)  # whether the store trusts one of the links
    peername: str = field(init=False, default="")
    calls: list[CallbackRecord] = field(init=False, default_factory=list)
    error: X509VErr | None = field(init=False, default=None)  # the last one

    def __post_init__(self) -> None:
        self.chain = [Trusted(self.leaf)]

    @property
    def top(self) -> Certificate:
        """The last certificate."""
        return self.chain[-1].certificate

    @property
    def certificates(self) -> list[Certificate]:
        """The chain without its settings of trust."""
        return [link.certificate for link in self.chain]

    def fail(self, code: X509VErr, depth: int, certificate: Certificate) -> None:
        """Tell of a failure (verify_cb_cert)."""
        self.calls.append(CallbackRecord(depth, certificate, code))
        self.error = code

    def fail_all(self, codes: Sequence[X509VErr], depth: int, certificate: Certificate) -> None:
        """Tell of several."""
        for code in codes:
            self.fail(code, depth, certificate)

    def good(self, depth: int, certificate: Certificate) -> None:
        """Tell that a certificate got through (verify_cb with ok = 1)."""
        self.calls.append(CallbackRecord(depth, certificate))
