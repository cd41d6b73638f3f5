"""Extensions that servers' certificates rarely have: constraints, timestamps, resources, proxies."""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.errors import DecodeError
from pyfinger.wire import Reader
from pyfinger.x509 import certificate_extensions as extensions
from pyfinger.x509 import der, general_names
from pyfinger.x509.certificate import Instant
from pyfinger.x509.general_names import read_general_name
from pyfinger.x509.text.layout import hexadecimal, integer, latin, spaced
from pyfinger.x509.text.object_names import object_name
from pyfinger.x509.text.printed_extensions import Printer, objects, one_line, some
from pyfinger.x509.text.printed_names import Unprintable, address, printed_general_name
from pyfinger.x509.text.times import MONTHS, date, moment_text

_ADDRESS_SIZES = {1: 4, 2: 16}  # octets of an address, by family (RFC 3779 section 2.2.3.3)
_SUBSEQUENT = {
    1: "Unicast",
    2: "Multicast",
    3: "Unicast/Multicast",
    4: "MPLS",
    64: "Tunnel",
    65: "VPLS",
    66: "BGP MDT",
    128: "MPLS-labeled VPN",
}
_TIMESTAMPS = "Signed Certificate Timestamp:"
_MS_A_DAY = 86_400_000


def _name_constraints(value: der.DerCursor, indent: int) -> str:
    inside = value.sequence("nameConstraints")
    permitted = inside.optional(der.CONTEXT | 0, "permitted subtrees")
    excluded = inside.optional(der.CONTEXT | 1, "excluded subtrees")
    inside.finish("nameConstraints")
    trees = ((permitted, "Permitted"), (excluded, "Excluded"))
    return "\n".join(_subtrees(found.members(), label, indent) for found, label in trees if found is not None)


def _subtrees(inside: der.DerCursor, label: str, indent: int) -> str:
    found = []
    while inside:
        tree = inside.sequence("subtree")
        base = read_general_name(tree)
        for tag in (der.CONTEXT | 0, der.CONTEXT | 1):
            if bound := tree.optional(tag, "bound"):
                bound.integer()
        tree.finish("subtree")
        if base.kind == general_names.ADDRESS:
            half = 16 if len(base.value) >= 16 else min(4, len(base.value))
            shown = f"IP:{address(base.value[:half])}/{address(base.value[half:])}"
        else:
            shown = printed_general_name(base)
        found.append(f"{' ' * (indent + 2)}{shown}")
    return f"{' ' * indent}{label}:\n" + "\n".join(found) if found else ""


def _policy_constraints(value: der.DerCursor, indent: int) -> str:
    inside, found = value.sequence("policyConstraints"), []
    for number, label in enumerate(("Require Explicit Policy", "Inhibit Policy Mapping")):
        if bound := inside.optional(der.CONTEXT | number, label):
            found.append(f"{label}:{integer(bound.integer())}")
    inside.finish("policyConstraints")
    return one_line(some(found), indent)


def _policy_mappings(value: der.DerCursor, indent: int) -> str:
    inside, found = value.sequence_of("policyMappings"), []
    while inside:
        one = inside.sequence("mapping")
        found.append(f"{object_name(one.oid('policy'))}:{object_name(one.oid('policy'))}")
        one.finish("mapping")
    return one_line(some(found), indent)


def _number(value: der.DerCursor, indent: int) -> str:
    return " " * indent + integer(value.integer("number"))


def _nothing(value: der.DerCursor, indent: int) -> str:
    value.take(der.NULL, "null").null()
    return ""


def _no_revocation(value: der.DerCursor, indent: int) -> str:
    """noRevAvail (X.509, section 17.2.2.7)."""
    value.take(der.NULL, "null").null()
    return f"{' ' * indent}NULL"


