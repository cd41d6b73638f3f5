"""What holds for all tests."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

# A busy machine is no reason to fail: nothing is measured by hypothesis's deadline.
settings.register_profile("pyfinger", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "pyfinger"))

# A script's background job ignores Ctrl-C, and so would the programs that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def nobody_is_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe in the tests' own process must not take their privileges along."""
    monkeypatch.setattr("pyfinger.cli.runner.is_root", lambda: False)
