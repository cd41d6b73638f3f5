"""The page of a probe: its form, and that it says what the documents beside it say."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pyfinger.cli.program import run
from tests.page.conftest import SERVERS, Probed
from tests.page.reading import Element, parsed, structure

pytestmark = pytest.mark.slow

pytest.importorskip("html5lib", reason="pages are read with html5lib")


@pytest.mark.parametrize("name", SERVERS)
def test_a_page_is_sound_html_and_every_link_leads_somewhere(
    name: str, probed: Callable[[str], Probed]
) -> None:
    page = parsed(probed(name).page)
    ids = [element.attributes["id"] for element in page.walk() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    links = [e.attributes["href"] for e in page.walk() if e.name == "a"]
    assert links and {link for link in links if not link.startswith("#")} == set()
    assert {link[1:] for link in links} <= set(ids)
    assert not [e for e in page.walk() if {"style", "onclick", "src"} & set(e.attributes)]


def _at(document: Any, pointer: str) -> Any:
    """RFC 6901; there are no escapes in our names."""
    for step in pointer.strip("/").split("/"):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def _figures(page: Element) -> Iterator[tuple[str, float, str]]:
    for element in page.walk():
        if "data-json" in element.attributes:
            value = element.attributes["value" if element.name == "data" else "data-value"]
            yield element.attributes["data-json"], float(value), element.text


@pytest.mark.parametrize("name", SERVERS)
def test_each_number_on_a_page_is_that_of_the_document(name: str, probed: Callable[[str], Probed]) -> None:
    found = list(_figures(parsed(probed(name).page)))
    assert len(found) > 10
    for pointer, value, _ in found:
        assert value == _at(probed(name).document, pointer), pointer


@pytest.mark.parametrize("name", SERVERS)
def test_what_is_shown_of_a_number_is_the_number(name: str, probed: Callable[[str], Probed]) -> None:
    for pointer, value, shown in _figures(parsed(probed(name).page)):
        first, _, unit = shown.partition(" ")
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", first):
            continue  # a date, which the value beside it is
        scale = 1000 if unit == "ms" else 1
        digits = len(first.partition(".")[2])
        assert float(first) == pytest.approx(value * scale, abs=0.51 * 10**-digits), pointer


def _said(probe: Probed) -> list[tuple[str, int, bool]]:
    layers = ("record", "handshake", "alert", "change_cipher_spec", "decompressed")
    return [(it["name"], it["length"], it["sent"]) for it in probe.trace if it.get("layer") in layers]


@pytest.mark.parametrize("name", SERVERS)
def test_the_messages_of_tls_are_those_of_the_trace(name: str, probed: Callable[[str], Probed]) -> None:
    found = []
    for item in parsed(probed(name).page).all("li"):
        cells = {e.attributes.get("class"): e.text for e in item.walk() if e.name == "span"}
        if cells.get("layer") in ("TLS", "record") and cells["size"]:
            what = cells["what"].removeprefix("alert " if cells["layer"] == "TLS" else "").split()[0]
            found.append((what, int(cells["size"].split()[0]), cells["way"] == "→"))
    assert found == _said(probed(name))


@pytest.mark.parametrize("name", ["dane", "tls12"])
def test_fields_are_those_of_the_trace(name: str, probed: Callable[[str], Probed]) -> None:
    hello = next(it for it in probed(name).trace if it.get("name") == "client_hello")
    item = next(
        li
        for li in parsed(probed(name).page).all("li")
        if any(e.text.startswith("client_hello") for e in li.walk() if e.attributes.get("class") == "what")
    )
    tree = next(e for e in item.walk() if e.attributes.get("class") == "tree")
    shown = [e.text for e in tree.walk() if e.attributes.get("class") == "at"]
    assert shown == [f"{field['offset']}+{field['length']}" for field in _fields(hello)]
    dump = [e for e in item.walk() if e.name == "pre"][1]
    assert len(bytes.fromhex(dump.text)) == hello["length"]
    for field, row in zip(_fields(hello), [e for e in tree.walk() if "data-o" in e.attributes], strict=True):
        span = next(e for e in dump.walk() if e.attributes.get("id") == row.attributes["data-o"])
        assert len(bytes.fromhex(span.text)) == field["length"] + field.get("prefix", 0)


def _fields(node: Any) -> Iterator[Any]:
    for field in node.get("fields", ()):
        yield field
        yield from _fields(field)


@pytest.mark.parametrize("name", ["dane", "mismatch", "plain"])
def test_recording_and_stream_give_the_same_page(
    name: str, probed: Callable[[str], Probed], tmp_path: Path
) -> None:
    folder = probed(name).folder
    for number, words in enumerate((["--replay", f"{folder}/recording"], ["--from", f"{folder}/events"])):
        assert run(["pyfinger", *words, "--html", str(tmp_path / str(number))]) == 0
        assert (tmp_path / str(number)).read_text(encoding="utf-8") == probed(name).page


def test_a_document_gives_the_page_without_messages(probed: Callable[[str], Probed], tmp_path: Path) -> None:
    words = ["--from", f"{probed('dane').folder}/report.json", "--html", str(tmp_path / "page")]
    assert run(["pyfinger", *words]) == 0
    page, live = parsed((tmp_path / "page").read_text(encoding="utf-8")), parsed(probed("dane").page)
    assert [pointer for pointer, *_ in _figures(page)] == [pointer for pointer, *_ in _figures(live)]
    assert not [e for e in page.all("ol") if e.attributes.get("class") == "messages"]
    assert "has no messages" in page.text


HOSTILE = "<b>\"\u202e'&</b>"
BENIGN = "a" * len(HOSTILE.encode())
NAMES = ("mx.dane.demo.test", "pyfinger demo issuing CA", "PIPELINING", "dane.demo.test")


def test_hostile_text_changes_nothing_in_the_structure(
    probed: Callable[[str], Probed], tmp_path: Path
) -> None:
    """In banners, names and octets alike: what was `mx.dane.demo.test` is markup, or as many letters."""
    events = (probed("dane").folder / "events").read_text()
    pages = []
    for text in (HOSTILE, BENIGN):
        spelled = json.dumps(text)[1:-1]
        edited = events
        for name in NAMES:
            length = len(name)
            octets = (text.encode() + b"_" * length)[:length]
            edited = edited.replace(name.encode().hex(), octets.hex()).replace(name, spelled)
        (tmp_path / "events").write_text(edited)
        words = ["--from", str(tmp_path / "events"), "--html", str(tmp_path / "page")]
        assert run(["pyfinger", *words]) == 0
        pages.append(parsed((tmp_path / "page").read_text(encoding="utf-8")))
    hostile, benign = pages
    assert hostile.text.count("<b>") > 20 and "⟦U+202E⟧" in hostile.text and "\u202e" not in hostile.text
    assert structure(hostile) == structure(benign)


def test_what_a_page_is_made_of_is_left_as_it_is(
    tmp_path: Path, probed: Callable[[str], Probed], capfd: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"
    for option, name in (("--from", "events"), ("--replay", "recording")):
        content = (probed("dane").folder / name).read_bytes()
        kept.write_bytes(content)
        assert run(["pyfinger", option, str(kept), "--html", str(kept)]) == 1
        assert (
            capfd.readouterr().out == f"pyfinger: fatal: {kept}: is what is read, and is not written over\n"
        )
        assert kept.read_bytes() == content


def test_jinja2_is_not_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, probed: Callable[[str], Probed]
) -> None:
    """Its templates are kept in compiled form."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    page = tmp_path / "page"
    assert run(["pyfinger", "--from", str(probed("dane").folder / "events"), "--html", str(page)]) == 0
    assert page.read_text(encoding="utf-8") == probed("dane").page


