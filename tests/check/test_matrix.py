"""The demo's domain of three hosts: the whole matrix, on real sockets."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from prometheus_client.openmetrics import parser

import pyfinger
from pyfinger import CheckReport, CheckVerdict
from pyfinger.check import library
from pyfinger.check import output_formats as formats
from pyfinger.check.text import WIDTH, text
from pyfinger.dane.remarks import RemarkKind
from pyfinger.demo.listeners import Listeners
from pyfinger.demo.plan import KeyChoice, ServerPlan, Tlsa
from pyfinger.demo.signer import EXPIRATION
from pyfinger.demo.world import DemoWorld
from pyfinger.policy.sender import Action, Basis
from pyfinger.prober.context import system_dependencies
from pyfinger.report.encoding import codec
from pyfinger.values import replace
from tests import schema

pytestmark = pytest.mark.slow

DOMAIN = "whole.demo.test"
BOTH = ("ecdsa", "rsa")
ALL = (*BOTH, "eddsa", "ml-dsa")
GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "check" / "whole.txt"

# host: records by usage, selector, matching type and verdict; then address: algorithm, verdict, records
MATRIX = {
    "mx1": {
        "verdict": "ok",
        "records": ["2 1 1 ok", "2 1 1 never-matched", "3 1 1 ok", "3 1 1 ok", "3 1 1 never-matched"],
        "chains": ["ecdsa ok 0,2", "rsa ok 0,3"],
    },
    "mx2": {
        "verdict": "degraded",
        "records": ["1 1 1 failed", "3 1 1 ok"],
        "chains": ["ecdsa ok 1", "rsa failed"],
    },
    "mx3": {
        "verdict": "could-not-tell",
        "records": ["3 1 1 could-not-tell"],
        "chains": [f"{word} could-not-tell" for word in BOTH],
    },
}


# Each host against the policy `mx: *.whole.demo.test`: by the domain's MTA-STS alone, and with DANE.
POLICED = {
    "mx1": {"verdict": "ok", "mta-sts": ["deliver"], "both": ["deliver by DANE"]},
    "mx2": {
        "verdict": "ok",
        "mta-sts": ["deliver"],
        "both": ["deliver by DANE ecdsa", "do not deliver to this host by DANE rsa"],
    },
    "mx3": {"verdict": "could-not-tell", "mta-sts": ["could not tell"], "both": ["could not tell by DANE"]},
}


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running


@pytest.fixture(scope="module")
def report(world: DemoWorld) -> CheckReport:
    return check(world)


def check(world: DemoWorld, **options: Any) -> CheckReport:
    trusted = {"ca_file": world.authority_file, "sts_port": world.policy_port or 443}
    found: CheckReport = pyfinger.check(
        DOMAIN, srv=True, resolver=world.resolver, pause=0, **{**trusted, **options}
    )
    return found


def read_metrics(exposition: str) -> list[Any]:
    read: Any = parser.text_string_to_metric_families
    return list(read(exposition))


def seen(report: CheckReport) -> dict[str, Any]:
    """A report's JSON in the form of `MATRIX`; every address has to say the same."""
    (domain,) = formats.document(report)["domains"]
    found: dict[str, Any] = {}
    for host in domain["hosts"]:
        rows = [
            [f"{c['algorithm']} {c['verdict']} {','.join(map(str, c['matched']))}".strip() for c in chains]
            for chains in (address["chains"] for address in host["addresses"])
        ]
        assert all(row == rows[0] for row in rows)
        records = [
            "{usage} {selector} {matching}".format(**one["record"]) + f" {one['verdict']}"
            for one in host["records"]
        ]
        name = host["host"].partition(".")[0]
        found[name] = {"verdict": host["verdict"], "records": records, "chains": rows[0]}
    return found


def test_the_matrix_is_exactly_what_the_plan_says(report: CheckReport) -> None:
    assert seen(report) == MATRIX
    assert report.verdict is CheckVerdict.DEGRADED
    assert formats.status(report) == formats.DEGRADED_STATUS


