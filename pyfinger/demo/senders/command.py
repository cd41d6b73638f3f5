"""`pyfinger-demo senders`: the world of the situations, and the report on who sent mail into it.

The exit status is 0 if all is as it has to be, 1 if something is not, 2 for what cannot be run
like this, 3 if nothing failed but not all was tried.
"""

from __future__ import annotations

import argparse
import fnmatch
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import BinaryIO, TextIO

from pyfinger.cli.artifacts import Wanted, discard, goes_to_standard_output, open_together
from pyfinger.cli.command_frame import CommandParser, OutputLost, complain, writing
from pyfinger.decimals import decimal
from pyfinger.demo.senders import SITUATIONS
from pyfinger.demo.senders.journal_verdicts import Mark, SenderEnding, SenderReport, judge, with_refusals
from pyfinger.demo.senders.report_text import journal_lines, json_report, text_report
from pyfinger.demo.senders.sender_world import SenderPorts, SenderWorld
from pyfinger.demo.senders.situations import Profile, SendingSituation
from pyfinger.demo.senders.submission import (
    SENDER,
    SubmissionOutcome,
    command_words,
    submit,
    submit_by_command,
)
from pyfinger.errors import UsageError
from pyfinger.report.sanitise import legible
from pyfinger.resolve.destination import split_destination
from pyfinger.values import replace

PROGRAM = "pyfinger-demo"
PASSED, FAILED, USAGE, UNTRIED = range(4)
_LAST_PORT = 65535
_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
_FILES = ("json", "html", "log")
_WORDS = ("dane", "mta-sts", "none")


def main(argv: Sequence[str]) -> int:
    """Run the command with the arguments after `senders`; returns its exit status."""
    options = _parser().parse_args(argv)
    situations = [each for each in SITUATIONS if fnmatch.fnmatchcase(each.name, options.only)]
    try:
        if not situations:
            raise UsageError(f"no situation is called {options.only}")
        if options.list:
            print("\n".join(situation.recipient for situation in situations), flush=True)
            return PASSED
        return _run(options, situations)
    except OutputLost as lost:
        return lost.told(PROGRAM, USAGE)
    except (UsageError, OSError) as problem:
        complain(PROGRAM, _explained(problem))
        return USAGE


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="pyfinger-demo senders",
        description="A world in which something is wrong with every domain, to see what a sending mail"
        " server makes of it.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--list", action="store_true", help="print the addresses to send to, one a line, and do no more")
    add("--only", default="*", metavar="PATTERN", help="situations of these names ('sts-*')")
    add(
        "--profile",
        type=_profile,
        default=Profile(dane=True),
        metavar="WORDS",
        help="what the sender claims to do: dane, mta-sts, both with a comma, or none (dane)",
    )
    how = parser.add_mutually_exclusive_group()
    through = "send the messages through this server"
    how.add_argument("--submit", type=_place, metavar="HOST:PORT", help=through)
    how.add_argument(
        "--submit-command",
        type=_command,
        metavar="COMMAND",
        help="give each message to this command; {recipient} and {sender} in it stand for addresses",
    )
    add("--sender", type=_address, default=SENDER, metavar="ADDRESS", help=f"the envelope sender ({SENDER})")
    add(
        "--quiet",
        type=_seconds,
        default=10.0,
        metavar="SECONDS",
        help="a situation has settled when nothing happened for so long (10)",
    )
    add("--deadline", type=_seconds, default=300.0, metavar="SECONDS", help="submit and wait no longer (300)")
    add("--port", type=_port, default=25, metavar="N", help="of the mail exchangers (25; 0: any)")
    add("--dns-port", type=_port, default=53, metavar="N", help="of the name server (53; 0: any)")
    add("--https-port", type=_port, default=443, metavar="N", help="of the policies (443; 0: any)")
    add("--folder", type=Path, metavar="DIR", help="a folder to be made for authority and trust anchor")
    add("--json", metavar="FILE", help="the report as JSON; - is standard output, without the text")
    add("--html", metavar="FILE", help="the report as a page to be looked at; -: in place of the text")
    add("--log", metavar="FILE", help="all that happened, a line of JSON each")
    return parser


def _run(options: argparse.Namespace, situations: Sequence[SendingSituation]) -> int:
    named = [(name, getattr(options, name)) for name in _FILES]
    wanted = [Wanted(name, file, whole=True) for name, file in named if file is not None]
    page = _page_writer() if options.html is not None else None  # before anything is done, as for files
    ports = SenderPorts(options.port, options.dns_port, options.https_port)
    signal.signal(signal.SIGTERM, _interrupt)
    with SenderWorld(situations, ports, options.folder) as world:
        files = open_together(wanted, sys.stdout.buffer)
        try:
            report = _reported(options, world)
        except BaseException:
            discard(files.values())
            raise
        with writing():
            _write(report, files, world)
            if page is not None:
                page(report, files["html"])
        if not _no_text(options):
            print(text_report(report), end="", flush=True)
    return _status(report)


