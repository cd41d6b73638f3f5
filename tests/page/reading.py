"""Pages as a browser reads them: html5lib's tree, strictly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_NAMESPACED = "}"


@dataclass(frozen=True)
class Element:
    """One element; `text` is all in it, its descendants' included."""

    node: Any

    @property
    def name(self) -> str:
        return str(self.node.tag).rpartition(_NAMESPACED)[2]

    @property
    def attributes(self) -> dict[str, str]:
        return dict(self.node.attrib)

    @cached_property
    def text(self) -> str:
        return "".join(self.node.itertext())

    def walk(self) -> Iterator[Element]:
        return (Element(node) for node in self.node.iter() if isinstance(node.tag, str))

    def all(self, name: str) -> Iterator[Element]:
        return (element for element in self.walk() if element.name == name)


def parsed(page: str) -> Element:
    """The document; html5lib's ParseError if it is not sound."""
    import html5lib

    return Element(html5lib.HTMLParser(strict=True).parse(page))


def structure(element: Element) -> list[tuple[int, str, tuple[tuple[str, str], ...]]]:
    """Every element, how deep it is, and what it is by its attributes, but for labels and figures."""
    told = ("aria-label", "value", "data-value", "datetime", "content")

    def down(node: Any, depth: int) -> Iterator[tuple[int, str, tuple[tuple[str, str], ...]]]:
        kept = tuple(sorted((key, value) for key, value in node.attrib.items() if key not in told))
        yield depth, str(node.tag), kept
        for child in node:
            yield from down(child, depth + 1)

    return list(down(element.node, 0))