def test_each_host_is_held_against_the_policy(report: CheckReport) -> None:
    (domain,) = formats.document(report)["domains"]
    sts = domain["sts"]
    assert (sts["verdict"], sts["mode"], sts["mx"]) == ("could-not-tell", "enforce", ["*.whole.demo.test"])
    found: dict[str, Any] = {}
    for host in sts["hosts"]:
        row = {"verdict": host["verdict"], "mta-sts": [], "both": []}
        for one in host["decisions"]:
            action, basis = Action[one["action"].upper()].value, Basis[one["basis"].upper()].value
            if one["sender"] == "sts":
                row["mta-sts"].append(action)
            elif one["sender"] == "both":
                row["both"].append(" ".join([f"{action} by {basis}", *one["algorithms"]]))
        found[host["host"].partition(".")[0]] = row
    assert found == POLICED
    assert [one["situation"] for one in sts["situations"]] == ["sts-for-failing-dane"]
    assert domain["tlsrpt"]["rua"] == ["mailto:reports@whole.demo.test"]
    shown = text(report).decode()
    assert "  mta-sts.whole.demo.test: mode enforce, max_age 604800, mx *.whole.demo.test\n" in shown
    assert "FAILURE: MTA-STS would allow what DANE forbids\n" in shown


def test_there_are_as_many_connections_as_addresses_and_algorithms() -> None:
    with DemoWorld() as world:
        report = check(world)
        counted = {server.plan.name: dict(server.tally.connections) for server in world.shared}
        addresses = world.shared[0].addresses
    assert counted["mx1"] == counted["mx2"] == dict.fromkeys(addresses, 2)
    assert counted["mx3"] == dict.fromkeys(addresses, 1)  # 421: it is left alone
    assert report.planned == 3 * len(addresses) * len(BOTH)
    assert report.connections == report.planned - len(addresses)


def test_keys_of_other_kinds_are_asked_for_if_it_is_wished(world: DemoWorld) -> None:
    report = check(world, algorithms=ALL, max_connections=len(ALL))
    chains = {host: found["chains"] for host, found in seen(report).items()}
    assert chains["mx1"] == [*MATRIX["mx1"]["chains"], "eddsa not-offered", "ml-dsa not-offered"]
    assert text(report).count(b"no key of EdDSA, ML-DSA\n") == 2 * len(report.domains[0].hosts[0].addresses)


def test_a_server_of_two_connections_never_sees_a_third() -> None:
    plan = ServerPlan("mx", "", shared="whole", also=KeyChoice.RSA, tlsa=Tlsa.KEY, allows=2)
    with DemoWorld((plan,)) as world:
        settings = {"inet_protocols": "ipv4"}
        report = check(world, algorithms=ALL, settings=settings)
        assert world.server("mx").tally.connections.total() == 2
    chains = report.domains[0].hosts[0].addresses[0].chains
    assert [chain.verdict.value for chain in chains] == ["ok", "failed", *["could not tell"] * 2]


def test_the_text_is_80_columns_of_it(report: CheckReport) -> None:
    shown = text(report).decode("ascii")
    assert max(map(len, shown.splitlines())) <= WIDTH
    assert "\x1b" not in shown
    if len(report.domains[0].hosts[0].addresses) < 2:
        pytest.skip("no IPv6 on this machine")
    assert settled(shown) == GOLDEN.read_text(encoding="ascii")


def settled(shown: str) -> str:
    """Without what differs from run to run."""
    shown = re.sub(r"(?<![0-9])[0-9]{4,5}(?=[._ ])(?!-)", "PORT", shown)
    shown = re.sub(r"[0-9.]+ seconds", "N seconds", shown)
    return re.sub(r"\b[0-9a-fA-F]{16,}\b", "DIGITS", shown)


def test_colour_marks_verdicts_and_takes_no_room(report: CheckReport) -> None:
    coloured = text(report, colour=True).decode("ascii")
    assert "\x1b[32mok" in coloured and "\x1b[31mfailed" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == text(report).decode("ascii")


