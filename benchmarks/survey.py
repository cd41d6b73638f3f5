"""What a survey costs for each domain, beside other programs in a loop.

    .venv/bin/python benchmarks/survey.py shared [--hosts 200] [--domains 10000] [--python ENV/bin/python]
    .venv/bin/python benchmarks/survey.py distinct [--rounds 3] [--others ENV/bin]

CPU of whole process trees, waited for; memory is the largest process's.  `shared`: many domains on
few hosts, on loopback, the servers in another process; connections that each host has seen are counted.
`distinct`: forty servers of the lab (tests/lab, which has to be up; root), each program in turn;
posttls-finger, danesmtp (smtp-dane-verify) are started for each, sslyze and ours once for all.  The
former makes one connection to each, and so does ours with the algorithm `any`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from multiprocessing import Event, Process, Queue
from multiprocessing.queues import Queue as QueueType
from multiprocessing.synchronize import Event as EventType
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.lab.inside import Surroundings, in_lab, require_lab  # noqa: E402
from tests.survey.world import SurveyWorld, plan  # noqa: E402

LAB_SERVERS = [f"127.0.1.{number}" for number in range(1, 40)] + ["127.0.2.1"]
WIDE = ["--pause", "0", "--per-address", "1,100000"]
WIDE += [f"--per-{scope}=20,100000" for scope in ("total", "network", "operator")]


def serve(hosts: int, domains: int, found: QueueType[Any], over: EventType) -> None:
    with SurveyWorld([plan(number) for number in range(hosts)], domains) as world:
        found.put((world.resolver, world.domains))
        over.wait()
        found.put(world.counted())


def cost(command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[float, float]:
    """CPU in seconds, and MiB, of a command and all that it waited for."""
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def shared(options: argparse.Namespace) -> None:
    found: QueueType[Any] = Queue()
    over = Event()
    servers = Process(target=serve, args=(options.hosts, options.domains, found, over))
    servers.start()
    resolver, domains = found.get()
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "domains.txt")
        lines.write_text("".join(f"{domain}\n" for domain in domains))
        command = [options.python, "-m", "pyfinger.survey.command", "run", "--store", f"{folder}/s.sqlite"]
        command += [
            "--resolver",
            resolver,
            "--algorithms",
            options.algorithms,
            *WIDE,
            "--workers",
            options.workers,
        ]
        seconds, memory = cost([*command, "--quiet", str(lines)])
    over.set()
    seen = Counter(found.get())
    servers.join()
    each = seconds / options.domains * 1e3
    what = f"{options.domains} domains, {options.hosts} hosts"
    print(f"{what}: {seconds:.2f} s, {each:.3f} ms a domain, {memory:.0f} MiB")
    print("connections:", ", ".join(f"{number} to each of {count}" for number, count in sorted(seen.items())))


def distinct(options: argparse.Namespace) -> None:
    require_lab("benchmarks/survey.py")
    subprocess.run([options.python, "-m", "compileall", "-q", ROOT / "pyfinger"], check=True)
    loop = 'program=$1; shift; for host; do "$program" {} >/dev/null 2>&1; done'
    reference = ["sh", "-c", loop.format('-c "[$host]:25"'), "sh", "posttls-finger", *LAB_SERVERS]
    programs = {"posttls-finger": (reference, Surroundings(chroot=True))}
    native = Surroundings()
    if options.others:
        sslyze = [f"{options.others}/sslyze", "--starttls", "smtp", "--certinfo"]
        programs["sslyze"] = ([*sslyze, *(f"{host}:25" for host in LAB_SERVERS)], native)
        dane = ["sh", "-c", loop.format('"$host"'), "sh", f"{options.others}/danesmtp", *LAB_SERVERS]
        programs["danesmtp"] = (dane, native)
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "hosts.txt")
        lines.write_text("".join(f"[{host}]:25\n" for host in LAB_SERVERS))
        for words in ("any", "ecdsa,rsa"):
            for path in (str(ROOT), *([f"{ROOT}:{options.path}"] if options.path else [])):
                command = [
                    "env",
                    f"PYTHONPATH={path}",
                    options.python,
                    "-m",
                    "pyfinger.survey.command",
                    "run",
                ]
                command += [
                    "--quiet",
                    *WIDE,
                    "--algorithms",
                    words,
                    "--store",
                    f"{folder}/s.sqlite",
                    str(lines),
                ]
                programs[f"ours, {words}{', with more' if path != str(ROOT) else ''}"] = (command, native)
        seconds: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(options.rounds + 1):
            for name, (command, around) in programs.items():
                seconds[name].append(cost(*in_lab(command, around))[0])
                Path(folder, "s.sqlite").unlink(missing_ok=True)
    first = statistics.median(seconds["posttls-finger"][1:])
    for name, (_, *found) in seconds.items():  # in the first round Python compiles
        median = statistics.median(found)
        print(f"{name:<20}{len(LAB_SERVERS) / median:8.1f} targets per CPU second{first / median:8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = parser.add_subparsers(required=True)
    for name, run in (("shared", shared), ("distinct", distinct)):
        kind = kinds.add_parser(name)
        kind.set_defaults(run=run)
        kind.add_argument("--python", default=sys.executable, help="with gmpy2, say")
        kind.add_argument("--hosts", type=int, default=200)
        kind.add_argument("--domains", type=int, default=10_000)
        kind.add_argument("--algorithms", default="ecdsa,rsa")
        kind.add_argument("--workers", default="2")
        kind.add_argument("--path", default="", help="where gmpy2 is, to be measured with it as well")
        kind.add_argument("--rounds", type=int, default=3)
        kind.add_argument("--others", help="where sslyze and danesmtp are")
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