def _reported(options: argparse.Namespace, world: SenderWorld) -> SenderReport:
    """Send, wait, and judge."""
    print("\n".join(map(legible, _where(world))), file=sys.stderr, flush=True)
    handed, settled, ended = SubmissionOutcome({}), False, SenderEnding.INTERRUPTED
    end = time.monotonic() + options.deadline
    try:
        handed = _submit(options, world, sys.stderr if _no_text(options) else sys.stdout)
        names = [one.name for one in world.situations if one.name not in handed.refused]
        left = max(0.0, end - time.monotonic())
        settled = world.journal.wait_until_settled(names, options.quiet, left) and not handed.late
        ended = SenderEnding.SETTLED if settled else SenderEnding.DEADLINE
    except KeyboardInterrupt:
        print(file=sys.stderr)
    report = judge(world.situations, world.journal.entries, options.profile, settled=settled)
    return with_refusals(replace(report, ended=ended), handed.refused, handed.unreachable)


def _where(world: SenderWorld) -> list[str]:
    """What the sender under test has to be told."""
    policies = f"Policies: port {world.policy_port}" if world.policy_port else "No policies"
    return [
        f"Name server: {world.resolver} (it validates; trust anchor: {world.anchor_file})",
        f"Mail exchangers: port {world.port}.  {policies}",
        f"The authority to trust: {world.authority_file}",
    ]


def _submit(options: argparse.Namespace, world: SenderWorld, shown: TextIO) -> SubmissionOutcome:
    """Send the messages, or show whom to send one to."""
    if options.submit is not None:
        host, port = options.submit
        return submit(world.situations, host, port, options.sender, options.deadline)
    if options.submit_command is not None:
        return submit_by_command(world.situations, options.submit_command, options.sender, options.deadline)
    print("Send a message to each of these (Ctrl-C ends it):", file=sys.stderr)
    print("\n".join(world.recipients), file=shown, flush=True)
    return SubmissionOutcome({})


def _write(report: SenderReport, files: dict[str, BinaryIO], world: SenderWorld) -> None:
    if "json" in files:
        files["json"].write(json_report(report).encode("ascii"))
    if "log" in files:
        files["log"].write("".join(journal_lines(world.journal.entries)).encode("ascii"))


def _page_writer() -> Callable[[SenderReport, BinaryIO], None]:
    """What writes the page; `UsageError` if there can be none."""
    from pyfinger.page.senders_page import TEMPLATE, senders_page
    from pyfinger.page.template_rendering import Pages

    pages = Pages(TEMPLATE)
    return lambda report, out: _write_whole(out, pages.render(TEMPLATE, page=senders_page(report)))


def _write_whole(out: BinaryIO, text: str) -> None:
    out.write(text.encode())
    out.flush()


def _no_text(options: argparse.Namespace) -> bool:
    """Whether standard output is a file's."""
    names = [getattr(options, name) for name in _FILES]
    return any(name is not None and goes_to_standard_output(name) for name in names)


def _status(report: SenderReport) -> int:
    if report.count(Mark.FAIL):
        return FAILED
    return PASSED if report.settled and not report.count(Mark.NOT_TRIED) else UNTRIED


def _explained(problem: Exception) -> str:
    if isinstance(problem, PermissionError) and problem.filename is None:
        return "ports below 1024 need root: try --port 2525 --dns-port 2553 --https-port 2443"
    if isinstance(problem, OSError):
        where = f"{problem.filename}: " if problem.filename is not None else ""
        return f"{where}{problem.strerror or problem}"
    return str(problem)


def _profile(text: str) -> Profile:
    words = text.split(",")
    if any(word not in _WORDS for word in words) or ("none" in words and len(words) > 1):
        raise argparse.ArgumentTypeError(f"{text}: dane, mta-sts, dane,mta-sts or none")
    return Profile("dane" in words, "mta-sts" in words)


def _place(text: str) -> tuple[str, int]:
    try:
        host, port = split_destination(text)
    except UsageError:
        host, port = "", ""
    if not (host and port):
        raise argparse.ArgumentTypeError(f"{text}: HOST:PORT is wanted, or [ADDRESS]:PORT")
    if not _port(port):
        raise argparse.ArgumentTypeError(f"{text}: nobody listens on port 0")
    return host, _port(port)


def _command(text: str) -> list[str]:
    try:
        return command_words(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error


def _address(text: str) -> str:
    """What may stand between `<` and `>` in a dialogue, without SMTPUTF8."""
    if not _ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text}: an address is name@host, in ASCII and without blanks")
    return text


def _port(text: str) -> int:
    number = decimal(text, _LAST_PORT)
    if number is None:
        raise argparse.ArgumentTypeError(f"{text}: ports are 0 to {_LAST_PORT}")
    return number


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86400:
        raise argparse.ArgumentTypeError(f"{text}: seconds are 0 to 86400")
    return seconds


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
