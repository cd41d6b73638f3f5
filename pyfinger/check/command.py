"""The command `pyfinger-check DOMAIN…`: options in, a report out, and an exit status.

What is written and how has no influence on what is done; an interrupted check, or one whose time
is over, is written as far as it went.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

from pyfinger import __version__
from pyfinger.check import output_formats as formats
from pyfinger.check.checker import Checker
from pyfinger.check.library import PreparedCheck
from pyfinger.check.report_model import CheckReport
from pyfinger.check.request import Limits
from pyfinger.check.text import plan_text, text
from pyfinger.cli.artifacts import goes_to_standard_output
from pyfinger.cli.command_frame import CommandParser, OutputLost, complain, framed, look_at, writing
from pyfinger.cli.interrupts import (
    FAILED,
    INTERRUPTED,
    PLUGIN_UNKNOWN,
    Interrupted,
    ending_on_signals,
    why,
)
from pyfinger.cli.runner import unprivileged
from pyfinger.drive.blocking import BlockingDriver
from pyfinger.errors import OutOfTime, UsageError
from pyfinger.values import replace

PROGRAM = "pyfinger-check"
_WRITERS: Mapping[str, Callable[[CheckReport], bytes]] = {
    "json": formats.json_bytes,
    "jsonl": formats.json_lines,
    "nagios": formats.nagios_line,
    "openmetrics": formats.openmetrics,
}
# What complains of a value knows the option by the name it has there.
_SPELLED: Mapping[str, str] = {
    "bad max_connections:": "bad '--max-connections' option value:",
    "bad max_total:": "bad '--max-connections' option value, in all:",
    "bad pause:": "bad '--pause' option value:",
    "bad back_off:": "bad '--back-off' option value:",
    "bad sts_port:": "bad '--sts-port' option value:",
    "bad '-t' option": "bad '--connect-timeout' option",
    "bad '-T' option": "bad '--command-timeout' option",
    "bad '-M' option": "bad '--insecure-mx' option",
    "unknown -h option": "unknown '--host-lookup' option",
}
_EXPLAINING = ("text", "json", "jsonl")  # the formats that have room for reasons
_DESCRIPTION = (
    "Check the TLS of every host, address, key algorithm and TLSA record of mail domains:"
    " one connection for each address and algorithm."
)
# The options that only say what they are called in `CheckOptions`: their value's name and help.
_PLAIN: Mapping[str, tuple[str, str]] = {
    "resolver": ("ADDRESS[:PORT]", "ask this name server, not the system's"),
    "host-lookup": ("WORDS", "how hosts are found: dns, native, or both"),
    "dnssec": ("WORD", "whose word counts: resolver, own, both"),
    "level": ("LEVEL", "what servers have to prove (default: dane)"),
    "insecure-mx": ("LEVEL", "the level where MX records are not signed (default: dane)"),
    "ca-file": ("FILE", "certificates to trust"),
    "ca-path": ("DIR", "the same, a hashed directory"),
    "protocols": ("LIST", "TLS versions, as -p of pyfinger has it"),
    "grade": ("GRADE", "cipher suites: high, medium, null"),
    "servername": ("NAME", "SNI where DANE does not say it"),
    "connect-timeout": ("SECONDS", "for connecting, and for the greeting (default: 30)"),
    "command-timeout": ("SECONDS", "for each further step (default: 30)"),
    "timeout": (
        "SECONDS",
        "for all of it: a report of what is known by then; without it at most two connections to an address"
        " are made (see --max-connections)",
    ),
    "main-cf": ("FILE", "read Postfix's parameters from there"),
}
_REPEATED: Mapping[str, tuple[str, str]] = {
    "trust-anchor": ("FILE", "a trust anchor, for levels verify and secure"),
    "dnssec-anchor": ("FILE", "a trust anchor of DNS, in place of the root's"),
    "certificate": ("[HOST=]FILE", "judge these certificates as if the host showed them; of each key one"),
    "records": ("FILE|TEXT", "take these records as if DNS had them"),
    "unsigned": ("ZONES", "of those, what has no DNSSEC signatures: zones, or ZONE/TYPE"),
}
_FLAGS: Mapping[str, str] = {
    "srv": "look up SRV instead of MX records",
    "lmtp": "speak LMTP to the host itself",
    "wrapper": "TLS from the first byte",
    "force-tlsa": "look up TLSA records of unsigned hosts, too",
    "validate": "short for --dnssec own",
    "offline": "neither connect nor look up: what is not given does not exist",
    "no-sts": "leave MTA-STS and TLSRPT out",
    "explain": "explain everything, not only what is not ok",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; its exit status."""
    return framed(PROGRAM, lambda: _act(argv))


def _act(argv: Sequence[str] | None) -> int:
    options = _parser().parse_args(argv)
    unable = PLUGIN_UNKNOWN if options.format == "nagios" else FAILED
    try:
        if options.plan and options.format != "text":
            raise UsageError(f"--plan is text, and knows no --format {options.format}")
        for file in options.trust_anchor or ():
            look_at("trust-anchor", file)
        if options.ca_path:
            look_at("ca-path", options.ca_path)
        prepared = PreparedCheck.of(options.domains, options.match, _keywords(options), None)
        page = _page_file(options, sys.stdout.buffer)
        with ending_on_signals():
            found = _run(prepared, options)
    except UsageError as error:
        complain(PROGRAM, f"fatal: {_spelled(str(error))}")
        return unable
    except KeyboardInterrupt as stop:  # before there was anything to be told
        return stop.status if isinstance(stop, Interrupted) else INTERRUPTED
    written, status = found if isinstance(found, tuple) else _concluded(found, options)
    try:
        if page is not None and isinstance(found, CheckReport):
            try:
                with writing():
                    page(found)
            except UsageError as error:  # the text is worth having all the same
                complain(PROGRAM, str(error))
                status = unable
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
    except OutputLost as lost:
        return lost.told(PROGRAM, unable)
    return status


