"""DANE: which TLSA records to trust, what they demand, and what they match.

Per address: `tlsa_lookup` asks, `decide` turns the answer into a policy.  Per
handshake: `sift` keeps what is usable, `match_server` compares.
"""

from __future__ import annotations

from pyfinger.dane.digests import Digest, digest
from pyfinger.dane.fingerprint import read_fingerprints
from pyfinger.dane.full import is_decodable
from pyfinger.dane.lookup import TlsaAnswer, TlsaCache, tlsa_lookup
from pyfinger.dane.match import Subject, match_certificate, match_raw_key, match_server
from pyfinger.dane.policy import Decision, Demand, decide, needs_tlsa
from pyfinger.dane.preferences import Preferences, parse_digests
from pyfinger.dane.record import Sifted, sift

__all__ = [
    "Decision",
    "Demand",
    "Digest",
    "Preferences",
    "Sifted",
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
    "sift",
    "tlsa_lookup",
]
