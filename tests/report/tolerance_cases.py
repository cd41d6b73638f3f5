"""Examples of the events about which hellos a server takes, with the lines that come of them."""

from __future__ import annotations

from pyfinger.events.tolerance import HelloTried, ToleranceFound
from pyfinger.model import Peer
from pyfinger.model.tolerance import HelloKind, HelloLimit, HelloTrial, Reception, Tolerance
from tests.report.cases import Case, case

PEER = Peer("MX.test", "192.0.2.1", 25)
NAME = "mx.test[192.0.2.1]:25"
USUAL = HelloTrial(HelloKind.USUAL, Reception.TAKEN, 512, protocol="TLSv1.3", group="x25519", seconds=0.1)
HINT = (
    f"warning: {NAME}: what is not in the first segment gets lost: look for a firewall, load balancer or"
    " proxy before the server that judges TLS by one packet (openssl/openssl issue 27557)"
)


def tried(trial: HelloTrial, line: str) -> Case:
    return case(HelloTried(PEER, trial), line)


def found(tolerance: Tolerance, *lines: str) -> Case:
    return case(ToleranceFound(PEER, tolerance), *lines)


def hybrid(reception: Reception, group: str = "") -> Tolerance:
    return Tolerance(
        (USUAL, HelloTrial(HelloKind.POST_QUANTUM, reception, 1623, protocol="TLSv1.3", group=group)),
        connections=2,
    )


def limited(kind: HelloKind, taken: int, lost: int, reception: Reception) -> Tolerance:
    return Tolerance((USUAL, USUAL), (HelloLimit(kind, taken, lost, reception),), 3)


_PQ = f"{NAME}: post-quantum key exchange:"
TOLERANCE = (
    tried(USUAL, f"{NAME}: hello as usual, 512 octets: taken (TLSv1.3, x25519)"),
    tried(
        HelloTrial(HelloKind.TLS13_ONLY, Reception.REFUSED, 233, detail="alert protocol_version"),
        f"{NAME}: hello of TLS 1.3 only, 233 octets: refused (alert protocol_version)",
    ),
    tried(
        HelloTrial(HelloKind.GREASE, Reception.REFUSED, 540, detail="alert illegal_parameter"),
        f"warning: {NAME}: hello with GREASE, 540 octets: refused (alert illegal_parameter)",
    ),
    tried(
        HelloTrial(HelloKind.TLS13_ONLY, Reception.MALFORMED, 233, detail="length mismatch"),
        f"warning: {NAME}: hello of TLS 1.3 only, 233 octets: answered with something malformed"
        " (length mismatch)",
    ),
    tried(
        HelloTrial(HelloKind.TWO_SEGMENTS, Reception.SILENT, 512, 1, "within 10 seconds"),
        f"warning: {NAME}: hello in two segments, 512 octets, cut after 1: no answer (within 10 seconds)",
    ),
    tried(
        HelloTrial(HelloKind.USUAL, Reception.UNKNOWN, detail="no STARTTLS"),
        f"warning: {NAME}: hello as usual: could not tell (no STARTTLS)",
    ),
    found(
        hybrid(Reception.TAKEN, "X25519MLKEM768"),
        f"{_PQ} offered and chosen, X25519MLKEM768",
        f"{NAME}: 2 connections",
    ),
    found(
        hybrid(Reception.TAKEN, "x25519"), f"{_PQ} offered, x25519 chosen instead", f"{NAME}: 2 connections"
    ),
    found(
        hybrid(Reception.CLOSED),
        f"{_PQ} offered, and the hello is not taken: connection closed",
        f"{NAME}: 2 connections",
    ),
    found(hybrid(Reception.UNKNOWN), f"{_PQ} unknown", f"{NAME}: 2 connections"),
    found(
        Tolerance((USUAL, HelloTrial(HelloKind.POST_QUANTUM, Reception.TAKEN, 1623)), connections=2),
        f"{_PQ} offered, and the handshake did not come to a choice",
        f"{NAME}: 2 connections",
    ),
    found(
        hybrid(Reception.MALFORMED),
        f"{_PQ} offered, and the hello is not taken: answered with something malformed",
        f"{NAME}: 2 connections",
    ),
    found(
        limited(HelloKind.LARGE, 1399, 1400, Reception.MALFORMED),
        f"warning: {NAME}: hellos of 1399 octets are taken, of 1400 they are not:"
        " answered with something malformed",
        f"{NAME}: 3 connections",
    ),
    found(
        limited(HelloKind.LARGE, 1399, 1400, Reception.SILENT),
        f"warning: {NAME}: hellos of 1399 octets are taken, of 1400 they are not: no answer",
        HINT,
        f"{NAME}: 3 connections",
    ),
    found(
        limited(HelloKind.LARGE, 512, 8256, Reception.REFUSED),
        f"warning: {NAME}: hellos of 512 octets are taken, of 8256 they are not: refused,"
        " and what is between them was not tried",
        f"{NAME}: 3 connections",
    ),
    found(
        limited(HelloKind.TWO_RECORDS, 5, 4, Reception.CLOSED),
        f"warning: {NAME}: hellos in two records are taken with 5 octets in the first, with 4 they are not:"
        " connection closed",
        f"{NAME}: 3 connections",
    ),
    found(
        limited(HelloKind.TWO_SEGMENTS, 0, 511, Reception.CLOSED),
        f"warning: {NAME}: hellos in two segments are not taken, wherever they are cut: connection closed",
        HINT,
        f"{NAME}: 3 connections",
    ),
    found(
        Tolerance((USUAL, USUAL), (), 2, (HelloKind.GREASE, HelloKind.LARGE), "421 too many"),
        f"{NAME}: not tried, or not to the end: with GREASE, padded: 421 too many",
        f"{NAME}: 2 connections",
    ),
    found(
        Tolerance((USUAL,), (), 1, (HelloKind.GREASE,), "the usual hello: could not tell"),
        f"{NAME}: nothing else was tried: the usual hello: could not tell",
        f"{NAME}: 1 connection",
    ),
)
