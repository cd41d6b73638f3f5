"""How much each remark on TLSA records matters, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.dane.remarks import RemarkKind
from pyfinger.model.weight import Weight
from pyfinger.values import Value


class Remedy(Value):
    """What belongs to a kind of remark besides its words."""

    weight: Weight
    action: str


_FAILURE, _WARNING, _NOTE = Weight.FAILURE, Weight.WARNING, Weight.NOTE
_REPLACE = "Publish 3 1 1 instead, the SHA-256 digest of the server's key."
_MAKE_ANEW = "Make it anew from the certificate or key (pyfinger-tlsa make)."
_SIGN = "Have the zone signed anew, and watch that it happens by itself."

REMEDIES: Mapping[RemarkKind, Remedy] = {
    RemarkKind.PKIX_USAGE: Remedy(_WARNING, _REPLACE),
    RemarkKind.UNKNOWN_USAGE: Remedy(_WARNING, _REPLACE),
    RemarkKind.UNKNOWN_SELECTOR: Remedy(_WARNING, _REPLACE),
    RemarkKind.UNKNOWN_MATCHING: Remedy(_WARNING, _REPLACE),
    RemarkKind.WRONG_LENGTH: Remedy(_WARNING, _MAKE_ANEW),
    RemarkKind.UNDECODABLE: Remedy(_WARNING, _REPLACE),
    RemarkKind.EMPTY_DIGEST: Remedy(_WARNING, f"{_MAKE_ANEW} See that the file is the one that was meant."),
    RemarkKind.FULL_VALUE: Remedy(_WARNING, "Publish its SHA-256 digest, matching type 1."),
    RemarkKind.CERTIFICATE_PINNED: Remedy(_WARNING, _REPLACE),
    RemarkKind.ANCHOR_KEY: Remedy(_WARNING, "Publish 2 1 1, and have the server send that certificate."),
    RemarkKind.ANCHOR_NOT_SENT: Remedy(
        _WARNING, "Add that certificate to the chain the server sends, or publish 2 1 1 of one that it sends."
    ),
    RemarkKind.DUPLICATE: Remedy(_NOTE, "Take out all but one."),
    RemarkKind.ONLY_SHA512: Remedy(_WARNING, "Publish SHA-256 digests, matching type 1, beside or instead."),
    RemarkKind.UNEQUAL_DIGESTS: Remedy(
        _WARNING, "Publish both digests of everything, or SHA-256 digests alone."
    ),
    RemarkKind.ALL_UNUSABLE: Remedy(_WARNING, _REPLACE),
    RemarkKind.LONG_TTL: Remedy(_NOTE, "Shorten it to an hour or so, well before keys are changed."),
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
    RemarkKind.NEVER_MATCHED: Remedy(
        _NOTE, "Take it out, unless it is of a key to come: then give its certificate or key."
    ),
    RemarkKind.AUTHORITY_AS_SERVER: Remedy(_WARNING, "Publish it with usage 2, or 3 1 1 of the server."),
    RemarkKind.SERVER_AS_AUTHORITY: Remedy(_WARNING, "Publish it with usage 3."),
    RemarkKind.OTHER_SELECTOR: Remedy(_WARNING, "Correct the selector, or make it anew."),
    RemarkKind.PEM_DIGEST: Remedy(_WARNING, _MAKE_ANEW),
}
