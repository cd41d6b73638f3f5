"""Servers are started, awaited without a knock, talked to, and ended; here by programs of one line."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stacks import cells, servers
from tests.stacks.cells import Cell, Outcome, met
from tests.stacks.registry import Stack
from tests.stacks.scenarios import Scenario, Wish
from tests.stacks.servers import PLACES, Installed, StackError, serving

# Tells what it accepts on standard output, and sends what is typed.
CONSOLE = """
import socket, sys
connection, _ = socket.create_server((sys.argv[1], int(sys.argv[2]))).accept()
print(connection.recv(1000).decode(), flush=True)
connection.sendall(sys.stdin.readline().encode())
"""


def stack(program: str, *, typed: bool = False, able: bool = True) -> Installed:
    made = Stack(
        "any",
        "Any",
        lambda wish: [] if able and not wish.raw_key else None,
        (sys.executable, "-c", program, "%HOST", "%PORT"),
        (),
        "",
        "here",
        typed=typed,
    )
    return Installed(made, PLACES[0], "1")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "FOLDER", tmp_path)


def test_a_server_that_shows_what_arrives_has_a_user_who_types_the_replies() -> None:
    with serving(stack(CONSOLE, typed=True), Wish()) as port:
        with socket.create_connection((servers.HOST, port), 10) as client:
            client.sendall(b"EHLO x")
            assert client.recv(100) == b"250 stacks.test\r\n"


def test_where_it_shows_that_a_session_has_begun_the_user_greets() -> None:
    shown = CONSOLE.replace("print(connection.recv(1000).decode()", "print('CIPHER is any'")
    with serving(stack(shown, typed=True), Wish(wrapped=True)) as port:
        with socket.create_connection((servers.HOST, port), 10) as client:
            assert client.recv(100) == b"220 stacks.test\r\n"


def test_a_server_that_ends_before_it_listens_is_an_error_and_has_a_log() -> None:
    with pytest.raises(StackError, match=r"any-1 does not start; see .*any-1\.log"):
        with serving(stack("import sys; sys.exit(1)"), Wish()):
            pass


SCENARIOS = (Scenario("plain"), Scenario("tls12", Wish(version="1.2")), Scenario("again"))


def outcomes(
    monkeypatch: pytest.MonkeyPatch,
    found: Installed,
    scripted: Sequence[Outcome],
    broken: tuple[Wish, ...] = (),
) -> tuple[dict[str, Outcome], int]:
    """What comes of three scenarios, and how many servers it took."""
    script, started = iter(scripted), []

    @contextmanager
    def served(_: Installed, wish: Wish) -> Iterator[int]:
        started.append(wish)
        if wish in broken:
            raise StackError
        yield 1

    monkeypatch.setattr(cells, "serving", served)
    monkeypatch.setattr(cells, "_cell", lambda _, scenario, *rest: Cell("any-1", scenario.name, next(script)))
    done = {cell.scenario: cell.outcome for cell in met(found, SCENARIOS, ["pyfinger"])}
    assert next(script, None) is None
    return done, len(started)


EQUAL, DIFFERENT = Outcome.EQUAL, Outcome.DIFFERENT


def test_scenarios_that_wish_for_the_same_server_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done, started = outcomes(monkeypatch, stack(""), [EQUAL] * 3)
    assert started == 2
    assert done == {"plain": EQUAL, "again": EQUAL, "tls12": EQUAL}


def test_what_differs_has_a_second_chance_and_no_third(monkeypatch: pytest.MonkeyPatch) -> None:
    done, _ = outcomes(monkeypatch, stack(""), [DIFFERENT, EQUAL, DIFFERENT, DIFFERENT, EQUAL])
    assert done == {"plain": EQUAL, "again": DIFFERENT, "tls12": EQUAL}


def test_a_server_that_starts_but_not_so_is_not_able_and_one_that_never_does_is_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done, _ = outcomes(monkeypatch, stack(""), [], (Wish(), Wish(version="1.2")))
    assert done == {"plain": Outcome.BROKEN, "again": Outcome.BROKEN, "tls12": Outcome.UNABLE}


def test_what_a_stack_cannot_do_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    done, started = outcomes(monkeypatch, stack("", able=False), [])
    assert set(done.values()) == {Outcome.UNABLE}
    assert started == 0
