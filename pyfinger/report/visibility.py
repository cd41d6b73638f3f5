"""What is shown when: `-c`, `-v`, `-L` and the pass number, here and nowhere else.

A condition is a function of the view and the event.  The mask of `-L` is that
of the TLS session at hand: once a session has shown a certificate or key, the
lines about certificates are over, and from the second session on the session
cache is always reported (posttls-finger(1), `-r`), but for releases with one mask for all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pyfinger.events import DisplayChosen, Event, IdnFailed, SessionBegan, TlsEstablished, VerificationFailed
from pyfinger.events import UntrustedReused as Reused
from pyfinger.events.dialogue import DialogueStep
from pyfinger.options import Log, Show

When: TypeAlias = Callable[["View", Any], bool]

ABOUT_CERTIFICATES = Log.CERTMATCH | Log.PEERCERT | Log.VERBOSE | Log.UNTRUSTED
LATER_SESSIONS = Log.CACHE | Log.SUMMARY

SHOWN_AGAIN = frozenset(
    {DialogueStep.GREETING, DialogueStep.QUIT}
)  # the steps whose chat is shown on every pass


class View:
    """What the user wants to see, and how far the probe has come."""

    __slots__ = (
        "_certificate_seen",
        "_not_ascii",
        "_session_ended",
        "log",
        "pass_number",
        "repeated",
        "show",
    )

    def __init__(self, show: Show) -> None:
        self.show = show
        self.log = show.log
        self.pass_number = 1
        self.repeated = False  # an event that was told before
        self._not_ascii: set[str] = set()
        self._session_ended = False
        self._certificate_seen = False

    def note(self, event: Event) -> None:
        """Follow the probe: every event goes through here before it is rendered."""
        match event:
            case DisplayChosen(show=show):
                self.show = show
                self.log = show.log
            case TlsEstablished(secured=secured):
                self._session_ended = True
                self._certificate_seen = bool(secured.credential)
            case IdnFailed(name=name):
                self.repeated = name in self._not_ascii
                self._not_ascii.add(name)
            case SessionBegan(number=number):
                self.pass_number = number
                self._next_session()

    def _next_session(self) -> None:
        if self.show.one_mask:
            return
        if self._session_ended:
            self.log |= LATER_SESSIONS
        if self._certificate_seen:
            self.log &= ~ABOUT_CERTIFICATES


def always(_view: View, _event: Event) -> bool:
    """Whatever the options."""
    return True


def logging(flags: Log) -> When:
    """With any of these `-L` flags."""
    return lambda view, _event: bool(view.log & flags)


def importing(view: View, _event: Event) -> bool:
    """For TLSA records as they are found: the mask as given, on every pass."""
    return bool(view.show.log & (Log.DANE | Log.VERBOSE))


def verbose(view: View, _event: Event) -> bool:
    """With `-v`."""
    return view.show.verbose > 0


def very_verbose(view: View, _event: Event) -> bool:
    """With `-v` twice."""
    return view.show.verbose > 1


def first_time(view: View, _event: Event) -> bool:
    """Not for what was told before: Postfix remembers names that have no A-labels."""
    return not view.repeated


def first_pass(view: View, _event: Event) -> bool:
    """With chat lines on, in the first session."""
    return view.show.chat and view.pass_number == 1


def chat(view: View, event: Any) -> bool:
    """For the dialogue; `event` has a `step`."""
    return first_pass(view, event) or (view.show.chat and event.step in SHOWN_AGAIN)


def untrusted(view: View, event: VerificationFailed | Reused) -> bool:
    """For failed verification: always where it was demanded, else with `untrusted`."""
    return event.level.must_match or bool(view.log & Log.UNTRUSTED)


MATCHING = logging(Log.CERTMATCH | Log.PEERCERT | Log.VERBOSE)
VERBOSE = logging(Log.VERBOSE)
SUMMARY = logging(Log.SUMMARY)
CACHE = logging(Log.CACHE)
