"""`pyfinger-tlsa show`: records explained, each and those of a name together."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from pyfinger.errors import UsageError
from pyfinger.report.sanitise import plain
from pyfinger.tlsa.advising import UsageAdvice, advice, meaning, set_advice
from pyfinger.tlsa.inputs import read_file
from pyfinger.tlsa.records import MAX_TEXT, OwnedRecord, read_records


def add_options(show: argparse.ArgumentParser) -> None:
    """The command's options."""
    show.set_defaults(run=_show)
    show.add_argument(
        "records", nargs="*", metavar="RECORD", help="zone-file form, quoted if several; none: standard input"
    )
    show.add_argument("--json", action="store_true", help="as JSON")


def _show(arguments: argparse.Namespace) -> int:
    given = arguments.records
    in_words = all(word.split() == [word] for word in given)  # one record, not in quotes
    text = (" " if in_words else "\n").join(given) or read_file("-", MAX_TEXT).decode("utf-8", "replace")
    found = read_records(text)
    if not found:
        raise UsageError("no record to show")
    if arguments.json:
        print(json.dumps([document_of(one) for one in found], indent=2))
    else:
        print("\n".join([*map(_explained, found), *_of_sets(found)]), end="")
    return int(any(each.fatal for one in found for each in advice(one.record)))


def _explained(one: OwnedRecord) -> str:
    record = one.record
    usage, selector, matching = meaning(record)
    lines = [
        f"{plain(one.owner) or 'record'}: {record}",
        f"  usage {record.usage}      {usage}",
        f"  selector {record.selector}   {selector}",
        f"  matching {record.matching}   {matching}; {len(record.data)} octets",
        *map(_said, advice(record)),
    ]
    return "".join(f"{line}\n" for line in lines)


def _said(each: UsageAdvice) -> str:
    label = "UNUSABLE" if each.fatal else "note"
    return f"  {label}: {each.text.removeprefix('unusable: ')} ({each.source})"


def _of_sets(found: Sequence[OwnedRecord]) -> list[str]:
    """What is wrong with the records of each name taken together."""
    lines = []
    for owner in dict.fromkeys(one.owner for one in found):
        together = [one for one in found if one.owner == owner]
        ttl = max(one.ttl or 0 for one in together)
        said = set_advice([one.record for one in together], ttl)
        lines += [f"{plain(owner) or 'together'}: {each.text} ({each.source})\n" for each in said]
    return lines


def document_of(one: OwnedRecord) -> dict[str, Any]:
    """A record as JSON has it."""
    record = one.record
    return {
        "owner": one.owner,
        "ttl": one.ttl,
        "usage": record.usage,
        "selector": record.selector,
        "matching": record.matching,
        "data": record.data.hex(),
        "of": one.of,
        "advice": [_piece(each) for each in advice(record)],
    }


def _piece(each: UsageAdvice) -> dict[str, Any]:
    return {"text": each.text, "source": each.source, "fatal": each.fatal}
