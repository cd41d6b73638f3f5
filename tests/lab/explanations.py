"""The worlds of explanations under the real posttls-finger: does it say what they rest on?

    python -m tests.lab.explanations [--only NAME] [--jobs N] [--cmd PYFINGER]

Each world that both programs can be run in (tests/report/explanation/worlds.py) is run by
both.  The log has to be the same, or to differ by design; the level in force (told with -v),
and the first word of the verdict, have to be those of the report the explanation is made
from; and what is said to be delivered to a proven server has to be Verified (Trusted, where the
MX records are unsigned).  The last line is

    explanations: N of M held

and the status 0 if all are.  The lab must be up; needs root.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pyfinger.model import Level, Trust
from pyfinger.report.document import Report
from pyfinger.report.document.findings import Delivery
from pyfinger.report.explanation import explain
from tests.lab.inside import require_lab
from tests.lab.parityfuzz.__main__ import Booths
from tests.lab.parityfuzz.booth import Booth
from tests.lab.parityfuzz.judging import Outcome, difference, judge
from tests.report.explanation.stage import probed
from tests.report.explanation.worlds import QUIET, WORLDS, World

_TRUST = re.compile(r": (Anonymous|Untrusted|Trusted|Verified) TLS connection established to ")
# What posttls-finger says of the level, and which it is then; None: the address is not used.
_DECISIONS = (
    ("MX RRset is insecure: try to encrypt", Level.MAY),
    ('resorting to "secure"', Level.SECURE),
    ("MX RRset insecure: log verified as trusted", Level.HALF_DANE),
    ("TLSA RRs found, MX RRset insecure: just encrypt", Level.ENCRYPT),
)
_FELL_BACK = "all TLSA records unusable, fallback to unauthenticated TLS"
_PROVEN = (Trust.VERIFIED.value, Trust.TRUSTED.value)


def main(argv: Sequence[str] | None = None) -> int:
    """Run, print, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="explanations", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="worlds with this in their name")
    parser.add_argument("--jobs", type=int, default=2, help="at a time (2)")
    parser.add_argument("--cmd", default=str(Path(sys.executable).with_name("pyfinger")))
    options = parser.parse_args(argv)
    require_lab("explanations")
    worlds = [world for world in WORLDS if world.in_lab and options.only in world.name]
    with Booths(options.cmd, min(options.jobs, len(worlds))) as booths:
        found = list(booths.each(faults, worlds))
    for world, wrong in zip(worlds, found, strict=True):
        for line in wrong:
            print(f"{world.name}: {line}")
    held = sum(not wrong for wrong in found)
    print(f"explanations: {held} of {len(worlds)} held")
    return 0 if held == len(worlds) else 1


def faults(booth: Booth, world: World) -> list[str]:
    """What is wrong with one world; empty if it holds."""
    talking = replace(world.case, argv=[words for words in world.case.argv if words != QUIET])
    judgement = judge(talking, booth.run)
    found = list(difference(judgement.reference, judgement.candidate))
    # Only -v tells the level, and only there the logs are not to be the same.
    told, _ = booth.run(replace(talking, argv=[["-v"], *talking.argv]), False)
    return [
        *(["the logs differ", *found] if judgement.outcome is Outcome.DIFFERENT else []),
        *disagreements(world, probed(world.case), told),
    ]


def disagreements(world: World, report: Report, log: Sequence[str]) -> Iterator[str]:
    """Where the report and the explanation say otherwise than the real log."""
    text = "\n".join(log)
    word = next(iter(_TRUST.findall(text)), "")
    session = next(iter(report.sessions), None)
    ours = session.tls.trust.value if session and session.tls and session.tls.trust else ""
    if word != ours:
        yield f"the verdict is {word or 'none'}, in the report {ours or 'none'}"
    asked = report.level if report.level is not None else Level.DANE
    theirs = level_by(text, asked)
    if theirs is not level_of(report, asked):
        yield f"the level in force is {theirs}, in the report {level_of(report, asked)}"
    explanation = explain(report)
    proven = explanation.delivery is Delivery.VERIFIED
    if proven and word not in _PROVEN:
        yield f"delivered to a proven server, and the verdict is {word}"
    must = explanation.in_force is not None and explanation.in_force.must_match
    if must and word == Trust.VERIFIED.value and not proven:
        yield "Verified, and not said to be delivered to a proven server"
    if theirs is None and explanation.delivery not in (Delivery.DEFERRED, Delivery.RETURNED):
        yield f"no address is used, and it {explanation.delivery.value}"


def level_by(text: str, asked: Level) -> Level | None:
    """The level in force by the real log; None if no address was connected to or tried."""
    if "TLSA lookup error" in text or (" via " not in text and "Connected to " not in text):
        return None
    level = next((level for words, level in _DECISIONS if words in text), asked)
    return Level.ENCRYPT if _FELL_BACK in text and level.uses_dane else level


def level_of(report: Report, asked: Level) -> Level | None:
    """The same by our report."""
    tried = [address for address in report.addresses if address.connected or address.code]
    if not tried:
        return None
    tls = report.sessions[0].tls if report.sessions else None
    if tls is not None and tls.level is not None:
        return tls.level
    return tried[-1].level if tried[-1].level is not None else asked


if __name__ == "__main__":
    sys.exit(main())
