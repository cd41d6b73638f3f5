"""The line that sums up a TLS session (postconf(5) smtp_tls_loglevel 1).

Everything after the cipher is known for TLS 1.3 only: earlier versions leave it out.
"""

from __future__ import annotations

from pyfinger.events import TlsEstablished
from pyfinger.model import HandshakeSignature, KeyKind, Secured

# How a signature is named after the kind of key that made it.
_ALGORITHMS: dict[str, str] = {
    KeyKind.RSA: "RSA-PSS",
    KeyKind.RSA_PSS: "RSASSA-PSS",
    KeyKind.EC: "ECDSA",
}


def summary(event: TlsEstablished) -> str:
    """`TRUST TLS connection established to NAMADDR: ...`."""
    secured = event.secured
    return (
        f"{event.trust.value} TLS connection established to {event.peer.lowered}:"
        f" {secured.protocol} with cipher {secured.cipher}"
        f" ({secured.bits_used}/{secured.bits_total} bits)"
        f"{_key_exchange(secured)}"
        f"{_signature('server', secured.server_signature)}"
        f"{_signature('client', secured.client_signature)}"
    )


def _key_exchange(secured: Secured) -> str:
    return f" key-exchange {secured.group}" if secured.group else ""


def _signature(whose: str, signature: HandshakeSignature | None) -> str:
    if signature is None:
        return ""
    algorithm = _ALGORITHMS.get(signature.kind, signature.kind)
    remark = _key_remark(signature)
    digest = f" {whose}-digest {signature.digest}" if signature.digest else ""
    return f" {whose}-signature {algorithm}{f' ({remark})' if remark else ''}{digest}"


def _key_remark(signature: HandshakeSignature) -> str:
    """What stands in parentheses: size or curve, and whether the key came bare."""
    sizes: dict[str, str] = {KeyKind.RSA: f"{signature.bits} bit", KeyKind.EC: signature.curve}
    size = sizes.get(signature.kind, "")
    if signature.raw_key:
        return f"{size} raw public key".lstrip()
    return f"{size}s" if signature.kind == KeyKind.RSA else size
