"""A signed world, however its replies are changed, is told as it is, or as bogus: never changed data as good.

Any reply that a validator asks for may be changed: records and signatures flipped, dropped,
renamed, replayed from other questions, other zones, an older version of the same zone, or
a twin with other keys; bytes flipped anywhere; the date shifted.  What comes out is

    secure     only for the records and the code that the world has at that date
    insecure   only where the world is not signed
    anything   within the limits of questions and signature checks, and never an exception

To do so many times, and to measure:

    python -m fuzz.dnssec_world [COUNT [SEED]]
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from fuzz._bytes import Choices
from pyfinger.dnssec import algorithms
from pyfinger.dnssec.domain_names import DomainName, from_text, is_below
from pyfinger.dnssec.message import ParsedMessage, RRset, read_message
from pyfinger.dnssec.signatures import VerifyMemory
from pyfinger.dnssec.validation_budget import ValidationLimits
from pyfinger.dnssec.validator import Validator, ValidatorMemory
from pyfinger.dnswire import Rcode, RdataType
from pyfinger.model.dnssec import Insecure, Secure
from pyfinger.steps import Steps, result_of
from tests.dnssec.signing import EXPIRATION, INCEPTION, NOW, signing_key
from tests.dnssec.world import Message, World, Zone

LIMITS = ValidationLimits()
OLD = (NOW - 2_000_000, NOW - 1_000_000)
MAX_STEP = 1.0  # seconds of processor time for one execution

Records = dict[str, list[str]]
Facts = dict[tuple[DomainName, int], frozenset[bytes]]


def _records(address: str) -> dict[str, list[str]]:
    return {
        "mail.test MX": ["10 mx.mail.test.", "20 mx.other.test."],
        "mx.mail.test A": [address, "192.0.2.77"],
        "_25._tcp.mx.mail.test TLSA": ["3 1 1 " + f"{len(address):02x}" * 32],
        "*.wild.mail.test A": [address],
        "*.cwild.mail.test CNAME": ["mx.mail.test."],
        "alias.mail.test CNAME": ["mx.mail.test."],
        "away.mail.test CNAME": ["mx.other.test."],
        "out.mail.test CNAME": ["www.plain.test."],
        "gone.mail.test CNAME": ["nowhere.mail.test."],
        "old.mail.test DNAME": ["mail.test."],
        "deep.er.ent.mail.test A": [address],
    }


def _world(label: str, address: str, dates: tuple[int, int], how: Mapping[str, object]) -> World:
    """Root, a top-level domain, a signed and an unsigned zone below, a signed and an unsigned one beside."""

    def zone(origin: str, records: Records, algorithm: int = 13) -> Zone:
        return Zone(origin, records, (signing_key(algorithm, f"{label} {origin}"),), dates=dates)

    return World(
        zone(".", {}),
        zone("test", {}),
        replace(zone("mail.test", _records(address)), **how),  # type: ignore[arg-type]
        zone("sec.mail.test", {"www.sec.mail.test A": [address]}),
        zone("other.test", {"mx.other.test A": [address]}, 15),
        Zone("plain.test", {"www.plain.test A": [address]}, ()),
        Zone("sub.mail.test", {"www.sub.mail.test A": [address]}, ()),
    )


@dataclass(frozen=True)
class Flavour:
    """A world; the same zones as they once were, signed by the same keys; and a twin with other keys."""

    now: World
    then: World
    twin: World


@cache
def flavour(name: str) -> Flavour:
    """NSEC, NSEC3, or NSEC3 with opt-out."""
    how: dict[str, dict[str, object]] = {
        "nsec": {},
        "nsec3": {"nsec3": 2},
        "opt-out": {"nsec3": 0, "opt_out": True},
    }
    dates = INCEPTION, EXPIRATION
    return Flavour(
        now=_world(name, "192.0.2.1", dates, how[name]),
        then=_world(name, "198.51.100.100", OLD, how[name]),
        twin=_world(f"twin {name}", "203.0.113.66", dates, how[name]),
    )


FLAVOURS = ("nsec", "nsec3", "opt-out")
QUESTIONS = (
    ("mail.test", "MX"),
    ("mx.mail.test", "A"),
    ("_25._tcp.mx.mail.test", "TLSA"),
    ("mx.mail.test", "AAAA"),
    ("a.wild.mail.test", "A"),
    ("a.wild.mail.test", "MX"),
    ("a.cwild.mail.test", "A"),
    ("alias.mail.test", "A"),
    ("alias.mail.test", "CNAME"),
    ("away.mail.test", "A"),
    ("out.mail.test", "A"),
    ("gone.mail.test", "A"),
    ("gone.mail.test", "CNAME"),
    ("mx.old.mail.test", "A"),
    ("mx.old.mail.test", "CNAME"),
    ("nowhere.old.mail.test", "CNAME"),
    ("ent.mail.test", "A"),
    ("nowhere.mail.test", "A"),
    ("a.nowhere.mail.test", "TLSA"),
    ("www.plain.test", "A"),
    ("nowhere.plain.test", "A"),
    ("www.sub.mail.test", "A"),
    ("www.sec.mail.test", "A"),
    ("sec.mail.test", "DS"),
    ("sub.mail.test", "DS"),
    ("mail.test", "DS"),
    ("mail.test", "DNSKEY"),
    ("mx.other.test", "A"),
    (".", "SOA"),
)


@cache
def _whole(name: str, age: str, asked: str, rdtype: str) -> Message:
    world: World = getattr(flavour(name), age)
    return world.message(asked, rdtype)


@cache
def _truth(name: str, age: str, asked: str, rdtype: str) -> type:
    world: World = getattr(flavour(name), age)
    return type(world.validate(asked, rdtype, NOW if age == "now" else OLD[0]).security)


@cache
def _loot(name: str) -> tuple[RRset, ...]:
    """Sets to be replayed: of all replies of the world, its past, and its twin."""
    return tuple(
        dict.fromkeys(
            rrset
            for age in ("now", "then", "twin")
            for asked, rdtype in (*QUESTIONS, ("test", "DS"), ("test", "DNSKEY"), (".", "DNSKEY"))
            for message in (_whole(name, age, asked, rdtype),)
            for rrset in (*message.answer, *message.authority)
        )
    )


_verified: Counter[str] = Counter()


def _verify(algorithm: int, public: bytes, data: bytes, signature: bytes) -> bool:
    _verified["now"] += 1
    return algorithms.verify(algorithm, public, data, signature)


_MEMORY = VerifyMemory(_verify)


class Resolver:
    """Hands over replies, some of them changed; each is changed once."""

    def __init__(self, name: str, choices: Choices) -> None:
        self._name = name
        self._choices = choices
        self._changed: dict[tuple[str, str], bytes | None] = {}
        self.asked = 0

    def fetch(self, name: str, rdtype: str) -> Steps[bytes | None]:
        yield from ()
        self.asked += 1
        return self.reply(name, rdtype)

    def reply(self, name: str, rdtype: str) -> bytes | None:
        """The reply to a question."""
        if (name, rdtype) not in self._changed:
            self._changed[name, rdtype] = self._change(_whole(self._name, "now", name, rdtype))
        return self._changed[name, rdtype]

    def _change(self, whole: Message) -> bytes | None:
        choices = self._choices
        message = replace(whole, answer=list(whole.answer), authority=list(whole.authority))
        for _ in range(choices.one_of(_OFTEN_NONE)):
            _CHANGES[choices.number(len(_CHANGES))](self._name, choices, message)
        wire: bytes | None = message.wire()
        for _ in range(choices.one_of(_MOSTLY_NONE)):
            wire = _flip(choices, wire or b"")
        if choices.number(256) == 255:
            wire = None
        return wire


def _section(choices: Choices, message: Message) -> list[RRset]:
    full = [each for each in (message.answer, message.authority) if each]
    return choices.one_of(full) if full else message.answer


def _flip(choices: Choices, data: bytes) -> bytes:
    if not data:
        return data
    at = choices.number(len(data))
    return data[:at] + bytes([data[at] ^ 1 << choices.number(8)]) + data[at + 1 :]


def _drop_set(name: str, choices: Choices, message: Message) -> None:
    section = _section(choices, message)
    if section:
        del section[choices.number(len(section))]


def _in_set(change: Callable[[Choices, RRset], RRset]) -> Callable[[str, Choices, Message], None]:
    def changed(name: str, choices: Choices, message: Message) -> None:
        section = _section(choices, message)
        if section:
            at = choices.number(len(section))
            section[at] = change(choices, section[at])

    return changed


def _drop_record(choices: Choices, rrset: RRset) -> RRset:
    at = choices.number(len(rrset.rdatas) or 1)
    return _with(rrset, rdatas=rrset.rdatas[:at] + rrset.rdatas[at + 1 :])


def _flip_record(choices: Choices, rrset: RRset) -> RRset:
    at = choices.number(len(rrset.rdatas) or 1)
    changed = tuple(_flip(choices, rdata) for rdata in rrset.rdatas[at : at + 1])
    return _with(rrset, rdatas=rrset.rdatas[:at] + changed + rrset.rdatas[at + 1 :])


def _drop_signatures(choices: Choices, rrset: RRset) -> RRset:
    return _with(rrset, signatures=rrset.signatures[choices.number(2) :])


def _flip_signature(choices: Choices, rrset: RRset) -> RRset:
    return _with(rrset, signatures=tuple(_flip(choices, each) for each in rrset.signatures))


def _flip_signature_head(choices: Choices, rrset: RRset) -> RRset:
    heads = (_flip(choices, each[:30]) + each[30:] for each in rrset.signatures)
    return _with(rrset, signatures=tuple(heads))


def _rename(choices: Choices, rrset: RRset) -> RRset:
    return _with(rrset, owner=from_text(choices.one_of(QUESTIONS)[0]))


def _retype(choices: Choices, rrset: RRset) -> RRset:
    return _with(rrset, rdtype=choices.one_of((1, 2, 5, 6, 15, 28, 39, 43, 47, 48, 50, 52)))


def _with(rrset: RRset, **changes: object) -> RRset:
    fields = {each: getattr(rrset, each) for each in RRset.__match_args__}
    return RRset(**{**fields, **changes})


def _replay(name: str, choices: Choices, message: Message) -> None:
    section = choices.one_of((message.answer, message.authority))
    section.insert(choices.number(len(section) + 1), choices.one_of(_loot(name)))


def _replay_as(name: str, choices: Choices, message: Message) -> None:
    section = choices.one_of((message.answer, message.authority))
    found = choices.one_of(_loot(name))
    section.append(_with(found, owner=message.name))


def _exchange(name: str, choices: Choices, message: Message) -> None:
    """The same set as it was, or as a twin has it."""
    section = _section(choices, message)
    for at, rrset in enumerate(section):
        same = [each for each in _loot(name) if (each.owner, each.rdtype) == (rrset.owner, rrset.rdtype)]
        section[at] = choices.one_of(same or [rrset])


def _merge(name: str, choices: Choices, message: Message) -> None:
    """Records of another set among those of one, under its signatures."""
    section = _section(choices, message)
    if section:
        at = choices.number(len(section))
        other = choices.one_of(_loot(name))
        section[at] = _with(section[at], rdatas=section[at].rdatas + other.rdatas)


def _resign(name: str, choices: Choices, message: Message) -> None:
    section = _section(choices, message)
    if section:
        at = choices.number(len(section))
        section[at] = _with(section[at], signatures=choices.one_of(_loot(name)).signatures)


def _code(name: str, choices: Choices, message: Message) -> None:
    message.rcode = choices.one_of((0, 3, 6, 2, 5))


def _another(name: str, choices: Choices, message: Message) -> None:
    """The reply to another question, or the same to a twin's or in the past."""
    age = choices.one_of(("now", "then", "twin"))
    asked, rdtype = choices.one_of(QUESTIONS)
    other = _whole(name, age, asked, rdtype)
    message.answer[:], message.authority[:], message.rcode = other.answer, other.authority, other.rcode


