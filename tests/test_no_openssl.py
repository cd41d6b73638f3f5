"""pyfinger works without OpenSSL, and loads no more than it needs.

Each test runs the command in a process of its own; the servers it probes are
those of the demo world, in this process.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest

from pyfinger.demo.world import DemoWorld

# OpenSSL's way into Python, and what else would bring it in.
OPENSSL = ("_ssl", "_hashlib", "cryptography", "M2Crypto", "Crypto", "OpenSSL")

# Runs the command with the modules in argv[1] missing, then tells which of those in argv[2] are loaded.
RUNNER = """
import sys
missing, watched, *sys.argv[1:] = sys.argv[1:]
sys.argv[0] = "pyfinger"
sys.modules.update(dict.fromkeys(missing.split(","))) if missing else None
from pyfinger.cli import main
try:
    status = main()
except SystemExit as end:
    status = end.code
print("loaded:", *(name for name in watched.split(",") if sys.modules.get(name)), file=sys.stderr)
sys.exit(status)
"""


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running


def run(
    argv: Sequence[str], *, missing: Sequence[str] = (), watched: Sequence[str] = ()
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, ",".join(missing), ",".join(watched), *argv],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    last = done.stderr.splitlines()[-1] if done.stderr else ""
    assert last.startswith("loaded:"), done.stderr
    return done, last.split()[1:]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dane", "ed25519", "smtps", "lmtp"])
def test_a_probe_needs_no_openssl(world: DemoWorld, name: str) -> None:
    plan = world.server(name).plan
    flags = [*(["-w"] if plan.wrapper else []), *(["-S"] if plan.lmtp else [])]
    argv = [*flags, "--resolver", world.resolver, world.server(name).destination]
    done, loaded = run(argv, missing=OPENSSL, watched=OPENSSL)
    assert "Verified TLS connection established to " in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0
    assert loaded == []


def test_rsa_and_tls_1_2_need_no_openssl(world: DemoWorld) -> None:
    server = world.server("tls12")
    fingerprint = hashlib.sha256(server.credential.der).hexdigest()
    argv = ["-l", "fingerprint", "--resolver", world.resolver, server.destination, fingerprint]
    done, _ = run(argv, missing=OPENSSL)
    assert "Verified TLS connection established to " in done.stdout, done.stdout + done.stderr
    assert "TLSv1.2 with cipher ECDHE-RSA-" in done.stdout


def test_a_probe_loads_no_network_libraries(world: DemoWorld) -> None:
    watched = ("ssl", "_ssl", "asyncio", "http", "xmlrpc", "urllib.request", "smtplib")
    done, loaded = run(["--resolver", world.resolver, world.server("dane").destination], watched=watched)
    assert "Verified TLS connection established to " in done.stdout, done.stdout + done.stderr
    assert loaded == []


def test_who_believes_the_name_server_loads_nothing_of_validation(world: DemoWorld) -> None:
    watched = (
        "pyfinger.dnssec",
        "pyfinger.model.dnssec",
        "pyfinger.events.dnssec",
        "pyfinger.resolve.validation",
    )
    done, loaded = run(
        ["-v", "--resolver", world.resolver, world.server("dane").destination], watched=watched
    )
    assert done.returncode == 0
    assert loaded == []


def test_help_loads_neither_tls_nor_dns() -> None:
    done, loaded = run(["--help"], watched=("tlslite", "dns", "ecdsa", "ssl", "socket"))
    assert done.returncode == 0
    assert "usage: " in done.stdout + done.stderr
    assert loaded == []
