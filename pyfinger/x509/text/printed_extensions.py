"""The content of extensions as text (X509V3_EXT_print()), by type.

A printer gives the lines of an extension without the last line's end, `DecodeError` where its
content cannot be read, or `Unprintable`; then OpenSSL prints the octets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from pyfinger.x509 import certificate_extensions as extensions
from pyfinger.x509 import der
from pyfinger.x509.general_names import GeneralName, read_general_name, read_general_names
from pyfinger.x509.text.layout import integer, latin
from pyfinger.x509.text.object_names import object_name
from pyfinger.x509.text.printed_names import (
    Unprintable,
    distinguished_name,
    general_name,
    printed_general_name,
)

Printer: TypeAlias = Callable[[der.DerCursor, int], str]

EMPTY = "<EMPTY>\n"
_FEATURES = {5: "status_request", 17: "status_request_v2"}
_KEY_USAGES = (
    *("Digital Signature", "Non Repudiation", "Key Encipherment", "Data Encipherment", "Key Agreement"),
    *("Certificate Sign", "CRL Sign", "Encipher Only", "Decipher Only"),
)
_NETSCAPE_TYPES = (
    *("SSL Client", "SSL Server", "S/MIME", "Object Signing", "Unused"),
    *("SSL CA", "S/MIME CA", "Object Signing CA"),
)
_REASONS = (
    *("Unused", "Key Compromise", "CA Compromise", "Affiliation Changed", "Superseded"),
    *("Cessation Of Operation", "Certificate Hold", "Privilege Withdrawn", "AA Compromise"),
)


def one_line(pairs: Sequence[str], indent: int) -> str:
    """Values, separated by commas (X509V3_EXT_val_prn())."""
    return f"{' ' * indent}{', '.join(pairs) if pairs else EMPTY}"


def some(pairs: Sequence[str]) -> Sequence[str]:
    """The values of a type that OpenSSL cannot print without any; `Unprintable` then."""
    if not pairs:
        raise Unprintable
    return pairs


def many_lines(pairs: Sequence[str], indent: int) -> str:
    """The same, each on a line of its own."""
    if not pairs:
        return one_line(pairs, indent)
    return "\n".join(f"{' ' * indent}{pair}" for pair in pairs)


def hexadecimal_octets(data: bytes) -> str:
    """Octets in capitals, separated by colons (i2s_ASN1_OCTET_STRING())."""
    return data.hex(":").upper()


def _named(name: GeneralName) -> str:
    return ":".join(general_name(name))


# --- one by one --------------------------------------------------------------------


def _basic_constraints(value: der.DerCursor, indent: int) -> str:
    inside = value.sequence("basicConstraints")
    flag = inside.optional(der.BOOLEAN, "CA")
    pairs = [f"CA:{'TRUE' if flag is not None and flag.boolean() else 'FALSE'}"]
    if inside:
        pairs.append(f"pathlen:{integer(inside.integer('path length'))}")
    inside.finish("basicConstraints")
    return one_line(pairs, indent)


def flags(names: Sequence[str]) -> Printer:
    """A printer of a BIT STRING whose bits have names."""

    def show(value: der.DerCursor, indent: int) -> str:
        return one_line(some(set_bits(value.take(der.BIT_STRING, "bits").bits(), names)), indent)

    return show


def set_bits(data: bytes, names: Sequence[str]) -> list[str]:
    """The names of the bits that are set."""
    padded = data.ljust(1 + len(names) // 8, b"\0")
    return [name for bit, name in enumerate(names) if padded[bit // 8] & 0x80 >> bit % 8]


def objects(value: der.DerCursor, indent: int) -> str:
    """A sequence of object identifiers."""
    inside, found = value.sequence_of("objects"), []
    while inside:
        found.append(object_name(inside.oid("object")))
    return one_line(some(found), indent)


def _alternative_names(value: der.DerCursor, indent: int) -> str:
    return one_line([_named(name) for name in read_general_names(value.sequence_of("names"))], indent)


def octets(value: der.DerCursor, indent: int) -> str:
    """An OCTET STRING."""
    return " " * indent + hexadecimal_octets(value.take(der.OCTET_STRING, "octets").string())


def _authority_key(value: der.DerCursor, indent: int) -> str:
    inside = value.sequence("authorityKeyIdentifier")
    key = inside.optional(der.CONTEXT | 0, "key identifier")
    issuer = inside.optional(der.CONTEXT | 1, "issuer")
    serial = inside.optional(der.CONTEXT | 2, "serial number")
    inside.finish("authorityKeyIdentifier")
    pairs = []
    if key is not None:
        alone = issuer is None and serial is None
        pairs.append(("" if alone else "keyid:") + hexadecimal_octets(key.string()))
    if issuer is not None:
        pairs += [_named(name) for name in read_general_names(issuer.members())]
    if serial is not None:
        number = serial.integer()
        size = max(1, (abs(number).bit_length() + 7) // 8)
        pairs.append(f"serial:{hexadecimal_octets(abs(number).to_bytes(size, 'big'))}")
    return many_lines(some(pairs), indent)


def _access(value: der.DerCursor, indent: int) -> str:
    inside, pairs = value.sequence_of("access descriptions"), []
    while inside:
        one = inside.sequence("access description")
        method = object_name(one.oid("method"))
        kind, name = general_name(read_general_name(one))
        one.finish("access description")
        pairs.append(f"{method} - {kind}:{name}")
    return many_lines(pairs, indent)


def _distribution_points(value: der.DerCursor, indent: int) -> str:
    inside, points = value.sequence_of("distribution points"), []
    while inside:
        points.append(_distribution_point(inside.sequence("distribution point"), indent))
    return "\n".join(points)


def _distribution_point(point: der.DerCursor, indent: int) -> str:
    margin, text = " " * indent, ""
    if name := point.optional(der.CONTEXT | 0, "distribution point name"):
        text += _point_name(name.inside(), margin)
    if reasons := point.optional(der.CONTEXT | 1, "reasons"):
        found = set_bits(reasons.bits(), _REASONS)
        text += f"{margin}Reasons:\n{margin}  {', '.join(found) if found else '<EMPTY>'}\n"
    if issuer := point.optional(der.CONTEXT | 2, "CRL issuer"):
        text += f"{margin}CRL Issuer:\n{names_below(read_general_names(issuer.members()), indent)}"
    point.finish("distribution point")
    return text


def _point_name(choice: der.DerCursor, margin: str) -> str:
    found = choice.element("name")
    if found.tag == der.CONTEXT | 0:
        names = names_below(read_general_names(found.members()), len(margin))
        return f"{margin}Full Name:\n{names}\n"
    from pyfinger.x509.distinguished_names import Name, read_attributes

    attributes, _ = read_attributes(found.members())
    return f"{margin}Relative Name:\n{margin}  {distinguished_name(Name(b'', tuple(attributes), b''))}\n"


def names_below(names: Sequence[GeneralName], indent: int) -> str:
    """General names on lines of their own, under a heading (OSSL_GENERAL_NAMES_print())."""
    return "\n".join(f"{' ' * (indent + 2)}{printed_general_name(name)}" for name in names)


def _policies(value: der.DerCursor, indent: int) -> str:
    inside, found = value.sequence_of("policies"), []
    while inside:
        policy = inside.sequence("policy")
        text = f"{' ' * indent}Policy: {object_name(policy.oid('policy'))}"
        if policy:
            text += "\n" + _qualifiers(policy.sequence_of("qualifiers"), indent + 2)
        policy.finish("policy")
        found.append(text)
    return "\n".join(found)


def _qualifiers(inside: der.DerCursor, indent: int) -> str:
    found = []
    while inside:
        one = inside.sequence("qualifier")
        kind = one.oid("qualifier")
        if kind == "1.3.6.1.5.5.7.2.1":
            found.append(f"{' ' * indent}CPS: {latin(one.take(der.IA5_STRING, 'CPS').string())}")
        elif kind == "1.3.6.1.5.5.7.2.2":
            notice = user_notice(one.sequence("notice"), indent + 2)
            found.append(f"{' ' * indent}User Notice:\n{notice}")
        else:
            one.element("qualifier")
            found.append(f"{' ' * (indent + 2)}Unknown Qualifier: {object_name(kind)}")
        one.finish("qualifier")
    return "\n".join(found)


def user_notice(inside: der.DerCursor, indent: int) -> str:
    """A UserNotice (RFC 5280 section 4.2.1.4)."""
    margin, text = " " * indent, ""
    if reference := inside.optional(der.SEQUENCE, "reference"):
        parts = reference.inside()
        organization = latin(parts.element("organization").string())
        numbers, found = parts.sequence_of("numbers"), []
        while numbers:
            found.append(integer(numbers.integer("number")))
        parts.finish("reference")
        text = f"{margin}Organization: {organization}\n{margin}Number{'s' if len(found) > 1 else ''}: "
        text += ", ".join(found) + ("\n" if inside else "")
    if inside:
        text += f"{margin}Explicit Text: {latin(inside.element('text').string())}"
    inside.finish("notice")
    return text


def _features(value: der.DerCursor, indent: int) -> str:
    inside, found = value.sequence_of("features"), []
    while inside:
        number = inside.integer("feature")
        found.append(_FEATURES.get(number) or integer(number))
    return one_line(some(found), indent)


def ia5(value: der.DerCursor, indent: int) -> str:
    """An IA5String; an empty one cannot be printed."""
    found = value.take(der.IA5_STRING, "text").string()
    if not found:
        raise Unprintable
    return " " * indent + latin(found.partition(b"\0")[0])


PRINTERS: Mapping[str, Printer] = {
    extensions.BASIC_CONSTRAINTS: _basic_constraints,
    extensions.KEY_USAGE: flags(_KEY_USAGES),
    extensions.EXTENDED_KEY_USAGE: objects,
    extensions.SUBJECT_ALT_NAME: _alternative_names,
    extensions.ISSUER_ALT_NAME: _alternative_names,
    "2.5.29.29": _alternative_names,  # certificateIssuer
    extensions.SUBJECT_KEY_ID: octets,
    extensions.AUTHORITY_KEY_ID: _authority_key,
    extensions.DISTRIBUTION_POINTS: _distribution_points,
    "2.5.29.46": _distribution_points,  # freshestCRL
    "2.5.29.32": _policies,
    "1.3.6.1.5.5.7.1.1": _access,
    "1.3.6.1.5.5.7.1.11": _access,
    "1.3.6.1.5.5.7.1.24": _features,
    extensions.NETSCAPE_TYPE: flags(_NETSCAPE_TYPES),
    **{f"2.16.840.1.113730.1.{number}": ia5 for number in (2, 3, 4, 7, 8, 12, 13)},
}
