"""What the reference and a candidate send as ClientHello.

    hello [--cmd CMD] [--like 3.11] [--raw] [--host HOST] [-- OPTION...]      one, decoded by tshark
    hellos [--like 3.11] CMD                                    all variants of both, compared

They talk to a server that keeps what it gets.  The lab must be up; needs root.
"""

from __future__ import annotations

import argparse
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence

from tests.lab.comparing import candidate
from tests.lab.inside import Surroundings, require_lab, require_tree, run_in_lab
from tests.lab.places import FIRST, PKI, TREES
from tests.lab.scripted.misbehaving import KEPT_HELLO

_REFERENCE = "posttls-finger"
_HOST = "[bad44.example.test]"
_CLIENT = ("-k", f"{PKI}/client.pem", "-K", f"{PKI}/client.key")


def _groups(curves: str, finite_fields: str | None = None) -> tuple[str, ...]:
    fields = () if finite_fields is None else ("-o", f"tls_ffdhe_auto_groups={finite_fields}")
    return "-o", f"tls_eecdh_auto_curves={curves}", *fields


# Every kind of option that changes the hello.
VARIANTS: dict[str, Sequence[str]] = {
    "secure": ("-l", "secure"),
    "may": ("-l", "may"),
    "encrypt-sni": ("-l", "encrypt", "-s", "mx.example.test"),
    "fingerprint": ("-l", "fingerprint"),
    "rpk-encrypt": ("-x", "-l", "encrypt"),
    "rpk-fingerprint": ("-x", "-l", "fingerprint"),
    "tls12": ("-l", "may", "-p", "TLSv1.2"),
    "to-tls12": ("-l", "may", "-p", "<=TLSv1.2"),
    "tls13": ("-l", "may", "-p", "TLSv1.3"),
    "from-tls13": ("-l", "may", "-p", ">=TLSv1.3"),
    "tls10": ("-l", "may", "-p", "TLSv1"),
    "high": ("-l", "may", "-g", "high"),
    "no-ticket": ("-l", "may", "-o", "tls_ssl_options=NO_TICKET"),
    "client-cert": ("-l", "encrypt", *_CLIENT),
    "client-rpk": ("-x", "-l", "encrypt", *_CLIENT),
    "curves": ("-l", "may", "-o", "tls_eecdh_auto_curves=prime256v1 X25519"),
    "groups-of-openssl": ("-l", "may", *_groups("", "")),
    "groups-of-postfix-3.11": ("-l", "may", *_groups("?*X25519MLKEM768 / ?*X25519:?P-256", "ffdhe2048")),
    "several-shares": ("-l", "may", *_groups("*MLKEM768:*P-256 *X448", "-ffdhe2048")),
    "deprecated-curves": ("-l", "may", "-p", "<=TLSv1.2", *_groups("K-163 secp160k1 P-192 P-256")),
    "only-ffdhe": ("-l", "may", *_groups("")),
    "no-curves": ("-l", "may", "-p", "<=TLSv1.2", "-o", "tls_medium_cipherlist=kRSA:kDHE"),
    "curves-to-tls12-without": ("-l", "may", "-p", "<=TLSv1.2", *_groups("?nosuch", "")),
    "psk-without-dhe": ("-l", "may", "-o", "tls_ssl_options=0x400"),
    "words-without-bits": ("-l", "may", "-o", "tls_ssl_options=NO_ENCRYPT_THEN_MAC"),
    "many-bits": ("-l", "may", "-o", "tls_ssl_options=0x3ffffffff"),
    "more-bits": ("-l", "may", "-o", "tls_ssl_options=0x1000000000"),
    "suite-b": ("-l", "may", "-o", "tls_medium_cipherlist=SUITEB128"),
}
_INTERESTING = (
    *("Record Layer", "Version:", "Cipher Suites (", "Cipher Suite:", "Extension:", "Supported Group:"),
    *("Signature Algorithm:", "Key Share Entry", "Server Name:", "Session ID Length", "EC point format:"),
    *("Session Ticket", "PSK Key", "Algorithm:", "Certificate Type", "Compression Method", "Padding"),
    "Data: ",
)
_KEY_SHARE = 51


