"""From words (`-p`, `-g`, main.cf) to what the ClientHello offers.

The rules are OpenSSL 3.5's as Postfix 3.10 drives it: the security level
follows the TLS level or the cipher string, and drops protocols, suites, groups
and signature schemes that are too weak for it (`security.py`).

tls_ssl_options and tls_disable_workarounds are OpenSSL's option bits.  Words and
numbers make a mask (tls_bug_bits()); of all its bits only a few change what a client
does, and some of those have no word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import IntFlag

from pyfinger.model import KeyKind, OwnCredential
from pyfinger.tls.cipherlist import CipherList, offered
from pyfinger.tls.codepoints import TLS10, TLS13, CertificateCompression, SignatureScheme
from pyfinger.tls.group_list import GroupList
from pyfinger.tls.groups import GROUPS, Group
from pyfinger.tls.hello_variant import HelloVariant
from pyfinger.tls.protocols import Protocols, bits_of
from pyfinger.tls.security import SecurityLevel
from pyfinger.tls.signature_schemes import SCHEMES, Scheme
from pyfinger.tls.suites import KeyExchange, Suite, SuiteAuthentication, suites
from pyfinger.values import Value, replace

_WORD_SEPARATORS = re.compile(r"[, \t\r\n]+")
_TLS13_SUITES = (0x1302, 0x1303, 0x1301)

# In OpenSSL's order (sigalgs_default in ssl/t1_lib.c).
_SCHEMES = (
    SignatureScheme.MLDSA65,
    SignatureScheme.MLDSA87,
    SignatureScheme.MLDSA44,
    SignatureScheme.ECDSA_SECP256R1_SHA256,
    SignatureScheme.ECDSA_SECP384R1_SHA384,
    SignatureScheme.ECDSA_SECP521R1_SHA512,
    SignatureScheme.ED25519,
    SignatureScheme.ED448,
    SignatureScheme.ECDSA_BRAINPOOLP256R1TLS13_SHA256,
    SignatureScheme.ECDSA_BRAINPOOLP384R1TLS13_SHA384,
    SignatureScheme.ECDSA_BRAINPOOLP512R1TLS13_SHA512,
    SignatureScheme.RSA_PSS_PSS_SHA256,
    SignatureScheme.RSA_PSS_PSS_SHA384,
    SignatureScheme.RSA_PSS_PSS_SHA512,
    SignatureScheme.RSA_PSS_RSAE_SHA256,
    SignatureScheme.RSA_PSS_RSAE_SHA384,
    SignatureScheme.RSA_PSS_RSAE_SHA512,
    SignatureScheme.RSA_PKCS1_SHA256,
    SignatureScheme.RSA_PKCS1_SHA384,
    SignatureScheme.RSA_PKCS1_SHA512,
    SignatureScheme.ECDSA_SHA224,
    SignatureScheme.ECDSA_SHA1,
    SignatureScheme.RSA_SHA224,
    SignatureScheme.RSA_PKCS1_SHA1,
    SignatureScheme.DSA_SHA224,
    SignatureScheme.DSA_SHA1,
    SignatureScheme.DSA_SHA256,
    SignatureScheme.DSA_SHA384,
    SignatureScheme.DSA_SHA512,
)


class ClientConfig(Value):
    """All that a ClientHello offers, by code point, in order.

    What must not be empty may be: then there will be no hello.
    """

    versions: tuple[int, ...]  # highest first
    suites: tuple[int, ...]
    groups: tuple[int, ...]  # supported_groups; none, and before TLS 1.3 it is not sent
    schemes: tuple[int, ...]
    security: SecurityLevel
    renegotiation_scsv: bool  # 00FF among the suites
    renegotiation_extension: bool
    tickets: bool = True
    encrypt_then_mac: bool = True
    extended_master_secret: bool = True
    padding: bool = True
    legacy_servers: bool = False  # those without RFC 5746 are accepted
    raw_keys: bool = False  # server_certificate_type: raw public key first
    credentials: tuple[OwnCredential, ...] = ()  # of ours, also bare; one of a kind, the last loaded last
    servername: bytes = b""
    compression: tuple[int, ...] = (
        CertificateCompression.ZLIB,
        CertificateCompression.ZSTD,
    )  # of certificates
    point_formats: bool = True  # there is an elliptic curve, and a suite for it
    compressed_points: bool = True  # among those formats
    key_shares: tuple[int, ...] = ()  # the groups that get one
    psk_without_dhe: bool = False  # a session may be taken up without a new key exchange
    certificate_schemes: tuple[int, ...] = ()  # signature_algorithms_cert; without, it is not sent
    variant: HelloVariant | None = None  # how the first hello differs from OpenSSL's

    @property
    def shared_groups(self) -> tuple[int, ...]:
        """The groups TLS 1.3 may use."""
        return tuple(code for code in self.groups if GROUPS[code].last == TLS13)

    @property
    def highest(self) -> int:
        """The highest version on offer, 0 if there is none."""
        return self.versions[0] if self.versions else 0


def _schemes(protocols: Protocols, lowest: int, security: SecurityLevel) -> tuple[int, ...]:
    """signature_algorithms.

    A ceiling (`<=TLSv1.2`) takes TLS 1.3's own schemes out, an exclusion
    (`!TLSv1.3`) does not: OpenSSL looks at the one and not at the other.
    """
    listed = security.suite_b.schemes if security.suite_b is not None else _SCHEMES
    schemes = [SCHEMES[code] for code in listed if security.allows_scheme(code)]
    if 0 < protocols.ceiling < TLS13:
        schemes = [scheme for scheme in schemes if scheme.tls12]
    if lowest >= TLS13:
        schemes = [scheme for scheme in schemes if not _is_obsolete(scheme)]
    return tuple(scheme.code for scheme in schemes)


def _is_obsolete(scheme: Scheme) -> bool:
    """DSA, SHA-1 and SHA-224, which TLS 1.3 has no use for, not even in certificates."""
    return scheme.kind is KeyKind.DSA or scheme.algorithm.digest in ("sha1", "sha224")


def make_client_config(protocols: Protocols, ciphers: CipherList, groups: GroupList) -> ClientConfig:
    """Everything put together."""
    security = ciphers.security
    versions = protocols.enabled(security)
    if not versions:
        return ClientConfig((), (), (), (), security, renegotiation_scsv=False, renegotiation_extension=False)
    newest = (suites()[code] for code in _TLS13_SUITES)
    possible = (*filter(security.allows_suite, newest), *offered(ciphers))
    kept = [suite for suite in possible if any(map(suite.fits, versions))]
    listed = security.suite_b.groups if security.suite_b is not None else groups.groups
    fit = [g for g in _allowed(listed, security) if g.fits(versions[-1], versions[0])]
    curves = any(map(_needs_curve, kept)) and any(group.elliptic for group in fit)
    may_be_old = security.level == 0 and protocols.floor <= TLS10
    return ClientConfig(
        versions=versions,
        suites=tuple(suite.code for suite in kept),
        groups=tuple(group.code for group in fit) if curves or versions[0] == TLS13 else (),
        schemes=_schemes(protocols, versions[-1], security),
        security=security,
        renegotiation_scsv=may_be_old,
        renegotiation_extension=not may_be_old and protocols.floor < TLS13,
        tickets=security.tickets,
        point_formats=curves,
        key_shares=_key_shares(groups, listed, security) if versions[0] == TLS13 else (),
    )


_AUTHENTICATIONS = {  # of all other kinds it is ECDSA (RFC 8422)
    KeyKind.RSA: SuiteAuthentication.RSA,
    KeyKind.RSA_PSS: SuiteAuthentication.RSA,
    KeyKind.DSA: SuiteAuthentication.DSS,
}


def narrowed(config: ClientConfig, kinds: Collection[KeyKind]) -> ClientConfig:
    """The offer without what keys of other kinds are for: a server has to show one of these.

    Certificates may be signed by any (signature_algorithms_cert, RFC 8446 section 4.2.3).
    """
    schemes = tuple(code for code in config.schemes if SCHEMES[code].kind in kinds)
    old = {
        _AUTHENTICATIONS.get(SCHEMES[code].kind, SuiteAuthentication.ECDSA)
        for code in schemes
        if SCHEMES[code].tls12
    }
    new = any(SCHEMES[code].tls13 for code in schemes)
    chosen = [suites()[code] for code in config.suites]
    kept = [suite for suite in chosen if (new if suite.tls13 else suite.authentication in old)]
    return replace(
        config,
        versions=tuple(v for v in config.versions if any(suite.fits(v) for suite in kept)),
        suites=tuple(suite.code for suite in kept),
        schemes=schemes,
        certificate_schemes=config.schemes,
    )


def _allowed(codes: Iterable[int], security: SecurityLevel) -> Iterator[Group]:
    return (GROUPS[code] for code in codes if security.allows_group(code))


def _needs_curve(suite: Suite) -> bool:
    """Whether elliptic curves matter to a suite (use_ecc() in ssl/statem/extensions_clnt.c)."""
    return (
        suite.fits(TLS13)
        or suite.key_exchange is KeyExchange.ECDHE
        or suite.authentication is SuiteAuthentication.ECDSA
    )


def _key_shares(groups: GroupList, listed: Sequence[int], security: SecurityLevel) -> tuple[int, ...]:
    """The groups with a `*`, or else the first of all, as far as TLS 1.3 can use them.

    Suite B lists others than those configured, but not instead of none.
    """
    if not groups.groups:
        return ()
    fit = [g.code for g in _allowed(groups.shares or listed, security) if g.fits(TLS13, TLS13)]
    return tuple(fit if groups.shares else fit[:1])


class SslOption(IntFlag):
    """Bits that change what a client offers, or what it accepts (SSL_CTX_set_options(3))."""

    NO_EXTENDED_MASTER_SECRET = 1 << 0
    LEGACY_SERVER_CONNECT = 1 << 2
    TLSEXT_PADDING = 1 << 4
    ALLOW_NO_DHE_KEX = 1 << 10
    NO_TICKET = 1 << 14
    ALLOW_UNSAFE_LEGACY_RENEGOTIATION = 1 << 18
    NO_ENCRYPT_THEN_MAC = 1 << 19
    NO_RX_CERTIFICATE_COMPRESSION = 1 << 33
    LEGACY_EC_POINT_FORMATS = 1 << 36  # of OpenSSL 3.6; before, there are no others


# The words of either parameter that name one of these bits.
_OPTIONS = {"LEGACY_SERVER_CONNECT": SslOption.LEGACY_SERVER_CONNECT, "NO_TICKET": SslOption.NO_TICKET}
_WORKAROUNDS = {"TLSEXT_PADDING": SslOption.TLSEXT_PADDING}


def _mask(text: str, words: Mapping[str, SslOption]) -> int:
    """All the bits that a parameter's words and numbers name."""
    mask = 0
    for word in filter(None, _WORD_SEPARATORS.split(text)):
        mask |= words.get(word.upper()) or bits_of(word) or 0
    return mask


def with_options(config: ClientConfig, chosen: str, without: str) -> ClientConfig:
    """The offer under tls_ssl_options `chosen` and tls_disable_workarounds `without`."""
    options = _mask(chosen, _OPTIONS)
    legacy = SslOption.LEGACY_SERVER_CONNECT | SslOption.ALLOW_UNSAFE_LEGACY_RENEGOTIATION
    return replace(
        config,
        tickets=config.tickets and not options & SslOption.NO_TICKET,
        encrypt_then_mac=not options & SslOption.NO_ENCRYPT_THEN_MAC,
        extended_master_secret=not options & SslOption.NO_EXTENDED_MASTER_SECRET,
        psk_without_dhe=bool(options & SslOption.ALLOW_NO_DHE_KEX),
        compression=() if options & SslOption.NO_RX_CERTIFICATE_COMPRESSION else config.compression,
        padding=not _mask(without, _WORKAROUNDS) & SslOption.TLSEXT_PADDING,
        legacy_servers=bool(options & legacy),
        compressed_points=config.compressed_points or bool(options & SslOption.LEGACY_EC_POINT_FORMATS),
    )
