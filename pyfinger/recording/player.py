"""Plays a recording: the world as it was for one probe, with no socket, no file and no clock.

    player = Player(recording, "strange.rec")
    invocation = evaluate(player.words, player.host, emit)
    services = player.services(invocation.trust, invocation.credentials)
    status = player.run(probe(invocation.options, services, emit), emit)

It is strict: a probe that asks for anything else than what was recorded ends
with `ReplayDiffers`, a `UsageError`.  With a seed, some of what was received is
changed, which is told (`mutator`); from then on `fallbacks` answer.
"""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from pyfinger.errors import LostConnection, TimedOut, TransportError, UsageError
from pyfinger.events import Emit, PrivilegesDropped
from pyfinger.model import Endpoints, Family, NativeAnswer, OwnCredential, RawReply
from pyfinger.prober.context import Dependencies, TrustSources
from pyfinger.recording.entries import (
    Aged,
    ConnectionClosed,
    ConnectionOpened,
    DataReceived,
    DataSent,
    Dated,
    FileRead,
    FileSought,
    HostLookedUp,
    NameConverted,
    RandomDrawn,
    RecordingHeader,
    Resolved,
    ResolvedUnchecked,
    RootGivenUp,
    ServiceFound,
    Slept,
    Told,
)
from pyfinger.recording.log_reader import LogReader
from pyfinger.recording.mutation import Mutator
from pyfinger.recording.parser import Recording
from pyfinger.resolve.idn import Conversion, to_ascii
from pyfinger.steps import (
    Clock,
    Close,
    Connect,
    FindService,
    LookupHost,
    Receive,
    Request,
    Resolve,
    ResolveTogether,
    ResolveUnchecked,
    Send,
    Sleep,
    Steps,
)

T = TypeVar("T")

NOT_RECORDED = "not recorded"  # getaddrinfo's error where nothing is left


