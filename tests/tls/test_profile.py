"""`-p`, groups and what they make of an offer."""

from __future__ import annotations

import pytest

from pyfinger.tls.cipherlist import CipherList
from pyfinger.tls.names import TLS10, TLS11, TLS12, TLS13
from pyfinger.tls.profile import make_offer, parse_groups, parse_protocols, with_options
from pyfinger.tls.security import Security
from tests.tls.offers import offer


@pytest.mark.parametrize(
    ("text", "level", "versions"),
    [
        (">=TLSv1", 0, [TLS13, TLS12, TLS11, TLS10]),
        (">=TLSv1", 1, [TLS13, TLS12]),
        ("", 0, [TLS13, TLS12, TLS11, TLS10]),
        ("TLSv1.2", 0, [TLS12]),
        ("tlsv1.2 TLSV1.1", 0, [TLS12, TLS11]),
        ("!SSLv2, !SSLv3", 1, [TLS13, TLS12]),
        ("!TLSv1.3", 1, [TLS12]),
        ("!TLSv1.2", 0, [TLS11, TLS10]),  # a gap: the lowest range
        (">=TLSv1.1:<=TLSv1.2", 0, [TLS12, TLS11]),
        (">=0303 <=0x0303", 0, [TLS12]),
        (">=none <=0", 0, [TLS13, TLS12, TLS11, TLS10]),
        ("<=TLSv1.2 <=TLSv1.3", 1, [TLS13, TLS12]),  # the last one wins
        ("<=TLSv1.1", 1, []),
        (">=TLSv1.3,<=TLSv1.2", 0, []),
        ("0304", 1, [TLS13]),
    ],
)
def test_versions(text: str, level: int, versions: list[int]) -> None:
    parsed = parse_protocols(text)
    assert parsed is not None
    assert list(parsed.enabled(Security(level))) == versions


@pytest.mark.parametrize("text", ["SSLv4", ">=TLSv1.4", "!", "TLSv1.2!", "12345", ">=", "0x", "None"])
def test_unknown_protocols(text: str) -> None:
    assert parse_protocols(text) is None


def test_no_version_no_offer() -> None:
    parsed = parse_protocols("<=TLSv1.1")
    assert parsed is not None
    assert make_offer(parsed, CipherList((), Security(1)), ()) is None


def test_groups_keep_order_and_drop_what_is_unknown_or_repeated() -> None:
    names = [group.name for group in parse_groups("X25519,P-256 nosuch:prime256v1", "ffdhe2048 x25519")]
    assert names == ["x25519", "secp256r1", "ffdhe2048"]


def test_groups_only_for_the_versions_on_offer() -> None:
    old = offer(0, protocols="TLSv1.2", curves="brainpoolP256r1 brainpoolP256r1tls13 X25519MLKEM768 X25519")
    assert old.groups == (0x1A, 0x1D)
    new = offer(0, protocols=">=TLSv1.3", curves="brainpoolP256r1 brainpoolP256r1tls13 X25519MLKEM768 X25519")
    assert new.groups == (0x1F, 0x11EC, 0x1D, 0x100, 0x101)


def test_the_renegotiation_signal_depends_on_the_floor() -> None:
    assert offer(0).renegotiation_scsv and not offer(0).renegotiation_extension
    assert offer(1).renegotiation_extension and not offer(1).renegotiation_scsv
    newest = offer(0, protocols=">=TLSv1.3")
    assert not newest.renegotiation_extension and not newest.renegotiation_scsv


def test_ssl_options_by_word_and_by_number() -> None:
    plain = with_options(offer(1), "", "")
    assert plain == offer(1)
    changed = with_options(offer(1), "no_ticket, LEGACY_SERVER_CONNECT", "TLSEXT_PADDING")
    assert not changed.tickets and changed.legacy_servers and not changed.padding
    assert with_options(offer(1), "0x4004", "0x10") == changed
    bits = with_options(offer(1), "0x80001 NO_RENEGOTIATION", "")
    assert not bits.encrypt_then_mac and not bits.extended_master_secret and bits.tickets


def test_only_groups_of_tls13_get_a_key_share() -> None:
    assert offer(0, curves="secp256k1 X25519").groups[:2] == (0x16, 0x1D)
    assert offer(0, curves="secp256k1 X25519").shared_groups[0] == 0x1D
