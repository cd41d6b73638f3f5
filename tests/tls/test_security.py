"""What `@SECLEVEL` and Suite B leave of an offer (SSL_CTX_set_security_level(3))."""

from __future__ import annotations

import pytest

from pyfinger.options import Config
from pyfinger.tls.cipherlist import evaluate
from pyfinger.tls.codepoints import TLS10, TLS11, TLS12, TLS13
from pyfinger.tls.config import ClientConfig, make_client_config
from pyfinger.tls.group_list import auto_groups
from pyfinger.tls.groups import GROUPS
from pyfinger.tls.protocols import parse_protocols
from pyfinger.tls.security import SecurityLevel
from pyfinger.tls.signature_schemes import SCHEMES


def offered(ciphers: str, protocols: str = ">=TLSv1") -> ClientConfig:
    parsed, config = parse_protocols(protocols), Config()
    assert parsed is not None
    groups = auto_groups(config.tls_eecdh_auto_curves, config.tls_ffdhe_auto_groups)
    return make_client_config(parsed, evaluate(ciphers), groups.chosen)


@pytest.mark.parametrize("level", range(6))
def test_versions_and_how_renegotiation_is_told_depend_on_level_0(level: int) -> None:
    made = offered(f"DEFAULT:@SECLEVEL={level}")
    assert made.versions == ((TLS13, TLS12) if level else (TLS13, TLS12, TLS11, TLS10))
    assert (made.renegotiation_scsv, made.renegotiation_extension) == (level == 0, level > 0)


@pytest.mark.parametrize("level", range(6))
def test_nothing_weaker_than_the_level_is_offered(level: int) -> None:
    made, bits = offered(f"ALL:@SECLEVEL={level}"), (0, 80, 112, 128, 192, 256)[level]
    assert all(GROUPS[code].bits >= bits for code in made.groups)
    digests = {SCHEMES[code].algorithm.digest for code in made.schemes}
    least = {1: "sha1", 3: "sha224", 4: "sha256", 5: "sha384"}
    for above, digest in least.items():
        assert (digest in digests) is (level < above)
    assert ((0x0807 in made.schemes), (0x0808 in made.schemes)) == (level < 4, level < 5)


@pytest.mark.parametrize("level", range(6))
def test_tickets_are_asked_for_below_level_3(level: int) -> None:
    assert offered(f"DEFAULT:@SECLEVEL={level}").tickets is (level < 3)


def test_tls13_has_levels_too() -> None:
    assert 0x1301 in offered("DEFAULT:@SECLEVEL=3").suites
    assert 0x1301 not in offered("DEFAULT:@SECLEVEL=4").suites


def test_eight_octet_tags_are_for_level_0() -> None:
    assert 0xC0AF in offered("AESCCM8:@SECLEVEL=0").suites
    assert 0xC0AF not in offered("AESCCM8:@SECLEVEL=1").suites


@pytest.mark.parametrize(
    ("word", "groups", "schemes"),
    [
        ("SUITEB128", (0x17, 0x18), (0x0403, 0x0503)),
        ("SUITEB128ONLY", (0x17,), (0x0403,)),
        ("SUITEB192", (0x18,), (0x0503,)),
    ],
)
def test_suite_b_leaves_its_groups_schemes_and_versions(
    word: str, groups: tuple[int, ...], schemes: tuple[int, ...]
) -> None:
    made = offered(word)
    assert (made.groups, made.schemes, made.versions) == (groups, schemes, (TLS13, TLS12))
    assert offered(word, "<=TLSv1.1").versions == ()


@pytest.mark.parametrize(
    ("level", "weakest"), [(0, 1024), (1, 1024), (2, 2048), (3, 3072), (4, 7680), (5, 15360)]
)
def test_the_least_finite_field_of_each_level(level: int, weakest: int) -> None:
    assert SecurityLevel(level).allows_dh(weakest)
    assert not SecurityLevel(level).allows_dh(weakest - 1)
