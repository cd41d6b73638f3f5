"""The file a command writes one page to.

    file = PageFile("page.html", "check.html", stdout)      before anything is done; `UsageError`
    file.write(facts)                                       the whole page, or nothing of it; OSError

`-` is standard output; what can be written, and with which permissions, is `cli.artifacts`'s business.
"""

from __future__ import annotations

from typing import BinaryIO

from pyfinger.cli.artifacts import Wanted, open_together
from pyfinger.page.template_rendering import Pages
from pyfinger.values import Value

_PARTS = ("base.html", "blocks.html")


class PageFile:
    """Open, and its template loaded."""

    def __init__(self, name: str, template: str, stdout: BinaryIO) -> None:
        """Without Jinja2, or if there can be no such file, `UsageError`."""
        self._pages = Pages(template, *_PARTS)  # nothing is read once root is given up
        self._template = template
        self._file = open_together([Wanted("html", name, whole=True)], stdout)["html"]

    def write(self, facts: Value) -> None:
        """The page that shows these facts."""
        self._file.write(self._pages.render(self._template, page=facts).encode())
        self._file.flush()
