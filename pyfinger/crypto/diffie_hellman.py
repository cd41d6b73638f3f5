"""Diffie-Hellman modulo a prime (RFC 2631, RFC 7919), and X25519 and X448 (RFC 7748).

As with curves (`prime_curves`, `binary_curves`) a private key is made of what `random`
gives and nothing else, and the arithmetic is tlslite-ng's.  How large a group may be,
and how numbers are written, is the caller's matter.
"""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.crypto import tlslite_ng

_AS_NUMBERS, _AS_OCTETS = (3, 3), (3, 4)  # what tlslite-ng's versions of TLS make of values

_FFDHE = ("ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192")
_MONTGOMERY = {"x25519": (0x1D, 32), "x448": (0x1E, 56)}  # code, octets

_REFUSALS = (
    tlslite_ng.TLSIllegalParameterException,
    tlslite_ng.TLSDecodeError,
    ArithmeticError,
    ValueError,
    AssertionError,
)


class NoAgreement(ValueError):
    """A group that is none, or a public value that no secret comes of."""


class FiniteField:
    """A multiplicative group; public keys and secrets are numbers."""

    def __init__(self, prime: int, generator: int) -> None:
        try:
            self._method = tlslite_ng.FFDHKeyExchange(0, _AS_NUMBERS, generator, prime)
        except _REFUSALS as error:
            raise NoAgreement("bad group") from error
        self.size = (prime.bit_length() + 7) // 8  # octets of a number

    def private_key(self, random: Callable[[int], bytes]) -> int:
        """An exponent of twice the strength of the group (RFC 3526 section 1)."""
        return int.from_bytes(random((2 * tlslite_ng.paramStrength(self._method.prime) + 7) // 8), "big")

    def public_key(self, private: int) -> int:
        """Our number; `NoAgreement` if it gives the exponent away."""
        try:
            return int(self._method.calc_public_value(private))
        except _REFUSALS as error:
            raise NoAgreement("bad group") from error

    def shared_secret(self, private: int, public: int) -> int:
        """The number both come to; `NoAgreement` for a public one out of range or in a small subgroup."""
        try:
            return int.from_bytes(self._method.calc_shared_key(private, public), "big")
        except _REFUSALS as error:
            raise NoAgreement("bad public value") from error


def named_field(name: str) -> FiniteField:
    """`ffdhe2048` and its like (RFC 7919 appendix A)."""
    generator, prime = tlslite_ng.RFC7919_GROUPS[_FFDHE.index(name)]
    return FiniteField(prime, generator)


class MontgomeryCurve:
    """`x25519` or `x448`; keys are any octets, `size` many (RFC 7748 section 5)."""

    def __init__(self, name: str) -> None:
        code, self.size = _MONTGOMERY[name]
        self._method = tlslite_ng.ECDHKeyExchange(code, _AS_OCTETS)

    def private_key(self, random: Callable[[int], bytes]) -> bytes:
        """Random octets as they are."""
        return random(self.size)

    def public_key(self, private: bytes) -> bytes:
        """Our u coordinate."""
        return bytes(self._method.calc_public_value(bytearray(private)))

    def shared_secret(self, private: bytes, public: bytes) -> bytes:
        """The common u coordinate; `NoAgreement` if it is 0 (section 6)."""
        try:
            return bytes(self._method.calc_shared_key(bytearray(private), bytearray(public)))
        except tlslite_ng.TLSIllegalParameterException as error:
            raise NoAgreement("a secret of zeros") from error
