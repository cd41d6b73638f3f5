"""A browser and all pages, once for a whole session of tests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import chromium, missing
from tests.browser.pages import make_pages


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if missing():
        pytest.skip(missing())
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Files by the names of `pages.NAMES`."""
    return make_pages(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    path = os.environ.get("AXE")
    if not path:
        pytest.skip("AXE does not name an axe.min.js")
    return Path(path).read_text(encoding="utf-8")
