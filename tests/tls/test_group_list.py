"""Lists of key exchange groups: OpenSSL's language, and what Postfix makes of its two parameters.

The tables were asked of OpenSSL 3.5.9 and of posttls-finger 3.10.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pyfinger.events import Event, GroupListRefused, GroupsConfigured, GroupsRefused
from pyfinger.options import Config
from pyfinger.tls.cipherlist import CipherList
from pyfinger.tls.config import make_client_config
from pyfinger.tls.group_list import (
    DEFAULT,
    AutoGroups,
    GroupList,
    GroupListError,
    auto_groups,
    parse_group_list,
)
from pyfinger.tls.groups import GROUPS
from pyfinger.tls.protocols import Protocols
from pyfinger.tls.security import SecurityLevel

OPENSSL = "X25519MLKEM768 x25519 secp256r1 x448 secp384r1 secp521r1 ffdhe2048 ffdhe3072"
POSTFIX = "x25519 x448 secp256r1 secp384r1 secp521r1 ffdhe2048 ffdhe3072"
RECORDED = Path(__file__).resolve().parents[3] / "shared" / "cases" / "group-lists.txt"


def names(codes: tuple[int, ...]) -> str:
    return " ".join(GROUPS[code].name for code in codes)


def shown(chosen: GroupList) -> tuple[str, str]:
    return names(chosen.groups), names(chosen.shares)


@pytest.mark.parametrize(
    ("text", "groups", "shares"),
    [
        ("x25519", "x25519", ""),
        ("P-256:secp384r1:PRIME192V1", "secp256r1 secp384r1 secp192r1", ""),
        (" x25519 / P-256 : P-384 ", "x25519 secp256r1 secp384r1", ""),
        ("x25519:P-256:X25519:secp256r1", "x25519 secp256r1", ""),  # the first of equals counts
        ("x25519:*x25519", "x25519", ""),
        ("*x25519:x25519", "x25519", "x25519"),
        ("?nosuch:x25519", "x25519", ""),
        ("?nosuch", "", ""),
        ("?GC256A:?*P-256", "secp256r1", "secp256r1"),
        ("*?P-256:?*P-384", "secp256r1 secp384r1", "secp256r1 secp384r1"),
        ("*P-256:x25519:-P-256", "x25519", ""),
        ("-P-256:P-256", "secp256r1", ""),
        ("x25519:?-nosuch", "x25519", ""),
        ("?-*x25519", "", ""),
        ("DEFAULT", OPENSSL, "X25519MLKEM768 x25519"),
        ("default:-X25519MLKEM768:-x25519", " ".join(OPENSSL.split()[2:]), ""),
        ("x25519:DEFAULT", "x25519 " + OPENSSL.replace(" x25519", ""), "X25519MLKEM768"),
        ("P-521/Default_Suite_B", "secp521r1 secp256r1 secp384r1", ""),
        ("*DEFAULT_SUITE_B", "secp256r1 secp384r1", "secp256r1"),
        ("*P-256:*P-384:*P-521:*x448", *["secp256r1 secp384r1 secp521r1 x448"] * 2),
        ("?" + "x" * 63, "", ""),
        ("", "", ""),
        ("\v ", "", ""),
        ("K-163:sect571r1", "sect163k1 sect571r1", ""),
    ],
)
def test_lists(text: str, groups: str, shares: str) -> None:
    assert shown(parse_group_list(text)) == (groups, shares)


@pytest.mark.parametrize(
    ("text", "code", "data"),
    [
        ("nosuch", 0, ""),
        ("x25519:nosuch", 0, ""),
        ("dh", 0, ""),
        ("-nosuch", 0, ""),
        (":x25519", 0x0A00019E, ""),
        ("x25519:", 0x0A00019E, ""),
        ("x25519//P-256", 0x0A00019E, ""),
        ("/", 0x0A00019E, ""),
        ("**x25519", 0x0A080106, "Syntax error in '**x25519'"),
        ("x25519:?*?P-256", 0x0A080106, "Syntax error in 'x25519:?*?P-256'"),
        (" *", 0x0A080106, "Syntax error in '*'"),
        ("*DEFAULT", 0x0A080106, "Syntax error in '*DEFAULT'"),
        ("?DEFAULT", 0x0A080106, "Syntax error in '?DEFAULT'"),
        ("x25519:-DEFAULT", 0x0A080106, "Syntax error in 'x25519:-DEFAULT'"),
        ("?" + "x" * 64, 0x0A080106, f"Syntax error in '?{'x' * 64}'"),
        (
            "*P-256:*P-384:DEFAULT:*ffdhe4096",
            0x0A080106,
            "To many keyshares requested in '*P-256:*P-384:DEFAULT:*ffdhe4096' (max = 4)",
        ),
    ],
)
def test_what_is_no_list(text: str, code: int, data: str) -> None:
    with pytest.raises(GroupListError) as caught:
        parse_group_list(text)
    assert (caught.value.code, caught.value.data) == (code, data)


def told(chosen: AutoGroups) -> list[Event]:
    return [event for event in chosen.told if not isinstance(event, GroupsConfigured)]


def test_without_parameters_the_default_of_openssl_goes_out() -> None:
    found = auto_groups("", "")
    assert found.chosen == parse_group_list(DEFAULT) and not found.told


def test_each_word_is_a_list_and_all_of_them_are_joined() -> None:
    found = auto_groups("*X25519MLKEM768 / *X25519:?nosuch, nosuch x25519/P-256", "ffdhe2048")
    assert shown(found.chosen) == ("X25519MLKEM768 x25519 secp256r1 ffdhe2048", "X25519MLKEM768 x25519")
    assert told(found) == []


def test_a_word_that_is_there_twice_counts_once_and_is_told_twice() -> None:
    found = auto_groups("X25519:x25519 nosuch", "")
    assert found.told == (GroupsConfigured(("X25519", "x25519")),)


def test_the_default_of_postfix_3_11_works() -> None:
    (curves,) = ["?*X25519MLKEM768 / ?*X25519:?secp256r1 / ?X448:?secp384r1:?secp521r1"]
    assert shown(auto_groups(curves, "ffdhe2048").chosen) == (
        "X25519MLKEM768 x25519 secp256r1 x448 secp384r1 secp521r1 ffdhe2048",
        "X25519MLKEM768 x25519",
    )


@pytest.mark.parametrize(("curves", "blank"), [("nosuch -DEFAULT /", False), (" :, ", True)])
def test_words_that_are_nothing_give_way_to_the_defaults_of_postfix(curves: str, blank: bool) -> None:
    found = auto_groups(curves, "")
    assert shown(found.chosen) == (POSTFIX, "")
    assert told(found) == [GroupsRefused("configured", blank)]


def test_what_is_good_in_parts_and_not_as_a_whole_gives_way_to_the_default_of_openssl() -> None:
    found = auto_groups("*P-256 *P-384 *P-521 *x448 *x25519", "")
    assert shown(found.chosen) == (OPENSSL, "X25519MLKEM768 x25519")
    (refused,) = told(found)
    assert isinstance(refused, GroupListRefused) and refused.code == 0x0A080106
    (refused,) = told(auto_groups("\v x25519", ""))
    assert isinstance(refused, GroupListRefused) and refused.code == 0x0A00019E


def test_only_unknown_names_with_a_question_mark_are_a_list_that_is_empty() -> None:
    found = auto_groups("?nosuch", "")
    assert found.chosen == GroupList() and not told(found)


def long_name(word: str) -> str:
    word = re.sub("^ff", "ffdhe", word)
    return {"P256": "secp256r1", "P384": "secp384r1", "P521": "secp521r1"}.get(word, word)


@pytest.mark.skipif(not RECORDED.exists(), reason=f"there is no {RECORDED}")
def test_recorded_hellos() -> None:
    for line in RECORDED.read_text().splitlines():
        if line.startswith("#"):
            continue
        given, groups, shares = line.split(" | ")
        curves = given[given.index("[") + 1 : given.index("]")]
        ffdhe = "" if "tls_ffdhe_auto_groups=" in given else Config().tls_ffdhe_auto_groups
        offer = make_client_config(
            Protocols(), CipherList((), SecurityLevel()), auto_groups(curves, ffdhe).chosen
        )
        wanted = [" ".join(map(long_name, words.split())) for words in (groups, shares)]
        assert [names(offer.groups), names(offer.key_shares)] == wanted, line
