"""OpenSSL cipher strings (ciphers(1)): from words to an ordered list of suites.

A string such as `HIGH:!MD5:+RC4:@STRENGTH` is a little program over an ordered
list of suites, all inactive at first.  Each word adds, removes, moves or sorts;
what is active at the end is offered, in that order.  The starting order, and
with it most of the result, is OpenSSL's: ephemeral before static, AEADs first,
stronger before weaker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

from pyfinger.tls.suites import Suite, suites

Test: TypeAlias = Callable[[Suite], bool]

_MIN_BITS = {0: 0, 1: 80, 2: 112, 3: 128, 4: 192, 5: 256}  # SSL_CTX_set_security_level(3)


@dataclass(slots=True)
class _List:
    """The ordered list; `active` are the suites that would be offered."""

    order: list[Suite]
    active: set[int] = field(default_factory=set)

    def add(self, test: Test) -> None:
        """Activate at the end; what is active already stays where it is."""
        self._to_end([s for s in self.order if s.code not in self.active and test(s)])

    def to_end(self, test: Test) -> None:
        """Move active suites to the end."""
        self._to_end([s for s in self.order if s.code in self.active and test(s)])

    def _to_end(self, chosen: list[Suite]) -> None:
        codes = {s.code for s in chosen}
        self.order = [s for s in self.order if s.code not in codes] + chosen
        self.active |= codes

    def to_front(self, test: Test) -> None:
        """Move active suites to the front, keeping their order."""
        chosen = [s for s in self.order if s.code in self.active and test(s)]
        codes = {s.code for s in chosen}
        self.order = chosen + [s for s in self.order if s.code not in codes]

    def remove(self, test: Test) -> None:
        """Deactivate; a later word may bring them back, from the front."""
        self.to_front(test)
        self.active -= {s.code for s in self.order if test(s)}

    def kill(self, test: Test) -> None:
        """Remove for good."""
        self.order = [s for s in self.order if not test(s)]
        self.active &= {s.code for s in self.order}

    def sort_by_strength(self) -> None:
        """Strongest first, otherwise as they were."""
        for bits in sorted({s.cipher.used for s in self.order}, reverse=True):
            self.to_end(lambda s, bits=bits: s.cipher.used == bits)  # type: ignore[misc]

    def offered(self) -> list[Suite]:
        """The active suites in order."""
        return [s for s in self.order if s.code in self.active]


def _everything(_: Suite) -> bool:
    return True


def _ephemeral(s: Suite) -> bool:
    return s.key_exchange in ("DHE", "ECDHE")


def _start() -> _List:
    """All suites, inactive, in the order OpenSSL prefers them (ssl_create_cipher_list)."""
    these = _List([s for _, s in sorted(suites().items(), reverse=True) if not s.tls13])
    these.add(lambda s: s.key_exchange == "ECDHE" and s.authentication == "ECDSA")
    these.add(lambda s: s.key_exchange == "ECDHE")
    these.remove(lambda s: s.key_exchange == "ECDHE")
    these.add(_cipher("AES", "GCM"))
    these.add(_cipher("CHACHA20"))
    these.add(_cipher("AES"))
    these.add(_everything)
    these.to_end(lambda s: s.digest == "MD5")
    these.to_end(lambda s: s.anonymous)
    these.to_end(lambda s: s.key_exchange == "RSA")
    these.sort_by_strength()
    these.to_front(lambda s: s.tls12_only)
    these.to_front(lambda s: s.cipher.aead)
    these.to_front(_ephemeral)
    these.to_front(lambda s: _ephemeral(s) and s.cipher.aead)
    these.remove(_everything)
    return these


def _cipher(*parts: str) -> Test:
    return lambda s: all(part in s.cipher.name for part in parts)


def _strength(s: Suite) -> str:
    """OpenSSL's class; 64-bit tags count as MEDIUM since 3.0."""
    if s.cipher.name == "NULL":
        return "NULL"
    return "MEDIUM" if s.cipher.name.endswith("CCM8") else "HIGH"


def _not_default(s: Suite) -> bool:
    """Left out of DEFAULT though ALL has it."""
    return s.anonymous or any(part in s.cipher.name for part in ("CCM", "ARIA", "CAMELLIA"))


