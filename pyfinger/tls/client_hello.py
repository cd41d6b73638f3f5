"""The ClientHello, byte by byte as OpenSSL 3.5 and 3.6 write it.

The order of extensions is OpenSSL's; each row of `_EXTENSIONS` says what goes
in, or None for nothing.  A hello of 256 to 511 bytes is padded to 512, for the
sake of servers that choke on such lengths (RFC 7685).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from struct import pack
from typing import TypeAlias

from pyfinger.tls.codepoints import (
    RENEGOTIATION_SCSV,
    TLS12,
    TLS13,
    CertificateType,
    ECPointFormat,
    ExtensionType,
    HandshakeType,
    PskKeyExchangeMode,
)
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.hello_variant import HelloVariant, grease_value, with_grease
from pyfinger.tls.key_exchange import KeyShare
from pyfinger.tls.key_schedule import Schedule13, digest_size
from pyfinger.tls.messages import message
from pyfinger.tls.sessions import SavedSession
from pyfinger.values import Value, replace
from pyfinger.wire import opaque, uint


class ClientHello(Value):
    """Everything a ClientHello is made from."""

    __slots__ = ("__dict__",)  # what is made once

    config: ClientConfig
    random: bytes
    session_id: bytes = b""
    shares: tuple[KeyShare, ...] = ()
    cookie: bytes = b""
    session: SavedSession | None = None  # to be taken up again
    ticket_age: int = 0  # of a TLS 1.3 session, obfuscated

    @cached_property
    def offered(self) -> Mapping[int, bytes]:
        """The extensions but for padding, in order."""
        found = (
            (kind, content(self))
            for kind, content in (*_EXTENSIONS, (ExtensionType.PRE_SHARED_KEY, _pre_shared_key))
        )
        return {kind: content for kind, content in found if content is not None}

    def retried(self, shares: tuple[KeyShare, ...], cookie: bytes, digest: str) -> ClientHello:
        """The second hello, after HelloRetryRequest (RFC 8446 section 4.1.2).

        A pre-shared key that does not fit the hash chosen is not offered again.
        """
        keep = self.session is None or not self.session.tls13 or self.session.digest == digest
        return replace(self, shares=shares, cookie=cookie, session=self.session if keep else None)

    @property
    def psk(self) -> SavedSession | None:
        """The session offered as a pre-shared key."""
        return self.session if self.session is not None and self.session.tls13 else None


_RAW_KEY_FIRST = bytes([CertificateType.RAW_PUBLIC_KEY, CertificateType.X509])
_Content: TypeAlias = Callable[[ClientHello], "bytes | None"]


def _u16s(values: tuple[int, ...], length: int) -> bytes:
    return opaque(pack(f">{len(values)}H", *values), length)


def _renegotiation(hello: ClientHello) -> bytes | None:
    return b"\0" if hello.config.renegotiation_extension else None


def _server_name(hello: ClientHello) -> bytes | None:
    name = hello.config.servername
    return opaque(b"\0" + opaque(name, 2), 2) if name else None


def _point_formats(hello: ClientHello) -> bytes | None:
    if not hello.config.point_formats:
        return None
    formats = [ECPointFormat.UNCOMPRESSED]
    if hello.config.compressed_points:
        formats.append(ECPointFormat.ANSIX962_COMPRESSED_PRIME)
        if not hello.config.security.suite_b:  # which has no binary fields
            formats.append(ECPointFormat.ANSIX962_COMPRESSED_CHAR2)
    return opaque(bytes(formats), 1)


def _groups(hello: ClientHello) -> bytes | None:
    return _u16s(hello.config.groups, 2) if hello.config.groups else None


def _ticket(hello: ClientHello) -> bytes | None:
    if not hello.config.tickets:
        return None
    return hello.session.ticket if hello.session is not None and not hello.session.tls13 else b""


def _encrypt_then_mac(hello: ClientHello) -> bytes | None:
    return b"" if hello.config.encrypt_then_mac else None


def _extended_master_secret(hello: ClientHello) -> bytes | None:
    return b"" if hello.config.extended_master_secret else None


def _client_types(hello: ClientHello) -> bytes | None:
    return opaque(_RAW_KEY_FIRST, 1) if hello.config.credentials else None


def _server_types(hello: ClientHello) -> bytes | None:
    return opaque(_RAW_KEY_FIRST, 1) if hello.config.raw_keys else None


def _schemes(hello: ClientHello) -> bytes | None:
    return _u16s(hello.config.schemes, 2) if hello.config.highest >= TLS12 else None


def _certificate_schemes(hello: ClientHello) -> bytes | None:
    schemes = hello.config.certificate_schemes
    return _u16s(schemes, 2) if schemes and hello.config.highest >= TLS12 else None


def _only_tls13(content: _Content) -> _Content:
    return lambda hello: content(hello) if hello.config.highest == TLS13 else None


def _versions(hello: ClientHello) -> bytes | None:
    return _u16s(hello.config.versions, 1)


def _psk_modes(hello: ClientHello) -> bytes | None:
    modes = [PskKeyExchangeMode.PSK_DHE_KE]
    if hello.config.psk_without_dhe:
        modes.append(PskKeyExchangeMode.PSK_KE)
    return opaque(bytes(modes), 1)


def _cookie(hello: ClientHello) -> bytes | None:
    return opaque(hello.cookie, 2) if hello.cookie else None


def _key_share(hello: ClientHello) -> bytes | None:
    return opaque(b"".join(uint(s.group, 2) + opaque(s.public, 2) for s in hello.shares), 2)


def _compression(hello: ClientHello) -> bytes | None:
    """compress_certificate; OpenSSL does not send it where client certificate types are on offer."""
    if hello.config.credentials or not hello.config.compression:
        return None
    return _u16s(hello.config.compression, 1)


def _pre_shared_key(hello: ClientHello) -> bytes | None:
    """The one identity, and a place for its binder (RFC 8446 section 4.2.11)."""
    if hello.psk is None:
        return None
    identity = opaque(hello.psk.ticket, 2) + uint(hello.ticket_age, 4)
    return opaque(identity, 2) + opaque(opaque(bytes(digest_size(hello.psk.digest)), 1), 2)


# RFC 5746, 6066, 8422, 7919, 5077, 7366, 7627, 7250, 8446, 8879.
_EXTENSIONS: tuple[tuple[int, _Content], ...] = (
    (ExtensionType.RENEGOTIATION_INFO, _renegotiation),
    (ExtensionType.SERVER_NAME, _server_name),
    (ExtensionType.EC_POINT_FORMATS, _point_formats),
    (ExtensionType.SUPPORTED_GROUPS, _groups),
    (ExtensionType.SESSION_TICKET, _ticket),
    (ExtensionType.ENCRYPT_THEN_MAC, _encrypt_then_mac),
    (ExtensionType.EXTENDED_MASTER_SECRET, _extended_master_secret),
    (ExtensionType.CLIENT_CERTIFICATE_TYPE, _client_types),
    (ExtensionType.SERVER_CERTIFICATE_TYPE, _server_types),
    (ExtensionType.SIGNATURE_ALGORITHMS, _schemes),
    (ExtensionType.SIGNATURE_ALGORITHMS_CERT, _certificate_schemes),
    (ExtensionType.SUPPORTED_VERSIONS, _only_tls13(_versions)),
    (ExtensionType.PSK_KEY_EXCHANGE_MODES, _only_tls13(_psk_modes)),
    (ExtensionType.COOKIE, _only_tls13(_cookie)),
    (ExtensionType.KEY_SHARE, _only_tls13(_key_share)),
    (ExtensionType.COMPRESS_CERTIFICATE, _only_tls13(_compression)),
)


def _padding(size: int) -> bytes:
    """An extension that fills a hello of `size` bytes, header included, up to 512."""
    if not 0xFF < size < 0x200:
        return b""
    missing = 0x200 - size
    return _extension(ExtensionType.PADDING, bytes(missing - 4 if missing > 4 else 1))


def _extension(kind: int, data: bytes) -> bytes:
    return uint(kind, 2) + opaque(data, 2)


def client_hello(hello: ClientHello, before: bytes = b"") -> bytes:
    """The whole handshake message (RFC 8446 section 4.1.2, tls_construct_client_hello()).

    `before` are the messages before it, of which a second hello has some: the
    binder of a pre-shared key covers them.
    """
    config = hello.config
    variant = config.variant or HelloVariant()
    suites = config.suites + ((RENEGOTIATION_SCSV,) if config.renegotiation_scsv else ())
    if variant.grease:
        suites = (grease_value(hello.random, 0), *suites)
    fixed = (
        uint(min(config.highest, TLS12), 2)
        + hello.random
        + opaque(hello.session_id, 1)
        + _u16s(suites, 2)
        + opaque(b"\0", 1)
    )
    offered = dict(hello.offered)
    last = (
        _extension(ExtensionType.PRE_SHARED_KEY, offered.pop(ExtensionType.PRE_SHARED_KEY))
        if hello.psk
        else b""
    )
    if variant.grease:
        offered = with_grease(offered, hello.random, again=bool(before))
    block = b"".join(_extension(kind, data) for kind, data in (*offered.items(), *variant.extensions))
    size = 4 + len(fixed) + 2 + len(block) + len(last)
    if variant.size:
        block += _extension(ExtensionType.PADDING, bytes(max(0, variant.size - size - 4)))
    elif config.padding:
        block += _padding(size)
    block += last
    whole = message(HandshakeType.CLIENT_HELLO, fixed + opaque(block, 2))
    return whole if hello.psk is None else _bound(whole, hello.psk, before)


def _bound(whole: bytes, psk: SavedSession, before: bytes) -> bytes:
    """The hello with its binder (RFC 8446 section 4.2.11.2)."""
    size = digest_size(psk.digest)
    truncated = whole[: -3 - size]
    return whole[:-size] + Schedule13(psk.digest, psk.secret).binder(before + truncated)
