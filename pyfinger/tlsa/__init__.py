"""TLSA records: made, explained, held against rules (RFC 6698, RFC 7671, RFC 7672).

material.py  what records are made of          records.py  records, and their text
advice.py    what speaks against one           zone.py     records of a zone file, with their signatures
judging.py   whether senders accept a chain    lint.py     all that is wrong with a set
live.py      what live servers show            program.py  `pyfinger-tlsa`, a module for each command
"""

from __future__ import annotations

from pyfinger.tlsa.advice import Advice, advice, set_advice
from pyfinger.tlsa.judging import ShownChain
from pyfinger.tlsa.linting import LintFinding, LintReport, lint
from pyfinger.tlsa.material import Material, read_material
from pyfinger.tlsa.records import OwnedRecord, make_record, owner_name, read_records
from pyfinger.tlsa.zone import TlsaSet, read_zone

__all__ = [
    "Advice",
    "LintFinding",
    "LintReport",
    "Material",
    "OwnedRecord",
    "ShownChain",
    "TlsaSet",
    "advice",
    "lint",
    "make_record",
    "owner_name",
    "read_material",
    "read_records",
    "read_zone",
    "set_advice",
]
