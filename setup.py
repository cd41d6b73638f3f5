"""What setup.cfg cannot say: the shells' completions are made while building.

They follow from the table of options, so they are not kept, and go straight to
where they belong: below the wheel's data, and into the source distribution.
"""

from __future__ import annotations

import os
import sys

from setuptools import setup
from setuptools.command.sdist import sdist

# isort: split
from distutils.command.install_data import install_data  # Python 3.12 has it from setuptools only

HERE = os.path.dirname(os.path.abspath(__file__))


def write_completions(root: str) -> list[str]:
    """Write them all below `root`; the files' names."""
    sys.path.insert(0, HERE)
    try:
        from pyfinger.cli.completions import PLACES, script
    finally:
        sys.path.remove(HERE)
    written = []
    for shell, place in PLACES.items():
        path = os.path.join(root, place)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(script(shell))
        written.append(path)
    return written


class InstallData(install_data):
    """The data files of setup.cfg, and completions."""

    def run(self) -> None:
        """Install both."""
        super().run()
        self.outfiles.extend(write_completions(self.install_dir))


class Sdist(sdist):
    """The sources, with the completions for those who package them without the wheel."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """Put both below `base_dir`."""
        super().make_release_tree(base_dir, files)
        write_completions(base_dir)


setup(cmdclass={"install_data": InstallData, "sdist": Sdist})
