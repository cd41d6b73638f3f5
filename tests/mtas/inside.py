"""One mail server with one setting, in namespaces made for it: `python -m tests.mtas.inside`.

Everything is mounted in memory and ends with this process; so do the server and what it has started.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import re
import socket
import subprocess
from pathlib import Path

from pyfinger.demo.certificate_making import Issued, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.demo.vouching import authority
from tests.lab.beside import FOLDER, Beside
from tests.lab.layers import mounted, run, use_memory, write_files
from tests.lab.parityfuzz.case import Case
from tests.lab.parityfuzz.judging import Judgement, judge
from tests.lab.parityfuzz.nameserver import ADDRESS, answering
from tests.mtas.asking import answers
from tests.mtas.registry import SERVERS
from tests.mtas.scenarios import CA_FILE, CLIENT, OTHER_CA, cases
from tests.mtas.server import CHAIN, HOST, KEY, ROOT, Server, Setting

_HOSTS = f"127.0.0.1 {HOST} localhost\n127.0.0.1 probe.mtas.test\n"
_MAIN_CF = "compatibility_level = 3.10\nmyhostname = probe.mtas.test\n"
_RELEASE = '. /etc/os-release; echo "$PRETTY_NAME"'
_STARTING = 300  # attempts to connect, a tenth of a second apart


def main() -> None:
    """Run it and write what came of it into a file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("setting", type=Setting)
    parser.add_argument(
        "--layer", type=Path, required=True, help="what installing it has added to its system"
    )
    parser.add_argument("--lower", type=Path, required=True, help="that system")
    parser.add_argument("--cmd", required=True, help="the candidate")
    parser.add_argument("--into", type=Path, required=True)
    options = parser.parse_args()
    (server,) = [each for each in SERVERS if each.name == options.name]
    use_memory()
    run("ip", "link", "set", "lo", "up")
    run("hostname", HOST)
    beside = Beside(options.cmd, _HOSTS, _MAIN_CF)
    tree = mounted("server", options.lower, options.layer)
    credential = make_leaf(HOST, authority().issuing, make_key("rsa2048", HOST))
    _configure(server, options.setting, tree, credential)
    found: dict[str, object] = {"version": _said(tree, server.version), "release": _said(tree, _RELEASE)}
    with answering(()):  # who is the client?  No name server at all is what some wait for
        failure = _start(server, tree)
        if failure:
            found["failure"] = failure
        else:
            fingerprint = hashlib.sha256(credential.key.spki).digest().hex(":")
            chosen = cases(server, options.setting, fingerprint)
            found["pairs"] = [_pair(name, _judged(case, beside, server)) for name, case in chosen]
            found["answers"] = answers(server.port, "LHLO" if server.lmtp else "EHLO").to_json()
    options.into.write_text(json.dumps(found, indent=1))


def _configure(server: Server, setting: Setting, tree: Path, credential: Issued) -> None:
    """The server's files, and those both programs are given."""
    root, key = authority().root.pem, credential.key.pem
    files = {
        "/etc/hosts": _HOSTS,
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nservices: files\n",
        "/etc/resolv.conf": f"nameserver {ADDRESS}\n",
        "/etc/mailname": f"{HOST}\n",
        CHAIN: credential.chain_pem,
        KEY: key,
        ROOT: root,
        **{name: text.replace("{tls}", server.tls[setting]) for name, text in server.files.items()},
    }
    write_files(tree, files)
    (tree / KEY.lstrip("/")).chmod(0o600)
    client = make_leaf("probe.mtas.test", authority().issuing, make_key("rsa2048", "client"))
    Path(CA_FILE).write_text(root)
    Path(OTHER_CA).write_text(make_ca("CN=Another Authority").pem)
    Path(CLIENT).write_text(client.key.pem + client.chain_pem)
    Beside.show_folder(tree)
    run("chroot", str(tree), "sh", "-ec", server.prepare)


def _start(server: Server, tree: Path) -> str:
    """Start the server, and wait until it takes connections; if it does not, what it said.

    It ends with the namespace.
    """
    log = FOLDER / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["chroot", str(tree), "sh", "-c", server.start], stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    for _ in range(_STARTING):
        with (
            contextlib.suppress(ConnectionRefusedError),
            socket.create_connection(("127.0.0.1", server.port)),
        ):
            return ""
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            break
    return log.read_text(errors="backslashreplace") or "nothing said"


def _judged(case: Case, beside: Beside, server: Server) -> Judgement:
    """Whether both say the same, but for what the server says otherwise each time."""

    def both(case: Case, plain: bool) -> tuple[list[str], list[str]]:
        reference, candidate = beside.run(case, plain)
        return steady(server, reference), steady(server, candidate)

    return judge(case, both)


def steady(server: Server, lines: list[str]) -> list[str]:
    """A transcript without what a server says otherwise each time."""
    for pattern in server.chance:
        lines = [re.sub(pattern, "*", line) for line in lines]
    return lines


def _pair(name: str, judgement: Judgement) -> dict[str, object]:
    return {
        "name": name,
        "outcome": judgement.outcome.value,
        "reason": judgement.reason,
        "reference": judgement.reference,
        "candidate": judgement.candidate,
    }


def _said(tree: Path, command: str) -> str:
    """What a command of the tree prints."""
    done = subprocess.run(
        ["chroot", str(tree), "sh", "-c", command], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    main()
