"""Handshake messages as SSL_trace() prints them (ssl_print_handshake()).

A message that does not have its form is printed as far as it has it.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.errors import DecodeError
from pyfinger.report.ssl_trace import code_names as names
from pyfinger.report.ssl_trace.message_state import BodyPrinter, Negotiated, SeenMessage
from pyfinger.report.ssl_trace.traced_certificates import (
    print_certificate_request,
    print_certificates,
    print_compressed_certificates,
)
from pyfinger.report.ssl_trace.traced_extensions import ExtensionPlace, print_extensions
from pyfinger.report.ssl_trace.traced_key_exchange import (
    print_client_key_exchange,
    print_server_key_exchange,
    print_signature,
)
from pyfinger.report.ssl_trace.writing import Sheet, code_list, octets_behind_length
from pyfinger.tls.codepoints import TLS13, HandshakeType
from pyfinger.wire import Reader


def handshake_text(data: bytes, so_far: Negotiated, *, sent: bool) -> str:
    """A whole message with its header; the text ends with a blank line."""
    sheet = Sheet()
    kind = data[0]
    name = names.named(names.HANDSHAKE_TYPES, kind)
    sheet.line(4, f"{name}, Length={int.from_bytes(data[1:4], 'big')}")
    try:
        _BODIES.get(kind, _unsupported)(sheet, 6, Reader(data, 4), SeenMessage(not sent, data, so_far))
    except DecodeError:
        sheet.write("Message length parse error!\n")
    sheet.write("\n")
    return sheet.text


# --- hellos ----------------------------------------------------------------------


def _random(sheet: Sheet, indent: int, reader: Reader) -> None:
    random = reader.take(32, "random")
    sheet.line(indent, "Random:")
    sheet.line(indent + 2, f"gmt_unix_time=0x{random[:4].hex().upper()}")
    sheet.octets(indent + 2, "random_bytes", random[4:])


def _version(sheet: Sheet, indent: int, name: str, reader: Reader) -> int:
    code = reader.u16(name)
    sheet.line(indent, f"{name}={code:#x} ({names.named(names.VERSIONS, code)})")
    return code


def _suite(code: int) -> str:
    return f"{{0x{code >> 8:02X}, 0x{code & 0xFF:02X}}} {names.suite(code)}"


def _client_hello(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    _version(sheet, indent, "client_version", reader)
    _random(sheet, indent, reader)
    octets_behind_length(sheet, indent, "session_id", 1, reader)
    size = reader.u16("suites")
    sheet.line(indent, f"cipher_suites (len={size})")
    suites = reader.take(size, "suites")
    for place in range(0, len(suites), 2):
        sheet.line(indent + 2, _suite(int.from_bytes(suites[place : place + 2], "big")))
    methods = reader.opaque(1, "compression methods")
    sheet.line(indent, f"compression_methods (len={len(methods)})")
    for method in methods:
        sheet.line(indent + 2, f"{names.named(names.COMPRESSIONS, method)} (0x{method:02X})")
    print_extensions(sheet, indent, reader, message.place)


def _server_hello(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    version = _version(sheet, indent, "server_version", reader)
    _random(sheet, indent, reader)
    if version != TLS13:
        octets_behind_length(sheet, indent, "session_id", 1, reader)
    sheet.line(indent, f"cipher_suite {_suite(reader.u16('suite'))}")
    if version != TLS13:
        method = reader.u8("compression method")
        sheet.line(indent, f"compression_method: {names.named(names.COMPRESSIONS, method)} (0x{method:02X})")
    print_extensions(sheet, indent, reader, message.place)


def _encrypted_extensions(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    print_extensions(sheet, indent, reader, message.place)


# --- the rest ----------------------------------------------------------------------------


def _ticket(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    indent += 2
    if not reader:
        sheet.line(indent, "No Ticket")
        return
    sheet.line(indent, f"ticket_lifetime_hint={reader.u32('lifetime')}")
    if message.tls13:
        sheet.line(indent, f"ticket_age_add={reader.u32('age')}")
        octets_behind_length(sheet, indent, "ticket_nonce", 1, reader)
    octets_behind_length(sheet, indent, "ticket", 2, reader)
    if message.tls13:
        place = ExtensionPlace(server=False, message=HandshakeType.NEW_SESSION_TICKET)
        print_extensions(sheet, indent, reader, place)
    reader.finish("ticket")


def _finished(sheet: Sheet, indent: int, reader: Reader, _: SeenMessage) -> None:
    sheet.octets(indent, "verify_data", reader.rest())


def _empty(sheet: Sheet, indent: int, reader: Reader, _: SeenMessage) -> None:
    if reader:
        sheet.octets(indent, "unexpected value", reader.rest())


def _key_update(sheet: Sheet, indent: int, reader: Reader, _: SeenMessage) -> None:
    data = reader.rest()
    if len(data) != 1:
        sheet.octets(indent, "unexpected value", data)
        raise DecodeError("not one octet", 4)
    code_list(sheet, indent, data, 1, names.KEY_UPDATES)


def _unsupported(sheet: Sheet, indent: int, reader: Reader, _: SeenMessage) -> None:
    sheet.line(indent, "Unsupported, hex dump follows:")
    sheet.dump(indent + 2, reader.rest())


_BODIES: Mapping[int, BodyPrinter] = {
    HandshakeType.CLIENT_HELLO: _client_hello,
    HandshakeType.SERVER_HELLO: _server_hello,
    HandshakeType.SERVER_KEY_EXCHANGE: print_server_key_exchange,
    HandshakeType.CLIENT_KEY_EXCHANGE: print_client_key_exchange,
    HandshakeType.CERTIFICATE: print_certificates,
    HandshakeType.COMPRESSED_CERTIFICATE: print_compressed_certificates,
    HandshakeType.CERTIFICATE_VERIFY: print_signature,
    HandshakeType.CERTIFICATE_REQUEST: print_certificate_request,
    HandshakeType.FINISHED: _finished,
    HandshakeType.END_OF_EARLY_DATA: _empty,
    HandshakeType.SERVER_HELLO_DONE: _empty,
    HandshakeType.NEW_SESSION_TICKET: _ticket,
    HandshakeType.ENCRYPTED_EXTENSIONS: _encrypted_extensions,
    HandshakeType.KEY_UPDATE: _key_update,
}
