"""The one import of python-ecdsa, each part when it is first needed.

Taken: curves, points and their sums, ECDSA with the nonce of RFC 6979, ECDH, EdDSA signatures
of our own.  What others sign on Edwards curves is verified by `eddsa`, as OpenSSL does it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfinger.crypto.curves import CurveParameters


def curve(library_name: str) -> Any:
    """The curve object of that name."""
    from ecdsa import curves

    return getattr(curves, library_name)


def make_curve(known: CurveParameters) -> Any:
    """A curve that the library does not have, as its own are."""
    from ecdsa.curves import Curve
    from ecdsa.ellipticcurve import CurveFp, PointJacobi

    field = CurveFp(known.field, known.a, known.b, 1)
    base = PointJacobi(field, known.x, known.y, 1, known.order, generator=True)
    return Curve(known.name, field, base, None)


def new_signing_key(curve_object: Any, random: Callable[[int], bytes]) -> Any:
    """A SigningKey made of random octets."""
    from ecdsa import SigningKey

    return SigningKey.generate(curve_object, entropy=random)


def shared_secret(curve_object: Any, private: Any, public: bytes) -> bytes:
    """ECDH with a SigningKey; `AssertionError` if the other's point is none."""
    from ecdsa.ecdh import ECDH

    agreement = ECDH(curve_object, private)
    agreement.load_received_public_key_bytes(public)
    return bytes(agreement.generate_sharedsecret_bytes())


def public_key(library_name: str, octets: bytes) -> Any:
    """The Public_key of a point in any form (SEC 1 section 2.3.4); `ValueError` if the curve lacks it."""
    from ecdsa.ecdsa import InvalidPointError, Public_key
    from ecdsa.ellipticcurve import PointJacobi
    from ecdsa.errors import MalformedPointError

    known = curve(library_name)
    try:
        point = PointJacobi.from_bytes(
            known.curve, octets, valid_encodings=("uncompressed", "compressed", "hybrid"), order=known.order
        )
        return Public_key(known.generator, point)
    except (MalformedPointError, InvalidPointError):
        raise ValueError("point not on its curve") from None


def signing_key(library_name: str, secret: int) -> Any:
    """The SigningKey of a secret number."""
    from ecdsa import SigningKey

    return SigningKey.from_secret_exponent(secret, curve(library_name))


def edwards_key(name: str, secret: bytes) -> Any:
    """The PrivateKey on `ed25519` or `ed448` that a secret of the right size makes."""
    from ecdsa import eddsa

    return eddsa.PrivateKey(getattr(eddsa, f"generator_{name}"), secret)
