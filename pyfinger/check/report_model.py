"""The shape of a check's report.  Its field names are those of the JSON document, so they are kept.

    CheckReport  domains  DomainCheck  hosts      HostCheck  addresses  AddressCheck  chains  ChainCheck
                                                             records    RecordCheck
                                       sts        StsCheck, tlsrpt  TlsrptCheck
                                       explained  CheckExplanation

Each has a verdict and a reason.  Times are seconds since the epoch, durations seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from pyfinger.dane.remarks import RecordRemark
from pyfinger.model import Family, KeyKind, Level, LookupKind, ResultType, TlsaRecord, TlsaStatus
from pyfinger.policy.mta_sts import StsMode
from pyfinger.policy.sender import Action, Basis, SenderReason
from pyfinger.report.document import Outcome
from pyfinger.report.document.findings import Delivery, Finding
from pyfinger.values import Value


class CheckVerdict(Enum):
    """What a domain, host, address, chain or TLSA record amounts to."""

    OK = "ok"
    DEGRADED = "degraded"  # some of it is, some not
    FAILED = "failed"
    COULD_NOT_TELL = "could not tell"
    NOT_PROTECTED = "not protected"  # nothing that would prove the server to a sender
    NEVER_MATCHED = "never matched"  # of a record: no chain that was seen needs it
    NOT_LOOKED_AT = "not looked at"  # of a record: it may be about keys that were not asked for
    NOT_OFFERED = "not offered"  # of an algorithm: the server has no such key; of MTA-STS: no record


_NO_PART = (CheckVerdict.NEVER_MATCHED, CheckVerdict.NOT_LOOKED_AT, CheckVerdict.NOT_OFFERED)
_SPOILING = {CheckVerdict.FAILED, CheckVerdict.NOT_PROTECTED}


def combined(verdicts: Iterable[CheckVerdict]) -> CheckVerdict:
    """The verdict on the whole; of nothing at all, that nobody can tell.

    Where one host is protected and another one not, whoever can drop packets chooses the latter.
    """
    present = {verdict for verdict in verdicts if verdict not in _NO_PART}
    if CheckVerdict.DEGRADED in present or (CheckVerdict.OK in present and present & _SPOILING):
        return CheckVerdict.DEGRADED
    for verdict in (CheckVerdict.FAILED, CheckVerdict.COULD_NOT_TELL, CheckVerdict.NOT_PROTECTED):
        if verdict in present:
            return verdict
    return CheckVerdict.OK if present else CheckVerdict.COULD_NOT_TELL


def worst(verdicts: Iterable[CheckVerdict]) -> CheckVerdict:
    """The one to be told first, of domains that have nothing to do with each other."""
    present = set(verdicts)
    return next((verdict for verdict in _BY_WEIGHT if verdict in present), CheckVerdict.COULD_NOT_TELL)


_BY_WEIGHT = (
    CheckVerdict.FAILED,
    CheckVerdict.DEGRADED,
    CheckVerdict.COULD_NOT_TELL,
    CheckVerdict.NOT_PROTECTED,
    CheckVerdict.OK,
)


class KeyAlgorithm(Enum):
    """What a server's key may be: asked for one at a time."""

    ECDSA = "ECDSA"
    RSA = "RSA"
    EDDSA = "EdDSA"
    ML_DSA = "ML-DSA"
    ANY = "any"  # an ordinary hello, that leaves it to the server

    @property
    def kinds(self) -> frozenset[KeyKind]:
        """The kinds of keys that go by it; of `ANY` none, which are not told apart."""
        return _KINDS[self]


_KINDS = {
    KeyAlgorithm.ECDSA: frozenset({KeyKind.EC}),
    KeyAlgorithm.RSA: frozenset({KeyKind.RSA, KeyKind.RSA_PSS}),
    KeyAlgorithm.EDDSA: frozenset({KeyKind.ED25519, KeyKind.ED448}),
    KeyAlgorithm.ML_DSA: frozenset({KeyKind.ML_DSA_44, KeyKind.ML_DSA_65, KeyKind.ML_DSA_87}),
    KeyAlgorithm.ANY: frozenset(),
}


class SenderKind(Enum):
    """What a sender knows of."""

    DANE = "DANE"
    STS = "MTA-STS"
    BOTH = "DANE and MTA-STS"


class ChainCheck(Value):
    """What a server showed of one key algorithm, on one connection.

    `matched` counts the records of the host from 0; digests are SHA-256 (`3 1 1` and `3 0 1`).
    """

    algorithm: KeyAlgorithm
    verdict: CheckVerdict
    reason: str
    outcome: Outcome | None = None  # as `--check` of pyfinger would have it; null: it never came to that
    connected: bool = False  # a connection was made for it
    protocol: str = ""
    cipher: str = ""
    group: str = ""
    key: str = ""  # EC prime256v1, RSA 2048, ED25519
    raw_key: bool = False  # RFC 7250: no certificate was shown
    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    not_after: int | None = None  # of the certificate that ends first
    certificate_digest: bytes = b""
    key_digest: bytes = b""
    certificates: int = 0  # how many were sent
    matched: tuple[int, ...] = ()
    reply_code: int = 0  # of SMTP, where it ended the session
    given: str = ""  # where the credential comes from if no server has shown it; `protocol` is "given" then


