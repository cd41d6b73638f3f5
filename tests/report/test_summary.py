import pytest

from pyfinger.events import TlsEstablished
from pyfinger.model import ConnectionInfo, Credential, HandshakeSignature, Peer, Trust
from pyfinger.report.lines.tls import summary

PEER = Peer("MX.test", "192.0.2.1", 25)


def tls13(
    server: HandshakeSignature | None = None, client: HandshakeSignature | None = None
) -> ConnectionInfo:
    return ConnectionInfo(
        0x0304,
        "TLSv1.3",
        0x1302,
        "TLS_AES_256_GCM_SHA384",
        256,
        256,
        Credential((b"x",)),
        group="x25519",
        server_signature=server,
        client_signature=client,
    )


def line(secured: ConnectionInfo, trust: Trust = Trust.VERIFIED) -> str:
    return summary(TlsEstablished(PEER, trust, secured))


def test_tls12_ends_with_the_cipher() -> None:
    secured = ConnectionInfo(0x0303, "TLSv1.2", 0, "ADH-AES256-GCM-SHA384", 256, 256, Credential())
    assert line(secured, Trust.ANONYMOUS) == (
        "Anonymous TLS connection established to mx.test[192.0.2.1]:25:"
        " TLSv1.2 with cipher ADH-AES256-GCM-SHA384 (256/256 bits)"
    )


SIGNATURES = [
    (HandshakeSignature("RSA", 2048, "", "SHA256", False), "RSA-PSS (2048 bits) server-digest SHA256"),
    (
        HandshakeSignature("RSA", 2048, "", "SHA256", True),
        "RSA-PSS (2048 bit raw public key) server-digest SHA256",
    ),
    (
        HandshakeSignature("EC", 384, "secp384r1", "SHA384", False),
        "ECDSA (secp384r1) server-digest SHA384",
    ),
    (
        HandshakeSignature("EC", 256, "prime256v1", "SHA256", True),
        "ECDSA (prime256v1 raw public key) server-digest SHA256",
    ),
    (HandshakeSignature("RSA-PSS", 2048, "", "SHA256", False), "RSASSA-PSS server-digest SHA256"),
    (HandshakeSignature("ED25519", 253, "", "", False), "ED25519"),
    (HandshakeSignature("ED25519", 253, "", "", True), "ED25519 (raw public key)"),
    (HandshakeSignature("ED448", 456, "", "", False), "ED448"),
]


@pytest.mark.parametrize(("signature", "text"), SIGNATURES)
def test_server_signatures(signature: HandshakeSignature, text: str) -> None:
    assert line(tls13(signature)) == (
        "Verified TLS connection established to mx.test[192.0.2.1]:25: TLSv1.3 with cipher"
        f" TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange x25519 server-signature {text}"
    )


def test_client_signature_comes_last() -> None:
    ours = HandshakeSignature("EC", 256, "prime256v1", "SHA256", False)
    assert line(tls13(SIGNATURES[0][0], ours)).endswith(
        "server-digest SHA256 client-signature ECDSA (prime256v1) client-digest SHA256"
    )


def test_resumption_has_no_signature() -> None:
    assert line(tls13(), Trust.TRUSTED).endswith("(256/256 bits) key-exchange x25519")
