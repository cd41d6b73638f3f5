"""The usual ways to change a certificate, as plans.

    next-key   3 1 1 of the key in use and of the next one stand beside each other until the next
               one is in use (RFC 7671 section 8.1, RFC 7672 section 3.1.1)
    issuer     3 1 1 of the key and 2 1 1 of the authority: while the one changes, the other holds
               (if the authority changes, too, its record is published first)
    same-key   a new certificate for the same key: no record changes
    at-once    the new certificate first, its record as soon as that is seen: what a hook does
               that runs when a certificate has been renewed

What programs do when they renew a certificate is one of these (`CLIENTS`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.errors import UsageError
from pyfinger.model import TlsaRecord
from pyfinger.tlsa.plan_file import NamedFiles
from pyfinger.tlsa.planned import Delays, PlannedSet, PlannedStep, RehearsalPlan
from pyfinger.values import Value


class RolloverScheme(Enum):
    """How a certificate is changed."""

    NEXT_KEY = "next-key"
    ISSUER = "issuer"
    SAME_KEY = "same-key"
    AT_ONCE = "at-once"


# certbot makes a new key at each renewal unless it was told --reuse-key; acme.sh keeps the key
# unless it was told --always-force-new-domain-key, and has the next one ready then.
CLIENTS: Mapping[str, RolloverScheme] = {
    "certbot": RolloverScheme.AT_ONCE,
    "certbot-reuse-key": RolloverScheme.SAME_KEY,
    "acme.sh": RolloverScheme.SAME_KEY,
    "acme.sh-new-key": RolloverScheme.AT_ONCE,
    "acme.sh-next-key": RolloverScheme.NEXT_KEY,
}
WORDS: Mapping[str, RolloverScheme] = {**{scheme.value: scheme for scheme in RolloverScheme}, **CLIENTS}


class Rollover(Value):
    """One certificate for another."""

    host: str
    today: NamedFiles
    tomorrow: NamedFiles
    start: float  # seconds since the epoch
    ttl: int = 3600
    delays: Delays = Delays()
    domains: tuple[str, ...] = ()
    port: int = 25
    published: tuple[TlsaRecord, ...] | None = None  # as they are; None: as the scheme would have them


def plan_of(scheme: RolloverScheme, rollover: Rollover) -> RehearsalPlan:
    """The steps of a scheme, each as soon as it is safe but those of `at-once`; `UsageError`."""
    today, tomorrow = rollover.today, rollover.tomorrow
    usages = (Usage.DANE_EE, Usage.DANE_TA) if scheme is RolloverScheme.ISSUER else (Usage.DANE_EE,)
    old, new = _records(today, usages), _records(tomorrow, usages)
    if rollover.published is not None:
        old = rollover.published
    begin = _set(rollover, "today's records", old)
    show = PlannedStep(show=tomorrow.chains(rollover.host))
    last = PlannedStep(publish=_set(rollover, "tomorrow's records", new))
    if scheme is RolloverScheme.NEXT_KEY:
        both = _set(rollover, "both records", tuple(dict.fromkeys((*old, *new))))
        steps = [PlannedStep(publish=both), show, last]
    elif scheme is RolloverScheme.SAME_KEY:
        steps = [show]
    elif scheme is RolloverScheme.AT_ONCE:
        steps = [PlannedStep(show=show.show, at=rollover.start), PlannedStep(publish=last.publish, after=0)]
    elif set(_records(tomorrow, (Usage.DANE_TA,))) <= set(old):
        steps = [show, last]
    else:  # another authority: its record first
        both = _set(
            rollover, "both records", tuple(dict.fromkeys((*old, *_records(tomorrow, (Usage.DANE_TA,)))))
        )
        steps = [PlannedStep(publish=both), show, last]
    return RehearsalPlan(
        rollover.host,
        begin,
        today.chains(rollover.host),
        tuple(steps),
        rollover.start,
        rollover.delays,
        rollover.domains,
        rollover.port,
    )


def scheme_called(word: str) -> RolloverScheme:
    """By its own word, or by a program that renews certificates; `UsageError`."""
    if word not in WORDS:
        raise UsageError(f"no such scheme: {word} ({', '.join(WORDS)})")
    return WORDS[word]


def _records(files: NamedFiles, usages: Sequence[Usage]) -> tuple[TlsaRecord, ...]:
    return tuple(
        record for usage in usages for record in files.records(usage, Selector.SPKI, MatchingType.SHA2_256)
    )


def _set(rollover: Rollover, name: str, records: tuple[TlsaRecord, ...]) -> PlannedSet:
    return PlannedSet(name, records, rollover.ttl)
