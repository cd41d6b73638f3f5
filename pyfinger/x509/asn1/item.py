"""Items and their fields: OpenSSL's ASN1_ITEM and ASN1_TEMPLATE (asn1t.h).

`read` takes octets, where to begin and where to stop, and gives a value and
where it ends; None if it is `optional` and something else stands there.  A
`Fault` unwinds with the entries OpenSSL's functions of the same shape add:
`asn1_d2i_ex_primitive`, `asn1_item_embed_d2i`, `asn1_template_ex_d2i`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from pyfinger.values import Value
from pyfinger.x509 import der
from pyfinger.x509.asn1.content import read_value
from pyfinger.x509.asn1.header import (
    CONTEXT,
    UNIVERSAL_MOST,
    Asn1Reason,
    Fault,
    Header,
    at_end_of_contents,
    read_header,
)

Found: TypeAlias = "tuple[Any, int] | None"


class Item(Protocol):
    """A type."""

    def read(self, data: bytes, at: int, stop: int, optional: bool = False, tag: int | None = None) -> Found:
        """The value at `at`; `tag` takes the place of the type's own (IMPLICIT)."""
        ...


class Primitive(Value):
    """A type of content octets only; its value is a `Value`."""

    tag: int

    def read(self, data: bytes, at: int, stop: int, optional: bool = False, tag: int | None = None) -> Found:
        """Header and content (asn1_d2i_ex_primitive)."""
        try:
            header = expect(data, at, stop, self.tag if tag is None else tag, optional)
        except Fault as fault:
            raise fault.nest() from None
        return None if header is None else read_value(data, at, header, self.tag)


class AnyType(Value):
    """ANY: whatever comes, by its own type; its value is a `Value`."""

    def read(self, data: bytes, at: int, stop: int, optional: bool = False, tag: int | None = None) -> Found:
        """A header of any kind, and what is under it."""
        try:
            header = read_header(data, at, stop)
        except Fault as fault:
            raise fault.nest() from None
        return read_value(data, at, header, header.tag)


class MultiString(Value):
    """A choice of string types; its value is a `Value`."""

    name: str
    tags: frozenset[int]

    def read(self, data: bytes, at: int, stop: int, optional: bool = False, tag: int | None = None) -> Found:
        """One of the string types, by its own tag."""
        try:
            header = read_header(data, at, stop)
        except Fault as fault:
            raise fault.nest().at(self.name) from None
        if optional and header.tag not in self.tags:
            return None
        if header.tag >= UNIVERSAL_MOST:
            raise Fault(Asn1Reason.MSTRING_NOT_UNIVERSAL, offset=at).at(self.name)
        if header.tag not in self.tags:
            raise Fault(Asn1Reason.MSTRING_WRONG_TAG, offset=at).at(self.name)
        return read_value(data, at, header, header.tag)


class TemplateField(Value):
    """A part of a SEQUENCE (ASN1_TEMPLATE).

    `many` is SET or SEQUENCE if there are any number of the item; the tag `[number]` is IMPLICIT
    unless `explicit`.
    """

    name: str
    item: Item
    optional: bool = False
    number: int | None = None
    explicit: bool = False
    many: int | None = None

    def read(self, data: bytes, at: int, stop: int, optional: bool) -> Found:
        """The field at `at` (asn1_template_ex_d2i)."""
        tag = None if self.number is None else CONTEXT | self.number
        if not self.explicit or tag is None:
            return self._untagged(data, at, stop, optional, tag)
        try:
            header = expect(data, at, stop, tag, optional)
        except Fault as fault:
            raise fault.nest() from None
        if header is None:
            return None
        if not header.constructed:
            raise Fault(Asn1Reason.EXPLICIT_TAG_NOT_CONSTRUCTED, offset=at)
        try:
            found = self._untagged(data, header.start, header.stop, False, None)
        except Fault as fault:
            raise fault.nest() from None
        return found and (found[0], _after_explicit(data, header, found[1]))

    def _untagged(self, data: bytes, at: int, stop: int, optional: bool, tag: int | None) -> Found:
        """The same, explicit tag apart (asn1_template_noexp_d2i)."""
        if self.many is None:
            try:
                if at >= stop:
                    raise Fault(Asn1Reason.TOO_SMALL, offset=at)
                return self.item.read(data, at, stop, optional, tag)
            except Fault as fault:
                raise fault.nest() from None
        try:
            header = expect(data, at, stop, self.many if tag is None else tag, optional)
        except Fault as fault:
            raise fault.nest() from None
        return None if header is None else self._members(data, header)

    def _members(self, data: bytes, header: Header) -> tuple[list[Any], int]:
        """SET OF and SEQUENCE OF, which OpenSSL lets claim to be primitive."""
        read, at, stop = self.item.read, header.start, header.stop
        members: list[Any] = []
        while at < stop:
            if at_end_of_contents(data, at, stop):
                if not header.indefinite:
                    raise Fault(Asn1Reason.UNEXPECTED_EOC, offset=at)
                return members, at + 2
            try:
                found = read(data, at, stop)
            except Fault as fault:
                raise fault.nest() from None
            if found is None:
                break
            members.append(found[0])
            at = found[1]
        if header.indefinite:
            raise Fault(Asn1Reason.MISSING_EOC, offset=at)
        return members, at


