"""Giving up root, for good: group, other groups, user; real, effective and saved.

In the order of Postfix's chroot_uid(3), since only root may change groups.
Afterwards the way back is tried: a system that still lets us through would
have us talk to strangers as root.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Sequence

from pyfinger.errors import UsageError
from pyfinger.values import Value

ROOT = 0
UNPRIVILEGED = "nobody"  # if there is no such user as main.cf names


class Account(Value):
    """A user to go on as."""

    name: str
    uid: int
    gid: int


class SystemCalls(Value):
    """The calls it takes."""

    geteuid: Callable[[], int] = os.geteuid
    getpwnam: Callable[[str], pwd.struct_passwd] = pwd.getpwnam
    setgid: Callable[[int], None] = os.setgid
    initgroups: Callable[[str, int], None] = os.initgroups
    setuid: Callable[[int], None] = os.setuid
    ids: Callable[[], Sequence[int]] = lambda: (os.getuid(), os.geteuid(), os.getgid(), os.getegid())


SYSTEM_CALLS = SystemCalls()


def is_root(system: SystemCalls = SYSTEM_CALLS) -> bool:
    """Whether there is anything to give up."""
    return system.geteuid() == ROOT


def give_up_root(user: str, system: SystemCalls = SYSTEM_CALLS) -> Account:
    """Become `user`, or `nobody` if there is none of this name; who we are now.

    `UsageError` if that cannot be done, or did not take.
    """
    account = _account(user, system)
    calls: tuple[tuple[str, Callable[[], None]], ...] = (
        (f"setgid({account.gid})", lambda: system.setgid(account.gid)),
        ("initgroups", lambda: system.initgroups(account.name, account.gid)),
        (f"setuid({account.uid})", lambda: system.setuid(account.uid)),
    )
    for what, call in calls:
        try:
            call()
        except OSError as error:
            raise UsageError(f"{what}: {error.strerror}") from error
    if tuple(system.ids()) != (account.uid, account.uid, account.gid, account.gid) or _is_way_back(system):
        raise UsageError(f"still root after setuid({account.uid})")
    return account


def _account(user: str, system: SystemCalls) -> Account:
    for name in (user, UNPRIVILEGED):
        try:
            entry = system.getpwnam(name)
        except (KeyError, ValueError, UnicodeError):  # not there, or no name at all
            continue
        if entry.pw_uid == ROOT:
            raise UsageError(f"mail_owner = {name} is root itself: a probe does not run as root")
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise UsageError(f"a probe does not run as root, and there is neither user {user} nor {UNPRIVILEGED}")


def _is_way_back(system: SystemCalls) -> bool:
    """Whether the saved user ID, or anything else, lets us be root again."""
    try:
        system.setuid(ROOT)
    except OSError:
        return False
    return True
