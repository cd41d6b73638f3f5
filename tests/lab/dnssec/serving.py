"""The world's servers, in the lab's network: Knot, two Unbounds and dnsmasq, running for a `with`.

    with running(folder):            the world's zones, behind Resolver.VALIDATING and so on
        ...

The process itself has to be in that network: see `__main__`.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

from tests.lab.dnssec import signing
from tests.lab.dnssec.world import ALL, Signer
from tests.lab.nameservers import KNOT, UNBOUND
from tests.lab.places import SHARE
from tests.lab.starting import copied

NAME_SERVER = "127.0.96.1"
FOLDER = SHARE / "dnssec"
SECONDS = 20.0


class Resolver(Enum):
    """Who stands between a stub and the world."""

    VALIDATING = "127.0.96.2"  # Unbound
    PLAIN = "127.0.96.3"  # Unbound without its validator
    FORWARDING = "127.0.96.4"  # dnsmasq, before the plain one


@contextlib.contextmanager
def running(folder: Path = FOLDER) -> Iterator[Path]:
    """Make the world and serve it; the folder has the zones and the root's anchor."""
    signing.build(folder, NAME_SERVER)
    _configure(folder)
    unbound = copied("unbound")
    with contextlib.ExitStack() as stack:
        for argv in (
            ["knotd", "-c", f"{folder}/knot.conf"],
            *([unbound, "-d", "-c", f"{folder}/unbound-{kind}.conf"] for kind in ("validating", "plain")),
            forwarder(Resolver.FORWARDING.value, Resolver.PLAIN.value),
        ):
            stack.enter_context(process(argv, folder))
        for address in (NAME_SERVER, *(one.value for one in Resolver)):
            wait_for(address)
        yield folder


def forwarder(address: str, behind: str) -> list[str]:
    """dnsmasq as it is in a home's router: no validation of its own."""
    return [
        *(copied("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file", "--user=root"),
        *("--no-resolv", "--no-hosts", "--bind-interfaces", f"--listen-address={address}"),
        *(f"--server={behind}", "--cache-size=1000", "--log-facility=-"),
    ]


@contextlib.contextmanager
def process(argv: Sequence[str], folder: Path) -> Iterator[None]:
    """A server that runs meanwhile; what it says is in the folder."""
    name = Path(argv[0]).name
    with (folder / f"{name}.out").open("ab") as log:
        server = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield
    finally:
        server.terminate()
        try:
            server.wait(SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(address: str) -> None:
    """Wait until a name server accepts connections, or raise TimeoutError."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((address, 53), 1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {address}:53; see {FOLDER}")


_SIGNED_BY_KNOT = {
    Signer.KNOT: "    dnssec-signing: on\n    dnssec-policy: ours\n",
    Signer.KNOT_ONLINE: "    module: mod-onlinesign/ours\n",
}
_POLICY = """policy:
  - id: ours
    manual: on
    single-type-signing: on
    nsec3: on
mod-onlinesign:
  - id: ours
    policy: ours
"""


def _configure(folder: Path) -> None:
    served = "".join(
        f'  - domain: "{zone.origin}"\n    file: "{signing.file_of(zone)}"\n'
        + _SIGNED_BY_KNOT.get(zone.signer, "")
        for zone in ALL
    )
    server = KNOT.format(folder=folder, address=NAME_SERVER)
    (folder / "knot.conf").write_text(f"{server}{_POLICY}zone:\n{served}")
    (folder / "root.hints").write_text(f". 3600 NS ns.\nns. 3600 A {NAME_SERVER}\n")
    anchor = f'    trust-anchor-file: "{folder}/{signing.ROOT_ANCHOR}"'
    for kind, address, modules, anchors in (
        ("validating", Resolver.VALIDATING, "validator iterator", anchor),
        ("plain", Resolver.PLAIN, "iterator", ""),
    ):
        text = UNBOUND.format(
            folder=folder, kind=kind, address=address.value, modules=modules, anchors=anchors
        )
        (folder / f"unbound-{kind}.conf").write_text(text)
