from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pyfinger.cli import trust
from pyfinger.cli.trust import read_anchors, read_store
from pyfinger.demo.certificate_making import Issued, make_ca
from pyfinger.errors import UsageError
from pyfinger.events import AnchorAccepted, AnchorFileUnreadable, AuthoritiesRefused, Event, TlsProblem
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.model import Level, TlsaRecord
from pyfinger.options import Config, Options
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.distinguished_names import Name, parse_name, subject_hash
from pyfinger.x509.pem import to_pem
from pyfinger.x509.trust_store import EMPTY, Store

ROOT, OTHER = make_ca("O=Test/CN=Root"), make_ca("O=Test/CN=Other")
KEY_PEM = to_pem("PUBLIC KEY", ROOT.key.spki)
NOTHING = to_pem("DH PARAMETERS", b"0\0")
NOT_BASE64 = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"
WITHOUT_END = "-----BEGIN CERTIFICATE-----\nAAAA\n"

X509_PEM = TlsProblem(0x05880009, "PEM lib")
NOTHING_FOUND = TlsProblem(0x05800088, "no certificate or crl found")
BAD_BASE64 = TlsProblem(0x04800064, "bad base64 decode")
BAD_END = TlsProblem(0x04800066, "bad end line")

PEM_ASN1 = TlsProblem(0x0488000D, "ASN1 lib")
NO_KEY = [
    TlsProblem(
        0x1E08010C,
        "unsupported",
        "No supported data to decode.  Input type: DER, Input structure: type-specific",
    )
]
BAD_DECRYPT = TlsProblem(0x04800065, "bad decrypt")


def no_version(structure: str) -> TlsProblem:
    """What is said of an empty SEQUENCE."""
    return TlsProblem(0x06800079, "field missing", f"Field=version, Type={structure}")


def no_element(place: str) -> list[TlsProblem]:
    """What is said of a single octet."""
    return [
        TlsProblem(0x0680007B, "header too long"),
        TlsProblem(0x06800066, "bad object header"),
        TlsProblem(0x0688010A, "nested asn1 error", place),
    ]


def headed(*lines: str, label: str = "CERTIFICATE", data: bytes = ROOT.der) -> str:
    """A block with headers."""
    return to_pem(label, data).replace("\n", "\n" + "".join(f"{line}\n" for line in lines) + "\n", 1)


