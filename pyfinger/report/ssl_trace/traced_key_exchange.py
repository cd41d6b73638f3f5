"""Key exchange before TLS 1.3 and signatures, as SSL_trace() prints them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from pyfinger.dissect import registries
from pyfinger.errors import DecodeError
from pyfinger.report.ssl_trace import code_names as names
from pyfinger.report.ssl_trace.message_state import SeenMessage
from pyfinger.report.ssl_trace.writing import Sheet, octets_behind_length
from pyfinger.tls.codepoints import TLS12, ECCurveType
from pyfinger.wire import Reader

_EXCHANGES = {  # how t1_trce.c calls them, by their names in suites
    "RSA": "rsa",
    "RSA_PSK": "RSAPSK",
    "PSK": "PSK",
    "DHE_PSK": "DHEPSK",
    "PSK_DHE": "DHEPSK",
    "ECDHE_PSK": "ECDHEPSK",
}
_EXPLICIT: Mapping[int, str] = {
    ECCurveType.EXPLICIT_PRIME: "explicit_prime",
    ECCurveType.EXPLICIT_CHAR2: "explicit_char2",
}
_FAMILIES = {"ECDH": "ECDHE", "DH": "DHE"}


def _exchange(sheet: Sheet, indent: int, message: SeenMessage) -> str:
    name = registries.key_exchange(message.so_far.suite)
    found = _EXCHANGES.get(name)
    if found is None:
        found = next((shown for start, shown in _FAMILIES.items() if name.startswith(start)), names.UNKNOWN)
    sheet.line(indent, f"KeyExchangeAlgorithm={found}")
    return found


def print_server_key_exchange(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    """A ServerKeyExchange."""
    exchange = _exchange(sheet, indent, message)
    if exchange.endswith("PSK"):
        octets_behind_length(sheet, indent + 2, "psk_identity_hint", 2, reader)
    if exchange == "rsa":
        for name in ("rsa_modulus", "rsa_exponent"):
            octets_behind_length(sheet, indent + 2, name, 2, reader)
    elif exchange.startswith("DHE"):
        for name in ("dh_p", "dh_g", "dh_Ys"):
            octets_behind_length(sheet, indent + 2, name, 2, reader)
    elif exchange.startswith("ECDHE"):
        _curve(sheet, indent + 2, reader)
    if not exchange.endswith("PSK"):
        with suppress(DecodeError):  # of an anonymous server there is none
            print_signature(sheet, indent, reader, message)
    reader.finish("key exchange")


def _curve(sheet: Sheet, indent: int, reader: Reader) -> None:
    start, kind = reader.position, reader.u8("curve type")
    if kind in _EXPLICIT:
        sheet.line(indent, _EXPLICIT[kind])
        reader.rewind(start)  # OpenSSL reads on where the curve is
    elif kind == ECCurveType.NAMED_CURVE:
        sheet.write(" " * indent)
        code = reader.u16("curve")
        sheet.write(f"named_curve: {names.group(code)} ({code})\n")
        octets_behind_length(sheet, indent, "point", 1, reader)
    else:
        sheet.line(indent, f"UNKNOWN CURVE PARAMETER TYPE {kind}")
        raise DecodeError("unknown type of curve", reader.position)


def print_client_key_exchange(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    """A ClientKeyExchange."""
    exchange = _exchange(sheet, indent, message)
    if exchange.endswith("PSK"):
        octets_behind_length(sheet, indent + 2, "psk_identity", 2, reader)
    if exchange in ("rsa", "RSAPSK"):
        octets_behind_length(sheet, indent + 2, "EncryptedPreMasterSecret", 2, reader)
    elif exchange.startswith("DHE"):
        octets_behind_length(sheet, indent + 2, "dh_Yc", 2, reader)
    elif exchange.startswith("ECDHE"):
        octets_behind_length(sheet, indent + 2, "ecdh_Yc", 1, reader)
    reader.finish("key exchange")


def print_signature(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    """A signature, and from TLS 1.2 on its scheme."""
    if reader.remaining < 2:
        raise DecodeError("signature missing", reader.position)
    if message.so_far.version >= TLS12:
        code = reader.u16("scheme")
        sheet.line(indent, f"Signature Algorithm: {names.scheme(code)} ({code:#06x})")
    octets_behind_length(sheet, indent, "Signature", 2, reader)
