"""`pyfinger-tlsa rehearse`: what senders see while records and certificates change.

pyfinger-tlsa rehearse plan.toml
pyfinger-tlsa rehearse --scheme next-key --host mx.example.com --today old.pem --tomorrow new.pem
pyfinger-tlsa rehearse plan.toml --next            what now?
"""

from __future__ import annotations

import argparse
import json
import math
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pyfinger import __version__
from pyfinger.decimals import decimal
from pyfinger.errors import UsageError
from pyfinger.report.encoding import codec
from pyfinger.report.sanitise import plain
from pyfinger.tlsa.inputs import BadArguments, date_at, moment, port_number, seconds
from pyfinger.tlsa.plan_file import named_files, read_plan
from pyfinger.tlsa.planned import Delays, Encounter, RehearsalPlan, SenderOutcome
from pyfinger.tlsa.records import host_name, owner_name
from pyfinger.tlsa.rehearsal import Rehearsal, RehearsalPhase, RehearsedStep, rehearse
from pyfinger.tlsa.schemes import WORDS, Rollover, RolloverScheme, plan_of, scheme_called
from pyfinger.tlsa.zone import zone_of
from pyfinger.values import replace

SCHEMA = "pyfinger-tlsa-rehearsal/1"
WIDTH = 80
STATUS = {SenderOutcome.ACCEPTED: 0, SenderOutcome.UNPROTECTED: 3, SenderOutcome.REFUSED: 4}
DUE, WAIT, NEVER, NOTHING_LEFT = 0, 3, 4, 5  # of --next

_OF_SCHEMES = ("today", "tomorrow")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add = parser.add_argument
    parser.set_defaults(run=run)
    add("plan", nargs="?", metavar="PLAN", help="a file in TOML; pyfinger-tlsa(1) describes it")
    add("--scheme", type=_scheme, metavar="WORD", help=f"in place of a file: {', '.join(WORDS)}")
    add("--host", type=host_name, metavar="NAME", help="of a scheme: the server's name")
    add("--port", type=port_number, metavar="N", default=25, help="(25)")
    add("--today", metavar="FILE", action="append", default=[], help="the chain in use; may be repeated")
    add("--tomorrow", metavar="FILE", action="append", default=[], help="the one to come; may be repeated")
    add("--records", metavar="ZONE", help="the records as they are (those that the scheme has)")
    domain = "a domain whose mail is taken"
    add("--domain", type=host_name, action="append", default=[], metavar="NAME", help=domain)
    add("--ttl", type=seconds, default=3600, help="of the records (3600)")
    for name, about in _DELAYS.items():
        default = getattr(Delays(), name.replace("-", "_"))
        add(f"--{name}", type=seconds, default=default, help=f"{about} ({default})")
    add("--done", action="append", default=[], metavar="N=TIME", help="step N was done then; may be repeated")
    add(
        "--at",
        type=moment,
        metavar="TIME",
        help="begin then, in ISO 8601; --next: what is due then (now)",
    )
    add("--next", action="store_true", help="only: what now?")
    add("--format", choices=["text", "json"], default="text", help="(text)")


_DELAYS = {
    "negative-ttl": "of `no such record`",
    "transfer": "seconds until the last name server has what was published",
    "switch": "seconds until the last server shows the new chain",
    "stale": "seconds that resolvers serve what has run out",
}


def run(arguments: argparse.Namespace) -> int:
    """Rehearse, print, and the exit status."""
    now = datetime.now(UTC).timestamp() if arguments.at is None else arguments.at
    now = float(math.floor(now))
    plan = _plan(arguments, now)
    for given in arguments.done:
        plan = _with_done(plan, given)
    _in_order(plan)
    found = rehearse(plan)
    if arguments.next:
        status, text = what_now(found, now)
    else:
        status, text = STATUS[found.verdict], "\n".join(lines(found))
    print(json.dumps(document(found), indent=2) if arguments.format == "json" else text)
    return status


def _plan(arguments: argparse.Namespace, now: float) -> RehearsalPlan:
    if (arguments.plan is None) == (arguments.scheme is None):
        raise BadArguments("a plan in a file, or --scheme WORD: one of them, and not both")
    if arguments.plan is not None:
        plan = read_plan(arguments.plan, now)
        return plan if arguments.at is None else replace(plan, start=now)
    for name in ("host", *_OF_SCHEMES):
        if not getattr(arguments, name):
            raise BadArguments(f"--scheme needs --{name}")
    published = None
    if arguments.records is not None:
        sets = zone_of(arguments.records)
        owner = owner_name(arguments.host, arguments.port).lower()
        published = tuple(
            record for one in sets if one.owner.lower() in ("", owner) for record in one.records
        )
    today, tomorrow = (named_files(name, getattr(arguments, name)) for name in _OF_SCHEMES)
    delays = Delays(*(getattr(arguments, name) for name in Delays.__match_args__))
    host, domains = arguments.host.removesuffix("."), tuple(arguments.domain)
    rollover = Rollover(host, today, tomorrow, now, arguments.ttl, delays, domains, arguments.port, published)
    return plan_of(arguments.scheme, rollover)


