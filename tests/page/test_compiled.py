"""What is kept of compiled templates is what Jinja2 makes of them."""

from __future__ import annotations

import json

import pytest

from pyfinger.page.rendering import CompiledTemplates, Pages

jinja2 = pytest.importorskip("jinja2", reason="pages need Jinja2")


def test_it_is_up_to_date() -> None:
    """After a change to a template: `python -m tests.templates`."""
    from tests.templates import FOLDER, made

    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    versions = {json.loads(text)["jinja2"] for text in kept.values()}
    if versions != {jinja2.__version__}:
        pytest.skip(f"it was made by Jinja2 {' and '.join(versions)}, here is {jinja2.__version__}")
    assert kept == made(), "run python -m tests.templates"


def test_another_version_compiles_anew() -> None:
    bucket = CompiledTemplates("0").get_bucket(None, "base.html", None, "")
    assert bucket.code is None


def test_another_text_compiles_anew() -> None:
    bucket = CompiledTemplates(jinja2.__version__).get_bucket(None, "base.html", None, "{{ changed }}")
    assert bucket.code is None


def test_compiled_or_not_the_page_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Pages("base.html").render("base.html")
    monkeypatch.setattr("pyfinger.page.rendering.CompiledTemplates", lambda _: None)
    assert Pages("base.html").render("base.html") == kept
