"""Records made, written and read back; beside danetool's where it is installed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import UsageError
from pyfinger.model import TlsaRecord
from pyfinger.tlsa import OwnedRecord, make_record, owner_name, read_material, read_records
from pyfinger.tlsa.records import MAX_RECORDS, MAX_TEXT, meant_by, zone_line
from pyfinger.x509.pem import to_pem

ROOT = make_ca("CN=Root")
LEAF = make_leaf("mx.test", ROOT, make_key())
MATERIAL = read_material((to_pem("CERTIFICATE", LEAF.der) + to_pem("CERTIFICATE", ROOT.der)).encode())
KEY = read_material(make_key().pem.encode())

RECORDS = st.builds(
    TlsaRecord,
    st.integers(0, 255),
    st.integers(0, 255),
    st.integers(0, 255),
    st.binary(min_size=1, max_size=80),
)


@pytest.mark.parametrize("selector", Selector)
@pytest.mark.parametrize("matching", [MatchingType.FULL, MatchingType.SHA2_256, MatchingType.SHA2_512])
def test_data_are_what_is_selected_or_its_digest(selector: Selector, matching: MatchingType) -> None:
    whole = LEAF.der if selector == Selector.CERT else make_key().spki
    expected = {
        MatchingType.FULL: whole,
        MatchingType.SHA2_256: hashlib.sha256(whole).digest(),
        MatchingType.SHA2_512: hashlib.sha512(whole).digest(),
    }
    made = make_record(MATERIAL[0], Usage.DANE_EE, selector, matching)
    assert made == TlsaRecord(3, selector, matching, expected[matching])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("danetool") is None, reason="danetool is not installed")
@pytest.mark.parametrize("kind", ["p256", "rsa2048", "ed25519"])
@pytest.mark.parametrize("flags, fields", [([], (3, 1, 1)), (["--x509"], (3, 0, 1)), (["--ca"], (2, 1, 1))])
def test_danetool_makes_the_same(
    tmp_path: Path, kind: str, flags: list[str], fields: tuple[int, ...]
) -> None:
    file = tmp_path / "leaf.pem"
    file.write_text(to_pem("CERTIFICATE", make_leaf("mx.test", ROOT, make_key(kind)).der))
    told = subprocess.run(
        [
            "danetool",
            "--tlsa-rr",
            "--host=mx.test",
            "--port=25",
            "--domain",
            f"--load-certificate={file}",
            *flags,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    (theirs,) = read_records(told.stdout)
    usage, selector, matching = fields
    ours = make_record(
        read_material(file.read_bytes())[0], Usage(usage), Selector(selector), MatchingType(matching)
    )
    assert (theirs.owner, theirs.record) == (owner_name("mx.test"), ours)


def test_a_certificate_is_not_made_of_a_key() -> None:
    with pytest.raises(UsageError, match="takes a certificate"):
        make_record(KEY[0], Usage.DANE_EE, Selector.CERT, MatchingType.SHA2_256)


def test_usages_of_authorities_mean_what_is_behind_the_leaf() -> None:
    assert [one.what for one in meant_by(MATERIAL, Usage.DANE_TA)] == ["certificate /CN=Root"]
    assert [one.what for one in meant_by(MATERIAL, Usage.DANE_EE)] == ["certificate /CN=mx.test"]
    assert meant_by(MATERIAL[1:], Usage.DANE_TA) == MATERIAL[1:]


@given(RECORDS, st.one_of(st.none(), st.integers(0, 2**31 - 1)))
def test_what_is_written_is_read_back(record: TlsaRecord, ttl: int | None) -> None:
    one = OwnedRecord(record, "_25._tcp.mx.test", ttl)
    assert read_records(zone_line(one)) == (one,)


@pytest.mark.parametrize(
    "text",
    [
        "3 1 1 ABCD",
        "03 01 01 ab cd",
        "_25._tcp.mx.test. IN TLSA 3 1 1 ABCD",
        "_25._tcp.mx.test. 300 TLSA 3 1 1 ( AB ; half\n CD )",
        "; a comment\n\n_25._tcp.mx.test 300 in tlsa 3 1 1 abcd ; another",
    ],
)
def test_forms_people_have_them_in(text: str) -> None:
    (found,) = read_records(text)
    assert found.record == TlsaRecord(3, 1, 1, b"\xab\xcd")


@pytest.mark.parametrize(
    "text, problem",
    [
        ("3 1 1", "line 1: .*four fields"),
        ("\n3 1 x AB", "line 2: no number"),
        ("3 1 256 AB", "no number"),
        ("3 1 1 ABC", "line 1: "),
        ("3 1 1 XY", "line 1: "),
        ("3 1 1 ( AB", "not closed"),
        ("mx.test. 1 2 IN TLSA 3 1 1 AB", "not an owner"),
        ("mx.test. MX TLSA 3 1 1 AB", "not an owner"),
        ("3 1 0 " + "AB" * 65533, "more data"),
        ("3 1 1 AB\n" * (MAX_RECORDS + 1), "records"),
        (" " * (MAX_TEXT + 1), "characters"),
    ],
)
def test_mistakes_name_their_line(text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        read_records(text)


@given(st.text(max_size=200))
def test_any_text_is_records_or_a_usage_error(text: str) -> None:
    try:
        read_records(text)
    except UsageError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("host", ["", ".", "a..b", "-a.test", "a b", "x" * 64, "a." * 121, "mx.test;"])
def test_no_owner_without_a_host_name(host: str) -> None:
    with pytest.raises(UsageError, match="no host name"):
        owner_name(host)


def test_owners() -> None:
    assert owner_name("mx.test.", 465) == "_465._tcp.mx.test"
    with pytest.raises(UsageError, match="no port"):
        owner_name("mx.test", 0)