def _usage_period(value: der.DerCursor, indent: int) -> str:
    """privateKeyUsagePeriod (i2r_PKEY_USAGE_PERIOD())."""
    inside, found = value.sequence("period"), []
    for number, label in enumerate(("Not Before", "Not After")):
        if moment := inside.optional(der.CONTEXT | number, label):
            found.append(f"{label}: {moment_text(Instant(der.GENERALIZED_TIME, moment.string()))}")
    inside.finish("period")
    return " " * indent + ", ".join(found)


def _proxy(value: der.DerCursor, indent: int) -> str:
    margin = " " * indent
    inside = value.sequence("proxyCertInfo")
    length = inside.optional(der.INTEGER, "path length")
    policy = inside.sequence("policy")
    language = object_name(policy.oid("language"))
    text = latin(policy.take(der.OCTET_STRING, "policy").string()) if policy else None
    policy.finish("policy")
    inside.finish("proxyCertInfo")
    limit = hexadecimal(length.integer()) if length is not None else "infinite"
    shown = f"{margin}Path Length Constraint: {limit}\n{margin}Policy Language: {language}"
    return shown if text is None else f"{shown}\n{margin}Policy Text: {text}"


# --- signed certificate timestamps (RFC 6962 section 3.3) ------------------------------


def _timestamps(value: der.DerCursor, indent: int) -> str:
    data = Reader(value.take(der.OCTET_STRING, "timestamps").string())
    timestamps, found = Reader(data.opaque(2, "timestamps")), []
    data.finish("timestamps")
    if not timestamps:
        raise DecodeError("no timestamps", 0)
    while timestamps:
        one = timestamps.opaque(2, "timestamp")
        if not one:
            raise DecodeError("an empty timestamp", timestamps.position)
        found.append(_timestamp(one, indent))
    return "\n".join(found)


def _timestamp(encoded: bytes, indent: int) -> str:
    margin, inner, deep = " " * indent, " " * (indent + 4), indent + 16
    reader = Reader(encoded)
    text = f"{margin}{_TIMESTAMPS}\n{inner}Version   : "
    if reader.u8("version"):
        return f"{text}unknown\n{' ' * deep}{spaced(encoded, 16, deep)}"
    log, moment = reader.take(32, "log"), reader.uint(8, "time")
    more = reader.opaque(2, "extensions")
    digest, algorithm = reader.u8("digest"), reader.u8("algorithm")
    signature = reader.opaque(2, "signature")
    return (
        f"{text}v1 (0x0)\n{inner}Log ID    : {spaced(log, 16, deep)}"
        f"\n{inner}Timestamp : {_moment(moment)}"
        f"\n{inner}Extensions: {spaced(more, 16, deep) if more else 'none'}"
        f"\n{inner}Signature : {_signature_name(digest, algorithm)}"
        f"\n{inner}            {spaced(signature, 16, deep)}"
    )


def _signature_name(digest: int, algorithm: int) -> str:
    known = {(4, 3): "ecdsa-with-SHA256", (4, 1): "sha256WithRSAEncryption"}
    return known.get((digest, algorithm)) or f"{digest:02X}{algorithm:02X}"


