"""Where a command takes place: in the world, there with somebody keeping record, or in a
recording.

A probe started by root goes on as somebody else, as posttls-finger does.  That is to
happen when all files are read and opened, before the first packet. From then on the
installation itself may be out of reach (`late_imports`).  For everybody else nothing
happens here.

Not read ahead, as with posttls-finger: the certificates of a `-P` directory.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pyfinger.drive.privileges import give_up_root, is_root
from pyfinger.errors import UsageError
from pyfinger.events import AccountRefused, ConnectFailed, Emit, Event, PrivilegesDropped, TlsStarting
from pyfinger.maincf.host_environment import HostEnvironment, SystemEnvironment
from pyfinger.model import Peer
from pyfinger.options import Validation
from pyfinger.steps import Steps
from pyfinger.values import replace

if TYPE_CHECKING:
    from pyfinger.cli.evaluate import Invocation
    from pyfinger.options import Options
    from pyfinger.prober.context import Dependencies
    from pyfinger.recording.player import Player
    from pyfinger.recording.recorder import Recorder


Procedure: TypeAlias = "Callable[[Options, Dependencies, Emit], Steps[int]]"


class Runner(Protocol):
    """One of the three."""

    @property
    def words(self) -> Sequence[str]:
        """The command line, beginning with the program's name."""
        ...

    @property
    def host(self) -> HostEnvironment:
        """What it is understood in."""
        ...

    def run(self, invocation: Invocation, emit: Emit) -> int:
        """Probe, no longer as root; the exit status.  `UsageError` if that cannot be done."""
        ...


class LiveRunner:
    """The world."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.host = SystemEnvironment(os.environ)

    def run(self, invocation: Invocation, emit: Emit) -> int:
        """Files are read and open; from here on, not as root."""
        from pyfinger.drive.blocking import BlockingDriver
        from pyfinger.prober.context import system_dependencies

        steps, emit = procedure(invocation), AccountWatch(emit)
        invocation = unprivileged(invocation, emit)
        driver = BlockingDriver(invocation.resolver)
        services = system_dependencies(driver.clock, invocation.trust, invocation.credentials)
        return driver.run(steps(invocation.options, services, emit))


class RecordingRunner:
    """The same, recorded."""

    def __init__(self, words: Sequence[str], recorder: Recorder) -> None:
        self.words = words
        self.host = recorder.host
        self._recorder = recorder

    def run(self, invocation: Invocation, emit: Emit) -> int:
        """The same."""
        from pyfinger.drive.blocking import BlockingDriver
        from pyfinger.prober.context import system_dependencies

        steps, emit = procedure(invocation), AccountWatch(emit)
        try:
            invocation = unprivileged(invocation, emit)
        except UsageError as error:
            self._recorder.refused(error)
            raise
        driver = BlockingDriver(invocation.resolver)
        services = system_dependencies(driver.clock, invocation.trust, invocation.credentials)
        begun = steps(invocation.options, self._recorder.services(services), emit)
        return driver.run(self._recorder.watched(begun))


class ReplayRunner:
    """A recording; `words` may show more or less than they did then."""

    def __init__(self, words: Sequence[str], player: Player) -> None:
        self.words = words
        self.host = player.host
        self.clock = player.clock
        self._player = player

    def run(self, invocation: Invocation, emit: Emit) -> int:
        """Whoever we are, and without any network."""
        steps, emit = procedure(invocation), AccountWatch(emit)
        self._player.give_up_root(emit)
        services = self._player.services(invocation.trust, invocation.credentials)
        return self._player.run(steps(invocation.options, services, emit), emit)


class AccountWatch:
    """Passes events on, and says whom a socket was refused to: root has started the probe, and wonders."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._user = ""

    def __call__(self, event: Event) -> None:
        """Pass it on first."""
        self._emit(event)
        match event:
            case PrivilegesDropped(user=user):
                self._user = user
            case ConnectFailed(peer=Peer(port=None, address=path), code=errno.EACCES) if self._user:
                self._emit(AccountRefused(self._user, "connect", path))


def procedure(invocation: Invocation) -> Procedure:
    """What is to be done, all of it imported: a probe, or what was asked for instead."""
    found = _procedure(invocation)
    if not invocation.each_session:
        return found

    def telling(options: Options, dependencies: Dependencies, emit: Emit) -> Steps[int]:
        def tell(event: Event) -> None:
            if isinstance(event, TlsStarting):
                for remark in invocation.each_session:
                    emit(remark)
            emit(event)

        return found(options, dependencies, tell)

    return telling


def _procedure(invocation: Invocation) -> Procedure:
    if invocation.effort is not None:
        from pyfinger.prober.tolerance import tolerance

        return partial(tolerance, invocation.effort)
    from pyfinger.prober.probe import probe

    return probe


def unprivileged(invocation: Invocation, emit: Emit) -> Invocation:
    """Give up root, if we are; what to do then, with nothing left to be read.

    `UsageError` if there is nobody to become.
    """
    if not is_root():
        return invocation
    from pyfinger.cli.late_imports import GIVEN, TOLERANCE, VALIDATION, keep_importable
    from pyfinger.drive.resolv_conf import system_name_service

    options = invocation.options
    validation = VALIDATION if options.validation is not Validation.RESOLVER else ()
    given = GIVEN if options.given is not None else ()
    trying = TOLERANCE if invocation.effort is not None else ()
    keep_importable((*validation, *given, *trying))
    resolver = invocation.resolver or system_name_service()
    account = give_up_root(invocation.options.config.mail_owner)
    emit(PrivilegesDropped(account.name, account.uid, account.gid))
    return replace(invocation, resolver=resolver)
