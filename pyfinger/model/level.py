"""Security levels and address families."""

from __future__ import annotations

from enum import Enum, IntEnum


class Level(IntEnum):
    """TLS security levels; the order is the meaning (postconf(5) smtp_tls_security_level)."""

    NONE = 0
    MAY = 1
    ENCRYPT = 2
    FINGERPRINT = 3
    HALF_DANE = 4
    DANE = 5
    DANE_ONLY = 6
    VERIFY = 7
    SECURE = 8

    @property
    def word(self) -> str:
        """The level as written in options and messages."""
        return {Level.HALF_DANE: "halfdane", Level.DANE_ONLY: "dane-only"}.get(self, self.name.lower())

    @property
    def must_match(self) -> bool:
        """Whether the server has to prove who it is."""
        return self > Level.ENCRYPT

    @property
    def uses_dane(self) -> bool:
        """Whether TLSA records decide."""
        return Level.HALF_DANE <= self <= Level.DANE_ONLY


class Family(Enum):
    """Address families."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    UNIX = "unix"
