"""The words of `pyfinger-survey`, and what they ask for."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pyfinger import __version__
from pyfinger.cli.command_frame import CommandParser, look_at
from pyfinger.errors import UsageError
from pyfinger.resolve.hostname import hostname_problem
from pyfinger.survey import argument_values as words
from pyfinger.survey.budget import SurveyBudget, is_entry
from pyfinger.survey.local_engine import cores
from pyfinger.survey.tasks import RunOptions
from pyfinger.values import replace

PROGRAM = "pyfinger-survey"
DEFAULT_STORE = "survey.sqlite"
DEFAULT_ALGORITHMS = "ecdsa,rsa"
ROW_WORDS = ("domains", "observations")
_CONTACT_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*")  # of RFC 5322, unquoted

Action = Callable[[argparse.Namespace], int]

# Options whose value goes to `pyfinger.check` by the same name: their value's name and help.
_PLAIN = {
    "resolver": ("ADDRESS[:PORT]", "ask this name server, not the system's"),
    "dnssec": ("WORD", "whose word counts: resolver, own, both"),
    "ca-file": ("FILE", "certificates to trust, for levels that need them"),
    "ca-path": ("DIR", "the same, a hashed directory"),
    "protocols": ("LIST", "TLS versions, as -p of pyfinger has it"),
    "connect-timeout": ("SECONDS", "for connecting, and for the greeting (default: 30)"),
    "command-timeout": ("SECONDS", "for each further step (default: 30)"),
    "main-cf": ("FILE", "read Postfix's parameters from there"),
}
_LEVEL = ("LEVEL", "what servers have to prove (default: dane)")
_SCOPES = {
    "total": "in all",
    "address": "to one address",
    "network": "to one /24 or /48",
    "operator": "to hosts of one domain, such as outlook.com",
}


def parser(actions: Mapping[str, Action]) -> argparse.ArgumentParser:
    """All commands; `action` of what is parsed is the one that was chosen."""
    made = CommandParser(prog=PROGRAM, description=_DESCRIPTION, allow_abbrev=False)
    made.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for name, add in _COMMANDS.items():
        command = commands.add_parser(name, help=_ABOUT[name], description=_ABOUT[name], allow_abbrev=False)
        command.set_defaults(action=actions[name])
        store = f"the survey's file (default: {DEFAULT_STORE})"
        command.add_argument("--store", metavar="FILE", type=words.store, default=DEFAULT_STORE, help=store)
        add(command)
    return made


def _add_run(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("files", nargs="*", metavar="FILE", help="a domain in each line; - is standard input")
    add("--domains", metavar="A,B", help="these domains")
    add("--dry-run", action="store_true", help="only find hosts, and print how much there is to do")
    add("--srv", action="store_true", help="look up SRV instead of MX records")
    level, about = _LEVEL
    add("--level", metavar=level, help=about)
    add("--sts", action="store_true", help="MTA-STS and TLSRPT, too (pip install 'posttls-pyfinger[sts]')")
    add("--sts-port", metavar="PORT", type=words.port, help="where policies are fetched (default: 443)")
    _add_probing(command)


def _add_probing(command: argparse.ArgumentParser) -> None:
    """Whatever is looked at."""
    add = command.add_argument
    algorithms = f"key algorithms to ask for: ecdsa, rsa, eddsa, ml-dsa; or any ({DEFAULT_ALGORITHMS})"
    add("--algorithms", metavar="LIST", default=DEFAULT_ALGORITHMS, help=algorithms)
    add("--contact", metavar="NAME", default="", help="name@host or host of yours, told in EHLO")
    add("--blocklist", metavar="FILE", help="addresses, networks and names never to be connected to")
    budget = SurveyBudget()
    for scope, where in _SCOPES.items():
        limit = getattr(budget, scope)
        about = f"connections {where}, at once and per minute (default: {limit.at_once},{limit.per_minute})"
        add(f"--per-{scope}", metavar="N,M", type=words.allowance, help=about)
    pause = f"between two connections to one address (default: {budget.pause:g})"
    add("--pause", metavar="SECONDS", type=words.seconds, default=budget.pause, help=pause)
    back_off = f"to leave an address alone that said: not now (default: {budget.back_off:g})"
    add("--back-off", metavar="SECONDS", type=words.seconds, default=budget.back_off, help=back_off)
    retries = f"how often to come back then (default: {budget.retries})"
    add("--retries", metavar="N", type=words.count, default=budget.retries, help=retries)
    timeout = f"for one connection (default: {RunOptions().seconds:g})"
    add("--timeout", metavar="SECONDS", type=words.some_seconds, default=RunOptions().seconds, help=timeout)
    add(
        "--set",
        metavar="NAME=VALUE",
        type=words.setting,
        action="append",
        default=[],
        help="a main.cf parameter",
    )
    for name, (value, about) in _PLAIN.items():
        add(f"--{name}", metavar=value, help=about)
    _add_workers(command)


def _add_resume(command: argparse.ArgumentParser) -> None:
    _add_number(command)
    _add_workers(command)


def _add_workers(command: argparse.ArgumentParser) -> None:
    workers = f"processes (default: {cores()}, one for each core, fewer for a short list)"
    where = command.add_mutually_exclusive_group()
    where.add_argument("--workers", metavar="N", type=words.workers, help=workers)
    cluster = "those of a Dask cluster: its scheduler's address, or local:N for N processes here"
    where.add_argument("--dask", metavar="ADDRESS", default="", help=cluster)
    command.add_argument("--quiet", action="store_true", help="tell nothing but errors")


def _add_audit(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("file", metavar="FILE", help="text of smtp_tls_policy_maps, as postmap reads it; - is standard input")
    add(
        "--run",
        metavar="N",
        type=words.count,
        help="go by this run of the survey's file, and connect to nobody",
    )
    add("--write", metavar="FILE", help="the map with stronger policies where sites offer more; - is stdout")
    add("--json", action="store_true", help="as JSON")
    add("--fail-on-less", action="store_true", help="status 1 if mail would be deferred by some line")
    kept = f"keep the run in this file (default: nowhere; with --run: {DEFAULT_STORE})"
    command.set_defaults(store=None, level=None, srv=False, sts=False, sts_port=None)
    next(one for one in command._actions if one.dest == "store").help = kept
    _add_probing(command)


def _add_export(command: argparse.ArgumentParser) -> None:
    _add_number(command)
    kind = command.add_mutually_exclusive_group()
    kind.add_argument("--jsonl", action="store_true", help="a JSON object in each line (the default)")
    kind.add_argument("--csv", action="store_true", help="comma-separated values, with a header")
    kind.add_argument(
        "--parquet", metavar="FILE", help="Parquet, to a file (pip install 'posttls-pyfinger[survey]')"
    )
    about = "one for each line of the sources, or each connection"
    command.add_argument("--rows", choices=ROW_WORDS, default="domains", help=about)


def _add_summary(command: argparse.ArgumentParser) -> None:
    _add_number(command)
    command.add_argument("--since", metavar="RUN", type=words.count, help="and what changed since this run")
    command.add_argument("--json", action="store_true", help="as JSON")


def _add_report(command: argparse.ArgumentParser) -> None:
    _add_number(command)
    command.add_argument(
        "--html", metavar="FILE", required=True, help="a page to be looked at; -: standard output"
    )


def _add_diff(command: argparse.ArgumentParser) -> None:
    command.add_argument("before", metavar="RUN", type=words.count, help="a run's number")
    command.add_argument("after", metavar="RUN", type=words.count, help="a later one's")
    command.add_argument("--json", action="store_true", help="a JSON object in each line")
    command.add_argument("--fail-on-change", action="store_true", help="status 1 if anything changed")


def _add_number(command: argparse.ArgumentParser) -> None:
    command.add_argument("--run", metavar="N", type=words.count, help="which run (default: the last)")


_COMMANDS: Mapping[str, Callable[[argparse.ArgumentParser], None]] = {
    "run": _add_run,
    "resume": _add_resume,
    "export": _add_export,
    "summary": _add_summary,
    "report": _add_report,
    "diff": _add_diff,
    "audit": _add_audit,
}
_ABOUT = {
    "run": "look at every domain of a list",
    "resume": "go on with a run that was broken off",
    "export": "write rows for other programs",
    "summary": "count what was found",
    "report": "draw what was found, as a page",
    "diff": "tell what changed from one run to another",
    "audit": "compare a Postfix TLS policy map with what its sites offer",
}
_DESCRIPTION = "The TLS of many mail domains: every address is connected to once, within a budget."


def run_options(arguments: argparse.Namespace) -> RunOptions:
    """What a new run is to do; `UsageError` if that makes no sense."""
    names = [name.replace("-", "_") for name in ("level", *_PLAIN)]
    check: dict[str, Any] = {name: getattr(arguments, name) for name in names if getattr(arguments, name)}
    check["algorithms"] = arguments.algorithms.split(",")
    check["sts"] = arguments.sts
    if arguments.sts_port:
        check["sts_port"] = arguments.sts_port
    if arguments.srv:
        check["srv"] = True
    for name in ("ca_file", "ca_path", "main_cf"):
        if name in check:  # a worker would do without TLS
            look_at(name.replace("_", "-"), check[name])
    settings = dict(arguments.set)
    if arguments.contact:
        settings.setdefault("myhostname", _contact_host(arguments.contact))
    if settings:
        check["settings"] = settings
    blocked = _blocked(arguments.blocklist) if arguments.blocklist else ()
    return RunOptions(json.dumps(check), _budget(arguments), blocked, arguments.contact, arguments.timeout)


def _budget(arguments: argparse.Namespace) -> SurveyBudget:
    default = SurveyBudget()
    found = {scope: getattr(arguments, f"per_{scope}") for scope in _SCOPES}
    given = {scope: value for scope, value in found.items() if value is not None}
    return replace(
        default, **given, pause=arguments.pause, back_off=arguments.back_off, retries=arguments.retries
    )


def _contact_host(contact: str) -> str:
    """What EHLO says; `UsageError` for what is no name@host, and no host."""
    name, at, host = contact.rpartition("@")
    problem = hostname_problem(host)
    if problem or bool(at) != bool(name) or not _CONTACT_NAME.fullmatch(name):
        raise UsageError(f"--contact: neither name@host nor a host ({problem or 'bad name'}): {contact}")
    return host


def _blocked(file: str) -> tuple[str, ...]:
    """One address, network or name in each line; whoever asked to be left out is not left in by mistake."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8") from error
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    entries = [(number, line) for number, line in lines if line and not line.startswith("#")]
    for number, entry in entries:
        if not is_entry(entry):
            raise UsageError(f"{file}:{number}: no address, network or name: {entry}")
    return tuple(entry for _, entry in entries)
