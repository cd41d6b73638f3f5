"""What validation of our own says of DNS data: four outcomes, and the proof of each.

    Secure         signed, by an unbroken chain from a trust anchor
    Insecure       proven not to be signed, or nobody can tell: as good as plain DNS
    Bogus          should be signed, and is not, or not rightly: as bad as no answer
    Indeterminate  what was needed could not be had: as bad as no answer

A reason is the end of a sentence, and has the INFO-CODE of RFC 8914 that fits it.
Names are in lower case, as zone files spell them, without the dot at the end; the
root is `.`.  Times are seconds since the epoch.
"""

from __future__ import annotations

from enum import Enum
from typing import Self, TypeAlias

from pyfinger.values import Value

# INFO-CODEs (RFC 8914 section 4, RFC 9276 section 3.2).
_OTHER, _UNSUPPORTED_DNSKEY, _UNSUPPORTED_DS, _INDETERMINATE, _BOGUS = 0, 1, 2, 5, 6
_EXPIRED, _NOT_YET_VALID, _DNSKEY_MISSING, _RRSIGS_MISSING, _NO_ZONE_KEY, _NSEC_MISSING = range(7, 13)
_NO_AUTHORITY, _NETWORK, _INVALID_DATA, _ITERATIONS = 22, 23, 24, 27


SOON = 172800.0  # seconds, two days, in which nobody may be there to look
LAST_PART = 5  # BIND, Knot and OpenDNSSEC sign anew with more than a fifth of the time left


class _Reason(Enum):
    """The end of a sentence, and its INFO-CODE."""

    code: int

    def __new__(cls, text: str, code: int) -> Self:
        """The text is the value."""
        member = object.__new__(cls)
        member._value_ = text
        member.code = code
        return member


class InsecureReason(_Reason):
    """Why nothing need be signed."""

    NO_ANCHOR = "there is no trust anchor above it", _INDETERMINATE
    UNSIGNED_DELEGATION = "its zone is delegated without DS", _OTHER
    OPT_OUT = "an opt-out span of NSEC3 covers it", _OTHER
    UNKNOWN_ALGORITHM = "its DS records name no algorithm that is known", _UNSUPPORTED_DNSKEY
    UNKNOWN_DIGEST = "its DS records have no digest that is known", _UNSUPPORTED_DS
    UNSIGNABLE = "signatures are not signed themselves", _OTHER
    ITERATIONS = "its denials take more NSEC3 iterations than are computed", _ITERATIONS


class BogusReason(_Reason):
    """What is wrong."""

    SIGNATURE_WRONG = "a signature does not fit", _BOGUS
    SIGNATURE_EXPIRED = "the signatures have expired", _EXPIRED
    SIGNATURE_EARLY = "the signatures are not yet valid", _NOT_YET_VALID
    SIGNATURES_MISSING = "signatures are missing", _RRSIGS_MISSING
    SIGNATURE_UNFIT = "no signature is made for it", _BOGUS  # signer, labels, type
    KEY_MISSING = "no key of the zone has made the signatures", _BOGUS
    DNSKEY_MISSING = "there is no DNSKEY", _DNSKEY_MISSING
    DNSKEY_MISMATCH = "no DNSKEY fits the DS records", _DNSKEY_MISSING
    NO_ZONE_KEY = "no DNSKEY has the zone key bit", _NO_ZONE_KEY
    DENIAL_MISSING = "proofs of non-existence are missing", _NSEC_MISSING
    DENIAL_WRONG = "the proofs of non-existence do not prove it", _BOGUS
    WILDCARD_UNPROVEN = "nothing proves that a wildcard applies", _NSEC_MISSING
    ALIAS_WRONG = "an alias is not what its DNAME makes it", _BOGUS
    CODE_WRONG = "the response code is not what is proven", _INVALID_DATA
    UNRELATED = "the answer has records that nobody asked for", _INVALID_DATA


class IndeterminateReason(_Reason):
    """What could not be had."""

    NO_REPLY = "no server answered", _NO_AUTHORITY
    REFUSED = "the server refuses to answer", _NETWORK
    TRUNCATED = "the reply is cut off", _NETWORK
    MALFORMED = "the reply has no sound form", _INVALID_DATA
    TOO_EXPENSIVE = "proving it would take too much", _INDETERMINATE
    TOO_MANY_QUESTIONS = "proving it would take too many questions", _INDETERMINATE
    ALIAS_LOOP = "its aliases lead nowhere", _INVALID_DATA
    TOO_SLOW = "proving it takes too long", _INDETERMINATE


