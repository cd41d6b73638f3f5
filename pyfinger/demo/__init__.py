"""A small internet on loopback, in one process: DNS, SMTP and LMTP servers to probe."""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.cli import started


def main(argv: Sequence[str] | None = None) -> int:
    """The command `pyfinger-demo`; its exit status."""
    return started("pyfinger.demo.command", argv)
