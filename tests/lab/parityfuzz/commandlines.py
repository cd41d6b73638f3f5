"""Random command lines against the lab's own servers, names and resolvers."""

from __future__ import annotations

from collections.abc import Sequence

from tests.lab import certificates
from tests.lab.parityfuzz import destinations
from tests.lab.parityfuzz.case import Case
from tests.lab.parityfuzz.draw import Draw
from tests.lab.parityfuzz.options import MATCHES, WEIGHTS, Option, level
from tests.lab.parityfuzz.parameters import main_cf

_FINGERPRINTED = ("p256", "rsa", "ed25519", "mismatch", "expired", "wildself")


def command_line(draw: Draw) -> Case:
    """Options, a destination, perhaps what has to match; the manual page from top to bottom."""
    groups: list[Sequence[str]] = [option(draw) for option in _options(draw)]
    if not any(group[0] == "-l" for group in groups) and draw.maybe(0.4):
        groups.append(level(draw))
    destination = destinations.destination(draw)
    if draw.maybe(0.01):
        destination = draw.one(destinations.SILENT)
        groups.append(["-t", "2", "-T", "2"])
    if destination.startswith("unix:") or (
        (":24" in destination or "lmtp" in destination) and draw.maybe(0.7)
    ):
        groups.append(["-S"])
    elif destination.startswith("-") and draw.maybe(0.7):
        groups.append(["--"])
    if draw.maybe(0.985):
        groups.append([destination])
        if draw.maybe(0.03):  # options may follow
            groups.insert(0, groups.pop())
    groups += [[match(draw)] for _ in range(draw.weighted({0: 8, 1: 3, 2: 2, 3: 1}))]
    return Case(
        kind="command line",
        argv=groups,
        resolver=draw.weighted({"validating": 20, "plain": 2, "dead": 0.3}),
        main_cf=main_cf(draw) if draw.maybe(0.06) else None,
        env={"MAIL_CONFIG": draw.one(("/etc/postfix", "/nosuch", "", "relative"))}
        if draw.maybe(0.01)
        else {},
    )


def _options(draw: Draw) -> list[Option]:
    return [draw.weighted(WEIGHTS) for _ in range(draw.weighted({0: 1, 1: 3, 2: 5, 3: 5, 4: 3, 5: 2, 7: 1}))]


def match(draw: Draw) -> str:
    """A match argument: a name, or a digest."""
    if draw.maybe(0.6):
        return draw.one(MATCHES)
    known = certificates.known()[draw.one(_FINGERPRINTED)]
    digest = known[f"{draw.one(('cert', 'pkey'))}_{draw.one(('sha256', 'sha256', 'sha1', 'md5', 'sha512'))}"]
    forms = (
        digest,
        digest.lower(),
        digest.replace(":", ""),
        digest[:-3],
        digest + ":00",
        digest[:-1],
        f"|{digest}",
    )
    return forms[0] if draw.maybe(0.5) else draw.one(forms)