@pytest.mark.parametrize(
    ("words", "content", "complaint"),
    [
        (["--from", "kept"], b"", "--from goes with --html only, which says where to write the page"),
        (["--from", "none", "--html", "page"], b"", "none: No such file or directory"),
        (["--from", "a\0b", "--html", "page"], b"", "a\0b: embedded null byte"),
        (["--from", "kept", "--html", "page"], b"", "kept: not JSON"),
        (["--from", "kept", "--html", "page"], b"[]", "kept: not an object"),
        (
            ["--from", "kept", "--html", "page"],
            b'{"schema": "x"}',
            "kept: neither a document (pyfinger-report/1) nor an event stream",
        ),
        (
            ["--from", "kept", "--html", "page"],
            b'{"schema": "pyfinger-report/1"}',
            "kept: began: missing",
        ),
        (
            ["--from", "kept", "--html", "page"],
            b'{"schema": "pyfinger-events/2", "program": "x", "version": "1"}\n{}\n',
            "kept: line 2: event: unknown",
        ),
        (
            ["--from", "kept", "--html", "page", "x.test"],
            b"",
            "--from takes no destination, what was kept has one: x.test",
        ),
        (["--from", "kept", "--html", "page", "--json", "b"], b"", "--json does not go with --from"),
        (["--from", "kept", "--html", "page", "-l", "dane"], b"", "-l does not go with --from"),
    ],
)
def test_what_no_page_can_be_made_of_is_one_line(
    words: list[str],
    content: bytes,
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kept").write_bytes(content)
    assert run(["pyfinger", *words]) == 1
    assert capfd.readouterr().out == f"pyfinger: fatal: {complaint}\n".replace("\0", "?")
    assert not Path("page").exists()
