"""The tables of docs/servers.md, and the short one that is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from tests.lab.parityfuzz.judging import Outcome
from tests.lab.places import PROJECT
from tests.mtas.results import Met, negotiated, said
from tests.mtas.scenarios import ODD_NAMES
from tests.mtas.server import Setting

PAGE = PROJECT / "docs" / "servers.md"
BEGIN, END = "<!-- what was seen -->\n", "<!-- end of what was seen -->\n"

Column: TypeAlias = tuple[str, Callable[[Met], str]]
_NOT_TRIED = "not tried"
_NO = "no"


def lines(mets: Sequence[Met]) -> Iterator[str]:
    """The short table: a line for each server, and the sum."""
    for one in mets:
        yield f"{one.title:44} {one.release:32} {_pairs(one)}"
    equal = sum(one.count(Outcome.EQUAL, Outcome.UNSTEADY) for one in mets)
    explained = sum(one.count(Outcome.EXPLAINED) for one in mets)
    different = sum(one.count(Outcome.DIFFERENT) for one in mets)
    yield f"mtas {equal}/{equal + different} equal, {explained} more differ by design"


def write(mets: Sequence[Met], page: Path = PAGE) -> None:
    """Put the tables in the place of the old ones."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    page.write_text(f"{before}{begin}\n{tables(mets)}\n{end}{after}", encoding="utf-8")


def tables(mets: Sequence[Met]) -> str:
    """All of them, in Markdown."""
    parts = []
    for heading, columns in _TABLES.items():
        rows = [
            ["server", "Debian", *(name for name, _ in columns)],
            ["---"] * (len(columns) + 2),
            *([one.title, _release(one), *(cell(one) for _, cell in columns)] for one in mets),
        ]
        parts += [f"### {heading}", "", *("| " + " | ".join(row) + " |" for row in rows), ""]
    return "\n".join(parts)


def code(text: str) -> str:
    """Text of a server in a cell; what ends cells or code is replaced."""
    return f"`{text.replace('|', '¦').replace('`', chr(39))}`" if text else _NO


def _release(one: Met) -> str:
    return one.release.removeprefix("Debian GNU/Linux ").partition(" ")[0]


def _greeting(one: Met) -> str:
    return code(said(one.log("may")).greeting)


def _hello(one: Met) -> str:
    """What EHLO brings: * is gone inside TLS, + comes there only."""
    heard = said(one.log("may"))
    name, *words = heard.hello
    later = heard.secured_hello[1:]
    marked = [word if word in later or not later else f"{word}*" for word in words]
    return " ".join(
        code(word) for word in [name, *marked, *(f"{word}+" for word in later if word not in words)]
    )


def _starttls(one: Met) -> str:
    return code(said(one.log("may")).starttls)


def _bye(one: Met) -> str:
    heard = said(one.log("may"))
    return f"{code(heard.bye)}; {one.usual['answers']['end']}" if heard.bye else _NOT_TRIED


def _chosen(one: Met) -> str:
    return negotiated(one.log("may")) or _NO


def _by(scenario: str) -> Callable[[Met], str]:
    """What was negotiated in a scenario."""
    return lambda one: negotiated(one.log(scenario)) or _NO


def _post_quantum(one: Met) -> str:
    return "yes" if "MLKEM" in negotiated(one.log("post-quantum")) else _NO


def _tickets(one: Met) -> str:
    lifetimes = one.usual["answers"]["tickets"]
    return f"{len(lifetimes)} of {lifetimes[0]} s" if lifetimes else "none"


def _resumed(one: Met) -> str:
    versions = {"TLS 1.3": "again", "1.2": "again-tls12", "1.3 on the other port": "wrapped-again"}
    taken = [name for name, scenario in versions.items() if _reused(one, scenario)]
    return ", ".join(taken) or _NO


def _reused(one: Met, scenario: str) -> bool:
    return any("Reusing old session" in line for line in one.log(scenario))


def _asks(one: Met) -> str:
    return "yes" if one.usual["answers"]["asks"] else _NO


def _without(setting: Setting) -> Callable[[Met], str]:
    """What becomes of STARTTLS with a setting."""

    def cell(one: Met) -> str:
        found = one.found.get(setting)
        if found is None:
            return _NOT_TRIED
        if "failure" in found:
            return "does not start"
        heard = said(one.log("may", setting))
        offered = any(word.upper() == "STARTTLS" for word in heard.hello)
        words = "offered" if offered else "not offered"
        outcome = code(found["answers"]["unasked"])
        tls = negotiated(one.log("may", setting))
        return f"{words}; {outcome}" + (f"; {tls}" if tls else "")

    return cell


def _odd_names(one: Met) -> str:
    """The names that are not taken."""
    replies = one.usual["answers"]["odd_names"]
    refused = [
        f"{code(name)} {code(replies[name])}" for name in ODD_NAMES if not replies[name].startswith("2")
    ]
    return "; ".join(refused) or "all taken"


def _pipelined(one: Met) -> str:
    told: str = one.usual["answers"]["pipelined"]
    return code(told) if told[:3].isdigit() else told


def _again(one: Met) -> str:
    return code(one.usual["answers"]["again"])


def _pairs(one: Met) -> str:
    equal = one.count(Outcome.EQUAL, Outcome.UNSTEADY)
    return f"{equal}/{equal + one.count(Outcome.DIFFERENT)} equal, {one.count(Outcome.EXPLAINED)} by design"


_TABLES: dict[str, Sequence[Column]] = {
    "What it says": (
        ("greeting", _greeting),
        ("EHLO or LHLO", _hello),
        ("STARTTLS", _starttls),
        ("QUIT inside TLS, and how it ends", _bye),
    ),
    "Which TLS": (
        ("by default", _chosen),
        ("1.2 alone", _by("tls12")),
        ("1.1 alone", _by("tls11")),
        ("1.2 without certificate", _by("anonymous")),
        ("X25519MLKEM768", _post_quantum),
        ("tickets (1.3)", _tickets),
        ("resumed", _resumed),
        ("asks for a client certificate", _asks),
    ),
    "Without a certificate, and what is odd": (
        ("TLS off", _without(Setting.OFF)),
        ("no word about TLS", _without(Setting.BARE)),
        ("files missing", _without(Setting.MISSING)),
        ("EHLO names refused", _odd_names),
        ("a line pipelined behind STARTTLS", _pipelined),
        ("STARTTLS inside TLS", _again),
    ),
    "Beside posttls-finger": (("pairs of logs", _pairs),),
}
