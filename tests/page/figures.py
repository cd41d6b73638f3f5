"""The numbers of a page, and where its JSON document has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import html5lib


def figures(page: str) -> Iterator[tuple[str, float, str]]:
    """Pointer, value and text of every number that says where it comes from."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    for element in tree.iter():
        if "data-json" in element.attrib:
            value = element.attrib.get("data-value") or element.attrib["value"]
            yield element.attrib["data-json"], float(value), "".join(element.itertext())


def at(document: Any, pointer: str) -> Any:
    """What stands there (RFC 6901)."""
    found = document
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        found = found[int(name)] if isinstance(found, list) else found[name]
    return found


def differing(page: str, document: Any) -> list[str]:
    """Figures that are not what the document has."""
    return [
        f"{pointer}: {value} ({shown})"
        for pointer, value, shown in figures(page)
        if float(at(document, pointer)) != value
    ]
