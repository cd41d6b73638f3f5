"""Sessions worth keeping, and where they are kept.

A `SavedSession` is plain data: what a later hello has to show so that the
server takes up an old session (RFC 5246 section 7.3, RFC 5077, RFC 8446
section 2.2), and what the server proved the first time.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pyfinger.errors import UsageError
from pyfinger.model import Credential
from pyfinger.tls.codepoints import TLS13
from pyfinger.tls.groups import GROUPS
from pyfinger.tls.suites import suites
from pyfinger.values import Value, field

T = TypeVar("T")

_MAX_TICKET = 20_000  # bytes; the record layer takes no larger message, and a hello has room for it
USABLE_SECONDS = 240  # Postfix's smtp_tls_session_cache_timeout for memory caches here


class SavedSession(Value):
    """One session: a ticket or a session id, and the secret that goes with it.

    `secret` is the master secret, or from TLS 1.3 on the resumption PSK;
    `received` is the time on the caller's clock, in seconds.
    """

    version: int
    suite: int
    secret: bytes = field(repr=False)
    credential: Credential
    received: float
    ticket: bytes = b""
    session_id: bytes = b""
    extended_master_secret: bool = False
    age_add: int = 0
    lifetime: int = 0  # seconds; 0 before TLS 1.3 means: unsaid
    group: int = 0  # of the key exchange, in TLS 1.3

    @property
    def tls13(self) -> bool:
        """Whether it is offered as a pre-shared key."""
        return self.version == TLS13

    @property
    def digest(self) -> str:
        """The hash its key schedule uses."""
        return suites()[self.suite].prf

    def obfuscated_age(self, now: float) -> int:
        """The ticket's age as it is sent (RFC 8446 section 4.2.11.1)."""
        return (int((now - self.received) * 1000) + self.age_add) % (1 << 32)

    def to_json(self) -> dict[str, Any]:
        """As values JSON knows; bytes in hexadecimal."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.__match_args__}
        certificates = [der.hex() for der in self.credential.certificates]
        fields["credential"] = {"certificates": certificates, "raw_key": self.credential.raw_key.hex()}
        return {name: value.hex() if isinstance(value, bytes) else value for name, value in fields.items()}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> SavedSession:
        """The reverse of `to_json`; `UsageError` if that is not what `fields` came from."""
        try:
            shown = fields["credential"]
            certificates = tuple(bytes.fromhex(der) for der in shown["certificates"])
            made = {name: fields[name] for name in fields if name != "credential"}
            for name in ("secret", "ticket", "session_id"):
                made[name] = bytes.fromhex(made[name])
            saved = cls(credential=Credential(certificates, bytes.fromhex(shown["raw_key"])), **made)
            saved._check()
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"not a saved session: {error}") from error
        return saved

    def _check(self) -> None:
        """`TypeError` or `ValueError` unless a hello can offer it."""
        numbers = (self.version, self.suite, self.age_add, self.lifetime, self.group)
        if {*map(type, numbers)} != {int} or type(self.extended_master_secret) is not bool:
            raise TypeError("a field of another type")
        if self.suite not in suites() or not all(0 <= number < 1 << 32 for number in numbers):
            raise ValueError("a number out of range")
        if self.group and self.group not in GROUPS:
            raise ValueError("no key exchange group")
        if type(self.received) not in (int, float) or not abs(self.received) < 1 << 53:
            raise ValueError("no time when it was received")
        if len(self.ticket) > _MAX_TICKET or len(self.session_id) > 32:
            raise ValueError("a ticket or session id too long")


class SessionCache(Generic[T]):
    """Sessions by key, in memory; the last one of a key counts.

    `stored` counts what was put in, less what was removed; `hit` is whether a
    lookup ever succeeded.  Both decide about reconnecting.
    """

    def __init__(self) -> None:
        self._entries: dict[str, tuple[float, T]] = {}
        self.stored = 0
        self.hit = False

    def get(self, key: str, now: float) -> T | None:
        """The session of a key, unless it is too old."""
        saved, entry = self._entries.get(key, (0.0, None))
        if entry is None or now - saved > USABLE_SECONDS:
            return None
        self.hit = True
        return entry

    def put(self, key: str, entry: T, now: float) -> None:
        """Keep a session."""
        self._entries[key] = (now, entry)
        self.stored += 1

    def remove(self, key: str) -> None:
        """Forget the session of a key: a handshake with it failed."""
        if self._entries.pop(key, None) is not None:
            self.stored -= 1
