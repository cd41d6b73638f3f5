"""The `-C` report: the certificates as the server sent them, first session only.

It is written through a buffer of its own, as posttls-finger does: into a pipe
or a file it comes after the log, but for what does not fit the buffer.  On a
terminal it appears in place.  With a clock, each certificate's dates and names
stand below it, which posttls-finger does not show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from pyfinger.events import ChainPresented, CredentialSeen, Event, SessionBegan
from pyfinger.model import CertificateFacts, CertificateShown
from pyfinger.report.expiry import date_lines
from pyfinger.report.sanitise import printable
from pyfinger.report.words import hex_pairs
from pyfinger.steps import Clock
from pyfinger.x509.pem import to_pem

BUFFER_SIZE = 4096  # VSTREAM_BUFSIZE


class ChainReport:
    """Writes the report to `out`; `close` writes what is still held back."""

    def __init__(self, out: BinaryIO, *, in_place: bool, dates: Clock | None = None) -> None:
        """`dates`, in seconds since the epoch, to show dates and names, too."""
        self._out = out
        self._in_place = in_place
        self._held = bytearray()
        self._pass_number = 1
        self._dates = dates
        self._facts: tuple[CertificateFacts, ...] = ()

    def __call__(self, event: Event) -> None:
        """Take note of the pass number, and report the chain of the first."""
        if isinstance(event, SessionBegan):
            self._pass_number = event.number
        elif isinstance(event, CredentialSeen):
            self._facts = event.certificates
        elif isinstance(event, ChainPresented) and self._pass_number == 1:
            self._held += b"".join(chain_report(event, self._notes()))
            self._write(0 if self._in_place else BUFFER_SIZE)

    def _notes(self) -> list[list[str]]:
        """What stands below each certificate."""
        if self._dates is None:
            return []
        now = self._dates()
        return [date_lines(certificate, now) for certificate in self._facts]

    def close(self) -> None:
        """Write everything."""
        self._write(0)

    def _write(self, keep: int) -> None:
        """Write whole buffers until no more than `keep` bytes are held."""
        while len(self._held) > keep:
            self._out.write(self._held[:BUFFER_SIZE])
            del self._held[:BUFFER_SIZE]
        self._out.flush()


def chain_report(event: ChainPresented, notes: Sequence[Sequence[str]] = ()) -> Iterator[bytes]:
    """The report, piece by piece; `notes` are lines to stand below each certificate."""
    yield b"\n---\nCertificate chain\n"
    for index, certificate in enumerate(event.certificates):
        yield from _certificate(index, certificate)
        for line in notes[index] if index < len(notes) else ():
            yield printable(line, utf8=False) + b"\n"


def _certificate(index: int, certificate: CertificateShown) -> Iterator[bytes]:
    yield b"%2d subject: %s\n" % (index, certificate.subject)
    yield b"    issuer: %s\n" % certificate.issuer
    yield f"   cert digest={hex_pairs(certificate.cert_digest)}\n".encode()
    yield f"   pkey digest={hex_pairs(certificate.key_digest)}\n".encode()
    yield to_pem("CERTIFICATE", certificate.der).encode("ascii")
