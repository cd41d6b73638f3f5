"""TLSA records: made, explained, held against rules, rehearsed (RFC 6698, RFC 7671, RFC 7672).

material.py      what records are made of          records.py  records, and their text
advising.py      what speaks against one           zone.py     records of a zone file, with their signatures
acceptance.py    whether senders accept a chain    linting.py  all that is wrong with a set
live_servers.py  what live servers show            planned.py  plans, and what becomes of a sender
rehearsal.py     what senders see of a plan        schemes.py  the usual plans; plan_file.py reads others
command.py       `pyfinger-tlsa`, a module for each of its commands

What stands in `__all__` is the library (docs/tlsa.md); it is loaded when first used.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from pyfinger.cli import started

if TYPE_CHECKING:
    from pyfinger.tlsa.acceptance import ShownChain
    from pyfinger.tlsa.advising import UsageAdvice, advice, set_advice
    from pyfinger.tlsa.linting import LintFinding, LintReport, lint
    from pyfinger.tlsa.live_servers import LiveHost, look
    from pyfinger.tlsa.material import Material, read_material
    from pyfinger.tlsa.plan_file import NamedFiles, named_files, read_plan
    from pyfinger.tlsa.planned import (
        Delays,
        Encounter,
        PlannedChains,
        PlannedSet,
        PlannedStep,
        RehearsalPlan,
        SenderOutcome,
    )
    from pyfinger.tlsa.records import OwnedRecord, make_record, owner_name, read_records, zone_line
    from pyfinger.tlsa.rehearsal import Rehearsal, RehearsalPhase, RehearsedStep, rehearse
    from pyfinger.tlsa.schemes import Rollover, RolloverScheme, plan_of
    from pyfinger.tlsa.zone import TlsaSet, read_zone

__all__ = [
    "UsageAdvice",
    "Delays",
    "Encounter",
    "LintFinding",
    "LintReport",
    "LiveHost",
    "Material",
    "NamedFiles",
    "OwnedRecord",
    "PlannedChains",
    "PlannedSet",
    "PlannedStep",
    "Rehearsal",
    "RehearsalPhase",
    "RehearsalPlan",
    "RehearsedStep",
    "Rollover",
    "RolloverScheme",
    "SenderOutcome",
    "ShownChain",
    "TlsaSet",
    "advice",
    "lint",
    "look",
    "main",
    "make_record",
    "named_files",
    "owner_name",
    "plan_of",
    "read_material",
    "read_plan",
    "read_records",
    "read_zone",
    "rehearse",
    "set_advice",
    "zone_line",
]

_MODULES = {
    "acceptance": ("ShownChain",),
    "advising": ("UsageAdvice", "advice", "set_advice"),
    "linting": ("LintFinding", "LintReport", "lint"),
    "live_servers": ("LiveHost", "look"),
    "material": ("Material", "read_material"),
    "plan_file": ("NamedFiles", "named_files", "read_plan"),
    "planned": (
        "Delays",
        "Encounter",
        "PlannedChains",
        "PlannedSet",
        "PlannedStep",
        "RehearsalPlan",
        "SenderOutcome",
    ),
    "records": ("OwnedRecord", "make_record", "owner_name", "read_records", "zone_line"),
    "rehearsal": ("Rehearsal", "RehearsalPhase", "RehearsedStep", "rehearse"),
    "schemes": ("Rollover", "RolloverScheme", "plan_of"),
    "zone": ("TlsaSet", "read_zone"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def main(argv: Sequence[str] | None = None) -> int:
    """The command `pyfinger-tlsa`; its exit status."""
    return started("pyfinger.tlsa.command", argv)


def __getattr__(name: str) -> object:
    """A public name that was not needed before (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
