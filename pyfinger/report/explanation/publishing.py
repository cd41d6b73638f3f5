"""TLSA records for what a server showed, as they stand in a zone file (RFC 6698 section 2.2).

    _25._tcp.mx.example.com. IN TLSA 3 1 1 8D02...

First that of the server's key, which RFC 7672 section 3.1 recommends, then those of the
issuers it sends, which are good as long as the certificate bears the right name.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.report.document.model import Report, TlsReport
from pyfinger.report.explanation.seen import judged


def to_publish(report: Report, owner: str, *, issuers: bool = False) -> tuple[str, ...]:
    """The records that would match what the server showed in this probe; none if it showed nothing."""
    session = judged(report)
    tls = session.tls if session else None
    if tls is None or not tls.concluded:
        return ()
    keys = _server_key(tls) if not issuers else [*_server_key(tls), *_issuer_keys(tls)]
    return tuple(f"{owner.rstrip('.')}. IN TLSA {kind} 1 1 {digest.hex().upper()}" for kind, digest in keys)


def _server_key(tls: TlsReport) -> list[tuple[int, bytes]]:
    if tls.raw_key is not None:
        return [(3, tls.raw_key.sha256)]
    return [(3, certificate.key.sha256) for certificate in tls.certificates[:1]]


def _issuer_keys(tls: TlsReport) -> Iterator[tuple[int, bytes]]:
    """The nearest issuer that is sent: of those above nobody knows whether they stay."""
    for certificate in tls.certificates[1:2]:
        yield 2, certificate.key.sha256
