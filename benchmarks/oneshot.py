"""What one command costs: from the start of its process to its end.

    .venv/bin/python benchmarks/oneshot.py [--baseline GITREV|ENV] [--rounds N] [--only WORD]

Servers and resolver are the demo's, in this process; what they cost is left out.  For root
the command goes on as somebody else, and is to be measured so, too, and with `--user`.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from builds import Build, Turns, arguments, builds, carried_out, checked, heading, spent

from pyfinger.demo.plan import KeyChoice, ServerPlan, Tls, Tlsa
from pyfinger.demo.world import DemoWorld

PLANS = (
    ServerPlan("p256", "DANE, P-256, TLS 1.3", tlsa=Tlsa.KEY),
    ServerPlan("rsa", "DANE, RSA, TLS 1.3", key=KeyChoice.RSA, tlsa=Tlsa.KEY),
    ServerPlan("rsa12", "DANE, RSA, TLS 1.2", key=KeyChoice.RSA, tls=Tls.TLS12, tlsa=Tlsa.KEY),
    ServerPlan("anchor", "DANE-TA, P-256, TLS 1.3", tlsa=Tlsa.ISSUER),
    ServerPlan("plain", "no TLS", tls=Tls.NONE),
)
VERIFIED = "Verified TLS connection"


@dataclass(frozen=True)
class Command:
    """One command line; what has to be in its output."""

    what: str
    words: tuple[str, ...]
    expected: str


def commands(world: DemoWorld) -> list[Command]:
    def probe(name: str, *flags: str, expected: str = VERIFIED) -> Command:
        server = world.server(name)
        words = (*flags, "--resolver", world.resolver, server.destination)
        return Command(f"{' '.join(flags)} {server.plan.about}".strip(), words, expected)

    return [
        probe("p256", "-c"),
        probe("p256"),
        probe("p256", "-c", "-r1", "-m1"),
        probe("p256", "--json", "-", expected='"outcome"'),
        probe("rsa", "-c"),
        probe("rsa12", "-c"),
        probe("anchor", "-c"),
        probe("plain", expected="Bye"),
        Command("--help", ("--help",), "--resolver"),
        Command("--version", ("--version",), "pyfinger"),
    ]


def peer(world: DemoWorld, rounds: int) -> str:
    """OpenSSL's client, if there is one: it asks no name server and looks at no TLSA record."""
    program = shutil.which("openssl")
    if program is None:
        return ""
    where = f"127.0.0.1:{world.server('p256').port}"
    command = [program, "s_client", "-starttls", "smtp", "-brief", "-connect", where]
    turns = Turns("openssl s_client, P-256, TLS 1.3")
    for _ in range(rounds):
        run = checked(carried_out(command), "CONNECTION ESTABLISHED", program)
        turns.note(program, run.seconds * 1e3)
    return turns.line("ms")


def measured(command: Command, found: Sequence[Build], rounds: int, user: str | None) -> list[str]:
    """Its lines of the table: CPU and memory."""
    cpu, memory = Turns(command.what), Turns("")
    for turn in range(rounds + 1):
        for build in found:
            run = checked(spent(build, command.words, user), command.expected, build.label)
            if turn:  # not the first, which compiles
                cpu.note(build.label, run.seconds * 1e3)
                memory.note(build.label, run.kilobytes / 1024)
    return [cpu.line("ms"), memory.line("MiB")]


def main() -> None:
    """Print two lines for each command line."""
    parser = arguments(__doc__ or "", 11)
    parser.add_argument("--only", default="", help="lines with this in them")
    parser.add_argument("--user", help="whom to run it as, for root")
    options = parser.parse_args()
    with DemoWorld(PLANS) as world, builds(options.baseline, options.gmpy2) as found:
        print(heading(found))
        for command in commands(world):
            if options.only in command.what:
                print(*measured(command, found, options.rounds, options.user), sep="\n", flush=True)
        if options.only in "openssl":
            print(peer(world, options.rounds))


if __name__ == "__main__":
    main()
