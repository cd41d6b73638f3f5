"""What a chain has to satisfy (X509_VERIFY_PARAM), and at what cost it is verified at most."""

from __future__ import annotations

from pyfinger.values import Value
from pyfinger.x509.extensions import DIGITAL_SIGNATURE, KEY_AGREEMENT, KEY_ENCIPHERMENT
from pyfinger.x509.reference_identity import ANY, ReferenceIdentity


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


class Budget:
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
