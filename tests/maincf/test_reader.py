from pathlib import Path

import pytest

from pyfinger.errors import UsageError
from pyfinger.events import ConfigRemark, Event
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.maincf.reader import DEFAULT_DIRECTORY, parse, read_main_cf, split_pair


def read(text: str) -> tuple[dict[str, str], list[str]]:
    """The parameters, and the remarks."""
    told: list[Event] = []
    found = parse(text, "main.cf", told.append)
    return found, [event.text for event in told if isinstance(event, ConfigRemark)]


def test_pairs() -> None:
    assert read("a=1\n b2\t=\tx y \n\n  \nempty =\n")[0] == {"a": "1 b2\t=\tx y", "empty": ""}
    assert read("my-host.name = a = b\n")[0] == {"my-host.name": "a = b"}
    assert read("last = line") == ({"last": "line"}, [])
    assert read("# nothing\n") == ({}, [])


def test_continuation_keeps_its_blanks() -> None:
    assert read("a = 1,\n   2,\n\t3\n") == ({"a": "1,   2,\t3"}, [])


def test_comments_and_empty_lines_do_not_end_a_line() -> None:
    assert read("a = 1\n# x\n\n   # y\n   \n 2\nb = 3 # no comment\n")[0] == {
        "a": "1 2",
        "b": "3 # no comment",
    }


def test_a_line_that_continues_nothing_is_told_and_dropped() -> None:
    found, remarks = read(f"# c\n  {'x' * 28}\n  {'x' * 29}\na = 1\n")
    assert found == {"a": "1"}
    assert remarks == [
        f'main.cf: logical line must not start with whitespace: "  {"x" * 28}"',
        f'main.cf: logical line must not start with whitespace: "  {"x" * 28}..."',
    ]


def test_the_last_entry_wins() -> None:
    assert read("a = 1\nb = 2\n\na = 3\nb = 2\n") == (
        {"a": "3", "b": "2"},
        ["main.cf, line 4: overriding earlier entry: a=1"],
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [("a = 1\0\nb = 2\n", "1"), ("a =\n 1\0\n 2\n# x\nb = 2\n", "1-4"), ("b = 2\na = 1\0x\n\n", "2-3")],
)
def test_nothing_counts_after_a_null_byte(text: str, place: str) -> None:
    found, remarks = read(text)
    assert found["a"].strip() == "1"
    assert found["b"] == "2"
    assert remarks == [f"main.cf, line {place}: text after null byte may be ignored"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("\0a = 1\n", 'main.cf, line 1: missing attribute name: ""'),
        ("a = 1\n\n= x\n", 'main.cf, line 3: missing attribute name: "= x"'),
        ("foo\n", "main.cf, line 1: missing '=' after attribute name: \"foo\""),
        ("foo bar = 1\n", "main.cf, line 1: missing '=' after attribute name: \"foo bar = 1\""),
        ("\nfoo\n bar\n", "main.cf, line 2: missing '=' after attribute name: \"foo bar\""),
    ],
)
def test_malformed_lines(text: str, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert str(caught.value) == complaint


@pytest.mark.parametrize("line", ["x", " ", "a b=c"])
def test_no_pair(line: str) -> None:
    with pytest.raises(ValueError, match="missing '='"):
        split_pair(line)


def test_the_file_is_found_by_mail_config(tmp_path: Path) -> None:
    (tmp_path / "main.cf").write_bytes(b"myhostname = b\xc3\xbc\xff\n")
    found = read_main_cf(SystemEnvironment({"MAIL_CONFIG": str(tmp_path)}), lambda event: None)
    assert found == {"myhostname": "bü\udcff"}


def test_a_file_that_was_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_main_cf(SystemEnvironment({"MAIL_CONFIG": str(tmp_path)}), lambda event: None)
    assert str(caught.value) == f"open {tmp_path}/main.cf: No such file or directory"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "main.cf").mkdir()
    with pytest.raises(UsageError, match=r"^read .*main\.cf: Is a directory$"):
        read_main_cf(SystemEnvironment({"MAIL_CONFIG": str(tmp_path)}), lambda event: None)


def test_without_a_file_there_is_nothing_to_be_compatible_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfinger.maincf.reader.DEFAULT_DIRECTORY", "/nonexistent")
    assert DEFAULT_DIRECTORY == "/etc/postfix"
    assert read_main_cf(SystemEnvironment({}), lambda event: None) == {"compatibility_level": "3.6"}