class Secure(Value):
    """Signed; `ends` is when the first of the signatures it hangs on expires."""

    ends: float


class Insecure(Value):
    """Not signed, and rightly; `where` is the zone or the name from which on that holds."""

    why: InsecureReason
    where: str


class Bogus(Value):
    """Not to be believed; `where` is the name where the chain breaks, `detail` what is there.

    `disputed`: some resolvers accept this (docs/differences.md).
    """

    why: BogusReason
    where: str
    detail: str = ""
    disputed: bool = False


class Indeterminate(Value):
    """Nobody can tell; `where` is what was asked for, `detail` the answer's code or the limit."""

    why: IndeterminateReason
    where: str
    detail: str = ""


Security: TypeAlias = Secure | Insecure | Bogus | Indeterminate


class ProofKind(Enum):
    """The kinds of links."""

    ANCHOR = "trust anchor"  # keys that are trusted beforehand
    DNSKEY = "keys"  # a zone's keys, by an anchor or by DS
    DS = "delegation"  # a signed delegation
    NO_DELEGATION = "no delegation"  # proven: no zone begins here
    INSECURE_DELEGATION = "insecure delegation"  # proven: a zone without DS, or with unknown ones
    RRSET = "records"  # a signed RRset
    ALIAS = "alias"  # a signed CNAME or DNAME
    DENIAL = "denial"  # of a name, of a type, or of anything closer than a wildcard
    UNSIGNED = "unsigned"  # an RRset without signatures, or below an insecure delegation


class ProofKey(Value):
    """A key by its tag; `digest` is the digest type of a DS record, 0 of none."""

    tag: int
    algorithm: int
    digest: int = 0


class ProofSignature(Value):
    """A signature that was looked at; `fault` None: it is good."""

    signer: str
    tag: int
    algorithm: int
    inception: int
    expiration: int
    fault: BogusReason | None = None

    def ends_soon(self, now: float, within: float = SOON) -> bool:
        """Whether it expires within so many seconds, and in the last fifth of its life.

        Zones are signed anew at very different times: hours ahead where a signature
        lives for two days, a week ahead where it is a month.
        """
        life = self.expiration - self.inception
        return self.expiration - now < min(within, life / LAST_PART)


class ProofStep(Value):
    """One link of a proof, good or broken.

    `keys` are those of an anchor or of DS records, or the DNSKEYs that lead on;
    `signatures` those of the RRset (of a denial: of all its records).  `detail` says
    where an alias leads, or what a denial proves and by which records.
    """

    kind: ProofKind
    zone: str  # whose keys have signed; empty where nobody's have
    owner: str
    rdtype: str
    keys: tuple[ProofKey, ...] = ()
    signatures: tuple[ProofSignature, ...] = ()
    failure: Insecure | Bogus | Indeterminate | None = None  # None: the link holds
    detail: str = ""


class ProofRRset(Value):
    """An RRset as its signatures see it: canonical RDATA (RFC 4034 section 6), RRSIG's RDATA beside it."""

    owner: str
    rdtype: int
    ttl: int
    rdatas: tuple[bytes, ...]
    signatures: tuple[bytes, ...] = ()


class ProofReply(Value):
    """What a question brought of use to a proof: enough to be validated again."""

    name: str
    rdtype: str
    rcode: int
    answer: tuple[ProofRRset, ...] = ()
    authority: tuple[ProofRRset, ...] = ()


class Validated(Value):
    """What came of validating one reply: the outcome and all it hangs on.

    Steps go from the trust anchor to the answer, each link once; `replies` are those
    of the same questions, the one for the answer last.
    """

    security: Security
    steps: tuple[ProofStep, ...] = ()
    replies: tuple[ProofReply, ...] = ()

    @property
    def ends(self) -> float | None:
        """When the first of the signatures that were needed expires; None without any."""
        dates = [sig.expiration for step in self.steps for sig in step.signatures if sig.fault is None]
        return min(dates, default=None)
