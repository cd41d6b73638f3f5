"""MTA-STS and TLSRPT of a domain for people; 80 columns, but for what is to be pasted.

For each host stands what senders do that know MTA-STS alone, and that know DANE, too.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from pyfinger.check.report_model import (
    CheckVerdict,
    DomainCheck,
    SenderDecision,
    SenderKind,
    StsCheck,
    StsHostCheck,
)
from pyfinger.report.document.findings import Finding
from pyfinger.report.explanation.explanation_text import WIDTH, finding_lines

_MOST_PATTERNS = 5
_TOLD = (SenderKind.STS, SenderKind.BOTH)


def policy_lines(domain: DomainCheck) -> Iterator[str]:
    """Both, not yet censored; nothing, if nothing was asked."""
    sts, tlsrpt = domain.sts, domain.tlsrpt
    if sts is not None:
        yield f"MTA-STS: {_verdict(sts.verdict)}"
        yield from _sts(sts)
        yield from _situations(sts.situations)
    if tlsrpt is not None:
        yield f"TLSRPT: {_verdict(tlsrpt.verdict)}"
        yield from _wrapped(tlsrpt.reason, "  ")
        yield from _situations(tlsrpt.situations)
    if sts is not None or tlsrpt is not None:
        yield ""


def _verdict(verdict: CheckVerdict) -> str:
    return "none" if verdict is CheckVerdict.NOT_OFFERED else verdict.value


def _sts(sts: StsCheck) -> Iterator[str]:
    yield from _wrapped(sts.reason, "  ")
    if sts.mode is not None:
        patterns = ", ".join(sts.mx[:_MOST_PATTERNS])
        more = f" and {len(sts.mx) - _MOST_PATTERNS} more" if len(sts.mx) > _MOST_PATTERNS else ""
        told = (
            f"{sts.policy_host}: mode {sts.mode.value}, max_age {sts.max_age}, mx {patterns or 'none'}{more}"
        )
        yield from _wrapped(told, "  ")
    for host in sts.hosts:
        yield from _host(host)


def _host(host: StsHostCheck) -> Iterator[str]:
    yield f"  {host.host}  {host.verdict.value}"
    for decision in host.decisions:
        if decision.sender in _TOLD:
            yield from _wrapped(_decision(decision), "    ", "      ")


def _decision(decision: SenderDecision) -> str:
    """What senders do, and why."""
    key = f" ({', '.join(one.value for one in decision.algorithms)})" if decision.algorithms else ""
    basis = f", by {decision.basis.value}" if decision.sender is SenderKind.BOTH else ""
    act = decision.action.value
    return f"{decision.sender.value}{key}: {act}{basis}: {decision.reason.value} ({decision.section})"


def _situations(situations: Sequence[Finding]) -> Iterator[str]:
    pasted: set[str] = set()
    for finding in situations:
        yield ""
        yield from finding_lines(finding, pasted, narrow=True)
        pasted.update(finding.publish)
    if situations:
        yield ""


def _wrapped(text: str, indent: str, hanging: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging or indent,
        break_on_hyphens=False,
    )
