"""From words (`-p`, `-g`, main.cf) to what the ClientHello offers.

The rules are OpenSSL 3.5's as Postfix 3.10 drives it: the security level
follows the TLS level or the cipher string, and drops protocols, suites, groups
and signature schemes that are too weak for it (`security.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pyfinger.model import OwnCredential
from pyfinger.tls.cipherlist import CipherList, offered
from pyfinger.tls.names import GROUPS, PROTOCOLS, TLS10, TLS13, Group, find_group
from pyfinger.tls.security import Security
from pyfinger.tls.suites import suites

_TLS13_SUITES = (0x1302, 0x1303, 0x1301)

# ML-DSA, ECDSA, EdDSA, brainpool, RSA-PSS, RSA, then SHA-224 and SHA-1 (with DSA: xx02).
_SCHEME_ORDER = bytes.fromhex(
    "0905 0906 0904 0403 0503 0603 0807 0808 081a 081b 081c 0809 080a 080b 0804 0805 0806"
    "0401 0501 0601 0303 0203 0301 0201 0302 0202 0402 0502 0602"
)
_TLS13_SCHEMES = {0x0904, 0x0905, 0x0906, 0x081A, 0x081B, 0x081C}

_VERSION_WORDS = {"sslv3": 0x0300, **{name.lower(): code for code, name in PROTOCOLS.items()}}


@dataclass(frozen=True, slots=True)
class Protocols:
    """A parsed `-p` value: bounds (0: none) and single exclusions."""

    floor: int = 0
    ceiling: int = 0
    excluded: frozenset[int] = frozenset()

    def enabled(self, security: Security) -> tuple[int, ...]:
        """The versions on offer, highest first: the lowest range without a gap."""
        highest = self.ceiling or TLS13
        run: list[int] = []
        for version in sorted(PROTOCOLS):
            within = self.floor <= version <= highest and security.allows_version(version)
            if within and version not in self.excluded:
                run.insert(0, version)
            elif run:
                break
        return tuple(run)


def parse_protocols(text: str) -> Protocols | None:
    """Parse `-p` (postconf(5) smtp_tls_protocols); None if a token is unknown."""
    floor = ceiling = 0
    included: set[int] = set()
    excluded: set[int] = set()
    for token in re.split(r"[,\s:]+", text.strip(", \t\r\n:")):
        if not token:
            continue
        if token[:2] in (">=", "<="):
            bound = _bound(token[2:])
            if bound is None:
                return None
            floor, ceiling = (bound, ceiling) if token[0] == ">" else (floor, bound)
            continue
        version = _version(token.removeprefix("!"))
        if version is None:
            return None
        (excluded if token.startswith("!") else included).add(version)
    if included:
        excluded |= set(PROTOCOLS) - included
    return Protocols(floor, ceiling, frozenset(excluded))


def _version(word: str) -> int | None:
    return 0x0200 if word.lower() == "sslv2" else _VERSION_WORDS.get(word.lower()) or _number(word)


def _bound(word: str) -> int | None:
    if word.lower() in ("none", "0"):
        return 0
    return _VERSION_WORDS.get(word.lower()) or _number(word)


def _number(word: str) -> int | None:
    if not re.fullmatch("(0x)?[0-9a-fA-F]{1,4}", word):
        return None
    return int(word, 16)


def parse_groups(*settings: str) -> tuple[Group, ...]:
    """The groups of tls_eecdh_auto_curves and tls_ffdhe_auto_groups, unknown words dropped."""
    found: dict[int, Group] = {}
    for word in re.split(r"[,\s:]+", " ".join(settings)):
        group = find_group(word)
        if group is not None:
            found.setdefault(group.code, group)
    return tuple(found.values())


OPENSSL_GROUPS = tuple(
    GROUPS[code] for code in (0x11EC, 0x1D, 0x17, 0x1E, 0x19, 0x18, 0x0100, 0x0101)
)  # what OpenSSL 3.5 offers when nothing is configured


@dataclass(frozen=True, slots=True)
class Offer:
    """All that a ClientHello offers, by code point, in order."""

    versions: tuple[int, ...]  # highest first, never empty
    suites: tuple[int, ...]
    groups: tuple[int, ...]
    schemes: tuple[int, ...]
    security: Security
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
    compression: tuple[int, ...] = (1, 3)  # certificates: zlib, zstd
    shares: int = 1

    @property
    def shared_groups(self) -> tuple[int, ...]:
        """The groups TLS 1.3 may use, of which the first gets a key share."""
        return tuple(code for code in self.groups if GROUPS[code].last == TLS13)

    @property
    def highest(self) -> int:
        """The highest version on offer."""
        return self.versions[0]


def _schemes(protocols: Protocols, lowest: int, security: Security) -> tuple[int, ...]:
    """signature_algorithms.

    A ceiling (`<=TLSv1.2`) takes TLS 1.3's own schemes out, an exclusion
    (`!TLSv1.3`) does not: OpenSSL looks at the one and not at the other.
    """
    codes = [int.from_bytes(_SCHEME_ORDER[i : i + 2], "big") for i in range(0, len(_SCHEME_ORDER), 2)]
    if security.suite_b is not None:
        codes = list(security.suite_b.schemes)
    codes = [code for code in codes if security.allows_scheme(code)]
    if 0 < protocols.ceiling < TLS13:
        codes = [code for code in codes if code not in _TLS13_SCHEMES]
    if lowest >= TLS13:
        codes = [code for code in codes if code >> 8 not in (2, 3) and code & 0xFF != 2]
    return tuple(codes)


# Options that matter to a client, by name and as OpenSSL's bit (SSL_CTX_set_options(3)).
_OPTION_BITS = {
    "NO_EXTENDED_MASTER_SECRET": 1 << 0,
    "LEGACY_SERVER_CONNECT": 1 << 2,
    "TLSEXT_PADDING": 1 << 4,
    "NO_TICKET": 1 << 14,
    "NO_ENCRYPT_THEN_MAC": 1 << 19,
}


def _options(text: str) -> set[str]:
    """The options a value of tls_ssl_options names, as words or in a number."""
    found = set()
    for word in re.split(r"[,\s]+", text):
        bits = int(word, 16) if re.fullmatch("0[xX][0-9a-fA-F]{1,16}", word) else 0
        found |= {name for name, bit in _OPTION_BITS.items() if bits & bit or word.upper() == name}
    return found


def with_options(offer: Offer, chosen: str, without: str) -> Offer:
    """The offer under tls_ssl_options `chosen` and tls_disable_workarounds `without`."""
    options = _options(chosen)
    return replace(
        offer,
        tickets=offer.tickets and "NO_TICKET" not in options,
        encrypt_then_mac="NO_ENCRYPT_THEN_MAC" not in options,
        extended_master_secret="NO_EXTENDED_MASTER_SECRET" not in options,
        padding="TLSEXT_PADDING" not in _options(without),
        legacy_servers="LEGACY_SERVER_CONNECT" in options,
    )


def make_offer(protocols: Protocols, ciphers: CipherList, groups: tuple[Group, ...]) -> Offer | None:
    """Everything put together; None if no protocol version is left."""
    security = ciphers.security
    versions = protocols.enabled(security)
    if not versions:
        return None
    newest = (suites()[code] for code in _TLS13_SUITES)
    found = (*filter(security.allows_suite, newest), *offered(ciphers))
    if security.suite_b is not None:
        groups = tuple(GROUPS[code] for code in security.suite_b.groups)
    groups = tuple(g for g in groups if security.allows_group(g.code))
    may_be_old = security.level == 0 and protocols.floor <= TLS10
    return Offer(
        versions=versions,
        suites=tuple(s.code for s in found if any(map(s.fits, versions))),
        groups=tuple(g.code for g in groups if g.first <= versions[0] and g.last >= versions[-1]),
        schemes=_schemes(protocols, versions[-1], security),
        security=security,
        renegotiation_scsv=may_be_old,
        renegotiation_extension=not may_be_old and protocols.floor < TLS13,
        tickets=security.tickets,
    )