class AddressCheck(Value):
    """One address."""

    address: str
    family: Family
    secure: bool  # its record is signed
    verdict: CheckVerdict
    reason: str
    chains: tuple[ChainCheck, ...] = ()


class RecordMatch(Value):
    """Where a record matched."""

    address: str
    algorithm: KeyAlgorithm


class RecordCheck(Value):
    """One TLSA record of a host, as in DNS."""

    record: TlsaRecord
    verdict: CheckVerdict
    reason: str
    matches: tuple[RecordMatch, ...] = ()
    remarks: tuple[RecordRemark, ...] = ()


class HostCheck(Value):
    """One MX or SRV host."""

    host: str
    port: int
    preference: int  # of SRV: priority
    verdict: CheckVerdict
    reason: str
    level: Level | None = None  # what holds there; null: nobody could tell
    tlsa_status: TlsaStatus | None = None  # null: there was no lookup, or its address is not signed
    base_domain: str = ""  # where the records stand (RFC 7672 section 2.2.3)
    records: tuple[RecordCheck, ...] = ()
    remarks: tuple[RecordRemark, ...] = ()  # on the records as a set
    publish: tuple[str, ...] = ()  # records that would match what was seen and matches none
    addresses: tuple[AddressCheck, ...] = ()


class Extent(Enum):
    """What of a check is explained."""

    NOTHING = "nothing"
    PROBLEMS = "whatever is not ok"
    ALL = "everything"


class SituationPlace(Value):
    """Where a situation applies; of a whole domain, host or address the rest is left open."""

    host: str = ""
    address: str = ""
    algorithm: KeyAlgorithm | None = None


class ExplainedSituation(Value):
    """A situation of the catalogue (docs/explanations.md) in words, and all places where it is so.

    The words may name one of the places, where they are the same for the others.
    """

    finding: Finding
    places: tuple[SituationPlace, ...] = ()


class DeliveryCheck(Value):
    """What Postfix does with a message at one address, if the server shows a key of this algorithm."""

    place: SituationPlace
    in_force: Level | None  # what the level comes to there; null: the address is not used, or nobody knows
    delivery: Delivery


class CheckExplanation(Value):
    """What Postfix does for a domain at one level, and why."""

    level: Level
    account: tuple[str, ...] = ()  # sentences: what was looked up and found, and what follows
    deliveries: tuple[DeliveryCheck, ...] = ()
    situations: tuple[ExplainedSituation, ...] = ()  # the weightiest first


class SenderDecision(Value):
    """What senders that know `sender` do with a host that shows a key of one of `algorithms`.

    Without algorithms it is what they do whatever the host shows.
    """

    sender: SenderKind
    action: Action
    basis: Basis
    reason: SenderReason
    section: str  # where that is written
    result: ResultType | None = None  # what their reports call it (RFC 8460 section 4.3)
    algorithms: tuple[KeyAlgorithm, ...] = ()


class StsHostCheck(Value):
    """One MX host against the policy."""

    host: str
    verdict: CheckVerdict
    pattern: str = ""  # of the policy, that lists it; empty: none does
    decisions: tuple[SenderDecision, ...] = ()


class StsCheck(Value):
    """MTA-STS of a domain (RFC 8461).

    `connected`: the policy host was connected to; `result` is what reports call a policy that
    could not be had.
    """

    verdict: CheckVerdict
    reason: str
    id: str = ""  # of the record
    policy_host: str = ""
    connected: bool = False
    mode: StsMode | None = None  # null: there is no policy
    mx: tuple[str, ...] = ()
    max_age: int | None = None  # seconds
    result: ResultType | None = None
    hosts: tuple[StsHostCheck, ...] = ()
    situations: tuple[Finding, ...] = ()  # the weightiest first


class TlsrptCheck(Value):
    """TLSRPT of a domain (RFC 8460): where reports go to."""

    verdict: CheckVerdict
    reason: str
    rua: tuple[str, ...] = ()
    situations: tuple[Finding, ...] = ()


class DomainCheck(Value):
    """One destination, as typed."""

    domain: str
    lookup: LookupKind
    verdict: CheckVerdict
    reason: str
    outcome: Outcome  # as `--check` of pyfinger would have it
    secure: bool = False  # its MX or SRV records are signed; of a host alone: it needs none
    hosts: tuple[HostCheck, ...] = ()
    sts: StsCheck | None = None  # null: was not asked for, or does not apply
    tlsrpt: TlsrptCheck | None = None  # the same
    explained: CheckExplanation | None = None  # null: nothing is wrong, or nobody asked


class CheckReport(Value):
    """A whole check."""

    verdict: CheckVerdict
    level: Level
    began: float
    seconds: float
    planned: int  # connections that the plan had
    connections: int  # that were made
    policy_hosts: int = 0  # that were connected to besides, for MTA-STS
    interruption: str = ""  # why it did not come to its end
    records_given: str = ""  # where records come from that were not looked up
    offline: bool = False  # nothing was looked up, and nobody connected to
    domains: tuple[DomainCheck, ...] = ()
