"""TLSA lookup: which name to ask, when not to ask at all, and what to keep.

The name at the end of a host's aliases is asked for first if all of them are
signed, then the host itself (RFC 7672 section 2.2.3, RFC 7671 section 7).  A
failed lookup is not an empty one: an address whose lookup failed is not used.
"""

from __future__ import annotations

from collections import OrderedDict

from pyfinger.dane.usability import importable
from pyfinger.events import (
    AliasStatusProblem,
    Emit,
    TlsaImported,
    TlsaProblem,
    TlsaTruncated,
    TlsaUnsupported,
)
from pyfinger.model import Answer, Hop, OtherData, Rdata, TlsaRecord, TlsaStatus
from pyfinger.steps import Clock, Resolver, Steps
from pyfinger.values import Value, replace

_MAX_LIFE = 100  # seconds
_HEADER = 3  # bytes of RDATA before the association data


class TlsaAnswer(Value):
    """What a lookup found; `base_domain` is the host name under which it was found."""

    status: TlsaStatus
    records: tuple[TlsaRecord, ...] = ()
    base_domain: str = ""


_NONE = TlsaAnswer(TlsaStatus.NONE)
_ERROR = TlsaAnswer(TlsaStatus.ERROR)


class TlsaCache:
    """The answers of a whole process by name; the least recently used goes first.

    Sizes and times are Postfix's.
    """

    def __init__(self, clock: Clock, size: int = 20) -> None:
        self._clock = clock
        self._size = size
        self._entries: OrderedDict[str, tuple[float, TlsaAnswer]] = OrderedDict()

    def get(self, name: str) -> TlsaAnswer | None:
        """The answer for a name, unless it is too old."""
        expires, answer = self._entries.get(name, (0.0, None))
        if answer is None or self._clock() >= expires:
            return None
        self._entries.move_to_end(name)
        return answer

    def put(self, name: str, answer: TlsaAnswer, seconds: float) -> None:
        """Keep an answer for a while."""
        self._entries[name] = (self._clock() + seconds, answer)
        self._entries.move_to_end(name)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)


def tlsa_lookup(
    hop: Hop, resolver: Resolver, cache: TlsaCache, emit: Emit, *, force: bool = False
) -> Steps[TlsaAnswer]:
    """The TLSA records of one address; `force` asks for unsigned hosts too (`-f`)."""
    asking = _TlsaQuestion(resolver, cache, emit)
    alias = hop.owner.lower() != hop.host.lower()
    if not (hop.secure or force):
        status = (yield from asking.alias_status(hop.host)) if alias else TlsaStatus.NONE
        if status is not TlsaStatus.USABLE:
            return TlsaAnswer(status)
    if hop.secure:
        answer = yield from asking.records(hop.owner, hop.port)
        if answer.status is not TlsaStatus.NONE or not alias:
            return answer
    return (yield from asking.records(hop.host, hop.port))


class _TlsaQuestion:
    """The questions of one lookup."""

    def __init__(self, resolver: Resolver, cache: TlsaCache, emit: Emit) -> None:
        self._resolver = resolver
        self._cache = cache
        self._emit = emit

    def alias_status(self, host: str) -> Steps[TlsaStatus]:
        """Whether the alias at `host` is signed: USABLE if so."""
        answer = yield from self._resolver.query(host, "CNAME", dnssec=True)
        if answer.failure:
            self._emit(AliasStatusProblem(host, None if answer.status.absent else answer.failure))
            return TlsaStatus.ERROR
        return TlsaStatus.USABLE if answer.secure else TlsaStatus.NONE

    def records(self, host: str, port: int | None) -> Steps[TlsaAnswer]:
        """The records of one host, from the cache if it has them."""
        name = f"_{port}._tcp.{host}"
        answer = self._cache.get(name) or (yield from self._fetch(name))
        if answer.status is TlsaStatus.ERROR:
            # An error is cached with no life at all, so Postfix asks at once again.
            answer = yield from self._fetch(name)
        return replace(answer, base_domain=host) if answer.records else answer

    def _fetch(self, name: str) -> Steps[TlsaAnswer]:
        answer = yield from self._resolver.query(name, "TLSA", dnssec=True)
        if answer.failure and not answer.status.absent:
            self._emit(TlsaProblem(answer.failure))
            return _ERROR
        found = self._judge(answer)
        life = min(max(answer.records[0].ttl, 1), _MAX_LIFE) if answer.records else 1
        self._cache.put(name, found, life + 1)
        return found

    def _judge(self, answer: Answer) -> TlsaAnswer:
        if answer.failure or not answer.secure:
            return _NONE
        found = (self._import(answer.qname, record.owner, _rdata(record.data)) for record in answer.records)
        kept = tuple(filter(None, found))
        return TlsaAnswer(TlsaStatus.USABLE if kept else TlsaStatus.UNUSABLE, kept)

    def _import(self, qname: str, owner: str, rdata: bytes) -> TlsaRecord | None:
        """One record, unless no one could ever use it."""
        name = owner if owner.lower() == qname.lower() else f"{qname} -> {owner}"
        if len(rdata) <= _HEADER:
            self._emit(TlsaTruncated(name, len(rdata)))
            return None
        record = TlsaRecord(rdata[0], rdata[1], rdata[2], rdata[_HEADER:])
        if not importable(record):
            self._emit(TlsaUnsupported(name, record))
            return None
        self._emit(TlsaImported(owner, record))
        return record


def _rdata(data: Rdata) -> bytes:
    """A record's content in wire form."""
    if isinstance(data, TlsaRecord):
        return bytes((data.usage, data.selector, data.matching)) + data.data
    return data.wire if isinstance(data, OtherData) else b""
