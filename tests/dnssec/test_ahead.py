"""What a walk will ask for is told before: the outcome is the same, and what is known is not told again."""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.dnssec.authentication_chain import MAX_AHEAD
from pyfinger.dnssec.validator import Validator
from pyfinger.model.dnssec import Insecure, Secure, Validated
from pyfinger.steps import Steps
from tests.dnssec.signing import NOW
from tests.dnssec.world import World, Zone

WORLD = World(
    Zone("."),
    Zone("test"),
    Zone("mail.test", {"mail.test MX": ["10 mx.mail.test."], "mx.mail.test A": ["192.0.2.1"]}),
    Zone("plain.test", {"a.b.plain.test A": ["192.0.2.8"]}, ()),
)

Questions = list[tuple[str, str]]


class Fetch:
    """A world that is told what will be asked for."""

    def __init__(self) -> None:
        self.told: list[Questions] = []
        self.asked: Questions = []

    def __call__(self, name: str, rdtype: str) -> Steps[bytes | None]:
        yield from ()
        self.asked.append((name, rdtype))
        return WORLD.reply(name, rdtype)

    def ahead(self, questions: Sequence[tuple[str, str]]) -> Steps[None]:
        yield from ()
        self.told.append(list(questions))


class Client:
    def __init__(self) -> None:
        self.fetch = Fetch()
        self.validator = Validator(WORLD.anchors, self.fetch, lambda: NOW)

    def validate(self, name: str, rdtype: str) -> Validated:
        steps = self.validator.validate(name, rdtype, WORLD.reply(name, rdtype))
        try:
            next(steps)
        except StopIteration as stop:
            validated: Validated = stop.value
            return validated
        raise AssertionError("the world is here")


def test_all_that_a_signed_answer_needs_is_told_before_the_walk() -> None:
    client = Client()
    assert isinstance(client.validate("mail.test", "MX").security, Secure)
    [told] = client.fetch.told
    assert told == [
        (".", "DNSKEY"),
        ("test", "DS"),
        ("test", "DNSKEY"),
        ("mail.test", "DS"),
        ("mail.test", "DNSKEY"),
    ]
    assert client.fetch.asked == told


def test_what_is_known_is_not_told_again() -> None:
    client = Client()
    client.validate("mail.test", "MX")
    client.validate("mx.mail.test", "A")
    assert client.fetch.told[1:] == [[]]


def test_where_nobody_has_signed_only_the_names_next_to_the_anchor_are_told() -> None:
    client = Client()
    assert isinstance(client.validate("a.b.plain.test", "A").security, Insecure)
    assert client.fetch.told[0][-1] == ("plain.test", "DNSKEY")
    client.validate("a.b.plain.test", "A")
    assert all(told == [] for told in client.fetch.told[1:])


def test_no_more_is_told_than_there_is_room_for() -> None:
    client = Client()
    name = ".".join("abcdefghijklmnop") + ".mail.test"
    client.validate(name, "A")
    assert max(map(len, client.fetch.told)) <= MAX_AHEAD
