"""MTA-STS: the TXT record at `_mta-sts` (RFC 8461 section 3.1).

Of a field that may stand only once the first counts (section 3.2 says so of policies),
and the later ones need only look like fields.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyfinger.policy.txt import (
    RecordStatus,
    Strings,
    TxtFault,
    TxtField,
    TxtProblem,
    read_chosen,
    status_of,
)
from pyfinger.values import Value

VERSION = b"v=STSv1"

_ID = re.compile(rb"[A-Za-z0-9]{1,32}")


class StsRecord(Value):
    """The TXT record: a policy exists, and `id` changes when it does."""

    id: str
    extensions: tuple[tuple[str, str], ...] = ()  # nobody has to know them
    repeated: tuple[str, ...] = ()  # fields that come again, which does not count

    @property
    def text(self) -> str:
        """The record in its plainest form, without what nobody has to know."""
        return f"v=STSv1; id={self.id}"


class StsRecordReading(Value):
    """What the TXT records at `_mta-sts` come to: a record, or a problem."""

    record: StsRecord | None
    problem: TxtProblem | None = None
    others: int = 0  # records at the same name that are something else

    @property
    def status(self) -> RecordStatus:
        """In one word."""
        return status_of(self.problem)


def read_sts_record(records: Sequence[Strings]) -> StsRecordReading:
    """What the TXT records at `_mta-sts` say; each is its character-strings in order."""
    return StsRecordReading(*read_chosen(records, VERSION, _sts_record))


def _sts_record(listed: tuple[TxtField, ...]) -> StsRecord | TxtProblem:
    identity: str | None = None
    extensions: list[tuple[str, str]] = []
    repeated: list[str] = []
    for each in listed:
        if each.name == b"id" and each.assigned and identity is None:
            if not _ID.fullmatch(each.value):
                return each.problem(TxtFault.ID)
            identity = each.value.decode()
            continue
        if problem := each.extension_problem():
            return problem
        if each.name in (b"id", b"v"):
            repeated.append(each.name.decode())
        else:
            extensions.append((each.name.decode(), each.value.decode()))
    if identity is None:
        return TxtProblem(TxtFault.ID_MISSING)
    return StsRecord(identity, tuple(extensions), tuple(repeated))
