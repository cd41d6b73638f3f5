"""Which TLS hellos a server takes: the usual one, then others that it has to take as well.

A connection for each, to the first address that accepts, with the whole dialogue and a full
handshake, at level `may`: whether the server proves anything does not matter.  Where a large
hello or one in pieces is lost, the size or the cut from which that happens is searched for by
bisection.  Never more connections than `Effort.most`; a server that does not want to be asked
any more is left alone.

What is lost is rarely the server's fault: a middlebox that looks at the first segment only is
known to swallow what does not fit in there (https://github.com/openssl/openssl/issues/27557).
"""

from __future__ import annotations

from pyfinger.errors import UsageError
from pyfinger.events import Disconnected, Emit, Event, ProbeBegan, ProbeEnded, SessionBegan
from pyfinger.events.tolerance import HelloTried, ToleranceFound
from pyfinger.model import Hop, Level, Policy, Route
from pyfinger.model.tolerance import HelloKind, HelloLimit, HelloTrial, Reception, Tolerance
from pyfinger.options import Effort, Options
from pyfinger.prober.context import Context, Dependencies, Target
from pyfinger.prober.hello_watch import HelloWatch
from pyfinger.prober.probe import connect, converse, find, name_resolver, prepare
from pyfinger.steps import Close, Sleep, Steps, ask
from pyfinger.tls.hello_variant import LARGEST_HELLO, UNASSIGNED_EXTENSION, HelloVariant
from pyfinger.values import replace

_BACK_OFF = 10  # pauses, before a server that would not talk is asked once more
_HYBRID_FIRST = "*X25519MLKEM768:*X25519:?secp256r1:?X448:?secp384r1:?secp521r1"
_PROTOCOLS = {HelloKind.TLS13_ONLY: ">=TLSv1.3", HelloKind.TLS12_ONLY: ">=TLSv1, <=TLSv1.2"}
_VARIANTS = {
    HelloKind.GREASE: HelloVariant(grease=True),
    HelloKind.UNKNOWN_EXTENSION: HelloVariant(extensions=((UNASSIGNED_EXTENSION, bytes(32)),)),
}
_SINGLE = (*_PROTOCOLS, *_VARIANTS, HelloKind.POST_QUANTUM)
_CUT = (HelloKind.TWO_RECORDS, HelloKind.TWO_SEGMENTS)


class _LeftAlone(Exception):
    """Nothing more is tried, for this reason."""


def tolerance(effort: Effort, options: Options, dependencies: Dependencies, emit: Emit) -> Steps[int]:
    """Try all hellos; the exit status: 1 if not even the usual one could be tried.

    Raises `UsageError` for a destination that makes no sense, and where there is to be no TLS.
    """
    if options.level is Level.NONE or options.tls_disabled:
        raise UsageError("--tolerance is about TLS hellos, and TLS is disabled")
    emit(ProbeBegan(options.destination, Level.MAY, options.insecure_mx_level, lmtp=options.lmtp))
    context = replace(prepare(options, dependencies, emit), sessions=None)
    context, route = yield from find(context, name_resolver(options, dependencies, emit))
    status = 1
    if route is not None:
        trier = Trier(context, route, effort)
        try:
            yield from trier.all()
        finally:
            if trier.hop is not None:
                status = 0
                emit(ToleranceFound(trier.hop.peer, trier.found()))
    emit(ProbeEnded(status))
    return status


