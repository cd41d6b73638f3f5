"""Templates' door: a page is a function of a template's name and of values.

    pages = Pages("page.html")                       # loads templates: before root is given up
    text = pages.render("page.html", page=facts)

Templates are Jinja2's.  Where all that a page consists of is kept in compiled form
(`kept_templates`), Jinja2 is not loaded, and not needed.

Whatever text a template shows has been through `visible`, and is escaped.  Style and script stand in
the page, and its Content-Security-Policy names them by their SHA-256: nothing else runs, and
nothing is fetched.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from pyfinger import __version__
from pyfinger.errors import UsageError
from pyfinger.page.kept_templates import KeptTemplates, kept_form, shown, template_text
from pyfinger.page.markup import cell, cells, column_style, drawing
from pyfinger.page.visible import Markup

MISSING = "pages need the package Jinja2: pip install 'posttls-pyfinger[page]'"
_SHARED = ("base.html", "blocks.html")
_FILTERS: Mapping[str, Callable[..., Any]] = {
    "cell": cell,
    "cells": cells,
    "drawing": drawing,
    "style": column_style,
}


class Pages:
    """All templates, ready to be used."""

    def __init__(self, *names: str) -> None:
        """Load these templates now, and others when they are asked for; `UsageError` without Jinja2."""
        style, script = template_text("style.css") + template_text("overview.css"), template_text("script.js")
        known = {
            "style": Markup(style),
            "script": Markup(script),
            "policy": _policy(style, script),
            "version": __version__,
        }
        kept = KeptTemplates(known, {**_FILTERS, "lower": str.lower})
        wanted = (*_SHARED, *names)  # a page may be made by somebody who may not read them
        self._render = kept.render
        if not (names and all(map(kept.load, wanted))):
            made = environment(known)
            for name in wanted:
                made.get_template(name)
            self._render = lambda name, values: made.get_template(name).render(values)

    def render(self, name: str, **values: Any) -> str:
        """The page."""
        return self._render(name, values)


def environment(known: Mapping[str, Any]) -> Any:
    """Jinja2 with our ways, and these names known to every template; `UsageError` without it."""
    try:
        import jinja2
    except ImportError as error:
        raise UsageError(MISSING) from error
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(template_text),
        autoescape=True,
        finalize=shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(_FILTERS)
    made.globals.update(known)
    return made


def compiled() -> dict[str, str]:
    """The files to be kept, one for each template of a probe's page, with what is in them."""
    import jinja2

    made = environment({})
    codes = {name: made.compile(template_text(name), name, raw=True) for name in (*_SHARED, "page.html")}
    return {f"{name}.json": kept_form(name, jinja2.__version__, code) for name, code in codes.items()}


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
