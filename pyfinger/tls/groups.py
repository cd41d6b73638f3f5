"""Key exchange groups: code points, the names OpenSSL knows them by, what they may be used for.

IANA's TLS Supported Groups as OpenSSL 3.5 has them (providers/common/capabilities.c),
the curves RFC 8422 deprecates included: Debian's build offers them if asked to.  Those of
OpenSSL 4.0 are known, too, but no word means them to who is like an older one.
"""

from __future__ import annotations

from enum import Enum

from pyfinger.tls.codepoints import TLS10, TLS12, TLS13, NamedGroup
from pyfinger.values import Value

OPENSSL_3_5, OPENSSL_4_0 = 0x30500000, 0x40000000


class GroupKind(Enum):
    """What is computed in a group."""

    CURVE = "a curve over a prime field"  # RFC 8422
    BINARY = "a curve over a field of 2^m elements"  # RFC 4492
    MONTGOMERY = "X25519 or X448"  # RFC 7748
    FINITE_FIELD = "Diffie-Hellman"  # RFC 7919
    ML_KEM = "ML-KEM"  # FIPS 203
    HYBRID = "ML-KEM and a curve"  # draft-ietf-tls-ecdhe-mlkem


_CURVES = frozenset({GroupKind.CURVE, GroupKind.BINARY, GroupKind.MONTGOMERY})
_POST_QUANTUM = frozenset({GroupKind.ML_KEM, GroupKind.HYBRID})


class Group(Value):
    """A key exchange group; `bits` is its security strength, `first` and `last` its TLS versions."""

    code: int
    name: str  # as the summary line prints it
    kind: GroupKind
    bits: int
    aliases: tuple[str, ...] = ()
    first: int = TLS10
    last: int = TLS13
    since: int = OPENSSL_3_5  # OPENSSL_VERSION_NUMBER of the first that knows it

    @property
    def elliptic(self) -> bool:
        """Whether it is a group of elliptic curve suites."""
        return self.kind in _CURVES

    @property
    def post_quantum(self) -> bool:
        """Whether ML-KEM has a part in it."""
        return self.kind in _POST_QUANTUM

    def fits(self, lowest: int, highest: int) -> bool:
        """Whether it may be offered with these versions (tls_valid_group())."""
        return self.first <= highest and lowest <= self.last


def _deprecated(code: int, name: str, bits: int, *aliases: str) -> Group:
    """A curve of RFC 4492 that TLS 1.3 does without."""
    kind = GroupKind.BINARY if name.startswith("sect") else GroupKind.CURVE
    return Group(code, name, kind, bits, aliases, last=TLS12)


def _new(code: int, name: str, kind: GroupKind, bits: int, since: int = OPENSSL_3_5) -> Group:
    """A group that only TLS 1.3 has."""
    return Group(code, name, kind, bits, first=TLS13, since=since)


