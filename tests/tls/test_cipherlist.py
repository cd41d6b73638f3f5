"""Cipher strings select and order suites as OpenSSL does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.options import Config
from pyfinger.tls.cipherlist import allowed, evaluate
from pyfinger.tls.suites import suites

MEDIUM = Config().tls_medium_cipherlist


def names(text: str) -> list[str]:
    found = evaluate(text)
    assert found is not None
    return [suite.name for suite in found]


def test_ephemeral_aead_comes_first_and_strength_decides_within() -> None:
    found = names("HIGH:!aNULL")
    assert found[:4] == [
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "DHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
    ]
    assert found.index("AES256-GCM-SHA384") > found.index("ECDHE-RSA-AES128-SHA256")


def test_strength_word_sorts_over_everything() -> None:
    found = evaluate("HIGH:!aNULL:@STRENGTH")
    assert found is not None
    bits = [suite.cipher.used for suite in found]
    assert bits == sorted(bits, reverse=True)


def test_removed_suites_come_back_in_front_and_killed_ones_never() -> None:
    assert names("aNULL:-aNULL:HIGH")[0].startswith(("ADH", "AECDH"))
    assert not any(name.startswith(("ADH", "AECDH")) for name in names("!aNULL:ALL:aNULL"))


def test_plus_moves_to_the_end() -> None:
    assert names("HIGH:+AESGCM:!aNULL")[-1].endswith(("GCM-SHA256", "GCM-SHA384"))


def test_intersection() -> None:
    assert names("kECDHE+AESGCM+aECDSA+AES256") == ["ECDHE-ECDSA-AES256-GCM-SHA384"]


def test_a_single_suite_by_name() -> None:
    assert names("ECDHE-RSA-AES128-SHA") == ["ECDHE-RSA-AES128-SHA"]


@pytest.mark.parametrize("text", ["", "nosuch", "HIGH+nosuch", ":::", "!HIGH"])
def test_nothing_selected(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize("text", ["@NOSUCH", "HIGH:@SECLEVEL=9", "@SECLEVEL="])
def test_nonsense_commands(text: str) -> None:
    assert evaluate(text) is None


def test_default_is_all_but_the_odd_ones() -> None:
    found = names("DEFAULT:@SECLEVEL=0")
    assert "ECDHE-RSA-AES256-GCM-SHA384" in found
    assert not any("CCM" in name or "ARIA" in name or "CAMELLIA" in name or "NULL" in name for name in found)


def test_security_level_1_drops_weak_and_anonymous_suites() -> None:
    everything = evaluate("ALL:eNULL")
    assert everything is not None
    assert allowed(everything, 0) == everything
    for suite in allowed(everything, 1):
        assert suite.cipher.used >= 80 and not suite.anonymous and suite.digest != "MD5"


@given(
    st.lists(st.sampled_from(["HIGH", "!MD5", "+AES", "-aNULL", "@STRENGTH", "kRSA", "x", "!"]), max_size=8)
)
def test_the_result_is_always_an_ordered_set_of_known_suites(words: list[str]) -> None:
    found = evaluate(":".join(words))
    assert found is not None
    codes = [suite.code for suite in found]
    assert len(set(codes)) == len(codes) and set(codes) <= set(suites())