def _after_explicit(data: bytes, header: Header, at: int) -> int:
    """Nothing but the end may follow the inside of an explicit tag; offset behind it."""
    if header.indefinite:
        if not at_end_of_contents(data, at, header.stop):
            raise Fault(Asn1Reason.MISSING_EOC, offset=at)
        return at + 2
    if at != header.stop:
        raise Fault(Asn1Reason.EXPLICIT_LENGTH_MISMATCH, offset=at)
    return at


class Structure(Value):
    """A SEQUENCE that was read: its fields by name, and its octets as they came."""

    fields: Mapping[str, Any]
    received: bytes

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def get(self, name: str) -> Any:
        """An optional field; None if it is not there."""
        return self.fields.get(name)


class SequenceItem(Value):
    """SEQUENCE; its value is a `Structure`."""

    name: str
    fields: Sequence[TemplateField]

    def read(self, data: bytes, at: int, stop: int, optional: bool = False, tag: int | None = None) -> Found:
        """Header, and field by field."""
        try:
            header = expect(data, at, stop, der.SEQUENCE if tag is None else tag, optional)
        except Fault as fault:
            raise fault.nest().at(self.name) from None
        if header is None:
            return None
        if not header.constructed:
            raise Fault(Asn1Reason.SEQUENCE_NOT_CONSTRUCTED, offset=at).at(self.name)
        values: dict[str, Any] = {}
        end = self._fields(data, header, values)
        return Structure(values, data[at:end]), end

    def _fields(self, data: bytes, header: Header, values: dict[str, Any]) -> int:
        """Read the fields in order; offset behind the whole."""
        at, stop, unended = header.start, header.stop, header.indefinite
        last = len(self.fields) - 1
        for number, field in enumerate(self.fields):
            if at >= stop:
                break
            if at_end_of_contents(data, at, stop):
                if not unended:
                    raise Fault(Asn1Reason.UNEXPECTED_EOC, offset=at).at(self.name)
                at, unended = at + 2, False
                break
            try:  # the last field must be there if anything is
                found = field.read(data, at, stop, field.optional and number < last)
            except Fault as fault:
                raise fault.at(self.name, field.name) from None
            if found is not None:
                values[field.name], at = found
        else:
            number = last + 1
        return self._end(data, header, (at, unended), self.fields[number:])

    def _end(
        self, data: bytes, header: Header, reached: tuple[int, bool], left: Sequence[TemplateField]
    ) -> int:
        """All octets have been used up, and no field is missing."""
        at, unended = reached
        if unended:
            if not at_end_of_contents(data, at, header.stop):
                raise Fault(Asn1Reason.MISSING_EOC, offset=at).at(self.name)
            at += 2
        if not header.indefinite and at != header.stop:
            raise Fault(Asn1Reason.SEQUENCE_LENGTH_MISMATCH, offset=at).at(self.name)
        for field in left:
            if not field.optional:
                raise Fault(Asn1Reason.FIELD_MISSING, offset=at).at(self.name, field.name)
        return at


class Many(Value):
    """An item that is SET OF or SEQUENCE OF another; its value is a list (ASN1_ITEM_TEMPLATE)."""

    field: TemplateField

    def read(self, data: bytes, at: int, stop: int, optional: bool = False, tag: int | None = None) -> Found:
        """All of its members."""
        if at >= stop:
            raise Fault(Asn1Reason.TOO_SMALL, offset=at)
        return self.field.read(data, at, stop, optional)


class Converted(Value):
    """An item whose value is made of another's (ASN1_EXTERN_FUNCS); `convert` may raise a `Fault`.

    It is given the value and the octets it was read from.
    """

    item: Item
    convert: Callable[[Any, bytes], Any]

    def read(self, data: bytes, at: int, stop: int, optional: bool = False, tag: int | None = None) -> Found:
        """The other item, and what becomes of it."""
        found = self.item.read(data, at, stop, optional, tag)
        if found is None:
            return None
        value, end = found
        try:
            return self.convert(value, data[at:end]), end
        except Fault as fault:
            raise fault.nest() from None


def expect(data: bytes, at: int, stop: int, tag: int, optional: bool) -> Header | None:
    """The header of something with this tag; None if it is optional and not there (asn1_check_tlen)."""
    header = read_header(data, at, stop)
    if header.tag == tag:
        return header
    if optional:
        return None
    raise Fault(Asn1Reason.WRONG_TAG, offset=at)


def decode(item: Item, data: bytes, at: int = 0, stop: int | None = None) -> tuple[Any, int]:
    """The value at `at` and where it ends; `DecodeError` with OpenSSL's queue (ASN1_item_d2i)."""
    end = len(data) if stop is None else stop
    try:
        if at >= end:
            raise Fault(Asn1Reason.TOO_SMALL, offset=at)
        found = item.read(data, at, end)
    except Fault as fault:
        raise fault.error from None
    if found is None:
        raise ValueError("nothing is optional here")
    return found
