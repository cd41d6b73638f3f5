"""The catalogue, second part: TLSA records, there or not, usable or not, matching or not."""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.dane.remedies import REMEDIES, RemarkKind
from pyfinger.model import ResultType
from pyfinger.report.document.findings import Situation, Weight
from pyfinger.report.explanation.entry import Demand, Entry

_FAILURE, _WARNING, _NOTE = Weight.FAILURE, Weight.WARNING, Weight.NOTE
_S, _K = Situation, RemarkKind
_INVALID = ResultType.TLSA_INVALID


def _weight(kind: RemarkKind) -> Weight:
    """How much the same fault matters to `pyfinger-tlsa lint`, unless the table says why not."""
    return REMEDIES[kind].at_handshake


def _what_to_do(kind: RemarkKind) -> str:
    """What `pyfinger-tlsa lint` and checks say of the same fault."""
    return REMEDIES[kind].action


def _and_publish(kind: RemarkKind) -> str:
    """The same, before records that are ready for the zone."""
    return f"{REMEDIES[kind].action.removesuffix('.')}:"


OF_RECORDS: Mapping[Situation, Entry] = {
    _S.TLSA_BOGUS: Entry(
        _weight(_K.BOGUS),
        "{owner} TLSA cannot be had because its DNSSEC signatures do not hold{why}. That is not the same "
        "as no records: an attacker could have made it so. The address is not used.",
        "Repair the zone. A TLSA record that is added by a server which does not sign it, or signed with "
        "a key that is gone, looks like this.",
        "RFC 7672 sections 2.1.2 and 2.2",
        ResultType.DNSSEC_INVALID,
        Demand.DANE,
    ),
    _S.TLSA_LOOKUP_FAILED: Entry(
        _FAILURE,
        "The lookup of {owner} TLSA failed ({why}). That is not the same as no records: an attacker could "
        "have made it fail. The address is not used.",
        "See whether all name servers of the zone answer questions for TLSA; old load balancers and "
        "firewalls drop types they do not know.",
        "RFC 7672 sections 2.1.1 and 2.2",
        ResultType.DNSSEC_INVALID,
        Demand.DANE,
    ),
    _S.TLSA_ABSENT: Entry(
        _FAILURE,
        "{owner} has no TLSA records, which the signed zone proves: there is no DANE for {host}. At level "
        "dane Postfix goes on at level may; at dane-only it does not use the host.",
        "To have DANE, publish a record of the server's key:",
        "RFC 7672 section 2.2",
        ResultType.DANE_REQUIRED,
        Demand.DANE_ONLY,
    ),
    _S.TLSA_UNSIGNED: Entry(
        _FAILURE,
        "{owner} has TLSA records, and they are not signed: they could be anybody's and are ignored.",
        _what_to_do(_K.UNSIGNED),
        "RFC 7672 section 2.2; RFC 6698 section 4.1",
        ResultType.DANE_REQUIRED,
        Demand.DANE_ONLY,
        _weight(_K.UNSIGNED),
    ),
    _S.TLSA_AT_ALIAS_TARGET: Entry(
        _NOTE,
        "{host} is an alias of {target}, all of it signed: the TLSA records are those of {owner}, and "
        "that name is sent to the server and may stand in its certificate.",
        reference="RFC 7672 section 2.2.3; RFC 7671 section 7",
    ),
    _S.TLSA_AT_ALIAS: Entry(
        _NOTE,
        "{host} is an alias of {target}. There are no TLSA records at the target, so those of {owner} are "
        "used.",
        reference="RFC 7672 section 2.2.3; RFC 7671 section 7",
    ),
    _S.TLSA_ALL_UNUSABLE: Entry(
        _weight(_K.ALL_UNUSABLE),
        "None of the TLSA records of {owner} is usable. At level dane the server must do TLS, and nobody "
        "verifies which server it is; at dane-only it is not used.",
        _and_publish(_K.ALL_UNUSABLE),
        "RFC 7672 section 2.2; RFC 7671 section 4.1",
        _INVALID,
        Demand.DANE,
    ),
    _S.RECORD_PKIX: Entry(
        _weight(_K.PKIX_USAGE),
        "{record} has usage {usage}, which asks for one of the usual authorities besides. Mail servers "
        "have none they agree on, so the record counts as unusable.",
        _and_publish(_K.PKIX_USAGE),
        "RFC 7672 section 3.1.3",
        _INVALID,
    ),
    _S.RECORD_USAGE_UNKNOWN: Entry(
        _weight(_K.UNKNOWN_USAGE),
        "{record} has usage {usage}, which nobody has defined. It is unusable.",
        _what_to_do(_K.UNKNOWN_USAGE),
        "RFC 7671 section 4.1; RFC 6698 section 2.1.1",
        _INVALID,
    ),
    _S.RECORD_SELECTOR_UNKNOWN: Entry(
        _weight(_K.UNKNOWN_SELECTOR),
        "{record} has selector {selector}: only 0 (the certificate) and 1 (its public key) are defined. "
        "It is unusable.",
        _what_to_do(_K.UNKNOWN_SELECTOR),
        "RFC 6698 section 2.1.2; RFC 7671 section 4.1",
        _INVALID,
    ),
    _S.RECORD_MATCHING_UNKNOWN: Entry(
        _weight(_K.UNKNOWN_MATCHING),
        "{record} has matching type {matching}, which is not defined, or switched off in "
        "tls_dane_digests. It is unusable.",
        _and_publish(_K.UNKNOWN_MATCHING),
        "RFC 6698 section 2.1.3; RFC 7671 section 9",
        _INVALID,
    ),
    _S.RECORD_PRIVATE_USE: Entry(
        _weight(_K.UNKNOWN_MATCHING),
        "{record} has matching type 255, which is for private use; from DNS Postfix does not take it.",
        _what_to_do(_K.UNKNOWN_MATCHING),
        "RFC 7218 section 2.3",
        _INVALID,
    ),
    _S.RECORD_TOO_SHORT: Entry(
        _WARNING,
        "A TLSA record of {owner} has {length} bytes: that is at most its three numbers, and no data.",
        "Publish the digest, too:",
        "RFC 6698 section 2.1",
        _INVALID,
    ),
    _S.RECORD_LENGTH_WRONG: Entry(
        _weight(_K.WRONG_LENGTH),
        "{record} holds {length} bytes of data; matching type {matching} has {expected}. It is unusable.",
        _and_publish(_K.WRONG_LENGTH),
        "RFC 6698 section 2.1.3; RFC 7671 section 4.1",
        _INVALID,
    ),
    _S.RECORD_UNDECODABLE: Entry(
        _weight(_K.UNDECODABLE),
        "{record} should hold a whole certificate or key (matching type 0), and what it holds is none "
        "that can be read. It is unusable.",
        _and_publish(_K.UNDECODABLE),
        "RFC 6698 section 2.1.4; RFC 7671 section 4.1",
        _INVALID,
    ),
    _S.RECORD_DOUBLED: Entry(
        _weight(_K.DUPLICATE),
        "{owner} has {record} more than once.",
        _what_to_do(_K.DUPLICATE),
        "RFC 2181 section 5",
    ),
    _S.RECORD_EMPTY_DIGEST: Entry(
        _weight(_K.EMPTY_DIGEST),
        "{record} is the digest of nothing at all: the program that made it had no key to digest. It can "
        "never match.",
        _and_publish(_K.EMPTY_DIGEST),
        "RFC 6698 section 2.1.3",
    ),
    _S.RECORDS_ONLY_SHA512: Entry(
        _weight(_K.ONLY_SHA512),
        "All digests of {owner} are SHA-512. Senders have to know SHA-256 only: some take these for "
        "unusable.",
        _and_publish(_K.ONLY_SHA512),
        "RFC 6698 section 6; RFC 7671 section 10.1.2",
    ),
    _S.RECORD_FULL_VALUE: Entry(
        _weight(_K.FULL_VALUE),
        "{record} holds a whole certificate or key, which makes answers large, so that they need TCP.",
        _and_publish(_K.FULL_VALUE),
        "RFC 7671 sections 10.1.1 and 10.1.2",
    ),
    _S.RECORD_OF_CERTIFICATE: Entry(
        _weight(_K.CERTIFICATE_PINNED),
        "{record} is about the certificate as a whole: it stops matching with each new one, even if the "
        "key stays.",
        _and_publish(_K.CERTIFICATE_PINNED),
        "RFC 7671 section 5.1",
    ),
    _S.RECORD_OF_BARE_KEY: Entry(
        _weight(_K.ANCHOR_KEY),
        "{record} holds an issuer's whole key without its certificate. Not all software can build a chain "
        "that ends in a bare key.",
        _and_publish(_K.ANCHOR_KEY),
        "RFC 7671 section 5.2.3",
    ),
    _S.RECORDS_LIVE_LONG: Entry(
        _weight(_K.LONG_TTL),
        "The TLSA records of {owner} may be kept in caches for {days} days. A new key must not be used "
        "before a record of it has stood that long; nor can a mistake be corrected sooner.",
        _what_to_do(_K.LONG_TTL),
        "RFC 7671 sections 8.1 and 13",
    ),
    _S.SIGNATURES_END_SOON: Entry(
        _weight(_K.SIGNATURE_ENDS),
        "The first of the DNSSEC signatures that this hangs on ends in {days} days. From then on the "
        "domain gets no mail from senders that validate.",
        _what_to_do(_K.SIGNATURE_ENDS),
        "RFC 6781 section 4.4.2; RFC 7672 section 2.1.2",
    ),
    _S.MATCHED_DANE_EE: Entry(
        _NOTE,
        "{record} matches the server's own {what}. That settles it: neither names nor dates nor issuers "
        "matter.",
        reference="RFC 7671 section 5.1; RFC 7672 section 3.1.1",
    ),
    _S.MATCHED_DANE_TA: Entry(
        _NOTE,
        "{record} matches an issuer, {subject}, at depth {depth}. The chain below it holds, and the "
        "certificate is for {name}.",
        reference="RFC 7671 section 5.2; RFC 7672 section 3.1.2",
    ),
    _S.MATCHED_RAW_KEY: Entry(
        _NOTE,
        "The server showed a raw public key instead of a certificate, and {record} matches it.",
        reference="RFC 7250; RFC 7671 section 5.1",
    ),
    _S.NO_RECORD_MATCHES: Entry(
        _weight(_K.NOTHING_MATCHES),
        "None of the TLSA records of {owner} vouches for what {peer} showed. Postfix takes the server for "
        "another than it should be.",
        "Publish what the server shows now, and leave the old record until caches have forgotten it (its "
        "TTL). For the next time: publish the new key's record before the server uses the key.",
        "RFC 7671 sections 5.1, 5.2 and 8.1; RFC 7672 section 3.1",
        ResultType.CERTIFICATE_NOT_TRUSTED,
        Demand.DANE,
    ),
    _S.RECORD_OTHER_KEY: Entry(
        _weight(_K.NEVER_MATCHED),
        "{record} is the {what} of another {thing} than the server at {peer} uses: an old one, one to "
        "come, or one of another algorithm.",
        "If it belongs to no key that is used or will be, take it away.",
        "RFC 7671 section 8.1",
    ),
    _S.RECORD_ISSUER_NOT_SENT: Entry(
        _weight(_K.ANCHOR_NOT_SENT),
        "{record} is about an issuer, and none of the {count} certificates that {peer} sends is that one. "
        "Under DANE-TA a server has to send the issuer's certificate, even if it is a root.",
        _and_publish(_K.ANCHOR_NOT_SENT),
        "RFC 7671 section 5.2.2; RFC 7672 section 3.1.2",
    ),
    _S.RECORD_WRONG_SELECTOR: Entry(
        _weight(_K.OTHER_SELECTOR),
        "{record} has selector {selector} ({selected}), and its data is the digest of the {other}.",
        _and_publish(_K.OTHER_SELECTOR),
        "RFC 6698 section 2.1.2",
    ),
    _S.RECORD_OF_ISSUER: Entry(
        _weight(_K.AUTHORITY_AS_SERVER),
        "{record} has usage 3, which is about the server itself, and its data is that of an issuer in the "
        "chain.",
        _and_publish(_K.AUTHORITY_AS_SERVER),
        "RFC 7671 sections 5.1 and 5.2",
    ),
    _S.RECORD_OF_SERVER: Entry(
        _weight(_K.SERVER_AS_AUTHORITY),
        "{record} has usage 2, which is about an issuer, and its data is that of the server's own "
        "certificate or key.",
        _and_publish(_K.SERVER_AS_AUTHORITY),
        "RFC 7671 sections 5.1 and 5.2",
    ),
    _S.RECORD_OUTDONE: Entry(
        _weight(_K.UNEQUAL_DIGESTS),
        "{record} is not looked at, since there is a stronger digest of the same usage and selector.",
        _what_to_do(_K.UNEQUAL_DIGESTS),
        "RFC 7671 section 9",
    ),
    _S.EXPIRED_UNDER_DANE_EE: Entry(
        _NOTE,
        "The server's certificate {ended}. Under DANE-EE that does not matter: the signature of the TLSA "
        "record says how long it is good for.",
        "Renew it nevertheless, for senders without DANE.",
        "RFC 7671 section 5.1",
    ),
    _S.NAME_UNDER_DANE_EE: Entry(
        _NOTE,
        "The server's certificate is for {names}, not for {name}. Under DANE-EE that does not matter.",
        "For MTA-STS and for senders that match names, use a certificate for {name}.",
        "RFC 7671 section 5.1; RFC 7672 section 3.1.1",
    ),
}
