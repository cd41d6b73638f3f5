"""Names and types are read and written as dnspython does, which is asked where ours do not know."""

from __future__ import annotations

import dns.exception
import dns.name
import dns.rcode
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.dnswire import (
    Labels,
    Rcode,
    labels_of,
    name_text,
    name_wire,
    read_name,
    type_name,
    type_number,
)
from pyfinger.errors import DecodeError

# Much of it is lengths and pointers that lead somewhere.
OCTETS = st.one_of(st.integers(0, 6), st.sampled_from((63, 64, 191, 192, 193, 255)), st.integers(0, 255))
TEXTS = st.text(st.sampled_from("ab-_.@*/9\x7f \xe4"), max_size=12)


def theirs(wire: bytes, start: int) -> tuple[Labels, int] | None:
    try:
        name, size = dns.name.from_wire(wire, start)
    except dns.exception.DNSException:
        return None
    return name.labels[:-1], size


def ours(wire: bytes, start: int) -> tuple[Labels, int] | None:
    try:
        return read_name(wire, start)
    except DecodeError:
        return None


@given(st.lists(OCTETS, max_size=40).map(bytes), st.integers(0, 30))
def test_any_octets_are_the_same_name_or_none(wire: bytes, start: int) -> None:
    if start <= len(wire):
        assert ours(wire, start) == theirs(wire, start)


def test_names_and_chains_of_pointers_have_the_same_longest() -> None:
    for size in (61, 62):
        wire = b"\x3f" + b"a" * 63
        wire = wire * 3 + bytes((size,)) + b"b" * size + b"\0"
        assert ours(wire, 0) == theirs(wire, 0)
        assert (ours(wire, 0) is None) == (size == 62)
    for count in (16, 17):
        chain = b"\0" + b"".join(
            (0xC000 | max(0, 2 * place - 1)).to_bytes(2, "big") for place in range(count)
        )
        assert ours(chain, len(chain) - 2) == theirs(chain, len(chain) - 2)
        assert (ours(chain, len(chain) - 2) is None) == (count == 17)


@given(st.lists(st.binary(min_size=1, max_size=9), max_size=5).map(tuple))
def test_labels_are_spelled_as_in_zone_files_and_come_back(labels: Labels) -> None:
    name = dns.name.Name((*labels, b""))
    assert name_text(labels) == (name.to_text(omit_final_dot=True) if labels else "")
    assert name_wire(labels) == name.to_wire()
    assert read_name(name_wire(labels), 0) == (labels, len(name_wire(labels)))


@given(TEXTS)
def test_a_text_without_escapes_is_the_same_name(text: str) -> None:
    try:
        expected = dns.name.from_text(text.encode("ascii"), dns.name.root).labels[:-1]
    except (dns.exception.DNSException, UnicodeError) as error:
        with pytest.raises(UnicodeError if isinstance(error, UnicodeError) else DecodeError):
            labels_of(text)
    else:
        assert labels_of(text) == expected


@pytest.mark.parametrize("size", [253, 254])
def test_the_longest_text(size: int) -> None:
    text = ("a" * 49 + ".") * 5 + "b" * (size - 250)
    for one in (text, f"{text}."):
        if size == 253:
            assert labels_of(one) == dns.name.from_text(one).labels[:-1]
        else:
            with pytest.raises(DecodeError):
                labels_of(one)
            with pytest.raises(dns.name.NameTooLong):
                dns.name.from_text(one)


def test_types_and_response_codes_have_ianas_numbers() -> None:
    for number in range(300):
        if (name := type_name(number)) is not None:
            assert dns.rdatatype.from_text(name) == number == type_number(name)
    assert type_name(65280) is None
    assert type_number("TYPE65280") is None
    assert all(dns.rcode.Rcode(code).name == code.name for code in Rcode)
