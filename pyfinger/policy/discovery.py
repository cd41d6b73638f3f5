"""What a domain says: its MTA-STS record with the policy behind it, and its TLSRPT record.

    found = yield from discover_sts("example.com", web)
    found.policy, or why there is none: found.failure, found.reading.problem, found.fetched.problem

Names are in A-labels.  A lookup that fails is not one that finds nothing: a sender that has
a policy keeps it, and of one that has none nothing can be said.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.errors import DecodeError
from pyfinger.model import Answer, LookupFailure, OtherData
from pyfinger.policy.fetch import Fetched, Web, fetch_policy
from pyfinger.policy.mta_sts import StsPolicy
from pyfinger.policy.sts_record import StsRecordReading, read_sts_record
from pyfinger.policy.tlsrpt import TlsrptReading, read_tlsrpt_record
from pyfinger.policy.txt import txt_strings
from pyfinger.steps import Resolver, Steps
from pyfinger.values import Value, replace

STS_LABEL = "_mta-sts"
TLSRPT_LABEL = "_smtp._tls"


class TxtLookup(Value):
    """The TXT records at a name, each its strings; `failure`: nobody could say."""

    name: str
    records: tuple[tuple[bytes, ...], ...] = ()
    secure: bool = False  # vouched for by DNSSEC, which neither RFC asks for
    failure: LookupFailure | None = None


class StsFound(Value):
    """MTA-STS of a domain; the policy is fetched only if there is a record."""

    domain: str
    lookup: TxtLookup
    reading: StsRecordReading
    fetched: Fetched | None = None

    @property
    def policy(self) -> StsPolicy | None:
        """The policy that a sender without a memory applies."""
        return None if self.fetched is None else self.fetched.policy

    @property
    def failure(self) -> LookupFailure | None:
        """Why the record could not be looked up."""
        return self.lookup.failure


class TlsrptFound(Value):
    """TLSRPT of a domain."""

    domain: str
    lookup: TxtLookup
    reading: TlsrptReading

    @property
    def failure(self) -> LookupFailure | None:
        """Why the record could not be looked up."""
        return self.lookup.failure


def discover_sts(domain: str, web: Web) -> Steps[StsFound]:
    """The record, and the policy if there is one (RFC 8461 section 3)."""
    found = yield from look_up_sts(domain, web.resolver)
    if found.reading.record is None:
        return found
    return replace(found, fetched=(yield from fetch_policy(domain, web)))


def look_up_sts(domain: str, resolver: Resolver) -> Steps[StsFound]:
    """The record alone (section 3.1)."""
    lookup = yield from look_up_txt(f"{STS_LABEL}.{domain}", resolver)
    return StsFound(domain, lookup, read_sts_record(lookup.records))


def discover_tlsrpt(domain: str, resolver: Resolver) -> Steps[TlsrptFound]:
    """The record (RFC 8460 section 3)."""
    lookup = yield from look_up_txt(f"{TLSRPT_LABEL}.{domain}", resolver)
    return TlsrptFound(domain, lookup, read_tlsrpt_record(lookup.records))


def look_up_txt(name: str, resolver: Resolver) -> Steps[TxtLookup]:
    """All TXT records at a name, aliases followed; never raises."""
    answer = yield from resolver.query(name.rstrip("."), "TXT", dnssec=False)
    failure = answer.failure if answer.failure and not answer.status.absent else None
    return TxtLookup(name, tuple(_strings(answer)), answer.secure, failure)


def _strings(answer: Answer) -> Sequence[tuple[bytes, ...]]:
    return [_read(record.data.wire) for record in answer.records if isinstance(record.data, OtherData)]


def _read(wire: bytes) -> tuple[bytes, ...]:
    """A record's strings; one that does not decode is there, and is nothing anybody looks for."""
    try:
        return txt_strings(wire)
    except DecodeError:
        return (b"",)
