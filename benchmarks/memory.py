"""How much memory many probes take at once in one process, and what each costs as they get more.

    .venv/bin/python benchmarks/memory.py [--baseline GITREV|ENV] [--at-once N] [--many N] [--rounds N]

First N `probe_async` started together (1000), which all have to succeed, then 100 and
`--many` destinations (1000), 50 at a time: CPU for each, and its ratio.  The mail server is
OpenSSL's TLS here, in a process of its own, since the demo's would be busy for minutes.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import ssl
import sys
import tempfile
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from builds import Build, Turns, arguments, builds, heading
from loop import Worker

from pyfinger.demo.mailserver import Tally
from pyfinger.demo.nameserver import Nameserver
from pyfinger.demo.plan import ServerPlan, Tlsa
from pyfinger.demo.vouching import credential
from pyfinger.demo.world import Server, zones
from pyfinger.demo.zones import Namespace

PLAN = ServerPlan("many", "DANE, P-256, TLS 1.3", tlsa=Tlsa.KEY)
AT_A_TIME = 50
BACKLOG = 4096
RECEIVE_BUFFER = 1 << 22

WORKER = """
import asyncio, json, sys, time
import pyfinger
async def probe(destination, resolver, gate):
    async with gate:
        report = await pyfinger.probe_async(destination, resolver=resolver)
        assert report.met, report.explanation
async def all_of_them(times, most, destination, resolver):
    gate = asyncio.Semaphore(most)
    await asyncio.gather(*(probe(destination, resolver, gate) for _ in range(times)))
for line in sys.stdin:
    began = time.process_time()
    asyncio.run(all_of_them(*json.loads(line)))
    spent = time.process_time() - began
    peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")][0].split()[1]
    print(json.dumps((spent, int(peak))), flush=True)
"""


class MailServer:
    """As much of SMTP as a probe asks for."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"220 many ESMTP\r\n")
            while word := (await reader.readline()).strip().upper():
                if word == b"STARTTLS":
                    writer.write(b"220 Go ahead\r\n")
                    await writer.drain()
                    await writer.start_tls(self._context, ssl_handshake_timeout=600)
                elif word == b"QUIT":
                    writer.write(b"221 Bye\r\n")
                    break
                else:
                    writer.write(b"250-many\r\n250 STARTTLS\r\n")
            await writer.drain()
        except OSError as error:
            print(f"server: {error!r}", file=sys.stderr)
        finally:
            writer.close()


class Names(asyncio.DatagramProtocol):
    """The demo's name server."""

    def __init__(self, nameserver: Nameserver) -> None:
        self._nameserver = nameserver

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        if (reply := self._nameserver.datagram(data)) is not None:
            self._transport.sendto(reply, address)


def serving(told: Connection) -> None:
    """The servers' process."""
    asyncio.run(serve(told))


async def serve(told: Connection) -> None:
    issued = credential(PLAN)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "chain.pem")
        chain = "".join(ssl.DER_cert_to_PEM_cert(der) for der in issued.chain)
        file.write_text(issued.key.pem + chain)
        context.load_cert_chain(file)
    listening = await asyncio.start_server(MailServer(context).converse, "127.0.0.1", 0, backlog=BACKLOG)
    server = Server(PLAN, listening.sockets[0].getsockname()[1], issued, ("127.0.0.1",), Tally())
    nameserver = Nameserver(Namespace(zones([server])))
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Names(nameserver), ("127.0.0.1", 0))
    sock = transport.get_extra_info("socket")
    sock.setsockopt(1, 33, RECEIVE_BUFFER)  # SO_RCVBUFFORCE, which root may
    told.send((server.destination, f"127.0.0.1:{sock.getsockname()[1]}"))
    await asyncio.sleep(float("inf"))


def at_once(found: Sequence[Build], count: int, where: tuple[str, str]) -> list[str]:
    """So many started together, in a fresh process: its memory, and CPU for each."""
    memory, cpu = Turns(f"{count} at once"), Turns("for each")
    for build in found:
        worker = Worker(build, WORKER)
        seconds, peak = worker.ask(count, count, *where)
        worker.close()
        memory.note(build.label, peak / 1024)
        cpu.note(build.label, seconds / count * 1e3)
    return [memory.line("MiB"), cpu.line("ms")]


def growing(found: Sequence[Build], counts: Sequence[int], where: tuple[str, str]) -> list[str]:
    """CPU for each of so many, in one process after the other."""
    lines = []
    for count in counts:
        cpu, memory = Turns(f"each of {count}, {AT_A_TIME} at a time"), Turns("")
        for build in found:
            worker = Worker(build, WORKER)
            worker.ask(AT_A_TIME, AT_A_TIME, *where)
            seconds, peak = worker.ask(count, AT_A_TIME, *where)
            worker.close()
            cpu.note(build.label, seconds / count * 1e3)
            memory.note(build.label, peak / 1024)
        lines += [cpu.line("ms"), memory.line("MiB")]
    return lines


def main() -> None:
    """Print the memory of many at once, then the cost of each."""
    parser = arguments(__doc__ or "", 1)
    parser.add_argument("--at-once", type=int, default=1000)
    parser.add_argument("--many", type=int, default=1000)
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    here, there = multiprocessing.Pipe()
    servers = multiprocessing.Process(target=serving, args=(there,), daemon=True)
    servers.start()
    where = here.recv()
    with builds(options.baseline, options.gmpy2) as found:
        print(heading(found))
        print(*at_once(found, options.at_once, where), sep="\n", flush=True)
        print(*growing(found, (100, options.many), where), sep="\n", flush=True)
    servers.terminate()


if __name__ == "__main__":
    main()