def encrypted(how: str, data: bytes = ROOT.der) -> str:
    """A block that calls itself encrypted; nothing of that is true."""
    return headed("Proc-Type: 4,ENCRYPTED", f"DEK-Info: {how}", data=data)


Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file; its path."""

    def write(text: str) -> str:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.pem"
        path.write_text(text)
        return str(path)

    return write


def name(issued: Issued) -> Name:
    return parse_name(issued.subject)


def knows(store: Store | None, issued: Issued) -> bool:
    assert store is not None
    return [found.certificate.der for found in store.by_subject(name(issued))] == [issued.der]


def hashed(folder: Path, issued: Issued) -> str:
    """A directory with one certificate, named by its hash."""
    folder.mkdir()
    (folder / f"{subject_hash(name(issued))}.0").write_text(issued.pem)
    return str(folder)


def anchors(*files: str, level: Level = Level.SECURE) -> tuple[tuple[TlsaRecord, ...], list[Event]]:
    told: list[Event] = []
    return read_anchors(
        Options("x.test", level=level, anchor_files=files), SystemEnvironment({}), told.append
    ), told


def refused(*files: str) -> list[Event]:
    """What is told of files the last of which is refused."""
    told: list[Event] = []
    with pytest.raises(UsageError) as caught:
        read_anchors(
            Options("x.test", level=Level.VERIFY, anchor_files=files), SystemEnvironment({}), told.append
        )
    assert str(caught.value) == f"Failed to load trust anchor file: {files[-1]}"
    return told


def store(
    ca_file: str = "",
    ca_path: str = "",
    *,
    system: bool = False,
    environment: Mapping[str, str] | None = None,
) -> tuple[Store | None, list[Event]]:
    told: list[Event] = []
    config = Config(tls_append_default_ca=system)
    options = Options("x.test", ca_file=ca_file, ca_path=ca_path, config=config)
    return read_store(options, SystemEnvironment(environment or {}), told.append), told


def pair(selector: int, data: bytes) -> tuple[TlsaRecord, TlsaRecord]:
    return TlsaRecord(2, selector, 0, data), TlsaRecord(3, selector, 0, data)


def test_an_anchor_is_good_for_an_issuer_and_for_the_server_itself(write: Write) -> None:
    first = write(f"text\n{ROOT.pem}{NOTHING}{KEY_PEM}")
    second = write(to_pem("X509 CERTIFICATE", OTHER.der))
    records, told = anchors(first, "", second)
    assert records == (*pair(0, ROOT.der), *pair(1, ROOT.key.spki), *pair(0, OTHER.der))
    assert told == [
        AnchorAccepted(first, records[0]),
        AnchorAccepted(first, records[2]),
        AnchorAccepted(second, records[4]),
    ]


@pytest.mark.parametrize("level", set(Level) - {Level.VERIFY, Level.SECURE})
def test_other_levels_do_not_even_look(level: Level) -> None:
    assert anchors("/nonexistent", level=level) == ((), [])


def test_anything_in_pem_will_do(write: Write) -> None:
    assert anchors(write(NOTHING + to_pem("TRUSTED CERTIFICATE", ROOT.der))) == ((), [])


def test_anchor_files_that_cannot_be_read(write: Write, tmp_path: Path) -> None:
    assert refused("/nonexistent") == [AnchorFileUnreadable("/nonexistent", errno.ENOENT)]
    assert refused(write("no PEM")) == []
    assert refused(str(tmp_path)) == []
    assert refused(write(NOT_BASE64)) == [BAD_BASE64]


def test_what_came_before_the_trouble_has_been_told(write: Write) -> None:
    good, broken = write(ROOT.pem), write(KEY_PEM + WITHOUT_END)
    record, key = pair(0, ROOT.der)[0], pair(1, ROOT.key.spki)[0]
    assert refused(good, broken) == [AnchorAccepted(good, record), AnchorAccepted(broken, key), BAD_END]


def test_nothing_is_trusted_unless_it_is_said() -> None:
    assert store() == (EMPTY, [])
    assert store(system=True, environment={"SSL_CERT_FILE": "/nonexistent"}) == (EMPTY, [])


def test_a_file_of_authorities(write: Write) -> None:
    found, told = store(write(ROOT.pem + NOTHING + OTHER.pem))
    assert knows(found, ROOT) and knows(found, OTHER)
    assert told == []


def test_blocks_of_any_other_label_do_not_matter(write: Write) -> None:
    plain = to_pem("certificate", b"x") + to_pem("PRIVATE KEYS", ROOT.key.pkcs8) + headed("a: b", label="X")
    sealed = to_pem("ENCRYPTED PRIVATE KEY", b"x") + encrypted(f"AES128,{0:032x}").replace(
        "CERTIFICATE", "EC PRIVATE KEY"
    )
    found, told = store(write("\ufeff" + ROOT.pem + plain + sealed + "\ufeff" + OTHER.pem))
    assert knows(found, ROOT) and knows(found, OTHER)
    assert told == []


def test_settings_count_in_trusted_certificates_only(write: Write) -> None:
    nothing = ROOT.der + bytes.fromhex("30023000")
    for label, rejected in (("CERTIFICATE", False), ("TRUSTED CERTIFICATE", True)):
        found, _ = store(write(to_pem(label, nothing)))
        assert found is not None
        (trusted,) = found.by_subject(name(ROOT))
        assert (trusted.settings.trust is not None) is rejected
    assert knows(store(write(to_pem("CERTIFICATE", ROOT.der + b"x")))[0], ROOT)


def revocation_list(*, ended: bool = True) -> bytes:
    """A CertificateList with one entry (RFC 5280 section 5.1), signed by nobody."""
    algorithm = encoding.sequence(encoding.oid("1.2.840.10045.4.3.2"))
    time = encoding.element(0x17, b"240101000000Z")
    entry = encoding.sequence(encoding.integer(1), time)
    until = [time] if ended else []
    info = encoding.sequence(
        encoding.integer(1), algorithm, ROOT.subject, time, *until, encoding.sequence(entry)
    )
    return encoding.sequence(info, algorithm, encoding.element(3, b"\0"))


@pytest.mark.parametrize("ended", [True, False])
def test_a_revocation_list_is_something(write: Write, ended: bool) -> None:
    found, told = store(write(to_pem("X509 CRL", revocation_list(ended=ended))))
    assert found is not None and not found.by_subject(name(ROOT))
    assert told == []


def test_private_keys_of_any_kind_may_stand_among_authorities(write: Write) -> None:
    dsa = encoding.sequence(*map(encoding.integer, range(6)))
    keys = (
        *(to_pem(label, ROOT.key.pkcs8) for label in ("PRIVATE KEY", "EC PRIVATE KEY", "ANY PRIVATE KEY")),
        *(to_pem(label, dsa) for label in ("DSA PRIVATE KEY", "PRIVATE KEY")),
    )
    found, told = store(write(ROOT.pem + "".join(keys)))
    assert knows(found, ROOT)
    assert told == []


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [NOTHING_FOUND]),
        (NOTHING, [NOTHING_FOUND]),
        (ROOT.pem + NOT_BASE64, [BAD_BASE64, X509_PEM]),
        (ROOT.pem + WITHOUT_END, [BAD_END, X509_PEM]),
        (ROOT.pem + to_pem("X", b""), [X509_PEM]),
        (headed("Comment: x"), [TlsProblem(0x0480006B, "not proc type"), X509_PEM]),
        (headed("Proc-Type: 5,ENCRYPTED"), [X509_PEM]),
        (headed("Proc-Type: 4,CLEAR"), [TlsProblem(0x0480006A, "not encrypted"), X509_PEM]),
        (headed("Proc-Type: 4,ENCRYPTED x"), [TlsProblem(0x04800070, "short header"), X509_PEM]),
        (headed("Proc-Type: 4,ENCRYPTED", "X: y"), [TlsProblem(0x04800069, "not dek info"), X509_PEM]),
        (encrypted("FOO,00"), [TlsProblem(0x04800072, "unsupported encryption"), X509_PEM]),
        (encrypted("AES-256-CBC 00"), [TlsProblem(0x04800081, "missing dek iv"), X509_PEM]),
        (encrypted("des3, 00"), [TlsProblem(0x04800067, "bad iv chars"), X509_PEM]),
        (encrypted("des3,0123456789abcdeg"), [TlsProblem(0x04800067, "bad iv chars"), X509_PEM]),
        (
            encrypted("DES-CBC,0123456789ABCDEF"),
            [
                TlsProblem(
                    0x0308010C,
                    "unsupported",
                    "Global default library context, Algorithm (DES-CBC : 14), Properties ()",
                ),
                BAD_DECRYPT,
                X509_PEM,
            ],
        ),
        (
            encrypted("DES-EDE3-CBC,0123456789ABCDEF", bytes(16)),
            [TlsProblem(0x1C800064, "bad decrypt"), BAD_DECRYPT, X509_PEM],
        ),
        (
            encrypted(f"AES128,{0:032x}", bytes(15)),
            [TlsProblem(0x1C80006B, "wrong final block length"), BAD_DECRYPT, X509_PEM],
        ),
        (
            ROOT.pem + to_pem("X509 CRL", b"\x30\0"),
            [TlsProblem(0x06800079, "field missing", "Field=crl, Type=X509_CRL"), PEM_ASN1, X509_PEM],
        ),
        (
            ROOT.pem + to_pem("TRUSTED CERTIFICATE", ROOT.der + b"\x30\2\5\0"),
            [
                TlsProblem(0x068000A8, "wrong tag"),
                TlsProblem(0x0688010A, "nested asn1 error", "Field=other, Type=X509_CERT_AUX"),
                PEM_ASN1,
                X509_PEM,
            ],
        ),
        (
            ROOT.pem + to_pem("X PRIVATE KEY", b"\x30\0"),
            [
                *(*NO_KEY, no_version("RSAPrivateKey"), no_version("PKCS8_PRIV_KEY_INFO")),
                *(PEM_ASN1, X509_PEM),
            ],
        ),
        (
            ROOT.pem + to_pem("PRIVATE KEY", b"x"),
            [
                *(*NO_KEY, *no_element("")),
                *(*no_element("Type=RSAPrivateKey"), *no_element("Type=PKCS8_PRIV_KEY_INFO")),
                *(PEM_ASN1, X509_PEM),
            ],
        ),
        (headed("Comment: x", label="EC PRIVATE KEY"), [TlsProblem(0x0480006B, "not proc type"), X509_PEM]),
        (
            ROOT.pem + to_pem("CERTIFICATE", b"\x30\0"),
            [
                TlsProblem(0x06800079, "field missing", "Field=cert_info, Type=X509"),
                TlsProblem(0x0488000D, "ASN1 lib"),
                X509_PEM,
            ],
        ),
    ],
)
def test_files_that_cannot_be_loaded(write: Write, text: str, problems: list[Event]) -> None:
    file = write(text)
    assert store(file, "/directory") == (None, [AuthoritiesRefused(file, "/directory"), *problems])


def test_a_directory_is_not_a_file(tmp_path: Path) -> None:
    assert store(str(tmp_path))[1][1:] == [NOTHING_FOUND]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (errno.ENOENT, TlsProblem(0x10000080, "no such file")),
        (errno.EACCES, TlsProblem(0x10080002, "system lib")),
    ],
)
def test_files_that_cannot_be_opened(monkeypatch: pytest.MonkeyPatch, code: int, problem: TlsProblem) -> None:
    def refuse(_system: SystemEnvironment, file: str) -> bytes:
        raise OSError(code, os.strerror(code), file)

    monkeypatch.setattr(SystemEnvironment, "read", refuse)
    assert store("a.pem") == (
        None,
        [
            AuthoritiesRefused("a.pem", ""),
            TlsProblem(0x80000000 + code, os.strerror(code), "calling fopen(a.pem, r)"),
            problem,
            TlsProblem(0x05880020, "BIO lib"),
        ],
    )


def test_directories_of_authorities(tmp_path: Path) -> None:
    first, second = hashed(tmp_path / "first", ROOT), hashed(tmp_path / "second", OTHER)
    found, told = store(ca_path=f"/nonexistent::{first}:{second}")
    assert knows(found, ROOT) and knows(found, OTHER)
    assert told == []


def test_a_directory_is_read_when_it_is_needed(tmp_path: Path) -> None:
    found, _ = store(ca_path=str(tmp_path / "later"))
    hashed(tmp_path / "later", ROOT)
    assert knows(found, ROOT)


def test_the_system_s_own_come_on_top(write: Write, tmp_path: Path) -> None:
    mine, theirs, third = write(ROOT.pem), write(OTHER.pem), make_ca("CN=Third")
    environment = {"SSL_CERT_FILE": theirs, "SSL_CERT_DIR": hashed(tmp_path / "certs", third)}
    found, _ = store(mine, system=True, environment=environment)
    assert all(knows(found, issued) for issued in (ROOT, OTHER, third))
    found, _ = store(mine, environment=environment)
    assert knows(found, ROOT) and not knows(found, OTHER) and not knows(found, third)


def test_where_the_system_keeps_them(monkeypatch: pytest.MonkeyPatch, write: Write, tmp_path: Path) -> None:
    monkeypatch.setattr(trust, "SYSTEM_FILES", ("/nonexistent", write(ROOT.pem), write(OTHER.pem)))
    monkeypatch.setattr(trust, "SYSTEM_DIRECTORIES", (hashed(tmp_path / "certs", OTHER),))
    found, _ = store(ca_path="/nonexistent", system=True)
    assert knows(found, ROOT) and knows(found, OTHER)


@pytest.mark.parametrize("content", [WITHOUT_END, NOTHING])
def test_the_system_s_are_not_missed(write: Write, content: str) -> None:
    for file in (write(content), "/nonexistent", ""):
        environment = {"SSL_CERT_FILE": file, "SSL_CERT_DIR": ""}
        found, told = store(write(ROOT.pem), system=True, environment=environment)
        assert knows(found, ROOT)
        assert told == []
