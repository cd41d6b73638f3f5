"""Options of commands that look up and connect: keywords of `pyfinger.check` under their usual names."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

_VALUES: Mapping[str, tuple[str, str]] = {
    "resolver": ("ADDRESS[:PORT]", "ask this name server, not the system's"),
    "dnssec": ("WORD", "whose word counts about signatures: resolver, own, both"),
    "algorithms": ("LIST", "kinds of keys to ask for: ecdsa, rsa, eddsa, ml-dsa; or any (ecdsa,rsa)"),
    "pause": ("SECONDS", "between two connections to one address (1)"),
    "timeout": ("SECONDS", "for all of one host; without it at most two connections to an address are made"),
}


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """For a command's parser."""
    group = parser.add_argument_group("of servers that are asked")
    for name, (value, about) in _VALUES.items():
        group.add_argument(f"--{name}", metavar=value, help=about)
    anchor = "a trust anchor of DNS, in place of the root's"
    group.add_argument("--dnssec-anchor", metavar="FILE", action="append", help=anchor)
    group.add_argument("--wrapper", action="store_true", help="TLS from the first byte")


def network_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """The keywords, as far as they were given."""
    given: dict[str, Any] = {name: getattr(arguments, name) for name in (*_VALUES, "wrapper")}
    given["dnssec_anchors"] = arguments.dnssec_anchor
    if given["algorithms"]:
        given["algorithms"] = given["algorithms"].split(",")
    return {name: value for name, value in given.items() if value}
