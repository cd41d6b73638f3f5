"""`--certificate`, `--records`, `--unsigned`, `--offline`: what is read, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyfinger.cli.keywords import understood
from pyfinger.demo.certificate_making import Wish, make_ca, make_leaf
from pyfinger.errors import UsageError
from pyfinger.maincf.host_environment import PRIVATE_KEY_LEFT_OUT, without_private_keys
from pyfinger.model import KeyKind
from pyfinger.model.given import Given
from pyfinger.x509.pem import to_pem

HOST = "mx.example.test"
LEAF = make_leaf(HOST, make_ca("CN=Issuing", make_ca("CN=Root")))
RAW = to_pem("PUBLIC KEY", LEAF.key.spki)
RECORD = "3 1 1 00"


def read(**options: object) -> Given:
    invocation, _ = understood((HOST,), options, lambda event: None)
    assert invocation.options.given is not None
    return invocation.options.given


def complaint(**options: object) -> str:
    with pytest.raises(UsageError) as caught:
        read(**options)
    return str(caught.value)


def test_a_chain_is_taken_in_its_order() -> None:
    [found] = read(certificate=LEAF.chain_pem).credentials
    assert (found.certificates, found.kind, found.source) == (LEAF.chain, KeyKind.EC, "the command line")


def test_a_private_key_beside_it_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "both.pem"
    file.write_text(LEAF.key.pem + LEAF.chain_pem)
    [found] = read(certificate=file).credentials
    assert (found.certificates, found.source) == (LEAF.chain, str(file))
    left = without_private_keys(file.read_bytes())
    assert left == PRIVATE_KEY_LEFT_OUT + b"\n" + LEAF.chain_pem.encode()


@pytest.mark.parametrize("label", ["PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
def test_keys_are_left_out_by_any_label_and_without_an_end(label: str) -> None:
    secret = f"-----BEGIN {label}-----\nc2VjcmV0\n"
    for text in (
        f"a\n{secret}-----END {label}-----\nb\n",
        f"a\n{secret}-----END {label}-----",
        f"a\n{secret}",
    ):
        left = without_private_keys(text.encode())
        assert b"c2VjcmV0" not in left
        assert left.startswith(b"a\n" + PRIVATE_KEY_LEFT_OUT)


def test_what_is_no_key_stays_to_the_byte() -> None:
    text = b"\0\xff-----BEGIN " + LEAF.chain_pem.encode() + b"-----BEGIN X-----"
    assert without_private_keys(text) == text


def test_der_and_raw_public_keys(tmp_path: Path) -> None:
    file = tmp_path / "leaf.der"
    file.write_bytes(LEAF.der)
    assert read(certificate=file).credentials[0].certificates == (LEAF.der,)
    file.write_bytes(LEAF.key.spki)
    assert read(certificate=file).credentials[0].raw_key == LEAF.key.spki
    assert read(certificate=RAW).credentials[0].raw_key == LEAF.key.spki


def test_a_certificate_past_its_time_is_fine() -> None:
    old = make_leaf(HOST, wish=Wish(not_after=1_600_000_000))
    assert read(certificate=old.pem).credentials


def test_each_host_may_have_its_own(tmp_path: Path) -> None:
    file = tmp_path / "a.pem"
    file.write_text(LEAF.pem)
    given = read(certificate=[f"A.test={file}", LEAF.pem])
    assert [one.host for one in given.credentials_of("a.TEST")] == ["a.test"]
    assert [one.host for one in given.credentials_of("b.test")] == [""]


def test_records_are_text_if_there_are_blanks_in_them(tmp_path: Path) -> None:
    file = tmp_path / "with blanks"
    file.write_text("a.test A 192.0.2.1")
    assert read(records=RECORD).records.source == "the command line"
    assert read(records=file).records.source == str(file)
    assert [one.owner for one in read(records=[file, RECORD]).records.rrsets] == ["a.test", ""]


def test_zones_may_be_unsigned() -> None:
    records = read(records=RECORD, unsigned="A.test,b.test./mx").records
    assert [records.signed(*each) for each in (("x.a.test", "A"), ("b.test", "MX"), ("b.test", "A"))] == [
        False,
        False,
        True,
    ]
    assert not read(records=RECORD, unsigned=".").records.signed("any.test", "A")


CUT = LEAF.pem[:200]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"certificate": "/no/such"}, "--certificate: /no/such: No such file or directory"),
        ({"certificate": LEAF.key.pem}, "a private key, but no certificate and no PUBLIC KEY"),
        ({"certificate": CUT}, "PEM block 1 cannot be read: bad end line; is it cut short?"),
        ({"certificate": LEAF.pem + CUT}, "PEM block 2 cannot be read"),
        ({"certificate": to_pem("CERTIFICATE", b"\x30\0")}, "certificate 1 cannot be read"),
        (
            {"certificate": to_pem("CERTIFICATE", LEAF.der + b"\0")},
            "certificate 1 cannot be read: has octets",
        ),
        ({"certificate": to_pem("X509 CRL", b"\x30\0")}, "no certificate in it"),
        ({"certificate": RAW + RAW}, "several public keys"),
        ({"certificate": to_pem("PUBLIC KEY", b"\x30\0")}, "the public key cannot be read"),
        ({"certificate": LEAF.pem * 101}, "more than 100 certificates"),
        ({"certificate": "-", "records": "-"}, "standard input can be read once only"),
        ({"certificate": LEAF.pem, "level": "none"}, "at level none no certificate is looked at"),
        ({"offline": True}, "there is nothing to judge without --certificate"),
        ({"unsigned": "a.test"}, "--unsigned goes with --records only"),
        ({"records": RECORD, "unsigned": "a b//"}, "bad '--unsigned' option value: b//"),
        ({"records": "/no/such"}, "--records: /no/such: No such file or directory"),
        ({"records": "; nothing here"}, "no record in it that says how mail is sent"),
        ({"records": "a.test A 1.2.3"}, "--records: the command line: line 1: no A record"),
        (
            {"records": ["a.test A 192.0.2.1", "a.test CNAME b.test"]},
            "taken together: line 1: a.test is an alias",
        ),
    ],
)
def test_what_cannot_be_told_is_one_clear_line(options: dict[str, object], text: str) -> None:
    said = complaint(**options)
    assert text in said
    assert "\n" not in said


def test_files_that_are_neither_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "x"
    for content, text in ((b"", "empty"), (b"abc", "neither PEM nor"), (b"0" * ((1 << 20) + 1), "octets")):
        file.write_bytes(content)
        assert text in complaint(certificate=file)
