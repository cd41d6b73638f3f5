"""A value of smtp_tls_policy_maps: a level and attributes, as tls_policy_lookup_one() reads them.

    read_policy("secure match=mx.example.net:.example.org ciphers=high")

(postconf(5), smtp_tls_policy.c of Postfix 3.10.)  Any text gives a `MapPolicy`, or raises
`UsageError` in Postfix's words: it logs them, and defers the mail.  Ciphers and protocols that
make no sense it notices only when a session begins, which never comes to anything; here they are no
policy either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from pyfinger.decimals import decimal
from pyfinger.errors import UsageError
from pyfinger.maincf.map_source import folded
from pyfinger.maincf.reader import BLANKS, split_pair
from pyfinger.model import Level
from pyfinger.options import GRADES
from pyfinger.resolve.hostname import hostname_problem, valid_hostname
from pyfinger.resolve.idn import to_ascii
from pyfinger.tls.protocols import parse_protocols
from pyfinger.values import State, Value, field, replace

_SEPARATORS = ", \t\r\n"
_OPEN, _CLOSE = "{}"
_LEVELS = {level.word: level for level in Level}  # `halfdane` is meant for output only, but understood
_LONGEST_TTL = 2**31 - 1
_PKI = (Level.VERIFY, Level.SECURE)
_POLICY_TYPES = ("sts", "no-policy-found")
_POLICY_FAILURES = (
    "sts-policy-fetch-error",
    "sts-policy-invalid",
    "sts-webpki-invalid",
    "validation-failure",
)
STS_MATCH = "hostname"  # what a policy of type sts comes to, whatever its match attributes


class MapPolicy(Value):
    """What one entry asks for; of what it leaves open, main.cf decides."""

    level: Level
    match: tuple[str, ...] = ()
    ciphers: str = ""
    protocols: str | None = None
    exclude: str | None = None
    servername: str | None = None
    anchor_files: tuple[str, ...] = ()
    policy_type: str = ""
    mx_patterns: tuple[str, ...] = ()  # of MTA-STS: what hosts may be called
    kept: tuple[str, ...] = ()  # attributes that mean the same at another level, as written
    remarks: tuple[str, ...] = ()  # what Postfix warns of, and goes on

    @property
    def text(self) -> str:
        """As it stands in a map, without trust anchors and what is of other levels."""
        between = "|" if self.level is Level.FINGERPRINT else ":"
        match = (f"match={between.join(self.match)}",) if self.match else ()
        return " ".join((self.level.word, *match, *self.kept))

    @property
    def hello(self) -> tuple[str, str | None, str | None, str | None]:
        """What makes a ClientHello of it another one than main.cf does."""
        return self.ciphers, self.protocols, self.exclude, self.servername

    def at(self, level: Level, match: Iterable[str] = ()) -> MapPolicy:
        """The same at another level."""
        return replace(self, level=level, match=tuple(match), anchor_files=(), policy_type="", mx_patterns=())


class _MapReading(State):
    """As far as it was read."""

    level: Level
    once: dict[str, str] = field(default_factory=dict)  # attributes that may stand only once
    match: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def read_policy(text: str) -> MapPolicy:
    """The policy; `UsageError` if it is none."""
    first, *tokens = _tokens(text) or [""]
    if not first:
        raise UsageError("invalid empty policy")
    level = _LEVELS.get(first.lower())
    if level is None:
        raise UsageError(f'invalid security level "{first}"')
    if level < Level.MAY:
        ignored = tuple(f'ignoring attribute "{token}" with TLS disabled' for token in tokens)
        return MapPolicy(level, remarks=ignored)
    reading = _MapReading(level)
    for token in tokens:
        name, value = _attribute(token)
        _take(reading, name, value)
        if name.lower() not in ("match", "tafile"):
            reading.kept.append(token)
    return _finished(reading)


def _tokens(text: str) -> list[str]:
    """Between commas and blanks that stand in no braces (mystrtokq(3))."""
    found, token, depth = [], "", 0
    for char in text:
        if depth == 0 and char in _SEPARATORS:
            found += [token] if token else []
            token = ""
            continue
        depth += (char == _OPEN) - (char == _CLOSE and depth > 0)
        token += char
    return [*found, token] if token else found


def _attribute(token: str) -> tuple[str, str]:
    """Both sides of `name=value`, which may be in braces with blanks."""
    problem, inner = "", token
    if token.startswith(_OPEN):
        problem, inner = _inside(token)
    try:
        if problem:
            raise ValueError(problem)
        return split_pair(inner)
    except ValueError as error:
        raise UsageError(f'malformed attribute/value pair "{inner}": {error}') from error


def _inside(token: str) -> tuple[str, str]:
    """What is between braces, and what is wrong with them (extpar(3))."""
    depth = 0
    for place, char in enumerate(token):
        depth += (char == _OPEN) - (char == _CLOSE)
        if depth == 0:
            inner = token[1:place].strip(BLANKS)
            problem = f"syntax error after '}}' in \"{token}\"" if token[place + 1 :] else ""
            return problem, re.sub(f"[{BLANKS}]", " ", inner)
    return f"missing '}}' in \"{token}\"", token[1:].strip(BLANKS)


def _take(reading: _MapReading, name: str, value: str) -> None:
    """One attribute."""
    known = name.lower()
    if known == "match":
        _not_empty(name, value)
        reading.match += _matches(reading.level, name, value)
    elif known == "tafile":
        if reading.level not in _PKI:
            raise _invalid_here(name, reading.level)
        _not_empty(name, value)
        reading.anchors.append(value)
    elif known == "mx_host_pattern":
        reading.patterns.append(value)
    elif known == "policy_string":
        reading.strings.append(value)
    elif known in ("connection_reuse", "enable_rpk"):
        if value.lower() not in ("yes", "no"):
            raise UsageError(f'attribute "{name}" has bad value: "{value}"')
    elif known in _ONCE:
        if known == "ciphers":
            _not_empty(name, value)
        if known in reading.once:
            raise UsageError(f'attribute "{name}" is specified multiple times')
        if problem := _ONCE[known](name, value):
            raise UsageError(problem)
        reading.once[known] = value
    else:
        raise UsageError(f'invalid attribute name: "{name}"')


def _matches(level: Level, name: str, value: str) -> list[str]:
    if level is not Level.FINGERPRINT and level not in _PKI:
        raise _invalid_here(name, level)
    found = [each for each in value.split("|" if level is Level.FINGERPRINT else ":") if each]
    if not found:
        raise UsageError(f'attribute "{name}" lists nothing that could match')
    return found


def _not_empty(name: str, value: str) -> None:
    if not value:
        raise UsageError(f'attribute "{name}" has empty value')


def _invalid_here(name: str, level: Level) -> UsageError:
    return UsageError(f'attribute "{name}" invalid at security level "{level.word}"')


def _ciphers(name: str, value: str) -> str:
    return "" if value.lower() in GRADES else f'invalid cipher grade: "{value}"'


def _protocols(name: str, value: str) -> str:
    return f'Invalid TLS protocol list "{value}"' if parse_protocols(value) is None else ""


def _exclude(name: str, value: str) -> str:
    bad = next((each for each in exclusions(value) if each[0] in "!+-@"), "")
    return f"invalid unary '!+-@' in cipher exclusion: {bad}" if bad else ""


def exclusions(value: str) -> list[str]:
    """The words of `exclude`."""
    return [each for each in re.split(f"[{_SEPARATORS}:]", value) if each]


def _servername(name: str, value: str) -> str:
    return "" if valid_hostname(value) else f'"{name}={value}" specifies an invalid hostname'


def _ttl(name: str, value: str) -> str:
    return (
        ""
        if decimal(value, _LONGEST_TTL) is not None
        else f'attribute "{name}" has a malformed value: "{value}"'
    )


def _domain(name: str, value: str) -> str:
    return f'attribute "{name}" has a malformed value: "{value}"' if hostname_problem(value) else ""


def _one_of(words: tuple[str, ...]) -> Callable[[str, str], str]:
    def problem(name: str, value: str) -> str:
        return "" if value.lower() in words else f'attribute "{name}" has an unexpected value: "{value}"'

    return problem


_ONCE: Mapping[str, Callable[[str, str], str]] = {
    "ciphers": _ciphers,
    "protocols": _protocols,
    "servername": _servername,
    "exclude": _exclude,
    "policy_ttl": _ttl,
    "policy_type": _one_of(_POLICY_TYPES),
    "policy_domain": _domain,
    "policy_failure": _one_of(_POLICY_FAILURES),
}


def _finished(reading: _MapReading) -> MapPolicy:
    once = reading.once
    of_others = {"policy_ttl", "policy_domain", "policy_failure"} & once.keys()
    if "policy_type" not in once and (of_others or reading.strings or reading.patterns):
        attributes = "policy_ttl, policy_domain, policy_string, mx_host_pattern or policy_failure"
        raise UsageError(f"built-in policy has unexpected attribute {attributes}")
    if reading.level is Level.FINGERPRINT and not reading.match:
        raise UsageError("configured at fingerprint security level, but with no fingerprints to match")
    kind = once.get("policy_type", "").lower()
    by_patterns = kind == "sts" and reading.match and reading.patterns
    return MapPolicy(
        reading.level,
        match=(STS_MATCH,) if by_patterns else tuple(reading.match),
        ciphers=once.get("ciphers", ""),
        protocols=once.get("protocols"),
        exclude=once.get("exclude"),
        servername=once.get("servername"),
        anchor_files=tuple(reading.anchors),
        policy_type=kind,
        mx_patterns=tuple(reading.patterns) if by_patterns else (),
        kept=tuple(reading.kept),
    )


def is_parent(key: str) -> bool:
    """Whether a key is of all names below one, `.example.com`, and no next hop itself."""
    return key.startswith(".")


def keys_for(nexthop: str) -> Iterator[str]:
    """What is looked up for a next hop, in order (tls_policy_lookup): of names also what is above them."""
    nexthop = folded(nexthop)
    yield nexthop
    if not valid_hostname(nexthop if nexthop.isascii() else to_ascii(nexthop).ascii):
        return
    labels = nexthop.split(".")
    for start in range(1, len(labels)):
        yield f".{'.'.join(labels[start:])}"