@cache
def _words() -> dict[str, Test]:
    def key_exchange(name: str) -> Test:
        return lambda s: s.key_exchange == name

    def authenticated(name: str) -> Test:
        return lambda s: s.key_exchange == name and not s.anonymous

    words: dict[str, Test] = {
        "ALL": lambda s: s.cipher.name != "NULL",
        "COMPLEMENTOFALL": lambda s: s.cipher.name == "NULL",
        "COMPLEMENTOFDEFAULT": lambda s: _not_default(s) and s.cipher.name != "NULL",
        "aNULL": lambda s: s.anonymous,
        "ADH": lambda s: s.anonymous and s.key_exchange == "DHE",
        "AECDH": lambda s: s.anonymous and s.key_exchange == "ECDHE",
        "aRSA": lambda s: s.authentication == "RSA",
        "RSA": key_exchange("RSA"),
        "kRSA": key_exchange("RSA"),
        "AESGCM": _cipher("AES", "GCM"),
        "AESCCM": _cipher("AES", "CCM"),
        "AESCCM8": _cipher("AES", "CCM8"),
        "CHACHA20": _cipher("CHACHA20"),
        "MD5": lambda s: s.digest == "MD5",
        "SHA256": lambda s: s.digest == "SHA256" and not s.cipher.aead,
        "SHA384": lambda s: s.digest == "SHA384" and not s.cipher.aead,
        "TLSv1.2": lambda s: s.tls12_only,
    }
    words |= dict.fromkeys(("eNULL", "NULL"), words["COMPLEMENTOFALL"])
    words |= dict.fromkeys(("aECDSA", "ECDSA"), lambda s: s.authentication == "ECDSA")
    words |= dict.fromkeys(("kDHE", "kEDH", "DH"), key_exchange("DHE"))
    words |= dict.fromkeys(("DHE", "EDH"), authenticated("DHE"))
    words |= dict.fromkeys(("kECDHE", "kEECDH", "ECDH"), key_exchange("ECDHE"))
    words |= dict.fromkeys(("ECDHE", "EECDH"), authenticated("ECDHE"))
    words |= dict.fromkeys(("SHA", "SHA1"), lambda s: s.digest == "SHA" and not s.cipher.aead)
    words |= dict.fromkeys(("TLSv1", "TLSv1.0", "SSLv3"), lambda s: not s.tls12_only)
    for name in ("AES", "AES128", "AES256", "CAMELLIA", "CAMELLIA128", "CAMELLIA256"):
        words[name] = _cipher(name)
    for name in ("ARIA", "ARIA128", "ARIA256", "ARIAGCM"):
        words[name] = _cipher(name.removesuffix("GCM"))
    for name in ("HIGH", "MEDIUM"):
        words[name] = lambda s, name=name: _strength(s) == name  # type: ignore[misc]
    for suite in suites().values():
        words[suite.name] = lambda s, code=suite.code: s.code == code  # type: ignore[misc]
    return words


def _meaning(word: str) -> Test | None:
    """The suites of `A+B+C`: those that are all of them; None if a part is unknown."""
    tests = [_words().get(part) for part in word.split("+")]
    known = [test for test in tests if test is not None]
    if len(known) < len(tests):
        return None
    return lambda s: all(test(s) for test in known)


def _apply(these: _List, word: str) -> None:
    actions = {"-": these.remove, "+": these.to_end, "!": these.kill}
    action = actions.get(word[0], these.add)
    test = _meaning(word[1:] if word[0] in actions else word)
    if test is not None:
        action(test)


def evaluate(text: str) -> tuple[Suite, ...] | None:
    """The suites up to TLS 1.2 that a cipher string selects; None if it makes no sense.

    Unknown words are ignored, as OpenSSL does; an empty result is not an error
    here.  `@SECLEVEL` is understood but has no say: Postfix sets its own level.
    """
    these = _start()
    words = [word for word in re.split("[: ,;]+", text) if word]
    if words and words[0] == "DEFAULT":
        words[:1] = ["ALL", "!COMPLEMENTOFDEFAULT", "!eNULL"]
    for word in words:
        if word == "@STRENGTH":
            these.sort_by_strength()
        elif word.startswith("@"):
            if not re.fullmatch("@SECLEVEL=[0-5]", word):
                return None
        else:
            _apply(these, word)
    return tuple(these.offered())


def allowed(chosen: Iterable[Suite], security_level: int) -> tuple[Suite, ...]:
    """What OpenSSL's security level lets through: strength, authentication, no MD5, no SHA-1 above 2."""
    if security_level == 0:
        return tuple(chosen)
    return tuple(
        s
        for s in chosen
        if s.cipher.used >= _MIN_BITS[security_level] and not s.anonymous and s.digest != "MD5"
    )
