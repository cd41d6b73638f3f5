import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.report.sanitise import cut, legible, octets, printable

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def by_the_rules(data: bytes) -> bytes:
    """One well-formed character stays, or one byte becomes `?`, from left to right."""
    out = b""
    while data:
        for size in (1, 2, 3, 4):
            try:
                char = data[:size].decode("utf-8")
            except UnicodeDecodeError:
                continue
            break
        else:
            char = ""
        if len(char) == 1 and char not in TURNING and (char >= "\xa0" or "\x20" <= char <= "\x7e"):
            out += char.encode()
            data = data[len(char.encode()) :]
        else:
            out += b"?"
            data = data[1:]
    return out


def test_controls_become_question_marks() -> None:
    assert printable("a\tb\r\nc\x7f\0d", utf8=False) == b"a?b??c??d"


def test_utf8_stays_when_it_may() -> None:
    assert printable("bücher 本", utf8=True) == "bücher 本".encode()


def test_without_utf8_each_byte_becomes_a_question_mark() -> None:
    assert printable("bücher", utf8=False) == b"b??cher"


def test_controls_beyond_ascii_are_controls() -> None:
    """U+009B does on terminals what an escape character and a bracket do."""
    assert printable("a\x9b31mb\x80\x9fc\xa0d", utf8=True) == "a??31mb????c\xa0d".encode()


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_nothing_turns_a_line_around(code: int) -> None:
    assert printable(f"a{chr(code)}b", utf8=True) == b"a???b"
    assert legible(f"a{chr(code)}b") == "a?b"


@pytest.mark.parametrize(
    "code", [0x2000, 0x2029, 0x202F, 0x203F, 0x2040, 0x2065, 0x206A, 0x20AC, 0x3042, 0x1000]
)
def test_their_neighbours_stay(code: int) -> None:
    assert printable(chr(code), utf8=True) == chr(code).encode()


def test_what_is_typed_is_censored_character_by_character() -> None:
    assert legible("gr\u00fc\u00df\x1b\n\udcff\x9b") == "gr\u00fc\u00df????"


def test_malformed_sequences_lose_their_first_byte() -> None:
    text = b"\xc3(\xe2\x82\xf0\x9f\x98\x80\xed\xa0\x80\xc0\xaf".decode("utf-8", "surrogateescape")
    assert printable(text, utf8=True) == "?(??😀?????".encode()


def test_lone_surrogates_do_no_harm() -> None:
    assert printable("a\ud800b", utf8=True) == b"a???b"


@given(st.binary())
def test_every_byte_string(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    assert octets(text) == data
    assert printable(text, utf8=True) == by_the_rules(data)
    assert len(printable(text, utf8=False)) == len(data)


@given(st.text(), st.booleans())
def test_the_result_is_one_line(text: str, utf8: bool) -> None:
    line = printable(text, utf8=utf8)
    assert all(byte >= 0x20 and byte != 0x7F for byte in line)
    assert not any("\x80" <= char < "\xa0" for char in line.decode())
    assert printable(line.decode("utf-8", "surrogateescape"), utf8=utf8) == line


@given(st.text(), st.integers(0, 20))
def test_cut_counts_bytes(text: str, limit: int) -> None:
    assert octets(cut(text, limit)) == octets(text)[:limit]
