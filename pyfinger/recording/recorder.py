"""Keeps record of a probe: whatever it asks of the world, and what it is told.

    recorder = Recorder(out, words, SystemEnvironment(os.environ))
    invocation = evaluate(words, recorder.host, emit)
    driver.run(recorder.watched(probe(options, recorder.services(services), emit)))

It is a renderer besides, which keeps the time of each event, and only then
writes what has come together: so a disk that is full is noticed where that of
any other output is.

Everything is in the file that is needed to decrypt what was said, our own
private keys included: its mode is the caller's business.
"""

from __future__ import annotations

import errno
import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO, TypeVar

from pyfinger import __version__
from pyfinger.errors import LostConnection, TimedOut, TransportError, UsageError
from pyfinger.events import Event, PrivilegesDropped, ProbeInterrupted
from pyfinger.maincf.host_environment import HostEnvironment
from pyfinger.model import Family
from pyfinger.prober.context import Dependencies
from pyfinger.recording.entries import (
    ENVIRONMENT,
    SCHEMA,
    Aged,
    ConnectionClosed,
    ConnectionOpened,
    DataReceived,
    DataSent,
    Dated,
    Ended,
    Entry,
    Failure,
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
from pyfinger.report.encoding import Json, codec
from pyfinger.report.json_lines import line_of
from pyfinger.resolve.idn import Conversion
from pyfinger.steps import (
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
from pyfinger.values import replace

T = TypeVar("T")

_FAMILIES = (Family.IPV4, Family.IPV6)
_SEED_BITS = 53

# What to keep of a request that was answered.
_ANSWERED: Mapping[type[Request[Any]], Callable[[Any, Any], Entry]] = {
    Resolve: lambda asked, reply: Resolved(
        asked.name, asked.rdtype, asked.dnssec, reply, asked.checking_disabled
    ),
    ResolveUnchecked: lambda asked, reply: ResolvedUnchecked(asked.name, asked.rdtype, asked.server, reply),
    LookupHost: lambda asked, answer: HostLookedUp(asked.name, asked.families, answer),
    FindService: lambda asked, port: ServiceFound(asked.name, port),
    Connect: lambda asked, endpoints: ConnectionOpened(asked.address, asked.port, endpoints),
    Send: lambda asked, _: DataSent(asked.data),
    Receive: lambda _, data: DataReceived(data),
    Sleep: lambda asked, _: Slept(asked.seconds),
    Close: lambda *_: ConnectionClosed(),
}
# And of one that failed; all others never do.
_FAILED: Mapping[type[Request[Any]], Callable[[Any, Failure, int], Entry]] = {
    Connect: lambda asked, what, code: ConnectionOpened(asked.address, asked.port, None, what, code),
    Send: lambda asked, what, code: DataSent(asked.data, what, code),
    Receive: lambda _, what, code: DataReceived(b"", what, code),
}


class Recorder:
    """Writes one recording; `close` it when the probe is over."""

    def __init__(self, out: BinaryIO, words: tuple[str, ...], system: HostEnvironment) -> None:
        self._out = out
        self._pending: list[Json] = []
        self._over = False
        self.host: HostEnvironment = _RecordingEnvironment(system, self.keep)
        self._header = RecordingHeader(
            schema=SCHEMA,
            version=__version__,
            words=words,
            environment=tuple(self.host.environment.items()),
            nodename=system.nodename,
            addresses=tuple((family, system.addresses(family)) for family in _FAMILIES),
            seed=random.SystemRandom().getrandbits(_SEED_BITS),
            signed_ad=True,
        )
        self._pending.append(codec(RecordingHeader).write(self._header))

    def __call__(self, event: Event, at: float) -> None:
        """An event was told; OSError if the recording cannot be written."""
        if isinstance(event, PrivilegesDropped):
            self.keep(RootGivenUp(event.user, event.uid, event.gid))
        if isinstance(event, ProbeInterrupted):  # no end that could be recorded
            self._over = True
        self.keep(Told(at))
        self._write()

    def close(self) -> None:
        """The probe is over, write what is left; OSError."""
        self.keep(Ended())
        self._write()

    def keep(self, entry: Entry) -> None:
        """One more entry, unless the probe was interrupted."""
        if not self._over:
            self._pending.append(codec(Entry).write(entry))

    def refused(self, error: UsageError) -> None:
        """Root could not be given up."""
        self.keep(RootGivenUp("", 0, 0, str(error)))

    def services(self, services: Dependencies) -> Dependencies:
        """The same, watched."""
        return replace(
            services,
            rng=random.Random(self._header.seed),
            now=self._passing(services.now, lambda date: Dated(date.timestamp())),
            clock=self._passing(services.clock, Aged),
            random_bytes=self._passing(services.random_bytes, RandomDrawn),
            to_ascii=self._converting(services.to_ascii),
        )

    def watched(self, steps: Steps[T]) -> Steps[T]:
        """The same procedure; whoever carries it out answers as ever."""
        resume: Callable[[], Request[Any]] = lambda: next(steps)  # noqa: E731
        try:
            while True:
                resume = yield from self._asked(steps, resume())
        except StopIteration as stop:
            result: T = stop.value
            return result
        except UsageError:
            raise
        except BaseException:  # no end that could be recorded
            self._over = True
            raise

    def _asked(self, steps: Steps[Any], request: Request[Any]) -> Steps[Callable[[], Request[Any]]]:
        """How the procedure goes on after a request."""
        try:
            answer = yield request
        except TransportError as error:
            self.keep(_failed(request, error))
            problem: BaseException = error
        except BaseException as error:  # an interrupt: what the procedure does now, no replay has to do
            self._over = True
            problem = error
        else:
            for asked, told in _parts(request, answer):
                self.keep(_ANSWERED[type(asked)](asked, told))
            return lambda: steps.send(answer)
        return lambda: steps.throw(problem)

    def _passing(self, function: Callable[..., T], entry: Callable[[T], Entry]) -> Callable[..., T]:
        """A function whose results are kept."""

        def passing(*arguments: Any) -> T:
            result = function(*arguments)
            self.keep(entry(result))
            return result

        return passing

    def _converting(self, to_ascii: Callable[[str, bool], Conversion]) -> Callable[[str, bool], Conversion]:
        """The same conversion, each kept once."""
        kept: set[tuple[str, bool]] = set()

        def converting(name: str, transitional: bool) -> Conversion:
            conversion = to_ascii(name, transitional)
            if (name, transitional) not in kept:
                kept.add((name, transitional))
                self.keep(NameConverted(name, transitional, conversion.ascii, conversion.problem))
            return conversion

        return converting

    def _write(self) -> None:
        lines, self._pending = self._pending, []
        self._out.write(b"".join(map(line_of, lines)))
        self._out.flush()


def _parts(request: Request[Any], answer: Any) -> Iterable[tuple[Request[Any], Any]]:
    """What is asked together is kept as if it had been asked one after the other."""
    if isinstance(request, ResolveTogether):
        return zip(request.questions, answer, strict=True)
    return ((request, answer),)


def _failed(request: Request[Any], error: TransportError) -> Entry:
    what: Failure = "timeout" if isinstance(error, TimedOut) else "lost"
    code = error.code if isinstance(error, LostConnection) else 0
    return _FAILED[type(request)](request, what, code)


class _RecordingEnvironment:
    """A host environment somebody keeps record of."""

    def __init__(self, system: HostEnvironment, keep: Callable[[Entry], None]) -> None:
        self._system = system
        self._keep = keep
        self.nodename = system.nodename
        self.environment = {
            name: system.environment[name] for name in ENVIRONMENT if name in system.environment
        }

    def addresses(self, family: Family) -> tuple[str, ...]:
        return self._system.addresses(family)

    def exists(self, path: str) -> bool:
        found = self._system.exists(path)
        self._keep(FileSought(path, found))
        return found

    def read(self, path: str) -> bytes:
        return self._kept(path, self._system.read)

    def read_public(self, path: str) -> bytes:
        return self._kept(path, self._system.read_public)

    def _kept(self, path: str, read: Callable[[str], bytes]) -> bytes:
        try:
            content = read(path)
        except OSError as error:
            self._keep(FileRead(path, code=error.errno or errno.EIO))
            raise
        self._keep(FileRead(path, content))
        return content
