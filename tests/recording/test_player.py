"""A replay is the probe itself, to the byte; a changed one ends, whatever the seed."""

from __future__ import annotations

import errno
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.errors import DecodeError, LostConnection, TimedOut, UsageError
from pyfinger.events import PrivilegesDropped, ReplyMutated
from pyfinger.model import Endpoints, Family, NativeAnswer, RawReply
from pyfinger.prober.context import TrustSources
from pyfinger.recording.entries import (
    ConnectionOpened,
    DataReceived,
    DataSent,
    Ended,
    Entry,
    FileRead,
    FileSought,
    HostLookedUp,
    NameConverted,
    Resolved,
    ResolvedUnchecked,
    RootGivenUp,
    ServiceFound,
    Told,
)
from pyfinger.recording.log_reader import ReplayDiffers
from pyfinger.recording.mutation import SEEDS
from pyfinger.recording.player import NOT_RECORDED, Player
from pyfinger.resolve import idn
from pyfinger.steps import (
    Close,
    Connect,
    Deadline,
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
    ask,
)
from pyfinger.values import replace
from tests.mailserver import MailServer, identity
from tests.recording.making import (
    ADDRESS,
    HEADER,
    MAIN_CF,
    Place,
    play,
    read,
    record,
    servers,
    simple_world,
    written,
)
from tests.report.values import objects
from tests.scripted import Scripted
from tests.world import World

NEVER = Deadline(None)
ENDS = Endpoints("192.0.2.200", 40000, "192.0.2.1", 25)
CLIENT = make_leaf("client.test", make_ca("CN=Root"))
FILES = {
    MAIN_CF: b"compatibility_level = 3.6\ntls_append_default_CA = yes\n",
    "/etc/ssl/cert.pem": CLIENT.chain_pem.encode(),
    "client.pem": (CLIENT.key.pem + CLIENT.chain_pem).encode(),
}
EVERYTHING = ("-vv", "-C", "-L", "ssl-session-packet-dump,verbose,untrusted,cache")

PROBES: dict[str, tuple[str, ...]] = {
    "plain": (),
    "everything": EVERYTHING,
    "reconnects": ("-r", "1", *EVERYTHING),
    "srv": ("-R",),
    "native": ("-h", "native"),
    "certificates": ("-l", "secure", "-F", "nonexistent.pem"),
    "directory": ("-l", "secure", "-P", "/certs", "-F", "/etc/ssl/cert.pem"),
    "keys": ("-k", "client.pem"),
    "key chains": ("-H", "client.pem, missing.pem"),
    "fingerprint": ("-l", "fingerprint"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBES)
def test_a_replay_is_the_probe(name: str) -> None:
    driver = Scripted(simple_world(), servers())
    data, was = record(driver, ("prog", *PROBES[name], "example.test"), Place(FILES))
    assert was.status == 0
    assert play(data) == was


@pytest.mark.slow
@pytest.mark.parametrize(
    ("world", "server"),
    [
        (World(), None),
        (World(fail={"example.test": "TIMEOUT"}), None),
        (World(fail={"example.test": b"junk"}), None),
        (simple_world(), errno.ECONNREFUSED),
        (simple_world(), MailServer()),
        (simple_world(), MailServer(identity(), banner="554 go away")),
        (simple_world(), MailServer(identity(), injected=b"220 pipelined\r\n")),
        (simple_world(), MailServer(identity("mx.example.test", "rsa2048"))),
    ],
)
def test_whatever_happened(world: World, server: Any) -> None:
    data, was = record(
        Scripted(world, {ADDRESS: server} if server else {}), ("prog", *EVERYTHING, "example.test")
    )
    assert play(data) == was


@pytest.mark.parametrize(
    ("kind", "number", "error"),
    [
        (Connect, 1, TimedOut()),
        (Receive, 1, TimedOut()),
        (Receive, 2, LostConnection(errno.ECONNRESET)),
        (Send, 3, LostConnection(errno.EPIPE)),
        (Receive, 4, LostConnection()),
    ],
)
def test_what_was_thrown(kind: type[Request[Any]], number: int, error: Any) -> None:
    data, was = record(Scripted(simple_world(), servers(), trouble={(kind, number): error}))
    assert play(data) == was


@pytest.mark.parametrize(
    "words",
    [
        ("prog", "bad name.test:x:y"),
        ("prog", "-l", "bad", "x.test"),
        ("prog", "-A", "none", "-l", "secure", "x.test"),
    ],
)
def test_what_was_refused(words: tuple[str, ...]) -> None:
    data, was = record(Scripted(), words)
    assert was.refusal
    assert play(data) == was


def test_a_main_cf_that_cannot_be_read() -> None:
    data, was = record(Scripted(), ("prog", "x.test"), Place({}, {"MAIL_CONFIG": "/nowhere"}))
    assert was.refusal == "open /nowhere/main.cf: No such file or directory"
    assert play(data) == was


def test_the_first_difference_is_told() -> None:
    data, _ = record(Scripted(simple_world(), servers()))
    other = data.replace(
        b'"words": ["pyfinger", "-c", ', b'"words": ["pyfinger", "-c", "-o", "myhostname=x.test", '
    )
    outcome = play(other)
    assert outcome.status is None
    assert outcome.refusal.endswith("recorded to send 18 bytes, different from byte 5 on")


RECORDING, _ = record(
    Scripted(simple_world(), servers()), ("pyfinger", "-r", "1", *EVERYTHING, "example.test")
)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.integers(0, SEEDS - 1))
def test_any_seed_comes_to_an_end(seed: int) -> None:
    outcome = play(RECORDING, seed)
    told = [event for event in outcome.events if isinstance(event, ReplyMutated)]
    assert 1 <= len(told) <= 3
    assert len({event.line for event in told}) == len(told)
    assert outcome.status is not None or outcome.refusal


