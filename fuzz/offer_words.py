"""Any text for -p, a cipher list or a group list gives an offer or a plain no."""

from __future__ import annotations

from pyfinger.tls import cipherlist
from pyfinger.tls.config import make_client_config
from pyfinger.tls.group_list import auto_groups
from pyfinger.tls.protocols import parse_protocols, set_bounds

SEEDS: list[bytes] = [
    b">=TLSv1\0HIGH:!aNULL:@STRENGTH\0X25519 P-256",
    b"!TLSv1.3, !SSLv3\0DEFAULT:@SECLEVEL=0\0ffdhe2048",
    b"<=0303:TLSv1.2\0kECDHE+AESGCM:-ALL:+AES\0",
    b">=0x100,<=feff\0ALL\0?*X25519MLKEM768 / *DEFAULT_SUITE_B:-P-256,default",
]


def check(data: bytes) -> None:
    words = ([*data.decode("utf-8", "replace").split("\x00"), "", ""])[:3]
    protocols = parse_protocols(words[0])
    groups = auto_groups(words[2], "").chosen
    assert not set(groups.shares) - set(groups.groups)
    if protocols is None:
        return
    for level in (0, 1):
        offer = make_client_config(
            set_bounds(protocols).protocols, cipherlist.evaluate(words[1], level), groups
        )
        assert list(offer.versions) == sorted(set(offer.versions), reverse=True)
        assert len(set(offer.suites)) == len(offer.suites)
        assert len(set(offer.groups)) == len(offer.groups)
        assert len(offer.key_shares) <= 4
