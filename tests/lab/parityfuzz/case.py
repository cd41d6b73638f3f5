"""One case: a command line and the world it is run in, all of it plain JSON.

So a case can be printed, kept, run again by hand, and made smaller by taking
parts away (`reducing.py`): every list may be shortened, every key with a default
left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeAlias

Json: TypeAlias = Any
World: TypeAlias = Mapping[str, Json]

FOLDER = "/srv/lab/fuzz"  # where a case finds its files; each booth has its own there
OWN = "own"  # a resolver: the case's own name server, in a network of its own


@dataclass(frozen=True, slots=True)
class Case:
    """What is run; whatever is empty is not there."""

    kind: str  # which generator made it
    argv: Sequence[Sequence[str]]  # words that belong together: an option and its value
    resolver: str = OWN  # or one of the lab's (places.py), and then the lab's servers answer
    resolv_conf: Sequence[str] = ()  # lines, in place of the usual one
    main_cf: Sequence[str] | None = None  # lines; None: the lab's usual file
    env: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Sequence[Json]] = field(default_factory=dict)  # name: parts (pemfiles.py)
    dns: Sequence[Json] = ()  # answers (names.py)
    servers: Mapping[str, Json] = field(default_factory=dict)  # address or socket: dialogue (serving.py)

    @property
    def words(self) -> list[str]:
        """The command line."""
        return [word for group in self.argv for word in group]

    @property
    def in_lab(self) -> bool:
        """Whether it talks to the lab's servers, or to those it brings along."""
        return self.resolver != OWN

    def to_json(self) -> dict[str, Json]:
        """What differs from the defaults."""
        empty = Case("", ())
        return {
            name: value
            for name, value in asdict(self).items()
            if name in ("kind", "argv") or value != getattr(empty, name)
        }


def from_json(data: Mapping[str, Json]) -> Case:
    """A case from what `to_json` made; another key is a mistake."""
    known = {one.name for one in fields(Case)}
    if unknown := set(data) - known:
        raise ValueError(f"not of a case: {', '.join(sorted(unknown))}")
    return Case(**data)


def one_line(case: Case) -> str:
    """A case as one line of JSON."""
    return json.dumps(case.to_json(), sort_keys=True)


def size(case: Case) -> int:
    """How much there is to look at."""
    return len(one_line(case))
