"""What holds for all tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

# A busy machine is no reason to fail: nothing is measured by hypothesis's deadline.
settings.register_profile("pyfinger", deadline=None)
settings.load_profile("pyfinger")


@pytest.fixture(autouse=True)
def nobody_is_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe in the tests' own process must not take their privileges along."""
    monkeypatch.setattr("pyfinger.cli.unprivileged.is_root", lambda: False)
