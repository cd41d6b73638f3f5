"""A message that is to be printed, and what those before it have settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pyfinger.report.ssl_trace.traced_extensions import ExtensionPlace
from pyfinger.report.ssl_trace.writing import Sheet
from pyfinger.tls.codepoints import TLS13, CertificateType
from pyfinger.values import Value
from pyfinger.wire import Reader


class Negotiated(Value):
    """What the messages before have settled, as far as it changes how one is printed."""

    version: int = 0
    suite: int = 0
    server_certificates: int = CertificateType.X509
    client_certificates: int = CertificateType.X509


BodyPrinter: TypeAlias = Callable[[Sheet, int, Reader, "SeenMessage"], None]


class SeenMessage(Value):
    """A message of one side."""

    server: bool
    data: bytes  # with its header
    so_far: Negotiated

    @property
    def tls13(self) -> bool:
        """Whether TLS 1.3 was agreed on."""
        return self.so_far.version == TLS13

    @property
    def place(self) -> ExtensionPlace:
        """For its extensions."""
        return ExtensionPlace(self.server, self.data[0])
