"""The README's examples: run against the demo world, to be written anew or compared.

    .venv/bin/python -m tests.readme

An example is an indented block that begins with `$ `; what follows, to the next
`$ ` or the end of the block, is what the command prints.  Commands are for bash,
in a folder of their own where `demo` is the demo world's, with its resolver on
port 10024 and its servers behind it; a fingerprint in a command becomes that of the
server's key as it is now.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pyfinger.demo.world import DemoWorld
from pyfinger.x509.certificate import parse_certificate

README = Path(__file__).resolve().parent.parent / "README.md"
FIRST_PORT = 10024
SECONDS = 60
COMMANDS = {  # as modules
    "pyfinger": "pyfinger",
    "pyfinger-check": "pyfinger.check.command",
    "pyfinger-survey": "pyfinger.survey.command",
    "pyfinger-tlsa": "pyfinger.tlsa",
}
INDENT = "    "

_FINGERPRINT = re.compile(r"\b[0-9A-F]{2}(?::[0-9A-F]{2}){31}\b")
_PORT = re.compile(r"\b100[2-9][0-9]\b")
_NUMBER = re.compile(r"(?<![0-9])[0-9]{4,5}(?![0-9])")

# What differs from run to run, or from machine to machine.
_CHANGING = (
    (re.compile(r"\b[0-9A-Fa-f]{16,}\b"), "DIGITS"),
    (re.compile(r"^pyfinger: [0-9a-f]{4} .*$", re.MULTILINE), "OCTETS"),
    (re.compile(r"\b[0-9]+\.[0-9]+(?=s;|\b)"), "NUMBER"),
    (re.compile(r" +(?=NUMBER)"), " "),
    (re.compile(r"(bytes needed|read from|written to|write to) .*"), r"\1"),
)


@dataclass(frozen=True)
class Example:
    """A command, and what the README says it prints."""

    command: str
    output: str


def pieces(text: str) -> Iterator[str | Example]:
    """The README cut into examples and what is between them; joined they are the text."""
    lines = text.splitlines(keepends=True)
    at = 0
    while at < len(lines):
        if not lines[at].startswith(f"{INDENT}$ "):
            yield lines[at]
            at += 1
            continue
        start = at
        at += 1
        while at < len(lines) and lines[at].startswith(INDENT) and not lines[at].startswith(f"{INDENT}$ "):
            at += 1
        output = "".join(line.removeprefix(INDENT) for line in lines[start + 1 : at])
        yield Example(lines[start].removeprefix(f"{INDENT}$ ").rstrip("\n"), output)


def written(example: Example) -> str:
    """An example as the README has it."""
    lines = [f"$ {example.command}\n", *example.output.splitlines(keepends=True)]
    return "".join(f"{INDENT}{line}" for line in lines)


class Runner:
    """Runs the commands of examples."""

    def __init__(self, world: DemoWorld, folder: Path) -> None:
        ports = [
            int(world.resolver.rpartition(":")[2]),
            *(server.port for server in (*world.servers, *world.shared)),
            world.policy_port,
        ]
        self._ports = {str(FIRST_PORT + number): str(port) for number, port in enumerate(ports)}
        self._back = {port: shown for shown, port in self._ports.items()}
        leaf = parse_certificate(world.server("dane").credential.chain[0])
        self._fingerprint = _pairs(leaf.spki)
        self._folder = folder
        self.ipv6 = any("::1" in server.addresses for server in world.shared)
        (folder / "demo").symlink_to(world.authority_file.parent)  # what `serve --folder demo` makes
        (folder / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = client.example\n")
        for name, module in COMMANDS.items():
            command = folder / name
            command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m {module} "$@"\n')
            command.chmod(0o755)

    def __call__(self, example: Example) -> Example:
        """The example with what its command prints here and now."""
        command = _PORT.sub(lambda found: self._ports.get(found[0], found[0]), example.command)
        command = _FINGERPRINT.sub(self._fingerprint, command)
        environment = {**os.environ, "PATH": f"{self._folder}:{os.environ['PATH']}", "NO_COLOR": "1"}
        environment["MAIL_CONFIG"] = str(self._folder)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self._folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        output = _NUMBER.sub(lambda found: self._back.get(found[0], found[0]), done.stdout)
        shown = _FINGERPRINT.sub(self._fingerprint, example.command)
        return Example(shown, "".join(f"{line.rstrip()}\n" for line in output.splitlines()) + done.stderr)


def _pairs(spki: bytes) -> str:
    return sha256(spki).digest().hex(":").upper()


def settled(text: str) -> str:
    """Output without what changes from run to run."""
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    return text


def rewrite(text: str, run: Callable[[Example], Example]) -> str:
    """The README with the output of its examples as it is now."""
    return "".join(piece if isinstance(piece, str) else written(run(piece)) for piece in pieces(text))


def main() -> None:
    with DemoWorld(first_port=FIRST_PORT) as world, tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        README.write_text(rewrite(README.read_text(), Runner(world, Path(folder))))


if __name__ == "__main__":
    main()
