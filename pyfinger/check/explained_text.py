"""The explanation of a check for people: what Postfix does where, and then each situation; 80 columns.

Records to be pasted are in two lines each, as zone files have them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from pyfinger.check.report_model import CheckExplanation, ExplainedSituation, SituationPlace
from pyfinger.report.explanation.explanation_text import WIDTH, finding_lines
from pyfinger.report.sanitise import plain

_MOST_PLACES = 8  # told of one situation


def explanation_lines(domain: str, explanation: CheckExplanation) -> Iterator[str]:
    """All of it, censored."""
    for line in _lines(domain, explanation):
        yield plain(line)


def _lines(domain: str, explanation: CheckExplanation) -> Iterator[str]:
    yield f"What Postfix does for {domain} at level {explanation.level.word}"
    yield from _deliveries(explanation)
    pasted: set[str] = set()
    for one in explanation.situations:
        yield ""
        yield from _situation(one, pasted)
        pasted.update(one.finding.publish)
    yield ""


def _deliveries(explanation: CheckExplanation) -> Iterator[str]:
    """What comes of a message, and where."""
    found: dict[str, list[SituationPlace]] = {}
    for one in explanation.deliveries:
        found.setdefault(one.delivery.value, []).append(one.place)
    for words, places in found.items():
        where = _places(places)
        yield from _wrapped(f"{where}: {words}" if where else words, "  ", "    ")


def _situation(one: ExplainedSituation, pasted: set[str]) -> Iterator[str]:
    yield from finding_lines(one.finding, pasted, narrow=True)
    if one.places:
        yield from _wrapped(f"[{_places(one.places)}]", "  ", "   ")


def _places(places: Sequence[SituationPlace]) -> str:
    """The places, host by host: mx.example.com 192.0.2.1 (ECDSA, RSA), 2001:db8::1 (RSA)."""
    hosts: dict[str, dict[str, list[str]]] = {}
    for place in places[:_MOST_PLACES]:
        algorithms = hosts.setdefault(place.host, {}).setdefault(place.address, [])
        algorithms += [place.algorithm.value] if place.algorithm else []
    told = "; ".join(f"{host} {_addresses(addresses)}".strip() for host, addresses in hosts.items())
    more = len(places) - _MOST_PLACES
    return f"{told}; and {more} more" if more > 0 else told


def _addresses(addresses: dict[str, list[str]]) -> str:
    parts = [f"{address} ({', '.join(found)})" if found else address for address, found in addresses.items()]
    return ", ".join(filter(None, parts))


def _wrapped(text: str, indent: str, hanging: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
