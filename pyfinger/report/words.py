"""Words for codes: lookups, system errors, verification errors, library errors.

DNS texts are those of Postfix's dns_lookup(3) (dns.md section 5), verification
texts those of its TLS library (tls.md section 9).
"""

from __future__ import annotations

import os

from pyfinger.model import (
    AddressData,
    DnsStatus,
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
from pyfinger.x509.failures import text as x509_text

SERVICE_ERROR = "Name service error for name={name} type={rdtype}: "
NOT_FOUND = "Host or domain name not found. " + SERVICE_ERROR

DNS_WORDS: dict[DnsStatus, str] = {
    DnsStatus.OK: "OK",
    DnsStatus.POLICY: "DNS reply filter drops all results",
    DnsStatus.RETRY: "Host not found, try again",
    DnsStatus.MALFORMED: "Malformed or unexpected name server reply",
    DnsStatus.BAD_NAMES: "Malformed or unexpected name server reply",
    DnsStatus.FAIL: "Non-recoverable error",
    DnsStatus.NULL_MX: "Domain {name} does not accept mail (nullMX)",
    DnsStatus.NULL_SRV: "Domain {name} does not support SRV requests",
    DnsStatus.NOT_FOUND: "Host not found",
    DnsStatus.NO_DATA: "Host found but no data record of requested type",
    DnsStatus.UNEXPECTED: "Malformed or unexpected name server reply",
    DnsStatus.INVALID_NAME: "Name service error for {name}: invalid host or domain name",
    DnsStatus.LOOP: "Name server loop for {name}",
    DnsStatus.NATIVE: "unable to look up host {name}: {detail}",
}

DNS_LEADS: dict[DnsStatus, str] = {
    DnsStatus.POLICY: SERVICE_ERROR,
    DnsStatus.RETRY: NOT_FOUND,
    DnsStatus.MALFORMED: SERVICE_ERROR,
    DnsStatus.BAD_NAMES: SERVICE_ERROR,
    DnsStatus.FAIL: NOT_FOUND,
    DnsStatus.NOT_FOUND: NOT_FOUND,
    DnsStatus.NO_DATA: NOT_FOUND,
    DnsStatus.UNEXPECTED: SERVICE_ERROR,
}

# X509_V_ERR numbers that are spelled out, instead of `num=%d:%s`.
FAILURE_FORMATS: dict[int, str] = {
    9: "{whose} certificate verification failed for {peer}: certificate not yet valid",
    10: "{whose} certificate verification failed for {peer}: certificate has expired",
    13: "{whose} certificate verification failed for {peer}: certificate not yet valid",
    14: "{whose} certificate verification failed for {peer}: certificate has expired",
    18: "certificate verification failed for {peer}: self-signed certificate",
    19: "certificate verification failed for {peer}: untrusted issuer {issuer}",
    20: "certificate verification failed for {peer}: untrusted issuer {issuer}",
    22: "certificate verification failed for {peer}: certificate chain longer than limit({limit})",
    26: "certificate verification failed for {peer}: not designated for use as a {whose} certificate",
    27: "certificate verification failed for {peer}: not trusted by local or TLSA policy",
}
OTHER_FAILURE = "{whose} certificate verification failed for {peer}: num={code}:{text}"

# The part of an OpenSSL error number above bit 23 (ERR_GET_LIB).
LIBRARIES: dict[int, str] = {
    3: "bignum routines",
    4: "rsa routines",
    5: "Diffie-Hellman routines",
    6: "digital envelope routines",
    9: "PEM routines",
    10: "dsa routines",
    11: "x509 certificate routines",
    13: "asn1 encoding routines",
    15: "common libcrypto routines",
    16: "elliptic curve routines",
    20: "SSL routines",
    32: "BIO routines",
    40: "UI routines",
    57: "Provider routines",
    60: "DECODER routines",
    256: "system library",
}


def dns_status(failure: LookupFailure | None) -> str:
    """What one reply amounts to, in brief; None is success."""
    if failure is None:
        return DNS_WORDS[DnsStatus.OK]
    return DNS_WORDS[failure.status].format(name=failure.name, detail=failure.detail)


def dns_record(record: ResourceRecord, rdtype: str) -> str:
    """A record as zone files have it (RFC 1035 section 5.1), but long TLSA data cut in the middle."""
    return f"{record.owner}. {record.ttl} IN {rdtype} {_rdata(record.data)}"


def _rdata(data: Rdata) -> str:
    match data:
        case AddressData(address=address):
            return address
        case MxData(preference=preference, exchange=exchange):
            return f"{preference} {exchange}."
        case SrvData(priority=priority, weight=weight, port=port, target=target):
            return f"{priority} {weight} {port} {target}."
        case TlsaRecord():
            return str(data)
        case OtherData(wire=wire):
            return f"\\# {len(wire)} {wire.hex().upper()}"  # RFC 3597 section 5


def lookup_failure(failure: LookupFailure) -> str:
    """Why a lookup gave nothing, in full."""
    lead = DNS_LEADS.get(failure.status, "").format(name=failure.name, rdtype=failure.rdtype)
    return lead + dns_status(failure)


def system_error(code: int) -> str:
    """An errno in the system's words."""
    return os.strerror(code) if abs(code) < 1 << 31 else f"Unknown error {code}"


def verification_failure(peer: Peer, error: VerifyError) -> str:
    """The line about the verification error that is reported."""
    return FAILURE_FORMATS.get(error.code, OTHER_FAILURE).format(
        peer=peer.lowered,
        issuer=error.issuer,
        code=error.code,
        whose="CA" if error.depth > 0 else "server",
        limit=error.depth - 1,
        text=x509_text(error.code),
    )


def library_error(code: int, reason: str, data: str) -> str:
    """An error of the TLS engine, in the form of OpenSSL's error queue.

    Where OpenSSL names its source file and line, this names us.
    """
    library = LIBRARIES.get(code >> 23, f"lib({code >> 23})")
    tail = f"{data}:" if data else ""
    return f"TLS library problem: error:{code:08X}:{library}::{reason}:pyfinger:0:{tail}"


def unreadable(place: int | None, reason: str) -> str:
    """Which certificate, or the raw public key, could not be read, and why."""
    which = "the raw public key" if place is None else f"certificate {place} of the chain"
    return f"{which} cannot be read: {reason}"


def hex_pairs(digest: bytes) -> str:
    """A fingerprint: `AA:BB:CC`."""
    return digest.hex(":").upper()
