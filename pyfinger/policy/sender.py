"""What a sender does with an MX host, given DANE and MTA-STS of its domain.

RFC 8461 section 2: a sender that knows both MUST NOT let MTA-STS override DANE validation that
fails.  So where there are usable TLSA records they decide alone; with unusable ones TLS is
demanded (RFC 7672 section 2.2), and a policy may still demand more; a failed lookup forbids the
host (section 2.1.3), whatever the policy says.  Without DANE the policy decides, by its mode:

    enforce     the host's name matches, STARTTLS, a certificate of the web's PKI for that name
    testing     the same is looked at and reported, and mail is delivered in any case
    none        as if there were no policy

    decide(policy, HostFacts("mx.example.com", starttls=True, dane=DaneState.MATCHED, ...), BOTH)

What a report calls a certificate that no TLSA record vouches for the RFC does not say outright.
It is certificate-not-trusted, as Postfix has it: RFC 8460 section 4.3.1 gives that label to all that is
wrong with trust in a certificate, and keeps validation-failure for what fits no other.

Nothing is looked up here: facts in, a decision out.  That somebody is known to do otherwise
is said by `programs.OVERRIDING`.
"""

from __future__ import annotations

from enum import Enum

from pyfinger.model import ResultType
from pyfinger.policy.mta_sts import StsMode, StsPolicy
from pyfinger.values import Value


class Sender(Value):
    """What a sender knows; neither is opportunistic TLS."""

    dane: bool
    sts: bool


NEITHER, DANE_ONLY, STS_ONLY, BOTH = (
    Sender(False, False),
    Sender(True, False),
    Sender(False, True),
    Sender(True, True),
)


class DaneState(Enum):
    """What DANE says of an MX host."""

    NONE = "no TLSA records, or insecure ones"
    UNUSABLE = "only unusable TLSA records"
    MATCHED = "a TLSA record matches"
    FAILED = "no TLSA record matches"
    ERROR = "the TLSA lookup failed"


class PkiState(Enum):
    """What the web's PKI says of an MX host's certificate, for the name of the host."""

    VALID = "valid"
    WRONG_NAME = "for other names"
    EXPIRED = "expired"
    UNTRUSTED = "of no trusted authority"
    UNKNOWN = "not known"  # there was no handshake, or it failed


class HostFacts(Value):
    """What is known of one MX host; `starttls` None: it could not be asked."""

    host: str
    starttls: bool | None
    dane: DaneState = DaneState.NONE
    pki: PkiState = PkiState.UNKNOWN


class Action(Enum):
    """What becomes of a message for this host."""

    DELIVER = "deliver"
    REPORT = "deliver, and report"  # mode testing
    SKIP = "do not deliver to this host"
    UNKNOWN = "could not tell"


class Basis(Enum):
    """What decides."""

    DANE = "DANE"
    STS = "MTA-STS"
    OPPORTUNISTIC = "opportunistic TLS"


class SenderReason(Enum):
    """Why."""

    TLSA_MATCHES = "a TLSA record matches"
    TLSA_FAILS = "no TLSA record matches, and no policy may make up for it"
    TLSA_LOOKUP = "whether there are TLSA records is not known, so the host is not used"
    TLSA_UNUSABLE = "TLSA records that cannot be used still demand TLS"
    NO_STARTTLS = "the host does not offer STARTTLS"
    MX_NOT_LISTED = "the policy does not list the host"
    PKI_VALID = "the policy lists the host, and its certificate is valid"
    PKI_FAILS = "the certificate is not valid for the name of the host"
    NOTHING_DEMANDED = "nothing is demanded"
    NOT_ASKED = "the host could not be asked"


class Handling(Value):
    """What a sender does, on what ground; `result` is what it reports (RFC 8460 section 4.3)."""

    action: Action
    basis: Basis
    reason: SenderReason
    result: ResultType | None = None
    pattern: str | None = None  # of the policy, that the host matches

    @property
    def section(self) -> str:
        """Where that is written."""
        if self.basis is Basis.DANE and self.reason is SenderReason.NO_STARTTLS:
            return "RFC 7672 section 2.2"
        return _SECTIONS[self.reason]


