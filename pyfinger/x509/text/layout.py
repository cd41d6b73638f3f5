"""How octets and numbers are laid out: rows in hexadecimal, separated by colons."""

from __future__ import annotations

_KEY_ROW = 15  # octets a row, of a key
_SIGNATURE_ROW = 18
_PLAIN_BITS = 64  # of a number that is printed as such
_DECIMAL_BITS = 128  # of one that is printed in decimal


def rows(data: bytes, size: int, indent: int) -> str:
    """Rows of octets; all but the last one end with a colon."""
    lines = [data[start : start + size].hex(":") for start in range(0, len(data), size)]
    return ":\n".join(" " * indent + line for line in lines) + "\n"


def labeled_octets(label: str, data: bytes, indent: int) -> str:
    """A label and, on lines of their own, octets (ossl_bio_print_labeled_buf())."""
    return f"{' ' * indent}{label}\n" + (rows(data, _KEY_ROW, indent + 4) if data else "\n")


def labeled_number(label: str, value: int, indent: int) -> str:
    """A number, large ones in rows (ossl_bio_print_labeled_bignum())."""
    if value == 0:
        return f"{' ' * indent}{label} 0\n"
    if value.bit_length() <= _PLAIN_BITS:
        return f"{' ' * indent}{label} {value} ({value:#x})\n"
    data = value.to_bytes(value.bit_length() // 8 + 1, "big")  # with a zero if it would look negative
    return f"{' ' * indent}{label}\n{rows(data, _KEY_ROW, indent + 4)}"


def signature_rows(data: bytes, indent: int) -> str:
    """A signature (X509_signature_dump())."""
    return rows(data, _SIGNATURE_ROW, indent) if data else "\n"


def spaced(data: bytes, size: int, indent: int) -> str:
    """Octets in capitals; the rows after the first are indented (BIO_hex_string())."""
    lines = [data[start : start + size].hex(":").upper() for start in range(0, len(data), size)]
    return f":\n{' ' * indent}".join(lines)


def integer(value: int) -> str:
    """An INTEGER in an extension (i2s_ASN1_INTEGER())."""
    if value.bit_length() < _DECIMAL_BITS:
        return str(value)
    digits = f"{abs(value):X}"
    return ("-" if value < 0 else "") + "0x" + "0" * (len(digits) % 2) + digits


def hexadecimal(value: int) -> str:
    """An INTEGER after 0x (i2a_ASN1_INTEGER())."""
    digits = f"{abs(value):X}"
    return ("-" if value < 0 else "") + "0" * (len(digits) % 2) + digits


def latin(data: bytes) -> str:
    """Octets up to a null, as printf() does; whoever shows them looks after what is not printable."""
    return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")
