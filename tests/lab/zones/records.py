"""Lines of zone files: TLSA records, and the usual mail domain."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from tests.lab import certificates
from tests.lab.places import LAB

_CERTIFICATES = certificates.load(LAB / "pki")
_MATCHING = {1: "sha256", 2: "sha512"}


class Tlsa(NamedTuple):
    """A TLSA record about one of the lab's certificates (RFC 6698 section 2.1)."""

    usage: int
    selector: int
    matching: int
    certificate: str
    cut: int | None = None  # the association data ends after so many octets

    def line(self, owner: str, port: int = 25) -> str:
        """The record of a host."""
        return f"_{port}._tcp.{owner} TLSA {self.content()}"

    def content(self) -> str:
        """The record's content; a selector or type that does not exist is like 0."""
        data = _CERTIFICATES[self.certificate]
        if self.selector == 1:
            data = certificates.spki(data)
        if self.matching in _MATCHING:
            data = hashlib.new(_MATCHING[self.matching], data).digest()
        return f"{self.usage} {self.selector} {self.matching} {data[: self.cut].hex()}"


def site(label: str, address: str, *records: Tlsa, port: int = 25) -> list[str]:
    """A domain with one mail host, `mx-LABEL` in the same zone, and that host's TLSA records."""
    host = f"mx-{label}"
    return [
        f"{label} MX 10 {host}",
        f"{host} A {address}",
        *(record.line(host, port) for record in records),
    ]
