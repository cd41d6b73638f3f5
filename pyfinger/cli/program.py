"""The program: a command line in, log lines out, and an exit status (`statuses`).

What is not needed for a complaint about the command line is imported after it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from pyfinger.cli.getopt import Scan, scan
from pyfinger.cli.interrupts import (
    FAILED,
    INTERRUPTED,
    OK,
    OUTPUT_CLOSED,
    PLUGIN_UNKNOWN,
    Interrupted,
    ending_on_signals,
    why,
    within,
)
from pyfinger.cli.streams import SHOWN_OUTPUT, abandon, open_standard_streams, reader_gone
from pyfinger.errors import SyntaxProblem, UsageError
from pyfinger.events import ProbeInterrupted
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.report.sanitise import legible
from pyfinger.values import replace

if TYPE_CHECKING:
    from pyfinger.cli.evaluate import Invocation
    from pyfinger.cli.output_options import OutputOptions
    from pyfinger.cli.outputs import Outputs, World
    from pyfinger.cli.runner import ReplayRunner, Runner


_CHECKING = frozenset({"check-proof", "at"})


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command; `argv` begins with the program's name."""
    words = list(sys.argv if argv is None else argv)
    out, err = open_standard_streams()
    try:
        with ending_on_signals():
            return _answer(words, out, err) if _information(words) else _command(words, out, err)
    except KeyboardInterrupt as stop:
        return _status_of(stop)


def _prefix(words: Sequence[str]) -> str:
    return os.path.basename(words[0])


def _information(words: Sequence[str]) -> str:
    """What was asked about the program itself, if anything."""
    asked = [key for key, _ in scan(words[1:]).items if key in ("help", "version")]
    return asked[0] if asked else ""


def _answer(words: Sequence[str], out: BinaryIO, err: BinaryIO) -> int:
    from pyfinger.cli.usage import help_text, version

    text = version() if _information(words) == "version" else help_text(_prefix(words))
    try:
        out.write(text.encode())
        out.flush()
    except OSError as error:
        abandon(out)
        if isinstance(error, BrokenPipeError):
            return OUTPUT_CLOSED
        _say(err, f"{_prefix(words)}: fatal: {SHOWN_OUTPUT}: {error.strerror}\n")
        return FAILED
    return OK


def _command(words: Sequence[str], out: BinaryIO, err: BinaryIO) -> int:
    from pyfinger.cli.output_options import OutputOptions, choose
    from pyfinger.cli.outputs import LogLost, Outputs, World

    world = World(_prefix(words), out, err, os.environ, keyboard=os.isatty(0))
    found = scan(words[1:])
    try:
        try:
            # A command line that makes no sense leaves all files as they are.
            choices = OutputOptions() if found.complaint else choose(found)
            with within(choices.timeout):
                return _opened(words, found, choices, world)
        except UsageError as error:
            Outputs(OutputOptions(), world).refuse(str(error))
            return _failure(found)
        except Interrupted as stop:  # before there was anything to write to
            Outputs(OutputOptions(), world)(ProbeInterrupted(stop.reason))
            return _failure(found) if choices.format == "nagios" else stop.status
    except LogLost as lost:  # also while telling of one of these
        return _failure(found) if dict(found.items).get("format") == "nagios" else lost.status


def _opened(words: Sequence[str], found: Scan, choices: OutputOptions, world: World) -> int:
    """Open what there is to write; `UsageError` if that cannot be done."""
    from pyfinger.cli.output_options import OutputOptions
    from pyfinger.cli.outputs import Outputs

    if not found.complaint and not _CHECKING.isdisjoint(dict(found.items)):
        return _check_proof(found, choices, world)
    if not found.complaint and "from" in dict(found.items):
        return _page_of(found, choices, world)
    played = _replayed(found)
    if played is not None:
        world = replace(world, program=_prefix(played.words), clock=played.clock)
    elif choices.timing or choices.format != "text":
        from pyfinger.drive.wall_clock import process_began

        world = replace(world, began=process_began())
    senseless = bool(found.complaint) or not (found.operands or played)
    outputs = Outputs(OutputOptions() if senseless else choices, world)
    try:
        status = _probe(words, played, outputs)
    except KeyboardInterrupt as stop:
        outputs.interrupt(why(stop))
        status = _status_of(stop)
    if senseless:
        return _failure(found)
    outputs.close()
    return outputs.status(status)


