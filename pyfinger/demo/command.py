"""The command `pyfinger-demo`: probe the demo world, or leave it running to be probed by hand.

    pyfinger-demo                       start it, run some telling probes, stop it
    pyfinger-demo serve [--port N] [--folder DIR]
                                        start it, print how to probe it, run until interrupted
    pyfinger-demo senders ...           another world, for *sending* mail servers (docs/senders.md)

The exit status is 0 if every probe found what it should, 1 if not, or if a port or folder is taken
or output cannot be written.
"""

from __future__ import annotations

import argparse
import hashlib
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from pyfinger.cli.command_frame import BAD_USAGE, CommandParser, complain, framed
from pyfinger.cli.interrupts import FAILED
from pyfinger.decimals import decimal
from pyfinger.demo.plan import SIGNED_ZONE, served
from pyfinger.demo.world import LAST_PORT, DemoWorld, Server, ports_needed
from pyfinger.errors import UsageError
from pyfinger.values import Value

PROGRAM = "pyfinger-demo"
SERVE_PORT = 10024
# In a probe: the fingerprint of the server's certificate, the files with the demo's authority and
# with the trust anchor of its DNS.
FINGERPRINT, AUTHORITY, ANCHOR = "FINGERPRINT", "AUTHORITY", "ANCHOR"


class Probe(Value):
    """One probe of the demonstration, and a part of the line that must come out."""

    title: str
    server: str
    expected: str
    flags: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    only: str = ""  # of the output, the lines with this


