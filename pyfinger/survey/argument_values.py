"""Values of options, for argparse: each takes a word, and says what is wrong with it."""

from __future__ import annotations

import argparse

from pyfinger.decimals import decimal
from pyfinger.survey.budget import Allowance
from pyfinger.survey.database import IN_MEMORY

MOST_WORKERS = 256
MOST_PORT = 65535
MOST = 1_000_000  # of whatever is counted


def allowance(text: str) -> Allowance:
    """Of `--per-total` and the like: N,M."""
    at_once, comma, per_minute = text.partition(",")
    if not comma:
        raise argparse.ArgumentTypeError(f"not two numbers: {text}")
    return Allowance(_positive(at_once), _positive(per_minute))


def workers(text: str) -> int:
    """Processes."""
    number = _positive(text)
    if number > MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"more than {MOST_WORKERS}: {text}")
    return number


def _positive(text: str) -> int:
    number = count(text)
    if number == 0:
        raise argparse.ArgumentTypeError("0 is none")
    return number


def count(text: str) -> int:
    """A number, or 0."""
    number = decimal(text, MOST)
    if number is None:
        raise argparse.ArgumentTypeError(f"no number up to {MOST}: {text}")
    return number


def seconds(text: str) -> float:
    """A time, or none."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"no number of seconds: {text}")
    return number


def some_seconds(text: str) -> float:
    """A time."""
    if seconds(text) == 0:
        raise argparse.ArgumentTypeError("0 is no time at all")
    return float(text)


def store(text: str) -> str:
    """A survey's file, which has to outlive the command."""
    if text == IN_MEMORY:
        raise argparse.ArgumentTypeError(f"a run is kept in a file: {text} (./{text} is one)")
    return text


def port(text: str) -> int:
    """Of TCP."""
    number = decimal(text, MOST_PORT, least=1)
    if number is None:
        raise argparse.ArgumentTypeError(f"no port: {text}")
    return number


def setting(text: str) -> tuple[str, str]:
    """NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"no name=value: {text}")
    return name.strip(), value.strip()
