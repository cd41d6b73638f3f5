"""Who a policy host is: a chain to an authority that browsers know, and its name (RFC 8461 section 3.3).

    store = web_authorities()              certifi's, this module is its door
    config = https_config("mta-sts.example.com")
    verifier = WebVerifier("mta-sts.example.com", store, now)

Chains are built and checked as for mail servers, at OpenSSL's security level 2 (RSA from 2048 bits,
no SHA-1).  The name has to be a DNS-ID: a common name does not count, and an address neither.
Revocation is not asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from pyfinger.errors import CredentialError, CredentialFault
from pyfinger.model import Credential, ServerKey, Verdict, Verified, VerifyError
from pyfinger.tls.cipherlist import evaluate
from pyfinger.tls.codepoints import TLS12
from pyfinger.tls.config import ClientConfig, make_client_config
from pyfinger.tls.group_list import parse_group_list
from pyfinger.tls.protocols import Protocols
from pyfinger.values import Value, replace
from pyfinger.x509.certificate import Certificate, read_at
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.general_names import DNS
from pyfinger.x509.issuing import for_signing
from pyfinger.x509.reference_identity import ReferenceIdentity
from pyfinger.x509.signature_faults import signature_faults
from pyfinger.x509.trust_store import Bundle, Store, certificates_in
from pyfinger.x509.verify import verify
from pyfinger.x509.verify_context import VerifyContext, VerifyParams

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:@SECLEVEL=2"
GROUPS = "X25519:secp256r1:secp384r1:secp521r1"
SECURITY_LEVEL = 2


@cache
def web_authorities() -> Bundle:
    """The authorities of certifi, which are Mozilla's; `ImportError` without the extra `sts`."""
    import certifi  # when a policy is fetched and nothing else is trusted

    return Bundle(certificates_in(Path(certifi.where()).read_bytes()))


def https_config(host: str) -> ClientConfig:
    """What a hello to a web server offers: TLS 1.2 and 1.3, forward secrecy, its name (RFC 6066)."""
    return replace(_config(), servername=host.encode())


@cache
def _config() -> ClientConfig:
    return make_client_config(Protocols(floor=TLS12), evaluate(CIPHERS), parse_group_list(GROUPS))


class WebVerifier(Value):
    """Verifies what a web server shows of itself in one handshake, and does not end it."""

    host: str
    store: Store
    now: Callable[[], datetime]

    def __call__(self, credential: Credential) -> Verified:
        """What came of it; `CredentialError` if it cannot be read."""
        chain = tuple(read_at(place, encoded) for place, encoded in enumerate(credential.certificates))
        if not chain or (key := chain[0].key) is None:
            raise CredentialError(CredentialFault.UNUSABLE_KEY, 0 if chain else None)
        leaf = chain[0]
        identity = ReferenceIdentity((self.host,))
        params = VerifyParams(int(self.now().timestamp()), identity, SECURITY_LEVEL)
        outcome = verify(VerifyContext(leaf, chain, self.store, params))
        errors = outcome.errors
        if not _has_dns_name(leaf) and not any(error.code == X509VErr.HOSTNAME_MISMATCH for error in errors):
            errors = (*errors, VerifyError(X509VErr.HOSTNAME_MISMATCH, 0))
        verdict = Verdict(errors, outcome.peername, None, outcome.aborted)
        return Verified(ServerKey(key, for_signing(leaf), partial(signature_faults, key)), verdict)


def _has_dns_name(leaf: Certificate) -> bool:
    return any(name.kind == DNS for name in leaf.alternative_names or ())
