"""What a survey costs for each domain, beside other programs in a loop.

    .venv/bin/python benchmarks/survey.py shared [--hosts 200] [--domains 10000] [--sts] [--baseline …]
    .venv/bin/python benchmarks/survey.py distinct [--names] [--others ENV/bin] [--path GMPY2] [--baseline …]

CPU of whole process trees, waited for; memory is the largest process's.  Programs take turns in one
run; what is shown are medians.

`shared`: many domains on few hosts, on loopback; servers are in another process, where a name server
answers from memory once it has been asked; connections that each host has seen are counted.

`distinct`: forty servers of the lab (tests/lab, which has to be up; root).  posttls-finger and danesmtp
(smtp-dane-verify) are started for each, sslyze and ours once for all.  The former makes one connection to
each, and so does ours with the algorithm `any`.  danesmtp looks for TLSA records before anything else, and
ends without a connection where there are none: `--names` is for forty names of the lab that have some.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import Event, Process, Queue
from multiprocessing.queues import Queue as QueueType
from multiprocessing.synchronize import Event as EventType
from pathlib import Path
from threading import Thread
from typing import Any

from builds import Build, add_gmpy2, builds

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.lab.inside import Surroundings, in_lab, require_lab  # noqa: E402
from tests.survey.world import SurveyWorld, plan  # noqa: E402

LAB_SERVERS = [f"127.0.1.{number}" for number in range(1, 40)] + ["127.0.2.1"]
WIDE = ["--pause", "0", "--per-address", "1,100000"]
WIDE += [f"--per-{scope}=20,100000" for scope in ("total", "network", "operator")]
LOOP = 'program=$1; shift; for host; do timeout 20 "$program" {} >/dev/null 2>&1; done'


def lab_names() -> list[str]:
    """Forty mail hosts with TLSA records that a client can use."""
    from tests.lab.zones.dane import SITES

    hosts = [line.split()[0] for line in SITES if " A 127.0.1." in line or " A 127.0.2." in line]
    hosts = [host for host in hosts if "bad" not in host]  # OpenSSL ends before it connects
    usable = [host for host in hosts if any(f"_25._tcp.{host} TLSA " in line for line in SITES)]
    return [f"{host}.dane.test" for host in usable][:40]


def serve(hosts: int, domains: int, found: QueueType[Any], over: EventType) -> None:
    """A world of its own; as often as that is asked for, how many connections each host has seen."""
    with SurveyWorld([plan(number) for number in range(hosts)], domains) as world:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
            door.bind(("127.0.0.1", 0))
            Thread(target=answer_again, args=(door, world.resolver), daemon=True).start()
            found.put((f"127.0.0.1:{door.getsockname()[1]}", world.domains))
            while over.wait():
                over.clear()
                found.put(world.counted())
                world.forget()


def answer_again(door: socket.socket, resolver: str) -> None:
    """A name server's replies, from memory: it is not what is measured."""
    address, _, port = resolver.partition(":")
    known: dict[bytes, bytes] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as behind:
        behind.connect((address, int(port)))
        while True:
            query, asker = door.recvfrom(4096)
            if query[2:] not in known:
                behind.send(query)
                known[query[2:]] = behind.recv(65535)[2:]
            door.sendto(query[:2] + known[query[2:]], asker)


