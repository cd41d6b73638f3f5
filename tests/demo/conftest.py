from __future__ import annotations

from collections.abc import Iterator

import pytest

from pyfinger.demo.world import DemoWorld


@pytest.fixture(scope="session")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running
