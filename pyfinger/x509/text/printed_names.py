"""Names: distinguished ones on one line (XN_FLAG_ONELINE), and general names in the two ways OpenSSL has."""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.x509 import der, general_names
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.attribute_types import SHORT_NAMES
from pyfinger.x509.distinguished_names import STRING_TYPES, Attribute, Name, oneline, parse_name, to_utf8
from pyfinger.x509.general_names import GeneralName
from pyfinger.x509.text.layout import latin
from pyfinger.x509.text.object_names import object_name

_QUOTED = frozenset(",+<>;")  # what makes quotation marks necessary
_OTHER_NAMES = {  # otherNames that are known, with the type of their values
    "1.3.6.1.5.5.7.8.9": ("SmtpUTF8Mailbox", der.UTF8_STRING),
    "1.3.6.1.5.5.7.8.5": ("XmppAddr", der.UTF8_STRING),
    "1.3.6.1.5.5.7.8.7": ("SRVName", der.IA5_STRING),
    "1.3.6.1.4.1.311.20.2.3": ("UPN", der.UTF8_STRING),
    "1.3.6.1.5.5.7.8.8": ("NAIRealm", der.UTF8_STRING),
}
UNSUPPORTED = "<unsupported>"


class Unprintable(Exception):
    """OpenSSL would give up here."""


def name_text(encoded: bytes) -> str | None:
    """A distinguished name by itself; None if it cannot be read."""
    try:
        return distinguished_name(parse_name(encoded))
    except DecodeError:
        return None


def distinguished_name(name: Name) -> str:
    """`C = XX, O = Lab + OU = Issuing`; it ends where a value cannot be printed."""
    text, previous = "", -1
    for attribute in name.attributes:
        if previous >= 0:
            text += " + " if attribute.rdn == previous else ", "
        previous = attribute.rdn
        text += f"{SHORT_NAMES.get(attribute.oid, attribute.oid)} = "
        value = _value(attribute)
        if value is None:
            break
        text += value
    return text


def _value(attribute: Attribute) -> str | None:
    """A value under RFC 2253, with quotation marks where they help."""
    if attribute.tag not in STRING_TYPES:
        bits = b"\0" if attribute.tag == der.BIT_STRING else b""
        return "#" + encoding.element(attribute.tag, bits + attribute.value).hex().upper()
    octets = to_utf8(attribute.tag, attribute.value)
    if octets is None:
        return None
    quoted = _needs_quotes(octets)
    text = "".join(_escaped(octet) for octet in octets)
    return f'"{text}"' if quoted else text


def _needs_quotes(octets: bytes) -> bool:
    """Special letters anywhere, `#` or a blank first, a blank last."""
    return bool(octets) and (
        any(chr(octet) in _QUOTED for octet in octets) or octets[:1] in (b"#", b" ") or octets[-1:] == b" "
    )


def _escaped(octet: int) -> str:
    if octet < 0x20 or octet >= 0x7F:
        return f"\\{octet:02X}"
    if octet in b'\\"':
        return f"\\{chr(octet)}"
    return chr(octet)


# --- general names ---------------------------------------------------------------


def general_name(name: GeneralName) -> tuple[str, str]:
    """A kind and a value (i2v_GENERAL_NAME()); `Unprintable` with a null in it."""
    match name.kind:
        case general_names.OTHER_NAME:
            return _other_name(name)
        case general_names.X400:
            return "X400Name", UNSUPPORTED
        case general_names.EDI_PARTY:
            return "EdiPartyName", UNSUPPORTED
        case general_names.DIRECTORY if name.name is not None:
            return "DirName", latin(oneline(name.name))
        case general_names.ADDRESS:
            return "IP Address", address(name.value)
        case general_names.REGISTERED_ID:
            return "Registered ID", object_name(name.oid)
        case _:
            return _KINDS[name.kind], _text(name.value)


_KINDS = {general_names.EMAIL: "email", general_names.DNS: "DNS", general_names.URI: "URI"}


def _text(value: bytes) -> str:
    if b"\0" in value:
        raise Unprintable
    return latin(value)


def _other_name(name: GeneralName) -> tuple[str, str]:
    known, tag = _OTHER_NAMES.get(name.oid, ("", 0))
    if known:
        if name.tag != tag:
            raise Unprintable
        return f"othername: {known}", _text(name.value)
    kind = f"othername: {object_name(name.oid)}"
    if name.tag in (der.IA5_STRING, der.UTF8_STRING) and b"\0" not in name.value:
        return kind, latin(name.value)
    return kind, UNSUPPORTED


def printed_general_name(name: GeneralName) -> str:
    """The same as one text (GENERAL_NAME_print())."""
    match name.kind:
        case general_names.OTHER_NAME:
            known, tag = _OTHER_NAMES.get(name.oid, ("", 0))
            shown = f"{known}:{latin(name.value)}" if known and name.tag == tag else UNSUPPORTED
            return f"othername:{shown}"
        case general_names.DIRECTORY if name.name is not None:
            return f"DirName:{distinguished_name(name.name)}"
        case general_names.EMAIL | general_names.DNS | general_names.URI:
            return f"{_KINDS[name.kind]}:{printed_string(name.value)}"
        case _:
            return ":".join(general_name(name))


def printed_string(value: bytes) -> str:
    """A string, with dots for what is not printable (ASN1_STRING_print())."""
    return "".join(chr(octet) if 0x20 <= octet <= 0x7E or octet in b"\n\r" else "." for octet in value)


def address(value: bytes) -> str:
    """An IP address in OpenSSL's own spelling (ossl_ipaddr_to_asc())."""
    if len(value) == 4:
        return ".".join(map(str, value))
    if len(value) == 16:
        return ":".join(f"{int.from_bytes(value[at : at + 2], 'big'):X}" for at in range(0, 16, 2))
    return f"<invalid length={len(value)}>"
