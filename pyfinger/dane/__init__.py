"""DANE: TLSA records in the place of authorities that everybody trusts (RFC 6698, 7671, 7672).

A domain whose DNS is signed says in it what the certificate of a service has to be:

    _25._tcp.mx.example.com. TLSA 3 1 1 8D02...
                                  | | |  certificate association data
                                  | | matching type: 0 the whole, 1 its SHA-256, 2 its SHA-512
                                  | selector: 0 the certificate, 1 its public key
                                  usage: 2 an authority (DANE-TA), 3 the server itself (DANE-EE)

Usages 0 and 1 (PKIX-TA, PKIX-EE) add a condition to the usual authorities.  Mail has none
of these, so that over SMTP they are unusable (RFC 7672 section 3.1.3).

**Per address** (`lookup`, `policy`; Postfix: tls_dane.c, posttls-finger.c).  TLSA records
are asked for only if the address came signed (RFC 7672 section 2.2.1), under the name at
the end of the aliases first, then under the host's own (section 2.2.3, RFC 7671 section 7).
An answer is one of four, and the difference is the whole of DANE's safety:

    none, or unsigned      no DANE here: the level falls to `may`, or the host is not used
    an error               an attacker may have made it: this address is not used
    all unusable           TLS is mandatory, the server is not authenticated (RFC 7672 section 2.2)
    usable                 TLS is mandatory, and one record has to match

**Per handshake** (`usability`, `digest_agility`, `match`, `trust_anchors`; OpenSSL: ssl_lib.c and
x509_vfy.c).  `usable_records` parts the usable ones from those that cannot match anything
(RFC 7671 section 4) and puts them in the order of use: DANE-EE before DANE-TA, public keys
before certificates, strong digests before weak ones.  Among records of one usage and
selector those with a digest weaker than the strongest do not count (digest agility,
RFC 7671 section 9); full values always do.

*DANE-EE* is settled at once: neither names nor dates nor a chain matter (RFC 7671 section
5.1), and a bare public key will do (RFC 7250).  *DANE-TA* vouches for an issuer: the chain
is built from what the server sent until a record fits, is verified below that as any other,
and names matter (section 5.2).  A record `2 1 0` may hold the key that made the last
signature, `2 0 0` a certificate that was not sent.

Fingerprints (`read_fingerprints`) and trust anchor files (cli) become records, too, as in Postfix.

    here                                     there
    tlsa_lookup                              tls_dane_resolve (tls_dane.c)
    importable                               parse_tlsa_rr
    decide                                   dane_host_level (posttls-finger.c)
    read_fingerprints                        tls_dane_add_fpt_digests
    parse_digests                            tls_dane_digest_init
    usable_records, .wants_raw_keys          tls_dane_enable
    usability                                dane_tlsa_add (ssl_lib.c)
    match_certificate, compare_certificate   dane_match_cert (x509_vfy.c)
    match_raw_key, compare_raw_key           dane_match_rpk
    TlsaAnchors.certificates, .keys          SSL_DANE's certs, and what check_dane_pkeys compares

`match_server` says of every record what became of it, by the same decision as the verdict.
"""

from __future__ import annotations

from pyfinger.dane.digests import Digest, DigestAgility, digest, parse_digests
from pyfinger.dane.lookup import TlsaAnswer, TlsaCache, tlsa_lookup
from pyfinger.dane.match import Subject, match_certificate, match_raw_key, match_server
from pyfinger.dane.policy import Decision, RequestedPolicy, decide, needs_tlsa, read_fingerprints
from pyfinger.dane.usability import UsableRecords, is_decodable, usable_records

__all__ = [
    "Decision",
    "RequestedPolicy",
    "Digest",
    "DigestAgility",
    "UsableRecords",
    "Subject",
    "TlsaAnswer",
    "TlsaCache",
    "decide",
    "digest",
    "is_decodable",
    "match_certificate",
    "match_raw_key",
    "match_server",
    "needs_tlsa",
    "parse_digests",
    "read_fingerprints",
    "tlsa_lookup",
    "usable_records",
]
