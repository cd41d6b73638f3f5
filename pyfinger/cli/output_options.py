"""What to make of a probe besides the log: the options about output, understood.

They are read before anything else, so that whatever happens from then on, a
complaint about main.cf included, finds its way to all that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pyfinger.cli.getopt import Scan
from pyfinger.cli.option_values import COLOURS, FORMATS
from pyfinger.errors import UsageError
from pyfinger.values import Value

if TYPE_CHECKING:
    from pyfinger.cli.artifacts import Wanted

_WRITTEN_IN_THE_END = ("json", "html", "dnssec-proof")  # the others grow
MAX_DAYS = 36500
LEAST_SECONDS = 0.001
MAX_SECONDS = 1e6  # eleven days


class OutputOptions(Value):
    """Where to write what; an empty file name is: nowhere, `-` standard output."""

    json: str = ""
    html: str = ""
    events: str = ""
    pcapng: str = ""
    keylog: str = ""
    record: str = ""
    proof: str = ""  # --dnssec-proof
    secrets: bool = True  # in the capture
    trace: str | None = None  # None: no trace; else `FILE`, `json:FILE`, or either without a file
    timing: bool = False
    explain: bool = False
    check: bool = False
    warn_days: float | None = None
    timeout: float | None = None  # seconds, for the whole probe
    format: str = "text"
    color: str = "auto"
    dates: bool = False  # beside the certificates of -C
    dialogues: bool = True  # in the log; with --tolerance only if that is to explain more

    @property
    def takes_stdout(self) -> str:
        """The option that has standard output for itself; empty if that is the log's."""
        if self.format != "text":
            return "format"
        return next((name for name, file in self.files() if _takes_stdout(file)), "")

    @property
    def trace_form(self) -> Literal["text", "json"]:
        """`text` or `json`."""
        return "json" if (self.trace or "").partition(":")[0] == "json" else "text"

    @property
    def trace_file(self) -> str:
        """Where the trace goes; empty: where the log goes."""
        trace = self.trace or ""
        return trace.partition(":")[2] if self.trace_form == "json" else trace

    def wanted(self) -> list[Wanted]:
        """All files to be written."""
        from pyfinger.cli.artifacts import Wanted

        secrets = {"keylog": True, "record": True, "pcapng": self.secrets}
        return [
            Wanted(option, file, secrets.get(option, False), whole=option in _WRITTEN_IN_THE_END)
            for option, file in self.files()
        ]

    def files(self) -> Iterator[tuple[str, str]]:
        """The options that name a file, with it."""
        for name in ("json", "html", "events", "pcapng", "keylog", "record"):
            if file := getattr(self, name):
                yield name, file
        if self.proof:
            yield "dnssec-proof", self.proof
        if self.trace_file:
            yield "trace", self.trace_file


def _takes_stdout(file: str) -> bool:
    from pyfinger.cli.artifacts import goes_to_standard_output

    return goes_to_standard_output(file)


def choose(scan: Scan) -> OutputOptions:
    """The choices among the options; `UsageError` if one makes no sense, or they do together."""
    given = dict(scan.items)
    choices = OutputOptions(
        json=_file(given, "json"),
        html=_file(given, "html"),
        events=_file(given, "events"),
        pcapng=_file(given, "pcapng"),
        keylog=_file(given, "keylog"),
        record=_file(given, "record"),
        proof=_file(given, "dnssec-proof"),
        secrets="no-secrets" not in given,
        trace=_trace(given, bare="trace" in scan.bare),
        timing="timing" in given,
        explain="explain" in given,
        check="check" in given,
        warn_days=_days(given["warn-days"]) if "warn-days" in given else None,
        timeout=read_timeout(given["timeout"]) if "timeout" in given else None,
        format=_word(given, "format", FORMATS),
        color=_word(given, "color", COLOURS),
        dates="warn-days" in given or "v" in given,
        dialogues="tolerance" not in given or "v" in given,
    )
    _look_at_files(choices)
    validated = "validate" in given or given.get("dnssec", "resolver").lower() != "resolver"
    if choices.proof and not (validated or "replay" in given):
        raise UsageError("--dnssec-proof goes with --dnssec=own and --dnssec=both only")
    return choices


def _file(given: dict[str, str], option: str) -> str:
    if option in given and not given[option]:
        raise UsageError(f"bad '--{option}' option value: no file name")
    return given.get(option, "")


def _trace(given: dict[str, str], *, bare: bool) -> str | None:
    """Only who leaves the value out altogether wants it in the log."""
    trace = given.get("trace")
    if trace in ("", "json:") and not bare:
        raise UsageError("bad '--trace' option value: no file name")
    return trace


def _word(given: dict[str, str], option: str, words: tuple[str, ...]) -> str:
    value = given.get(option, words[0])
    if value not in words:
        raise UsageError(f"bad '--{option}' option value: {value} (one of: {', '.join(words)})")
    return value


def _days(text: str) -> float:
    days = _number(text)
    if not 0 <= days <= MAX_DAYS:
        raise UsageError(f"bad '--warn-days' option value: {text} (0 to {MAX_DAYS})")
    return days


def read_timeout(text: str) -> float:
    """The seconds of `--timeout`; `UsageError`."""
    seconds = _number(text)
    if not LEAST_SECONDS <= seconds <= MAX_SECONDS:
        raise UsageError(
            f"bad '--timeout' option value: {text} (seconds, {LEAST_SECONDS:g} to {MAX_SECONDS:g})"
        )
    return seconds


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0


def _look_at_files(choices: OutputOptions) -> None:
    """Standard output is for one at most; files are compared when they are opened."""
    first = "format" if choices.format != "text" else ""
    for option, file in choices.files():
        if _takes_stdout(file):
            if first:
                raise UsageError(f"--{first} and --{option} both write to standard output")
            first = option