_SECTIONS = {
    SenderReason.TLSA_MATCHES: "RFC 7672 section 2.2",
    SenderReason.TLSA_FAILS: "RFC 8461 section 2",
    SenderReason.TLSA_LOOKUP: "RFC 7672 section 2.1.3",
    SenderReason.TLSA_UNUSABLE: "RFC 7672 section 2.2",
    SenderReason.NO_STARTTLS: "RFC 8461 section 4",
    SenderReason.MX_NOT_LISTED: "RFC 8461 section 4.1",
    SenderReason.PKI_VALID: "RFC 8461 section 4.2",
    SenderReason.PKI_FAILS: "RFC 8461 section 4.2",
    SenderReason.NOTHING_DEMANDED: "RFC 3207",
    SenderReason.NOT_ASKED: "RFC 5321 section 5.1",
}

_PKI_RESULTS = {
    PkiState.WRONG_NAME: ResultType.CERTIFICATE_HOST_MISMATCH,
    PkiState.EXPIRED: ResultType.CERTIFICATE_EXPIRED,
    PkiState.UNTRUSTED: ResultType.CERTIFICATE_NOT_TRUSTED,
    PkiState.UNKNOWN: ResultType.VALIDATION_FAILURE,
}


def decide(policy: StsPolicy | None, facts: HostFacts, sender: Sender = BOTH) -> Handling:
    """What a sender does with one MX host of a domain that has this policy, or none."""
    if sender.dane and facts.dane in (DaneState.MATCHED, DaneState.FAILED, DaneState.ERROR):
        return _by_dane(facts)
    if sender.dane and facts.dane is DaneState.UNUSABLE and facts.starttls is False:
        return _by_unusable(facts)
    if sender.sts and policy is not None and policy.mode is not StsMode.NONE:
        return _by_policy(policy, facts)
    if facts.starttls is None:
        return Handling(Action.UNKNOWN, Basis.OPPORTUNISTIC, SenderReason.NOT_ASKED)
    if sender.dane and facts.dane is DaneState.UNUSABLE:
        return _by_unusable(facts)
    return Handling(Action.DELIVER, Basis.OPPORTUNISTIC, SenderReason.NOTHING_DEMANDED)


def _by_dane(facts: HostFacts) -> Handling:
    """Usable records, or nobody knows (RFC 7672)."""
    if facts.dane is DaneState.ERROR:
        return Handling(Action.SKIP, Basis.DANE, SenderReason.TLSA_LOOKUP, ResultType.DNSSEC_INVALID)
    if facts.starttls is None:
        return Handling(Action.UNKNOWN, Basis.DANE, SenderReason.NOT_ASKED)
    if not facts.starttls:
        return Handling(Action.SKIP, Basis.DANE, SenderReason.NO_STARTTLS, ResultType.STARTTLS_NOT_SUPPORTED)
    if facts.dane is DaneState.FAILED:
        return Handling(Action.SKIP, Basis.DANE, SenderReason.TLSA_FAILS, ResultType.CERTIFICATE_NOT_TRUSTED)
    return Handling(Action.DELIVER, Basis.DANE, SenderReason.TLSA_MATCHES)


def _by_unusable(facts: HostFacts) -> Handling:
    if facts.starttls:
        return Handling(Action.DELIVER, Basis.DANE, SenderReason.TLSA_UNUSABLE, ResultType.TLSA_INVALID)
    return Handling(Action.SKIP, Basis.DANE, SenderReason.NO_STARTTLS, ResultType.STARTTLS_NOT_SUPPORTED)


def _by_policy(policy: StsPolicy, facts: HostFacts) -> Handling:
    """The name first, which needs no connection (RFC 8461 sections 4.1 and 4.2)."""
    failing = Action.REPORT if policy.mode is StsMode.TESTING else Action.SKIP
    pattern = policy.allows(facts.host)
    if pattern is None:
        return Handling(failing, Basis.STS, SenderReason.MX_NOT_LISTED, ResultType.VALIDATION_FAILURE)
    if facts.starttls is None:
        return Handling(Action.UNKNOWN, Basis.STS, SenderReason.NOT_ASKED, None, pattern)
    if not facts.starttls:
        result = ResultType.STARTTLS_NOT_SUPPORTED
        return Handling(failing, Basis.STS, SenderReason.NO_STARTTLS, result, pattern)
    if facts.pki is not PkiState.VALID:
        return Handling(failing, Basis.STS, SenderReason.PKI_FAILS, _PKI_RESULTS[facts.pki], pattern)
    return Handling(Action.DELIVER, Basis.STS, SenderReason.PKI_VALID, None, pattern)
