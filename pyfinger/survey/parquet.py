"""Rows as Parquet: the columns of JSON lines with their types, nested where those are nested.

    with open("rows.parquet", "wb") as file:
        write_parquet(domain_rows(store, run), DomainRow, file)

The types follow from the classes that docs/schema is made of, so nothing is guessed from rows: enumerations
and octets are the strings that they are in JSON, objects are structs, arrays lists, and null is null.
Rows are taken one by one and leave memory a group at a time.

The one door to pyarrow, which is needed for nothing else (the extra `survey`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, Flag
from itertools import islice
from types import NoneType, UnionType
from typing import Any, BinaryIO, Union, get_args, get_origin

import pyarrow
import pyarrow.parquet

from pyfinger.report.encoding import annotations_of, required
from pyfinger.survey.database import spoilt

ROWS_OF_A_GROUP = 1000

_PLAIN: Mapping[Any, Any] = {
    str: pyarrow.string(),
    bytes: pyarrow.string(),
    bool: pyarrow.bool_(),
    int: pyarrow.int64(),
    float: pyarrow.float64(),
}
_FIRST = ("schema", "version")  # of every row


def write_parquet(rows: Iterable[Mapping[str, Any]], kind: type, file: BinaryIO) -> int:
    """All rows of a kind; how many there were; `UsageError` if one of them is of another kind."""
    schema, count = arrow_schema(kind), 0
    with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(rows):
            try:
                writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))
            except pyarrow.ArrowException as error:
                raise spoilt() from error
            count += len(group)
    return count


def arrow_schema(kind: type) -> Any:
    """The columns of rows of a kind."""
    head = [pyarrow.field(name, pyarrow.string(), nullable=False) for name in _FIRST]
    return pyarrow.schema([*head, *_fields(kind)])


def _groups(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    remaining = iter(rows)
    while group := [_printable(row) for row in islice(remaining, ROWS_OF_A_GROUP)]:
        yield group


def _printable(value: Any) -> Any:
    """Strings as UTF-8 can have them: what was no UTF-8 is spelled out, as in JSON."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_printable(each) for each in value]
    if isinstance(value, dict):
        return {name: _printable(each) for name, each in value.items()}
    return value


def _fields(kind: type) -> list[Any]:
    """One for each field; those with a default are null in rows that are older than they are."""
    needed = required(kind)
    return [
        pyarrow.field(
            name, _type(annotation), nullable=name not in needed or NoneType in get_args(annotation)
        )
        for name, annotation in annotations_of(kind).items()
    ]


def _type(annotation: Any) -> Any:
    """What values of an annotation are in Arrow; `TypeError` if they are nothing."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    arguments = get_args(annotation)
    if get_origin(annotation) in (Union, UnionType):
        (present,) = (each for each in arguments if each is not NoneType)
        return _type(present)
    if get_origin(annotation) is tuple and arguments[-1] is Ellipsis:
        return pyarrow.list_(pyarrow.field("element", _type(arguments[0]), nullable=False))
    if isinstance(annotation, type):
        if issubclass(annotation, Enum) and not issubclass(annotation, Flag):
            return pyarrow.string()
        if fields := _fields(annotation):
            return pyarrow.struct(fields)
    raise TypeError(f"{annotation} has no form in Arrow")
