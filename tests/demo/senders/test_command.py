"""`pyfinger-demo senders` as a command."""

from __future__ import annotations

import json
import re
import socket
import threading
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pyfinger.demo.command import main
from pyfinger.demo.listeners import Listeners
from pyfinger.demo.senders import SITUATIONS
from pyfinger.demo.senders.command import FAILED, PASSED, UNTRIED, USAGE, _parser, _profile
from pyfinger.demo.senders.situations import Profile
from pyfinger.demo.senders.submission import NOT_IN_TIME, command_words, submit, submit_by_command
from tests import schema

ROOT = Path(__file__).resolve().parents[3]
ANY = ("--port", "0", "--dns-port", "0", "--https-port", "0")


def test_the_list_has_an_address_for_each_situation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["senders", "--list"]) == 0
    assert capsys.readouterr().out.split() == [each.recipient for each in SITUATIONS]


def test_a_run_ends_in_text_and_a_document_that_follows_its_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, log = tmp_path / "report.json", tmp_path / "log"
    files = ("--json", str(document), "--log", str(log))
    status = main(["senders", *ANY, "--only", "mismatch*", "--deadline", "0", *files])
    assert status == 3
    out = capsys.readouterr().out
    assert "?     mismatch-two          defer                    not tried\n" in out
    assert out.endswith("profile dane: 6 not tried.\nThe deadline came before all of it had settled.\n")
    assert max(map(len, out.splitlines())) <= 80
    read = json.loads(document.read_bytes())
    Draft202012Validator(schema.senders_schema()).validate(read)
    assert [each["mark"] for each in read["results"]] == ["not-tried"] * 6
    assert log.read_text() == ""


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--profile", "dane,none"], "dane,none: dane, mta-sts, dane,mta-sts or none"),
        (["--port", "65536"], "65536: ports are 0 to 65535"),
        (["--submit", "2500"], "2500: HOST:PORT is wanted, or [ADDRESS]:PORT"),
        (["--submit", ":25"], ":25: HOST:PORT is wanted, or [ADDRESS]:PORT"),
        (["--submit", "[::1"], "[::1: HOST:PORT is wanted, or [ADDRESS]:PORT"),
        (["--submit", "mx.test:0"], "mx.test:0: nobody listens on port 0"),
        (["--submit", "mx.test:smtp"], "smtp: ports are 0 to 65535"),
        (["--submit-command", ""], "argument --submit-command: nothing was given"),
        (["--submit-command", "' '"], "' ': no command"),
        (["--submit-command", "mail 'me"], "mail 'me: a quotation that does not end"),
        (["--submit-command", "mail {bad}"], "mail {bad}: there is no {bad}, only {recipient} and {sender}"),
        (["--submit-command", "m -f{sender} {To}"], "there is no {To}, only {recipient} and {sender}"),
        (["--sender", "\u00fc@x"], "\u00fc@x: an address is name@host, in ASCII and without blanks"),
        (["--sender", "a@x\r\nDATA"], "a@x??DATA: an address is name@host, in ASCII and without blanks"),
        (["--sender", "a@x> SIZE=1"], "a@x> SIZE=1: an address is name@host, in ASCII and without blanks"),
        (["--sender", "a"], "a: an address is name@host, in ASCII and without blanks"),
        (["--quiet", "nan"], "nan: seconds are 0 to 86400"),
    ],
)
def test_a_mistake_is_one_clear_line(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["senders", *words])
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(complaint)


def test_what_cannot_be_run_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["senders", "--only", "nothing*"]) == 2
    assert capsys.readouterr().err == "pyfinger-demo: no situation is called nothing*\n"
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    assert main(["senders", "--port", str(port), "--dns-port", "0", "--folder", "/no/such/folder"]) == 2
    assert capsys.readouterr().err == "pyfinger-demo: /no/such/folder: No such file or directory\n"