def _swap_sections(name: str, choices: Choices, message: Message) -> None:
    message.answer[:], message.authority[:] = list(message.authority), list(message.answer)


_CHANGES = (
    _drop_set,
    *map(_in_set, (_drop_record, _flip_record, _drop_signatures, _flip_signature)),
    *map(_in_set, (_flip_signature_head, _rename, _retype)),
    _replay,
    _replay_as,
    _exchange,
    _merge,
    _resign,
    _code,
    _another,
    _swap_sections,
)

_DATES = (
    *(NOW,) * 24,
    *(INCEPTION - 1, INCEPTION, EXPIRATION, EXPIRATION + 1),
    *(OLD[0], OLD[1] + 1, 0, 1 << 33),
)
_OFTEN_NONE = (0,) * 9 + (1, 1, 1, 2, 3)  # changes to one reply, of which a question takes seven
_MOSTLY_NONE = (0,) * 22 + (1, 2)


def execute(data: bytes) -> str:
    """One question; the outcome's kind."""
    choices = Choices(data)
    name = choices.one_of(FLAVOURS)
    asked, rdtype = choices.one_of(QUESTIONS)
    now = choices.one_of(_DATES)
    resolver = Resolver(name, choices)
    anchors = flavour(name).now.anchors
    validator = Validator(anchors, resolver.fetch, lambda: float(now), LIMITS, ValidatorMemory(_MEMORY))
    _verified.clear()
    reply = resolver.reply(asked, rdtype)
    validated = result_of(validator.validate(asked, rdtype, reply))
    assert resolver.asked <= LIMITS.questions
    assert _verified["now"] <= LIMITS.signatures
    security = validated.security
    if isinstance(security, Secure):
        age = "now" if INCEPTION <= now <= EXPIRATION else "then"
        assert age == "now" or OLD[0] <= now <= OLD[1], f"secure at {now}"
        assert _truth(name, age, asked, rdtype) is Secure, f"secure, and is not: {validated}"
        assert reply is not None
        _compare(read_message(reply), _whole(name, age, asked, rdtype))
    elif isinstance(security, Insecure):
        age = "then" if OLD[0] <= now <= OLD[1] else "now"
        assert _truth(name, age, asked, rdtype) is Insecure, f"insecure, and is not: {validated}"
    return type(security).__name__