def cost(command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[float, float]:
    """CPU in seconds, and MiB, of a command and all that it waited for."""
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


@contextmanager
def runs_of(lines: Sequence[str], *more: str) -> Iterator[list[str]]:
    """The words of a run, behind the interpreter's; each makes a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "lines.txt")
        source.write_text("".join(f"{line}\n" for line in lines))
        store = f"{folder}/s.sqlite"
        clean = f"import os; [os.unlink(one) for one in [{store!r}] if os.path.exists(one)]; "
        start = "import sys; from pyfinger.survey import main; sys.exit(main())"
        yield ["-c", clean + start, "run", "--quiet", *WIDE, *more, "--store", store, str(source)]


def shared(options: argparse.Namespace) -> None:
    found: QueueType[Any] = Queue()
    over = Event()
    servers = Process(target=serve, args=(options.hosts, options.domains, found, over), daemon=True)
    servers.start()
    resolver, domains = found.get()
    words = ["--resolver", resolver, "--algorithms", options.algorithms, "--workers", options.workers]
    words += ["--sts"] if options.sts else []
    spent: dict[str, list[tuple[float, float]]] = {}
    seen: Counter[int] = Counter()
    with builds(options.baseline, options.gmpy2) as trees, runs_of(domains, *words) as run:
        for _ in range(options.rounds + 1):
            for build in trees:
                spent.setdefault(build.label, []).append(cost([build.python, *run], build.environment))
                over.set()
                seen.update(found.get())
    servers.kill()
    print(f"{options.domains} domains, {options.hosts} hosts, {options.algorithms}")
    for label, (_, *rounds) in spent.items():  # the first fills the name server's memory
        seconds = statistics.median(seconds for seconds, _ in rounds)
        each = seconds / options.domains * 1e3
        print(
            f"{label:<24}{seconds:6.2f} s, {each:.3f} ms a domain, {max(used for _, used in rounds):.0f} MiB"
        )
    for number, count in sorted(seen.items()):
        print(f"connections: {number} to each of {count // sum(map(len, spent.values()))} in each run")


def peers(options: argparse.Namespace, hosts: Sequence[str]) -> dict[str, tuple[list[str], Surroundings]]:
    """Other programs, and how they are called."""
    target = '-c "[$host]:25"'
    reference = ["sh", "-c", LOOP.format(target), "sh", "posttls-finger", *hosts]
    found = {"posttls-finger": (reference, Surroundings(chroot=True))}
    if options.others:
        sslyze = [f"{options.others}/sslyze", "--starttls", "smtp", "--certinfo"]
        found["sslyze"] = ([*sslyze, *(f"{host}:25" for host in hosts)], Surroundings())
    if options.others and options.names:
        dane = ["sh", "-c", LOOP.format('"$host"'), "sh", f"{options.others}/danesmtp", *hosts]
        found["danesmtp"] = (dane, Surroundings())
    return found


def distinct(options: argparse.Namespace) -> None:
    require_lab("benchmarks/survey.py")
    hosts = lab_names() if options.names else LAB_SERVERS
    programs = [(name, *how) for name, how in peers(options, hosts).items()]
    lines = [f"[{host}]:25" for host in hosts]
    with builds(options.baseline) as trees, runs_of(lines) as run:
        for words in ("any", "ecdsa,rsa"):
            for build in trees:
                for label, one in alternatives(build, options.path):
                    around = Surroundings(env={})
                    command = ["env", *environment(one), one.python, *run, "--algorithms", words]
                    programs.append((f"{label}, {words}", command, around))
        spent: dict[str, list[float]] = {name: [] for name, _, _ in programs}
        for _ in range(options.rounds + 1):
            for name, command, around in programs:
                spent[name].append(cost(*in_lab(command, around))[0])
    medians = {name: statistics.median(rounds) for name, (_, *rounds) in spent.items()}
    for name, median in medians.items():  # in the first round Python compiles
        by = "".join(f"{medians[peer] / median:8.2f}" for peer in peers(options, hosts))
        print(
            f"{name:<40}{len(hosts) / median:7.1f} a CPU second, {median / len(hosts) * 1e3:6.1f} ms each{by}"
        )
    print("last: how many times as fast as", ", ".join(peers(options, hosts)))


def alternatives(build: Build, path: str) -> Iterator[tuple[str, Build]]:
    """A build without gmpy2, and with it if it is known where that is."""
    yield build.label, build
    if path:
        yield f"{build.label}, gmpy2", replace(build, path=(path, *build.path[1:]))


def environment(build: Build) -> list[str]:
    return [f"{name}={value}" for name, value in build.environment.items()]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = parser.add_subparsers(required=True)
    for name, run in (("shared", shared), ("distinct", distinct)):
        kind = kinds.add_parser(name)
        kind.set_defaults(run=run)
        kind.add_argument("--baseline", metavar="GITREV|ENV", help="what to compare with")
        kind.add_argument("--rounds", type=int, default=3)
    some, forty = kinds.choices["shared"], kinds.choices["distinct"]
    add_gmpy2(some)
    some.add_argument("--hosts", type=int, default=200)
    some.add_argument("--domains", type=int, default=10_000)
    some.add_argument("--algorithms", default="ecdsa,rsa")
    some.add_argument("--workers", default="2")
    some.add_argument("--sts", action="store_true", help="look for MTA-STS and TLSRPT, too")
    forty.add_argument("--path", default="", help="where gmpy2 is, to be measured with it as well")
    forty.add_argument("--others", help="where sslyze and danesmtp are")
    forty.add_argument("--names", action="store_true", help="hosts by names that have TLSA records")
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
