"""What a certificate's extensions say (RFC 5280 section 4.2), as OpenSSL caches it.

A known extension that is doubled or cannot be decoded makes the certificate
invalid: it is then no CA and no issuer, but otherwise taken at its word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from pyfinger.errors import DecodeError
from pyfinger.values import Value, replace
from pyfinger.x509 import der, general_names
from pyfinger.x509.distinguished_names import Name
from pyfinger.x509.general_names import GeneralName

if TYPE_CHECKING:
    from pyfinger.x509.address_blocks import AddressBlocks
    from pyfinger.x509.autonomous_systems import AutonomousSystems

T = TypeVar("T")

BASIC_CONSTRAINTS = "2.5.29.19"
KEY_USAGE = "2.5.29.15"
EXTENDED_KEY_USAGE = "2.5.29.37"
SUBJECT_KEY_ID = "2.5.29.14"
AUTHORITY_KEY_ID = "2.5.29.35"
SUBJECT_ALT_NAME = "2.5.29.17"
ISSUER_ALT_NAME = "2.5.29.18"
NAME_CONSTRAINTS = "2.5.29.30"
DISTRIBUTION_POINTS = "2.5.29.31"
PROXY_INFO = "1.3.6.1.5.5.7.1.14"
NETSCAPE_TYPE = "2.16.840.1.113730.1.1"
ADDRESS_BLOCKS = "1.3.6.1.5.5.7.1.7"
AUTONOMOUS_SYSTEMS = "1.3.6.1.5.5.7.1.8"

# What may be critical without making the certificate fail (X509_supported_extension).
SUPPORTED = frozenset(
    (
        NETSCAPE_TYPE,
        KEY_USAGE,
        SUBJECT_ALT_NAME,
        BASIC_CONSTRAINTS,
        "2.5.29.32",  # certificatePolicies
        DISTRIBUTION_POINTS,
        EXTENDED_KEY_USAGE,
        ADDRESS_BLOCKS,
        AUTONOMOUS_SYSTEMS,
        "1.3.6.1.5.5.7.48.1.5",  # OCSP no check
        "2.5.29.36",  # policyConstraints
        PROXY_INFO,
        NAME_CONSTRAINTS,
        "2.5.29.33",  # policyMappings
        "2.5.29.54",  # inhibitAnyPolicy
    )
)

# KeyUsage bits, the second octet in the upper half
DIGITAL_SIGNATURE = 0x80
KEY_ENCIPHERMENT = 0x20
KEY_AGREEMENT = 0x08
CERT_SIGN = 0x04
CRL_SIGN = 0x02

_MAX_LONG = (1 << 63) - 1


class Extension(Value):
    """An extension as it stands in the certificate."""

    oid: str
    critical: bool
    value: bytes


class BasicConstraints(Value):
    """`path_length` is None without limit."""

    ca: bool
    path_length: int | None


class AuthorityKey(Value):
    """authorityKeyIdentifier: which key of which issuer signed; None where it does not say."""

    key_id: bytes | None = None
    issuer: Name | None = None
    serial: int | None = None


class Subtree(Value):
    """A GeneralSubtree; minimum and maximum must be absent to be usable."""

    base: GeneralName
    bounded: bool  # a minimum other than 0, or a maximum


class NameConstraints(Value):
    """What names a CA may certify."""

    permitted: tuple[Subtree, ...] = ()
    excluded: tuple[Subtree, ...] = ()


class ExtensionFacts(Value):
    """All that matters of the extensions; None where one is absent (or undecodable)."""

    invalid: bool
    unhandled_critical: bool
    critical: frozenset[str]  # those seen before the first unhandled one
    basic: BasicConstraints | None
    key_usage: int | None
    extended_key_usage: frozenset[str] | None
    netscape_type: int | None
    subject_key_id: bytes | None
    authority_key: AuthorityKey | None
    alternative_names: tuple[GeneralName, ...] | None
    constraints: NameConstraints | None
    proxy: bool
    proxy_path_length: int | None
    addresses: AddressBlocks | None = None
    systems: AutonomousSystems | None = None

    @property
    def ca(self) -> bool:
        """Whether basicConstraints says CA."""
        return self.basic is not None and self.basic.ca

    def usage_forbids(self, bits: int) -> bool:
        """Whether there is a keyUsage, with none of these bits."""
        return self.key_usage is not None and not self.key_usage & bits


class _Collector:
    """Decodes extensions one by one and remembers whether any of them was no good."""

    def __init__(self, extensions: Sequence[Extension]) -> None:
        self._values: dict[str, list[bytes]] = {}
        for extension in extensions:
            self._values.setdefault(extension.oid, []).append(extension.value)
        self.invalid = False

    def has(self, oid: str) -> bool:
        return oid in self._values

    def read(self, oid: str, reader: Callable[[der.DerCursor], T]) -> T | None:
        """The decoded extension; None if it is absent, doubled or malformed."""
        values = self._values.get(oid)
        if values is None:
            return None
        if len(values) == 1:
            try:
                return reader(der.DerCursor(values[0]))
            except DecodeError:
                pass
        self.invalid = True
        return None


def read_facts(extensions: Sequence[Extension]) -> ExtensionFacts:
    """Decode what is known; never fails."""
    collector = _Collector(extensions)
    read = collector.read
    basic = read(BASIC_CONSTRAINTS, _basic_constraints)
    proxy_path = read(PROXY_INFO, _proxy_path_length)
    usage = read(KEY_USAGE, _key_usage)
    read(DISTRIBUTION_POINTS, general_names.check_distribution_points)
    critical, unhandled = _critical(extensions)
    facts = ExtensionFacts(
        invalid=False,
        unhandled_critical=unhandled,
        critical=critical,
        basic=basic,
        key_usage=usage,
        extended_key_usage=read(EXTENDED_KEY_USAGE, _extended_key_usage),
        netscape_type=read(NETSCAPE_TYPE, _first_octet),
        subject_key_id=read(SUBJECT_KEY_ID, _octets),
        authority_key=read(AUTHORITY_KEY_ID, _authority_key),
        alternative_names=read(SUBJECT_ALT_NAME, _alternative_names),
        constraints=read(NAME_CONSTRAINTS, _name_constraints),
        proxy=proxy_path is not None,
        proxy_path_length=proxy_path[0] if proxy_path else None,
    )
    if collector.has(ADDRESS_BLOCKS) or collector.has(AUTONOMOUS_SYSTEMS):
        from pyfinger.x509 import address_blocks, autonomous_systems

        addresses = read(ADDRESS_BLOCKS, address_blocks.read_address_blocks)
        systems = read(AUTONOMOUS_SYSTEMS, autonomous_systems.read_autonomous_systems)
        facts = replace(facts, addresses=addresses, systems=systems)
    named = collector.has(SUBJECT_ALT_NAME) or collector.has(ISSUER_ALT_NAME)
    odd_proxy = facts.proxy and (facts.ca or named)
    odd_length = basic is not None and basic.path_length is not None and basic.path_length < 0
    if collector.invalid or odd_proxy or odd_length or usage == 0:
        return replace(facts, invalid=True)
    return facts


def _critical(extensions: Sequence[Extension]) -> tuple[frozenset[str], bool]:
    """The critical ones; OpenSSL stops looking at the first it does not support."""
    seen: list[str] = []
    for extension in extensions:
        if extension.critical:
            if extension.oid not in SUPPORTED:
                return frozenset(seen), True
            seen.append(extension.oid)
    return frozenset(seen), False


def _octets(value: der.DerCursor) -> bytes:
    return value.take(der.OCTET_STRING, "octet string").string()


def _basic_constraints(value: der.DerCursor) -> BasicConstraints:
    inside = value.sequence("basicConstraints")
    flag = inside.optional(der.BOOLEAN, "CA flag")
    ca = flag is not None and flag.boolean()
    length = inside.integer("path length") if inside else None
    inside.finish("basicConstraints")
    if length is not None and length > _MAX_LONG:
        length = None
    return BasicConstraints(ca, length)


def _proxy_path_length(value: der.DerCursor) -> tuple[int | None]:
    """The pCPathLenConstraint of a ProxyCertInfo (RFC 3820 section 3.8), in a tuple."""
    inside = value.sequence("proxyCertInfo")
    length = inside.optional(der.INTEGER, "proxy path length")
    policy = inside.sequence("proxy policy")
    policy.oid("policy language")
    if policy:
        policy.take(der.OCTET_STRING, "policy").string()
    policy.finish("proxy policy")
    inside.finish("proxyCertInfo")
    return (length.integer() if length else None,)


def _key_usage(value: der.DerCursor) -> int:
    bits = value.take(der.BIT_STRING, "keyUsage").bits()
    return int.from_bytes(bits[:2], "little")


def _first_octet(value: der.DerCursor) -> int:
    bits = value.take(der.BIT_STRING, "bit string").bits()
    return bits[0] if bits else 0


def _extended_key_usage(value: der.DerCursor) -> frozenset[str]:
    inside = value.sequence_of("extKeyUsage")
    purposes = set()
    while inside:
        purposes.add(inside.oid("key purpose"))
    return frozenset(purposes)


def _authority_key(value: der.DerCursor) -> AuthorityKey:
    inside = value.sequence("authorityKeyIdentifier")
    key_id = inside.optional(der.CONTEXT | 0, "key identifier")
    issuer = inside.optional(der.CONTEXT | 1, "authority issuer")
    serial = inside.optional(der.CONTEXT | 2, "authority serial number")
    inside.finish("authorityKeyIdentifier")
    names = general_names.read_general_names(issuer.members()) if issuer else ()
    return AuthorityKey(
        key_id.string() if key_id else None,
        next((name.name for name in names if name.kind == general_names.DIRECTORY), None),
        serial.integer() if serial else None,
    )


def _alternative_names(value: der.DerCursor) -> tuple[GeneralName, ...]:
    return general_names.read_general_names(value.sequence_of("subjectAltName"))


def _name_constraints(value: der.DerCursor) -> NameConstraints:
    inside = value.sequence("nameConstraints")
    permitted = inside.optional(der.CONTEXT | 0, "permitted subtrees")
    excluded = inside.optional(der.CONTEXT | 1, "excluded subtrees")
    inside.finish("nameConstraints")
    return NameConstraints(_subtrees(permitted), _subtrees(excluded))


def _subtrees(found: der.Element | None) -> tuple[Subtree, ...]:
    if found is None:
        return ()
    each = found.members()
    subtrees = []
    while each:
        inside = each.sequence("subtree")
        base = general_names.read_general_name(inside)
        minimum = inside.optional(der.CONTEXT | 0, "minimum")
        maximum = inside.optional(der.CONTEXT | 1, "maximum")
        inside.finish("subtree")
        low = minimum.integer() if minimum else 0
        if maximum:
            maximum.integer()
        subtrees.append(Subtree(base, low != 0 or maximum is not None))
    return tuple(subtrees)
