"""Lines about our own keys and certificates."""

from __future__ import annotations

from pyfinger.events import (
    CertificateFileRefused,
    ChainFault,
    ChainFileFaulty,
    ChainFilesRefused,
    ChainFileUnreadable,
    KeyFileMismatched,
    KeyFileRefused,
    PemTypeIgnored,
    SecondKeyIgnored,
)
from pyfinger.report.lines.table import LineTable, Severity
from pyfinger.report.words import system_error

TABLE = LineTable()

FAULTS = {
    ChainFault.NO_PEM: "No PEM data in {file}",
    ChainFault.NO_KEY: "No private key found in {file}",
    ChainFault.NO_CERTIFICATE: "No certs for key at index {index} in {file}",
    ChainFault.CERTIFICATE_FIRST: "error loading chain from {file}: key not first",
    ChainFault.KEY_AFTER_KEY: (
        "error loading certificate chain: key at index {index} in {file} not followed by a certificate"
    ),
    ChainFault.KEY_MALFORMED: "error loading private key (PEM object number {index}) from {file}",
    ChainFault.KEY_TOO_LONG: "error loading private key (PEM object number {index}) from {file}: excess data",
    ChainFault.CERTIFICATE_MALFORMED: "error loading certificate (PEM object number {index}) from {file}",
    ChainFault.CERTIFICATE_TOO_LONG: (
        "error loading certificate (PEM object number {index}) from {file}: excess data"
    ),
    ChainFault.MISMATCH: (
        "error loading certificate chain: key at index {index} in {file} does not match the certificate"
    ),
    ChainFault.LAST_MISMATCH: "key at index {index} in {file} does not match next certificate",
}


@TABLE.line(ChainFileUnreadable, Severity.WARNING)
def _(event: ChainFileUnreadable) -> str:
    return f"error opening chain file: {event.file}: {system_error(event.code)}"


@TABLE.line(ChainFileFaulty, Severity.WARNING)
def _(event: ChainFileFaulty) -> str:
    return FAULTS[event.fault].format(file=event.file, index=event.index)


@TABLE.line(PemTypeIgnored, Severity.WARNING)
def _(event: PemTypeIgnored) -> str:
    return f"loading {event.file}: ignoring PEM type: {event.label}"


@TABLE.line(SecondKeyIgnored, Severity.WARNING)
def _(event: SecondKeyIgnored) -> str:
    return f"ignoring 2nd key at index {event.index} in {event.file} after 1st at {event.first}"


@TABLE.line(ChainFilesRefused, Severity.WARNING)
def _(event: ChainFilesRefused) -> str:
    return f"error loading private keys and certificates from: {event.files}: disabling TLS support"


# Postfix says RSA here, whatever kind of key it is.


@TABLE.line(CertificateFileRefused, Severity.WARNING)
def _(event: CertificateFileRefused) -> str:
    return f'cannot get RSA certificate from file "{event.file}": disabling TLS support'


@TABLE.line(KeyFileRefused, Severity.WARNING)
def _(event: KeyFileRefused) -> str:
    return f'cannot get RSA private key from file "{event.file}": disabling TLS support'


@TABLE.line(KeyFileMismatched, Severity.WARNING)
def _(event: KeyFileMismatched) -> str:
    return (
        f"RSA private key in {event.key_file} does not match public key in {event.certificate_file}:"
        " disabling TLS support"
    )
