"""The lab's name servers: zones signed anew, Knot to serve them, Unbound to resolve.

One Unbound validates, with the root's key and the island's as trust anchors;
the other does not.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.lab.places import NAME_SERVER, RESOLVERS
from tests.lab.zones import ROOT, TEST, ZONES, Link, Zone

KNOT = """server:
    rundir: "{folder}/knot"
    pidfile: "{folder}/knot/knot.pid"
    identity: "lab"
    nsid: "lab"
    listen: {address}@53
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: warning
database:
    storage: "{folder}/knot"
template:
  - id: default
    storage: "{folder}"
    semantic-checks: off
    zonefile-sync: -1
    journal-content: none
"""
UNBOUND = """server:
    interface: {address}
    port: 53
    do-daemonize: no
    username: ""
    chroot: ""
    directory: "{folder}"
    pidfile: "{folder}/unbound-{kind}.pid"
    use-syslog: no
    logfile: "{folder}/unbound-{kind}.log"
    verbosity: 1
    num-threads: 1
    access-control: 127.0.0.0/8 allow
    do-ip6: no
    do-not-query-localhost: no
    root-hints: "{folder}/root.hints"
    module-config: "{modules}"
{anchors}
    local-zone: "test." nodefault
    rrset-roundrobin: no
    minimal-responses: no
    qname-minimisation: no
    aggressive-nsec: no
    infra-host-ttl: 5
    outgoing-range: 256
    so-sndbuf: 0
remote-control:
    control-enable: no
"""


def build(folder: Path) -> None:
    """Fill the folder with zones, keys, trust anchors and configurations."""
    (folder / "knot").mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.is_file():
            old.unlink()
    delegations = []
    for zone in ZONES:
        signer = _write(folder, zone)
        if zone.link is Link.ISLAND:
            (folder / "island.anchor").write_text(f"{signer}\n")
        elif signer:
            delegations.append(signer)
    _spoil(folder / "tlsabogus.test.zone.signed", "_25._tcp.mx.tlsabogus.test.", "TLSA")
    top = _write(folder, TEST, *delegations)
    anchor = _write(folder, ROOT, top)
    (folder / "root.anchor").write_text(f"{anchor}\n")
    (folder / "root.hints").write_text(f". 3600 NS ns.\nns. 3600 A {NAME_SERVER}\n")
    configure(folder)


def configure(folder: Path) -> None:
    """Write the configurations of Knot and Unbound."""
    served = "zone:\n" + "".join(
        f'  - domain: "{zone.origin}"\n    file: "{_file(zone)}"\n' for zone in (*ZONES, TEST, ROOT)
    )
    (folder / "knot.conf").write_text(KNOT.format(folder=folder, address=NAME_SERVER) + served)
    anchors = "".join(f'    trust-anchor-file: "{folder}/{name}.anchor"\n' for name in ("root", "island"))
    for kind, modules, trusted in (
        ("validating", "validator iterator", anchors),
        ("plain", "iterator", ""),
    ):
        (folder / f"unbound-{kind}.conf").write_text(
            UNBOUND.format(
                folder=folder, kind=kind, address=RESOLVERS[kind], modules=modules, anchors=trusted
            )
        )


def _file(zone: Zone) -> str:
    return f"{zone.stem}.zone" + ("" if zone.link is Link.UNSIGNED else ".signed")


def _write(folder: Path, zone: Zone, *more: str) -> str:
    """Write a zone, sign it if it shall be, and return what its parent has to say of its key."""
    (folder / f"{zone.stem}.zone").write_text(zone.text(*more))
    if zone.link is Link.UNSIGNED:
        return ""
    key = _run(folder, ["ldns-keygen", "-a", "ECDSAP256SHA256", "-k", zone.origin])
    _run(
        folder,
        [
            *("ldns-signzone", "-i", "20200101", "-e", "20400101", "-o", zone.origin),
            *("-f", f"{zone.stem}.zone.signed", f"{zone.stem}.zone", key),
        ],
    )
    record = _run(folder, ["ldns-key2ds", "-n", "-2", f"{key}.key"])
    return f"{record[:-8]}deadbeef" if zone.link is Link.WRONG_KEY else record


def _run(folder: Path, argv: Sequence[str]) -> str:
    return subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def _spoil(path: Path, owner: str, kind: str) -> None:
    """Break the signature over one record set: eight of its characters are turned round."""
    pattern = re.compile(rf"^({re.escape(owner)}\s.*\sRRSIG\s+{kind}\s.*?)(\S{{8}})(\S*)$", re.MULTILINE)
    text, count = pattern.subn(lambda found: found[1] + found[2][::-1] + found[3], path.read_text())
    if count != 1:
        raise ValueError(f"{path}: {count} signatures of {owner} {kind}")
    path.write_text(text)
