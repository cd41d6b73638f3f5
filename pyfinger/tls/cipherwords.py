"""The words of cipher strings (ciphers(1)): which suites each one means.

A word is a pattern over the properties of suites; `A+B` is what both allow.
The table is OpenSSL 3.5's (ssl/ssl_ciph.c, cipher_aliases), without the words
of algorithms that Debian's library does not have: those are unknown words.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TypeAlias

from pyfinger.tls.codepoints import SSL3, TLS10, TLS12
from pyfinger.tls.suites import CIPHERS, Suite, suites
from pyfinger.values import Value

CipherOptions: TypeAlias = "frozenset[str] | None"  # one of these; None: whatever it is

_EXCHANGES = frozenset({"RSA", "DHE", "ECDHE", "PSK", "RSAPSK", "DHEPSK", "ECDHEPSK", "SRP"})
_AUTHENTICATIONS = frozenset({"RSA", "DSS", "ECDSA", "PSK", "SRP", "NULL"})
_ENCRYPTING = frozenset(CIPHERS) - {"NULL"} | {"3DES"}  # known to the library, but in no suite


class Pattern(Value):
    """What a suite has to be; all parts have to fit."""

    exchanges: CipherOptions = None
    authentications: CipherOptions = None
    ciphers: CipherOptions = None
    macs: CipherOptions = None
    strengths: CipherOptions = None
    not_default: bool = False
    version: int = 0  # the protocol version it began with
    code: int = 0

    def among(self, suites: Iterable[Suite]) -> list[Suite]:
        """Those suites that are meant, in their order; what says nothing costs nothing."""
        found = list(suites)
        if self.code:
            found = [s for s in found if s.code == self.code]
        if (exchanges := self.exchanges) is not None:
            found = [s for s in found if s.key_exchange in exchanges]
        if (authentications := self.authentications) is not None:
            found = [s for s in found if s.authentication in authentications]
        if (ciphers := self.ciphers) is not None:
            found = [s for s in found if s.cipher.name in ciphers]
        if (macs := self.macs) is not None:
            found = [s for s in found if mac_of(s) in macs]
        if self.version:
            found = [s for s in found if s.first_version == self.version]
        if (strengths := self.strengths) is not None:
            found = [s for s in found if not strengths.isdisjoint(s.strengths)]
        return [s for s in found if s.not_default] if self.not_default else found

    def narrowed(self, other: Pattern) -> Pattern | None:
        """`self+other`; None if nothing can be both.

        As in ssl_cipher_process_rulestr: only the last part's code counts, no
        suite's version does, and the first part with a strength makes what was
        said about DEFAULT forgotten.
        """
        exchanges = _common(self.exchanges, other.exchanges)
        authentications = _common(self.authentications, other.authentications)
        ciphers = _common(self.ciphers, other.ciphers)
        macs = _common(self.macs, other.macs)
        strengths = _common(self.strengths, other.strengths)
        if frozenset() in (exchanges, authentications, ciphers, macs, strengths):
            return None
        if 0 != self.version != other.version != 0:
            return None
        forgets = self.strengths is None and other.strengths is not None
        return Pattern(
            exchanges,
            authentications,
            ciphers,
            macs,
            strengths,
            not_default=other.not_default or (self.not_default and not forgets),
            version=self.version or other.version,
            code=other.code,
        )


def _common(one: CipherOptions, other: CipherOptions) -> CipherOptions:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def mac_of(suite: Suite) -> str:
    """The MAC as words mean it."""
    return "AEAD" if suite.cipher.aead else suite.digest


def exchange(*names: str, authentications: CipherOptions = None) -> Pattern:
    """A way to exchange keys."""
    return Pattern(exchanges=frozenset(names), authentications=authentications)


def authentication(name: str) -> Pattern:
    """A way for the server to prove itself."""
    return Pattern(authentications=frozenset({name}))


def ciphers(*parts: str) -> Pattern:
    """The bulk ciphers with any of these in their names."""
    return Pattern(ciphers=_named(_ENCRYPTING | {"NULL"}, parts))


def _named(names: Iterable[str], parts: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if any(part in name for part in parts))


def mac(name: str) -> Pattern:
    """A MAC; AEAD for ciphers that need none."""
    return Pattern(macs=frozenset({name}))


def begun(version: int) -> Pattern:
    """The suites a protocol version brought."""
    return Pattern(version=version)


def strength(name: str) -> Pattern:
    """A class of strengths."""
    return Pattern(strengths=frozenset({name}))


_CERTIFIED = _AUTHENTICATIONS - {"NULL"}
_PSK = ("PSK", "RSAPSK", "DHEPSK", "ECDHEPSK")

_ALIASES: dict[str, Pattern] = {
    "ALL": Pattern(ciphers=_ENCRYPTING),
    "COMPLEMENTOFALL": ciphers("NULL"),
    "COMPLEMENTOFDEFAULT": Pattern(not_default=True),
    **dict.fromkeys(("kEDH", "kDHE", "DH"), exchange("DHE")),
    **dict.fromkeys(("kEECDH", "kECDHE", "ECDH"), exchange("ECDHE")),
    **{f"k{name}": exchange(name) for name in ("RSA", *_PSK, "SRP")},
    **{f"a{name}": authentication(name) for name in _AUTHENTICATIONS},
    "DSS": authentication("DSS"),
    "ECDSA": authentication("ECDSA"),
    **dict.fromkeys(("EDH", "DHE"), exchange("DHE", authentications=_CERTIFIED)),
    **dict.fromkeys(("EECDH", "ECDHE"), exchange("ECDHE", authentications=_CERTIFIED)),
    "RSA": exchange("RSA", authentications=frozenset({"RSA"})),
    "ADH": exchange("DHE", authentications=frozenset({"NULL"})),
    "AECDH": exchange("ECDHE", authentications=frozenset({"NULL"})),
    "PSK": exchange(*_PSK),
    "SRP": exchange("SRP"),
    **dict.fromkeys(("NULL", "eNULL"), ciphers("NULL")),
    **{name: ciphers(name) for name in ("AES128", "AES256", "AES", "3DES", "CHACHA20")},
    **{name: ciphers(name) for name in ("CAMELLIA128", "CAMELLIA256", "CAMELLIA")},
    **{name: ciphers(name) for name in ("ARIA128", "ARIA256", "ARIA")},
    "ARIAGCM": ciphers("ARIA"),
    "AESGCM": ciphers("AES128-GCM", "AES256-GCM"),
    "AESCCM": ciphers("CCM"),
    "AESCCM8": ciphers("CCM8"),
    "CBC": ciphers("CBC", "3DES"),
    "MD5": mac("MD5"),
    **dict.fromkeys(("SHA1", "SHA"), mac("SHA")),
    **{name: mac(name) for name in ("SHA256", "SHA384")},
    "SSLv3": begun(SSL3),
    **dict.fromkeys(("TLSv1", "TLSv1.0"), begun(TLS10)),
    "TLSv1.2": begun(TLS12),
    **{name: strength(name) for name in ("LOW", "MEDIUM", "HIGH")},
    "FIPS": Pattern(ciphers=_ENCRYPTING, strengths=frozenset({"FIPS"})),
    **{
        f"EDH-{name}-DES-CBC3-SHA": Pattern(
            frozenset({"DHE"}),
            frozenset({name}),
            frozenset({"3DES"}),
            frozenset({"SHA"}),
            frozenset({"HIGH", "FIPS"}),
        )
        for name in ("DSS", "RSA")
    },
}


@cache
def _names() -> dict[str, Suite]:
    """Suites by OpenSSL's name."""
    return {suite.name: suite for suite in suites().values() if not suite.tls13}


@cache
def _standard_names() -> dict[str, Suite]:
    """Suites by IANA's name."""
    return {suite.standard_name: suite for suite in _names().values()}


def _suite(suite: Suite) -> Pattern:
    """All that is true of a suite, for it may be one part of several."""
    return Pattern(
        frozenset({suite.key_exchange}),
        frozenset({suite.authentication}),
        frozenset({suite.cipher.name}),
        frozenset({mac_of(suite)}),
        suite.strengths,
        not_default=suite.not_default,
        code=suite.code,
    )


def find_word(word: str) -> Pattern | None:
    """What a word means; None if it is unknown."""
    found = _ALIASES.get(word)
    if found is not None:
        return found
    suite = _names().get(word)
    if suite is None and word.startswith("TLS_"):
        suite = _standard_names().get(word)
    return None if suite is None else _suite(suite)
