"""Fingerprints of hellos: JA3 and JA4 of a client's, JA3S of a server's answer.

JA3 and JA3S join what a hello has, in its order, and take the MD5 (Salesforce,
BSD 3-clause).  JA4 sorts it first (FoxIO, BSD 3-clause); its relatives JA4S,
JA4X and so on are under another licence and are not here.  GREASE (RFC 8701)
never counts.  Of a hello that breaks off, what is there counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import md5, sha256

from pyfinger.dissect.extension_trees import extension_data
from pyfinger.dissect.field import Field
from pyfinger.dissect.message_trees import in_the_clear
from pyfinger.dissect.registries import is_grease
from pyfinger.tls.codepoints import SSL2, SSL3, TLS10, TLS11, TLS12, TLS13, ExtensionType, HandshakeType
from pyfinger.values import Value

_NONE = "0" * 12
_MOST = 99
_JA4_VERSIONS = {TLS13: "13", TLS12: "12", TLS11: "11", TLS10: "10", SSL3: "s3", SSL2: "s2"}


class Md5Print(Value):
    """A fingerprint with what it is the MD5 of."""

    full: str
    digest: str


class Ja4(Value):
    """A JA4 fingerprint, and the same with lists instead of hashes."""

    digest: str
    raw: str


def ja3(message: bytes) -> Md5Print | None:
    """JA3 of a ClientHello with its header; None for any other message."""
    hello = _decoded(message, HandshakeType.CLIENT_HELLO)
    if hello is None:
        return None
    groups = _numbers(hello, ExtensionType.SUPPORTED_GROUPS, "named_group")
    formats = _numbers(hello, ExtensionType.EC_POINT_FORMATS, "ec_point_format")
    suites = _plain(hello.numbers("cipher_suite"))
    return _md5(hello, suites, _extensions(hello), groups, formats)


def ja3s(message: bytes) -> Md5Print | None:
    """JA3S of a ServerHello with its header; None for any other message."""
    hello = _decoded(message, HandshakeType.SERVER_HELLO)
    if hello is None:
        return None
    return _md5(hello, hello.numbers("cipher_suite"), _extensions(hello))


def ja4(message: bytes) -> Ja4 | None:
    """JA4 of a ClientHello with its header, over TCP; None for any other message."""
    hello = _decoded(message, HandshakeType.CLIENT_HELLO)
    if hello is None:
        return None
    suites, extensions = _plain(hello.numbers("cipher_suite")), _extensions(hello)
    start = "".join(
        (
            "t",
            _version(hello),
            "d" if ExtensionType.SERVER_NAME in extensions else "i",
            f"{min(len(suites), _MOST):02}{min(len(extensions), _MOST):02}",
            _protocol(hello),
        )
    )
    rest = [
        code
        for code in extensions
        if code not in (ExtensionType.SERVER_NAME, ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION)
    ]
    schemes = _hex(_numbers(hello, ExtensionType.SIGNATURE_ALGORITHMS, "signature_scheme"))
    ciphers, others = _hex(sorted(suites)), _hex(sorted(rest))
    others += f"_{schemes}" if schemes else ""
    return Ja4(f"{start}_{_short(ciphers)}_{_short(others)}", f"{start}_{ciphers}_{others}")


def _decoded(message: bytes, kind: int) -> Field | None:
    return in_the_clear(message) if message[:1] == bytes([kind]) else None


def _plain(codes: Iterable[int]) -> list[int]:
    return [code for code in codes if not is_grease(code)]


def _extensions(hello: Field) -> list[int]:
    return _plain(hello.numbers("extension_type"))


def _numbers(hello: Field, extension: int, name: str) -> list[int]:
    data = extension_data(hello, extension)
    return _plain(data.numbers(name)) if data is not None else []


def _md5(hello: Field, *lists: list[int]) -> Md5Print:
    version = str(hello.number("legacy_version") or 0)
    full = ",".join((version, *("-".join(map(str, codes)) for codes in lists)))
    return Md5Print(full, md5(full.encode(), usedforsecurity=False).hexdigest())


def _version(hello: Field) -> str:
    """The highest version offered."""
    offered = _numbers(hello, ExtensionType.SUPPORTED_VERSIONS, "version") or hello.numbers("legacy_version")
    return _JA4_VERSIONS.get(max(offered, default=0), "00")


def _protocol(hello: Field) -> str:
    """Both ends of the first ALPN protocol's name, or of its hexadecimal form if not alphanumeric."""
    data = extension_data(hello, ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION)
    first = next(data.all("protocol_name"), None) if data is not None else None
    name = first.value if first is not None and isinstance(first.value, bytes) else b""
    if not name:
        return "00"
    ends = name[:1] + name[-1:]
    form = ends.decode("latin-1") if ends.isalnum() else name.hex()
    return form[0] + form[-1]


def _hex(codes: Iterable[int]) -> str:
    return ",".join(f"{code:04x}" for code in codes)


def _short(listed: str) -> str:
    return sha256(listed.encode()).hexdigest()[:12] if listed else _NONE
