"""Lists of key exchange groups, in the language of OpenSSL 3.5 (SSL_CTX_set1_groups_list(3)).

    x25519:P-256            these, in this order; the first gets a key share
    *X25519MLKEM768:*x25519 a key share for each
    ?new:x25519             new is left out where nobody knows it
    DEFAULT:-x448           OpenSSL's own list, but for one
    x25519/P-256:P-384      tuples, which mean something to servers only

White space around names and separators does not count, letter case does not
either.  A mistake, or a name that is unknown and has no `?`, spoils the whole
list.  (tls1_set_groups_list() and its callbacks in ssl/t1_lib.c.)

Postfix's way from main.cf to such a list is `auto_groups` (tls_auto_groups() in src/tls/tls_dh.c):
tls_eecdh_auto_curves and tls_ffdhe_auto_groups are words, each of them a group
list of OpenSSL's.  Those that OpenSSL knows are joined; if none is left,
Postfix's defaults take their place.  Where the joined list is refused, or
nothing is configured at all, OpenSSL's own default goes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pyfinger.errors import UsageError
from pyfinger.events import Event, GroupListRefused, GroupsConfigured, GroupsRefused
from pyfinger.references import DEFAULT_REFERENCE, Reference
from pyfinger.tls.groups import OPENSSL_3_5, find_group
from pyfinger.values import State, Value, field

DEFAULT = "?*X25519MLKEM768 / ?*X25519:?secp256r1 / ?X448:?secp384r1:?secp521r1 / ?ffdhe2048:?ffdhe3072"

_PSEUDO_GROUPS = {b"default": DEFAULT.encode(), b"default_suite_b": b"?secp256r1:?secp384r1"}
_MOST_SHARES = 4  # OPENSSL_CLIENT_MAX_KEY_SHARES
_LONGEST_NAME = 63  # octets
_WHITE_SPACE = " \t\n\v\f\r"
_PREFIXES = (b"*", b"-", b"?")

_INVALID_ARGUMENT = 0x0A080106
_UNSUPPORTED_VALUE = 0x0A00019E


_SEPARATORS = re.compile(r"[, \t\r\n:]+")


class GroupListError(UsageError):
    """The list cannot be used; what OpenSSL's error queue has then, empty for an unknown name."""

    def __init__(self, code: int = 0, reason: str = "", data: str = "") -> None:
        super().__init__(reason or "unknown key exchange group")
        self.code = code
        self.reason = reason
        self.data = data


class _SyntaxError(Exception):
    """-1 of OpenSSL's callbacks; whoever has the whole text says so."""


class GroupList(Value):
    """Groups by code point, in order; both may be empty."""

    groups: tuple[int, ...] = ()
    shares: tuple[int, ...] = ()  # those with a `*`; none: one for the first group that is fit


class _Growing(State):
    """The list so far."""

    openssl: int  # whose names are known
    groups: list[int] = field(default_factory=list)
    shares: list[int] = field(default_factory=list)

    def add(self, code: int, *, share: bool) -> None:
        """One more, unless it is there already; its first place and share count."""
        if code not in self.groups:
            self.groups.append(code)
            if share:
                self.shares.append(code)

    def remove(self, code: int) -> None:
        """Take a group and its share out again."""
        for codes in (self.groups, self.shares):
            if code in codes:
                codes.remove(code)


def parse_group_list(text: str, openssl: int = OPENSSL_3_5) -> GroupList:
    """The groups a list stands for; `GroupListError` if it stands for nothing (tls1_set_groups_list())."""
    found = _Growing(openssl)
    text = text.lstrip(_WHITE_SPACE)
    octets = text.encode("utf-8", "surrogateescape")
    if octets:
        try:
            _extend(found, octets)
        except _SyntaxError:
            raise GroupListError(
                _INVALID_ARGUMENT, "passed invalid argument", f"Syntax error in '{text}'"
            ) from None
    if len(found.shares) > _MOST_SHARES:
        data = f"To many keyshares requested in '{text}' (max = {_MOST_SHARES})"
        raise GroupListError(_INVALID_ARGUMENT, "passed invalid argument", data)
    return GroupList(tuple(found.groups), tuple(found.shares))


def _extend(found: _Growing, octets: bytes) -> None:
    for tier in _elements(octets, b"/"):
        for element in _elements(tier, b":"):
            _take(found, element)


def _elements(octets: bytes, separator: bytes) -> Iterator[bytes]:
    """The parts of a list, none of them empty (CONF_parse_list())."""
    for part in octets.split(separator):
        element = part.strip()  # of ASCII's white space
        if not element:
            raise GroupListError(_UNSUPPORTED_VALUE, "unsupported config value")
        yield element


def _take(found: _Growing, element: bytes) -> None:
    """One element: a name, or a list that has one, with its prefixes in any order."""
    prefixes = set()
    while element[:1] in _PREFIXES:
        if element[:1] in prefixes:
            raise _SyntaxError
        prefixes.add(element[:1])
        element = element[1:]
    pseudo = _PSEUDO_GROUPS.get(element.lower())
    if pseudo is not None:
        if prefixes - {b"*"}:
            raise _SyntaxError
        _extend(found, b"*" * len(prefixes) + pseudo)
        return
    if not element or len(element) > _LONGEST_NAME:
        raise _SyntaxError
    group = find_group(element.decode("ascii", "replace"), found.openssl)
    if group is None:
        if b"?" not in prefixes:
            raise GroupListError
    elif b"-" in prefixes:
        found.remove(group.code)
    else:
        found.add(group.code, share=b"*" in prefixes)


class AutoGroups(Value):
    """The groups, and what Postfix says while it chooses them, in order."""

    chosen: GroupList
    told: tuple[Event, ...] = ()


@lru_cache(maxsize=16)
def auto_groups(eecdh: str, ffdhe: str, like: Reference = DEFAULT_REFERENCE) -> AutoGroups:
    """The groups of the two parameters, whose defaults are those of `like`."""
    if not eecdh and not ffdhe:
        return AutoGroups(parse_group_list(DEFAULT))
    words = _words(eecdh, ffdhe)
    usable = [word for word in words if _is_usable(word, like.openssl)]
    told: list[Event] = [GroupsConfigured(tuple(usable))]
    if not usable:
        usable = _words(like.eecdh_auto_curves, like.ffdhe_auto_groups)
        told = [GroupsRefused("configured", blank=not words), GroupsConfigured(tuple(usable))]
    try:
        chosen = parse_group_list(":".join(_without_repeats(usable)), like.openssl)
        return AutoGroups(chosen, tuple(told))
    except GroupListError as error:
        told.append(GroupListRefused("configured", error.code, error.reason, error.data))
        return AutoGroups(parse_group_list(DEFAULT), tuple(told))


def _words(*settings: str) -> list[str]:
    return [word for word in _SEPARATORS.split(" ".join(settings)) if word]


def _is_usable(word: str, openssl: int) -> bool:
    try:
        parse_group_list(word, openssl)
    except GroupListError:
        return False
    return True


def _without_repeats(words: Iterable[str]) -> Iterable[str]:
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(word.lower(), word)
    return first.values()