def test_a_seed_means_the_same_every_time() -> None:
    assert all(play(RECORDING, seed) == play(RECORDING, seed) for seed in range(3))


@pytest.mark.slow
def test_all_kinds_of_changes_come_up() -> None:
    told = [
        (event.how, event.dns)
        for seed in range(70)
        for event in play(RECORDING, seed).events
        if isinstance(event, ReplyMutated)
    ]
    data = {(how, False) for how in ("flipped", "cut", "dropped", "repeated", "swapped", "split")}
    assert set(told) == data | {(how, True) for how in ("flipped", "cut", "dropped", "repeated")}


def test_without_anything_received_there_is_nothing_to_change() -> None:
    data, was = record(Scripted(World(fail={"example.test": "TIMEOUT"}, mx={})))
    assert play(written(), 1).refusal == play(written()).refusal
    assert [event for event in play(data, 1).events if isinstance(event, ReplyMutated)] == []
    assert play(data, 1) == was


# One entry that is changed, so that from then on anything may be asked for.
LET_GO: tuple[Entry, ...] = (DataReceived(b"a"),)


def player(*entries: Entry, seed: int | None = None) -> Player:
    return Player(read(written(*entries, Ended())), "x.rec", seed)


def asked(playing: Player, *requests: Request[Any]) -> list[Any]:
    """What requests are answered with, or what is thrown."""

    def asking() -> Steps[list[Any]]:
        found: list[Any] = []
        for request in requests:
            try:
                found.append((yield from ask(request)))
            except (TimedOut, LostConnection) as error:
                found.append((type(error), getattr(error, "code", None)))
        return found

    return playing.run(asking(), lambda _event: None)


def test_where_nothing_is_left() -> None:
    playing = player(*LET_GO, seed=1)
    found = asked(
        playing,
        Receive(NEVER),
        Receive(NEVER),
        Receive(NEVER),
        Resolve("a.test", "A", True),
        LookupHost("a.test", (Family.IPV4,)),
        FindService("smtp"),
        Send(b"x", NEVER),
        Sleep(5),
        Close(),
        Connect(ADDRESS, 25, NEVER),
    )
    assert found[2:] == [
        b"",
        RawReply(None),
        NativeAnswer(error=NOT_RECORDED),
        *[None] * 4,
        (LostConnection, errno.ECONNREFUSED),
    ]
    services = playing.services(TrustSources(), ())
    assert len(services.random_bytes(33)) == 33
    assert not playing.host.exists("a")
    with pytest.raises(FileNotFoundError):
        playing.host.read("a")


def test_what_is_left() -> None:
    failed = ConnectionOpened(ADDRESS, 26, None, "lost", errno.EHOSTUNREACH)
    playing = player(
        *LET_GO,
        HostLookedUp("a.test", (Family.IPV4,), NativeAnswer(error="then")),
        ServiceFound("smtp", 25),
        Resolved("a.test", "A", True, RawReply(None)),
        ConnectionOpened(ADDRESS, 25, ENDS),
        DataReceived(b"", "timeout"),
        failed,
        seed=3,
    )
    found = asked(
        playing,
        Receive(NEVER),
        Receive(NEVER),
        Connect(ADDRESS, 26, NEVER),
        Connect(ADDRESS, 25, NEVER),
        Receive(NEVER),
        FindService("smtp"),
        LookupHost("a.test", (Family.IPV4,)),
        Resolve("a.test", "A", True),
    )
    assert found[2:] == [
        (LostConnection, errno.EHOSTUNREACH),
        ENDS,
        (TimedOut, None),
        25,
        NativeAnswer(error="then"),
        RawReply(None),
    ]


def test_a_question_with_validation_off_is_another_question() -> None:
    playing = player(Resolved("a.test", "A", True, RawReply(b"", "::1"), checking_disabled=True))
    with pytest.raises(ReplayDiffers):
        asked(playing, Resolve("a.test", "A", True))