def _facts(message: ParsedMessage) -> Facts:
    """The records of the answer section, but for CNAMEs that a DNAME makes, which need not be there."""
    dnames = [owner for owner, rdtype in message.answer if rdtype == RdataType.DNAME]
    return {
        (owner, rdtype): frozenset(rrset.rdatas)
        for (owner, rdtype), rrset in message.answer.items()
        if not (rdtype == RdataType.CNAME and any(is_below(owner, dname) for dname in dnames))
    }


def _compare(got: ParsedMessage, whole: Message) -> None:
    """Nothing but the truth; all of it, or a part that begins at its beginning and ends at an alias."""
    truth = read_message(whole.wire())
    facts, wanted = _facts(got), _facts(truth)
    assert facts.items() <= wanted.items(), f"changed: {facts} for {wanted}"
    if facts != wanted or got.rcode != truth.rcode:
        assert _ends_at_alias(got, facts, wanted) or _is_code_of_alias(got, whole), f"code {got.rcode}"


def _ends_at_alias(got: ParsedMessage, facts: Facts, wanted: Facts) -> bool:
    """The beginning of an answer: whoever reads it has to ask for what the alias leads to."""
    if not facts or got.rcode != Rcode.NOERROR or got.authority:
        return False
    last = list(wanted)[len(facts) - 1]
    return last in facts and last[1] in (RdataType.CNAME, RdataType.DNAME)


