"""Jinja2's door: a page is a function of a template's name and of values.

    pages = Pages()                                  # loads Jinja2 and the templates: before root is given up
    text = pages.render("probe.html", page=facts)

Whatever text a template shows has been through `visible`, and is escaped.  Style and script stand in
the page, and its Content-Security-Policy names them by their SHA-256: nothing else runs, and
nothing is fetched.
"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from pyfinger import __version__
from pyfinger.errors import UsageError
from pyfinger.page.markup import cell, cells, column_style, drawing
from pyfinger.page.visible import Markup, visible

MISSING = "pages need the package Jinja2: pip install 'posttls-pyfinger[page]'"
_SHARED = ("base.html", "blocks.html")
COMPILED = "compiled"
_FOLDER = os.path.join(os.path.dirname(__file__), "templates")


class Pages:
    """All templates, ready to be used."""

    def __init__(self, *names: str) -> None:
        """Load these templates now, and others when they are asked for; `UsageError` without Jinja2."""
        try:
            import jinja2
        except ImportError as error:
            raise UsageError(MISSING) from error
        kept: Any = CompiledTemplates(jinja2.__version__)
        self.environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(_read),
            autoescape=True,
            finalize=_shown,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=kept,
        )
        self.environment.filters.update(cell=cell, cells=cells, drawing=drawing, style=column_style)
        style, script = _read("style.css") + _read("overview.css"), _read("script.js")
        self.environment.globals.update(
            style=Markup(style),
            script=Markup(script),
            policy=_policy(style, script),
            version=__version__,
        )
        for name in (*_SHARED, *names):  # a page may be made by somebody who may not read them
            self.environment.get_template(name)

    def render(self, name: str, **values: Any) -> str:
        """The page."""
        return self.environment.get_template(name).render(values)


class CompiledTemplates:
    """What Jinja2 made of the templates, kept beside them (`python -m tests.templates`).

    Compiling takes it three times as long as all else there is to a page.  Another version of
    Jinja2, or another text, and it compiles as ever.  For Jinja2 this is a `BytecodeCache`.
    """

    def __init__(self, version: str) -> None:
        self._version = version

    def get_bucket(self, _environment: Any, name: str, _filename: Any, source: str) -> Any:
        """Something with the template's `code`, None if that is not known."""
        try:
            kept = json.loads(_read(os.path.join(COMPILED, f"{name}.json")))
        except FileNotFoundError:
            return SimpleNamespace(code=None)
        if (kept["jinja2"], kept["source"]) != (self._version, _digest(source)):
            return SimpleNamespace(code=None)
        return SimpleNamespace(code=compile(kept["code"], f"{name}, compiled", "exec"))

    def set_bucket(self, _bucket: Any) -> None:
        """What was compiled now is not kept."""


def compiled(environment: Any, version: str) -> dict[str, str]:
    """The files of `CompiledTemplates`, one for each template of a probe's page, with what is in them."""
    found = {}
    for name in (*_SHARED, "page.html"):
        text = _read(name)
        kept = {
            "jinja2": version,
            "source": _digest(text),
            "code": environment.compile(text, name, raw=True),
        }
        found[f"{name}.json"] = json.dumps(kept, indent=1) + "\n"
    return found


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _shown(value: Any) -> Any:
    """What becomes of every value before it is escaped; markup of our own is left alone."""
    return visible(value) if type(value) is str else value


def _read(name: str) -> str:
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
        return file.read()


def _policy(style: str, script: str) -> str:
    """The page's Content-Security-Policy (CSP Level 3)."""
    parts = {
        "default-src": "'none'",
        "img-src": "data:",  # the icon, which is empty
        "style-src": _hash(style),
        "script-src": _hash(script),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {source}" for name, source in parts.items())


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