def _moment(milliseconds: int) -> str:
    days, rest = divmod(milliseconds, _MS_A_DAY)
    year, month, day = date(days)
    seconds, rest = divmod(rest, 1000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
    return f"{MONTHS[month - 1]} {day:2} {clock} {year} GMT" if year < 10_000 else ""


# --- resources (RFC 3779) ---------------------------------------------------------------


def _address_blocks(value: der.DerCursor, indent: int) -> str:
    inside, text = value.sequence_of("addressBlocks"), ""
    while inside:
        block = inside.sequence("family")
        family = block.take(der.OCTET_STRING, "family").string()
        code = int.from_bytes(family[:2], "big")
        text += " " * indent + ({1: "IPv4", 2: "IPv6"}.get(code) or f"Unknown AFI {code}")
        if len(family) > 2:
            text += f" ({_SUBSEQUENT.get(family[2]) or f'Unknown SAFI {family[2]}'})"
        choice = block.element("choice")
        block.finish("family")
        if choice.tag == der.NULL:
            text += ": inherit\n"
            continue
        text += ":\n"
        ranges = choice.inside()
        while ranges:
            text += f"{' ' * (indent + 2)}{_addresses(ranges.element('range'), code)}\n"
    return text


def _addresses(found: der.Element, family: int) -> str:
    if found.tag == der.BIT_STRING:
        content = _bits(found)
        return f"{_block_address(content, family, last=False)}/{8 * (len(content) - 1) - content[0]}"
    ends = found.inside()
    low, high = (_bits(ends.take(der.BIT_STRING, which)) for which in ("first", "last"))
    ends.finish("range")
    return f"{_block_address(low, family, last=False)}-{_block_address(high, family, last=True)}"


def _bits(found: der.Element) -> bytes:
    """A BIT STRING's content, the number of unused bits first."""
    content = found.string()
    if not content or content[0] > 7:
        raise DecodeError("malformed bit string", found.begin)
    return content


def _block_address(content: bytes, family: int, *, last: bool) -> str:
    """An address of which only the first bits are given, a BIT STRING's content (i2r_address())."""
    unused, data = content[0], bytearray(content[1:])
    size = _ADDRESS_SIZES.get(family)
    if size is None:
        return f"{data.hex(':')}[{unused}]"
    if len(data) > size:
        raise Unprintable
    if data:
        mask = 0xFF >> (8 - unused) if unused else 0
        data[-1] = data[-1] | mask if last else data[-1] & ~mask & 0xFF
    data += (b"\xff" if last else b"\0") * (size - len(data))
    return _ipv6(bytes(data)) if size == 16 else address(bytes(data))


def _ipv6(data: bytes) -> str:
    """With zeros at the end left out, and with them the last colon but one."""
    kept = len(data)
    while kept > 1 and data[kept - 2 : kept] == b"\0\0":
        kept -= 2
    text = "".join(
        f"{int.from_bytes(data[at : at + 2], 'big'):x}{':' if at < 14 else ''}" for at in range(0, kept, 2)
    )
    return text + (":" if kept < 16 else "") + (":" if kept == 0 else "")


def _autonomous_systems(value: der.DerCursor, indent: int) -> str:
    inside, text = value.sequence("systems"), ""
    for number, label in enumerate(("Autonomous System Numbers", "Routing Domain Identifiers")):
        if choice := inside.optional(der.CONTEXT | number, label):
            text += f"{' ' * indent}{label}:\n"
            text += "".join(f"{' ' * (indent + 2)}{line}\n" for line in _systems(choice.inside()))
    inside.finish("systems")
    return text


def _systems(choice: der.DerCursor) -> list[str]:
    found = choice.element("choice")
    if found.tag == der.NULL:
        return ["inherit"]
    inside, lines = found.inside(), []
    while inside:
        one = inside.element("system")
        if one.tag == der.INTEGER:
            lines.append(integer(one.integer()))
            continue
        ends = one.inside()
        lines.append(f"{integer(ends.integer('first'))}-{integer(ends.integer('last'))}")
    return lines


PRINTERS: Mapping[str, Printer] = {
    extensions.NAME_CONSTRAINTS: _name_constraints,
    "2.5.29.36": _policy_constraints,
    "2.5.29.33": _policy_mappings,
    "2.5.29.54": _number,  # inhibitAnyPolicy
    "2.5.29.20": _number,  # crlNumber
    "2.5.29.27": _number,  # deltaCRL
    "1.3.6.1.5.5.7.48.1.5": _nothing,  # OCSP no check
    "2.5.29.56": _no_revocation,
    "2.5.29.16": _usage_period,
    "1.3.6.1.5.5.7.48.1.4": objects,  # acceptable responses
    extensions.PROXY_INFO: _proxy,
    "1.3.6.1.4.1.11129.2.4.2": _timestamps,
    extensions.ADDRESS_BLOCKS: _address_blocks,
    extensions.AUTONOMOUS_SYSTEMS: _autonomous_systems,
}
