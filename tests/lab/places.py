"""Where the lab's things are: folders, addresses, names.

LAB_CHROOT (the reference's Debian tree), LAB_CHROOT_3_11 and LAB_CHROOT_3_12 (those of the newer
references) and LAB_NETNS (the network namespace) in the environment override what is said here.
"""

from __future__ import annotations

import os
from pathlib import Path

LAB = Path(__file__).resolve().parent
PROJECT = LAB.parent.parent
CHROOT = Path(os.environ.get("LAB_CHROOT", "/opt/trixie"))
TREES = {  # by what --like calls the reference in it; the servers are always those of the first
    "3.10": CHROOT,
    "3.11": Path(os.environ.get("LAB_CHROOT_3_11", "/opt/sid")),
    "3.12": Path(os.environ.get("LAB_CHROOT_3_12", "/opt/newest")),
}
FIRST = "3.10"  # the reference that all others are compared with
NETNS = os.environ.get("LAB_NETNS", "fingerlab")
# Seen under the same path by the reference (in its tree), by the servers and
# by a candidate: the recordings contain it, so it is fixed.
SHARE = Path("/srv/lab")
PKI = SHARE / "pki"
HOSTNAME = "probe.lab.test"

NAME_SERVER = "127.53.0.1"  # Knot, which has the zones
DEAD_SERVER = "127.53.0.99"  # another name server: nothing listens there
RESOLVERS = {  # a scenario's "resolver"
    "validating": "127.0.0.54",
    "plain": "127.0.0.55",  # resolves, never sets AD
    "dead": "127.0.0.56",  # nothing listens there
}
