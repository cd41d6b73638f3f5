"""One mail server in the world, in namespaces made for it: `python -m tests.lab.senders.inside`.

Everything is mounted in memory, above the layers it is made of, and ends with this process.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import subprocess
import sys
from pathlib import Path

from pyfinger.demo.senders import SITUATIONS, Profile, SenderPorts, SenderReport, SenderWorld, judge, submit
from pyfinger.demo.senders.report_text import journal_lines, json_report, text_report
from pyfinger.demo.senders.sender_world import DNS_ADDRESS
from tests.lab.layers import mounted, run, use_memory, write_files
from tests.lab.senders.senders import NAME, PORT, SENDERS, Sender

QUIET, DEADLINE = 15.0, 180.0  # seconds
_STARTING = 200  # attempts to connect
_RESOLV = f"nameserver {DNS_ADDRESS}\noptions trust-ad edns0 timeout:5 attempts:3\n"


def main() -> None:
    """Run one and write its report into a folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--layer", type=Path, help="what installing it has added to its system")
    parser.add_argument("--into", type=Path, required=True)
    options = parser.parse_args()
    (sender,) = [each for each in SENDERS if each.name == options.name]
    tree = _mounted(sender.lower, options.layer)
    _configure(sender, tree)
    with SenderWorld(SITUATIONS, SenderPorts(25, 53, 443)) as world:
        for command in sender.start:
            process = subprocess.Popen(["chroot", str(tree), *command])
        try:
            report = _judged(sender, world, process)
        finally:
            process.terminate()
            process.wait()
        log = tree / sender.log.lstrip("/")
        _write(report, world, log, options.into / sender.name)
    version = subprocess.run(
        ["chroot", str(tree), *sender.version], capture_output=True, text=True, check=False
    )
    (options.into / f"{sender.name}.version").write_text(version.stdout.strip())


def _mounted(lower: Path, layer: Path | None) -> Path:
    use_memory()
    run("ip", "link", "set", "lo", "up")
    # Whoever looks up addresses with AI_ADDRCONFIG finds none beside loopback alone.
    run("ip", "link", "add", "out0", "type", "veth", "peer", "name", "out1")
    run("ip", "address", "add", "192.0.2.25/24", "dev", "out0")
    run("ip", "address", "add", "2001:db8::25/64", "dev", "out0", "nodad")
    for name in ("out0", "out1"):
        run("ip", "link", "set", name, "up")
    run("hostname", NAME)
    return mounted("sender", lower, layer)


def _configure(sender: Sender, tree: Path) -> None:
    files = {
        "/etc/resolv.conf": _RESOLV,
        "/etc/hosts": f"127.0.0.1 localhost {NAME}\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\n",
        "/etc/mailname": f"{NAME}\n",
    }
    write_files(tree, files | sender.files)


def _judged(sender: Sender, world: SenderWorld, process: subprocess.Popen[bytes]) -> SenderReport:
    _wait_for(process)
    refused = submit(world.situations, "127.0.0.1", PORT).refused
    if refused:
        sys.exit(f"not submitted: {refused}")
    names = [situation.name for situation in world.situations]
    settled = world.journal.wait_until_settled(names, QUIET, DEADLINE)
    profile = Profile(dane="dane" in sender.profile, sts="mta-sts" in sender.profile)
    return judge(world.situations, world.journal.entries, profile, settled=settled)


def _wait_for(process: subprocess.Popen[bytes]) -> None:
    """Until it takes connections; its own end is the other way out."""
    for _ in range(_STARTING):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", PORT)):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            break
    sys.exit("it did not start")


def _write(report: SenderReport, world: SenderWorld, log: Path, base: Path) -> None:
    base.with_suffix(".json").write_text(json_report(report))
    base.with_suffix(".txt").write_text(text_report(report))
    base.with_suffix(".journal").write_text("".join(journal_lines(world.journal.entries)))
    if log.exists():
        base.with_suffix(".log").write_bytes(log.read_bytes())


if __name__ == "__main__":
    main()
