"""All that is said of TLSA records: in which words, by which RFC, how much it matters, and what to do.

`REMEDIES` is the one table of weights: `pyfinger-tlsa lint`, checks and the explanations of probes
go by it.  What can stop mail one day though all is well now, or departs from what RFC 7672
section 3.1 recommends, is a warning; what a good change of keys looks like, or only makes the next
one slower, is a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from pyfinger.model.weight import Weight
from pyfinger.values import Value


class RemarkKind(Enum):
    """What can be said of records."""

    PKIX_USAGE = (
        "unusable for SMTP: usage {0.usage} needs trusted authorities, which mail servers do not share"
    )
    UNKNOWN_USAGE = "unusable: certificate usage {0.usage} does not exist"
    UNKNOWN_SELECTOR = "unusable: selector {0.selector} does not exist"
    UNKNOWN_MATCHING = "unusable: matching type {0.matching} is unknown or switched off"
    WRONG_LENGTH = "unusable: its data is not as long as a digest of matching type {0.matching}"
    UNDECODABLE = "unusable: its data is not a whole certificate or key"
    EMPTY_DIGEST = "the digest of nothing at all: whatever made it read an empty file"
    FULL_VALUE = "the whole certificate or key instead of a digest makes answers too long for UDP"
    CERTIFICATE_PINNED = "changes with every renewal; a digest of the key (3 1 1) need not"
    ANCHOR_KEY = "the bare key of an authority: not all software can build a chain to one"
    ANCHOR_NOT_SENT = "matches no authority the server sends; it has to send that certificate, roots too"
    DUPLICATE = "stands there more than once"
    ONLY_SHA512 = "no record has a SHA-256 digest, the one that all software knows"
    UNEQUAL_DIGESTS = "some have SHA-512 digests and some do not: the others are ignored by who knows both"
    ALL_UNUSABLE = "all records are unusable: senders encrypt, but authenticate nobody"
    LONG_TTL = "their TTL is more than two days: new records have to stand that long before a new key is used"
    SIGNATURE_ENDS = "their signature has nearly run out, and nobody has renewed it"
    SIGNATURE_EXPIRED = "their signature has expired: senders take them for forged and deliver nothing"
    SIGNATURE_EARLY = "their signature is not yet valid: senders take them for forged and deliver nothing"
    SIGNATURE_OUTLIVED = "their TTL is longer than their signature lasts"
    UNSIGNED = "they are not signed: no sender goes by them"
    BOGUS = "their signatures do not hold: senders deliver nothing"
    UNEQUAL_TTLS = "they have different TTLs, which records of one name and type may not have"
    OWNER_NAME = "their name does not begin with a port and a transport (_25._tcp): nobody looks there"
    NOTHING_MATCHES = "no record vouches for it: senders with DANE deliver nothing to who shows it"
    CHAIN_REFUSED = "a record vouches for it, and senders refuse it all the same"
    KIND_UNMATCHED = "{0.usage} {0.selector} {0.matching}: no record of this kind vouches for it, only others"
    NEVER_MATCHED = "vouches for nothing that was looked at"
    AUTHORITY_AS_SERVER = "is of an authority, but says usage 3, which is for the server's own"
    SERVER_AS_AUTHORITY = "is of the server's own certificate or key, but says usage 2, an authority's"
    OTHER_SELECTOR = "is of what the other selector means: 0 is the certificate, 1 the key"
    PEM_DIGEST = "is the digest of a PEM file's text; what counts is the DER inside"


RFC = {
    RemarkKind.PKIX_USAGE: "RFC 7672 section 3.1.3",
    RemarkKind.UNKNOWN_USAGE: "RFC 6698 section 2.1.1",
    RemarkKind.UNKNOWN_SELECTOR: "RFC 6698 section 2.1.2",
    RemarkKind.UNKNOWN_MATCHING: "RFC 6698 section 2.1.3",
    RemarkKind.WRONG_LENGTH: "RFC 6698 section 2.1.4",
    RemarkKind.UNDECODABLE: "RFC 6698 section 2.1.4",
    RemarkKind.EMPTY_DIGEST: "RFC 6698 section 2.1.4",
    RemarkKind.FULL_VALUE: "RFC 7671 section 10.1.2",
    RemarkKind.CERTIFICATE_PINNED: "RFC 7671 section 5.1",
    RemarkKind.ANCHOR_KEY: "RFC 7671 section 5.2.3",
    RemarkKind.ANCHOR_NOT_SENT: "RFC 7671 section 5.2.2",
    RemarkKind.DUPLICATE: "RFC 2181 section 5",
    RemarkKind.ONLY_SHA512: "RFC 6698 section 6",
    RemarkKind.UNEQUAL_DIGESTS: "RFC 7671 section 9",
    RemarkKind.ALL_UNUSABLE: "RFC 7672 section 2.2",
    RemarkKind.LONG_TTL: "RFC 7671 section 8.1",
    RemarkKind.SIGNATURE_ENDS: "RFC 6781 section 4.4.2",
    RemarkKind.SIGNATURE_EXPIRED: "RFC 4035 section 5.3.1",
    RemarkKind.SIGNATURE_EARLY: "RFC 4035 section 5.3.1",
    RemarkKind.SIGNATURE_OUTLIVED: "RFC 6781 section 4.4.1",
    RemarkKind.UNSIGNED: "RFC 7672 section 2.2",
    RemarkKind.BOGUS: "RFC 7672 section 2.1.1",
    RemarkKind.UNEQUAL_TTLS: "RFC 2181 section 5.2",
    RemarkKind.OWNER_NAME: "RFC 6698 section 3",
    RemarkKind.NOTHING_MATCHES: "RFC 7672 section 2.2",
    RemarkKind.CHAIN_REFUSED: "RFC 7671 section 5.2",
    RemarkKind.KIND_UNMATCHED: "RFC 7671 section 8",
    RemarkKind.NEVER_MATCHED: "RFC 7671 section 8",
    RemarkKind.AUTHORITY_AS_SERVER: "RFC 7671 section 5.1",
    RemarkKind.SERVER_AS_AUTHORITY: "RFC 7671 section 5.2",
    RemarkKind.OTHER_SELECTOR: "RFC 6698 section 2.1.2",
    RemarkKind.PEM_DIGEST: "RFC 6698 section 2.1.4",
}


class Remedy(Value):
    """What belongs to a kind of remark besides its words."""

    weight: Weight
    action: str
    of_one: Weight | None = None  # of one record at one handshake, if that is told another weight on purpose

    @property
    def at_handshake(self) -> Weight:
        """How much it matters in the explanation of a probe."""
        return self.weight if self.of_one is None else self.of_one


_FAILURE, _WARNING, _NOTE = Weight.FAILURE, Weight.WARNING, Weight.NOTE
_REPLACE = "Publish 3 1 1 instead, the SHA-256 digest of the server's key."
_MAKE_ANEW = "Make it anew from the certificate or key (pyfinger-tlsa make)."
_SIGN = "Have the zone signed anew, and watch that it happens by itself."

REMEDIES: Mapping[RemarkKind, Remedy] = {
    RemarkKind.PKIX_USAGE: Remedy(_WARNING, _REPLACE),
    RemarkKind.UNKNOWN_USAGE: Remedy(_WARNING, _REPLACE),
    RemarkKind.UNKNOWN_SELECTOR: Remedy(_WARNING, _REPLACE),
    RemarkKind.UNKNOWN_MATCHING: Remedy(_WARNING, _REPLACE),
    RemarkKind.WRONG_LENGTH: Remedy(
        _WARNING, f"{_MAKE_ANEW} Digits were lost, or the matching type is not the digest's."
    ),
    RemarkKind.UNDECODABLE: Remedy(_WARNING, _REPLACE),
    RemarkKind.EMPTY_DIGEST: Remedy(_WARNING, f"{_MAKE_ANEW} See that the file is the one that was meant."),
    # The two are not what RFC 7672 section 3.1 recommends: large answers get lost, renewals stop mail.
    RemarkKind.FULL_VALUE: Remedy(
        _WARNING, "Publish its SHA-256 digest instead, unless it is of an issuer that is not sent."
    ),
    RemarkKind.CERTIFICATE_PINNED: Remedy(
        _WARNING, "Publish the key (3 1 1), and keep it when the certificate is renewed."
    ),
    RemarkKind.ANCHOR_KEY: Remedy(_WARNING, "Publish 2 1 1, and have the server send that certificate."),
    RemarkKind.ANCHOR_NOT_SENT: Remedy(
        _WARNING,
        "Add that certificate to the chain the server sends, or publish a record of one that it sends.",
    ),
    RemarkKind.DUPLICATE: Remedy(_NOTE, "Take out all but one."),
    RemarkKind.ONLY_SHA512: Remedy(_WARNING, "Publish SHA-256 digests, matching type 1, beside or instead."),
    RemarkKind.UNEQUAL_DIGESTS: Remedy(
        _WARNING,
        "Publish both digests of everything, or SHA-256 digests alone.",
        # Who has 3 1 1 and 3 1 2 of one key is right, and one of the two is not looked at all the same.
        of_one=_NOTE,
    ),
    RemarkKind.ALL_UNUSABLE: Remedy(_WARNING, _REPLACE),
    # Who waits as long as that is as safe as others: nothing is wrong until keys are changed.
    RemarkKind.LONG_TTL: Remedy(_NOTE, "Shorten their TTL to an hour or so, well before keys are changed."),
    RemarkKind.SIGNATURE_ENDS: Remedy(_WARNING, _SIGN),
    RemarkKind.SIGNATURE_EXPIRED: Remedy(_FAILURE, _SIGN),
    RemarkKind.SIGNATURE_EARLY: Remedy(_FAILURE, "Set the signer's clock, and have the zone signed anew."),
    RemarkKind.SIGNATURE_OUTLIVED: Remedy(
        _WARNING, "Renew signatures earlier, by more than the TTL, or shorten the TTL."
    ),
    RemarkKind.UNSIGNED: Remedy(
        _WARNING, "Sign the zone, with DS records in the zone above, or take them out."
    ),
    RemarkKind.BOGUS: Remedy(_FAILURE, "Find the broken link (pyfinger --dnssec own), and mend it at once."),
    RemarkKind.UNEQUAL_TTLS: Remedy(_NOTE, "Give all of them the same."),
    RemarkKind.OWNER_NAME: Remedy(_WARNING, "Put them under _25._tcp and the name of the MX host."),
    RemarkKind.NOTHING_MATCHES: Remedy(
        _FAILURE,
        "Publish its record, and wait for caches, before it is shown; if it is, show the old one.",
    ),
    RemarkKind.CHAIN_REFUSED: Remedy(_FAILURE, "Mend the chain, or publish 3 1 1 of its key."),
    RemarkKind.KIND_UNMATCHED: Remedy(_WARNING, "Publish one of each kind for it, or take that kind out."),
    # It is how the next key is announced (RFC 7671 section 8.1), and how RSA stands beside ECDSA.
    RemarkKind.NEVER_MATCHED: Remedy(
        _NOTE, "Take it out, unless it is of a key to come: then give its certificate or key."
    ),
    RemarkKind.AUTHORITY_AS_SERVER: Remedy(_WARNING, "Publish it with usage 2, or 3 1 1 of the server."),
    RemarkKind.SERVER_AS_AUTHORITY: Remedy(_WARNING, "Publish it with usage 3."),
    RemarkKind.OTHER_SELECTOR: Remedy(_WARNING, "Correct the selector, or make it anew."),
    RemarkKind.PEM_DIGEST: Remedy(_WARNING, _MAKE_ANEW),
}
