import pytest

from pyfinger.model import (
    AddressData,
    DnsStatus,
    Family,
    LookupFailure,
    MxData,
    OtherData,
    Peer,
    Rdata,
    ResourceRecord,
    SrvData,
    TlsaRecord,
    VerifyError,
)
from pyfinger.report import words

PEER = Peer("MX.test", "192.0.2.1", 25)

LOOKUPS = {
    DnsStatus.NOT_FOUND: "Host or domain name not found. Name service error for name=x.test type=MX: "
    "Host not found",
    DnsStatus.NO_DATA: "Host or domain name not found. Name service error for name=x.test type=MX: "
    "Host found but no data record of requested type",
    DnsStatus.RETRY: "Host or domain name not found. Name service error for name=x.test type=MX: "
    "Host not found, try again",
    DnsStatus.FAIL: "Host or domain name not found. Name service error for name=x.test type=MX: "
    "Non-recoverable error",
    DnsStatus.MALFORMED: "Name service error for name=x.test type=MX: "
    "Malformed or unexpected name server reply",
    DnsStatus.BAD_NAMES: "Name service error for name=x.test type=MX: "
    "Malformed or unexpected name server reply",
    DnsStatus.UNEXPECTED: "Name service error for name=x.test type=MX: "
    "Malformed or unexpected name server reply",
    DnsStatus.POLICY: "Name service error for name=x.test type=MX: DNS reply filter drops all results",
    DnsStatus.INVALID_NAME: "Name service error for x.test: invalid host or domain name",
    DnsStatus.LOOP: "Name server loop for x.test",
    DnsStatus.NULL_MX: "Domain x.test does not accept mail (nullMX)",
    DnsStatus.NULL_SRV: "Domain x.test does not support SRV requests",
    DnsStatus.NATIVE: "unable to look up host x.test: Name or service not known",
    DnsStatus.OK: "OK",
}

FAILURES = {
    1: "server certificate verification failed for {}: num=1:unspecified certificate verification error",
    9: "server certificate verification failed for {}: certificate not yet valid",
    10: "server certificate verification failed for {}: certificate has expired",
    13: "server certificate verification failed for {}: certificate not yet valid",
    14: "server certificate verification failed for {}: certificate has expired",
    18: "certificate verification failed for {}: self-signed certificate",
    19: "certificate verification failed for {}: untrusted issuer /CN=Root",
    20: "certificate verification failed for {}: untrusted issuer /CN=Root",
    26: "certificate verification failed for {}: not designated for use as a server certificate",
    27: "certificate verification failed for {}: not trusted by local or TLSA policy",
    62: "server certificate verification failed for {}: num=62:hostname mismatch",
    999: "server certificate verification failed for {}: num=999:unknown certificate verification error",
}


@pytest.mark.parametrize("status", DnsStatus)
def test_lookup_failures(status: DnsStatus) -> None:
    failure = LookupFailure(status, "x.test", "MX", "Name or service not known")
    assert words.lookup_failure(failure) == LOOKUPS[status]


def test_braces_in_names_are_harmless() -> None:
    failure = LookupFailure(DnsStatus.NOT_FOUND, "{failure.status}", "MX")
    assert "name={failure.status} type=MX" in words.lookup_failure(failure)


def test_dns_status_is_brief() -> None:
    assert words.dns_status(None) == "OK"
    assert words.dns_status(LookupFailure(DnsStatus.NOT_FOUND, "x.test", "MX")) == "Host not found"


@pytest.mark.parametrize("code", FAILURES)
def test_failures_at_the_leaf(code: int) -> None:
    text = words.verification_failure(PEER, VerifyError(code, 0, "/CN=Root"))
    assert text == FAILURES[code].format("mx.test[192.0.2.1]:25")


def test_failures_above_the_leaf() -> None:
    expired = words.verification_failure(PEER, VerifyError(10, 1))
    assert expired == "CA certificate verification failed for mx.test[192.0.2.1]:25: certificate has expired"
    long = words.verification_failure(PEER, VerifyError(22, 10))
    assert long.endswith("certificate chain longer than limit(9)")
    purpose = words.verification_failure(PEER, VerifyError(26, 1))
    assert purpose.endswith("not designated for use as a CA certificate")


def test_library_errors_look_like_openssl_ones() -> None:
    assert (
        words.library_error(0x0A000410, "ssl/tls alert handshake failure", "SSL alert number 40")
        == "TLS library problem: error:0A000410:SSL routines::ssl/tls alert handshake failure"
        ":pyfinger:0:SSL alert number 40:"
    )
    assert words.library_error(0x80000002, "No such file or directory", "") == (
        "TLS library problem: error:80000002:system library::No such file or directory:pyfinger:0:"
    )
    assert ":lib(99)::" in words.library_error(99 << 23, "x", "")


def test_hex_pairs() -> None:
    assert words.hex_pairs(b"\xaa\x01") == "AA:01"


@pytest.mark.parametrize(
    ("rdtype", "data", "text"),
    [
        ("A", AddressData("192.0.2.1", Family.IPV4), "192.0.2.1"),
        ("MX", MxData(10, "mx.test"), "10 mx.test."),
        ("SRV", SrvData(0, 1, 25, "mx.test"), "0 1 25 mx.test."),
        ("TLSA", TlsaRecord(3, 1, 1, b"\xab"), "3 1 1 AB"),
        ("CNAME", OtherData(b"\1a\0"), r"\# 3 016100"),
    ],
)
def test_records_are_written_as_in_zone_files(rdtype: str, data: Rdata, text: str) -> None:
    assert words.dns_record(ResourceRecord("x.test", 60, data), rdtype) == f"x.test. 60 IN {rdtype} {text}"
