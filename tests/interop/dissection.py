"""What tshark sees in a capture, and what it finds fault with.

It runs without anybody's preferences, and with every checksum verified.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_FIELDS = (
    "frame.protocols",
    "tcp.stream",
    "smtp.req.command",
    "data.data",
    "dns.qry.name",
    "frame.comment",
    "ip.checksum.status",
    "tcp.checksum.status",
    "udp.checksum.status",
    "tcp.analysis.flags",
    "_ws.expert.severity",
    "_ws.expert.message",
)
_CHECKED = tuple(part for one in ("ip", "tcp", "udp") for part in ("-o", f"{one}.check_checksum:TRUE"))
_GOOD = "1"
_WARNING = 0x600000
_RESET = "Connection reset (RST)"  # worth a warning to tshark, and true where it stands


def installed() -> bool:
    """Whether there is a tshark."""
    return shutil.which("tshark") is not None


@dataclass(frozen=True)
class Frame:
    """One packet, by the names of tshark's fields; those that occur more than once have bars between."""

    shown: dict[str, str]

    @property
    def protocols(self) -> list[str]:
        return self.shown["frame.protocols"].split(":")

    @property
    def stream(self) -> int:
        """Which TCP connection."""
        return int(self.shown["tcp.stream"])

    @property
    def command(self) -> str:
        """The SMTP command."""
        return self.shown["smtp.req.command"]

    @property
    def inner(self) -> bool:
        """Whether there is decrypted SMTP, or something tshark has no name for, in TLS."""
        _, _, inside = self.shown["frame.protocols"].partition(":tls")
        return bool({"smtp", "data"} & set(inside.split(":")))

    @property
    def data(self) -> bytes:
        """What tshark has no name for."""
        return bytes.fromhex(self.shown["data.data"].replace("|", ""))

    @property
    def faults(self) -> str:
        """What is wrong with it, if anything."""
        shown, found = self.shown, []
        if "_ws.malformed" in self.protocols:
            found.append("malformed")
        found += [
            f"{name} checksum"
            for name in ("ip", "tcp", "udp")
            if name in self.protocols and shown[f"{name}.checksum.status"] != _GOOD
        ]
        found += [shown["tcp.analysis.flags"]] if shown["tcp.analysis.flags"] else []
        messages = [text for text in shown["_ws.expert.message"].split("|") if text != _RESET]
        severities = [int(number) for number in shown["_ws.expert.severity"].split("|") if number]
        if messages and max(severities, default=0) >= _WARNING:
            found += messages
        return ", ".join(found)


def dissect(capture: Path, *options: str) -> list[Frame]:
    """Every packet of a capture."""
    command = ["tshark", "-r", str(capture), "-T", "fields", "-E", "aggregator=|", *_CHECKED, *options]
    for name in _FIELDS:
        command += ["-e", name]
    environment = {**os.environ, "WIRESHARK_CONFIG_DIR": str(capture.parent / "no-preferences")}
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return [Frame(dict(zip(_FIELDS, line.split("\t"), strict=True))) for line in shown.splitlines()]
