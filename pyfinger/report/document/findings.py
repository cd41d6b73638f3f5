"""What an explanation consists of: situations, how much they matter, and what Postfix does.

What is said of each situation stands in `pyfinger.report.explanation`; here are only the
values, since a report carries them.
"""

from __future__ import annotations

from enum import Enum

from pyfinger.model import Level, ResultType
from pyfinger.model.weight import Weight
from pyfinger.values import Value

__all__ = ["Delivery", "Explanation", "Finding", "Situation", "Weight"]


class Delivery(Enum):
    """What Postfix's smtp(8) does with a message for such a destination."""

    VERIFIED = "delivers over TLS to a server that has proved who it is"
    ENCRYPTED = "delivers over TLS, without knowing to whom"
    CLEAR = "delivers without TLS"
    DEFERRED = "does not deliver here: it tries the next server, then keeps the message and tries again later"
    RETURNED = "returns the message to its sender"
    UNKNOWN = "cannot be told from this probe"


class Situation(Enum):
    """Everything that is explained, in the order of a probe."""

    # The probe itself
    PROBE_REFUSED = "the probe was not carried out"
    PROBE_UNFINISHED = "the probe was interrupted"
    LEVEL_NOT_PROBED = "the probe was made at another level"
    NOT_ASKED = "a server was not asked for everything"
    # Name servers
    RESOLVER_DOES_NOT_VALIDATE = "the name server does not validate"
    RESOLVER_FAR_AWAY = "the name server is not on this machine"
    ANSWER_WITHOUT_SIGNATURES = "an answer called secure has no signatures"
    # The domain
    DOMAIN_BOGUS = "the domain's signatures do not hold"
    DOMAIN_LOOKUP_FAILED = "the domain cannot be looked up"
    NAME_SERVER_SILENT = "no name server replies"
    NO_SUCH_DOMAIN = "the domain does not exist"
    NO_MAIL_HERE = "the domain accepts no mail"
    NO_SUCH_SERVICE = "the domain has no such service"
    NO_MX = "the domain has no MX records"
    MX_UNSIGNED = "the MX records are not signed"
    # Its hosts
    NO_ADDRESS_AT_ALL = "none of the mail servers has an address"
    HOST_WITHOUT_ADDRESS = "a mail server has no address"
    HOST_BOGUS = "signatures of a mail server's address do not hold"
    HOST_LOOKUP_FAILED = "a mail server's address cannot be looked up"
    MX_IS_ADDRESS = "an MX record holds an address"
    ALIAS_LOOP = "aliases lead in a circle"
    HOST_UNSIGNED = "the mail server's address is not signed"
    ALIAS_LEAVES_SIGNED_ZONE = "a signed alias leads to an unsigned name"
    ALIAS_STATUS_FAILED = "it cannot be found out whether an alias is signed"
    HOST_IS_ALIAS = "the mail server's name is an alias"
    # TLSA records
    TLSA_BOGUS = "signatures of the TLSA records do not hold"
    TLSA_LOOKUP_FAILED = "TLSA records cannot be looked up"
    TLSA_ABSENT = "there are no TLSA records"
    TLSA_UNSIGNED = "TLSA records are there, but not signed"
    TLSA_AT_ALIAS_TARGET = "TLSA records stand at the alias's target"
    TLSA_AT_ALIAS = "TLSA records stand at the alias itself"
    TLSA_ALL_UNUSABLE = "no TLSA record is usable"
    RECORD_PKIX = "a TLSA record of usage 0 or 1"
    RECORD_USAGE_UNKNOWN = "a TLSA record of an unknown usage"
    RECORD_SELECTOR_UNKNOWN = "a TLSA record with an unknown selector"
    RECORD_MATCHING_UNKNOWN = "a TLSA record of an unknown matching type"
    RECORD_PRIVATE_USE = "a TLSA record of matching type 255"
    RECORD_TOO_SHORT = "a TLSA record without data"
    RECORD_LENGTH_WRONG = "a TLSA record of the wrong length"
    RECORD_UNDECODABLE = "a TLSA record whose full value cannot be read"
    RECORD_DOUBLED = "the same TLSA record twice"
    RECORD_EMPTY_DIGEST = "a TLSA record with the digest of nothing"
    RECORDS_ONLY_SHA512 = "only SHA-512 in TLSA records"
    RECORD_FULL_VALUE = "a TLSA record with a full value"
    RECORD_OF_CERTIFICATE = "a TLSA record of the certificate, not of its key"
    RECORD_OF_BARE_KEY = "a TLSA record of an issuer's bare key"
    RECORDS_LIVE_LONG = "TLSA records that caches keep for days"
    SIGNATURES_END_SOON = "signatures in DNS end within days"
    # Connections
    CONNECTION_REFUSED = "the connection is refused"
    CONNECTION_TIMED_OUT = "nobody answers at the address"
    ADDRESS_UNREACHABLE = "the address cannot be reached"
    CONNECTION_FAILED = "the connection fails"
    FIRST_ADDRESS_FAILED = "an address failed, another one answered"
    # The dialogue
    GREETING_NEVER_CAME = "no greeting comes"
    GREETING_CUT_OFF = "the connection ends before a greeting"
    GREETING_SERVICE_CLOSED = "the greeting is 421"
    GREETING_TEMPORARY = "the greeting is a temporary refusal"
    GREETING_REFUSAL = "the greeting is a refusal"
    PORT_EXPECTS_TLS = "the port expects TLS at once"
    GREETING_MASKED = "the greeting is masked"
    HELLO_TEMPORARY = "EHLO is refused for the moment"
    HELLO_REFUSED = "EHLO is refused"
    HELLO_CUT_OFF = "the connection ends after EHLO"
    STARTTLS_MISSING = "STARTTLS is not offered"
    STARTTLS_MASKED = "STARTTLS is masked on the way"
    STARTTLS_TEMPORARY = "STARTTLS is refused for the moment"
    STARTTLS_REFUSED = "STARTTLS is refused"
    STARTTLS_CUT_OFF = "the connection ends after STARTTLS"
    PLAINTEXT_INJECTED = "more than a reply came with STARTTLS"
    TLS_SWITCHED_OFF = "no TLS is asked for"
    # The handshake
    HELLO_TOO_LARGE = "no answer to a large TLS hello"
    TLS_UNANSWERED = "no answer to the TLS hello"
    TLS_CUT_OFF = "the connection ends at the TLS hello"
    TLS_STUCK = "the handshake stops midway"
    TLS_BROKEN = "the connection ends midway through the handshake"
    NOT_TLS = "the answer to the TLS hello is not TLS"
    PARAMETERS_REFUSED = "the server refuses all that was offered"
    VERSION_REFUSED = "the server refuses the TLS version"
    VERSION_TOO_OLD = "the server's TLS version is too old"
    SERVER_NAME_REFUSED = "the server does not know the name asked for"
    ALERT_RECEIVED = "the server ends the handshake with an alert"
    KEY_EXCHANGE_WEAK = "the server's key exchange is too weak"
    HANDSHAKE_FAILED = "the handshake fails"
    CERTIFICATE_UNREADABLE = "a certificate cannot be read"
    VERSION_DEPRECATED = "an old TLS version is in use"
    # Proof
    SERVER_ANONYMOUS = "the server shows no certificate"
    MATCHED_DANE_EE = "a DANE-EE record matches"
    MATCHED_DANE_TA = "a DANE-TA record matches"
    MATCHED_RAW_KEY = "a record matches the server's raw public key"
    NO_RECORD_MATCHES = "no TLSA record matches"
    RECORD_OTHER_KEY = "a TLSA record of another key or certificate"
    RECORD_ISSUER_NOT_SENT = "a TLSA record of an issuer that is not sent"
    RECORD_WRONG_SELECTOR = "a TLSA record with the wrong selector"
    RECORD_OF_ISSUER = "a DANE-EE record of an issuer"
    RECORD_OF_SERVER = "a DANE-TA record of the server itself"
    RECORD_OUTDONE = "a TLSA record that a stronger digest outdoes"
    EXPIRED_UNDER_DANE_EE = "an expired certificate under DANE-EE"
    NAME_UNDER_DANE_EE = "another name in the certificate under DANE-EE"
    VERIFIED_BY_AUTHORITY = "an authority vouches for the server"
    FINGERPRINT_MATCHES = "the fingerprint matches"
    FINGERPRINT_DIFFERS = "no fingerprint matches"
    NAME_DIFFERS = "the certificate is for another name"
    NAME_DIFFERS_UNDER_DANE_TA = "the certificate is for another name, under DANE-TA"
    CERTIFICATE_EXPIRED = "a certificate has expired"
    CERTIFICATE_EXPIRES_SOON = "a certificate expires soon"
    CERTIFICATE_NOT_YET_VALID = "a certificate is not yet valid"
    SELF_SIGNED = "the certificate is self-signed"
    ROOT_UNKNOWN = "the chain ends in an unknown root"
    ISSUER_MISSING = "the issuer's certificate is not sent"
    ISSUER_UNKNOWN = "the issuer is unknown"
    ISSUER_NO_AUTHORITY = "an issuer may not issue"
    NAME_CONSTRAINED = "an issuer may not issue for this name"
    PURPOSE_WRONG = "the certificate is not for servers"
    SIGNATURE_WRONG = "a signature in the chain is wrong"
    KEY_WEAK = "a key or digest is too weak"
    RAW_KEY_UNTRUSTED = "nothing vouches for the raw public key"
    CHAIN_FAULTY = "something else is wrong with the chain"
    NOT_VERIFIED = "the server's proof is not looked at"
    # MTA-STS and TLSRPT
    STS_ABSENT = "there is no MTA-STS"
    STS_LOOKUP_FAILED = "the MTA-STS record cannot be looked up"
    STS_RECORD_INVALID = "the MTA-STS record is not valid"
    STS_HOST_UNREACHABLE = "the policy host cannot be reached"
    STS_HOST_WITHOUT_TLS = "the policy host does no TLS"
    STS_HOST_MISNAMED = "the policy host's certificate is for other names"
    STS_HOST_UNTRUSTED = "the policy host's certificate is not trusted"
    STS_POLICY_REFUSED = "the policy host does not give the policy"
    STS_POLICY_REDIRECTED = "the policy host redirects"
    STS_POLICY_INVALID = "the MTA-STS policy is not valid"
    STS_READ_OTHERWISE = "MTA-STS that some programs read otherwise"
    STS_SHORT_LIVED = "an MTA-STS policy that is soon forgotten"
    STS_ONLY_TESTING = "an MTA-STS policy in mode testing"
    STS_MODE_NONE = "an MTA-STS policy that demands nothing"
    STS_PATTERN_UNUSED = "an MTA-STS policy lists a host that is none"
    STS_MX_NOT_LISTED = "the MTA-STS policy does not list a mail server"
    STS_MX_WITHOUT_STARTTLS = "a mail server of an MTA-STS policy does not offer STARTTLS"
    STS_MX_MISNAMED = "a mail server's certificate is for other names, under MTA-STS"
    STS_MX_EXPIRED = "a mail server's certificate has expired, under MTA-STS"
    STS_MX_UNTRUSTED = "a mail server's certificate is not trusted, under MTA-STS"
    STS_BESIDE_DANE = "DANE decides, not MTA-STS"
    STS_FOR_FAILING_DANE = "MTA-STS would allow what DANE forbids"
    TLSRPT_ABSENT = "nobody asks for reports"
    TLSRPT_LOOKUP_FAILED = "the TLSRPT record cannot be looked up"
    TLSRPT_INVALID = "the TLSRPT record is not valid"
    TLSRPT_URI_USELESS = "reports can not be sent where the TLSRPT record says"
    TLSRPT_READ_OTHERWISE = "a TLSRPT record that some programs read otherwise"


class Finding(Value):
    """A situation that applies, in words."""

    situation: Situation
    weight: Weight  # at the level explained
    subject: str  # a domain, a host, a server, or the owner of TLSA records
    text: str
    advice: str  # what to do; empty if nothing
    reference: str  # RFC and section
    result: ResultType | None  # what a sender's report calls it (RFC 8460)
    publish: tuple[str, ...] = ()  # DNS records in zone file form, or lines of a policy, ready to be pasted


class Explanation(Value):
    """What Postfix does for a destination at one level, and why.

    `in_force` is what smtp(8) makes of the level at the address that was connected to, null
    if it does not use that address at all, or if that is not known.
    """

    level: Level
    in_force: Level | None
    delivery: Delivery
    account: tuple[str, ...]  # sentences: what was looked up and found, and what follows
    findings: tuple[Finding, ...] = ()  # the weightiest first
