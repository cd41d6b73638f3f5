"""The world's zones as files: keys and signatures made anew, then spoiled where that is wanted."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.lab.dnssec.world import ALL, P256, ROOT, Ds, Fault, Key, Signer, Zone, parent_of

ROOT_ANCHOR = "root.anchor"

_HEAD = """$ORIGIN {origin}
$TTL 3600
@ SOA ns. hostmaster.ns. 1 3600 600 864000 300
@ NS ns.
"""
_UNASSIGNED = "200"  # no algorithm and no digest has this number
_SIGNATURES = r"\tRRSIG\t"
_NOT_OF_KEYS = r"(\tRRSIG\t(?!DNSKEY).*\s)(\S{8})(\S*)$"


def build(folder: Path, address: str) -> None:
    """Write all zones, and the root's anchor; `address` is the name server's."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "knot" / "keys").mkdir(parents=True)
    delegations: dict[str, list[str]] = {zone.origin: [] for zone in ALL}
    for zone in sorted(ALL, key=lambda one: one.origin.count("."), reverse=True):
        if zone is ROOT:
            continue
        parent = delegations[parent_of(zone).origin]
        parent.append(f"{zone.origin} NS ns.")
        parent.extend(sign(folder, zone, delegations[zone.origin]))
    anchors = sign(folder, ROOT, [f"ns. A {address}", *delegations["."]])
    (folder / ROOT_ANCHOR).write_text("".join(f"{line}\n" for line in anchors))


def file_of(zone: Zone) -> str:
    """The name of a zone's file."""
    signed = zone.keys and zone.signer in (Signer.LDNS, Signer.BIND)
    return f"{zone.stem}.zone" + (".signed" if signed else "")


def sign(folder: Path, zone: Zone, delegations: Sequence[str] = ()) -> list[str]:
    """Write a zone, signed if it has keys; returns its DS records."""
    lines = (*zone.records, *delegations)
    text = _HEAD.format(origin=zone.origin) + "".join(f"{line}\n" for line in lines)
    (folder / f"{zone.stem}.zone").write_text(text)
    if not zone.keys:
        return []
    return _MAKERS[zone.signer](folder, zone)


def _by_ldns(folder: Path, zone: Zone) -> list[str]:
    keys = [_key(folder, zone, key) for key in zone.keys]
    now = int(time.time())
    dates = ["-i", str(now + zone.inception), "-e", str(now + zone.expiration)]
    files = ["-f", file_of(zone), f"{zone.stem}.zone"]
    _run(folder, ["ldns-signzone", *dates, *zone.denial, "-o", zone.origin, *files, *keys])
    spoil = SPOILERS.get(zone.fault)
    if spoil is not None:
        signed = folder / file_of(zone)
        signed.write_text(spoil(zone, signed.read_text()))
    return _ds(folder, zone, keys[0])


def _by_bind(folder: Path, zone: Zone) -> list[str]:
    generate = ["dnssec-keygen", "-q", "-a", P256]
    top = _run(folder, [*generate, "-f", "KSK", zone.origin])
    _run(folder, [*generate, zone.origin])
    files = ["-f", file_of(zone), f"{zone.stem}.zone"]
    _run(folder, ["dnssec-signzone", "-S", "-K", ".", *zone.denial, "-o", zone.origin, *files])
    return [_run(folder, ["dnssec-dsfromkey", "-2", top])]


def _by_knot(folder: Path, zone: Zone) -> list[str]:
    """Knot signs when it has started; it gets its key now."""
    manager = ["keymgr", "-D", f"{folder}/knot/keys", zone.origin]
    _run(folder, [*manager, "generate", f"algorithm={P256}", "ksk=yes", "zsk=yes"])
    return _run(folder, [*manager, "ds"]).splitlines()


def _key(folder: Path, zone: Zone, key: Key) -> str:
    size = ["-b", str(key.bits)] if key.algorithm.startswith("RSA") else []
    entry_point = ["-k"] if key.entry_point else []
    argv = ["ldns-keygen", "-r", "/dev/urandom", "-a", key.algorithm, *size, *entry_point, zone.origin]
    return _run(folder, argv)


