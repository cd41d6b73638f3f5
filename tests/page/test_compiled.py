"""Kept templates are what Jinja2 makes of them, and pages made of them are the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyfinger.cli.program import run
from pyfinger.page import kept_templates
from pyfinger.page.kept_templates import KeptTemplates, kept_form, template_text
from pyfinger.page.template_rendering import compiled
from pyfinger.page.visible import Markup
from tests.page.conftest import Probed


def test_they_are_up_to_date() -> None:
    """After a change to a template: `python -m tests.templates`."""
    jinja2 = pytest.importorskip("jinja2", reason="only Jinja2 can make them")
    from tests.templates import FOLDER

    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    versions = {json.loads(text)["jinja2"] for text in kept.values()}
    if versions != {jinja2.__version__}:
        pytest.skip(f"they were made by Jinja2 {' and '.join(versions)}, here is {jinja2.__version__}")
    assert kept == compiled(), "run python -m tests.templates"


def test_of_another_text_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptTemplates({}, {})
    assert kept.load("base.html") and not kept.load("check.html")
    texts = {"base.html": "{{ changed }}"}
    monkeypatch.setattr(kept_templates, "template_text", lambda name: texts.get(name) or template_text(name))
    assert not kept.load("base.html")


def test_kept_or_not_a_page_is_the_same(
    probed: Callable[[str], Probed], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Blocks of all kinds are on the page of a probe."""
    pytest.importorskip("jinja2", reason="to be compared with Jinja2's own")
    monkeypatch.setattr(KeptTemplates, "load", lambda self, name: False)
    words = ["--from", str(probed("mismatch").folder / "events"), "--html", str(tmp_path / "page")]
    assert run(["pyfinger", *words]) == 0
    assert (tmp_path / "page").read_text(encoding="utf-8") == probed("mismatch").page


@pytest.mark.parametrize(
    ("value", "there"),
    [
        ("<b>&", "&lt;b&gt;&amp;"),
        ("a\u202eb", "a⟦U+202E⟧b"),
        (Markup("<b>"), "<b>"),
        (7, "7"),
    ],
)
def test_what_is_shown_is_visible_and_escaped(value: Any, there: str) -> None:
    kept = KeptTemplates({"policy": value, "version": "", "style": "", "script": ""}, {})
    assert kept.load("base.html")
    assert f'content="{there}">' in kept.render("base.html", {})


def test_what_is_not_known_is_an_error() -> None:
    kept = KeptTemplates({}, {})
    assert kept.load("base.html")
    with pytest.raises(NameError, match="policy is not known to the template"):
        kept.render("base.html", {})


def test_only_what_jinja2_makes_is_kept() -> None:
    with pytest.raises(ValueError, match="not what Jinja2 is known to make"):
        kept_form("base.html", "4", "import os\n")
