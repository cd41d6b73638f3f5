from __future__ import annotations

import errno
import os
import pwd
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from pyfinger.drive.privileges import Account, SystemCalls, give_up_root, is_root
from pyfinger.errors import UsageError

USERS = {"postfix": (102, 105), "nobody": (65534, 65533), "toor": (0, 0)}


@dataclass
class Machine:
    """A system with users, which does what root asks and refuses everybody else."""

    users: dict[str, tuple[int, int]] = field(default_factory=lambda: dict(USERS))
    uid: int = 0
    gid: int = 0
    calls: list[str] = field(default_factory=list)
    fails: str = ""
    leaves: int | None = None  # what setuid(2) leaves as the real user ID
    way_back: bool = False

    def system(self) -> SystemCalls:
        return SystemCalls(
            geteuid=lambda: self.uid,
            getpwnam=self.getpwnam,
            setgid=self.doing("setgid", self._setgid),
            initgroups=lambda user, gid: self.doing("initgroups", lambda _: None)(gid),
            setuid=self.doing("setuid", self._setuid),
            ids=lambda: (self.uid if self.leaves is None else self.leaves, self.uid, self.gid, self.gid),
        )

    def getpwnam(self, name: str) -> pwd.struct_passwd:
        uid, gid = self.users[name]
        return pwd.struct_passwd((name, "x", uid, gid, "", "/", "/bin/false"))

    def doing(self, name: str, act: Callable[[int], None]) -> Callable[[int], None]:
        def call(number: int) -> None:
            self.calls.append(f"{name} {number}")
            if (self.uid and not self.way_back) or name == self.fails:
                raise OSError(errno.EPERM, os.strerror(errno.EPERM))
            act(number)

        return call

    def _setgid(self, gid: int) -> None:
        self.gid = gid

    def _setuid(self, uid: int) -> None:
        self.uid = uid


def test_who_is_root() -> None:
    assert is_root(Machine().system())
    assert not is_root(Machine(uid=1000).system())
    assert is_root() is (os.geteuid() == 0)


def test_groups_go_before_the_user_and_there_is_no_way_back() -> None:
    machine = Machine()
    assert give_up_root("postfix", machine.system()) == Account("postfix", 102, 105)
    assert machine.calls == ["setgid 105", "initgroups 105", "setuid 102", "setuid 0"]
    assert (machine.uid, machine.gid) == (102, 105)


@pytest.mark.parametrize("name", ["nosuch", "", "with\0null"])
def test_nobody_stands_in(name: str) -> None:
    machine = Machine()
    assert give_up_root(name, machine.system()) == Account("nobody", 65534, 65533)
    assert machine.uid == 65534


@pytest.mark.parametrize(
    "machine, user, complaint",
    [
        (Machine(users={}), "postfix", "neither user postfix nor nobody"),
        (Machine(), "toor", "mail_owner = toor is root itself"),
        (Machine(fails="setgid"), "postfix", r"^setgid\(105\): Operation not permitted$"),
        (Machine(fails="initgroups"), "postfix", "^initgroups: Operation not permitted$"),
        (Machine(fails="setuid"), "postfix", r"^setuid\(102\): Operation not permitted$"),
        (Machine(leaves=0), "postfix", r"^still root after setuid\(102\)$"),
        (Machine(way_back=True), "postfix", r"^still root after setuid\(102\)$"),
    ],
)
def test_what_cannot_be_given_up_is_fatal(machine: Machine, user: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        give_up_root(user, machine.system())
