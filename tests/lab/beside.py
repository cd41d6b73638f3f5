"""Both programs beside each other, in namespaces of this process alone.

The reference runs in its tree, the candidate natively.  Both find this process's network, the names
of `/etc/hosts` and no name server; their main.cf and whatever a case needs are in FOLDER, which has
the same path in both.  So `judge(case, Beside(…).run)` says whether they say the same.

    unshare --net --mount --uts --pid --fork --mount-proc python -m ...     see layers.NAMESPACES
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.lab.layers import MEMORY, mounted, run
from tests.lab.parityfuzz.booth import ENVIRONMENT, FORKER, REFERENCE, Forker
from tests.lab.parityfuzz.case import Case
from tests.lab.places import CHROOT, PROJECT

FOLDER = Path("/media")  # in every Debian tree, and empty
_LONG_AGO = 1700000000
_NSSWITCH = "passwd: files\ngroup: files\nhosts: files dns\nservices: files\n"


class Beside:
    """A place to run both; what it mounts is gone with the namespace.

    To be made once, after `use_memory` and before anything is written to FOLDER.
    """

    def __init__(self, candidate: str, hosts: str, main_cf: str) -> None:
        """`candidate` is the path of a program that takes the reference's options."""
        self._candidate = candidate
        self._reference = mounted("reference", CHROOT)
        (MEMORY / "folder").mkdir()
        run("mount", "--bind", str(MEMORY / "folder"), str(FOLDER))
        self.show_folder(self._reference)
        etc = {"hosts": hosts, "nsswitch.conf": _NSSWITCH, "resolv.conf": "nameserver 127.53.0.99\n"}
        for name, text in etc.items():
            self._write_etc(name, text)
        (FOLDER / "postfix").mkdir()
        for name, text in {"main.cf": main_cf, "master.cf": ""}.items():
            (FOLDER / "postfix" / name).write_text(text)
            # Postfix reads a file again and again until it is some seconds old.
            os.utime(FOLDER / "postfix" / name, (_LONG_AGO, _LONG_AGO))
        os.chdir(FOLDER)
        self._forker = Forker(FORKER, {**os.environ, "PYTHONPATH": str(PROJECT)})

    def run(self, case: Case, plain: bool) -> tuple[list[str], list[str]]:
        """The transcripts of the reference and of the candidate; `plain` starts it as a user would."""
        environment = {**ENVIRONMENT, "MAIL_CONFIG": str(FOLDER / "postfix"), **case.env}
        reference = self._forker.run([REFERENCE, *case.words], environment, str(self._reference), load=False)
        candidate = self._forker.run([self._candidate, *case.words], environment, "", load=not plain)
        return reference, candidate

    @staticmethod
    def show_folder(tree: Path) -> None:
        """Let a server of another tree have FOLDER, too."""
        run("mount", "--bind", str(FOLDER), str(tree / FOLDER.relative_to("/")))

    def _write_etc(self, name: str, text: str) -> None:
        path = MEMORY / name
        path.write_text(text)
        for root in (Path("/"), self._reference):
            shown = root / "etc" / name
            if shown.exists():
                run("mount", "--bind", str(path), str(shown))
