"""Makes the pictures of the README from the demo world: `python docs/pictures.py`.

Needs playwright and a Chromium (`CHROMIUM` says where, else Debian's is taken).  The probes are those
of servers on this machine, so the pictures differ from time to time in dates and durations only.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from pyfinger.demo.command import check_line
from pyfinger.demo.world import DemoWorld
from pyfinger.values import Value

FOLDER = Path(__file__).resolve().parent / "pictures"
PARTLY = 12  # the status of a check that finds some hosts well and some not
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

OPENED = """
    document.querySelector('nav').style.display = 'none';
    const names = [...document.querySelectorAll('.what')];
    const message = names.find(it => it.textContent.startsWith('server_hello')).closest('li');
    message.firstElementChild.open = true;
    message.querySelectorAll('[data-o]')[5].dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
    window.scrollTo(0, message.getBoundingClientRect().top + window.scrollY - 160);
"""
PROVED = """
    document.querySelector('nav').style.display = 'none';
    const place = document.getElementById('chain').getBoundingClientRect().top;
    window.scrollTo(0, place + window.scrollY - 16);
"""


GRID = """
    document.querySelector('nav').style.display = 'none';
    const place = document.querySelector('table.grid').getBoundingClientRect().top;
    window.scrollTo(0, place + window.scrollY - 4);
"""
WHOLE = ""  # the domain with several hosts, checked


class Picture(Value):
    """One picture: of what, in which scheme and size, and what brings the page into view."""

    name: str
    server: str  # of the demo, probed; or `WHOLE`
    scheme: Literal["light", "dark"]
    width: int
    height: int
    script: str


PICTURES = (
    Picture("session", "dane", "light", 1230, 640, OPENED),
    Picture("chain", "anchor", "dark", 1180, 640, PROVED),
    Picture("grid", WHOLE, "light", 1180, 402, GRID),
)


def page_of(picture: Picture, world: DemoWorld, page: Path) -> None:
    """Have a page made by the command that makes it."""
    if picture.server == WHOLE:
        module, status = "pyfinger.check.command", PARTLY
        words = ["--pause", "0", "--algorithms", "ecdsa,rsa", *check_line(world)]
    else:
        module, status = "pyfinger", 0
        words = ["--dnssec=own", f"--dnssec-anchor={world.anchor_file}", "--resolver", world.resolver]
        words.append(world.server(picture.server).destination)
    command = [sys.executable, "-m", module, f"--html={page}", *words]
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if done.returncode != status:
        raise SystemExit(f"{shlex.join(command)}: status {done.returncode}")


def take(browser: Browser, page: Path, picture: Picture) -> None:
    """One picture of a page."""
    size = {"width": picture.width, "height": picture.height}
    view = browser.new_page(viewport=size, color_scheme=picture.scheme, reduced_motion="reduce")
    view.goto(page.as_uri())
    view.evaluate(picture.script)
    view.screenshot(path=FOLDER / f"{picture.name}.png")
    view.close()


def main() -> int:
    """Probe, and take the pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, DemoWorld() as world, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for picture in PICTURES:
            page = Path(folder) / f"{picture.name}.html"
            page_of(picture, world, page)
            take(browser, page, picture)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
