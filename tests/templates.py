"""Keeps what Jinja2 makes of the templates of pages beside them, so that it need not be made each time.

.venv/bin/python -m tests.templates      after any change to pyfinger/page/templates/*.html
"""

from __future__ import annotations

from pathlib import Path

from pyfinger.page.kept_templates import COMPILED
from pyfinger.page.template_rendering import compiled

FOLDER = Path(__file__).resolve().parent.parent / "pyfinger" / "page" / "templates" / COMPILED


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    for name, text in compiled().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"{FOLDER / name}: written")
