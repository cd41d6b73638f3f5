"""Start the lab: network, DNS and mail servers.  Needs root, and `setup` before it.

A lab that is running is stopped first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.lab import daemons, files, nameservers
from tests.lab.inside import Surroundings, in_lab
from tests.lab.places import CHROOT, NAME_SERVER, NETNS, RESOLVERS, SHARE


def main() -> int:
    """Start, and return when all servers answer."""
    if os.geteuid():
        sys.exit("up: run as root")
    if not (CHROOT / "usr/sbin/posttls-finger").exists():
        sys.exit("up: run setup first")
    if daemons.remembered():
        daemons.stop()
    files.write()
    _network()
    _dns()
    _owners()
    _postfix()
    daemons.start("exim", ["/opt/exim/usr/sbin/exim4", "-C", f"{SHARE}/etc/exim.conf", "-bdf"], chroot=True)
    daemons.start("dovecot", ["dovecot", "-F", "-c", f"{SHARE}/etc/dovecot.conf"], chroot=True)
    daemons.start("scripted", [sys.executable, "-m", "tests.lab.scripted"])
    for address, port in (("127.0.1.1", 25), ("127.0.2.1", 25), ("127.0.2.3", 24), ("127.0.4.1", 25)):
        daemons.wait_for(address, port)
    print("up")
    return 0


def _network() -> None:
    """A network namespace whose only interface is the loopback."""
    subprocess.run(["ip", "netns", "add", NETNS], capture_output=True, check=False)  # it may be there
    subprocess.run(["ip", "-n", NETNS, "link", "set", "lo", "up"], check=True)


def _dns() -> None:
    folder = SHARE / "dns"
    nameservers.build(folder)
    daemons.start("knot", ["knotd", "-c", f"{folder}/knot.conf"])
    unbound = copied("unbound")
    kinds = ("validating", "plain")
    for kind in kinds:
        daemons.start(f"unbound-{kind}", [unbound, "-d", "-c", f"{folder}/unbound-{kind}.conf"])
    for address in (NAME_SERVER, *(RESOLVERS[kind] for kind in kinds)):
        daemons.wait_for(address, 53)


def copied(program: str) -> str:
    """A server program under a path of the lab's own.

    AppArmor goes by the path, and Debian's profile for unbound would keep it
    out of the lab's files.
    """
    found = shutil.which(program)
    if found is None:
        sys.exit(f"up: no {program} on the path; run setup first")
    copy = SHARE / "bin" / program
    copy.parent.mkdir(exist_ok=True)
    copy.unlink(missing_ok=True)
    return str(shutil.copy(found, copy))


def _owners() -> None:
    """Give Postfix and Exim what they want to own; Exim's user is made if need be."""
    if not _user("Debian-exim"):
        subprocess.run(
            ["chroot", str(CHROOT), "useradd", "-r", "-d", "/var/spool/exim4", "Debian-exim"], check=True
        )
    for user, folder in (("postfix", "postfix-data"), ("Debian-exim", "exim")):
        os.chown(SHARE / folder, int(_user(user)), 0)


def _user(name: str) -> str:
    """The number of a user of the reference's tree, or nothing."""
    argv = ["chroot", str(CHROOT), "id", "-u", name]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout.strip()


def _postfix() -> None:
    spool = SHARE / "spool"
    shutil.rmtree(spool, ignore_errors=True)
    spool.mkdir()
    argv = ["postfix", "-c", f"{SHARE}/etc/postfix-server", "start"]
    wrapped, environment = in_lab(argv, Surroundings(chroot=True, mailconf=None))
    with (SHARE / "log" / "postfix.out").open("ab") as log:
        subprocess.run(wrapped, env=environment, stdout=log, stderr=log, check=True)
    daemons.remember("postfix-master", int(Path(spool, "pid/master.pid").read_text()))


if __name__ == "__main__":
    sys.exit(main())
