"""What options mean is worked out once, unless it takes more than the host's name to know it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyfinger.cli import evaluate, keywords
from pyfinger.cli.keywords import MOST_UNDERSTOOD, understood
from pyfinger.errors import UsageError
from pyfinger.events import Event
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.model import Level


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The destinations of those that were worked out."""
    worked_out: list[str] = []
    understand = evaluate.understand

    def counting(given: Any, *rest: Any) -> Any:
        worked_out.append(given.operands[0] if given.operands else "")
        return understand(given, *rest)

    monkeypatch.setattr(keywords, "understand", counting)
    monkeypatch.setattr(keywords, "_KEPT", {})
    yield worked_out


def told(*operands: str, **options: object) -> tuple[Any, list[Event]]:
    events: list[Event] = []
    return understood(operands, options, events.append), events


def test_other_destinations_with_the_same_options_are_told_the_same(counted: list[str]) -> None:
    options = {"level": "may", "timeout": 3.5, "settings": {"smtp_tls_fingerprint_digest": "sha1"}}
    (first, seconds), events = told("one.example", "a.match", **options)
    (second, again), others = told("two.example", "a.match", **options)
    assert counted == ["one.example"]
    assert (first.options.destination, second.options.destination) == ("one.example", "two.example")
    assert second.options.match == ("a.match",) and second.options.level is Level.MAY
    assert events == others and events and (seconds, again) == (3.5, 3.5)
    assert (second.show, second.trust, second.resolver) == (first.show, first.trust, first.resolver)


@pytest.mark.parametrize(
    "other", [{"level": "dane"}, {"level": "may", "lmtp": True}, {"level": "may", "resolver": "127.0.0.2"}]
)
def test_other_options_are_worked_out_anew(counted: list[str], other: dict[str, object]) -> None:
    told("one.example", level="may")
    (found, _), _ = told("one.example", **other)
    assert len(counted) == 2 and found.options.lmtp == bool(other.get("lmtp"))
    told("one.example", "match", **other)
    assert len(counted) == 3


def test_another_name_of_the_host_counts(counted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first.example", "second.example"):
        monkeypatch.setattr(SystemEnvironment, "nodename", name)
        (found, _), _ = told("one.example")
        assert found.options.config.myhostname == name
    assert len(counted) == 2


def test_nothing_is_kept_where_a_file_or_the_environment_was_read(
    counted: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main_cf, authorities = tmp_path / "main.cf", tmp_path / "ca.pem"
    for name in ("first.example", "second.example"):
        main_cf.write_text(f"myhostname = {name}\n")
        (found, _), _ = told("one.example", main_cf=main_cf)
        assert found.options.config.myhostname == name
    authorities.write_text("nothing\n")
    for _ in range(2):
        told("one.example", level="secure", ca_file=authorities)
    for _ in range(2):
        told("one.example", settings={"inet_interfaces": "127.0.0.1"})  # the machine's own addresses
    assert len(counted) == 6
    assert os.environ.get("MAIL_VERBOSE") is None
    monkeypatch.setenv("MAIL_VERBOSE", "")
    (found, _), _ = told("one.example")
    assert not found.show.verbose


def test_complaints_are_made_each_time(counted: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(UsageError):
            told("one.example", level="best")
    assert len(counted) == 2


def test_few_are_kept(counted: list[str]) -> None:
    for number in range(MOST_UNDERSTOOD + 2):
        told("one.example", connect_timeout=number + 1)
    assert 0 < len(keywords._KEPT) <= MOST_UNDERSTOOD
