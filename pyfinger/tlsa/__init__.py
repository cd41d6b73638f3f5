"""TLSA records: made of certificates and keys, and explained (RFC 6698, RFC 7671, RFC 7672).

material.py  what records are made of     records.py  records, and their text
advice.py    what speaks against one      program.py  `pyfinger-tlsa`
"""

from __future__ import annotations

from pyfinger.tlsa.advice import Advice, advice, set_advice
from pyfinger.tlsa.material import Material, read_material
from pyfinger.tlsa.records import OwnedRecord, make_record, owner_name, read_records

__all__ = [
    "Advice",
    "Material",
    "OwnedRecord",
    "advice",
    "make_record",
    "owner_name",
    "read_material",
    "read_records",
    "set_advice",
]
