"""Keys and certificates from files: what is taken, what is told, and what turns TLS off."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pyfinger.cli.credentials import read_credentials
from pyfinger.demo.certificate_making import Issued, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.events import (
    CertificateFileRefused,
    ChainFault,
    ChainFileFaulty,
    ChainFilesRefused,
    ChainFileUnreadable,
    Event,
    KeyFileMismatched,
    KeyFileRefused,
    PemTypeIgnored,
    SecondKeyIgnored,
    TlsProblem,
)
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.model import KeyKind, OwnCredential, SignatureAlgorithm, SignatureFamily
from pyfinger.options import Options
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.pem import to_pem

CA = make_ca("CN=Test CA")
SUB = make_ca("CN=Issuing CA", CA)
EC = make_leaf("client.example.test", SUB, make_key("p256", "client"))
RSA = make_leaf("client.example.test", SUB, make_key("rsa1024", "client"))
OTHER_EC = make_leaf("other.example.test", SUB, make_key("p256", "other"))
ED25519 = make_leaf("client.example.test", SUB, make_key("ed25519", "client"))

NOTE = to_pem("PUBLIC KEY", EC.key.spki)
EMPTY = "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"
NOT_BASE64 = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"
WITHOUT_END = "-----BEGIN CERTIFICATE-----\nAAAA\n"
DEK = f"DEK-Info: AES-256-CBC,{0:032x}\n"
ENCRYPTED = EC.key.pem.replace("\n", f"\nProc-Type: 4,ENCRYPTED\n{DEK}\n", 1)
COMMENTED = EC.key.pem.replace("\n", "\nComment: hello\n\n", 1)
BARELY_COMMENTED = EC.key.pem.replace("\n", "\na: b\n\n", 1)
ENCRYPTED_INFO = encoding.sequence(encoding.sequence(encoding.oid("1.2.3")), encoding.element(4, b"x"))


def private_key(algorithm: str, octets: bytes) -> str:
    """In PKCS #8."""
    inside = encoding.element(4, encoding.element(4, octets))
    named = encoding.sequence(encoding.oid(algorithm))
    return to_pem("PRIVATE KEY", encoding.sequence(encoding.integer(0), named, inside))


X25519, SHORT_X25519 = (private_key("1.3.101.110", bytes(size)) for size in (32, 31))
UNKNOWN = private_key("1.2.3.4", b"x")
BAD_ML_DSA = private_key("2.16.840.1.101.3.4.3.17", b"\xff" * 2560)  # coefficients out of range
EMPTY_ML_DSA = private_key("2.16.840.1.101.3.4.3.17", b"")
KEYLESS = to_pem(
    "CERTIFICATE", EC.der.replace(bytes.fromhex("2a8648ce3d0201"), bytes.fromhex("2a8648ce3d0209"))
)

OTHER_KINDS = TlsProblem(0x03000065, "different key types")
MISMATCH = TlsProblem(0x0A000120, "private key mismatch")
UNKNOWN_TYPE = TlsProblem(0x0A0000F7, "unknown certificate type")
BAD_ENCODING = TlsProblem(0x08000066, "invalid encoding")
NO_METHOD = [
    TlsProblem(0x0300009C, "unsupported algorithm"),
    TlsProblem(0x03000076, "unsupported private key algorithm", "TYPE=1.2.3.4"),
]
ML_DSA_PROBLEMS = [
    TlsProblem(0x1C80009E, "invalid key", "error parsing ML-DSA-44 private key"),
    TlsProblem(0x0300009C, "unsupported algorithm"),
    TlsProblem(0x03000076, "unsupported private key algorithm", "TYPE=ML-DSA-44"),
]
VALUES = TlsProblem(0x05800074, "key values mismatch")
DECODE_ERROR = TlsProblem(0x03000072, "decode error")
BAD_BASE64 = TlsProblem(0x04800064, "bad base64 decode")
BAD_END = TlsProblem(0x04800066, "bad end line")
BAD_KEY = TlsProblem(0x06800079, "field missing", "Field=version, Type=PKCS8_PRIV_KEY_INFO")
BAD_VERSION = TlsProblem(0x06800064, "aux error", "Type=PKCS8_PRIV_KEY_INFO")
NOT_REPLACING = TlsProblem(0x0A000121, "not replacing certificate")
NO_SUCH_STRUCTURE = TlsProblem(
    0x1E08010C,
    "unsupported",
    "No supported data to decode.  Input type: DER, Input structure: type-specific",
)
BAD_CERTIFICATE = TlsProblem(0x06800079, "field missing", "Field=cert_info, Type=X509")
BAD_SETTINGS = [
    TlsProblem(0x068000A8, "wrong tag"),
    TlsProblem(0x0688010A, "nested asn1 error", "Type=X509_CERT_AUX"),
]
UNSUPPORTED = TlsProblem(
    0x1E08010C,
    "unsupported",
    "No supported data to decode.  Input type: DER, Input structure: PrivateKeyInfo",
)
NO_KEY = TlsProblem(0x1E08010C, "unsupported", "No supported data to decode. Input type: PEM")
NO_START = TlsProblem(0x0480006C, "no start line", "Expecting: TRUSTED CERTIFICATE")
NOBODY_ANSWERS = [
    TlsProblem(0x1400006B, "processing error", "while reading strings"),
    TlsProblem(0x0480006D, "problems getting password"),
]
CANCELLED = TlsProblem(0x07880109, "interrupted or cancelled")
BAD_PASSWORD = TlsProblem(0x04800068, "bad password read")
NO_PHRASE = TlsProblem(0x1C80009F, "unable to get passphrase")
NOT_PROC_TYPE = TlsProblem(0x0480006B, "not proc type")
PEM_ASN1 = TlsProblem(0x0488000D, "ASN1 lib")
SSL_PEM = TlsProblem(0x0A080009, "PEM lib")
SSL_X509 = TlsProblem(0x0A00010C, "x509 lib")


