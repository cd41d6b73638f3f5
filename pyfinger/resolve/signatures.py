"""Whether a reply that is called secure comes with its proofs: an RRSIG for each RRset.

A validating resolver that was asked with DO sends the signatures it has checked
along (RFC 4035 section 3.2.1).  Where one is missing nobody has checked it, and
the AD bit is not to be believed, as of systemd-resolved from version 257 on.
The one RRset that is secure without is the CNAME made from a DNAME (RFC 6672
section 5.3.1).  Nothing is verified here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyfinger.resolve.reply import Alias, AnswerRecord, Named, Renaming, Signature


def unsigned(records: Sequence[AnswerRecord]) -> tuple[tuple[str, str], ...]:
    """Owner and type of each RRset of an answer section that no RRSIG covers, in order."""
    covered = {
        (found.owner.lower(), found.content.covered)
        for found in records
        if isinstance(found.content, Signature)
    }
    missing = {
        (found.owner, found.rdtype): None
        for found in records
        if found.rdtype != "RRSIG"
        and (found.owner.lower(), found.rdtype) not in covered
        and not _is_made(found, records)
    }
    return tuple(missing)


def _is_made(found: AnswerRecord, records: Iterable[AnswerRecord]) -> bool:
    """Whether a CNAME is what one of the DNAMEs makes of its owner (RFC 6672 section 2.2)."""
    if found.rdtype != "CNAME":
        return False
    owner, target = found.owner.lower(), _target(found)
    for other in records:
        below = f".{other.owner.lower()}" if other.owner else ""
        if other.rdtype == "DNAME" and owner.endswith(below):
            if ".".join(filter(None, (owner.removesuffix(below), _target(other)))) == target:
                return True
    return False


def _target(found: AnswerRecord) -> str:
    """What a CNAME or DNAME leads to, in lower case."""
    match found.content:
        case Alias(target) | Renaming(target) | Named(target):
            return target.lower()
    return ""