def _scheme(word: str) -> RolloverScheme:
    try:
        return scheme_called(word)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _with_done(plan: RehearsalPlan, given: str) -> RehearsalPlan:
    typed, equals, time = given.partition("=")
    if not equals:
        raise BadArguments(f"--done: N=TIME is wanted: {given}")
    number = decimal(typed, len(plan.steps), least=1)
    if number is None:
        raise BadArguments(f"--done: no step {typed}")
    try:
        at = moment(time)
    except argparse.ArgumentTypeError as error:
        raise BadArguments(f"--done: {error}") from error
    steps = list(plan.steps)
    steps[number - 1] = replace(steps[number - 1], done=at)
    return replace(plan, steps=tuple(steps))


def _in_order(plan: RehearsalPlan) -> None:
    """Steps are done one after the other; `UsageError` if they say otherwise."""
    last, open_step = -math.inf, 0
    for number, step in enumerate(plan.steps, 1):
        if step.done is None:
            open_step = open_step or number
        elif open_step:
            raise UsageError(f"step {number} is done, and step {open_step} is not")
        at = step.done if step.done is not None else step.at
        if at is not None and at < last:
            raise UsageError(f"step {number} comes before the step before it")
        last = max(last, at if at is not None else last)


def what_now(found: Rehearsal, now: float) -> tuple[int, str]:
    """The next step: due, to be waited for, or never safe; and a status."""
    step = next((one for one in found.steps if not one.done), None)
    if step is None:
        return NOTHING_LEFT, f"nothing is left to be done; caches have it all from {time_text(found.settled)}"
    why = "".join(f"\n  {line}" for line in _waits_for(step))
    if step.earliest is None:
        return NEVER, f"step {step.number}, {plain(step.words)}: never safe{why}"
    if step.earliest > now:
        return (
            WAIT,
            f"wait until {time_text(step.earliest)}, then {plain(step.words)} (step {step.number}){why}",
        )
    idle = "" if step.changes else "; nothing changes by it"
    return DUE, f"now: {plain(step.words)} (step {step.number}){idle}"


def time_text(at: float) -> str:
    """A moment as people read it."""
    return date_at(at).strftime("%Y-%m-%d %H:%M:%SZ")


def document(found: Rehearsal) -> dict[str, Any]:
    """A rehearsal as plain values, as `json` takes them (docs/schema/tlsa-rehearsal-1.json)."""
    return {"schema": SCHEMA, "version": __version__, **codec(Rehearsal).write(found)}


def lines(found: Rehearsal) -> Iterator[str]:
    """A rehearsal as text of 80 columns."""
    idle = "" if found.changes else ", and nothing changes"
    yield f"{owner_name(found.host, found.port)}: {found.verdict.value}{idle}"
    yield ""
    for step in found.steps:
        yield from _step_lines(step)
    yield ""
    for phase in found.phases:
        yield from _phase_lines(phase)
    if found.worsens is not None and found.worsens_to is not None:
        text = f"then, if nobody renews anything: {_encounter(found.worsens_to)}"
        yield from _wrapped(text, f"{time_text(found.worsens)}  ")


def _step_lines(step: RehearsedStep) -> Iterator[str]:
    notes = ["done"] if step.done else [] if step.safe else ["UNSAFE"]
    notes += [] if step.changes else ["nothing changes"]
    noted = f"  ({', '.join(notes)})" if notes else ""
    yield f"{step.number}. {time_text(step.at)}  {plain(step.words)}{noted}"
    if step.earliest is None:
        yield "   never safe:"
    elif not step.safe or step.waits_for:
        yield f"   safe from {time_text(step.earliest)}; before:"
    for line in _waits_for(step):
        yield f"     {line}"


def _waits_for(step: RehearsedStep) -> Iterator[str]:
    for encounter in step.waits_for:
        yield from textwrap.wrap(_encounter(encounter), WIDTH - 7, subsequent_indent="  ")


def _phase_lines(phase: RehearsalPhase) -> Iterator[str]:
    """The time, and who meets what; of good things, but that they are."""
    head = f"{time_text(phase.begin)}  "
    bad = [one for one in phase.encounters if one.outcome is not SenderOutcome.ACCEPTED]
    yield f"{head}{phase.outcome.value}"
    for one in bad:
        yield from _wrapped(_encounter(one), " " * len(head))
    if not bad:
        sets = dict.fromkeys(one.records for one in phase.encounters)
        chains = dict.fromkeys(one.chain for one in phase.encounters)
        yield from _wrapped(plain(f"{' or '.join(sets)}, with {' or '.join(chains)}"), " " * len(head))


def _encounter(one: Encounter) -> str:
    verb = "meets" if one.outcome is SenderOutcome.ACCEPTED else _VERBS[one.outcome]
    return plain(f"who has {one.records} and meets {one.chain} {verb}: {one.reason}")


_VERBS = {
    SenderOutcome.REFUSED: "does not deliver",
    SenderOutcome.UNPROTECTED: "delivers to anybody",
}


def _wrapped(text: str, head: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
    )