class Player:
    """One recording, to be played once."""

    def __init__(self, recording: Recording, name: str, seed: int | None = None) -> None:
        """`name` is the recording's, for messages; with `seed` what was received is changed."""
        self._header = recording.header
        self._log = LogReader(recording.entries, name)
        self._mutator = Mutator(self._log, seed)
        self._emit: Emit = lambda _event: None
        self._actions: Mapping[type[Request[Any]], Callable[[Any], Any]] = {
            Resolve: self._resolve,
            ResolveTogether: lambda request: tuple(map(self._resolve, request.questions)),
            ResolveUnchecked: self._resolve_unchecked,
            LookupHost: self._look_up_host,
            FindService: self._find_service,
            Connect: self._connect,
            Send: self._send,
            Receive: self._receive,
            Sleep: self._sleep,
            Close: self._close,
        }
        self.host = RecordedEnvironment(recording.header, self._log)

    @property
    def words(self) -> tuple[str, ...]:
        """The command line."""
        return self._header.words

    @property
    def clock(self) -> Clock:
        """When events were told, in seconds since the epoch; to be asked at each of them."""
        return partial(self._log.time, Told)

    def give_up_root(self, emit: Emit) -> None:
        """Tell that root was given up, if it was; `UsageError` if that failed."""
        if self._log.is_next(RootGivenUp) and (found := self._log.next(RootGivenUp, ())):
            _, account = found
            if account.problem:
                raise UsageError(account.problem)
            emit(PrivilegesDropped(account.user, account.uid, account.gid))

    def services(self, trust: TrustSources, credentials: tuple[OwnCredential, ...]) -> Dependencies:
        """Chance and time as they were."""
        return Dependencies(
            rng=random.Random(self._header.seed),
            now=lambda: datetime.fromtimestamp(self._log.time(Dated), UTC),
            clock=partial(self._log.time, Aged),
            random_bytes=self._random_bytes,
            trust=trust,
            credentials=credentials,
            to_ascii=self._to_ascii,
            bare_ad=not self._header.signed_ad,
        )

    def run(self, steps: Steps[T], emit: Emit) -> T:
        """Answer every request; the procedure's result, or what it raises.

        `ReplayDiffers` at once where it asks for something else, and in the end if
        it did not ask for everything.  `emit` is told what is changed.
        """
        self._emit = emit
        resume: Callable[[], Request[Any]] = partial(next, steps)
        try:
            while True:
                request = resume()
                try:
                    answer = self._actions[type(request)](request)
                except TransportError as error:
                    resume = partial(steps.throw, error)
                else:
                    resume = partial(steps.send, answer)
        except StopIteration as stop:
            result: T = stop.value
        self._log.finish()
        return result

    def _to_ascii(self, name: str, transitional: bool) -> Conversion:
        """As then; of an old recording, as it is now."""
        found = self._log.aside(NameConverted, (name, transitional))
        return Conversion(found.ascii, found.problem) if found else to_ascii(name, transitional)

    def _random_bytes(self, size: int) -> bytes:
        found = self._log.next(RandomDrawn, (size,))
        return found[1].data if found else self._mutator.numbers.bytes(size)

    def _resolve(self, request: Resolve) -> RawReply:
        asked = (request.name, request.rdtype, request.dnssec, request.checking_disabled)
        found = self._log.next(Resolved, asked)
        if found is None:
            return RawReply(None)
        line, entry = found
        return self._mutator.reply(line, entry.reply, self._emit)

    def _resolve_unchecked(self, request: ResolveUnchecked) -> RawReply | None:
        found = self._log.aside(ResolvedUnchecked, (request.name, request.rdtype, request.server))
        return found.reply if found else None

    def _look_up_host(self, request: LookupHost) -> NativeAnswer:
        found = self._log.next(HostLookedUp, (request.name, request.families))
        return found[1].answer if found else NativeAnswer(error=NOT_RECORDED)

    def _find_service(self, request: FindService) -> int | None:
        found = self._log.next(ServiceFound, (request.name,))
        return found[1].port if found else None

    def _connect(self, request: Connect) -> Endpoints:
        found = self._log.next(ConnectionOpened, (request.address, request.port))
        if found is None:
            raise LostConnection(errno.ECONNREFUSED)
        _, entry = found
        if entry.endpoints is None:
            raise _failure(entry)
        return entry.endpoints

    def _send(self, request: Send) -> None:
        found = self._log.next(DataSent, (request.data,))
        if found and found[1].failure:
            raise _failure(found[1])

    def _receive(self, request: Receive) -> bytes:
        while found := self._log.next(DataReceived, ()):
            line, entry = found
            if self._mutator.data(line, entry, self._emit):
                continue
            if entry.failure:
                raise _failure(entry)
            return entry.data
        return b""

    def _sleep(self, request: Sleep) -> None:
        self._log.next(Slept, (request.seconds,))

    def _close(self, _request: Close) -> None:
        self._log.next(ConnectionClosed, ())


class RecordedEnvironment:
    """What the evaluation of the command line found then."""

    def __init__(self, header: RecordingHeader, log: LogReader) -> None:
        self._log = log
        self._addresses = dict(header.addresses)
        self.environment = dict(header.environment)
        self.nodename = header.nodename

    def addresses(self, family: Family) -> tuple[str, ...]:
        """Those of that machine."""
        return self._addresses.get(family, ())

    def exists(self, path: str) -> bool:
        """Whether there was such a file."""
        found = self._log.next(FileSought, (path,))
        return found is not None and found[1].found

    def read(self, path: str) -> bytes:
        """All that was in it; OSError."""
        found = self._log.next(FileRead, (path,))
        code = found[1].code if found else errno.ENOENT
        if found is None or code:
            raise OSError(code, os.strerror(code), path)
        return found[1].content

    def read_public(self, path: str) -> bytes:
        """The same: what was left out then was not kept."""
        return self.read(path)


def _failure(entry: ConnectionOpened | DataSent | DataReceived) -> TransportError:
    """What was thrown then."""
    return TimedOut() if entry.failure == "timeout" else LostConnection(entry.code)
