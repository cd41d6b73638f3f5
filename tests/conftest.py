"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no reason to fail: nothing is measured by hypothesis's deadline.
settings.register_profile("pyfinger", deadline=None)
settings.load_profile("pyfinger")
