"""Building the chain from the leaf to something trusted, as OpenSSL builds it.

Trusted issuers are preferred over those the server sent; of several, the first
whose dates are good, else the one that lasts longest.  Each certificate the
server sent is used once.  There is no way back: a chain that turns out to lead
nowhere is reported, not replaced.

With TLSA records of usage 2 the store is out of play: the chain ends at the
first issuer one of them vouches for, or below a bare key that made the last
signature (RFC 7671 section 5.2).  With usages 0 and 1 it is in play again, and
a chain also needs a certificate that satisfies one of them (RFC 7671 sections
5.3 and 5.4).
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.model import Authority
from pyfinger.values import State, field
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.issuing import (
    likely_issued,
    readable,
    self_issued,
    self_signed,
    signature_holds,
    time_failures,
)
from pyfinger.x509.trust_store import ANY_USAGE, CertificateTrust, Trusted
from pyfinger.x509.verify_context import Aborted, Anchors, VerifyContext


def build_chain(context: VerifyContext) -> None:
    """Build the whole chain; that it does not end in trust is told (build_chain)."""
    builder = _Builder(context)
    builder.note_constraint()
    if not (builder.climb() or builder.last_chance()):
        builder.report_distrust()


class _Builder(State):
    """Builds the chain of one context."""

    context: VerifyContext
    unused: list[Certificate] = field(init=False)  # what the server sent and no link has used (sk_untrusted)

    def __post_init__(self) -> None:
        known = self.context.anchors.certificates if self.context.anchors else ()
        self.unused = [*known, *self.context.untrusted]

    @property
    def _uses_store(self) -> bool:
        return self.context.anchors is None or self.context.anchors.uses_store

    @property
    def _full(self) -> bool:
        """Whether the chain has the one certificate more than is permitted."""
        return len(self.context.chain) > self.context.params.depth + 1

    def climb(self) -> bool:
        """Add issuers as long as there are any; whether the chain ends in trust."""
        from_server = True
        while True:
            if self._uses_store and (issuer := self._trusted_issuer()):
                if self._put(issuer):
                    if self._check_trust(issuer):
                        return True
                    from_server = False
                    if not self_signed(self.context.top):
                        continue
            if not from_server or not self._untrusted_issuer():
                return False
            if self._check_dane_issuer():
                return True

    def _trusted_issuer(self) -> Trusted | None:
        """The store's best issuer of the top certificate (get1_best_issuer)."""
        if self._full:
            return None
        candidates = self.context.store.by_subject(self.context.top.issuer)
        best = self._best([candidate.certificate for candidate in candidates])
        if best is not None and not readable(self.context.top):
            raise Aborted
        return None if best is None else candidates[best]

    def _put(self, issuer: Trusted) -> bool:
        """Put a trusted issuer on top; False if it is not the right one after all.

        A self-signed certificate the server sent gives way to its trusted twin
        only: another of the same name would be an impostor's success.
        """
        if not self_signed(self.context.top):
            self.context.chain.append(issuer)
            return True
        if self.context.top != issuer.certificate:
            return False
        self.context.chain[-1] = issuer
        self.context.num_untrusted = len(self.context.chain) - 1
        return True

    def _check_trust(self, issuer: Trusted) -> bool:
        """Whether the issuer just added is an anchor; that it is rejected is told (check_trust)."""
        self.note_constraint()
        trust = self._trust(issuer)
        if trust is CertificateTrust.REJECTED:
            self.context.fail(X509VErr.CERT_REJECTED, len(self.context.chain) - 1, issuer.certificate)
            return False
        return (trust is CertificateTrust.TRUSTED or self.context.params.partial_chain) and self._anchor()

    def _anchor(self) -> bool:
        """The store trusts the chain; whether that is enough."""
        self.context.anchored = True
        return self.context.anchors is None or self.context.authority is not None

    def _trust(self, issuer: Trusted) -> CertificateTrust:
        """What its settings say; without any, self-signed certificates are trusted (X509_check_trust)."""
        purpose = self.context.params.purpose
        trust = issuer.trust(purpose.usage if purpose else ANY_USAGE)
        if (
            trust is CertificateTrust.UNSAID
            and not issuer.certificate.facts.invalid
            and self_signed(issuer.certificate)
        ):
            return CertificateTrust.TRUSTED
        return trust

    def _untrusted_issuer(self) -> bool:
        """Put an issuer the server sent on top, if there is one (find_issuer)."""
        top = self.context.top
        if self._full or (readable(top) and self_signed(top)):
            return False
        best = self._best([None if self._is_used(candidate) else candidate for candidate in self.unused])
        if best is None:
            return False
        self.context.chain.append(Trusted(self.unused.pop(best)))
        self.context.num_untrusted += 1
        return True

    def _best(self, candidates: Sequence[Certificate | None]) -> int | None:
        """Which candidate is the best issuer of the top certificate (check_issued, x509_check_cert_time)."""
        subject = self.context.top
        best: tuple[int, int | None] | None = None
        for position, candidate in enumerate(candidates):
            self.context.budget.spend_candidate()
            if candidate is None or not likely_issued(candidate, subject):
                continue
            if not time_failures(candidate, self.context.params.now):
                return position
            end = candidate.not_after.epoch
            if best is None or (end is not None and best[1] is not None and end > best[1]):
                best = position, end
        return None if best is None else best[0]

    def _is_used(self, candidate: Certificate) -> bool:
        """Whether the chain has it already; a self-issued leaf alone may be its own issuer."""
        chain = self.context.chain
        if len(chain) == 1 and self_issued(chain[0].certificate):
            return False
        return any(link.certificate == candidate for link in chain)

    def _check_dane_issuer(self) -> bool:
        """Whether a record of usage 2 vouches for the issuer just added (check_dane_issuer)."""
        if self.context.anchors is None:
            return False
        record = self.context.anchors.match(self.context.top, leaf=False)
        if record is None:
            self.note_constraint()
            return False
        self.context.authority = Authority(record, len(self.context.chain) - 1)
        return True

    def note_constraint(self) -> None:
        """Keep the first record of usage 0 or 1 that the top certificate satisfies (dane_match_cert)."""
        if self.context.anchors is None or self.context.authority is not None:
            return
        depth = len(self.context.chain) - 1
        record = self.context.anchors.constraint(self.context.top, leaf=depth == 0)
        if record is not None:
            self.context.authority = Authority(record, depth)

    def last_chance(self) -> bool:
        """A bare key that signed the last certificate, or else a leaf that is itself in the store."""
        if self._full:
            return False
        if self.context.anchors is not None and self._check_dane_pkeys(self.context.anchors):
            return True
        whole = len(self.context.chain) == self.context.num_untrusted
        return whole and self.context.params.partial_chain and self._leaf_is_trusted()

    def _check_dane_pkeys(self, anchors: Anchors) -> bool:
        """Whether a record's key signed the last certificate sent; the rest goes (check_dane_pkeys)."""
        sent = self.context.chain[: self.context.num_untrusted]
        for record, key in anchors.keys if sent else ():
            self.context.budget.spend_signature()
            if signature_holds(sent[-1].certificate, key):
                self.context.chain = sent
                self.context.authority = Authority(record, len(sent) - 1, bare_key=True)
                return True
        return False

    def _leaf_is_trusted(self) -> bool:
        leaf = self.context.leaf
        for known in self.context.store.by_subject(leaf.subject):
            if known.certificate != leaf:
                continue
            if self._trust(known) is CertificateTrust.REJECTED:
                self.context.fail(X509VErr.CERT_REJECTED, 0, leaf)
                return False
            self.context.chain[0] = known
            self.context.num_untrusted = 0
            return self._anchor()
        return False

    def report_distrust(self) -> None:
        """Say why the chain does not end in trust; an earlier failure counts as the reason."""
        depth, top = len(self.context.chain) - 1, self.context.top
        if self.context.error is not None:
            self.context.fail(self.context.error, depth, top)
            return
        if self._full:
            self.context.fail(X509VErr.CERT_CHAIN_TOO_LONG, depth, top)
        if self.context.anchors is not None and (self.context.anchored or not self._uses_store):
            self.context.fail(X509VErr.DANE_NO_MATCH, depth, top)
        if readable(top) and self_signed(top):
            code = X509VErr.SELF_SIGNED_CERT_IN_CHAIN if depth else X509VErr.DEPTH_ZERO_SELF_SIGNED_CERT
        else:
            code = (
                X509VErr.UNABLE_TO_GET_ISSUER_CERT
                if self.context.num_untrusted <= depth
                else X509VErr.UNABLE_TO_GET_ISSUER_CERT_LOCALLY
            )
        self.context.fail(code, depth, top)
