"""What we make is what danetool, ldns-dane and hash-slinger make, where these are installed.

What they do otherwise than one might think stands in docs/tlsa.md.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from pyfinger.demo.certificate_making import Issued, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.model import TlsaRecord
from pyfinger.tlsa import owner_name, read_records
from pyfinger.x509.pem import to_pem
from tests.tlsa.worlds import HOST, ISSUING, ROOT, record

pytestmark = pytest.mark.slow

KINDS = ("p256", "p384", "rsa2048", "ed25519")
SELECTORS = (0, 1)


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")


def leaf_of(kind: str, folder: Path) -> tuple[Issued, Path, Path]:
    """A certificate, alone in a file, and with its chain up to the root in another."""
    leaf = make_leaf(HOST, ISSUING, make_key(kind))
    alone, whole = folder / "leaf.pem", folder / "whole.pem"
    alone.write_text(leaf.pem)
    whole.write_text(leaf.chain_pem + to_pem("CERTIFICATE", ROOT.der))
    return leaf, alone, whole


def made(*argv: str) -> TlsaRecord:
    """The only record that a command prints."""
    told = subprocess.run(argv, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    lines = [line for line in told.stdout.splitlines() if "TLSA" in line]
    (one,) = read_records("\n".join(lines))
    assert one.owner == owner_name(HOST)
    return one.record


@needs("danetool")
@pytest.mark.parametrize("kind", KINDS)
def test_danetool(tmp_path: Path, kind: str) -> None:
    leaf, alone, _ = leaf_of(kind, tmp_path)
    base = ("danetool", "--tlsa-rr", f"--host={HOST}", "--port=25", f"--load-certificate={alone}", "--domain")
    for usage, authority in ((3, ()), (2, ("--ca",))):
        for selector in SELECTORS:
            whole: Sequence[str] = () if selector else ("--x509",)
            for matching, word in ((1, "sha256"), (2, "sha512")):
                theirs = made(*base, *authority, *whole, f"--hash={word}")
                assert theirs == record(leaf, usage, selector, matching)


@needs("ldns-dane")
@pytest.mark.parametrize("kind", KINDS)
def test_ldns_dane(tmp_path: Path, kind: str) -> None:
    leaf, _, whole = leaf_of(kind, tmp_path)
    for usage, offset, meant in ((3, "0", leaf), (2, "0", ROOT), (2, "1", ISSUING)):
        for selector in SELECTORS:
            for matching in (0, 1, 2):
                fields = (str(usage), str(selector), str(matching))
                theirs = made("ldns-dane", "-c", str(whole), "-o", offset, "create", HOST, "25", *fields)
                assert theirs == record(meant, usage, selector, matching)


@needs("tlsa")
@pytest.mark.parametrize("kind", KINDS)
def test_hash_slinger(tmp_path: Path, kind: str) -> None:
    leaf, alone, _ = leaf_of(kind, tmp_path)
    for selector in SELECTORS:
        for matching in (0, 1, 2):
            options = ("--usage", "3", "--selector", str(selector), "--mtype", str(matching))
            theirs = made("tlsa", "--create", "--certificate", str(alone), "--port", "25", *options, HOST)
            assert theirs == record(leaf, 3, selector, matching)
