"""Lines about which hellos a server takes; loaded with the first event about it."""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.events.tolerance import HelloTried, ToleranceFound
from pyfinger.model import Peer
from pyfinger.model.tolerance import HelloKind, HelloLimit, HelloTrial, Reception, Tolerance
from pyfinger.report.lines.log_line import LineTable, Severity
from pyfinger.report.visibility import View

TABLE = LineTable()

_UNREAD = (Reception.SILENT, Reception.CLOSED)  # nobody may have read the hello
_VERSIONS = (HelloKind.TLS13_ONLY, HelloKind.TLS12_ONLY)  # a refusal is a server's good right


def _is_fine(_view: View, event: HelloTried) -> bool:
    trial = event.trial
    refused = trial.kind in _VERSIONS and trial.reception is Reception.REFUSED
    return trial.reception is Reception.TAKEN or refused


def _is_not(view: View, event: HelloTried) -> bool:
    return not _is_fine(view, event)


@TABLE.line(HelloTried, when=_is_fine)
def _(event: HelloTried) -> str:
    return f"{_name(event.peer)}: {_trial(event.trial)}"


@TABLE.line(HelloTried, Severity.WARNING, when=_is_not)
def _(event: HelloTried) -> str:
    return f"{_name(event.peer)}: {_trial(event.trial)}"


def _name(peer: Peer) -> str:
    return str(peer.lowered)


def _trial(trial: HelloTrial) -> str:
    what = f"hello {trial.kind.value}"
    if trial.octets:
        what += f", {trial.octets} octets"
    if trial.cut:
        what += f", cut after {trial.cut}"
    details = [word for word in (trial.protocol, trial.group, trial.detail) if word]
    return f"{what}: {trial.reception.value}" + (f" ({', '.join(details)})" if details else "")


def _has_limits(_view: View, event: ToleranceFound) -> bool:
    return bool(event.tolerance.limits)


@TABLE.line(ToleranceFound, Severity.WARNING, when=_has_limits)
def _(event: ToleranceFound) -> tuple[str, ...]:
    texts = (text for limit in event.tolerance.limits for text in _limit(limit))
    return tuple(f"{_name(event.peer)}: {text}" for text in texts)


@TABLE.line(ToleranceFound)
def _(event: ToleranceFound) -> tuple[str, ...]:
    return tuple(f"{_name(event.peer)}: {text}" for text in _summary(event.tolerance))


def _limit(limit: HelloLimit) -> Iterator[str]:
    """Where it begins to fail, and what that points to."""
    taken, lost, what = limit.taken, limit.lost, limit.reception.value
    rest = "" if limit.exact or not taken else ", and what is between them was not tried"
    if limit.kind is HelloKind.LARGE:
        yield f"hellos of {taken} octets are taken, of {lost} they are not: {what}{rest}"
    elif taken:
        yield (
            f"hellos {limit.kind.value} are taken with {taken} octets in the first,"
            f" with {lost} they are not: {what}{rest}"
        )
    else:
        yield f"hellos {limit.kind.value} are not taken, wherever they are cut: {what}"
    if limit.reception in _UNREAD and limit.kind is not HelloKind.TWO_RECORDS:
        yield (
            "what is not in the first segment gets lost: look for a firewall, load balancer or proxy"
            " before the server that judges TLS by one packet (openssl/openssl issue 27557)"
        )


def _summary(tolerance: Tolerance) -> Iterator[str]:
    for trial in tolerance.trials:
        if trial.kind is HelloKind.POST_QUANTUM:
            yield f"post-quantum key exchange: {_post_quantum(trial)}"
    if len(tolerance.trials) == 1:
        yield f"nothing else was tried: {tolerance.why_untried}"
    elif tolerance.untried:
        kinds = ", ".join(kind.value for kind in tolerance.untried)
        yield f"not tried, or not to the end: {kinds}: {tolerance.why_untried}"
    count = tolerance.connections
    yield f"{count} connection{'' if count == 1 else 's'}"


def _post_quantum(trial: HelloTrial) -> str:
    if trial.reception is Reception.UNKNOWN:
        return "unknown"
    if trial.reception is not Reception.TAKEN:
        return f"offered, and the hello is not taken: {trial.reception.value}"
    if "MLKEM" in trial.group.upper():
        return f"offered and chosen, {trial.group}"
    if not (chosen := trial.group or trial.protocol):
        return "offered, and the handshake did not come to a choice"
    return f"offered, {chosen} chosen instead"
