"""Postfix's way from main.cf to key exchange groups (tls_auto_groups() in src/tls/tls_dh.c).

tls_eecdh_auto_curves and tls_ffdhe_auto_groups are words, each of them a group
list of OpenSSL's.  Those that OpenSSL knows are joined; if none is left,
Postfix's defaults take their place.  Where the joined list is refused, or
nothing is configured at all, OpenSSL's own default goes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyfinger.events import Event, GroupListRefused, GroupsConfigured, GroupsRefused
from pyfinger.options import Config
from pyfinger.tls.group_list import DEFAULT, GroupList, GroupListError, parse_group_list
from pyfinger.values import Value

_SEPARATORS = re.compile(r"[, \t\r\n:]+")
_POSTFIX = Config()


class AutoGroups(Value):
    """The groups, and what Postfix says while it chooses them, in order."""

    chosen: GroupList
    told: tuple[Event, ...] = ()


def auto_groups(eecdh: str, ffdhe: str) -> AutoGroups:
    """The groups of the two parameters."""
    if not eecdh and not ffdhe:
        return AutoGroups(parse_group_list(DEFAULT))
    words = _words(eecdh, ffdhe)
    usable = [word for word in words if _is_usable(word)]
    told: list[Event] = [GroupsConfigured(tuple(usable))]
    if not usable:
        usable = _words(_POSTFIX.tls_eecdh_auto_curves, _POSTFIX.tls_ffdhe_auto_groups)
        told = [GroupsRefused("configured", blank=not words), GroupsConfigured(tuple(usable))]
    try:
        return AutoGroups(parse_group_list(":".join(_without_repeats(usable))), tuple(told))
    except GroupListError as error:
        told.append(GroupListRefused("configured", error.code, error.reason, error.data))
        return AutoGroups(parse_group_list(DEFAULT), tuple(told))


def _words(*settings: str) -> list[str]:
    return [word for word in _SEPARATORS.split(" ".join(settings)) if word]


def _is_usable(word: str) -> bool:
    try:
        parse_group_list(word)
    except GroupListError:
        return False
    return True


def _without_repeats(words: Iterable[str]) -> Iterable[str]:
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(word.lower(), word)
    return first.values()
