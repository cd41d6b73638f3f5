"""Both drivers, for the tests of what they have in common."""

from __future__ import annotations

import pytest

from tests.drive.running import DRIVERS, Run


@pytest.fixture(params=DRIVERS)
def run(request: pytest.FixtureRequest) -> Run:
    return DRIVERS[request.param]
