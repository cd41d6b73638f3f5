"""Templates as Python, which Jinja2 made of them beforehand: such a page is made without Jinja2.

    kept = KeptTemplates(globals, filters)
    kept.load("page.html")                  False if nothing is kept of it, or its text is another now
    text = kept.render("page.html", {"page": facts})

To import Jinja2 costs twice as much as all else there is to a page.  What it makes of a template
asks for little: a context of names, macros, blocks, filters.  That is here, and only that: what
is missing is an error at once, as with `StrictUndefined`, and whatever is shown has been through
`visible` and is escaped.  `python -m tests.templates` writes the files, next to the templates.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from types import SimpleNamespace
from typing import Any, NoReturn

from pyfinger.page.visible import Markup, escaped, visible

COMPILED = "compiled"
FOLDER = os.path.join(os.path.dirname(__file__), "templates")

_IMPORT = "from jinja2.runtime import "  # the first line of what is made, for which there is `_NAMES`
_MISSING: Any = object()


def template_text(name: str) -> str:
    """A file of the folder of templates."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def kept_form(name: str, version: str, code: str) -> str:
    """The file to be kept of a template, of the code that this version of Jinja2 made of it."""
    first, _, rest = code.partition("\n")
    if not first.startswith(_IMPORT):
        raise ValueError(f"{name}: not what Jinja2 is known to make")
    digest = _digest(template_text(name))
    return json.dumps({"jinja2": version, "source": digest, "code": rest}, indent=1) + "\n"


def shown(value: Any) -> Any:
    """What becomes of every value before it is escaped; markup of our own is left alone."""
    return visible(value) if type(value) is str else value


class KeptTemplates:
    """What is loaded; for the code that Jinja2 made, this is the environment it runs in."""

    concat = staticmethod("".join)
    finalize = staticmethod(shown)
    getattr = staticmethod(getattr)

    def __init__(self, names: Mapping[str, Any], filters: Mapping[str, Callable[..., Any]]) -> None:
        self.names = names
        self.filters = filters
        self._templates: dict[str, _Template] = {}

    def load(self, name: str) -> bool:
        """Load a template; False if there is nothing, or nothing of this text."""
        try:
            kept = json.loads(template_text(os.path.join(COMPILED, f"{name}.json")))
        except FileNotFoundError:
            return False
        if kept["source"] != _digest(template_text(name)):
            return False
        made: dict[str, Any] = {**_NAMES, "environment": self}
        exec(compile(kept["code"], f"{name}, compiled", "exec"), made)
        self._templates[name] = _Template(made["root"], made["blocks"])
        return True

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """The page."""
        template = self._templates[name]
        return "".join(template.root_render_func(_Context({**self.names, **values}, template)))

    def get_template(self, name: str, _asked_by: str) -> _Template:
        """One that another one is made of."""
        return self._templates[name]

    @staticmethod
    def undefined(_hint: str = "", name: str = "") -> NoReturn:
        """There is no such thing."""
        raise NameError(f"{name} is not known to the template")


class _Context:
    """The names of a template while it is rendered."""

    eval_ctx = SimpleNamespace(autoescape=True)

    def __init__(self, names: Mapping[str, Any], template: _Template) -> None:
        self._names = names
        self.vars: dict[str, Any] = {}
        self.exported_vars: set[str] = set()
        self.blocks = {name: [block] for name, block in template.blocks.items()}

    def resolve_or_missing(self, name: str) -> Any:
        return self.vars[name] if name in self.vars else self._names.get(name, _MISSING)

    @staticmethod
    def call(function: Callable[..., Any], *given: Any, _loop_vars: object = None) -> Any:
        return function(*given)


class _Template:
    """One template's code."""

    def __init__(
        self,
        root: Callable[[_Context], Iterator[str]],
        blocks: Mapping[str, Callable[[_Context], Iterator[str]]],
    ) -> None:
        self.root_render_func = root
        self.blocks = blocks

    def _get_default_module(self, context: _Context) -> SimpleNamespace:
        """Its macros, for who imports them."""
        own = _Context(context._names, self)
        for _ in self.root_render_func(own):
            pass
        return SimpleNamespace(**own.vars)


class _Macro:
    """A macro: its function gives text, which is markup."""

    def __init__(self, _environment: object, function: Callable[..., str], *_shape: object) -> None:
        self._function = function

    def __call__(self, *given: Any) -> Markup:
        return Markup(self._function(*given))


def _same(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


# What the code takes from Jinja2, as far as templates of ours come to use it.
_NAMES: Mapping[str, Any] = {
    "Macro": _Macro,
    "Markup": Markup,
    "TemplateRuntimeError": NameError,
    "Undefined": KeptTemplates.undefined,
    "escape": escaped,
    "internalcode": _same,
    "missing": _MISSING,
}


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
