"""A whole certificate as text, and in PEM (X509_print_ex() with XN_FLAG_ONELINE, PEM_write_bio_X509())."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.errors import DecodeError
from pyfinger.x509 import der
from pyfinger.x509.asn1.content import Asn1Value
from pyfinger.x509.asn1.item import Structure, decode
from pyfinger.x509.certificate import X509, Certificate, read_certificate
from pyfinger.x509.certificate_extensions import Extension
from pyfinger.x509.pem import to_pem
from pyfinger.x509.text import other_extensions, printed_extensions
from pyfinger.x509.text.layout import signature_rows
from pyfinger.x509.text.object_names import object_name
from pyfinger.x509.text.printed_keys import key_text
from pyfinger.x509.text.printed_names import Unprintable, distinguished_name, printed_string
from pyfinger.x509.text.printed_signatures import signature_text
from pyfinger.x509.text.times import moment_text

_PRINTERS = {**printed_extensions.PRINTERS, **other_extensions.PRINTERS}
_SMALL = 63  # bits of a serial number in decimal


def certificate_text(encoded: bytes) -> tuple[str, int]:
    """The certificate at the start of `encoded`, as text and in PEM, and where it ends.

    The text is empty, and ends at 0, if nobody can read it.
    """
    try:
        certificate, end = read_certificate(encoded)
        whole, _ = decode(X509, encoded)
    except DecodeError:
        return "", 0
    return "".join(_pieces(certificate, whole["cert_info"])) + to_pem("CERTIFICATE", certificate.der), end


def _pieces(certificate: Certificate, info: Structure) -> Iterator[str]:
    version = certificate.version
    known = f"{version + 1} ({version:#x})" if 0 <= version <= 2 else f"Unknown ({version})"
    yield "Certificate:\n    Data:\n"
    yield f"        Version: {known}\n"
    yield f"        Serial Number:{_serial(certificate.serial)}\n"
    yield "    " + signature_text(certificate.inner_algorithm, None)
    yield f"        Issuer: {distinguished_name(certificate.issuer)}\n"
    yield f"        Validity\n            Not Before: {moment_text(certificate.not_before)}\n"
    yield f"            Not After : {moment_text(certificate.not_after)}\n"
    yield f"        Subject: {distinguished_name(certificate.subject)}\n"
    algorithm = der.DerCursor(certificate.spki).sequence("key").sequence("algorithm").oid("algorithm")
    yield f"        Subject Public Key Info:\n            Public Key Algorithm: {object_name(algorithm)}\n"
    yield key_text(certificate.spki, 16) or "            Unable to load Public Key\n"
    for field, label in (("issuerUID", "Issuer"), ("subjectUID", "Subject")):
        unique: Asn1Value | None = info.get(field)
        if unique is not None:
            yield f"        {label} Unique ID: {signature_rows(unique.content[1:], 12)}"
    yield _extensions(certificate.extensions, 8)
    yield signature_text(certificate.algorithm, certificate.signature)


def _extensions(found: Sequence[Extension], indent: int) -> str:
    """All of them under their heading; nothing without any."""
    if not found:
        return ""
    text = f"{' ' * indent}X509v3 extensions:\n"
    for extension in found:
        critical = "critical" if extension.critical else ""
        text += f"{' ' * (indent + 4)}{object_name(extension.oid)}: {critical}\n"
        text += _content(extension, indent + 8) + "\n"
    return text


def _content(extension: Extension, indent: int) -> str:
    try:
        printer = _PRINTERS.get(extension.oid)
        if printer is not None:
            return printer(der.DerCursor(extension.value), indent)
    except (DecodeError, Unprintable):
        pass  # as it is, then
    return f"{' ' * indent}{printed_string(extension.value)}"


def _serial(number: int) -> str:
    """In decimal and hexadecimal, or in octets if it is large (ossl_serial_number_print())."""
    sign = "-" if number < 0 else ""
    if -(1 << _SMALL) <= number < 1 << _SMALL:
        return f" {number} ({sign}{abs(number):#x})"
    size = (abs(number).bit_length() + 7) // 8
    negative = " (Negative)" if number < 0 else ""
    return f"\n            {negative}{abs(number).to_bytes(size, 'big').hex(':')}"
