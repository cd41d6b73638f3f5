import pytest

from pyfinger.events import Event, ServerAnonymous, TlsInitialized
from pyfinger.report.log import Tee


def test_every_renderer_gets_every_event_in_order() -> None:
    first: list[Event] = []
    second: list[Event] = []
    tee = Tee([first.append, second.append])
    tee(TlsInitialized())
    tee(ServerAnonymous())
    assert first == second == [TlsInitialized(), ServerAnonymous()]


def test_timed_renderers_get_the_same_time() -> None:
    times = iter([1.5, 2.5])
    seen: list[tuple[int, float]] = []
    tee = Tee(
        [],
        timed=[lambda event, now: seen.append((1, now)), lambda event, now: seen.append((2, now))],
        clock=lambda: next(times),
    )
    tee(TlsInitialized())
    tee(TlsInitialized())
    assert seen == [(1, 1.5), (2, 1.5), (1, 2.5), (2, 2.5)]


def test_timed_renderers_need_a_clock() -> None:
    with pytest.raises(ValueError, match="clock"):
        Tee([], timed=[lambda event, now: None])
