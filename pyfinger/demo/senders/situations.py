"""What a situation consists of, and what can be demanded of a sender in it.

TLSA records are templates, "3 1 1 key": usage, selector, matching type and whose certificate or
key (`RecordOf`).  Matching types other than 0 and 2 have SHA-256's data.
"""

from __future__ import annotations

from enum import Enum

from pyfinger.values import Value

SIGNED_SENDERS, UNSIGNED_SENDERS = "senders.test", "senders-unsigned.test"


class Duty(Enum):
    """What has to become of a message."""

    AUTHENTICATED = "deliver (authenticated)"
    ENCRYPTED = "deliver (encrypted)"
    OPPORTUNISTIC = "deliver (opportunistic)"  # in the clear if it cannot be helped
    SECURE_OR_DEFER = "authenticated, or defer"
    ANYTHING = "as it likes"
    DEFER = "defer"
    WITHHOLD = "must not deliver"  # now or ever
    BOUNCE = "bounce"


class Rule(Value):
    """A demand, and where it stands."""

    demand: Duty
    source: str  # "RFC 7672 section 2.2"


class Profile(Value):
    """What the sender under test claims to do."""

    dane: bool = False
    sts: bool = False  # MTA-STS


class SinkTls(Enum):
    """What a mail exchanger does about TLS."""

    MODERN = "TLS 1.2 and 1.3"
    TLS_1_2 = "TLS 1.2"
    TLS_1_0 = "TLS 1.0"
    NOT_OFFERED = "no STARTTLS in the answer to EHLO"
    REFUSED = "STARTTLS is answered with 454"
    ALERT = "the handshake is refused with an alert"
    GARBAGE = "something other than TLS after STARTTLS"
    HANG_UP = "the connection is closed after STARTTLS"
    RAW_KEY = "a raw public key (RFC 7250), and nothing else"
    NO_EHLO = "EHLO is answered with 502"


class SinkCertificate(Enum):
    """What certificate it has; all but the self-signed one are of an authority."""

    GOOD = "its name, and valid"
    EXPIRED = "expired"
    WRONG_NAME = "another name"
    SELF_SIGNED = "self-signed"
    NEXT_HOP = "the name of the domain, not of the host"
    WILDCARD = "a wildcard for its name"


class DnsFault(Enum):
    """What is wrong with the DNS of a mail exchanger or of a domain."""

    NONE = "nothing"
    TLSA_BOGUS = "the signature over the TLSA records does not hold"
    TLSA_FAILS = "SERVFAIL for the TLSA records"
    TLSA_SILENT = "no answer to the question for TLSA records"
    ADDRESS_BOGUS = "the signature over the addresses does not hold"
    MX_BOGUS = "the signature over the MX records does not hold"
    MX_FAILS = "SERVFAIL for the MX records"


class TlsaPlace(Enum):
    """Where the TLSA records are."""

    USUAL = "_PORT._tcp.HOST"
    OTHER_PORT = "the name for another port"
    WILDCARD = "*._tcp.HOST"
    ALIAS = "an alias of a name that is signed, too"
    UNSIGNED_ALIAS = "an alias of a name in an unsigned zone"
    EMPTY = "the name is there, but has no TLSA records"


class HostAlias(Enum):
    """Whether the name in the MX record is an alias (RFC 7672 section 2.2.2), and of what."""

    NONE = "no alias"
    SIGNED = "of a signed name, which has the TLSA records"
    SIGNED_WITHOUT = "of a signed name; the alias has the TLSA records"
    UNSIGNED = "of a name in an unsigned zone; the alias has the TLSA records"


class MxPlan(Value):
    """One mail exchanger."""

    name: str = "mx"
    preference: int = 10
    tls: SinkTls = SinkTls.MODERN
    certificate: SinkCertificate = SinkCertificate.GOOD
    tlsa: tuple[str, ...] = ()
    place: TlsaPlace = TlsaPlace.USUAL
    alias: HostAlias = HostAlias.NONE
    fault: DnsFault = DnsFault.NONE
    signed: bool | None = None  # the zone of its name; None: that of the domain
    ipv6: bool = False  # it has no IPv4 address
    down: bool = False  # nobody listens
    barred: bool = False  # no mail may come here, though it may elsewhere


class MxKind(Enum):
    """How a domain leads to its mail exchangers."""

    RECORDS = "MX records"
    IMPLICIT = "none: the domain has the address itself (RFC 5321 section 5.1)"
    NULL = 'a "null MX" (RFC 7505)'
    NOWHERE = "there is no such domain"


class PolicyMode(Enum):
    """The mode of an MTA-STS policy."""

    ENFORCE = "enforce"
    TESTING = "testing"
    NONE = "none"


class StsFault(Enum):
    """What is wrong with the way to a policy."""

    NONE = "nothing"
    UNREACHABLE = "nobody listens"
    CERTIFICATE = "the web server's certificate is self-signed"
    WRONG_NAME = "the web server's certificate has another name"
    REDIRECT = "the web server redirects"
    NOT_FOUND = "the web server answers 404"
    NO_RECORD = "there is no _mta-sts record"
    TWO_RECORDS = "there are two _mta-sts records"


class PolicyPlan(Value):
    """The MTA-STS policy of a domain; `{domain}` stands for its name."""

    mode: PolicyMode = PolicyMode.ENFORCE
    mx: tuple[str, ...] = ("mx.{domain}",)
    fault: StsFault = StsFault.NONE


class SendingSituation(Value):
    """A domain, and what a sender has to do with mail for it.

    Which rule counts depends on what the sender claims to do; without one the situation is
    none that such a sender could be judged by.
    """

    name: str
    about: str
    hosts: tuple[MxPlan, ...] = (MxPlan(),)
    plain: Rule | None = None  # for any sender, unless there is a rule of its own
    dane: Rule | None = None
    sts: Rule | None = None
    both: Rule | None = None  # for one that does DANE and MTA-STS
    signed: bool = True
    kind: MxKind = MxKind.RECORDS
    fault: DnsFault = DnsFault.NONE
    policy: PolicyPlan | None = None

    @property
    def domain(self) -> str:
        """The domain that mail is for."""
        return f"{self.name}.{SIGNED_SENDERS if self.signed else UNSIGNED_SENDERS}"

    @property
    def recipient(self) -> str:
        """Whom to send a message to."""
        return f"probe@{self.domain}"

    def host_name(self, plan: MxPlan) -> str:
        """The name in the MX record; with no MX records, the domain."""
        if self.kind is MxKind.IMPLICIT:
            return self.domain
        signed = self.signed if plan.signed is None else plan.signed
        return f"{plan.name}.{self.name}.{SIGNED_SENDERS if signed else UNSIGNED_SENDERS}"

    def rule(self, profile: Profile) -> Rule | None:
        """What is demanded of a sender of this profile; None: nothing it claims to do."""
        if profile.dane and profile.sts and self.both is not None:
            return self.both
        if profile.dane and self.dane is not None:
            return self.dane
        if profile.sts and self.sts is not None:
            return self.sts
        return self.plain