def test_what_is_not_taken_is_told_in_its_row_and_keeps_nothing_from_being_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, script = tmp_path / "report.json", tmp_path / "refuse"
    script.write_text("printf '\\033[31mno'; exit 3")
    words = ["--submit-command", f"sh {script} {{recipient}}", "--json", str(document)]
    assert main(["senders", *ANY, "--only", "mismatch*", *words]) == UNTRIED
    out = capsys.readouterr().out
    assert out.count("\n      not submitted: status 3: ?[31mno\n") == 6
    assert out.endswith("6 situations, profile dane: 6 not tried.\n") and "\x1b" not in out
    read = json.loads(document.read_bytes())
    Draft202012Validator(schema.senders_schema()).validate(read)
    assert all(one["refused"] for one in read["results"]) and read["ended"] == "settled"


def test_whom_nothing_was_handed_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        place = f"127.0.0.1:{unused.getsockname()[1]}"
    assert main(["senders", *ANY, "--only", "ee", "--submit", place]) == UNTRIED
    told = capsys.readouterr()
    assert f"not submitted: {place}: Connection refused" in told.out
    assert told.out.endswith("1 not tried.\n") and "No policies\n" in told.err


@pytest.mark.parametrize(
    ("only", "many"), [("*", "98 messages"), ("mismatch-*", "5 messages"), ("ee", "1 message")]
)
def test_that_nobody_is_there_is_said_once(only: str, many: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        place = f"127.0.0.1:{unused.getsockname()[1]}"
    assert main(["senders", *ANY, "--only", only, "--submit", place]) == UNTRIED
    out = capsys.readouterr().out
    assert (
        out.count("not submitted") == 1 and f"\n\n{many} not submitted: {place}: Connection refused\n" in out
    )


def test_in_the_document_each_message_says_why(tmp_path: Path) -> None:
    document, missing = tmp_path / "report.json", str(tmp_path / "none")
    words = ["--submit-command", missing, "--json", str(document)]
    assert main(["senders", *ANY, "--only", "mismatch*", *words]) == UNTRIED
    read = json.loads(document.read_bytes())
    Draft202012Validator(schema.senders_schema()).validate(read)
    assert read["unreachable"] == f"{missing}: No such file or directory"
    assert {one["refused"] for one in read["results"]} == {read["unreachable"]}


def test_a_server_that_goes_away_is_given_up_for_the_rest() -> None:
    replies = (b"220 a\r\n", b"250 b\r\n", b"250 c\r\n", b"250 d\r\n", b"354 e\r\n")
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]

    def take_one() -> None:
        connection, _ = listening.accept()
        listening.close()
        with connection:
            for reply in replies:
                connection.sendall(reply)
                connection.recv(4096)
            connection.sendall(b"250 f\r\n")

    thread = threading.Thread(target=take_one)
    thread.start()
    found = submit(SITUATIONS[:9], "127.0.0.1", port)
    thread.join()
    assert found.unreachable == f"127.0.0.1:{port}: Connection refused" and not found.late
    assert found.refused == {one.name: found.unreachable for one in SITUATIONS[1:9]}


def test_it_is_tried_on_while_somebody_is_there_now_and_then(tmp_path: Path) -> None:
    for one in SITUATIONS[2:9:3]:
        program = tmp_path / one.recipient
        program.write_text("#!/bin/sh\necho no; exit 3\n")
        program.chmod(0o755)
    found = submit_by_command(SITUATIONS[:8], [f"{tmp_path}/{{recipient}}"])
    reasons = [reason.rpartition(": ")[2] for reason in found.refused.values()]
    missing = "No such file or directory"
    assert reasons == [missing, missing, "no", missing, missing, "no", missing, missing]
    assert found.unreachable == ""


def test_braces_of_a_shell_are_the_commands_own() -> None:
    text = "sh -c '{ cat; } >${into}.{a,b}; find -exec x {} ; echo {{recipient}}'"
    assert command_words(text)[2] == text[7:-1]