def _check_proof(found: Scan, choices: OutputOptions, world: World) -> int:
    """Validate again what a file has; there is no probe."""
    from pyfinger.cli.outputs import Outputs
    from pyfinger.cli.proof_files import proof_check
    from pyfinger.drive.wall_clock import WallClock

    check = proof_check(found, SystemEnvironment(os.environ), WallClock())
    outputs = Outputs(choices, world)
    status = check.run(outputs)
    outputs.close()
    return outputs.status(status)


def _page_of(found: Scan, choices: OutputOptions, world: World) -> int:
    """Make the page of what was kept; there is no probe."""
    from pyfinger.cli.artifacts import open_together
    from pyfinger.cli.pages import saved_page

    write = saved_page(found)
    out = open_together(choices.wanted(), world.stdout)["html"]
    try:
        write(out)
    except OSError as error:
        if reader_gone(error):
            return OUTPUT_CLOSED
        raise UsageError(f"{error.filename or SHOWN_OUTPUT}: {error.strerror}") from error
    return OK


def _replayed(found: Scan) -> ReplayRunner | None:
    """The recording that is to be played; None if none is."""
    if not {"replay", "mutate"} & dict(found.items).keys():
        return None
    from pyfinger.cli.replaying import replay

    return replay(found)


def _status_of(stop: KeyboardInterrupt) -> int:
    return stop.status if isinstance(stop, Interrupted) else INTERRUPTED


def _failure(found: Scan) -> int:
    """For a command that cannot be carried out; to a monitoring system 1 would be a warning."""
    return PLUGIN_UNKNOWN if dict(found.items).get("format") == "nagios" else FAILED


def _say(err: BinaryIO, text: str) -> None:
    """A complaint; where it cannot be written either, the exit status alone says it."""
    try:
        err.write(os.fsencode(text))
        err.flush()
    except OSError:
        abandon(err)


def _in_the_world(words: Sequence[str], outputs: Outputs) -> Runner:
    from pyfinger.cli.runner import LiveRunner, RecordingRunner

    if outputs.record_out is None:
        return LiveRunner(words)
    from pyfinger.recording.recorder import Recorder

    recorder = Recorder(outputs.record_out, tuple(words), SystemEnvironment(os.environ))
    outputs.attach(recorder, recorder.close)
    return RecordingRunner(words, recorder)


def _probe(words: Sequence[str], played: ReplayRunner | None, outputs: Outputs) -> int:
    from pyfinger.cli.evaluate import evaluate
    from pyfinger.options import Log

    runner = played or _in_the_world(words, outputs)
    try:
        invocation = evaluate(runner.words, runner.host, outputs)
        # What a recording of somebody else's had written is written for those only who ask for it.
        if invocation.show.log & Log.TRACE and (played is None or "L" in dict(scan(words[1:]).items)):
            from pyfinger.cli.trace_file import TraceFile

            trace = TraceFile(_prefix(words), outputs)
            outputs.attach(trace, trace.close)
        return _run(invocation, runner, outputs)
    except SyntaxProblem as problem:
        _explain(runner.words, str(problem), outputs)
    except UsageError as error:
        outputs.refuse(str(error))
    return FAILED


def _explain(words: Sequence[str], complaint: str, outputs: Outputs) -> None:
    """Print getopt's complaint, if there is one, and the usage text."""
    from pyfinger.cli.usage import hint, usage

    prefix = _prefix(words)
    text = legible(f"{words[0]}: {complaint}") + "\n" if complaint else ""
    _say(outputs.error_out, text + usage(prefix) + (hint(prefix) if outputs.before_a_person else ""))


def _run(invocation: Invocation, runner: Runner, outputs: Outputs) -> int:
    """Probe, and render what happens."""
    explain = outputs.explains or invocation.show.verbose > 0
    invocation = replace(invocation, options=replace(invocation.options, explain_lookups=explain))
    if not invocation.show.chain:
        return runner.run(invocation, outputs)
    from pyfinger.report.chain import ChainReport

    chain = ChainReport(outputs.log_out, in_place=outputs.log_out.isatty(), dates=outputs.dates)
    outputs.add(chain)
    try:
        return runner.run(invocation, outputs)
    finally:
        chain.close()
