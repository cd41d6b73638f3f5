"""OpenSSL cipher strings (ciphers(1)): from text to an ordered list of suites.

A string such as `HIGH:!MD5:+AES128:@STRENGTH` is a little program over an
ordered list of suites, all inactive at first.  Each rule adds, removes, moves or
sorts; what is active at the end is offered, in that order.  The starting order,
and with it most of the result, is OpenSSL's: ephemeral before static, AEADs
first, stronger before weaker (ssl/ssl_ciph.c, ssl_create_cipher_list).

Rules end where no more of them can be read, with or without a separator:
`AES128!SHA` are two.  After an unknown word the rest up to the next separator is
passed over.  A string that is refused may have set the security level before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

from pyfinger.tls.cipherwords import Pattern, ciphers, exchange, find_word, mac
from pyfinger.tls.codepoints import TLS12
from pyfinger.tls.handshake_failures import Reason
from pyfinger.tls.security import MIN_BITS, SecurityLevel, SuiteB
from pyfinger.tls.suites import Suite, suites
from pyfinger.values import Value

DEFAULT = "ALL:!COMPLEMENTOFDEFAULT:!eNULL"  # OSSL_default_cipher_list(3)
_SEPARATORS = ": ;,"
_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=")
_MAX_ERRORS = 15  # as many as OpenSSL's queue holds, ERR_NUM_ERRORS - 1


# Words, at the very beginning of a string, that stand for all of it.
_SUITE_B_WORDS = (
    ("SUITEB128ONLY", SuiteB.LEVEL_128_ONLY, "ECDHE-ECDSA-AES128-GCM-SHA256"),
    ("SUITEB128C2", SuiteB.LEVEL_128, "ECDHE-ECDSA-AES256-GCM-SHA384"),
    ("SUITEB128", SuiteB.LEVEL_128, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"),
    ("SUITEB192", SuiteB.LEVEL_192, "ECDHE-ECDSA-AES256-GCM-SHA384"),
)


class CipherList(Value):
    """What a string comes to.

    `suites` are those up to TLS 1.2, in order, also such as cannot be offered
    for want of a shared secret.  `errors` are OpenSSL's reasons, oldest first;
    where there are any, the string is refused and there are no suites.
    """

    suites: tuple[Suite, ...]
    security: SecurityLevel
    errors: tuple[Reason, ...] = ()


class _Order:
    """The ordered list; `active` are the suites that would be offered."""

    def __init__(self, order: list[Suite]) -> None:
        self.order = order
        self.active: set[int] = set()

    def _chosen(self, pattern: Pattern, *, active: bool) -> list[Suite]:
        return pattern.among([s for s in self.order if (s.code in self.active) is active])

    def _without(self, chosen: list[Suite]) -> list[Suite]:
        codes = {s.code for s in chosen}
        return [s for s in self.order if s.code not in codes]

    def add(self, pattern: Pattern) -> None:
        """Activate at the end; what is active already stays where it is."""
        chosen = self._chosen(pattern, active=False)
        self.order = self._without(chosen) + chosen
        self.active |= {s.code for s in chosen}

    def to_end(self, pattern: Pattern) -> None:
        """Move active suites to the end."""
        chosen = self._chosen(pattern, active=True)
        self.order = self._without(chosen) + chosen

    def to_front(self, pattern: Pattern) -> None:
        """Move active suites to the front, keeping their order."""
        chosen = self._chosen(pattern, active=True)
        self.order = chosen + self._without(chosen)

    def remove(self, pattern: Pattern) -> None:
        """Deactivate; a later rule may bring them back, from the front."""
        chosen = self._chosen(pattern, active=True)
        self.order = chosen + self._without(chosen)
        self.active -= {s.code for s in chosen}

    def kill(self, pattern: Pattern) -> None:
        """Remove for good."""
        self.order = self._without(pattern.among(self.order))
        self.active &= {s.code for s in self.order}

    def sort_by_strength(self) -> None:
        """Active suites to the end, strongest first, otherwise as they were."""
        active = self._chosen(_EVERYTHING, active=True)
        self.order = self._without(active) + sorted(active, key=lambda s: -s.cipher.used)


_EVERYTHING = Pattern()


@cache
def _start() -> tuple[Suite, ...]:
    """All suites in the order OpenSSL prefers them."""
    these = _Order([s for _, s in sorted(suites().items(), reverse=True) if not s.tls13])
    these.add(exchange("ECDHE", authentications=frozenset({"ECDSA"})))
    these.add(exchange("ECDHE"))
    these.remove(exchange("ECDHE"))
    these.add(ciphers("AES128-GCM", "AES256-GCM"))
    these.add(ciphers("CHACHA20"))
    these.add(ciphers("AES"))
    these.add(_EVERYTHING)
    these.to_end(mac("MD5"))
    these.to_end(Pattern(authentications=frozenset({"NULL"})))
    these.to_end(exchange("RSA"))
    these.to_end(exchange("PSK"))
    these.sort_by_strength()
    these.to_front(Pattern(version=TLS12))
    these.to_front(mac("AEAD"))
    ephemeral = frozenset({"DHE", "ECDHE"})
    these.to_front(Pattern(exchanges=ephemeral))
    these.to_front(Pattern(exchanges=ephemeral, macs=frozenset({"AEAD"})))
    return tuple(these.order)


class _Interpreter:
    """Carries out strings (ssl_cipher_process_rulestr)."""

    def __init__(self, security_level: int) -> None:
        self.these = _Order(list(_start()))
        self.security_level = security_level
        self.errors: list[Reason] = []
        self._text = ""
        self._at = 0

    def run(self, text: str) -> bool:
        """Carry out all rules, up to one that cannot be read; whether that was well."""
        self._text, self._at = text, 0
        while self._at < len(text):
            if text[self._at] in _SEPARATORS:
                self._at += 1
            elif not self._rule():
                self._fail()
                break
        return not self.errors

    def _fail(self) -> None:
        self.errors = [*self.errors, Reason.INVALID_COMMAND][-_MAX_ERRORS:]

    def _rule(self) -> bool:
        """One rule; False if there is no word where there has to be one."""
        sign = self._text[self._at]
        actions: dict[str, Callable[[Pattern], None]] = {
            "-": self.these.remove,
            "+": self.these.to_end,
            "!": self.these.kill,
        }
        if sign in actions or sign == "@":
            self._at += 1
        if sign == "@":
            return self._command()
        pattern: Pattern | None = _EVERYTHING
        more = True
        while more and pattern is not None:
            word = self._word()
            if not word:
                return False
            more = self._text[self._at : self._at + 1] == "+"
            self._at += more
            found = find_word(word)
            pattern = None if found is None else pattern.narrowed(found)
        if pattern is None:
            self._skip()
        else:
            actions.get(sign, self.these.add)(pattern)
        return True

    def _word(self) -> str:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] in _WORD:
            self._at += 1
        return self._text[start : self._at]

    def _skip(self) -> None:
        """Pass over what is left of the entry."""
        while self._at < len(self._text) and self._text[self._at] not in _SEPARATORS:
            self._at += 1

    def _command(self) -> bool:
        """`@STRENGTH`, `@SECLEVEL=N`; other commands are errors, but what follows is carried out."""
        word = self._word()
        name, _, value = word.partition("=")
        if not word:
            return False
        if word == "STRENGTH":
            self.these.sort_by_strength()
        elif name == "SECLEVEL" and value in map(str, range(len(MIN_BITS))):
            self.security_level = int(value)
        else:
            self._fail()
        self._skip()
        return True


@lru_cache(maxsize=16)
def evaluate(text: str, security_level: int = 0) -> CipherList:
    """The suites a cipher string selects, and what it says of security; `security_level` was set before."""
    suite_b = None
    for word, profile, meaning in _SUITE_B_WORDS:
        if text.startswith(word):
            suite_b, text = profile, meaning
            break
    interpreter = _Interpreter(security_level)
    good = True
    if text.startswith("DEFAULT"):
        good = interpreter.run(DEFAULT)
        text = text.removeprefix("DEFAULT").removeprefix(":")
    good = good and interpreter.run(text)
    these = interpreter.these
    chosen = tuple(s for s in these.order if s.code in these.active) if good else ()
    errors = interpreter.errors if chosen or not good else [Reason.NO_CIPHER_MATCH]
    return CipherList(chosen, SecurityLevel(interpreter.security_level, suite_b), tuple(errors))


def offered(found: CipherList) -> tuple[Suite, ...]:
    """What a client offers of a list: without what its security forbids, or needs a secret to share."""
    security = found.security
    ecdsa = any(map(security.allows_scheme, security.suite_b.schemes)) if security.suite_b else True
    return tuple(s for s in found.suites if ecdsa and not s.shared_secret and security.allows_suite(s))