def test_json_follows_its_schema_and_is_read_again(report: CheckReport) -> None:
    document = json.loads(formats.json_bytes(report))
    Draft202012Validator(schema.check_schema()).validate(document)
    fields = {name: value for name, value in document.items() if name not in ("schema", "version")}
    assert codec(CheckReport).read(fields) == report
    (line,) = formats.json_lines(report).splitlines()
    Draft202012Validator(schema.check_line_schema()).validate(json.loads(line))


def test_a_plugins_line_and_metrics(report: CheckReport) -> None:
    line = formats.nagios_line(report).decode()
    assert line.startswith("PYFINGER-CHECK WARNING - whole.demo.test: degraded: mx2.whole.demo.test")
    assert formats.plugin_status(report) == 1
    families = read_metrics(formats.openmetrics(report).decode())
    values = {
        sample.labels["host"]: sample.value
        for family in families
        if family.name == "pyfinger_check_chain_ok"
        for sample in family.samples
        if sample.labels["algorithm"] == "RSA"
    }
    assert values == {"mx1.whole.demo.test": 1.0, "mx2.whole.demo.test": 0.0}  # of mx3 nobody can tell


def test_in_an_event_loop_it_is_the_same(world: DemoWorld, report: CheckReport) -> None:
    found = asyncio.run(pyfinger.check_async(DOMAIN, srv=True, resolver=world.resolver, pause=0))
    assert seen(found) == seen(report)


def test_without_the_extra_one_line_says_so_and_the_rest_is_checked(world: DemoWorld) -> None:
    program = "import sys; sys.modules['h11'] = None; from pyfinger.check.command import main; exit(main())"
    words = ["--srv", "--algorithms", "ecdsa", "--resolver", world.resolver, DOMAIN]
    command = [sys.executable, "-c", program, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (formats.DEGRADED_STATUS, "")
    line = "MTA-STS: could not tell\n  h11 is not installed (pip install 'posttls-pyfinger[sts]')\n"
    assert line in done.stdout
    assert done.stdout.count("is not installed") == 1


def test_time_that_is_over_leaves_a_report() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = f"127.0.0.1:{silent.getsockname()[1]}"
        found = [
            pyfinger.check(DOMAIN, timeout=0.2, resolver=resolver),
            asyncio.run(pyfinger.check_async(DOMAIN, timeout=0.2, resolver=resolver)),
        ]
    for report in found:
        assert report.interruption == "not done within 0.2 seconds"
        assert (report.verdict, report.connections) == (CheckVerdict.COULD_NOT_TELL, 0)
        assert formats.status(report) == 130


@pytest.mark.slow
def test_a_server_that_never_comes_to_its_point_costs_no_more_than_the_time_there_is() -> None:
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        while not over.wait(0.01):
            connection.sendall(b"220-")

    listeners = Listeners()
    port = listeners.connections(drip)
    listeners.start()
    try:
        report = pyfinger.check(f"[127.0.0.1]:{port}", timeout=1, pause=0)
    finally:
        over.set()
        listeners.close()
    assert (report.verdict, report.connections) == (CheckVerdict.COULD_NOT_TELL, 1)


def test_whatever_was_imported_before_the_package_is_the_function(world: DemoWorld) -> None:
    assert pyfinger.check.report_model.CheckReport is CheckReport  # type: ignore[attr-defined]
    assert callable(pyfinger.check)


def test_with_validation_of_our_own_it_is_told_when_signatures_have_nearly_run_out(
    world: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    near_the_end = datetime.fromtimestamp(EXPIRATION - 3600, UTC)
    real = system_dependencies
    monkeypatch.setattr(
        library, "system_dependencies", lambda *given: replace(real(*given), now=lambda: near_the_end)
    )
    report = check(world, validate=True, dnssec_anchors=[world.anchor_file], algorithms=["ecdsa"])
    remarks = [remark.kind for remark in report.domains[0].hosts[0].remarks]
    assert remarks == [RemarkKind.SIGNATURE_ENDS]
