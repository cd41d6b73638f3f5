"""Internationalised names: UTS #46 ToASCII as ICU does it for Postfix.

Case mapping and normalisation, no STD3 rules, no Bidi and joiner checks, which
are ICU's defaults; that the result is a host name is checked afterwards.
Problems are named after ICU's UIDNA_ERROR constants.

The mapping table is the one of the `idna` package, which is imported only when
a name is not ASCII: Python's own codec implements IDNA 2003 with the Unicode
of 2002, and encodes for example `faß` as another domain, `fass`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import TypeAlias

from pyfinger.events import Emit, IdnConverted, IdnFailed
from pyfinger.resolve.hostname import MAX_LABEL, valid_hostname
from pyfinger.values import Value

ACE = "xn--"
MAX_INPUT = 1023  # characters; as many bytes as Postfix allows the result
MAX_NAME = 253  # without a dot at the end

# UIDNA_ERROR_ constants without that prefix, in the order Postfix lists them.
_PROBLEMS = (
    "EMPTY_LABEL",
    "LABEL_TOO_LONG",
    "DOMAIN_NAME_TOO_LONG",
    "LEADING_HYPHEN",
    "TRAILING_HYPHEN",
    "HYPHEN_3_4",
    "LEADING_COMBINING_MARK",
    "DISALLOWED",
    "PUNYCODE",
    "INVALID_ACE_LABEL",
)

# What transitional processing still changes (UTS #46 section 4, "deviation").
_DEVIATIONS = str.maketrans({"ß": "ss", "\u03c2": "\u03c3", "\u200c": None, "\u200d": None})


class Conversion(Value):
    """A name's A-label form, or (then it is empty) the problem in Postfix's words."""

    ascii: str
    problem: str = ""


Converter: TypeAlias = Callable[[str], Conversion]


def to_ascii(name: str, transitional: bool = False) -> Conversion:
    """The A-label form of a name; bytes that are no UTF-8 come as surrogate escapes."""
    if any("\ud800" <= char <= "\udfff" for char in name):
        return Conversion("", "malformed UTF-8")
    if len(name) > MAX_INPUT:
        return _failure({"DOMAIN_NAME_TOO_LONG"})
    problems: set[str] = set()
    labels = _mapped(name, transitional).split(".")
    inner = labels[:-1] if len(labels) > 1 and not labels[-1] else labels
    encoded = ".".join(_encoded(label, problems) for label in inner)
    if len(encoded) > MAX_NAME:
        problems.add("DOMAIN_NAME_TOO_LONG")
    if problems:
        return _failure(problems)
    if inner is not labels or not valid_hostname(encoded):
        return Conversion("", "malformed ASCII label(s)")
    return Conversion(encoded)


def name_to_ask(name: str, emit: Emit, convert: Converter, *, for_match: bool = False) -> str | None:
    """The form to look up or compare: ASCII as it is, else converted, with an event.

    None, after `IdnFailed`, if there is no such form.
    """
    if name and name.isascii():
        return name
    conversion = convert(name)
    if conversion.problem:
        emit(IdnFailed(name, conversion.problem))
        return None
    emit(IdnConverted(name, conversion.ascii, for_match))
    return conversion.ascii


def _failure(problems: set[str]) -> Conversion:
    return Conversion("", ",".join(f"UIDNA_ERROR_{word}" for word in _PROBLEMS if word in problems))


def _mapped(name: str, transitional: bool) -> str:
    """The name after mapping and normalisation (UTS #46 section 4, steps 1 and 2).

    What must not occur becomes U+FFFD, which `_label_problems` knows.
    """
    text = "".join(_mapped_characters(name))
    if transitional:
        text = text.translate(_DEVIATIONS)
    return unicodedata.normalize("NFC", text)


def _mapped_characters(name: str) -> Iterator[str]:
    import idna

    for char in name:
        try:
            yield idna.uts46_remap(char, std3_rules=False)
        except idna.IDNAError:
            yield "\ufffd"


def _encoded(label: str, problems: set[str]) -> str:
    """One label as ASCII (steps 3 and 4); what is wrong is added to `problems`."""
    if label.startswith(ACE):
        problems |= _ace_problems(label)
        encoded = label
    else:
        problems |= _label_problems(label)
        encoded = label if label.isascii() else ACE + label.encode("punycode").decode("ascii")
    if len(encoded) > MAX_LABEL:
        problems.add("LABEL_TOO_LONG")
    return encoded


def _label_problems(label: str) -> set[str]:
    """The validity criteria of a U-label (UTS #46 section 4.1)."""
    faults = {
        "EMPTY_LABEL": not label,
        "LEADING_HYPHEN": label.startswith("-"),
        "TRAILING_HYPHEN": label.endswith("-"),
        "HYPHEN_3_4": label[2:4] == "--",
        "LEADING_COMBINING_MARK": unicodedata.category(label[:1] or "x").startswith("M"),
        "DISALLOWED": "\ufffd" in label,
    }
    return {word for word, found in faults.items() if found}


def _ace_problems(label: str) -> set[str]:
    """What is wrong with an A-label as typed; it must be what its U-label converts to."""
    if len(label) > MAX_LABEL:
        return {"LABEL_TOO_LONG"}  # and no decoding, whose cost is quadratic
    if label.endswith("-"):
        return {"INVALID_ACE_LABEL"}  # nothing but ASCII inside
    try:
        decoded = label[len(ACE) :].encode("ascii").decode("punycode")
    except UnicodeError:
        return {"PUNYCODE"}
    if decoded != _mapped(decoded, transitional=False):
        return {"INVALID_ACE_LABEL"}
    return _label_problems(decoded)
