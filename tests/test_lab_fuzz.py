"""The differential fuzzer of tests/lab, as far as it needs no lab: what it draws, judges and reduces."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from pyfinger.cli.option_table import OPTIONS
from tests.lab.parityfuzz import __main__ as command
from tests.lab.parityfuzz import booth, credentials, nameserver, pemfiles, serving
from tests.lab.parityfuzz.case import Case, Json, from_json, one_line, size
from tests.lab.parityfuzz.dialogues import USUAL
from tests.lab.parityfuzz.explaining import explanation
from tests.lab.parityfuzz.generating import GENERATORS, case
from tests.lab.parityfuzz.judging import Outcome, difference, judge, kind
from tests.lab.parityfuzz.parameters import OURS, VALUES
from tests.lab.parityfuzz.reducing import reduce
from tests.lab.places import PROJECT

FIRST = 60
_FINGERPRINT = f"""
import hashlib
from tests.lab.parityfuzz.case import one_line
from tests.lab.parityfuzz.generating import case
print(hashlib.sha256("".join(one_line(case("s", n)) for n in range({FIRST})).encode()).hexdigest())
"""


def test_a_case_is_the_same_in_every_process() -> None:
    here = hashlib.sha256("".join(one_line(case("s", number)) for number in range(FIRST)).encode())
    for hash_seed in ("1", "2"):  # of Python's sets
        there = subprocess.run(
            [sys.executable, "-c", _FINGERPRINT],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert there.stdout.strip() == here.hexdigest()


def test_seeds_and_numbers_make_different_cases() -> None:
    drawn = [one_line(case(seed, number)) for seed in ("1", "2") for number in range(FIRST)]
    assert len(set(drawn)) > 0.95 * len(drawn)


@pytest.fixture(scope="module")
def drawn() -> list[Case]:
    return [case("many", number) for number in range(1500)]


def test_every_generator_and_every_option_has_its_turn(drawn: Sequence[Case]) -> None:
    assert len({one.kind for one in drawn}) == len(GENERATORS)
    letters = {group[0][1] for one in drawn for group in one.argv if re.match("-[A-Za-z]", group[0])}
    assert {option.letter for option in OPTIONS if option.letter} <= letters


def test_a_case_is_plain_json(drawn: Sequence[Case]) -> None:
    for one in drawn[:300]:
        assert from_json(one.to_json()) == one
    with pytest.raises(ValueError, match="not of a case: arguments"):
        from_json({"kind": "x", "argv": [], "arguments": []})


@pytest.mark.slow
def test_everything_drawn_can_be_made(drawn: Sequence[Case]) -> None:
    for one in drawn:
        for parts in one.files.values():
            pemfiles.text(parts)
        for server in one.servers.values():
            serving.check(server)
        nameserver.check(one.dns)


def asking(question: str) -> dns.message.Message:
    name, kind = question.split()
    return dns.message.make_query(name, kind, use_edns=True, want_dnssec=True)


def ask(question: str, answers: Sequence[Json], by_udp: bool = True) -> dns.message.Message:
    query = asking(question)
    wire = nameserver.respond(query.to_wire(), answers, by_udp)
    assert wire is not None
    return dns.message.from_wire(wire)


def test_the_name_server_says_what_was_drawn() -> None:
    usual = {"q": "a.test A", "rr": ["a.test A 127.0.0.1"]}
    reply = ask("a.test A", [usual])
    assert reply.flags & dns.flags.AD
    assert [rrset.rdtype for rrset in reply.answer] == [dns.rdatatype.A, dns.rdatatype.RRSIG]
    assert not ask("a.test A", [{**usual, "ad": False}]).flags & dns.flags.AD
    assert [rrset.rdtype for rrset in ask("a.test A", [{**usual, "sigs": False}]).answer] == [1]
    assert ask("a.test A", [{**usual, "rcode": 2}]).rcode() == dns.rcode.SERVFAIL
    assert ask("a.test A", [{**usual, "tc": True}]).flags & dns.flags.TC
    assert not ask("a.test A", [{**usual, "tc": True}], by_udp=False).flags & dns.flags.TC
    assert ask("a.test AAAA", [usual]).rcode() == dns.rcode.NOERROR
    assert ask("b.test A", [usual]).rcode() == dns.rcode.NXDOMAIN


def test_records_may_have_any_octets() -> None:
    query = dns.message.make_query("a.test", "A")
    wire = nameserver.respond(query.to_wire(), [{"q": "a.test A", "rr": ["a.test A \\# 3 010203"]}], True)
    assert wire is not None
    assert b"\0\3\1\2\3" in wire


def test_a_certificate_is_odd_where_it_was_asked_to_be() -> None:
    usual = credentials.build({})
    assert credentials.build({"raw": "3000"}) == b"0\0"
    assert credentials.build({"after": [23, "2001010000Z"]}) != usual
    patched = credentials.build({"patch": [[5, "ff"]]})
    assert [at for at in range(len(usual)) if usual[at] != patched[at]] == [5]
    assert credentials.build({"authority": "root"}) == credentials.build(credentials.AUTHORITIES["root"])


def test_a_file_is_odd_where_it_was_asked_to_be() -> None:
    plain = pemfiles.text([{"key": "p256/x"}])
    assert plain.startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert b"\r\n" in pemfiles.text([{"key": "p256/x", "end": "\r\n"}])
    assert pemfiles.text([{"text": "\xef\xbb\xbf"}, {"key": "p256/x"}]) == b"\xef\xbb\xbf" + plain
    assert pemfiles.text([{"key": "p256/x", "cut": 7}]) == plain[:7]
    assert pemfiles.text([{"key": "p256/x", "insert": [[3, "!"]]}]) == plain[:3] + b"!" + plain[3:]


def test_a_server_says_what_was_drawn_and_ends_as_drawn() -> None:
    spoken = {**USUAL, "EHLO": {"say": "250 odd\r\n", "then": "close", "pieces": 3}}
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serving.Server(spoken, wrapper=False).converse, args=(theirs,))
    thread.start()
    ours.sendall(b"EHLO x\r\n")
    received = b""
    while data := ours.recv(4096):
        received += data
    ours.close()
    thread.join()
    assert received == b"220 mx1.fuzz.test ESMTP\r\n250 odd\r\n"


def test_the_forker_runs_programs_and_pyfinger_as_loaded() -> None:
    forker = booth.Forker(booth.FORKER)
    try:
        assert forker.run(["/bin/sh", "-c", "echo $X; exit 3"], {"X": "y"}, "", False) == ["y", "exit 3"]
        *_, last, status = forker.run(["pyfinger", "-Z"], {}, "", True)
        assert "destination [match ...]" in last
        assert status == "exit 1"
    finally:
        forker.close()


def runs(*pairs: tuple[str, str]) -> Callable[[Case, bool], tuple[list[str], list[str]]]:
    """A runner that gives these transcripts in turn, and the last one for ever."""
    rest = iter(pairs)
    last = pairs[-1]

    def run(_: Case, plain: bool) -> tuple[list[str], list[str]]:
        reference, candidate = next(rest, last)
        return reference.split("|"), candidate.split("|")

    return run


CASE = Case("x", [["-l", "may"], ["a.test"]])


@pytest.mark.parametrize(
    ("pairs", "outcome"),
    [
        ([("a", "a")], Outcome.EQUAL),
        ([("a", "b"), ("c", "c")], Outcome.UNSTEADY),
        ([("a", "b"), ("c", "b"), ("b", "d")], Outcome.UNSTEADY),
        ([("a", "b")], Outcome.DIFFERENT),
        ([("exit -6", "PROG: fatal: x|exit 1")], Outcome.EXPLAINED),
    ],
)
def test_what_differs_is_run_again(pairs: Sequence[tuple[str, str]], outcome: Outcome) -> None:
    assert judge(CASE, runs(*pairs)).outcome is outcome


def test_an_ad_bit_without_proof_is_explained_by_what_the_reference_says_without_it() -> None:
    doubtful = replace(CASE, dns=[{"q": "a.test A", "rr": [], "sigs": False}, {"q": "a.test MX", "rr": []}])

    def run(wanted: Case, plain: bool) -> tuple[list[str], list[str]]:
        believed = all(one.get("ad", True) for one in wanted.dns)
        return ["secure"] if believed else ["insecure"], ["insecure"]

    assert judge(doubtful, run).reason == "AD of an error, or without signatures, is not believed"
    assert judge(replace(CASE, dns=[{"q": "a.test A", "rr": []}]), run).outcome is Outcome.DIFFERENT
    assert judge(doubtful, runs(("secure", "else"))).outcome is Outcome.DIFFERENT


def test_differences_of_one_kind_are_recognised() -> None:
    one = kind(["a 1", "exit 0"], ["b 2", "exit 0"])
    assert one == kind(["x", "a 7", "exit 0"], ["x", "b 9", "exit 0"])
    assert one != kind(["a 1", "exit 0"], ["c 2", "exit 0"])
    assert difference(["a", "b"], ["a", "c"]) == ["-b", "+c"]
    assert difference(list("abcdef"), [], most=3) == ["-a", "-b", "… 4 more"]


def rule(argv: str, reference: str, candidate: str) -> str:
    groups = [group.split() for group in argv.split("|")]
    return explanation(Case("x", groups), reference.split("; "), candidate.split("; "))


def test_a_difference_by_design_is_explained_and_nothing_near_it() -> None:
    assert rule("-t 0|x", "PROG: panic: y; exit -6", "PROG: fatal: z; exit 1")
    assert not rule("-t 0|x", "PROG: fatal: y; exit 1", "PROG: fatal: z; exit 1")
    assert not rule("-t 0|x", "exit -6", "exit 0")
    assert rule("-l may|x", "PROG: panic: y; exit -6", "PROG: warning: z; exit 0")
    assert not rule("-l may|x", "PROG: panic: y; exit -6", "PROG: warning: z; err| Traceback (; exit 1")
    assert rule("-t x|x", "PROG: Failed to; exit 0", "PROG: fatal: bad '-t' option value: x; exit 1")
    assert rule("-X|x", "PROG: a; exit 0", "PROG: fatal: -X is not possible: b; exit 1")
    assert not rule("-L X|x", "PROG: a; exit 0", "PROG: fatal: -X is not possible: b; exit 1")
    assert rule("-S|unix:/x", "PROG: a; exit 0", "PROG: a; PROG: < 220; exit 0")
    assert not rule("-S|unix:/x", "PROG: a; exit 0", "PROG: b; exit 0")
    assert not rule("unix:/x", "PROG: a; exit 0", "PROG: a; PROG: < 220; exit 0")
    assert rule("-v|x", "PROG: lookup a; PROG: ctable; exit 0", "PROG: lookup a; exit 0")
    assert not rule("-v|x", "PROG: lookup a; exit 0", "PROG: lookup b; exit 0")
    assert rule("-d sm3|x", "PROG: a; exit 0", "PROG: unknown digest sm3; exit 0")
    assert not rule("-d sha256|x", "PROG: a; exit 0", "PROG: unknown digest; exit 0")
    fatal = "PROG: fatal: bad numerical configuration: {} = x; exit 1"
    assert rule("x", fatal.format("default_process_limit"), "exit 0")
    assert not rule("x", fatal.format("line_length_limit"), "exit 0")
    assert not rule("x", fatal.format("tcp_windowsize"), "exit 0")
    interfaces = "PROG: fatal: config variable inet_interfaces: host not found: nosuch.test; exit 1"
    assert rule("-o inet_interfaces=nosuch.test|x", interfaces, "exit 0")
    elsewhere = "PROG: fatal: parameter inet_interfaces: no local interface found for 192.0.2.1; exit 1"
    assert rule("-o inet_interfaces=mx.test|x", elsewhere, "exit 0")
    assert not rule("-o inet_interfaces=192.0.2.1|x", elsewhere, "exit 0")
    assert rule("--help", "err| PROG: invalid option -- '-'; exit 1", "usage; exit 0")
    assert rule("x", "PROG: < \x9bm; exit 0", "PROG: < ??m; exit 0")
    assert not rule("x", "PROG: < \x9bm; exit 0", "PROG: < ?; exit 0")


def test_parameters_whose_values_count_are_those_that_the_manual_names() -> None:
    manual = (PROJECT / "man" / "pyfinger.1").read_text().replace("\\fB", " ").replace("\\fR", " ")
    named = set(re.findall(r"\w+", manual))
    assert named & VALUES.keys() == OURS


def test_a_reduced_case_has_only_what_the_difference_needs() -> None:
    whole = replace(
        case("s", 0),
        argv=[["-c"], ["-l", "may"], ["-L", "2"], ["fuzz.test"], ["x"]],
        main_cf=[f"a{number} = 1" for number in range(9)],
        dns=[{"q": "fuzz.test A", "rr": ["one", "two", "three"], "ad": False}],
        env={"X": "y"},
        files={},
        servers={},
        resolv_conf=(),
    )

    def differs(smaller: Case) -> bool:
        found = smaller.to_json()
        records = [record for one in found.get("dns", ()) for record in one.get("rr", ())]
        return ["-L", "2"] in found["argv"] and "a7 = 1" in found.get("main_cf", ()) and "two" in records

    reduced = reduce(whole, differs, budget=400)
    assert (reduced.argv, reduced.main_cf, reduced.dns) == ([["-L", "2"]], ["a7 = 1"], [{"rr": ["two"]}])
    assert reduced.env == {}
    assert size(reduced) < size(whole)


def test_a_long_text_is_shortened_and_the_budget_is_kept() -> None:
    asked: list[Case] = []

    def differs(smaller: Case) -> bool:
        asked.append(smaller)
        return any("needle" in line for line in smaller.main_cf or ())

    whole = replace(CASE, main_cf=["x" * 200 + "needle" + "y" * 200])
    reduced = reduce(whole, differs, budget=300)
    assert reduced.main_cf is not None
    assert len(reduced.main_cf[0]) < 60
    asked.clear()
    reduce(whole, differs, budget=5)
    assert len(asked) == 5


class FakeBooth:
    """Programs that differ about one option."""

    def __init__(self, candidate: str) -> None:
        self.open = True

    def run(self, wanted: Case, plain: bool) -> tuple[list[str], list[str]]:
        letters = [group[0] for group in wanted.argv if group]
        return ["exit 0"], ["PROG: more", "exit 0"] if "-L" in letters else ["exit 0"]

    def close(self) -> None:
        self.open = False


@pytest.fixture
def without_lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(command, "Booth", FakeBooth)
    monkeypatch.setattr(command, "require_lab", lambda name: None)
    yield


@pytest.mark.usefixtures("without_lab")
def test_the_command_tells_what_differs_and_counts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command.main(["--seed", "s", "--count", "40", "--keep", str(tmp_path)]) == 1
    *lines, before, last = capsys.readouterr().out.splitlines()
    told = [line for line in lines if line.startswith("DIFFERS s/")]
    assert re.fullmatch(r"DIFFERS s/\d+ \([^)]*\): pyfinger -L.*", told[0])
    assert lines[lines.index(told[0]) + 2] == "    +PROG: more"
    assert all(re.search(r", as s/\d+$", line) for line in told[1:])
    assert last == f"parity-fuzz {40 - len(told)}/40 equal"
    assert before.startswith("parity-fuzz: 40 cases, 0 explained, 0 unsteady, ")
    assert len(list(tmp_path.iterdir())) == len(told)


@pytest.mark.usefixtures("without_lab")
def test_the_share_decides_the_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--seed", "s", "--count", "40", "--share", "20"]) == 0
    assert command.main(["--seed", "s", "--only", "3", "--share", "0"]) == 0
    shown = capsys.readouterr().out
    assert f" 3: {one_line(case('s', 3))}\n" in shown
