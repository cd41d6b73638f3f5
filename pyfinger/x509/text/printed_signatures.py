"""Signature algorithms with what is known of their parameters, and signatures (X509_signature_print())."""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.x509 import algorithm_identifiers as algorithms
from pyfinger.x509 import der
from pyfinger.x509.algorithm_identifiers import AlgorithmIdentifier
from pyfinger.x509.text.layout import hexadecimal, labeled_number, signature_rows
from pyfinger.x509.text.object_names import object_name

_DSA = frozenset(
    {
        "1.2.840.10040.4.3",
        "1.3.14.3.2.27",
        *(f"2.16.840.1.101.3.4.3.{n}" for n in range(1, 9)),
    }
)


def signature_text(algorithm: AlgorithmIdentifier, signature: bytes | None) -> str:
    """An algorithm, and below it a signature if there is one."""
    text = f"    Signature Algorithm: {object_name(algorithm.oid)}"
    if signature is not None:
        text += "\n    Signature Value:"
    if algorithm.oid == algorithms.RSA_PSS:
        text += _pss(algorithm.parameters)
    else:
        text += "\n"
    if signature is None:
        return text
    pair = _pair(signature) if algorithm.oid in _DSA else None
    if pair is not None:
        return text + "".join(
            labeled_number(label, value, 8) for label, value in zip(("r:   ", "s:   "), pair, strict=True)
        )
    return text + signature_rows(signature, 8)


def _pair(signature: bytes) -> tuple[int, int] | None:
    """The two numbers of a Dss-Sig-Value, whatever follows them; None if it is none (d2i_DSA_SIG())."""
    try:
        inside = der.DerCursor(signature).sequence("signature")
        pair = inside.integer("r"), inside.integer("s")
        inside.finish("signature")
    except DecodeError:
        return None
    return pair if min(pair) >= 0 else None


def _pss(parameters: bytes | None) -> str:
    """The parameters of RSASSA-PSS; without line breaks before, as OpenSSL prints them."""
    margin = " " * 8
    try:
        fields = _pss_fields(der.DerCursor(parameters or b""))
    except DecodeError:
        return f"{margin}(INVALID PSS PARAMETERS)\n"
    digest, mask, salt, trailer = fields
    return (
        f"{margin}\n{margin}Hash Algorithm: {digest}\n{margin}Mask Algorithm: {mask}\n"
        f"{margin} Salt Length: 0x{salt}\n{margin}Trailer Field: 0x{trailer}\n"
    )


def _pss_fields(cursor: der.DerCursor) -> tuple[str, str, str, str]:
    inside = cursor.sequence("PSS parameters")
    digest, mask, salt, trailer = "sha1 (default)", "mgf1 with sha1 (default)", "14 (default)", "01 (default)"
    if found := inside.optional(der.CONTEXT | 0, "PSS hash"):
        digest = object_name(algorithms.read_algorithm(found.inside(), "digest").oid)
    if found := inside.optional(der.CONTEXT | 1, "PSS mask"):
        generation = algorithms.read_algorithm(found.inside(), "mask generation")
        mask = f"{object_name(generation.oid)} with {_mask_digest(generation)}"
    if found := inside.optional(der.CONTEXT | 2, "PSS salt"):
        salt = hexadecimal(found.inside().integer("PSS salt"))
    if found := inside.optional(der.CONTEXT | 3, "PSS trailer"):
        trailer = hexadecimal(found.inside().integer("PSS trailer"))
    inside.finish("PSS parameters")
    return digest, mask, salt, trailer


def _mask_digest(generation: AlgorithmIdentifier) -> str:
    try:
        found = algorithms.read_algorithm(der.DerCursor(generation.parameters or b""), "digest")
    except DecodeError:
        return "INVALID"
    return object_name(found.oid)