GROUPS: dict[int, Group] = {
    group.code: group
    for group in (
        _deprecated(NamedGroup.SECT163K1, "sect163k1", 80, "K-163"),
        _deprecated(NamedGroup.SECT163R1, "sect163r1", 80),
        _deprecated(NamedGroup.SECT163R2, "sect163r2", 80, "B-163"),
        _deprecated(NamedGroup.SECT193R1, "sect193r1", 80),
        _deprecated(NamedGroup.SECT193R2, "sect193r2", 80),
        _deprecated(NamedGroup.SECT233K1, "sect233k1", 112, "K-233"),
        _deprecated(NamedGroup.SECT233R1, "sect233r1", 112, "B-233"),
        _deprecated(NamedGroup.SECT239K1, "sect239k1", 112),
        _deprecated(NamedGroup.SECT283K1, "sect283k1", 128, "K-283"),
        _deprecated(NamedGroup.SECT283R1, "sect283r1", 128, "B-283"),
        _deprecated(NamedGroup.SECT409K1, "sect409k1", 192, "K-409"),
        _deprecated(NamedGroup.SECT409R1, "sect409r1", 192, "B-409"),
        _deprecated(NamedGroup.SECT571K1, "sect571k1", 256, "K-571"),
        _deprecated(NamedGroup.SECT571R1, "sect571r1", 256, "B-571"),
        _deprecated(NamedGroup.SECP160K1, "secp160k1", 80),
        _deprecated(NamedGroup.SECP160R1, "secp160r1", 80),
        _deprecated(NamedGroup.SECP160R2, "secp160r2", 80),
        _deprecated(NamedGroup.SECP192K1, "secp192k1", 80),
        _deprecated(NamedGroup.SECP192R1, "secp192r1", 80, "P-192", "prime192v1"),
        _deprecated(NamedGroup.SECP224K1, "secp224k1", 112),
        _deprecated(NamedGroup.SECP224R1, "secp224r1", 112, "P-224"),
        _deprecated(NamedGroup.SECP256K1, "secp256k1", 128),
        Group(NamedGroup.SECP256R1, "secp256r1", GroupKind.CURVE, 128, ("P-256", "prime256v1")),
        Group(NamedGroup.SECP384R1, "secp384r1", GroupKind.CURVE, 192, ("P-384",)),
        Group(NamedGroup.SECP521R1, "secp521r1", GroupKind.CURVE, 256, ("P-521",)),
        _deprecated(NamedGroup.BRAINPOOLP256R1, "brainpoolP256r1", 128),
        _deprecated(NamedGroup.BRAINPOOLP384R1, "brainpoolP384r1", 192),
        _deprecated(NamedGroup.BRAINPOOLP512R1, "brainpoolP512r1", 256),
        Group(NamedGroup.X25519, "x25519", GroupKind.MONTGOMERY, 128),
        Group(NamedGroup.X448, "x448", GroupKind.MONTGOMERY, 224),
        _new(NamedGroup.BRAINPOOLP256R1TLS13, "brainpoolP256r1tls13", GroupKind.CURVE, 128),
        _new(NamedGroup.BRAINPOOLP384R1TLS13, "brainpoolP384r1tls13", GroupKind.CURVE, 192),
        _new(NamedGroup.BRAINPOOLP512R1TLS13, "brainpoolP512r1tls13", GroupKind.CURVE, 256),
        _new(NamedGroup.CURVESM2, "curveSM2", GroupKind.CURVE, 128, OPENSSL_4_0),
        _new(NamedGroup.FFDHE2048, "ffdhe2048", GroupKind.FINITE_FIELD, 112),
        _new(NamedGroup.FFDHE3072, "ffdhe3072", GroupKind.FINITE_FIELD, 128),
        _new(NamedGroup.FFDHE4096, "ffdhe4096", GroupKind.FINITE_FIELD, 128),
        _new(NamedGroup.FFDHE6144, "ffdhe6144", GroupKind.FINITE_FIELD, 128),
        _new(NamedGroup.FFDHE8192, "ffdhe8192", GroupKind.FINITE_FIELD, 192),
        _new(NamedGroup.MLKEM512, "MLKEM512", GroupKind.ML_KEM, 128),
        _new(NamedGroup.MLKEM768, "MLKEM768", GroupKind.ML_KEM, 192),
        _new(NamedGroup.MLKEM1024, "MLKEM1024", GroupKind.ML_KEM, 256),
        _new(NamedGroup.SECP256R1MLKEM768, "SecP256r1MLKEM768", GroupKind.HYBRID, 192),
        _new(NamedGroup.X25519MLKEM768, "X25519MLKEM768", GroupKind.HYBRID, 192),
        _new(NamedGroup.SECP384R1MLKEM1024, "SecP384r1MLKEM1024", GroupKind.HYBRID, 256),
        _new(NamedGroup.CURVESM2MLKEM768, "curveSM2MLKEM768", GroupKind.HYBRID, 192, OPENSSL_4_0),
    )
}

_GROUP_WORDS = {word.lower(): group for group in GROUPS.values() for word in (group.name, *group.aliases)}


def curve_group(curve: str) -> int:
    """The group of a curve as certificates have it (tls1_nid2group_id); 0 if it has none."""
    group = find_group(curve)
    return group.code if group is not None and group.kind in _CURVES else 0


def find_group(word: str, openssl: int = OPENSSL_3_5) -> Group | None:
    """The group a configuration word means to an OpenSSL, in any letter case; None if unknown."""
    group = _GROUP_WORDS.get(word.lower())
    return group if group is not None and group.since <= openssl else None
