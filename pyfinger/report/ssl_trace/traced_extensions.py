"""Extensions as SSL_trace() prints them (ssl_print_extensions()); most are a dump."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from pyfinger.errors import DecodeError
from pyfinger.report.ssl_trace import code_names as names
from pyfinger.report.ssl_trace.writing import Sheet, code_list, group_list, scheme_list
from pyfinger.tls.codepoints import ExtensionType, HandshakeType
from pyfinger.values import Value
from pyfinger.wire import Reader


class ExtensionPlace(Value):
    """Where an extension stands: in a message of the server's, of that type."""

    server: bool
    message: int


_Print: TypeAlias = Callable[[Sheet, int, bytes, ExtensionPlace], None]


def print_extensions(sheet: Sheet, indent: int, reader: Reader, place: ExtensionPlace) -> None:
    """The block of extensions that comes next; none at all is as good as an empty one."""
    sheet.write(" " * indent)
    if not reader:
        sheet.write("No extensions\n")
        return
    size = reader.u16("length of extensions")
    if not size:
        sheet.write("No extensions\n")
        return
    block = Reader(reader.take(size, "extensions"))
    sheet.write(f"extensions, length = {size}\n")
    while block:
        rest = Reader(block.take(4, "extension header"))
        kind, length = rest.u16("type"), rest.u16("length")
        if length > block.remaining:
            sheet.write(f"extensions, extype = {kind}, extlen = {length}\n")
            sheet.dump(indent + 2, kind.to_bytes(2, "big") + length.to_bytes(2, "big") + block.rest())
            raise DecodeError("extension cut short", block.position)
        _print_extension(sheet, indent + 2, kind, block.take(length, "extension"), place)


def _print_extension(sheet: Sheet, indent: int, kind: int, data: bytes, place: ExtensionPlace) -> None:
    sheet.line(indent, f"extension_type={names.named(names.EXTENSIONS, kind)}({kind}), length={len(data)}")
    shown = _PRINTED.get(kind)
    if shown is None:
        sheet.dump(indent + 2, data)
    else:
        shown(sheet, indent + 2, data, place)


def _whole(data: bytes, size: int) -> bytes:
    """What is behind a length of `size` octets, and nothing else."""
    reader = Reader(data)
    found = reader.opaque(size, "list")
    reader.finish("list")
    return found


def _codes(prefix: int, size: int, table: Mapping[int, str]) -> _Print:
    def show(sheet: Sheet, indent: int, data: bytes, _: ExtensionPlace) -> None:
        code_list(sheet, indent, _whole(data, prefix), size, table)

    return show


def _fragment_length(sheet: Sheet, indent: int, data: bytes, _: ExtensionPlace) -> None:
    if not data:
        raise DecodeError("empty", 0)
    code_list(sheet, indent, data, 1, names.FRAGMENT_LENGTHS)


def _groups(sheet: Sheet, indent: int, data: bytes, _: ExtensionPlace) -> None:
    group_list(sheet, indent, _whole(data, 2), names.group)


def _application_protocols(sheet: Sheet, indent: int, data: bytes, _: ExtensionPlace) -> None:
    inside = Reader(_whole(data, 2))
    while inside:
        sheet.line(indent, inside.opaque(1, "protocol").decode("latin-1"))


def _schemes(sheet: Sheet, indent: int, data: bytes, _: ExtensionPlace) -> None:
    scheme_list(sheet, indent, _whole(data, 2), names.scheme)


def _renegotiation(sheet: Sheet, indent: int, data: bytes, place: ExtensionPlace) -> None:
    found = _whole(data, 1)
    if not found:
        sheet.line(indent + 2, "<EMPTY>")
        return
    if place.server and len(found) % 2:
        raise DecodeError("two halves of unequal size", 0)
    half = len(found) // 2 if place.server else len(found)
    sheet.octets(indent + 2, "client_verify_data", found[:half])
    if place.server:
        sheet.octets(indent + 2, "server_verify_data", found[half:])


def _session_ticket(sheet: Sheet, indent: int, data: bytes, _: ExtensionPlace) -> None:
    if data:
        sheet.octets(indent + 2, "ticket", data)


def _key_share(sheet: Sheet, indent: int, data: bytes, place: ExtensionPlace) -> None:
    """One share, several, or of HelloRetryRequest a group alone."""
    shares = Reader(data if place.server else _whole(data, 2))
    if place.server and len(data) == 2:
        _share_group(sheet, indent, shares)
        return
    if len(data) < 2:
        raise DecodeError("no share", 0)
    while shares:
        if shares.remaining < 4:
            raise DecodeError("share cut short", shares.position)
        head = Reader(shares.take(4, "share"))
        group = Reader(head.take(2, "group"))
        key = shares.take(head.u16("length"), "key")
        _share_group(sheet, indent, group)
        sheet.octets(indent + 2, "key_exchange: ", key)


def _share_group(sheet: Sheet, indent: int, reader: Reader) -> None:
    code = reader.u16("group")
    sheet.line(indent + 2, f"NamedGroup: {names.group(code)} ({code})")


def _versions(sheet: Sheet, indent: int, data: bytes, place: ExtensionPlace) -> None:
    if not place.server:
        code_list(sheet, indent, _whole(data, 1), 2, names.VERSIONS)
    elif len(data) == 2:
        code_list(sheet, indent + 2, data, 2, names.VERSIONS)
    else:
        raise DecodeError("not one version", 0)


def _early_data(sheet: Sheet, indent: int, data: bytes, place: ExtensionPlace) -> None:
    if place.message != HandshakeType.NEW_SESSION_TICKET:
        return
    if len(data) != 4:
        raise DecodeError("no number", 0)
    sheet.line(indent, f"max_early_data={int.from_bytes(data, 'big')}")


def _certificate_types(sheet: Sheet, indent: int, data: bytes, place: ExtensionPlace) -> None:
    if place.server and len(data) != 1:
        raise DecodeError("not one type", 0)
    code_list(sheet, indent, data if place.server else _whole(data, 1), 1, names.CERTIFICATE_TYPES)


_PRINTED: Mapping[int, _Print] = {
    ExtensionType.COMPRESS_CERTIFICATE: _codes(1, 2, names.CERTIFICATE_COMPRESSIONS),
    ExtensionType.MAX_FRAGMENT_LENGTH: _fragment_length,
    ExtensionType.EC_POINT_FORMATS: _codes(1, 1, names.POINT_FORMATS),
    ExtensionType.SUPPORTED_GROUPS: _groups,
    ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION: _application_protocols,
    ExtensionType.SIGNATURE_ALGORITHMS: _schemes,
    ExtensionType.RENEGOTIATION_INFO: _renegotiation,
    ExtensionType.SESSION_TICKET: _session_ticket,
    ExtensionType.KEY_SHARE: _key_share,
    ExtensionType.SUPPORTED_VERSIONS: _versions,
    ExtensionType.PSK_KEY_EXCHANGE_MODES: _codes(1, 1, names.PSK_MODES),
    ExtensionType.EARLY_DATA: _early_data,
    ExtensionType.SERVER_CERTIFICATE_TYPE: _certificate_types,
    ExtensionType.CLIENT_CERTIFICATE_TYPE: _certificate_types,
}
