"""Cipher strings select and order suites as OpenSSL does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.options import Config
from pyfinger.tls.cipherlist import evaluate, offered
from pyfinger.tls.handshake_failures import Reason
from pyfinger.tls.security import SuiteB
from pyfinger.tls.suites import negotiable, suites

MEDIUM = Config().tls_medium_cipherlist


def names(text: str, security_level: int = 0) -> list[str]:
    return [suite.name for suite in offered(evaluate(text, security_level))]


def test_ephemeral_aead_comes_first_and_strength_decides_within() -> None:
    found = names("HIGH:!aNULL")
    assert found[:5] == [
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "DHE-DSS-AES256-GCM-SHA384",
        "DHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
    ]
    assert found.index("AES256-GCM-SHA384") > found.index("ECDHE-RSA-AES128-SHA256")


def test_strength_word_sorts_over_everything() -> None:
    bits = [suite.cipher.used for suite in offered(evaluate("HIGH:!aNULL:@STRENGTH"))]
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


@pytest.mark.parametrize(
    "text", ["", "nosuch", "HIGH+nosuch", ":::", "!HIGH", "TLS_AES_128_GCM_SHA256", "RC4"]
)
def test_nothing_selected(text: str) -> None:
    assert evaluate(text).errors == (Reason.NO_CIPHER_MATCH,)


@pytest.mark.parametrize("text", ["@NOSUCH", "HIGH:@SECLEVEL=9", "@SECLEVEL=", "HIGH:!", "AES+", '"HIGH"'])
def test_nonsense_commands(text: str) -> None:
    assert evaluate(text).errors == (Reason.INVALID_COMMAND,) and not evaluate(text).suites


def test_an_unknown_command_is_an_error_and_what_follows_is_carried_out() -> None:
    found = evaluate("@NOSUCH:@SECLEVEL=2:@NOSUCH")
    assert found.errors == (Reason.INVALID_COMMAND, Reason.INVALID_COMMAND)
    assert found.security.level == 2


def test_what_cannot_be_read_ends_the_string() -> None:
    found = evaluate('HIGH:":@SECLEVEL=2')
    assert found.errors == (Reason.INVALID_COMMAND,) and found.security.level == 0


def test_no_more_errors_are_kept_than_openssl_s_queue_holds() -> None:
    assert len(evaluate("@X:" * 40).errors) == 15


def test_rules_need_no_separator_after_a_known_word() -> None:
    assert names("kECDHE+AESGCM!aRSA!aNULL!AES128") == ["ECDHE-ECDSA-AES256-GCM-SHA384"]


def test_after_an_unknown_word_the_rest_of_the_entry_is_passed_over() -> None:
    assert names("AESGCM:RC4!AES256 @STRENGTH") == names("AESGCM:@STRENGTH")
    assert names("AESGCM:3DES!AES256") == names("AESGCM:!AES256")  # known to the library, though in no suite


def test_default_is_a_prefix_and_no_word() -> None:
    assert names("DEFAULT!AES:") == names("ALL:!COMPLEMENTOFDEFAULT:!eNULL:!AES")
    assert names("DEFAULTAES256-SHA") == names("DEFAULT")
    assert evaluate("aNULL:DEFAULT").suites == evaluate("aNULL").suites


def test_names_may_be_those_of_iana() -> None:
    assert names("TLS_DHE_DSS_WITH_AES_256_CBC_SHA256") == ["DHE-DSS-AES256-SHA256"]


def test_protocol_words_mean_the_version_that_brought_a_suite() -> None:
    assert set(names("SSLv3+AES:!aNULL")) == {
        *(f"{kx}AES{bits}-SHA" for kx in ("", "DHE-RSA-", "DHE-DSS-") for bits in (128, 256))
    }
    assert all(name.startswith(("ECDHE", "AECDH")) for name in names("TLSv1"))
    assert names("TLSv1.0") == names("TLSv1")
    assert evaluate("TLSv1.1").errors


def test_a_strength_makes_what_was_said_about_default_forgotten() -> None:
    assert "AES256-SHA" in names("COMPLEMENTOFDEFAULT+HIGH")
    assert "AES256-SHA" not in names("HIGH+COMPLEMENTOFDEFAULT")


def test_a_suite_that_is_not_the_last_part_stands_for_what_it_is_made_of() -> None:
    assert names("AES128-SHA+RSA") == ["AES128-SHA"]
    assert set(names("AES128-SHA+AES128")) == {"AES128-SHA"}
    assert names("AES256-GCM-SHA384+kECDHE") == []


def test_suites_for_shared_secrets_are_taken_and_not_offered() -> None:
    found = evaluate("PSK:SRP")
    assert found.suites and not found.errors
    assert offered(found) == ()


@pytest.mark.parametrize(
    ("text", "profile", "chosen"),
    [
        ("SUITEB128", SuiteB.LEVEL_128, ["C02B", "C02C"]),
        ("SUITEB128ONLY", SuiteB.LEVEL_128_ONLY, ["C02B"]),
        ("SUITEB128C2", SuiteB.LEVEL_128, ["C02C"]),
        ("SUITEB192:!aNULL:ALL", SuiteB.LEVEL_192, ["C02C"]),
    ],
)
def test_suite_b_words_stand_for_the_whole_string(text: str, profile: SuiteB, chosen: list[str]) -> None:
    found = evaluate(text)
    assert found.security.suite_b is profile
    assert [f"{suite.code:04X}" for suite in found.suites] == chosen


def test_default_is_all_but_the_odd_ones() -> None:
    found = names("DEFAULT:@SECLEVEL=0")
    assert "ECDHE-RSA-AES256-GCM-SHA384" in found
    assert not any("CCM" in name or "ARIA" in name or "CAMELLIA" in name or "NULL" in name for name in found)


def test_security_level_1_drops_weak_and_anonymous_suites() -> None:
    everything = {suite.name for suite in negotiable().values() if not suite.tls13}
    assert set(names("ALL:eNULL")) == everything
    for suite in offered(evaluate("ALL:eNULL:@SECLEVEL=1")):
        assert suite.cipher.used >= 80 and not suite.anonymous and suite.digest != "MD5"


def test_security_level_3_wants_forward_secrecy_and_level_4_no_sha1() -> None:
    assert "AES256-SHA" in names("AES:@SECLEVEL=2") and "AES256-SHA" not in names("AES:@SECLEVEL=3")
    assert "DHE-RSA-AES256-SHA" in names("AES", 3) and "DHE-RSA-AES256-SHA" not in names("AES", 4)


@given(
    st.lists(
        st.sampled_from(["HIGH", "!MD5", "+AES", "-aNULL", "@STRENGTH", "kRSA", "x", "!", "@SECLEVEL=3", "+"])
    ),
    st.sampled_from(["", ":", " ", "+"]),
)
def test_the_result_is_always_an_ordered_set_of_known_suites(words: list[str], separator: str) -> None:
    found = evaluate(separator.join(words))
    codes = [suite.code for suite in found.suites]
    assert len(set(codes)) == len(codes) and set(codes) <= set(suites())
    assert bool(codes) is not bool(found.errors)