def main_hello(argv: Sequence[str] | None = None) -> int:
    """Show one hello."""
    parser = argparse.ArgumentParser(
        prog="hello", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cmd", help="a candidate's command line (default: the reference)")
    parser.add_argument("--like", choices=tuple(TREES), default=FIRST, help="which reference")
    parser.add_argument("--raw", action="store_true", help="the whole of tshark's tree")
    parser.add_argument("--host", default=_HOST, help="another of the names leading to that server")
    parser.add_argument("option", nargs="*")
    options = parser.parse_args(argv)
    require_lab("hello")
    data = hello(options.cmd, [*options.option, options.host], options.like)
    if not data:
        sys.exit("hello: none came")
    for line in _decoded(data):
        if options.raw or any(word in line for word in _INTERESTING):
            print(line)
    return 0


def main_hellos(argv: Sequence[str] | None = None) -> int:
    """Compare all variants; status 0 if they are the same octets."""
    parser = argparse.ArgumentParser(
        prog="hellos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cmd", nargs="?", default="pyfinger", help="the candidate's command line")
    parser.add_argument("--like", choices=tuple(TREES), default=FIRST, help="which reference")
    options = parser.parse_args(argv)
    require_lab("hellos")
    require_tree("hellos", options.like)
    differing = [
        name for name, words in VARIANTS.items() if not _alike(options.cmd, [*words, _HOST], options.like)
    ]
    names = f": not {' '.join(differing)}" if differing else ""
    print(f"hellos {len(VARIANTS) - len(differing)}/{len(VARIANTS)} identical{names}")
    return 1 if differing else 0


def _alike(command: str, argv: Sequence[str], like: str) -> bool:
    wanted = masked(hello(None, argv, like))
    return bool(wanted) and wanted == masked(hello(command, argv, like))


def hello(command: str | None, argv: Sequence[str], like: str = FIRST) -> bytes:
    """The first flight of a candidate, or of a reference (None); empty if there was none."""
    KEPT_HELLO.unlink(missing_ok=True)
    chroot = command in (None, _REFERENCE)
    words = candidate(command or _REFERENCE, chroot)
    if like != FIRST and not chroot:
        words.append(f"--like={like}")
    run_in_lab([*words, "-c", *argv], Surroundings(chroot=chroot, like=like))
    return KEPT_HELLO.read_bytes() if KEPT_HELLO.exists() else b""


def masked(data: bytes) -> bytes:
    """A record with a ClientHello (RFC 8446 section 4.1.2), its random parts as zeros.

    These are the random, the session id and the keys of the key shares.
    """
    if len(data) < 44:
        return data
    out = bytearray(data)
    at = 43  # 5 record header, 4 message header, 2 version, 32 random
    out[11:at] = bytes(32)
    size = out[at]
    out[at + 1 : at + 1 + size] = bytes(size)
    at += 1 + size
    at += 2 + _u16(out, at)  # cipher suites
    at += 1 + out[at]  # compression methods
    end = at + 2 + _u16(out, at)
    at += 2
    while at + 4 <= end:
        size = _u16(out, at + 2)
        if _u16(out, at) == _KEY_SHARE:
            _mask_shares(out, at + 6, at + 4 + size)
        at += 4 + size
    return bytes(out)


def _mask_shares(out: bytearray, at: int, end: int) -> None:
    while at + 4 <= end:
        size = _u16(out, at + 2)
        out[at + 4 : at + 4 + size] = bytes(size)
        at += 4 + size


def _u16(data: bytearray, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


def _decoded(data: bytes) -> Iterator[str]:
    """The lines of tshark about TLS."""
    with tempfile.NamedTemporaryFile(suffix=".pcap") as capture:
        capture.write(_pcap(data))
        capture.flush()
        command = ["tshark", "-r", capture.name, "-O", "tls", "-V"]
        tree = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = iter(tree.split("\n"))
    for line in lines:
        if line.startswith("Transport Layer Security"):
            yield line
            yield from lines


def _pcap(payload: bytes) -> bytes:
    """A capture of one TCP segment to port 443 with that payload."""
    tcp = struct.pack("!HHIIBBHHH", 40000, 443, 1, 1, 0x50, 0x18, 65535, 0, 0) + payload
    addresses = b"\x7f\0\0\x01", b"\x7f\0\0\x02"
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, *addresses) + tcp
    head = struct.pack("!IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    return head + struct.pack("!IIII", 0, 0, len(ip), len(ip)) + ip