_VALIDATING = ("-c", "-v", "--dnssec", "own", "--dnssec-anchor", ANCHOR)
CHECKED = "whole.demo.test: degraded"  # what `pyfinger-check` has to say
PROBES = (
    Probe("DANE: the TLSA record is of the server's key.", "dane", "Verified TLS connection"),
    Probe("DANE: the TLSA record is of another key.", "mismatch", "Untrusted TLS connection", ("-c",)),
    Probe(
        "DANE: the TLSA record is of the authority that issued the certificate.",
        "anchor",
        "Matched DANE TA certificate at depth 1",
        ("-c",),
    ),
    Probe(
        "No TLSA record, but the authority is one we trust.",
        "good",
        "Verified TLS connection",
        ("-c", "-l", "secure", "-F", AUTHORITY),
    ),
    Probe(
        "An expired certificate, whose key has a TLSA record: the date does not count.",
        "outlived",
        "Verified TLS connection",
        ("-c",),
    ),
    Probe(
        "The same without a TLSA record, but of an authority we trust: the date counts.",
        "expired",
        "certificate has expired",
        ("-c", "-F", AUTHORITY),
    ),
    Probe(
        "A TLSA record that DNSSEC does not protect: it does not count.",
        "insecure",
        "Untrusted TLS connection",
        ("-c",),
    ),
    Probe(
        "A TLSA record with a signature that does not hold: the resolver calls it a failure.",
        "bogus",
        "TLSA lookup error for mx.bogus.demo.test",
        ("-c",),
    ),
    Probe(
        "DNSSEC validated here, whatever the resolver says: each link of the chain, from the anchor on.",
        "dane",
        "(TLSA): secure",
        _VALIDATING,
        only="DNSSEC:",
    ),
    Probe(
        "The same where a signature does not hold: which one, and by what key.",
        "bogus",
        "(TLSA): bogus",
        _VALIDATING,
        only="DNSSEC:",
    ),
    Probe(
        "An RSA key, nothing newer than TLS 1.2, recognised by its fingerprint.",
        "tls12",
        "TLSv1.2 with cipher",
        ("-c", "-l", "fingerprint"),
        (FINGERPRINT,),
    ),
    Probe("No STARTTLS.", "plain", "< 221 2.0.0 Bye"),
    Probe("TLS from the first byte, as on port 465.", "smtps", "Verified TLS connection", ("-w",)),
    Probe("LMTP.", "lmtp", "Verified TLS connection", ("-S",)),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    return framed(PROGRAM, lambda: _act(words))


def _act(words: Sequence[str]) -> int:
    if words[:1] == ["senders"]:
        from pyfinger.demo.senders.command import main as senders

        return senders(words[1:])
    options = _parser().parse_args(words)
    serving = options.action == "serve"
    port = options.port if options.port is not None else SERVE_PORT if serving else 0
    try:
        world = DemoWorld(first_port=port, folder=options.folder)
    except UsageError as problem:
        complain(PROGRAM, f"--port: {problem}")
        return BAD_USAGE
    except OSError as problem:
        complain(PROGRAM, _what_is_in_the_way(problem))
        return FAILED
    with world:
        return serve(world) if serving else max(demonstrate(world), demonstrate_check(world))


def _parser() -> CommandParser:
    parser = CommandParser(
        prog=PROGRAM,
        description="Mail servers on this machine, to try pyfinger on.\n"
        "pyfinger-demo senders: a world to try *sending* mail servers in.",
        epilog="\n".join(served()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    does = "run some telling probes (the default), or leave the world running, to be probed by hand"
    parser.add_argument("action", nargs="?", choices=["probe", "serve"], default="probe", help=does)
    port = f"the first of {ports_needed()} ports, the resolver's (serve: {SERVE_PORT}; 0: any that are free)"
    parser.add_argument("--port", type=_port, metavar="N", help=port)
    folder = "a folder to be made for the authority's certificate, the trust anchor and the LMTP socket"
    parser.add_argument("--folder", type=Path, metavar="DIR", help=folder)
    return parser


def _what_is_in_the_way(problem: OSError) -> str:
    if problem.filename is not None:
        return f"{problem.filename}: {problem.strerror}"
    return f"{problem.strerror}; `--port 0` takes any free ports" if problem.strerror else str(problem)


def _port(text: str) -> int:
    """A port's number; 0 is any."""
    number = decimal(text, LAST_PORT)
    if number is None:
        raise argparse.ArgumentTypeError(f"{text}: ports are 0 to {LAST_PORT}")
    return number


def demonstrate(world: DemoWorld, probes: Sequence[Probe] = PROBES) -> int:
    """Run the probes one after the other, showing what is typed and what comes back."""
    surprises = 0
    for probe in probes:
        arguments = command_line(world, world.server(probe.server), probe.flags, probe.match)
        sieve = f" | grep {probe.only}" if probe.only else ""
        print(f"\n# {probe.title}\n$ pyfinger {shlex.join(arguments)}{sieve}", flush=True)
        lines = _pyfinger(arguments).splitlines(keepends=True)
        output = "".join(line for line in lines if probe.only in line)
        print(output, end="", flush=True)
        if probe.expected not in output:
            surprises += 1
            print(f"pyfinger-demo: expected to read: {probe.expected}", flush=True)
    return 1 if surprises else 0


def demonstrate_check(world: DemoWorld) -> int:
    """The whole of one domain, which no probe shows."""
    arguments = check_line(world)
    print("\n# A domain as a whole: every host, address, kind of key and TLSA record.")
    print(f"$ pyfinger-check {shlex.join(arguments)}", flush=True)
    output = _output("pyfinger.check.command", arguments)
    print(output, end="", flush=True)
    if CHECKED in output:
        return 0
    print(f"pyfinger-demo: expected to read: {CHECKED}", flush=True)
    return 1


def check_line(world: DemoWorld) -> list[str]:
    """The arguments with which to check the domain of several hosts."""
    trusted = ["--ca-file", str(world.authority_file), "--sts-port", str(world.policy_port)]
    return ["--srv", "--resolver", world.resolver, *trusted, world.shared[0].plan.domain]


def command_line(
    world: DemoWorld, server: Server, flags: Sequence[str] = (), match: Sequence[str] = ()
) -> list[str]:
    """The arguments with which to probe a server."""
    meanings = {
        FINGERPRINT: _fingerprint(server),
        AUTHORITY: str(world.authority_file),
        ANCHOR: str(world.anchor_file),
    }
    words = [*flags, "--resolver", world.resolver, server.destination, *match]
    return [meanings.get(word, word) for word in words]


def _fingerprint(server: Server) -> str:
    return hashlib.sha256(server.credential.der).digest().hex(":").upper()


def serve(world: DemoWorld) -> int:
    """Print how to probe each server, and wait for Ctrl-C or SIGTERM."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        print("\n".join(how_to_probe(world)), flush=True)
        threading.Event().wait()
    except KeyboardInterrupt:
        print()
    return 0


def how_to_probe(world: DemoWorld) -> list[str]:
    """The lines `serve` prints."""
    command = _command("pyfinger", "pyfinger")
    checking = _command("pyfinger-check", "pyfinger.check.command")
    lines = ["Running until Ctrl-C. In another terminal, from any folder:", ""]
    for server in world.servers:
        flags = [*(["-w"] if server.plan.wrapper else []), *(["-S"] if server.plan.lmtp else [])]
        arguments = command_line(world, server, flags)
        lines += [f"# {server.plan.about}", shlex.join([*command, *arguments])]
    lines += [
        "# the last one by its unix-domain socket",
        shlex.join([*command, "-S", f"unix:{world.socket}"]),
        "# a domain of three hosts",
        shlex.join([*checking, *check_line(world)]),
        "",
        f"The authority's certificate, for -F: {world.authority_file}",
        f"The trust anchor of its DNS, for --dnssec-anchor: {world.anchor_file}",
        f"Names about DNS only: alias.{SIGNED_ZONE} (alias of dane.{SIGNED_ZONE}),",
        f"nomail.{SIGNED_ZONE} (null MX), broken.{SIGNED_ZONE} (server failure).",
    ]
    return lines


def _command(name: str, module: str) -> list[str]:
    """How to run a command as typed anywhere: by its name if that finds this one, else by its path."""
    beside = Path(sys.argv[0]).resolve().with_name(name)
    found = shutil.which(name)
    if found is not None and Path(found).resolve() == beside:
        return [name]
    return [str(beside)] if beside.is_file() else [sys.executable, "-m", module]


def _pyfinger(arguments: Sequence[str]) -> str:
    return _output("pyfinger", arguments)


def _output(module: str, arguments: Sequence[str]) -> str:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    ).stdout


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
