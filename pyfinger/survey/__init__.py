"""Many domains: `pyfinger-survey`.

    lines -> Line -> FoundDomain -> Visit -> Evidence -> DomainCheck -> rows
    sources          worker         worker     worker    judging        export, summary, changes

A run has three stages, in each of which it may be killed and taken up again.  *plan* asks
name servers about every domain; *probe* connects to each address once for each key algorithm
and server name, however many domains share it; *judge* derives the domains' verdicts from
that, by `pyfinger.check`.  No stage begins before the one before it is done, so that what is
found depends neither on the number of workers nor on who was quicker.

`store` is the truth: one SQLite file, that the coordinator alone writes.  `budget` says when a
connection may begin, `schedule` which one does, both without any clock of their own.
`local_engine` has the worker processes, `worker` is what goes on inside one.  `coordinator` goes from
stage to stage; `verdict_stage` knows which domains need no verdict of their own.  `policy_stage`
looks at MTA-STS.  `audit` holds what was seen against a Postfix policy map.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence

from pyfinger.cli import started

OBJECTS = 20_000  # that a process makes before it looks for garbage, of which there is little


def main(argv: Sequence[str] | None = None) -> int:
    """The command `pyfinger-survey`; its exit status."""
    if argv is None:  # the process is ours
        gc.set_threshold(OBJECTS)
    return started("pyfinger.survey.command", argv)
