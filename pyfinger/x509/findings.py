"""The calls of OpenSSL's verify callback, collected: failures and good certificates.

The callback always says "go on", so all checks run and every failure is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pyfinger.model import Authority, VerifyError
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.failures import Code, Failure
from pyfinger.x509.names import oneline


@dataclass(frozen=True, slots=True)
class Call:
    """One call: a failure of the certificate at a depth, or none (all that is checked last held)."""

    depth: int
    certificate: Certificate
    failure: Code | None = None

    @property
    def good(self) -> bool:
        """Whether it was no failure."""
        return self.failure is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a verification.

    `aborted` means that it broke off without a call, for example at a
    certificate whose key is unreadable: the chain is not trusted.
    """

    calls: tuple[Call, ...]
    chain: tuple[Certificate, ...]
    peername: str = ""
    authority: Authority | None = None
    aborted: bool = False

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All failures in the order found."""
        return tuple(Failure(call.failure, call.depth) for call in self.calls if call.failure is not None)

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


@dataclass(slots=True)
class Findings:
    """What is found as verification goes on; `last` is the failure found last."""

    calls: list[Call] = field(default_factory=list)
    last: Code | None = None

    def fail(self, code: Code, depth: int, certificate: Certificate) -> None:
        """Report a failure."""
        self.calls.append(Call(depth, certificate, code))
        self.last = code

    def fail_all(self, codes: Sequence[Code], depth: int, certificate: Certificate) -> None:
        """Report several."""
        for code in codes:
            self.fail(code, depth, certificate)

    def good(self, depth: int, certificate: Certificate) -> None:
        """Report that a certificate got through."""
        self.calls.append(Call(depth, certificate))
