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
from typing import TYPE_CHECKING, BinaryIO

from pyfinger.cli.getopt import scan
from pyfinger.cli.usage import help_text, usage, version
from pyfinger.errors import SyntaxProblem, UsageError

if TYPE_CHECKING:
    from pyfinger.cli.evaluate import Invocation
    from pyfinger.report.text import TextLog

OK = 0
FAILED = 1
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
    from pyfinger.cli.evaluate import evaluate
    from pyfinger.report.text import TextLog

    log = TextLog(out, _prefix(words))
    try:
        return _run(evaluate(words, os.environ, log), log, out)
    except SyntaxProblem as problem:
        _explain(words, str(problem))
    except UsageError as error:
        log.fatal(str(error))
    return FAILED


def _explain(words: Sequence[str], complaint: str) -> None:
    """Print getopt's complaint, if there is one, and the usage text."""
    if complaint:
        sys.stderr.write(f"{words[0]}: {complaint}\n")
    sys.stderr.write(usage(_prefix(words)))


def _run(invocation: Invocation, log: TextLog, out: BinaryIO) -> int:
    """Probe, and render what happens."""
    import random
    from datetime import UTC, datetime

    from pyfinger.drive.blocking import BlockingDriver
    from pyfinger.probe import Services, probe
    from pyfinger.report.chain import ChainReport
    from pyfinger.report.tee import Tee

    driver = BlockingDriver(invocation.resolver)
    services = Services(
        rng=random.Random(),
        now=lambda: datetime.now(UTC),
        clock=driver.clock,
        random_bytes=os.urandom,
        trust=invocation.trust,
        credentials=invocation.credentials,
    )
    if not invocation.show.chain:
        return driver.run(probe(invocation.options, services, log))
    chain = ChainReport(out, in_place=out.isatty())
    try:
        return driver.run(probe(invocation.options, services, Tee([log, chain])))
    finally:
        chain.close()


def _abandon_output() -> None:
    """Keep the interpreter from complaining when it flushes standard output at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
