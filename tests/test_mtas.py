"""What can be said without real mail servers of the table in docs/servers.md, and of what makes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pyfinger.demo.world import DemoWorld
from tests.lab.parityfuzz.judging import Outcome
from tests.mtas import page
from tests.mtas.asking import answers
from tests.mtas.inside import steady
from tests.mtas.registry import SERVERS
from tests.mtas.results import Met, differing, expected, met, negotiated, said, too_few
from tests.mtas.scenarios import ODD_NAMES, cases
from tests.mtas.server import CHAIN, MISSING, Server, Setting, by_certificate

BY_NAME = {server.name: server for server in SERVERS}
TALK = [
    "PROG: Connected to 127.0.0.1[127.0.0.1]:25",
    "PROG: < 220 mx.mtas.test ESMTP",
    "PROG: > EHLO probe.mtas.test",
    "PROG: < 250-mx.mtas.test",
    "PROG: < 250-SIZE 1000",
    "PROG: < 250 STARTTLS",
    "PROG: > STARTTLS",
    "PROG: < 220 go",
    "PROG: Untrusted TLS connection established to 127.0.0.1[127.0.0.1]:25: TLSv1.3 with cipher "
    "TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange x25519 server-signature RSA-PSS (2048 bits)",
    "PROG: > EHLO probe.mtas.test",
    "PROG: < 250-mx.mtas.test",
    "PROG: < 250-SIZE 1000",
    "PROG: < 250 AUTH PLAIN",
    "PROG: > QUIT",
    "PROG: < 221 bye",
    "exit 0",
]
SILENT = ["PROG: < 220 mx.mtas.test ESMTP", "PROG: > EHLO probe.mtas.test", "exit 0"]


def pair(name: str, outcome: Outcome, candidate: list[str] = TALK) -> dict[str, Any]:
    return {"name": name, "outcome": outcome.value, "reference": TALK, "candidate": candidate}


def found(*pairs: Mapping[str, Any]) -> dict[str, Any]:
    asked = {
        "odd_names": dict.fromkeys(ODD_NAMES, "250 mx") | {"foo_bar": "501 no | such `name`"},
        "unasked": "454 no",
        "pipelined": "dropped",
        "again": "503 no",
        "end": "close_notify, TCP closed",
        "tickets": [7200, 7200],
        "asks": False,
    }
    release = "Debian GNU/Linux 12 (bookworm)"
    return {"version": "1.2", "release": release, "pairs": pairs, "answers": asked}


@pytest.fixture
def postfix() -> Met:
    usual = found(pair("may", Outcome.EQUAL), pair("chain", Outcome.DIFFERENT, [*TALK[:-1], "exit 1"]))
    never = {"version": "1.2", "release": "Debian", "failure": "no"}
    return met(BY_NAME["postfix"], {Setting.USUAL: usual, Setting.MISSING: never, Setting.OFF: found()})


def test_what_a_server_says_is_read_off_a_log() -> None:
    heard = said(TALK)
    assert heard.greeting == "220 mx.mtas.test ESMTP"
    assert heard.hello == ("mx.mtas.test", "SIZE 1000", "STARTTLS")
    assert heard.starttls == "220 go"
    assert heard.secured_hello == ("mx.mtas.test", "SIZE 1000", "AUTH PLAIN")
    assert heard.bye == "221 bye"
    assert heard.tls == negotiated(TALK) == "TLSv1.3, TLS_AES_256_GCM_SHA384, x25519"


def test_a_session_that_ends_early_leaves_the_rest_empty() -> None:
    heard = said(SILENT)
    assert (heard.greeting, heard.hello, heard.starttls, heard.tls) == (SILENT[0][8:], (), "", "")
    assert said([]).greeting == ""


def test_what_is_said_otherwise_each_time_is_one_to_both() -> None:
    lines = ["PROG: < 220 mx ESMTP Exim 4.96 Sat, 28 Nov 2026 00:28:32 +0000", "PROG: < 250 HELP"]
    assert steady(BY_NAME["exim"], lines) == ["PROG: < 220 mx ESMTP Exim 4.96 *", "PROG: < 250 HELP"]
    assert steady(BY_NAME["postfix"], lines) == lines


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
def test_every_server_can_be_set_up_and_probed(server: Server) -> None:
    assert Setting.USUAL in server.tls
    assert any("{tls}" in text for text in server.files.values())
    for setting in server.tls:
        chosen = dict(cases(server, setting, "ab:cd"))
        assert {"plain", "may", "encrypt", "logged"} <= set(chosen)
        for case in chosen.values():
            assert (case.words[0] == "-S") is server.lmtp
            assert "{fingerprint}" not in case.words
            # An option and its value belong together: what explains a difference goes by that.
            assert all(not word.startswith("-") for group in case.argv for word in group[1:])


def test_a_missing_file_is_all_that_differs_from_the_usual_setting_and_others_come_behind_it() -> None:
    made = by_certificate(lambda file: f"cert {file}", off="none", more={Setting.TLS12: "only 1.2"})
    assert made == {
        Setting.USUAL: f"cert {CHAIN}",
        Setting.OFF: "none",
        Setting.MISSING: f"cert {MISSING}",
        Setting.TLS12: f"cert {CHAIN}\nonly 1.2",
    }


def test_wrapped_and_local_ports_are_tried_where_there_are_some() -> None:
    for server in SERVERS:
        names = set(dict(cases(server, Setting.USUAL, "")))
        assert ("wrapped" in names) is (server.wrapper is not None)
        assert ("socket" in names) is server.socket


def test_names_are_told_apart_and_the_ratchet_knows_no_others() -> None:
    assert len(BY_NAME) == len(SERVERS)
    for name, setting in expected():
        assert Setting(setting) in BY_NAME[name].tls


def test_a_difference_is_told_with_its_lines(postfix: Met) -> None:
    assert list(differing([postfix])) == ["postfix, usual: chain", "-exit 0", "+exit 1"]


def test_no_less_may_be_equal_than_before(postfix: Met) -> None:
    assert list(too_few([postfix], {("postfix", "usual"): 1, ("exim", "usual"): 9})) == []
    (told,) = too_few([postfix], {("postfix", "usual"): 2})
    assert told == "postfix, usual: 1 equal, where it was 2 before"


def test_the_sum_is_the_last_line(postfix: Met) -> None:
    *_, last = page.lines([postfix, postfix])
    assert last == "mtas 2/4 equal, 0 more differ by design"


def test_a_server_that_does_not_start_is_an_answer_but_not_with_its_usual_setting() -> None:
    with pytest.raises(RuntimeError, match="postfix did not start: no"):
        met(BY_NAME["postfix"], {Setting.USUAL: {"version": "", "release": "", "failure": "no"}})


def test_words_of_ehlo_that_come_or_go_with_tls_are_marked(postfix: Met) -> None:
    text = page.tables([postfix])
    assert "`mx.mtas.test` `SIZE 1000` `STARTTLS*` `AUTH PLAIN+`" in text
    assert "| 2 of 7200 s |" in text
    assert "| does not start |" in text
    assert "`foo_bar` `501 no ¦ such 'name'`" in text


def test_the_page_keeps_all_around_the_tables(postfix: Met, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"before\n{page.BEGIN}old\n{page.END}after\n")
    page.write([postfix], path)
    assert path.read_text() == f"before\n{page.BEGIN}\n{page.tables([postfix])}\n{page.END}after\n"


@pytest.mark.slow
def test_every_question_has_an_answer() -> None:
    with DemoWorld() as world:
        asked = answers(world.server("good").port, "EHLO", 0.2)
        plain = answers(world.server("plain").port, "EHLO")
    assert asked.end.startswith("close_notify")
    assert asked.unasked.startswith("220 ")
    assert asked.pipelined == "dropped"
    assert asked.again.startswith("5")
    assert asked.tickets
    assert not asked.asks
    assert all(reply.startswith("250") for reply in asked.odd_names.values())
    assert (plain.end, plain.tickets) == ("", [])
    assert plain.unasked.startswith("5")
