"""Jinja2's door: a page is a function of a template's name and of values.

    pages = Pages()                                  # loads Jinja2 and the templates: before root is given up
    text = pages.render("probe.html", page=facts)

Whatever text a template shows has been through `visible`, and is escaped.  Style and script stand in
the page, and its Content-Security-Policy names them by their SHA-256: nothing else runs, and
nothing is fetched.
"""

from __future__ import annotations

import os
from base64 import b64encode
from hashlib import sha256
from typing import Any

from pyfinger import __version__
from pyfinger.errors import UsageError
from pyfinger.page.visible import visible

MISSING = "pages need the package Jinja2: pip install 'posttls-pyfinger[page]'"
_FOLDER = os.path.join(os.path.dirname(__file__), "templates")


class Pages:
    """All templates, ready to be used."""

    def __init__(self, *names: str) -> None:
        """Load these templates now, and others when they are asked for; `UsageError` without Jinja2."""
        try:
            import jinja2
            from markupsafe import Markup
        except ImportError as error:
            raise UsageError(MISSING) from error
        self._environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(_read),
            autoescape=True,
            finalize=_shown,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        style, script = _read("style.css") + _read("overview.css"), _read("script.js")
        self._environment.globals.update(
            style=Markup(style),
            script=Markup(script),
            policy=_policy(style, script),
            version=__version__,
        )
        for name in names:
            self._environment.get_template(name)

    def render(self, name: str, **values: Any) -> str:
        """The page."""
        return self._environment.get_template(name).render(values)


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
