"""JA3, JA3S and JA4 of published examples, built here from their published lists."""

from __future__ import annotations

import pytest

from pyfinger.dissect import Ja4, Md5Print, ja3, ja3s, ja4
from pyfinger.wire import opaque, uint
from tests.dissect.building import client_hello, extension, message, server_hello


def codes(*values: int) -> str:
    return "".join(f"{value:04x}" for value in values)


def vector(content: bytes | str, size: int = 2) -> bytes:
    return opaque(content if isinstance(content, bytes) else bytes.fromhex(content), size)


SNI = extension(0, vector(b"\0" + vector(b"mx.example.test")))
GROUPS = extension(10, vector(codes(23, 24, 25)))
FORMATS = extension(11, vector("00", 1))


@pytest.mark.parametrize(
    ("hello", "full", "digest"),
    [
        (
            client_hello(
                SNI,
                GROUPS,
                FORMATS,
                suites=codes(47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4),
                version=769,
            ),
            "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0",
            "ada70206e40642a3e4461f35503241d5",
        ),
        (
            client_hello(suites=codes(4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99), version=769),
            "769,4-5-10-9-100-98-3-6-19-18-99,,,",
            "de350869b8c85de67a350c8d186f11e6",
        ),
    ],
)
def test_ja3_as_published(hello: bytes, full: str, digest: str) -> None:
    assert ja3(hello) == Md5Print(full, digest)


# The servers of Tor and of two kinds of malware in the article that introduced JA3S.
@pytest.mark.parametrize(
    ("full", "digest"),
    [
        ("771,49199,65281-11-15", "a95ca7eab4d47d051a5cd4fb7b6005dc"),
        ("769,49172,65281-11", "623de93db17d313345d7ea481e7443cf"),
        ("771,60,65281", "80b3a14bccc8598a1f3bbe83e71f735f"),
    ],
)
def test_ja3s_as_published(full: str, digest: str) -> None:
    version, suite, extensions = full.split(",")
    answer = server_hello(
        *(extension(int(code), "") for code in extensions.split("-")), suite=int(suite), version=int(version)
    )
    assert ja3s(answer) == Md5Print(full, digest)


def test_grease_does_not_count() -> None:
    plain = client_hello(SNI, GROUPS, FORMATS, suites=codes(47, 53))
    greased = client_hello(
        extension(0x1A1A, "00"),
        SNI,
        extension(10, vector(codes(0x2A2A, 23, 24, 25))),
        FORMATS,
        extension(0xFAFA, ""),
        suites=codes(0x0A0A, 47, 53),
    )
    assert ja3(greased) == ja3(plain)
    assert ja4(greased) == ja4(plain)


# The example of JA4's specification.
BROWSER = client_hello(
    extension(0x3A3A, ""),
    *(
        extension(code, "")
        for code in (0x001B, 0x0005, 0x0012, 0x0017, 0x0023, 0x002D, 0x0033, 0x4469, 0xFF01, 0x0015)
    ),
    SNI,
    GROUPS,
    FORMATS,
    extension(13, vector(codes(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601))),
    extension(16, vector(vector(b"h2", 1) + vector(b"http/1.1", 1))),
    extension(43, vector(codes(0x6A6A, 0x0304, 0x0303), 1)),
    suites=codes(
        0x1A1A,
        *(0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030),
        *(0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035),
    ),
)


def test_ja4_as_published() -> None:
    assert ja4(BROWSER) == Ja4(
        "t13d1516h2_8daaf6152771_e5627efa2ab1",
        "t13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_"
        "0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01_"
        "0403,0804,0401,0503,0805,0501,0806,0601",
    )


def start(hello: bytes) -> str:
    found = ja4(hello)
    assert found is not None
    return found.digest.partition("_")[0]


@pytest.mark.parametrize(
    ("hello", "expected"),
    [
        (client_hello(), "t12i010000"),
        (client_hello(version=0x0301), "t10i010000"),
        (client_hello(version=0x0300), "ts3i010000"),
        (client_hello(version=0x1234), "t00i010000"),
        (client_hello(extension(43, vector(codes(0x0302), 1))), "t11i010100"),
        (client_hello(extension(43, "00")), "t12i010100"),
        (client_hello(SNI), "t12d010100"),
        (client_hello(suites=codes(*range(1, 121))), "t12i990000"),
        (client_hello(*(extension(code, "") for code in range(100, 220))), "t12i019900"),
        (client_hello(extension(16, vector(vector(b"smtp", 1)))), "t12i0101sp"),
        (client_hello(extension(16, vector(vector(b"x", 1)))), "t12i0101xx"),
        (client_hello(extension(16, vector(vector(b"\xab", 1)))), "t12i0101ab"),
        (client_hello(extension(16, vector(vector(b"0\xab", 1)))), "t12i01013b"),
        (client_hello(extension(16, vector(vector(b"", 1)))), "t12i010100"),
        (client_hello(extension(16, vector(b""))), "t12i010100"),
    ],
)
def test_the_first_part_of_ja4(hello: bytes, expected: str) -> None:
    assert start(hello) == expected


def test_lists_that_are_empty() -> None:
    assert ja4(client_hello(suites="")) == Ja4("t12i000000_000000000000_000000000000", "t12i000000__")
    assert ja4(client_hello(SNI, suites="")) == Ja4("t12d000100_000000000000_000000000000", "t12d000100__")


@pytest.mark.parametrize("fingerprint", [ja3, ja4])
def test_only_client_hellos(fingerprint: object) -> None:
    assert callable(fingerprint)
    assert fingerprint(server_hello()) is fingerprint(b"") is fingerprint(message(14, "")) is None


def test_only_server_hellos() -> None:
    assert ja3s(client_hello()) is ja3s(b"") is None


def test_a_hello_that_breaks_off_counts_as_far_as_it_goes() -> None:
    whole = client_hello(SNI, suites=codes(47, 53))
    assert ja3(whole[: 4 + 2 + 32 + 1 + 2 + 2]) == ja3(
        message(1, uint(0x0303, 2) + bytes(33) + b"\0\2\0\x2f")
    )
    nothing = ja3(b"\1")
    assert nothing is not None
    assert nothing.full == "0,,,,"
    assert ja4(b"\1") == Ja4("t00i000000_000000000000_000000000000", "t00i000000__")
    assert ja3s(b"\2") is not None
