"""The conformance suites under pytest: `pytest -m vectors`.

They lie beside the project, in `../shared/vectors` seen from its root, or where
PYFINGER_VECTORS says.  Without them there is nothing to run.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.vectors.suites import SUITES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("PYFINGER_VECTORS", ROOT.parent / "shared" / "vectors"))
ALLOWED = 0.05  # of a suite may be exceptions, each with its reason
SLOW = frozenset({"wycheproof", "x509-generated"})


@pytest.mark.vectors
@pytest.mark.parametrize("suite", SUITES)
def test_suite(suite: str) -> None:
    folder = DATA / suite
    if not folder.is_dir():
        pytest.skip(f"no conformance data in {folder}")
    if suite in SLOW and "PYFINGER_VECTORS" not in os.environ:
        pytest.skip("takes long: name the folder in PYFINGER_VECTORS to run it")
    results = list(SUITES[suite](folder))
    failures = [result for result in results if not (result.passed or result.allowed)]
    assert not failures, "\n".join(f"{failure.case}: {failure.detail}" for failure in failures)
    assert sum(not result.passed for result in results) <= ALLOWED * len(results)