def test_the_ports_that_are_told_are_those_that_were_bound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["senders", *ANY, "--only", "sts-*", "--deadline", "0"]) == UNTRIED
    (place,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Mail exchangers")]
    assert re.fullmatch(r"Mail exchangers: port [1-9][0-9]*\.  Policies: port [1-9][0-9]*", place)


def test_profiles_are_words() -> None:
    assert _profile("mta-sts,dane") == Profile(dane=True, sts=True)
    assert _profile("none") == Profile()


def test_messages_are_submitted_as_smtp_has_it() -> None:
    """Several lines of a reply, a dot of its own at the end."""
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take_one() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"220-one\r\n220 two\r\n")
                for reply in (b"250-a\r\n250 b\r\n", b"250 c\r\n", b"250 d\r\n", b"354 e\r\n", b"250 f\r\n"):
                    heard.extend(connection.recv(4096))
                    connection.sendall(reply)
                heard.extend(connection.recv(4096))

        thread = threading.Thread(target=take_one)
        thread.start()
        submit(SITUATIONS[:1], "127.0.0.1", listening.getsockname()[1])
        thread.join()
    text = heard.decode()
    assert "MAIL FROM:<sender@returns.senders.test>\r\nRCPT TO:<probe@ee.senders.test>\r\nDATA\r\n" in text
    assert "\r\nX-Pyfinger-Situation: ee\r\n" in text
    assert text.endswith("\r\n.\r\nQUIT\r\n")


def test_a_command_gets_the_message_and_the_addresses(tmp_path: Path) -> None:
    into = tmp_path / "message"
    command = command_words(f"sh -c 'echo $0 $1 >{into}; cat >>{into}' {{sender}} {{recipient}}")
    assert submit_by_command(SITUATIONS[:1], command).refused == {}
    lines = into.read_text().splitlines()
    assert lines[0] == "sender@returns.senders.test probe@ee.senders.test"
    assert "Subject: ee" in lines
    refusing = ["sh", "-c", "echo why; echo no; exit 3"]
    assert submit_by_command(SITUATIONS[:2], refusing).refused == {
        one.name: "status 3: no" for one in SITUATIONS[:2]
    }


def test_no_submission_outlives_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        found = submit(SITUATIONS[:3], host, port, deadline=0.05)
    assert found.late and list(found.refused.values()) == [f"{host}:{port}: timed out", *[NOT_IN_TIME] * 2]
    found = submit_by_command(SITUATIONS[:2], ["sh", "-c", "read nothing_more <&1"], deadline=0)
    assert found.late and list(found.refused.values()) == [NOT_IN_TIME] * 2


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        (b"554 \x1b[31mno\xff\xe2\x80\xae\r\n", "554 ?[31mno????"),
        (b"220 a\r\n550-b\r\n550 c\r\n", "550 c"),
        (b"", "the connection was closed"),
        (b"2" * 100_000, "a reply without an end"),
    ],
)
def test_what_a_hostile_server_says_is_one_censored_line(replies: bytes, told: str) -> None:
    listeners = Listeners()

    def converse(connection: socket.socket) -> None:
        connection.sendall(replies)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass

    port = listeners.connections(converse)
    listeners.start()
    assert submit(SITUATIONS[:1], "127.0.0.1", port).refused == {"ee": told}
    listeners.close()
    assert "no such name" in submit(SITUATIONS[:1], "\u00fc..x", port).refused["ee"]


def test_the_manual_page_has_every_option_and_status() -> None:
    page = (ROOT / "man" / "pyfinger-demo.1").read_text(encoding="utf-8").replace("\\-", "-")
    part = page.partition("\n.SS senders\n")[2]
    options = {text for action in _parser()._actions for text in action.option_strings}
    told = set(re.findall(r"^\.BI? (--[a-z-]+)", part, re.MULTILINE))
    assert told == options - {"-h", "--help"}
    statuses = set(re.findall(r"^\.TP\n\.B ([0-9])$", page.partition(".SH EXIT STATUS")[2], re.MULTILINE))
    assert statuses == set(map(str, (PASSED, FAILED, USAGE, UNTRIED)))


def test_the_example_of_the_documentation_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "senders.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    for there, here in (
        ("smtp=25, dns=53, https=443", ""),
        ('    submit(world.situations, "127.0.0.1", 2500)\n', ""),
        ("deadline=300", "deadline=0"),
    ):
        assert there in example
        example = example.replace(there, here)
    exec(compile(example, "senders.md", "exec"), {})
    assert capsys.readouterr().out.startswith("Mark.NOT_TRIED ee Conduct.NOTHING")
