"""The main.cf file: logical lines of the form `name = value` (postconf(5)).

Any bytes give a dictionary or a `UsageError` in Postfix's words; what is merely
odd is told as `ConfigRemark`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from pyfinger.errors import UsageError
from pyfinger.events import ConfigRemark, Emit
from pyfinger.maincf.host_environment import HostEnvironment

DEFAULT_DIRECTORY = "/etc/postfix"
FILE_NAME = "main.cf"

# Without a main.cf there is no old setup to be compatible with.
BUILT_IN = {"compatibility_level": "3.6"}

BLANKS = " \t\r\n\v\f"
QUOTED = 30  # characters of a line that is quoted because it is bad


def config_directory(environment: Mapping[str, str]) -> str:
    """Where main.cf is."""
    return environment.get("MAIL_CONFIG", DEFAULT_DIRECTORY)


def read_main_cf(host: HostEnvironment, emit: Emit) -> dict[str, str]:
    """The file's parameters, unexpanded.

    `UsageError` if it is unreadable or malformed.  Only a file that is absent
    from the default place may be absent.
    """
    environment = host.environment
    path = f"{config_directory(environment)}/{FILE_NAME}"
    return read_file(path, host, emit, absent=None if "MAIL_CONFIG" in environment else BUILT_IN)


def read_file(
    path: str, host: HostEnvironment, emit: Emit, absent: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The parameters of this file, or `absent` if there is none.

    `UsageError` if it is unreadable or malformed, or must not be absent.
    """
    try:
        text = host.read(path).decode("utf-8", "surrogateescape")
    except OSError as error:
        if isinstance(error, FileNotFoundError) and absent is not None:
            return dict(absent)
        call = "read" if isinstance(error, IsADirectoryError) else "open"
        raise UsageError(f"{call} {path}: {os.strerror(error.errno or 0)}") from error
    return parse(text, path, emit)


def parse(text: str, path: str, emit: Emit) -> dict[str, str]:
    """The parameters of a file's text; `path` is for messages."""
    found: dict[str, str] = {}
    for lines, whole in _logical_lines(text, path, emit):
        number = lines.start
        line, null, _ = whole.partition("\0")
        if null:
            place = f"{number}-{lines.stop - 1}" if len(lines) > 1 else number
            emit(ConfigRemark(f"{path}, line {place}: text after null byte may be ignored"))
        try:
            name, value = split_pair(line)
        except ValueError as error:
            raise UsageError(f'{path}, line {number}: {error}: "{line}"') from error
        if found.get(name, value) != value:
            remark = f"{path}, line {number}: overriding earlier entry: {name}={found[name]}"
            emit(ConfigRemark(remark))
        found[name] = value
    return found


def split_pair(line: str) -> tuple[str, str]:
    """The two sides of `name = value`; `ValueError` says what is missing.

    A name has no blanks in it, a value none at its ends.
    """
    name, equals, value = line.partition("=")
    name = name.strip(BLANKS)
    if not name and (equals or not line):
        raise ValueError("missing attribute name")
    if not equals or any(blank in name for blank in BLANKS):
        raise ValueError("missing '=' after attribute name")
    return name, value.strip(BLANKS)


def _logical_lines(text: str, path: str, emit: Emit) -> Iterator[tuple[range, str]]:
    """Lines with their continuations, each with the numbers of all lines up to the next one."""
    began, parts = 0, list[str]()
    physical = text.removesuffix("\n").split("\n")
    for number, line in enumerate(physical, 1):
        content = line.lstrip(BLANKS)
        if not content or content.startswith("#"):
            continue
        if line[0] not in BLANKS:
            if parts:
                yield range(began, number), "".join(parts)
            began, parts = number, [line]
        elif parts:
            parts.append(line)
        else:
            emit(ConfigRemark(_misplaced(line, path)))
    if parts:
        yield range(began, len(physical) + 1), "".join(parts)


def _misplaced(line: str, path: str) -> str:
    quoted = f"{line[:QUOTED]}..." if len(line) > QUOTED else line
    return f'{path}: logical line must not start with whitespace: "{quoted}"'
