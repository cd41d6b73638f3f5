"""Pictures of all pages, for people to look at: three widths, light and dark, and on paper.

python -m tests.browser.screenshots FOLDER [NAME...]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.browser.chromium import WIDTHS, Look, Scheme, Sight, chromium
from tests.browser.pages import NAMES, make_pages


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    folder, names = Path(arguments[0]), arguments[1:] or NAMES
    folder.mkdir(parents=True, exist_ok=True)
    pages = make_pages(folder)
    with chromium() as browser:
        for name in names:
            with Sight(browser) as sight:
                sight.open(pages[name])
                sight.page.pdf(path=folder / f"{name}.pdf", format="A4")
            for width in WIDTHS:
                for scheme in Scheme:
                    with Sight(browser, Look(width, scheme)) as sight:
                        sight.open(pages[name])
                        picture = folder / f"{name}-{width}-{scheme.value}.png"
                        sight.page.screenshot(path=picture, full_page=True)
    print(f"{len(names)} pages in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
