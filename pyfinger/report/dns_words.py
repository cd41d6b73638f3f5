"""Words for what name servers say beside records: response codes, extended errors, trouble.

Names are IANA's ("Domain Name System (DNS) Parameters").
"""

from __future__ import annotations

from pyfinger.events import DnsReply, ValidationOff
from pyfinger.model import ServerTrouble, Trouble

RCODES = (
    *("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"),
    *("YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE", "DSOTYPENI"),
)

EXTENDED_ERRORS = (
    "Other Error",
    "Unsupported DNSKEY Algorithm",
    "Unsupported DS Digest Type",
    "Stale Answer",
    "Forged Answer",
    "DNSSEC Indeterminate",
    "DNSSEC Bogus",
    "Signature Expired",
    "Signature Not Yet Valid",
    "DNSKEY Missing",
    "RRSIGs Missing",
    "No Zone Key Bit Set",
    "NSEC Missing",
    "Cached Error",
    "Not Ready",
    "Blocked",
    "Censored",
    "Filtered",
    "Prohibited",
    "Stale NXDOMAIN Answer",
    "Not Authoritative",
    "Not Supported",
    "No Reachable Authority",
    "Network Error",
    "Invalid Data",
    "Signature Expired before Valid",
    "Too Early",
    "Unsupported NSEC3 Iterations Value",
    "Unable to conform to policy",
    "Synthesized",
    "Invalid Query Type",
    "Rate Limited",
    "Over Quota",
)

SYSTEMD_RESOLVED = "systemd-resolved"
# Where it listens, and what its stub-resolv.conf names, to which /etc/resolv.conf is then a link.
_ITS_ADDRESS = "127.0.0.53"


def software(server: str) -> str:
    """What a name server is, where its address tells; else empty."""
    return SYSTEMD_RESOLVED if server == _ITS_ADDRESS else ""


def rcode(code: int) -> str:
    """A response code's name (RFC 6895 section 2.3)."""
    return RCODES[code] if 0 <= code < len(RCODES) else f"RCODE{code}"


def extended_error(code: int) -> str:
    """An extended error's name (RFC 8914 section 5.2)."""
    return EXTENDED_ERRORS[code] if 0 <= code < len(EXTENDED_ERRORS) else f"unassigned {code}"


def trouble(event: ServerTrouble) -> str:
    """What went wrong with one name server."""
    what = event.trouble.value if event.rcode is None else rcode(event.rcode)
    often = f" ({event.times} times)" if event.times > 1 else ""
    return f"name server {event.server}: {what}{often}"


def troubles(event: DnsReply) -> tuple[str, ...]:
    """What went wrong on the way to a reply, and what a failure looks like beside its status."""
    lines = [trouble(each) for each in event.troubles if each.trouble is not Trouble.TRUNCATED]
    if event.extended:
        reasons = "; ".join(f"EDE {code} ({extended_error(code)})" for code in event.extended)
        lines.append(": ".join((f"name server {event.server} says why", reasons, *event.explanations)))
    failed = event.failure is not None and event.rcode not in (None, 0, 3)
    if event.rcode is not None and failed and not any(each.rcode is not None for each in event.troubles):
        lines.append(f"name server {event.server}: {rcode(event.rcode)}")
    return tuple(lines)


def validation_off(event: ValidationOff) -> str:
    """What a lookup that failed says with validation off."""
    about = f"{event.name} ({event.rdtype}): with validation off it"
    if event.answered:
        return f"{about} answers: its signatures do not hold"
    return f"{about} fails there, too: {'no reply' if event.rcode is None else rcode(event.rcode)}"