def _ds(folder: Path, zone: Zone, key: str) -> list[str]:
    def record(digest: int) -> str:
        return _run(folder, ["ldns-key2ds", "-n", f"-{digest}", f"{key}.key"])

    makers: Mapping[Ds, Callable[[], list[str]]] = {
        Ds.SHA256: lambda: [record(2)],
        Ds.SHA1: lambda: [record(1)],
        Ds.SHA384: lambda: [record(4)],
        Ds.NONE: list,
        Ds.WRONG: lambda: [_wrong(record(2))],
        Ds.STANDBY: lambda: [record(2), _of_another_key(record(2))],
        Ds.UNKNOWN_ALGORITHM: lambda: [_with_field(record(2), 1, _UNASSIGNED)],
        Ds.UNKNOWN_DIGEST: lambda: [_with_field(record(2), 2, _UNASSIGNED)],
        Ds.SHA1_AND_WRONG_SHA256: lambda: [record(1), _wrong(record(2))],
        Ds.SHA384_AND_WRONG_SHA256: lambda: [record(4), _wrong(record(2))],
    }
    return makers[zone.ds]()


def _wrong(record: str) -> str:
    return f"{record[:-8]}deadbeef"


def _of_another_key(record: str) -> str:
    tag = int(record.partition("DS\t")[2].split()[0])
    return _wrong(_with_field(record, 0, str(tag ^ 1)))


def _with_field(record: str, number: int, value: str) -> str:
    """A DS record with another key tag (0), algorithm (1) or digest type (2)."""
    head, _, data = record.partition("DS\t")
    fields = data.split(maxsplit=3)
    fields[number] = value
    return f"{head}DS\t{' '.join(fields)}"


def _without(text: str, pattern: str) -> str:
    """All lines but those."""
    kept = [line for line in text.splitlines(keepends=True) if not re.search(pattern, line)]
    if len(kept) == text.count("\n"):
        raise ValueError(f"no line has {pattern}")
    return "".join(kept)


def _changed(pattern: str, by: str, text: str) -> str:
    changed, count = re.subn(pattern, by, text, flags=re.MULTILINE)
    if not count:
        raise ValueError(f"no line has {pattern}")
    return changed


SPOILERS: Mapping[Fault, Callable[[Zone, str], str]] = {
    Fault.NO_SIGNATURES: lambda zone, text: _without(text, _SIGNATURES),
    Fault.NO_DENIALS: lambda zone, text: _without(text, r"\t(RRSIG\t)?NSEC\s"),
    Fault.NO_KEYS: lambda zone, text: _without(text, r"\t(RRSIG\t)?DNSKEY\s"),
    Fault.NO_KEY_SIGNATURE: lambda zone, text: _without(text, r"\tRRSIG\tDNSKEY\s"),
    Fault.BAD_SIGNATURES: lambda zone, text: re.sub(
        _NOT_OF_KEYS, lambda found: found[1] + found[2][::-1] + found[3], text, flags=re.MULTILINE
    ),
    Fault.CHANGED_ADDRESS: lambda zone, text: _changed(
        rf"^(mx\.{re.escape(zone.origin)}.*\sA\s+)192\.0\.2\.1$", r"\g<1>192.0.2.66", text
    ),
    Fault.LOWERED_TTL: lambda zone, text: _changed(
        rf"^(mx\.{re.escape(zone.origin)}\s+)3600(\s+IN\s+(RRSIG\s+A|A)\s)", r"\g<1>300\2", text
    ),
}


_MAKERS: Mapping[Signer, Callable[[Path, Zone], list[str]]] = {
    Signer.LDNS: _by_ldns,
    Signer.BIND: _by_bind,
    Signer.KNOT: _by_knot,
    Signer.KNOT_ONLINE: _by_knot,
}


def _run(folder: Path, argv: Sequence[str]) -> str:
    done = subprocess.run(argv, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip()}")
    return done.stdout.strip()