def _page_file(options: argparse.Namespace, out: BinaryIO) -> Callable[[CheckReport], None] | None:
    """What writes the page, if there is to be one; its file is opened now, before root is given up."""
    if options.html is None:
        return None
    if options.plan:
        raise UsageError("--html shows what was found, and --plan only looks for it")
    from pyfinger.page.check_page import check_page
    from pyfinger.page.page_file import PageFile

    file = PageFile(options.html, "check.html", out)
    return lambda report: file.write(check_page(report))


def _spelled(reason: str) -> str:
    """The reason with options as they are called here."""
    for name, option in _SPELLED.items():
        reason = reason.replace(name, option, 1)
    return reason


def _run(prepared: PreparedCheck, options: argparse.Namespace) -> CheckReport | tuple[bytes, int]:
    """The report, or the plan as it is printed."""
    prepared = replace(prepared, invocation=unprivileged(prepared.invocation, prepared.tee))
    driver = BlockingDriver(prepared.invocation.resolver)
    checker = prepared.checker(driver.clock)
    seconds = prepared.request.limits.seconds
    try:
        if options.plan:
            driver.run(checker.find(), seconds)
            return plan_text(checker.domains, checker.to_connect, checker.policy_hosts), 0
        return driver.run(checker.steps(), seconds)
    except OutOfTime:
        return _unfinished(checker, options, prepared.out_of_time)
    except KeyboardInterrupt as stop:
        return _unfinished(checker, options, why(stop))


def _unfinished(
    checker: Checker, options: argparse.Namespace, reason: str
) -> CheckReport | tuple[bytes, int]:
    """As far as it went."""
    if options.plan:
        return plan_text(checker.domains, checker.to_connect, checker.policy_hosts), INTERRUPTED
    return checker.report(reason)


def _concluded(report: CheckReport, options: argparse.Namespace) -> tuple[bytes, int]:
    """What is written of a report, and the status."""
    status = formats.plugin_status(report) if options.format == "nagios" else formats.status(report)
    if options.quiet and not formats.needs_attention(report):
        return b"", status
    if options.html is not None and goes_to_standard_output(options.html):
        return b"", status
    if options.format == "text":
        return text(report, colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR")), status
    return _WRITERS[options.format](report), status


def _keywords(options: argparse.Namespace) -> dict[str, Any]:
    """The keywords of `pyfinger.check`, as far as they were given."""
    given = {name.replace("-", "_"): getattr(options, name.replace("-", "_")) for name in (*_PLAIN, *_FLAGS)}
    given.update({name: getattr(options, name) for name in ("certificate", "records", "unsigned")})
    given["trust_anchors"] = options.trust_anchor
    given["dnssec_anchors"] = options.dnssec_anchor
    given["settings"] = dict(options.set or ())
    given["algorithms"] = options.algorithms.split(",") if options.algorithms else None
    given["pause"], given["back_off"] = options.pause, options.back_off
    given["sts"] = not given.pop("no_sts")
    given["sts_port"] = options.sts_port
    given["explain"] = options.explain or (None if options.format in _EXPLAINING or options.html else False)
    each, comma, total = (options.max_connections or "").partition(",")
    if comma and not (each and total):
        raise UsageError(f"bad '--max-connections' option value: {options.max_connections} (N, or N,ALL)")
    given["max_connections"], given["max_total"] = each, total
    return {name: value for name, value in given.items() if value or value in (0, False)}


def _setting(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"no name=value: {word}")
    return name.strip(), value.strip()


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(prog=PROGRAM, description=_DESCRIPTION, allow_abbrev=False)
    add = parser.add_argument
    add("domains", nargs="+", metavar="DOMAIN", help="domain[:port], or [host]:port without MX lookup")
    add("--plan", action="store_true", help="only print what would be connected to, and how often")
    add("--format", choices=["text", *_WRITERS], default="text", help="what to write (default: text)")
    add("--html", metavar="FILE", help="write a page to be looked at, too; -: in place of the text")
    add("--quiet", action="store_true", help="write nothing if everything is well")
    add(
        "--algorithms",
        metavar="LIST",
        help="key algorithms to ask for: ecdsa, rsa, eddsa, ml-dsa; or any (ecdsa,rsa)",
    )
    limits = Limits()
    most = (
        "at most so many connections to one address within a minute, and in all"
        f" (default: {limits.each},{limits.total}); more wait if --timeout leaves time, else are not made"
    )
    add("--max-connections", metavar="N[,ALL]", help=most)
    pause = f"between two connections to one address (default: {limits.pause:g})"
    add("--pause", metavar="SECONDS", help=pause)
    back_off = (
        f"until a server that said: not now is asked again, within --timeout (default: {limits.back_off:g})"
    )
    add("--back-off", metavar="SECONDS", help=back_off)
    add("--sts-port", metavar="PORT", help="where policies of MTA-STS are fetched (default: 443)")
    add("--match", metavar="NAME", action="append", default=[], help="what to match, at other levels")
    add("--set", metavar="NAME=VALUE", type=_setting, action="append", help="a main.cf parameter")
    for name, (value, about) in _PLAIN.items():
        add(f"--{name}", metavar=value, help=about)
    for name, (value, about) in _REPEATED.items():
        add(f"--{name}", metavar=value, action="append", help=about)
    for name, about in _FLAGS.items():
        add(f"--{name}", action="store_true", help=about)
    add("--version", action="version", version=f"{PROGRAM} {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