def test_questions_asked_together_are_those_recorded_one_by_one() -> None:
    one, two = (Resolved(name, "A", True, RawReply(name.encode(), "::1")) for name in ("a.test", "b.test"))
    questions = tuple(Resolve(name, "A", True) for name in ("a.test", "b.test"))
    assert asked(player(one, two), ResolveTogether(questions)) == [(one.reply, two.reply)]


def test_files_that_were_there() -> None:
    playing = player(FileSought("a", True), FileRead("a", b"x"), FileRead("b", b"", errno.EISDIR))
    assert playing.host.exists("a")
    assert playing.host.read("a") == b"x"
    with pytest.raises(IsADirectoryError):
        playing.host.read("b")
    assert playing.host.addresses(Family.IPV4) == ("192.0.2.200",)
    assert playing.host.addresses(Family.UNIX) == ()


def test_a_question_without_validation_is_found_wherever_it_stands_and_need_not_be_asked() -> None:
    reply = RawReply(b"unchecked", "192.0.2.53")
    unchecked = ResolvedUnchecked("a.test", "MX", "192.0.2.53", reply)
    question = ResolveUnchecked("a.test", "MX", "192.0.2.53")
    entries = (Resolved("a.test", "MX", True, RawReply(None)), unchecked, ServiceFound("smtp", 25), Ended())
    plain = (Resolve("a.test", "MX", True), FindService("smtp"))
    assert asked(player(*entries), *plain)[-1] == 25
    assert asked(player(*entries), plain[0], question, plain[1]) == [RawReply(None), reply, 25]
    assert asked(player(*entries), plain[0], plain[1], question)[-1] == reply
    old = (entries[0], *entries[2:])
    assert asked(player(*old), plain[0], question, plain[1]) == [RawReply(None), None, 25]


@pytest.mark.parametrize("signed", [True, False])
def test_an_ad_bit_counts_as_it_did_when_it_was_recorded(signed: bool) -> None:
    header = replace(HEADER, signed_ad=signed)
    playing = Player(read(written(Ended(), header=header)), "x.rec")
    assert playing.services(TrustSources(), ()).bare_ad is not signed


IDN = (
    *("prog", "-v", "-l", "secure", "-s", "s\xfcss.test"),
    *("b\xfccher.test", "nexthop", "f\xfcr.test"),
)


def test_a_replay_converts_names_as_they_were_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Destination, SNI and match names: whatever `idna` makes of them today."""
    world = World(mx={"xn--bcher-kva.test": ["10 mx.test"]}, a={"mx.test": [ADDRESS]})
    data, was = record(Scripted(world, servers()), IDN)
    names = [entry.name for entry in read(data).entries if isinstance(entry, NameConverted)]
    assert sorted(names) == sorted(["b\xfccher.test", "s\xfcss.test", "f\xfcr.test"])

    def another(name: str, transitional: bool = False) -> NoReturn:
        raise AssertionError("asked the package")

    monkeypatch.setattr(idn, "_mapped", another)
    assert play(data) == was


def test_names_that_were_not_kept_are_converted_anew() -> None:
    world = World(mx={"xn--bcher-kva.test": ["10 mx.test"]}, a={"mx.test": [ADDRESS]})
    data, was = record(Scripted(world, servers()), IDN)
    old = b"".join(line for line in data.splitlines(True) if b'"NameConverted"' not in line)
    assert play(old) == was


def test_what_sending_threw() -> None:
    assert asked(player(DataSent(b"x", "timeout")), Send(b"x", NEVER)) == [(TimedOut, None)]


def test_root_that_was_given_up() -> None:
    told: list[object] = []
    player(RootGivenUp("postfix", 100, 101)).give_up_root(told.append)
    player(DataReceived()).give_up_root(told.append)
    assert told == [PrivilegesDropped("postfix", 100, 101)]
    with pytest.raises(UsageError, match="still root"):
        player(RootGivenUp("", 0, 0, "still root")).give_up_root(told.append)


def test_times_of_events() -> None:
    playing = player(Told(5.0), Told(6.5))
    assert [playing.clock(), playing.clock(), playing.clock()] == [5.0, 6.5, 6.5]


@pytest.mark.slow
@settings(max_examples=100)
@given(st.data())
def test_any_answers_are_played_to_an_end(data: st.DataObject) -> None:
    recording = read(RECORDING)
    entries = list(recording.entries)
    places = st.lists(st.integers(0, len(entries) - 1), min_size=1, max_size=3)
    for place in data.draw(places):
        strategy: st.SearchStrategy[Entry] = objects(type(entries[place]))
        entries[place] = data.draw(strategy)
    spoilt = written(*entries, header=recording.header)
    try:
        outcome = play(spoilt, data.draw(st.none() | st.integers(0, SEEDS - 1)))
    except DecodeError as error:
        assert error.what.startswith("line ")
    else:
        assert outcome.status is not None or "\n" not in outcome.refusal
