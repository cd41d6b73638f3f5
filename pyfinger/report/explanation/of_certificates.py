"""The catalogue, last part: what a server's certificate is worth, beside TLSA records."""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.model import ResultType
from pyfinger.report.document.findings import Situation, Weight
from pyfinger.report.explanation.entry import Demand, Entry

_FAILURE, _WARNING, _NOTE = Weight.FAILURE, Weight.WARNING, Weight.NOTE
_S = Situation
_UNTRUSTED = ResultType.CERTIFICATE_NOT_TRUSTED
_PROOF = Demand.PROOF

OF_CERTIFICATES: Mapping[Situation, Entry] = {
    _S.SERVER_ANONYMOUS: Entry(
        _FAILURE,
        "{peer} shows neither a certificate nor a key: the connection is encrypted, to whom nobody knows.",
        "Give the server a certificate.",
        "RFC 7672 section 3.1; RFC 5246 appendix F.1.1.1",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.VERIFIED_BY_AUTHORITY: Entry(
        _NOTE,
        "A trusted authority vouches for {peer}, and its certificate is for {name}, which is one of the "
        "names wanted ({names}).",
        reference="RFC 9525 section 6; RFC 5280 section 6",
    ),
    _S.FINGERPRINT_MATCHES: Entry(
        _NOTE,
        "The fingerprint of the server's {what} is one of those given. Nothing else is looked at.",
        reference="postconf(5), smtp_tls_fingerprint_cert_match",
    ),
    _S.FINGERPRINT_DIFFERS: Entry(
        _FAILURE,
        "Neither the certificate nor the key of {peer} has one of the fingerprints given.",
        "If the server's key was changed on purpose, its SHA-256 fingerprint is now {fingerprint}",
        "postconf(5), smtp_tls_fingerprint_cert_match",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.NAME_DIFFERS: Entry(
        _FAILURE,
        "The certificate of {peer} is for {names}; wanted is {name}.",
        "Let the certificate bear the wanted name, or match another one (at level secure the domain "
        'counts, which needs a hint such as "match=nexthop:.mx.example" if the servers are somebody '
        "else's).",
        "RFC 9525 section 6; postconf(5), smtp_tls_secure_cert_match",
        ResultType.CERTIFICATE_HOST_MISMATCH,
        _PROOF,
    ),
    _S.NAME_DIFFERS_UNDER_DANE_TA: Entry(
        _FAILURE,
        "The TLSA record vouches for an issuer, and the issuer for {names}, but the certificate has to be "
        "for {name}. Under DANE-TA names matter: the issuer has other customers.",
        "Let the certificate bear the TLSA base domain, or publish a record of the server's own key (3 1 "
        "1), under which names do not matter:",
        "RFC 7672 sections 3.1.2 and 3.2.2; RFC 7671 section 5.2",
        ResultType.CERTIFICATE_HOST_MISMATCH,
        _PROOF,
    ),
    _S.CERTIFICATE_EXPIRED: Entry(
        _FAILURE,
        "{which} of {peer} ({subject}) {ended}.",
        "Renew it, and load it into the server.",
        "RFC 5280 section 4.1.2.5; RFC 7671 section 5.2",
        ResultType.CERTIFICATE_EXPIRED,
        _PROOF,
    ),
    _S.CERTIFICATE_EXPIRES_SOON: Entry(
        _WARNING,
        "A certificate of {peer} ({subject}) {ended}.",
        "Renew it in time; under a TLSA record of usage 3 keep the key, or publish the new one's record "
        "first.",
        "RFC 5280 section 4.1.2.5; RFC 7671 section 8.1",
        None,
        _PROOF,
    ),
    _S.CERTIFICATE_NOT_YET_VALID: Entry(
        _FAILURE,
        "{which} of {peer} ({subject}) is not valid before {begin}.",
        "Wait, or set the clock that is wrong: the issuer's, or ours.",
        "RFC 5280 section 4.1.2.5",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.SELF_SIGNED: Entry(
        _FAILURE,
        "The certificate of {peer} ({subject}) is signed with its own key: no authority vouches for it.",
        "Get one from an authority; or keep it, and publish its key as a TLSA record:",
        "RFC 5280 section 6.1; RFC 7671 section 5.1",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.ROOT_UNKNOWN: Entry(
        _FAILURE,
        "The chain of {peer} ends in the root {subject}, which is not trusted here.",
        "If it should be, name its file with --ca-file.",
        "RFC 5280 section 6.1",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.ISSUER_MISSING: Entry(
        _FAILURE,
        "{peer} sends only its own certificate; the one of its issuer, {issuer}, is missing.",
        "Let the server send the whole chain but the root: its own certificate, then each issuer's "
        '("fullchain").',
        "RFC 8446 section 4.4.2",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.ISSUER_UNKNOWN: Entry(
        _FAILURE,
        "The issuer {issuer} of a certificate of {peer} is neither sent nor trusted here.",
        "posttls-finger trusts only the authorities of --ca-file and --ca-path; Debian's are in "
        "/etc/ssl/certs/ca-certificates.crt.",
        "RFC 5280 section 6.1",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.ISSUER_NO_AUTHORITY: Entry(
        _FAILURE,
        "A certificate in the chain of {peer} may not issue others, or not at this place: {problem}.",
        "Get a certificate from a proper authority.",
        "RFC 5280 sections 4.2.1.3 and 4.2.1.9",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.NAME_CONSTRAINED: Entry(
        _FAILURE,
        "An issuer in the chain of {peer} may not issue for the names in its certificate: {problem}.",
        "Get a certificate from another authority.",
        "RFC 5280 section 4.2.1.10",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.PURPOSE_WRONG: Entry(
        _FAILURE,
        "A certificate in the chain of {peer} is not meant for TLS servers (extended key usage).",
        "Get one whose purposes include serverAuth.",
        "RFC 5280 section 4.2.1.12",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.SIGNATURE_WRONG: Entry(
        _FAILURE,
        "A signature in the chain of {peer} does not fit its issuer's key: {problem}.",
        "Look at the chain: an issuer's certificate was replaced by another of the same name, or one is "
        "damaged.",
        "RFC 5280 section 6.1.3",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.KEY_WEAK: Entry(
        _FAILURE,
        "A key or digest in the chain of {peer} is too weak: {problem}.",
        "Use RSA of 2048 bits or P-256, and SHA-256.",
        "RFC 9325 section 4.5",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.RAW_KEY_UNTRUSTED: Entry(
        _FAILURE,
        "{peer} shows a raw public key, and nothing vouches for it.",
        "Publish it as a TLSA record:",
        "RFC 7250; RFC 7671 section 5.1",
        _UNTRUSTED,
        _PROOF,
    ),
    _S.CHAIN_FAULTY: Entry(
        _FAILURE,
        "The chain of {peer} is not in order: {problem} (at depth {depth}).",
        "Look at the certificates: --chain prints them, --trace all that is in them.",
        "RFC 5280 section 6.1",
        ResultType.VALIDATION_FAILURE,
        _PROOF,
    ),
    _S.NOT_VERIFIED: Entry(
        _NOTE,
        "At level {level} what the server shows is not verified: {peer} could be anybody. An eavesdropper "
        "learns nothing, an attacker in between everything.",
        "",
        "RFC 7435 section 3",
    ),
}
