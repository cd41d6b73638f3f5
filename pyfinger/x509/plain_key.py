"""What most public keys have in common: no curve, no encryption."""

from __future__ import annotations


class PlainKey:
    """The part of a `Key` that only those of RSA and of curves have something to say of."""

    __slots__ = ()

    @property
    def curve(self) -> str:
        """None."""
        return ""

    @property
    def explicit(self) -> bool:
        """Never."""
        return False

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        """Only RSA can."""
        raise ValueError("not an RSA key")
