"""Debian's chromium by way of playwright: nothing leaves it, and nothing is kept.

    with chromium() as browser:
        sight = Sight(browser, Look(360, Scheme.DARK))
        sight.open(path)

A `Sight` is one page in one window, with all that the browser asked for and complained of.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PROGRAM = "chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = (360, 1280, 2560)  # CSS pixels
_HEIGHT = 900
_PATIENCE = 20_000  # milliseconds, for anything that is waited for


class Scheme(Enum):
    """What the reader prefers."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    width: int = 1280
    scheme: Scheme = Scheme.LIGHT
    script: bool = True


def missing() -> str:
    """What there is no browser without; empty: nothing."""
    if importlib.util.find_spec("playwright") is None:
        return "the package playwright is not installed"
    return "" if shutil.which(PROGRAM) else f"{PROGRAM} is not installed"


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser with an empty profile, which goes with it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        path = shutil.which(PROGRAM)
        browser = driver.chromium.launch(executable_path=path, args=[*FLAGS], timeout=3 * _PATIENCE)
        try:
            yield browser
        finally:
            browser.close()


class Sight:
    """One page in one window."""

    def __init__(self, browser: Any, look: Look = Look(), *, injecting: bool = False) -> None:
        """`injecting`: scripts of ours may be put into the page, whatever its policy says."""
        self._context = browser.new_context(
            viewport={"width": look.width, "height": _HEIGHT},
            color_scheme=look.scheme.value,
            java_script_enabled=look.script,
            bypass_csp=injecting,
            reduced_motion="reduce",  # where a link leads is seen at once
            offline=True,
        )
        self._context.set_default_timeout(_PATIENCE)
        self.page = self._context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self.complaints.append(message.text))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.close()

    def open(self, path: Path) -> Self:
        """Load it, and all it asks for."""
        self.page.goto(path.as_uri(), wait_until="load")
        return self

    def resize(self, width: int) -> None:
        """Another width."""
        self.page.set_viewport_size({"width": width, "height": _HEIGHT})

    def prefer(self, scheme: Scheme) -> None:
        """The other colours."""
        self.page.emulate_media(color_scheme=scheme.value)

    def unfold(self) -> None:
        """Open all there is to be opened."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
