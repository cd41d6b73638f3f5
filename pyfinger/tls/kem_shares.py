"""Key agreement with ML-KEM (FIPS 203), by itself or together with a curve.

Our share is an encapsulation key, the server's a ciphertext (draft-ietf-tls-mlkem);
in a hybrid both halves stand one behind the other, and so do the secrets
(draft-ietf-tls-ecdhe-mlkem).
"""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.crypto import ml_kem
from pyfinger.errors import LibraryError
from pyfinger.tls.codepoints import NamedGroup
from pyfinger.tls.errors import Reason, TlsFailure, failure
from pyfinger.tls.key_share import KeyShare, Random
from pyfinger.values import Value

_WRONG_CIPHERTEXT_SIZE = 0x1C8000FB


_NAMES: Mapping[int, str] = {
    NamedGroup.MLKEM512: "ML-KEM-512",
    NamedGroup.MLKEM768: "ML-KEM-768",
    NamedGroup.MLKEM1024: "ML-KEM-1024",
}


class Hybrid(Value):
    """What a hybrid group is made of; the share of the curve comes first but in X25519MLKEM768."""

    kem: int
    curve: int
    kem_first: bool = False


HYBRIDS: Mapping[int, Hybrid] = {
    NamedGroup.SECP256R1MLKEM768: Hybrid(NamedGroup.MLKEM768, NamedGroup.SECP256R1),
    NamedGroup.X25519MLKEM768: Hybrid(NamedGroup.MLKEM768, NamedGroup.X25519, kem_first=True),
    NamedGroup.SECP384R1MLKEM1024: Hybrid(NamedGroup.MLKEM1024, NamedGroup.SECP384R1),
}


def ml_kem_share(group: int, random: Random) -> KeyShare:
    """A fresh encapsulation key; a ciphertext of the right length always gives a secret."""
    name = _NAMES[group]
    public, private = ml_kem.key_pair(name, random(ml_kem.SEED))

    def agree(ciphertext: bytes) -> bytes:
        if len(ciphertext) != ml_kem.CIPHERTEXTS[name]:
            raise failure(Reason.INTERNAL_ERROR)
        return ml_kem.decapsulate(name, private, ciphertext)

    return KeyShare(group, public, agree)


def hybrid_share(group: int, kem: KeyShare, curve: KeyShare) -> KeyShare:
    """Both shares as one."""
    kem_first = HYBRIDS[group].kem_first
    first, second = (kem, curve) if kem_first else (curve, kem)
    ciphertext = ml_kem.CIPHERTEXTS[_NAMES[kem.group]]
    cut = ciphertext if kem_first else len(curve.public)

    def agree(peer: bytes) -> bytes:
        if len(peer) != ciphertext + len(curve.public):
            data = f"wrong decapsulation input ciphertext size: {len(peer)}"
            raise failure(Reason.INTERNAL_ERROR).after(
                LibraryError(_WRONG_CIPHERTEXT_SIZE, "wrong ciphertext size", data)
            )
        try:
            return first.agree(peer[:cut]) + second.agree(peer[cut:])
        except TlsFailure as error:
            raise failure(Reason.INTERNAL_ERROR).after(*error.queue[:-1]) from error

    return KeyShare(group, first.public + second.public, agree)