def _is_code_of_alias(got: ParsedMessage, whole: Message) -> bool:
    """A CNAME that was asked for may come with the code of where it leads (RFC 6604 section 3)."""
    dangling = whole.name in map(from_text, ("gone.mail.test", "nowhere.old.mail.test"))
    return whole.rdtype == RdataType.CNAME and dangling and got.rcode == Rcode.NXDOMAIN


def check(data: bytes) -> None:
    execute(data)


SEEDS: list[bytes] = [
    *(bytes([number % 3, number]) for number in range(len(QUESTIONS))),
    bytes([0, 1, 0, 3, 4, 1]),
    bytes([1, 4, 0, 4, 8, 0, 7, 3]),
    bytes([2, 15, 0, 2, 13, 5, 5, 5, 5, 6, 7]),
    random.Random(1).randbytes(60),
]


def main(count: int = 200_000, seed: int = 1) -> int:
    chance, outcomes = random.Random(seed), Counter[str]()
    slowest, start = 0.0, time.monotonic()
    for _ in range(count):
        data = chance.randbytes(chance.choice((8, 16, 40, 120)))
        before = time.process_time()
        try:
            outcomes[execute(data)] += 1
        except Exception:
            print(f"broken by {data.hex()}", file=sys.stderr)
            raise
        slowest = max(slowest, time.process_time() - before)
    for name, number in outcomes.most_common():
        print(f"outcome  {number:7} {name}")
    print(f"slowest  {1000 * slowest:.1f} ms of processor time")
    good = slowest < MAX_STEP
    rate = count / (time.monotonic() - start)
    print(f"{'passed' if good else 'FAILED'}: {count} executions, {rate:.0f} a second, seed {seed}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
