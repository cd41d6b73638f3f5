"""Keeps what Jinja2 makes of the templates of pages beside them, so that it need not be made each time.

.venv/bin/python -m tests.templates      after any change to pyfinger/page/templates/*.html
"""

from __future__ import annotations

from pathlib import Path

from pyfinger.page.rendering import COMPILED, Pages, compiled

FOLDER = Path(__file__).resolve().parent.parent / "pyfinger" / "page" / "templates" / COMPILED


def made() -> dict[str, str]:
    """The files that have to be there, made with the Jinja2 that is here."""
    import jinja2

    return compiled(Pages().environment, jinja2.__version__)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    for name, text in made().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"{FOLDER / name}: written")
