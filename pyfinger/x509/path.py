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
from dataclasses import dataclass, field

from pyfinger.model import Authority
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.demands import Anchors, Budget, Demands
from pyfinger.x509.failures import Code
from pyfinger.x509.findings import Findings
from pyfinger.x509.issuing import (
    likely_issued,
    readable,
    self_issued,
    self_signed,
    signature_holds,
    time_failures,
)
from pyfinger.x509.store import ANY_USAGE, Store, Trust, Trusted


class Aborted(Exception):
    """The chain cannot be followed past a certificate whose key or extensions are unreadable."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be verified, and by what."""

    leaf: Certificate
    sent: Sequence[Certificate]  # by the server, with or without the leaf
    store: Store
    demands: Demands
    anchors: Anchors | None = None


@dataclass(slots=True)
class Path:
    """A chain, leaf first; the links from `untrusted` on come from the store."""

    chain: list[Trusted]
    untrusted: int = 1
    authority: Authority | None = None
    anchored: bool = False  # whether the store trusts one of its links

    @property
    def top(self) -> Certificate:
        """The last certificate."""
        return self.chain[-1].certificate


@dataclass(slots=True)
class Builder:
    """Builds one path."""

    task: Task
    findings: Findings
    budget: Budget
    path: Path = field(init=False)
    unused: list[Certificate] = field(init=False)  # what the server sent and no link has used

    def __post_init__(self) -> None:
        self.path = Path([Trusted(self.task.leaf)])
        known = self.task.anchors.certificates if self.task.anchors else ()
        self.unused = [*known, *self.task.sent]

    def build(self) -> Path:
        """The whole chain; that it does not end in trust is reported."""
        self._note_constraint()
        if not (self._climb() or self._last_chance()):
            self._report_distrust()
        return self.path

    @property
    def _uses_store(self) -> bool:
        return self.task.anchors is None or self.task.anchors.uses_store

    @property
    def _full(self) -> bool:
        """Whether the chain has the one certificate more than is permitted."""
        return len(self.path.chain) > self.task.demands.depth + 1

    def _climb(self) -> bool:
        """Add issuers as long as there are any; whether the chain ends in trust."""
        from_server = True
        while True:
            if self._uses_store and (issuer := self._store_issuer()):
                if self._put(issuer):
                    if self._settled(issuer):
                        return True
                    from_server = False
                    if not self_signed(self.path.top):
                        continue
            if not from_server or not self._extend():
                return False
            if self._authority_found():
                return True

    def _store_issuer(self) -> Trusted | None:
        """The store's best issuer of the top certificate."""
        if self._full:
            return None
        candidates = self.task.store.by_subject(self.path.top.issuer)
        best = self._best([candidate.certificate for candidate in candidates])
        if best is not None and not readable(self.path.top):
            raise Aborted
        return None if best is None else candidates[best]

    def _put(self, issuer: Trusted) -> bool:
        """Put a trusted issuer on top; False if it is not the right one after all.

        A self-signed certificate the server sent gives way to its trusted twin
        only: another of the same name would be an impostor's success.
        """
        if not self_signed(self.path.top):
            self.path.chain.append(issuer)
            return True
        if self.path.top != issuer.certificate:
            return False
        self.path.chain[-1] = issuer
        self.path.untrusted = len(self.path.chain) - 1
        return True

    def _settled(self, issuer: Trusted) -> bool:
        """Whether the issuer just added is an anchor; that it is rejected is reported."""
        self._note_constraint()
        trust = self._trust(issuer)
        if trust is Trust.REJECTED:
            self.findings.fail(Code.REJECTED, len(self.path.chain) - 1, issuer.certificate)
            return False
        return (trust is Trust.TRUSTED or self.task.demands.partial_chain) and self._anchor()

    def _anchor(self) -> bool:
        """The store trusts the chain; whether that is enough."""
        self.path.anchored = True
        return self.task.anchors is None or self.path.authority is not None

    def _trust(self, issuer: Trusted) -> Trust:
        """What its settings say; without any, self-signed certificates are trusted."""
        purpose = self.task.demands.purpose
        trust = issuer.trust(purpose.usage if purpose else ANY_USAGE)
        if trust is Trust.UNSAID and not issuer.certificate.facts.invalid and self_signed(issuer.certificate):
            return Trust.TRUSTED
        return trust

    def _extend(self) -> bool:
        """Put an issuer the server sent on top, if there is one."""
        top = self.path.top
        if self._full or (readable(top) and self_signed(top)):
            return False
        best = self._best([None if self._is_used(candidate) else candidate for candidate in self.unused])
        if best is None:
            return False
        self.path.chain.append(Trusted(self.unused.pop(best)))
        self.path.untrusted += 1
        return True

    def _best(self, candidates: Sequence[Certificate | None]) -> int | None:
        """Which candidate is the best issuer of the top certificate."""
        subject = self.path.top
        best: tuple[int, int | None] | None = None
        for position, candidate in enumerate(candidates):
            self.budget.spend_candidate()
            if candidate is None or not likely_issued(candidate, subject):
                continue
            if not time_failures(candidate, self.task.demands.now):
                return position
            end = candidate.not_after.epoch
            if best is None or (end is not None and best[1] is not None and end > best[1]):
                best = position, end
        return None if best is None else best[0]

    def _is_used(self, candidate: Certificate) -> bool:
        """Whether the chain has it already; a self-issued leaf alone may be its own issuer."""
        chain = self.path.chain
        if len(chain) == 1 and self_issued(chain[0].certificate):
            return False
        return any(link.certificate == candidate for link in chain)

    def _authority_found(self) -> bool:
        """Whether a record of usage 2 vouches for the issuer just added."""
        if self.task.anchors is None:
            return False
        record = self.task.anchors.match(self.path.top, leaf=False)
        if record is None:
            self._note_constraint()
            return False
        self.path.authority = Authority(record, len(self.path.chain) - 1)
        return True

    def _note_constraint(self) -> None:
        """Keep the first record of usage 0 or 1 that the top certificate satisfies."""
        if self.task.anchors is None or self.path.authority is not None:
            return
        depth = len(self.path.chain) - 1
        record = self.task.anchors.constraint(self.path.top, leaf=depth == 0)
        if record is not None:
            self.path.authority = Authority(record, depth)

    def _last_chance(self) -> bool:
        """A bare key that signed the last certificate, or else a leaf that is itself in the store."""
        if self._full:
            return False
        if self.task.anchors is not None and self._bare_key_found(self.task.anchors):
            return True
        whole = len(self.path.chain) == self.path.untrusted
        return whole and self.task.demands.partial_chain and self._leaf_is_trusted()

    def _bare_key_found(self, anchors: Anchors) -> bool:
        """Whether a record's key signed the last certificate the server sent; the store's links go then."""
        sent = self.path.chain[: self.path.untrusted]
        for record, key in anchors.keys if sent else ():
            self.budget.spend_signature()
            if signature_holds(sent[-1].certificate, key):
                self.path.chain = sent
                self.path.authority = Authority(record, len(sent) - 1, bare_key=True)
                return True
        return False

    def _leaf_is_trusted(self) -> bool:
        leaf = self.task.leaf
        for known in self.task.store.by_subject(leaf.subject):
            if known.certificate != leaf:
                continue
            if self._trust(known) is Trust.REJECTED:
                self.findings.fail(Code.REJECTED, 0, leaf)
                return False
            self.path.chain[0] = known
            self.path.untrusted = 0
            return self._anchor()
        return False

    def _report_distrust(self) -> None:
        """Say why the chain does not end in trust; an earlier failure counts as the reason."""
        depth, top = len(self.path.chain) - 1, self.path.top
        if self.findings.last is not None:
            self.findings.fail(self.findings.last, depth, top)
            return
        if self._full:
            self.findings.fail(Code.CHAIN_TOO_LONG, depth, top)
        if self.task.anchors is not None and (self.path.anchored or not self._uses_store):
            self.findings.fail(Code.NO_TLSA_MATCH, depth, top)
        if readable(top) and self_signed(top):
            code = Code.SELF_SIGNED_IN_CHAIN if depth else Code.SELF_SIGNED_LEAF
        else:
            code = Code.NO_ISSUER if self.path.untrusted <= depth else Code.NO_LOCAL_ISSUER
        self.findings.fail(code, depth, top)
