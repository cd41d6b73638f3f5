"""Names of code points."""

from __future__ import annotations

import pytest

from pyfinger.dissect import registries as names
from pyfinger.dissect.registries import key_exchange, suite_names
from pyfinger.tls.groups import GROUPS
from pyfinger.tls.signature_schemes import SCHEMES
from pyfinger.tls.suites import negotiable, suites


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0x0000, "TLS_NULL_WITH_NULL_NULL"),
        (0x000A, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        (0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA"),
        (0x009F, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"),
        (0x00FF, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"),
        (0x1301, "TLS_AES_128_GCM_SHA256"),
        (0x5600, "TLS_FALLBACK_SCSV"),
        (0xC02B, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        (0xC0AF, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"),
        (0xCCAA, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        (0xDADA, "GREASE"),
        (0xFFFF, ""),
    ],
)
def test_suites(code: int, name: str) -> None:
    assert names.suite(code) == name


def test_every_suite_of_ours_has_a_name_of_its_own() -> None:
    ours = [suite_names()[code] for code in suites()]
    assert len(set(ours)) == len(ours)


def test_no_run_of_suites_runs_into_another() -> None:
    assert len(set(suite_names().values())) == len(suite_names()) == 350


@pytest.mark.parametrize("code", sorted(negotiable()))
def test_the_key_exchange_is_in_the_name(code: int) -> None:
    suite, exchange = suites()[code], key_exchange(code)
    if suite.tls13:
        assert exchange == ""
    elif suite.anonymous:
        assert exchange == {"DHE": "DH_anon", "ECDHE": "ECDH_anon"}[suite.key_exchange]
    elif suite.key_exchange == "RSA":
        assert exchange == "RSA"
    else:
        assert exchange == f"{suite.key_exchange}_{suite.authentication}"


def test_what_is_no_suite_has_no_key_exchange() -> None:
    assert key_exchange(0x00FF) == key_exchange(0xFFFF) == ""


def test_everything_we_offer_has_a_name() -> None:
    assert all(names.group(code) == group.name for code, group in GROUPS.items())
    assert all(names.scheme(code) for code in SCHEMES)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0x0804, "rsa_pss_rsae_sha256"),
        (0x0603, "ecdsa_secp521r1_sha512"),
        (0x0301, "rsa_sha224"),
        (0x0402, "dsa_sha256"),
        (0x0403, "ecdsa_secp256r1_sha256"),
        (0x1A1A, "GREASE"),
        (0x0405, ""),
        (0x0901, ""),
    ],
)
def test_signature_schemes(code: int, name: str) -> None:
    assert names.scheme(code) == name


@pytest.mark.parametrize("high", range(16))
def test_grease(high: int) -> None:
    code = (high << 12) | (high << 4) | 0x0A0A
    assert names.is_grease(code)
    assert names.suite(code) == names.group(code) == names.extension(code) == names.version(code) == "GREASE"
    assert not names.is_grease(code + 1)
    assert not names.is_grease(code ^ 0x1000)


@pytest.mark.parametrize(
    ("code", "name"), [(0, "psk_ke"), (1, "psk_dhe_ke"), (0x0B, "GREASE"), (0x2A, "GREASE"), (2, "")]
)
def test_ways_to_use_a_key(code: int, name: str) -> None:
    assert names.psk_mode(code) == name
