"""TLSA records: made, explained, held against rules (RFC 6698, RFC 7671, RFC 7672).

material.py  what records are made of          records.py  records, and their text
advising.py  what speaks against one           zone.py     records of a zone file, with their signatures
judging.py   whether senders accept a chain    linting.py  all that is wrong with a set
live.py      what live servers show            program.py  `pyfinger-tlsa`, a module for each command

What stands in `__all__` is the library (docs/tlsa.md); it is loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfinger.tlsa.advising import Advice, advice, set_advice
    from pyfinger.tlsa.judging import ShownChain
    from pyfinger.tlsa.linting import LintFinding, LintReport, lint
    from pyfinger.tlsa.live import LiveHost, look
    from pyfinger.tlsa.material import Material, read_material
    from pyfinger.tlsa.records import OwnedRecord, make_record, owner_name, read_records, zone_line
    from pyfinger.tlsa.zone import TlsaSet, read_zone

__all__ = [
    "Advice",
    "LintFinding",
    "LintReport",
    "LiveHost",
    "Material",
    "OwnedRecord",
    "ShownChain",
    "TlsaSet",
    "advice",
    "lint",
    "look",
    "make_record",
    "owner_name",
    "read_material",
    "read_records",
    "read_zone",
    "set_advice",
    "zone_line",
]

_MODULES = {
    "advising": ("Advice", "advice", "set_advice"),
    "judging": ("ShownChain",),
    "linting": ("LintFinding", "LintReport", "lint"),
    "live": ("LiveHost", "look"),
    "material": ("Material", "read_material"),
    "records": ("OwnedRecord", "make_record", "owner_name", "read_records", "zone_line"),
    "zone": ("TlsaSet", "read_zone"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """A public name that was not needed before (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
