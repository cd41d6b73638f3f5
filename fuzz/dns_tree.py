"""Any bytes, as a DNS message, give a tree that covers them."""

from __future__ import annotations

from fuzz._trees import check_tree
from pyfinger.dissect.dns import dns_message

_HEAD = "1234 8180 0001 0001 0000 0001"
_QUESTION = "0161 0474657374 00 000f 0001"
_OPT = "00 0029 04d0 00 00 8000 0006 000a 0002 aabb"

SEEDS: list[bytes] = [
    bytes.fromhex(f"{_HEAD} {_QUESTION} c00c {record} {_OPT}")
    for record in (
        "000f 0001 0000003c 0007 000a 026d78 c00c",
        "0034 0001 0000003c 0005 03 01 01 aabb",
        "002e 0001 0000003c 0016 000f 0d 02 0000003c 00000002 00000001 1234 00 aabbcc",
        "0006 0001 0000003c 0018 c00c c00c 00000001 00000002 00000003 00000004 00000005",
        "0032 0001 0000003c 000b 01 01 0005 01 aa 02 bbcc 0001",
        "0010 0001 0000003c 0004 03 616263",
    )
]


def check(data: bytes) -> None:
    check_tree(dns_message(data), data)
