"""Compatibility levels, `major[.minor[.patch]]` (postconf(5) compatibility_level)."""

from __future__ import annotations

import re

_LEVEL = re.compile(r"[ \t]*([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?")


def compatibility_level(text: str) -> tuple[int, int, int] | None:
    """A level as something to compare; None if it is none."""
    found = _LEVEL.fullmatch(text)
    if found is None:
        return None
    major, minor, patch = (int(part or 0) for part in found.groups())
    return major, minor, patch
