"""`-p`, groups and what they make of an offer."""

from __future__ import annotations

import pytest

from pyfinger.tls.cipherlist import evaluate
from pyfinger.tls.client_hello import ClientHello
from pyfinger.tls.config import make_client_config, with_options
from pyfinger.tls.engine import make_hello
from pyfinger.tls.group_list import parse_group_list
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.protocols import parse_protocols
from tests.tls.offers import offer


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


def test_option_bits_without_a_word() -> None:
    """The names of these are unknown words, which change nothing (tls_ssl_options, postconf(5))."""
    for word in ("NO_ENCRYPT_THEN_MAC", "NO_EXTENDED_MASTER_SECRET", "ALLOW_NO_DHE_KEX"):
        assert with_options(offer(1), word, "") == offer(1)
    assert with_options(offer(1), "0x400", "").psk_without_dhe
    assert with_options(offer(1), "0x40000", "").legacy_servers
    assert with_options(offer(1), "0x200000000", "").compression == ()
    assert with_options(offer(1), "0x10000000000000400 0x", "") == offer(1)  # more than 64 bits


def test_only_groups_of_tls13_get_a_key_share() -> None:
    made = offer(0, curves="secp256k1 X25519")
    assert made.groups[:2] == (0x16, 0x1D) and made.key_shares == (0x1D,)
    assert offer(0, curves="*secp256k1 X25519").key_shares == ()


GROUPS, POINT_FORMATS, KEY_SHARE = 10, 11, 51


@pytest.mark.parametrize(
    ("protocols", "ciphers", "curves", "sent"),
    [
        ("<=TLSv1.2", "kRSA", "X25519", set()),
        ("<=TLSv1.2", "DHE-RSA-AES128-SHA", "X25519", set()),
        ("<=TLSv1.2", "ECDHE-RSA-AES128-SHA", "X25519", {GROUPS, POINT_FORMATS}),
        ("<=TLSv1.2", "ECDHE-RSA-AES128-SHA", "?ffdhe2048", set()),
        ("<=TLSv1.2", "ECDHE-RSA-AES128-SHA", "?nosuch", set()),
        (">=TLSv1.2", "kRSA", "X25519", {GROUPS, POINT_FORMATS, KEY_SHARE}),
        (">=TLSv1.2", "ECDHE-RSA-AES128-SHA", "ffdhe2048", {GROUPS, KEY_SHARE}),
        (">=TLSv1.3", "kRSA", "MLKEM512", {GROUPS, KEY_SHARE}),
    ],
)
def test_extensions_about_groups_are_sent_where_they_mean_something(
    protocols: str, ciphers: str, curves: str, sent: set[int]
) -> None:
    parsed = parse_protocols(protocols)
    assert parsed is not None
    made = make_client_config(parsed, evaluate(ciphers, 0), parse_group_list(curves))
    assert set(ClientHello(made, bytes(32)).offered) & {GROUPS, POINT_FORMATS, KEY_SHARE} == sent


@pytest.mark.parametrize(
    ("protocols", "ciphers", "curves", "reason", "alert"),
    [
        ("<=TLSv1.1,>=TLSv1.2", "ALL", "x25519", "no protocols available", 70),
        ("<=TLSv1.1", "AESGCM", "x25519", "no ciphers available", 80),
        (">=TLSv1", "ALL", "secp256k1", "no suitable groups", 80),
        (">=TLSv1", "ALL", "?nosuch", "no suitable groups", 80),
        (">=TLSv1", "ALL", "x25519:*secp256k1", "no suitable key share", 80),
    ],
)
def test_what_is_missing_for_a_hello(
    protocols: str, ciphers: str, curves: str, reason: str, alert: int
) -> None:
    parsed = parse_protocols(protocols)
    assert parsed is not None
    made = make_client_config(parsed, evaluate(ciphers, 0), parse_group_list(curves))
    with pytest.raises(TlsFailure, match=reason) as caught:
        make_hello(made, bytes)
    assert caught.value.alert == alert
