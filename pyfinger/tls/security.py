"""OpenSSL's security levels, and Suite B: what of a handshake they forbid.

Each level asks for so many bits of strength, of everything
(SSL_CTX_set_security_level(3), ssl_security_default_callback); the profiles of
RFC 6460 leave two curves and the signatures that go with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from pyfinger.tls.codepoints import TLS12, NamedGroup, SignatureScheme
from pyfinger.tls.groups import GROUPS
from pyfinger.tls.signature_schemes import SCHEMES
from pyfinger.tls.suites import Suite, SuiteHash
from pyfinger.values import Value

MIN_BITS = (0, 80, 112, 128, 192, 256)  # by level
_SHA1_MAC_BITS = 160
_FORWARD_SECRECY, _NO_TICKETS = 3, 3  # the first levels that want it
_DH_STRENGTHS = ((15360, 256), (7680, 192), (3072, 128), (2048, 112), (1024, 80))  # modulus, strength
_MIN_DH_STRENGTH = 80  # at level 0, too

_P256 = (NamedGroup.SECP256R1, SignatureScheme.ECDSA_SECP256R1_SHA256)
_P384 = (NamedGroup.SECP384R1, SignatureScheme.ECDSA_SECP384R1_SHA384)
_CURVES: Mapping[int, str] = {NamedGroup.SECP256R1: "prime256v1", NamedGroup.SECP384R1: "secp384r1"}
_SUITE_B_CURVES: Mapping[int, int] = {  # of ECDHE-ECDSA with AES-GCM
    0xC02B: NamedGroup.SECP256R1,
    0xC02C: NamedGroup.SECP384R1,
}

# SHA-1 counts as broken, whatever its size (sigalg_security_bits); EdDSA as in RFC 8032 section 8.5.
_SIGNATURE_BITS = {"sha1": 64, "sha224": 112, "sha256": 128, "sha384": 192, "sha512": 256}
_SCHEME_BITS: Mapping[int, int] = {
    SignatureScheme.ED25519: 128,
    SignatureScheme.ED448: 224,
    SignatureScheme.MLDSA44: 128,
    SignatureScheme.MLDSA65: 192,
    SignatureScheme.MLDSA87: 256,
}


class SuiteB(Enum):
    """Profiles of RFC 6460: the (group, signature scheme) pairs that take the place of the usual lists."""

    LEVEL_128 = (_P256, _P384)
    LEVEL_128_ONLY = (_P256,)
    LEVEL_192 = (_P384,)

    @property
    def groups(self) -> tuple[int, ...]:
        """For key exchange."""
        return tuple(group for group, _ in self.value)

    @property
    def curves(self) -> frozenset[str]:
        """The same, as certificates name them."""
        return frozenset(_CURVES[group] for group in self.groups)

    @property
    def schemes(self) -> tuple[int, ...]:
        """For signatures."""
        return tuple(scheme for _, scheme in self.value)


class SecurityLevel(Value):
    """A level, 0 to 5, and a profile."""

    level: int = 0
    suite_b: SuiteB | None = None

    @property
    def bits(self) -> int:
        """The strength asked for."""
        return MIN_BITS[self.level]

    @property
    def tickets(self) -> bool:
        """Whether sessions may be resumed by ticket before TLS 1.3."""
        return self.level < _NO_TICKETS

    def allows_version(self, version: int) -> bool:
        """Nothing below TLS 1.2 above level 0, or in Suite B."""
        return version >= TLS12 or (self.level == 0 and self.suite_b is None)

    def allows_group(self, code: int) -> bool:
        """A key exchange group by its strength."""
        return GROUPS[code].bits >= self.bits

    def allows_curve(self, suite: Suite, group: int) -> bool:
        """Before TLS 1.3, each suite of Suite B has its own."""
        return self.suite_b is None or _SUITE_B_CURVES.get(suite.code) == group

    def allows_scheme(self, code: int) -> bool:
        """A signature scheme by its digest's strength."""
        return _scheme_bits(code) >= self.bits

    def allows_dh(self, modulus_bits: int) -> bool:
        """A finite field group the server made up, by its modulus (BN_security_bits)."""
        strength = next((bits for size, bits in _DH_STRENGTHS if modulus_bits >= size), 0)
        return strength >= max(self.bits, _MIN_DH_STRENGTH)

    def allows_suite(self, suite: Suite) -> bool:
        """Strength, authentication, and from level 3 on forward secrecy."""
        if self.level == 0:
            return True
        mac = None if suite.cipher.aead else suite.digest
        return (
            suite.cipher.used >= self.bits
            and not suite.anonymous
            and mac is not SuiteHash.MD5
            and not (mac is SuiteHash.SHA and self.bits > _SHA1_MAC_BITS)
            and (self.level < _FORWARD_SECRECY or suite.forward_secret)
        )


def _scheme_bits(code: int) -> int:
    if code in _SCHEME_BITS:
        return _SCHEME_BITS[code]
    return _SIGNATURE_BITS[SCHEMES[code].algorithm.digest]
