"""What programs in JavaScript make of records, policies and names.

mailauth is a library for senders: 7.1.0 as it comes and with `strict`, and 5.0.1, which
mx-connect 2.0.0 brings along; email-domain-check 2.0.5 checks domains.  Read in their
source, and held against what they were seen to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from pyfinger.policy.mta_sts import MAX_AGE, MAX_POLICY, media_type
from pyfinger.policy.programs.reading import NOTHING, Elsewhere, HttpAnswer, ReadingOutcome, policy_taken
from pyfinger.resolve.idn import to_ascii
from pyfinger.values import State

_MODES = ("testing", "enforce", "none")
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_LINE = re.compile(r"\r?\n")
_AGE = re.compile(r"[0-9]{1,10}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_VALUE = re.compile(r"[\x21-\x3a\x3c\x3e-\x7e]+")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_MX = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_PREFIXED = re.compile(r"([+-]?)0([xob])([0-9a-f]+)", re.IGNORECASE)
_BASES = {"x": 16, "o": 8, "b": 2}
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DIGITS = re.compile(r"[+-]?[0-9]+")
_FOLLOWED = (301, 302, 303, 307, 308)


def lax_record(records: Sequence[str]) -> ReadingOutcome:
    """mailauth 7.1.0: any case, white space anywhere, any id that is not empty; the first counts."""
    trimmed = [text.strip(_SPACE) for text in records]
    meant = [text for text in trimmed if re.match(r"v=STSv1[ \t]*;", text, re.IGNORECASE)]
    if len(meant) != 1:
        return NOTHING
    for part in meant[0].split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip(_SPACE).lower() == "id" and value.strip(_SPACE):
            return ReadingOutcome(value.strip(_SPACE))
    return NOTHING


def strict_record(records: Sequence[str]) -> ReadingOutcome:
    """mailauth 7.1.0 with `strict`: the grammar, and beside others, too, `v=STSv1 ;`."""
    meant = [text for text in records if re.match(r"v=STSv1[ \t]*;", text)]
    if len(meant) != 1:
        return NOTHING
    parts = meant[0].split(";")[1:]
    fields = [part.strip(" \t") for part in parts[:-1]] + [part.lstrip(" \t") for part in parts[-1:]]
    identity = None
    for field in fields if fields[-1] else fields[:-1]:
        name, sign, value = field.partition("=")
        if name == "id" and sign and identity is None:
            if not re.fullmatch(r"[A-Za-z0-9]{1,32}", value):
                return NOTHING
            identity = value
        elif not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
            return NOTHING
    return NOTHING if identity is None else ReadingOutcome(identity)


def header_record(records: Sequence[str]) -> ReadingOutcome:
    """mailauth 5.0.1 reads the record as a header field: quotes, comments, and a colon ends its name."""
    trimmed = [text.strip(_SPACE) for text in records]
    meant = [text for text in trimmed if re.match(r"v=STSv1(?![A-Za-z0-9_])", text, re.IGNORECASE)]
    if len(meant) != 1:
        return NOTHING
    found = dict(_header_fields(meant[0]))
    if found.get("v", "").lower() != "stsv1" or not found.get("id"):
        return NOTHING
    return ReadingOutcome(found["id"])


class _Within(Enum):
    """Where in a header the reading is."""

    KEY = 0
    VALUE = 1
    COMMENT = 2
    QUOTED = 3


class _Part(State):
    """A piece between semicolons, while it is read."""

    key: str = ""
    value: str = ""
    assigned: bool = False

    def add(self, within: _Within, text: str) -> None:
        """More of its name or value."""
        if within is _Within.KEY:
            self.key += text
        else:
            self.value += text


def _header_fields(text: str) -> Iterator[tuple[str, str]]:
    """Names and values, without the first name that has none."""
    parts = _header_parts(text)
    bare = next((part for part in parts if not part.assigned and _collapsed(part.key)), None)
    for part in parts:
        if part is not bare:
            yield _collapsed(part.key).lower(), _collapsed(part.value)


def _header_parts(text: str) -> list[_Part]:
    """The pieces between semicolons; after a backslash every character counts twice."""
    _, colon, rest = text.partition(":")
    parts = [_Part()]
    state = around = _Within.KEY
    quote = ""
    escaped = False
    for char in rest.strip(_SPACE) if colon else text:
        part = parts[-1]
        if state is _Within.COMMENT:
            state = around if char == ")" else state
            escaped = escaped or char == "\\"
        elif state is _Within.QUOTED:
            escaped = escaped or char == "\\"
            state = around if char == quote else state
            part.add(around, "" if char == "\\" else char)
        elif state is _Within.KEY and char == "=":
            state, part.assigned = _Within.VALUE, True
        else:
            part.add(state, char if escaped else "")
            if char == ";":
                parts.append(_Part())
                state = _Within.KEY
            elif char == "\\":
                escaped = True
            elif char == "(":
                state, around = _Within.COMMENT, state
            else:
                part.add(state, char)
                if char in "\"'":
                    state, around, quote = _Within.QUOTED, state, char
    return parts


def _collapsed(text: str) -> str:
    return re.sub(rf"[{_SPACE}]+", " ", text).strip(" ")


def domain_check_record(records: Sequence[str]) -> ReadingOutcome:
    """email-domain-check: any version that begins so; the last of a field counts, up to the second `=`."""
    meant = [text for text in records if text.startswith("v=STSv1") and not ("p=" in text and "k=" in text)]
    if len(meant) != 1:
        return NOTHING
    identity = ""
    for part in meant[0].split(";"):
        name, value = ([*part.split("="), ""])[:2]
        if name.strip(_SPACE).lower() == "id" and value.strip(_SPACE):
            identity = value.strip(_SPACE)
    return ReadingOutcome(identity) if identity else NOTHING


def lax_policy(answer: HttpAnswer) -> ReadingOutcome:
    """mailauth 7.1.0: any 2xx, any media type, names and mode in any case; the first of a field counts."""
    if not 200 <= answer.status <= 299 or len(answer.body) > MAX_POLICY:
        return NOTHING
    found: dict[str, str] = {}
    mx: list[str] = []
    for name, value in _lines(answer.body):
        if name == "mx":
            mx.append(value)
        else:
            found.setdefault(name, value)
    age = found.get("max_age")
    return _policy(found, mx, None if age is None else _number(age))


def strict_policy(answer: HttpAnswer) -> ReadingOutcome:
    """mailauth 7.1.0 with `strict`: as it has to be, but lines that are no fields are skipped."""
    plain = media_type(answer.content_type).strip(_SPACE) == "text/plain"
    if answer.status != 200 or not plain or len(answer.body) > MAX_POLICY:
        return NOTHING
    found: dict[str, str] = {}
    mx: list[str] = []
    for line in _LINE.split(answer.body.decode("utf-8", "replace")):
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name):
            continue
        value = value.strip(" \t")
        if name == "mx":
            mx.append(value)
        else:
            found.setdefault(name, value)
    age = found.get("max_age", "")
    if not _AGE.fullmatch(age) or not all(map(_MX.fullmatch, mx)):
        return NOTHING
    return _policy(found, mx, float(age), lower=False)


def last_policy(answer: HttpAnswer) -> ReadingOutcome:
    """mailauth 5.0.1: the last of a field counts, there is no limit of size, no mode is `none`."""
    if not 200 <= answer.status <= 299:
        return NOTHING
    found: dict[str, str] = {"mode": "none"}
    mx: list[str] = []
    for name, value in _lines(answer.body):
        if name == "mx":
            mx.append(value)
        else:
            found[name] = value
    age = found.get("max_age")
    return _policy(found, mx, None if age is None else _number(age))


def _lines(body: bytes) -> Iterator[tuple[str, str]]:
    """Whatever has a colon, trimmed, its name in small letters."""
    for line in _LINE.split(body.decode("utf-8", "replace")):
        name, colon, value = line.partition(":")
        if colon:
            yield name.lower().strip(_SPACE), value.strip(_SPACE)


def _policy(
    found: dict[str, str], mx: Sequence[str], age: float | None, *, lower: bool = True
) -> ReadingOutcome:
    """What mailauth checks in the end."""
    mode = found.get("mode", "")
    mode = mode.lower() if lower else mode
    if found.get("version") != "STSv1" or mode not in _MODES or age is None or not 0 <= age <= MAX_AGE:
        return NOTHING
    return policy_taken(mode, mx, age) if mx or mode == "none" else NOTHING


def domain_check_policy(answer: HttpAnswer) -> ReadingOutcome:
    """email-domain-check: comments and redirects, any version, any number for an age, no mx needed."""
    if answer.status in _FOLLOWED:
        return ReadingOutcome(Elsewhere())
    if not 200 <= answer.status <= 299:
        return NOTHING
    found: dict[str, str] = {}
    mx: list[str] = []
    for line in answer.body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").split("\n"):
        if line.strip(_SPACE).startswith("#"):
            continue
        name, value = (part.strip(_SPACE) for part in [*line.split(":"), ""][:2])
        if not name or not value:
            continue
        if name.lower() == "mx":
            mx.append(value)
        elif name.lower() != "mode" or value in _MODES:
            found[name.lower()] = value
    if not {"version", "mode", "max_age"} <= found.keys():
        return NOTHING
    age = _DIGITS.match(found["max_age"])
    return policy_taken(found["mode"], mx, float(age[0]) if age else None)


def lax_match(patterns: Sequence[str], host: str) -> bool:
    """mailauth 7.1.0, with `strict` or without."""
    name = host.strip(_SPACE).lower().removesuffix(".")
    name = name if name.isascii() else to_ascii(name).ascii
    if not name or "*" in name:
        return False
    wanted = [pattern.strip(_SPACE).lower().removesuffix(".") for pattern in patterns]
    return any(_is_one_below(name, each[1:]) if each.startswith("*.") else name == each for each in wanted)


def _is_one_below(name: str, suffix: str) -> bool:
    return name.endswith(suffix) and len(name) > len(suffix) and "." not in name[: -len(suffix)]


def any_depth_match(patterns: Sequence[str], host: str) -> bool:
    """mailauth 5.0.1: a wildcard stands for any number of labels, a dot at the end is one too many."""
    name = host.strip(_SPACE).lower()
    wanted = [pattern.strip(_SPACE).lower() for pattern in patterns]
    return any(name.endswith(each[1:]) if each.startswith("*.") else name == each for each in wanted)


def domain_check_match(patterns: Sequence[str], host: str) -> bool:
    """email-domain-check: as mailauth 5.0.1, and the case of letters matters."""
    return any(host.endswith(each[1:]) if each.startswith("*.") else host == each for each in patterns)


def _number(text: str) -> float | None:
    """JavaScript's Number: nothing is 0, and there are hexadecimal numbers and exponents; None for NaN."""
    text = text.strip(_SPACE)
    if not text:
        return 0.0
    if found := _PREFIXED.fullmatch(text):
        sign, letter, digits = found.groups()
        try:
            return None if sign else float(int(digits, _BASES[letter.lower()]))
        except (ValueError, OverflowError):
            return None
    return float(text) if _DECIMAL.fullmatch(text) else None
