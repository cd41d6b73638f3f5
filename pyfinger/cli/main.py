"""The program: a command line in, log lines out, and an exit status.

    0     whatever the network said
    1     the command cannot be carried out: a usage error, a `fatal:` line
    130   interrupted from the keyboard
    141   nobody reads the output any more

What is not needed for a complaint about the command line is imported after it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from pyfinger.cli.getopt import Scan, scan
from pyfinger.cli.usage import help_text, usage, version
from pyfinger.errors import SyntaxProblem, UsageError
from pyfinger.events import ProbeRefused
from pyfinger.surroundings import System

if TYPE_CHECKING:
    from pyfinger.cli.evaluate import Invocation
    from pyfinger.cli.outputs import Outputs
    from pyfinger.cli.stage import Stage

OK = 0
FAILED = 1
PLUGIN_UNKNOWN = 3  # with --format nagios
INTERRUPTED = 130  # 128 + SIGINT, as a shell has it
OUTPUT_CLOSED = 141  # 128 + SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; `argv` begins with the program's name."""
    words = list(sys.argv if argv is None else argv)
    try:
        return _answer(words) if _information(words) else _command(words, sys.stdout.buffer)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _abandon_output()
        return OUTPUT_CLOSED


def _prefix(words: Sequence[str]) -> str:
    return os.path.basename(words[0])


def _information(words: Sequence[str]) -> str:
    """What was asked about the program itself, if anything."""
    asked = [key for key, _ in scan(words[1:]).items if key in ("help", "version")]
    return asked[0] if asked else ""


def _answer(words: Sequence[str]) -> int:
    text = version() if _information(words) == "version" else help_text(_prefix(words))
    sys.stdout.write(text)
    sys.stdout.flush()
    return OK


def _command(words: Sequence[str], out: BinaryIO) -> int:
    from pyfinger.cli.choices import Choices, choose
    from pyfinger.cli.outputs import Outputs, World
    from pyfinger.cli.replaying import replay

    world = World(_prefix(words), out, sys.stderr.buffer, os.environ, keyboard=os.isatty(0))
    found = scan(words[1:])
    try:
        played = replay(found)
        if played is not None:
            world = replace(world, program=_prefix(played.words), clock=played.clock)
        # A command line that makes no sense leaves all files as they are.
        senseless = found.complaint or not (found.operands or played)
        outputs = Outputs(Choices() if senseless else choose(found), world)
    except UsageError as error:
        Outputs(Choices(), world)(ProbeRefused(str(error)))
        return _failure(found)
    status = _probe(played or _in_the_world(words, outputs), outputs)
    if senseless:
        return _failure(found)
    try:
        outputs.close()
    except UsageError as error:
        outputs(ProbeRefused(str(error)))
        return FAILED
    return outputs.status(status)


def _failure(found: Scan) -> int:
    """For a command that cannot be carried out; to a monitoring system 1 would be a warning."""
    return PLUGIN_UNKNOWN if dict(found.items).get("format") == "nagios" else FAILED


def _in_the_world(words: Sequence[str], outputs: Outputs) -> Stage:
    from pyfinger.cli.stage import Live, Recorded

    if outputs.record_out is None:
        return Live(words)
    from pyfinger.recording.recorder import Recorder

    recorder = Recorder(outputs.record_out, tuple(words), System(os.environ))
    outputs.attach(recorder, recorder.close)
    return Recorded(words, recorder)


def _probe(stage: Stage, outputs: Outputs) -> int:
    from pyfinger.cli.evaluate import evaluate

    try:
        return _run(evaluate(stage.words, stage.surroundings, outputs), stage, outputs)
    except SyntaxProblem as problem:
        _explain(stage.words, str(problem))
    except UsageError as error:
        outputs(ProbeRefused(str(error)))
    except KeyboardInterrupt:
        outputs.close()
        raise
    return FAILED


def _explain(words: Sequence[str], complaint: str) -> None:
    """Print getopt's complaint, if there is one, and the usage text."""
    if complaint:
        sys.stderr.write(f"{words[0]}: {complaint}\n")
    sys.stderr.write(usage(_prefix(words)))


def _run(invocation: Invocation, stage: Stage, outputs: Outputs) -> int:
    """Probe, and render what happens."""
    explain = outputs.explains or invocation.show.verbose > 0
    invocation = replace(invocation, options=replace(invocation.options, explain_lookups=explain))
    if not invocation.show.chain:
        return stage.perform(invocation, outputs)
    from pyfinger.report.chain import ChainReport

    chain = ChainReport(outputs.log_out, in_place=outputs.log_out.isatty())
    outputs.add(chain)
    try:
        return stage.perform(invocation, outputs)
    finally:
        chain.close()


def _abandon_output() -> None:
    """Keep the interpreter from complaining when it flushes standard output at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
