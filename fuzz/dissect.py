"""Any bytes, as any message in any context, give a tree that covers them; so they do as records.

Its size is bounded by theirs, so the time is linear.
"""

from __future__ import annotations

from itertools import product

from fuzz._trees import check_tree
from pyfinger.dissect import Dissector, ja3, ja3s, ja4
from pyfinger.dissect.message_trees import DissectionContext, handshake
from pyfinger.report.trace import as_json, as_text
from pyfinger.tls.codepoints import TLS10, TLS12, TLS13

_EXCHANGES = ("", "RSA", "RSA_EXPORT", "DHE_RSA", "DH_anon", "ECDHE_ECDSA", "ECDHE_PSK", "PSK")
CONTEXTS = [
    DissectionContext(sent, version, exchange, kind, kind)
    for sent, version, exchange, kind in product((True, False), (TLS10, TLS12, TLS13), _EXCHANGES, range(3))
]


def _message(kind: int, body: str) -> bytes:
    content = bytes.fromhex(body)
    return bytes([0, kind]) + len(content).to_bytes(3, "big") + content


_RANDOM = "5a" * 32
_NAME = "300d 310b 3009 0603 550403 0c02 6d78"
_KEY = "3013 3009 0607 2a8648ce3d0201 0406 030400 04aabb"
_CERTIFICATE = f"""308193 307c a003 020102 0202 1234 300a 0608 2a8648ce3d040302 {_NAME}
    301e 170d 3230303130313030303030305a 180d 3230303130313030303030305a {_NAME} 3010 300a 0608
    2a8648ce3d030107 0302 0004 a315 3013 3011 0603 551d11 0101ff 0407 3005 8203 6d782e
    300a 0608 2a8648ce3d040302 0303 001122"""

SEEDS: list[bytes] = [
    _message(  # ClientHello
        1,
        f"""0303 {_RANDOM} 00 0006 1301 c02f 0a0a 01 00 0067
        0000 0007 0005 00 0002 6d78 000b 0002 0100 000a 0004 0002 001d 0005 0005 0100000000
        000d 0004 0002 0403 0010 0005 0003 02 6832 002b 0003 02 0304 0033 0008 0006 001d 0002 aabb
        0029 0010 0008 0002 aabb 00000001 0004 03 ccddee 0013 0003 02 0200 ff01 0001 00""",
    ),
    _message(2, f"0303 {_RANDOM} 00 c02f 00 000f 0014 0001 02 0023 0000 ff01 0001 00 "),
    _message(2, f"0303 {_RANDOM} 00 1301 00 000e 002b 0002 0304 0033 0006 001d 0002 aabb"),
    _message(8, "000a 000a 0004 0002 001d 002a 0000"),
    _message(11, f"000099 000096 {_CERTIFICATE}"),
    _message(11, f"00 00009b 000096 {_CERTIFICATE} 0000"),
    _message(11, f"000022 {_KEY}"),
    _message(12, "03 001d 02 aabb 0401 0002 ccdd"),
    _message(12, "0001 17 0001 02 0001 05 0002 ccdd"),
    _message(13, f"01 01 0002 0401 0011 000f {_NAME}"),
    _message(13, "00 0008 000d 0004 0002 0403"),
    _message(4, "00000e10 00000001 01 00 0002 aabb 0008 002a 0004 00000400"),
    _message(15, "0403 0002 aabb"),
    _message(22, "01 000002 aabb"),
    _message(25, "0001 000003 00000b 789c 6360606000000004 0001"),
    bytes.fromhex("01 15 0303 0002 0228 14 0303 0001 01 16 0303 0004 0e000000 17 0303 0002 aabb"),
]


def check(data: bytes) -> None:
    context, content = CONTEXTS[data[0] % len(CONTEXTS)] if data else CONTEXTS[0], data[1:]
    check_tree(handshake(content, context), content)
    for fingerprint in (ja3, ja3s, ja4):
        fingerprint(content)
    _check_connection(content)


def _check_connection(content: bytes) -> None:
    """The same bytes as what one side says, as far as they look like records."""
    dissector, at, read = Dissector(), 0, b""
    while len(content) >= at + 5:
        end = at + 5 + int.from_bytes(content[at + 3 : at + 5], "big")
        wire = content[at:end]
        dissector.bytes_read(wire)
        for one in dissector.record(wire, wire[0], wire[5:], sent=False):
            check_tree(one.tree, one.data)
            read += one.data if one.layer == "record" else b""
        at = end
    dissector.bytes_read(content[at:])
    for one in dissector.rest():
        check_tree(one.tree, one.data)
        as_json(one)
        assert all(len(line) <= 100 for line in as_text(one))
        read += one.data if one.layer == "record" else b""
    assert read == content
    assert not dissector.rest()
