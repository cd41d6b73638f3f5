"""Names that want to be more than text, and whether they succeeded."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import html5lib

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '"><script>document.title = 1</script>',
    "' onmouseover='alert(1)' x='",
    "</style></title></textarea></pre></svg><h1>title</h1>",
    "<!-- --><![CDATA[ ]]><?php ?>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#60;i&#62;&amp",
    "\x1b[31mred\x1b]0;title\x07\x00\x9b",
    "\u202egnp.exe\u2066\u200b\u2028\ufeff",
    "\udc80\udcff\ud800 octets",
    "a" + "\u0301" * 50,
    "long" * 3000,
)

Wording = Callable[[str], str]


def hostile() -> Wording:
    """Each text that is asked for is another one that nobody should trust."""
    endless = cycle(HOSTILE)
    return lambda text: next(endless)


def plain(text: str) -> str:
    return text


def structure(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every element with the names of its attributes, in order; html5lib's errors are raised."""
    parser = html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("etree"))
    tree = parser.parse(page)
    return [(str(element.tag), tuple(element.attrib)) for element in tree.iter()]
