"""What programs in Python, and Postfix itself, make of records, policies and names.

postfix-mta-sts-resolver 1.5.1 answers Postfix's policy lookups; tlsrpt-reporter 0.6.0 sends the
reports for Postfix 3.10; checkdmarc 6.0.4 checks domains.  Read in their source, and held
against what they were seen to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import AddressValueError, IPv6Address

from pyfinger.policy.mta_sts import MAX_AGE, MAX_POLICY, media_type
from pyfinger.policy.programs.reading import NOTHING, HttpAnswer, ReadingOutcome, policy_taken

_MODES = ("testing", "enforce", "none")
_CODECS = {"ascii": "ascii", "us-ascii": "ascii", "utf-8": "utf-8", "utf8": "utf-8", "iso-8859-1": "latin-1"}

_NAME = r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,31}"
_VALUE = r"[\x21-\x3a\x3c\x3e-\x7e]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_CHECKED_MX = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_CHECKED_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_DELIMITER = r"[ \t]*;[ \t]*"
_CHECKED_STS = re.compile(
    rf"v=STSv1{_DELIMITER}(?:{_NAME}={_VALUE}(?:{_DELIMITER}{_NAME}={_VALUE})*)?(?:{_DELIMITER})?"
)
_CHECKED_FIELD = re.compile(rf"({_NAME})=({_VALUE})")
_RPT_FIELD = rf"{_NAME}=[^\s;=][^;]*"
_CHECKED_RPT = re.compile(
    rf"v=TLSRPTv1{_DELIMITER}{_RPT_FIELD}(?:{_DELIMITER}{_RPT_FIELD})*(?:{_DELIMITER})?"
)
_ATOM = r"(?:[A-Za-z0-9\-_~$&'()*+=]|%[0-9A-Fa-f]{2})+"
_REST = r"(?:[A-Za-z0-9\-._~$&'()*+=:@/?]|%[0-9A-Fa-f]{2})*"
_HOST = r"(?:[A-Za-z0-9\-]+\.)*[A-Za-z0-9\-]+"
_CHECKED_URI = re.compile(
    rf"mailto:{_ATOM}(?:\.{_ATOM})*@{_HOST}"
    rf"|https://(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|{_HOST})(?::[0-9]{{1,5}})?(?:[/?]{_REST})?(?:\#{_REST})?",
    re.IGNORECASE,
)


def resolver_record(records: Sequence[str]) -> ReadingOutcome:
    """postfix-mta-sts-resolver: fields go into a dictionary, so the last of a name counts."""
    meant = [text for text in records if text.isascii() and text.startswith("v=STSv1")]
    if len(meant) != 1:
        return NOTHING
    found = dict(part.strip().partition("=")[::2] for part in meant[0].split(";") if part.strip())
    return ReadingOutcome(found["id"]) if found.get("v") == "STSv1" and "id" in found else NOTHING


def resolver_policy(answer: HttpAnswer) -> ReadingOutcome:
    """postfix-mta-sts-resolver: any line is a field, `int` reads the age, any text is an mx."""
    if answer.status != 200 or len(answer.body) > MAX_POLICY or not _is_plain(answer.content_type):
        return NOTHING
    text = _decoded(answer.body, charset(answer.content_type) or "ascii")
    if text is None:
        return NOTHING
    mx: list[str] = []
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, _, value = line.rstrip().partition(":")
        if name == "mx":
            mx.append(value.lstrip())
        else:
            found[name] = value.lstrip()
    age = _int(found.get("max_age", "-1"))
    mode = found.get("mode", "")
    if found.get("version") != "STSv1" or mode not in _MODES or age is None or not 0 <= age <= MAX_AGE:
        return NOTHING
    return policy_taken(mode, mx, age) if mx or mode == "none" else NOTHING


def resolver_match(patterns: Sequence[str], host: str) -> bool:
    """postfix-mta-sts-resolver hands Postfix `*.d` as `.d`, any name below; asked of the certificate."""
    wanted = [pattern.lstrip("*").lower() for pattern in patterns]
    name = host.lower().removesuffix(".")
    return any(name.endswith(text) if text.startswith(".") else name == text for text in wanted if text)


def checkdmarc_record(records: Sequence[str]) -> ReadingOutcome:
    """checkdmarc: the grammar, with white space before the first semicolon even beside other records."""
    meant = [text for text in records if re.match(r"v=STSv1[ \t]*;", text)]
    if len(meant) != 1 or not _CHECKED_STS.fullmatch(meant[0].strip('"').strip()):
        return NOTHING
    found: dict[str, str] = {}
    for name, value in _CHECKED_FIELD.findall(meant[0]):
        found.setdefault(name, value)
    value = found.get("id", "")
    return ReadingOutcome(value) if _CHECKED_ID.fullmatch(value) else NOTHING


def checkdmarc_policy(answer: HttpAnswer) -> ReadingOutcome:
    """checkdmarc: empty lines are skipped, the media type does not matter, labels have 63 octets at most."""
    text = _decoded(answer.body, _requests_charset(answer.content_type))
    if answer.status != 200 or text is None:
        return NOTHING
    mx: list[str] = []
    found: dict[str, str] = {}
    for line in text.split("\n"):
        raw, colon, value = line.removesuffix("\r").partition(":")
        if not raw and not colon:
            continue
        name, value = raw.strip(), value.strip()
        if not colon or name != raw or "\r" in line.removesuffix("\r") or not _checked(name, value, found):
            return NOTHING
        if name == "mx":
            mx.append(value)
        else:
            found.setdefault(name, value)
    mode = found.get("mode", "")
    if not {"version", "mode", "max_age"} <= found.keys() or (mode != "none" and not mx):
        return NOTHING
    return policy_taken(mode, mx, int(found["max_age"]))


def _checked(name: str, value: str, found: Mapping[str, str]) -> bool:
    """Whether checkdmarc lets a field pass; of what comes again nothing is asked."""
    if name in ("version", "mode", "max_age") and name in found:
        return True
    if name == "version":
        return value == "STSv1"
    if name == "mode":
        return value in _MODES
    if name == "max_age":
        return re.fullmatch(r"[0-9]{1,10}", value) is not None and int(value) <= MAX_AGE
    if name == "mx":
        return _CHECKED_MX.fullmatch(value) is not None
    return re.fullmatch(_NAME, name) is not None and re.fullmatch(r"[^\x00-\x1f\x7f]+", value) is not None


def checkdmarc_match(patterns: Sequence[str], host: str) -> bool:
    """checkdmarc: a label without underscore for the wildcard, a dot at the end is one too many."""
    for pattern in patterns:
        wild = pattern.startswith("*.")
        wanted = r"[A-Za-z0-9\-]+" + re.escape(pattern[1:]) if wild else re.escape(pattern)
        if re.fullmatch(wanted, host, re.IGNORECASE):
            return True
    return False


def checkdmarc_rua(records: Sequence[str]) -> ReadingOutcome:
    """checkdmarc: mailto without header fields, https without user; one wrong URI spoils all."""
    meant = [text for text in records if re.match(r"v=TLSRPTv1[ \t]*;", text)]
    if len(meant) != 1:
        return NOTHING
    record = meant[0].strip('"').strip()
    if not _CHECKED_RPT.fullmatch(record):
        return NOTHING
    rua: list[str] = []
    for part in filter(None, re.split(_DELIMITER, record)[1:]):
        name, _, value = part.partition("=")
        if name == "rua":
            rua += re.split(r"[ \t]*,[ \t]*", value)
        elif name != "v" and not re.fullmatch(_VALUE, value):
            return NOTHING
    return ReadingOutcome(tuple(rua)) if rua and all(map(_is_checked_uri, rua)) else NOTHING


def _is_checked_uri(uri: str) -> bool:
    found = _CHECKED_URI.fullmatch(uri)
    if found is None or found["ipv6"] is None:
        return found is not None
    try:
        IPv6Address(found["ipv6"])
    except AddressValueError:
        return False
    return True


def postfix_rua(records: Sequence[str]) -> ReadingOutcome:
    """Postfix 3.10 chooses the record, and tlsrpt-reporter 0.6.0 reads it.

    Postfix takes a record with white space before the first semicolon, too; the reporter
    wants `rua` to come first, and takes a space after a comma for a part of the URI.
    """
    meant = [text for text in records if re.match(r"v=TLSRPTv1[ \t]*;", text)]
    return reporter_rua(meant) if len(meant) == 1 else NOTHING


def reporter_rua(records: Sequence[str]) -> ReadingOutcome:
    """tlsrpt-reporter of one record, as handed to it."""
    parts = records[0].split(";")
    value = parts[1].strip() if len(parts) > 1 else ""
    if parts[0] != "v=TLSRPTv1" or not value.startswith("rua="):
        return NOTHING
    rua = tuple(value[4:].split(","))
    return ReadingOutcome(rua) if all(uri.startswith(("https:", "mailto:")) for uri in rua) else NOTHING


def _is_plain(content_type: str | None) -> bool:
    return media_type(content_type).strip() == "text/plain"


def charset(content_type: str | None) -> str:
    """The charset a Content-Type names, empty without one."""
    for parameter in (content_type or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return ""


def _requests_charset(content_type: str | None) -> str:
    """What requests decodes a body as, whatever is in it; of an unknown charset UTF-8 is left."""
    named = charset(content_type)
    if not named:
        return "iso-8859-1" if "text" in media_type(content_type) else "utf-8 replaced"
    return named if named.lower() in _CODECS else "utf-8 replaced"


def _decoded(body: bytes, name: str) -> str | None:
    """The text, None if it has none; of charsets a few are known, which is enough here."""
    if name.endswith(" replaced"):
        return body.decode("utf-8", "replace")
    try:
        return body.decode(_CODECS.get(name.lower(), ""))
    except (LookupError, UnicodeDecodeError):
        return None


def _int(text: str) -> int | None:
    """What Python takes for a whole number: also `604_800`, `+1` and digits of other scripts."""
    try:
        return int(text)
    except ValueError:
        return None