def certificate(issued: Issued, more: bytes = b"") -> str:
    return to_pem("CERTIFICATE", issued.der + more)


def key(issued: Issued, more: bytes = b"") -> str:
    return to_pem("PRIVATE KEY", issued.key.pkcs8 + more)


def both(issued: Issued) -> str:
    return key(issued) + issued.chain_pem


class Files:
    """Writes files named a, b and so on, and reads credentials from them; `told` are the events."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[Event] = []

    def write(self, *texts: str) -> list[str]:
        names = [str(self.folder / name) for name in "abcd"[: len(texts)]]
        for name, text in zip(names, texts, strict=True):
            Path(name).write_text(text)
        return names

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def read(self, options: Options, given: str = "") -> tuple[OwnCredential, ...] | None:
        self.told = []
        return read_credentials(options, given, SystemEnvironment({}), self.told.append)

    def chain(self, *texts: str) -> tuple[OwnCredential, ...] | None:
        """As `-H`."""
        return self.read(Options("x", chain_files=tuple(self.write(*texts))), "as given")

    def one(self, text: str) -> tuple[OwnCredential, ...] | None:
        """As `-k` alone."""
        (name,) = self.write(text)
        return self.read(Options("x", cert_file=name, key_file=name))

    def two(self, certificates: str, secret: str) -> tuple[OwnCredential, ...] | None:
        """As `-k` and `-K`."""
        first, second = self.write(certificates, secret)
        return self.read(Options("x", cert_file=first, key_file=second))

    def fault(self, fault: ChainFault, index: int = 0, file: str = "a") -> ChainFileFaulty:
        return ChainFileFaulty(fault, self.path(file), index)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def chains(found: tuple[OwnCredential, ...] | None) -> list[tuple[bytes, ...]]:
    assert found is not None
    return [one.certificates for one in found]


def test_nothing_asked_for(files: Files) -> None:
    assert files.read(Options("x")) == ()
    assert not files.told


@pytest.mark.parametrize("issued", [EC, RSA, ED25519])
def test_a_key_and_its_chain(files: Files, issued: Issued) -> None:
    text = both(issued)
    for found in (files.chain(text), files.one(text), files.two(issued.chain_pem, text)):
        assert found is not None
        (own,) = found
        assert own.certificates == issued.chain
        assert own.spki == issued.key.spki
        assert own.issued_with == SignatureAlgorithm(SignatureFamily.ECDSA, "sha256")
        message = b"to be signed"
        families = {KeyKind.EC: SignatureFamily.ECDSA, KeyKind.RSA: SignatureFamily.RSA}
        family = families.get(own.key.public.kind, SignatureFamily.EDDSA)
        algorithm = SignatureAlgorithm(family, "sha256")
        assert own.key.public.verify(algorithm, message, own.key.sign(algorithm, message, bytes))
        assert not files.told


def test_line_ends_and_other_text_do_not_matter(files: Files) -> None:
    text = f"hello\n{both(EC)}bye\n".replace("\n", "\r\n").replace("BEGIN CERT", "BEGIN X509 CERT", 1)
    text = text.replace("END CERT", "END X509 CERT", 1)
    for found in (files.chain(text), files.one(text), files.two(text, text)):
        assert chains(found) == [EC.chain]


def test_a_file_with_one_key_has_any_order(files: Files) -> None:
    assert chains(files.one(EC.chain_pem + key(EC))) == [EC.chain]
    assert chains(files.one(certificate(EC) + NOTE + key(EC) + certificate(SUB))) == [EC.chain]
    assert not files.told


def test_chain_files_are_read_as_one(files: Files) -> None:
    assert chains(files.chain(key(EC), certificate(EC), "", certificate(SUB))) == [EC.chain]
    assert chains(files.chain(both(EC) + both(RSA))) == [EC.chain, RSA.chain]
    assert not files.told


@pytest.mark.parametrize("third", [OTHER_EC, EC])
def test_a_second_key_of_a_kind_is_refused(files: Files, third: Issued) -> None:
    assert files.chain(both(EC), both(RSA), both(third)) is None
    last = files.fault(ChainFault.LAST_MISMATCH, 1, "c")
    assert files.told == [last, NOT_REPLACING, ChainFilesRefused("as given")]
    assert files.chain(both(EC), both(third), both(RSA)) is None
    early = files.fault(ChainFault.MISMATCH, 1, "b")
    assert files.told == [early, NOT_REPLACING, ChainFilesRefused("as given")]


def test_an_ec_key_is_told_by_the_public_key_beside_it(files: Files) -> None:
    encoded = bytearray(EC.key.pkcs8)
    encoded[encoded.index(b"\x04\x20") + 2] ^= 1  # of the secret number
    strange = to_pem("PRIVATE KEY", bytes(encoded)) + certificate(EC)
    assert chains(files.chain(strange)) == [(EC.der,)]
    assert files.chain(both(EC), strange) is None
    last = files.fault(ChainFault.LAST_MISMATCH, 1, "b")
    assert files.told == [last, NOT_REPLACING, ChainFilesRefused("as given")]


def test_a_bad_key_is_told_with_the_chain_before_it(files: Files) -> None:
    assert files.chain(key(EC) + certificate(OTHER_EC) + to_pem("PRIVATE KEY", b"\x30\0")) is None
    mismatch = files.fault(ChainFault.MISMATCH, 1)
    assert files.told == [mismatch, BAD_KEY, MISMATCH, ChainFilesRefused("as given")]


def test_a_file_that_cannot_be_opened(files: Files) -> None:
    first, second = files.write(both(EC), both(RSA))
    absent = ChainFileUnreadable(files.path("z"), errno.ENOENT)
    assert files.read(Options("x", chain_files=(files.path("z"),))) == ()
    assert files.told == [absent]
    assert files.read(Options("x", chain_files=(first, files.path("z")))) == ()  # not known to be complete
    found = files.read(Options("x", chain_files=(first, second, files.path("z"))))
    assert chains(found) == [EC.chain]
    assert files.read(Options("x", cert_file=files.path("z"), key_file=files.path("z"))) is None
    assert files.told == [absent]


def test_a_directory_is_an_empty_file(files: Files) -> None:
    folder = str(files.folder)
    assert files.read(Options("x", chain_files=(folder,)), folder) is None
    assert files.told == [ChainFileFaulty(ChainFault.NO_PEM, folder), ChainFilesRefused(folder)]


CHAIN_FAULTS: dict[str, tuple[str, ChainFault, int, list[TlsProblem]]] = {
    "key without certificate": (key(EC), ChainFault.NO_CERTIFICATE, 1, []),
    "last key without": (both(EC) + key(RSA), ChainFault.NO_CERTIFICATE, 4, []),
    "certificate first": (certificate(EC) + key(EC), ChainFault.CERTIFICATE_FIRST, 0, []),
    "key after key": (key(EC) + key(EC) + certificate(EC), ChainFault.KEY_AFTER_KEY, 1, []),
    "bad key after key": (key(EC) + to_pem("PRIVATE KEY", b"x"), ChainFault.KEY_AFTER_KEY, 1, []),
    "bad key": (to_pem("PRIVATE KEY", b"\x30\0"), ChainFault.KEY_MALFORMED, 1, [BAD_KEY]),
    "bad old key": (
        to_pem("EC PRIVATE KEY", b"\x30\0"),
        ChainFault.KEY_MALFORMED,
        1,
        [
            NO_SUCH_STRUCTURE,
            TlsProblem(0x06800079, "field missing", "Field=version, Type=EC_PRIVATEKEY"),
            BAD_KEY,
        ],
    ),
    "key of version 2": (
        to_pem("PRIVATE KEY", EC.key.pkcs8.replace(b"\2\1\0", b"\2\1\2", 1)),
        ChainFault.KEY_MALFORMED,
        1,
        [BAD_VERSION],
    ),
    "unusable key": (UNKNOWN, ChainFault.KEY_MALFORMED, 1, [UNSUPPORTED, *NO_METHOD]),
    "key of a wrong size": (SHORT_X25519, ChainFault.KEY_MALFORMED, 1, [UNSUPPORTED, BAD_ENCODING]),
    "key of another kind": (X25519 + certificate(EC), ChainFault.LAST_MISMATCH, 1, [OTHER_KINDS, MISMATCH]),
    "long key": (key(EC, b"\0"), ChainFault.KEY_TOO_LONG, 1, []),
    "bad certificate": (
        key(EC) + to_pem("CERTIFICATE", b"\x30\0"),
        ChainFault.CERTIFICATE_MALFORMED,
        2,
        [BAD_CERTIFICATE],
    ),
    "long certificate": (key(EC) + certificate(EC, b"\0"), ChainFault.CERTIFICATE_TOO_LONG, 2, []),
    "of another kind": (key(EC) + certificate(RSA), ChainFault.LAST_MISMATCH, 1, [OTHER_KINDS, MISMATCH]),
    "another key": (key(EC) + certificate(OTHER_EC), ChainFault.LAST_MISMATCH, 1, [MISMATCH]),
    "another, not last": (key(EC) + certificate(OTHER_EC) + both(EC), ChainFault.MISMATCH, 1, [MISMATCH]),
    "unknown key": (key(EC) + KEYLESS, ChainFault.LAST_MISMATCH, 1, [DECODE_ERROR] * 2),
}


@pytest.mark.parametrize("name", CHAIN_FAULTS)
def test_faulty_chain_files(files: Files, name: str) -> None:
    text, fault, index, problems = CHAIN_FAULTS[name]
    assert files.chain(text) is None
    assert files.told == [files.fault(fault, index), *problems, ChainFilesRefused("as given")]


@pytest.mark.parametrize(
    ("text", "problems"), [(NOT_BASE64, [BAD_BASE64]), (WITHOUT_END, [BAD_END]), (EMPTY, [])]
)
def test_chain_files_that_are_not_even_pem(files: Files, text: str, problems: list[TlsProblem]) -> None:
    assert files.chain(both(EC), text) is None
    assert files.told == [*problems, ChainFilesRefused("as given")]
    assert files.one(both(EC) + text) is None
    assert files.told == [*problems, ChainFilesRefused(files.path("a"))]


def test_chain_files_without_anything(files: Files) -> None:
    assert files.chain("text", "") is None
    assert files.told == [ChainFileFaulty(ChainFault.NO_PEM, "as given"), ChainFilesRefused("as given")]


def test_other_types_are_ignored_and_count_as_part_of_the_key_before(files: Files) -> None:
    assert files.chain(NOTE + key(EC) + NOTE, NOTE) is None
    assert files.told == [
        PemTypeIgnored(files.path("a"), "PUBLIC KEY"),
        PemTypeIgnored(files.path("a"), "PUBLIC KEY"),
        PemTypeIgnored(files.path("b"), "PUBLIC KEY"),
        files.fault(ChainFault.NO_CERTIFICATE, 1, "b"),
        ChainFilesRefused("as given"),
    ]


def test_one_file_has_one_key(files: Files) -> None:
    bad = to_pem("PRIVATE KEY", b"x")
    assert chains(files.one(NOTE + both(EC) + key(RSA) + bad)) == [EC.chain]
    ignored = [SecondKeyIgnored(files.path("a"), index, 2) for index in (5, 6)]
    assert files.told == ignored


@pytest.mark.parametrize(
    ("text", "fault", "index", "problems"),
    [
        ("", ChainFault.NO_PEM, 0, []),
        (certificate(EC), ChainFault.NO_KEY, 0, []),
        (NOTE + key(EC), ChainFault.NO_CERTIFICATE, 2, []),
        (certificate(RSA) + key(EC), ChainFault.LAST_MISMATCH, 2, [OTHER_KINDS, MISMATCH]),
        (
            to_pem("CERTIFICATE", b"\x30\0") + key(EC),
            ChainFault.CERTIFICATE_MALFORMED,
            1,
            [BAD_CERTIFICATE],
        ),
    ],
)
def test_faulty_single_files(
    files: Files, text: str, fault: ChainFault, index: int, problems: list[TlsProblem]
) -> None:
    assert files.one(text) is None
    assert files.told == [files.fault(fault, index), *problems, ChainFilesRefused(files.path("a"))]


def test_the_first_certificate_of_two_files_may_be_a_trusted_one(files: Files) -> None:
    settings = encoding.sequence()
    trusted = to_pem("TRUSTED CERTIFICATE", EC.der + settings)
    assert chains(files.two(NOTE + trusted + NOTE + trusted + certificate(SUB), key(EC))) == [EC.chain]


def test_the_key_of_two_files_may_have_bytes_behind_it(files: Files) -> None:
    unusable = NOTE + UNKNOWN + SHORT_X25519 + to_pem("PRIVATE KEY", b"\x30\0") + EMPTY
    assert chains(files.two(certificate(EC), unusable + key(EC, b"\0"))) == [(EC.der,)]


@pytest.mark.parametrize(
    "before",
    ["", NOT_BASE64, EMPTY, BARELY_COMMENTED, "-----BEGIN X-----\n", ENCRYPTED.replace(" 4", " 5")],
)
def test_the_key_of_two_files_is_found_behind_what_cannot_be_read(files: Files, before: str) -> None:
    unended = before + "-----END Y-----\n" if before.endswith("X-----\n") else before
    assert chains(files.two(certificate(EC), unended + key(EC))) == [(EC.der,)]
    assert not files.told


def test_bad_headers_of_another_block_leave_the_key_to_the_code_of_old(files: Files) -> None:
    commented = certificate(EC).replace("\n", "\nComment: hello\n\n", 1)
    assert chains(files.two(certificate(EC), commented + key(EC))) == [(EC.der,)]
    assert chains(files.two(certificate(EC), to_pem("ENCRYPTED PRIVATE KEY", EC.key.pkcs8))) == [(EC.der,)]


@pytest.mark.parametrize("loader", [Files.chain, Files.one])
def test_chain_files_do_not_look_at_headers(files: Files, loader: Callable[[Files, str], object]) -> None:
    plain = certificate(EC).replace("\n", "\nProc-Type: 4,ENCRYPTED\n\n", 1)
    assert loader(files, COMMENTED + plain)
    assert not files.told


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (certificate(EC).replace("\n", "\nComment: x\n\n", 1), [NOT_PROC_TYPE, SSL_PEM]),
        (
            certificate(EC).replace("\n", f"\nProc-Type: 4,ENCRYPTED\n{DEK}\n", 1),
            [*NOBODY_ANSWERS, BAD_PASSWORD, SSL_PEM],
        ),
        (certificate(EC) + certificate(SUB).replace("\n", "\nComment: x\n\n", 1), [NOT_PROC_TYPE]),
        (EMPTY + certificate(EC), [SSL_PEM]),
        (certificate(EC) + EMPTY, []),
        ("", [NO_START, SSL_PEM]),
        (key(EC), [NO_START, SSL_PEM]),
        (NOT_BASE64, [BAD_BASE64, SSL_PEM]),
        (WITHOUT_END, [BAD_END, SSL_PEM]),
        (certificate(EC) + NOT_BASE64, [BAD_BASE64]),
        (to_pem("CERTIFICATE", b"\x30\0"), [BAD_CERTIFICATE, PEM_ASN1, SSL_PEM]),
        (certificate(EC) + to_pem("CERTIFICATE", b"\x30\0"), [BAD_CERTIFICATE, PEM_ASN1]),
        (certificate(EC, b"\5\0"), [*BAD_SETTINGS, PEM_ASN1, SSL_PEM]),
        (KEYLESS, [DECODE_ERROR, DECODE_ERROR, SSL_X509]),
    ],
)
def test_faulty_certificate_files(files: Files, text: str, problems: list[TlsProblem]) -> None:
    assert files.two(text, key(EC)) is None
    assert files.told == [CertificateFileRefused(files.path("a")), *problems]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [NO_KEY, SSL_PEM]),
        (certificate(EC), [NO_KEY, SSL_PEM]),
        (NOT_BASE64, [NO_KEY, SSL_PEM]),
        (X25519, [UNKNOWN_TYPE]),
        (X25519 + key(EC), [UNKNOWN_TYPE]),
        (SHORT_X25519, [NO_KEY, BAD_ENCODING, SSL_PEM]),
        (UNKNOWN, [NO_KEY, *NO_METHOD, SSL_PEM]),
        (BAD_ML_DSA, [*ML_DSA_PROBLEMS, SSL_PEM]),
        (UNKNOWN + BAD_ML_DSA + key(EC), [ML_DSA_PROBLEMS[0], *NO_METHOD, SSL_PEM]),
        (EMPTY_ML_DSA, [NO_KEY, *ML_DSA_PROBLEMS[1:], SSL_PEM]),
        (ENCRYPTED + key(EC), [*NOBODY_ANSWERS, CANCELLED, CANCELLED, BAD_PASSWORD, SSL_PEM]),
        (
            to_pem("ENCRYPTED PRIVATE KEY", ENCRYPTED_INFO) + key(EC),
            [
                *(*NOBODY_ANSWERS, CANCELLED, CANCELLED, NO_PHRASE),
                *(*NOBODY_ANSWERS, CANCELLED, BAD_PASSWORD, SSL_PEM),
            ],
        ),
        (COMMENTED + key(EC), [NOT_PROC_TYPE, SSL_PEM]),
        (to_pem("PRIVATE KEY", b"\x30\0"), [NO_KEY, BAD_KEY, SSL_PEM]),
        (
            to_pem("ENCRYPTED PRIVATE KEY", b"\x30\0"),
            [NO_KEY, TlsProblem(0x06800079, "field missing", "Field=algor, Type=X509_SIG"), SSL_PEM],
        ),
        (ENCRYPTED.replace(" 4", " 5"), [NO_KEY, SSL_PEM]),
        (key(OTHER_EC), [VALUES]),
    ],
)
def test_faulty_key_files(files: Files, text: str, problems: list[TlsProblem]) -> None:
    assert files.two(certificate(EC), text) is None
    assert files.told == [KeyFileRefused(files.path("b")), *problems]


def test_a_key_of_another_kind(files: Files) -> None:
    assert files.two(certificate(EC), key(RSA)) is None
    assert files.told == [KeyFileMismatched(files.path("b"), files.path("a"))]


def test_numbers_longer_than_the_modulus_are_not_even_compared(files: Files) -> None:
    """EVP_PKEY_eq has no answer then; what the decoders refuse, the code of old has read."""
    numbers = (0, 15, 65537, 2**80, *[3] * 5)
    inside = encoding.sequence(*(encoding.integer(number) for number in numbers))
    long = to_pem("RSA PRIVATE KEY", inside)
    too_big = TlsProblem(
        *(0x020000AB, "invalid keypair", "RSA factors/exponents are too big for for n-modulus\n")
    )
    assert files.chain(long + certificate(RSA)) is None
    assert files.told[0:3] == [files.fault(ChainFault.LAST_MISMATCH, 1), too_big, MISMATCH]
    assert files.two(certificate(RSA), long) is None
    refused = KeyFileRefused(files.path("b"))
    assert files.told == [refused, too_big, TlsProblem(0x05800075, "unknown key type")]


@pytest.mark.parametrize("code", [errno.ENOENT, errno.EACCES])
def test_two_files_that_cannot_be_opened(files: Files, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def problems(file: str) -> list[TlsProblem]:
        text = os.strerror(code)
        return [
            TlsProblem(0x80000000 | code, text, f"calling fopen({file}, r)"),
            TlsProblem(0x10080002, "system lib"),
            TlsProblem(0x0A080002, "system lib"),
        ]

    def refuse(missing: str) -> None:
        def read(_system: SystemEnvironment, file: str) -> bytes:
            if file == missing:
                raise OSError(code, os.strerror(code), file)
            return both(EC).encode()

        monkeypatch.setattr(SystemEnvironment, "read", read)

    options = Options("x", cert_file="c", key_file="k")
    refuse("c")
    assert files.read(options) is None
    assert files.told == [CertificateFileRefused("c"), *problems("c")]
    refuse("k")
    assert files.read(options) is None
    assert files.told == [KeyFileRefused("k"), *problems("k")]
