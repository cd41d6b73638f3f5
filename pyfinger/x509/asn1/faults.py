"""OpenSSL's error queue, as its decoder fills it while it unwinds.

A `Fault` begins with the reason at the spot; every level it passes adds an
entry or says where it stands.  `error` makes of it the `DecodeError` that
leaves this package, with the whole queue, oldest first.
"""

from __future__ import annotations

from enum import IntEnum

from pyfinger.errors import DecodeError, LibraryError

_LIBRARY = 13 << 23  # ERR_LIB_ASN1
_COMMON = 0x80000  # the flag of reasons that all libraries share


class Reason(IntEnum):
    """Reasons of the ASN.1 library (asn1err.h); their texts are the names."""

    BAD_OBJECT_HEADER = 102
    BMPSTRING_IS_WRONG_LENGTH = 214
    BOOLEAN_IS_WRONG_LENGTH = 106
    EXPLICIT_LENGTH_MISMATCH = 119
    EXPLICIT_TAG_NOT_CONSTRUCTED = 120
    FIELD_MISSING = 121
    GENERALIZEDTIME_IS_TOO_SHORT = 232
    HEADER_TOO_LONG = 123
    ILLEGAL_CHARACTERS = 124
    ILLEGAL_PADDING = 221
    ILLEGAL_ZERO_CONTENT = 222
    INVALID_BIT_STRING_BITS_LEFT = 220
    INVALID_OBJECT_ENCODING = 216
    INVALID_UTF8STRING = 134
    MISSING_EOC = 137
    MSTRING_NOT_UNIVERSAL = 139
    MSTRING_WRONG_TAG = 140
    NESTED_ASN1_ERROR = _COMMON | 266
    NESTED_ASN1_STRING = 197
    NULL_IS_WRONG_LENGTH = 144
    SEQUENCE_LENGTH_MISMATCH = 148
    SEQUENCE_NOT_CONSTRUCTED = 149
    STRING_TOO_SHORT = 152
    TOO_LONG = 155
    TOO_SMALL = 224
    TYPE_NOT_CONSTRUCTED = 156
    TYPE_NOT_PRIMITIVE = 195
    UNEXPECTED_EOC = 159
    UNIVERSALSTRING_IS_WRONG_LENGTH = 215
    UTCTIME_IS_TOO_SHORT = 233
    WRONG_TAG = 168

    @property
    def text(self) -> str:
        """OpenSSL's words."""
        return self.name.lower().replace("_", " ")


class Fault(Exception):
    """Decoding fails; `path` are the fields from here up to the whole, the innermost first."""

    def __init__(self, *reasons: Reason, offset: int) -> None:
        super().__init__(*reasons)
        self.offset = offset
        self.path: list[str] = []
        self._queue = [(reason, "") for reason in reasons]

    def nest(self) -> Fault:
        """One level up, which has nothing to say but that."""
        self._queue.append((Reason.NESTED_ASN1_ERROR, ""))
        return self

    def at(self, item: str, field: str = "") -> Fault:
        """What the last entry is about: a type, or a field of it."""
        reason, data = self._queue[-1]
        place = f"Field={field}, Type={item}" if field else f"Type={item}"
        self._queue[-1] = (reason, data + place)
        if field:
            self.path.append(field)
        return self

    @property
    def error(self) -> DecodeError:
        """The same for the world outside."""
        text = self._queue[0][0].text
        where = ".".join(reversed(self.path))
        queue = tuple(LibraryError(_LIBRARY | reason, reason.text, data) for reason, data in self._queue)
        return DecodeError(f"{text} in {where}" if where else text, self.offset, queue)