class Trier:
    """One server, and what it takes."""

    def __init__(self, context: Context, route: Route, effort: Effort) -> None:
        self._context = context
        self._route = route
        self._effort = effort
        self._connections = 0
        self._ended = 0.0  # when the last connection was over
        self._trials: list[HelloTrial] = []
        self._limits: list[HelloLimit] = []
        self._left: list[HelloKind] = [kind for kind in HelloKind if kind is not HelloKind.USUAL]
        self._why = ""
        self.hop: Hop | None = None  # the address that accepts

    def found(self) -> Tolerance:
        """What is known by now."""
        return Tolerance(
            tuple(self._trials), tuple(self._limits), self._connections, tuple(self._left), self._why
        )

    def all(self) -> Steps[None]:
        """All hellos, as far as connections reach."""
        try:
            usual = yield from self._usual()
            if usual is None:
                return
            for kind in _SINGLE:
                yield from self._try(kind)
                self._left.remove(kind)
            for kind in _CUT:
                yield from self._cut_up(kind, usual.octets)
                self._left.remove(kind)
            yield from self._large(usual.octets)
            self._left.remove(HelloKind.LARGE)
        except _LeftAlone as reason:
            self._why = str(reason)
        except KeyboardInterrupt as stop:  # what is known by now is told
            self._why = str(stop) or "interrupted"
            raise

    def _usual(self) -> Steps[HelloTrial | None]:
        """The usual hello, to the first address that accepts; `_LeftAlone` if that is not taken."""
        for hop in self._route.hops:
            watch = yield from self._connection(hop, HelloKind.USUAL, HelloVariant())
            if watch.connected:
                self.hop = hop
                trial = self._note(watch, HelloKind.USUAL, 0)
                if trial.reception is not Reception.TAKEN:
                    raise _LeftAlone(f"the usual hello: {trial.reception.value}")
                return trial
        return None

    def _cut_up(self, kind: HelloKind, octets: int) -> Steps[None]:
        """Cut after the first octet and in the middle; if one is lost, where that begins."""
        lost: HelloTrial | None = None
        for cut in (1, octets // 2, octets - 1):
            trial = yield from self._try(kind, cut)
            if trial.reception is not Reception.TAKEN:
                lost = trial
            elif lost is not None:
                yield from self._search(trial.cut, lost)
                return
            elif cut > 1:
                return
        if lost is not None:
            self._limits.append(HelloLimit(kind, 0, lost.cut, lost.reception))

    def _large(self, usual: int) -> Steps[None]:
        """As large as fits a record; if that is lost, from which size on."""
        trial = yield from self._try(HelloKind.LARGE, LARGEST_HELLO)
        if trial.reception is not Reception.TAKEN:
            yield from self._search(usual, trial)

    def _search(self, taken: int, trial: HelloTrial) -> Steps[None]:
        """Halve what is between `taken` and a trial that was lost; what is known remains so."""
        kind, lost, reception = trial.kind, trial.place, trial.reception
        try:
            while abs(taken - lost) > 1:
                middle = (taken + lost) // 2
                trial = yield from self._try(kind, middle)
                if trial.reception is Reception.TAKEN:
                    taken = middle
                else:
                    lost, reception = middle, trial.reception
        finally:
            self._limits.append(HelloLimit(kind, taken, lost, reception))

    def _try(self, kind: HelloKind, place: int = 0) -> Steps[HelloTrial]:
        """One hello of a kind; twice, if it does not come to it."""
        if self.hop is None:
            raise ValueError("no address has accepted yet")
        variant = _variant(kind, place)
        watch = yield from self._connection(self.hop, kind, variant)
        if watch.reception is Reception.UNKNOWN:
            yield from ask(Sleep(_BACK_OFF * self._effort.pause))
            watch = yield from self._connection(self.hop, kind, variant)
        trial = self._note(watch, kind, place if kind in _CUT else 0)
        if trial.reception is Reception.UNKNOWN:
            raise _LeftAlone(trial.detail or "the server would not talk")
        return trial

    def _note(self, watch: HelloWatch, kind: HelloKind, cut: int) -> HelloTrial:
        trial = watch.trial(kind, cut, self._context.options.command_timeout)
        self._trials.append(trial)
        if self.hop is not None:
            self._context.emit(HelloTried(self.hop.peer, trial))
        return trial

    def _connection(self, hop: Hop, kind: HelloKind, variant: HelloVariant) -> Steps[HelloWatch]:
        """One connection; `_LeftAlone` if there may be no more."""
        clock = self._context.dependencies.clock
        if self._connections >= self._effort.most:
            raise _LeftAlone(f"at most {self._effort.most} connections")
        if self._connections and (pause := self._ended + self._effort.pause - clock()) > 0:
            yield from ask(Sleep(pause))
        self._connections += 1
        watch = HelloWatch(began=clock())
        context = self._context_of(kind, variant, watch)
        context.emit(SessionBegan(self._connections))
        if (yield from connect(context, hop)):
            target = Target(hop.peer, self._route.nexthop, Policy(Level.MAY))
            ended = yield from converse(context, target, first=self._connections == 1)
            watch.stopped(ended)
            yield from ask(Close())
            context.emit(Disconnected())
        self._ended = watch.ended = clock()
        return watch

    def _context_of(self, kind: HelloKind, variant: HelloVariant, watch: HelloWatch) -> Context:
        context, outer = self._context, self._context.emit

        def emit(event: Event) -> None:
            watch(event)
            outer(event)

        options = context.options
        if kind in _PROTOCOLS:
            options = replace(options, protocols=_PROTOCOLS[kind])
        if kind is HelloKind.POST_QUANTUM:
            options = replace(options, config=replace(options.config, tls_eecdh_auto_curves=_HYBRID_FIRST))
        return replace(context, emit=emit, options=options, variant=variant)


def _variant(kind: HelloKind, place: int) -> HelloVariant:
    if kind is HelloKind.TWO_RECORDS:
        return HelloVariant(records=(place,))
    if kind is HelloKind.TWO_SEGMENTS:
        return HelloVariant(segments=(place,))
    if kind is HelloKind.LARGE:
        return HelloVariant(size=place)
    return _VARIANTS.get(kind, HelloVariant())
