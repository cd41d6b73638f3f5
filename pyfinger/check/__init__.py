"""A domain as a whole: every host, address, key algorithm and TLSA record, with a verdict each.

    report = pyfinger.check("example.com")

`report_model` is the report's shape and begins here; `planning` finds what there is to connect to,
`checker` connects, once per address and algorithm, `evidence` is what one connection showed,
`verdicts` decides, and `text` and `output_formats` print.  `explanations` says why, by the catalogue of
`report.explanation`, of each connection as the probe it was (`reports`); `policies` asks for MTA-STS
and TLSRPT, and `sts` says what senders do with them.  None of them but `command` and `library`
knows a driver: `checker` is a procedure like `prober.probe` (docs/architecture.md).

A package of that name would hide the function; so it is one: calling it is `library.check`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from pyfinger.cli import started


class _Callable(ModuleType):
    """This package, which can be called."""

    def __call__(self, *domains: str, **options: Any) -> Any:
        """`library.check`."""
        from pyfinger.check.library import check

        return check(*domains, **options)


def main(argv: Sequence[str] | None = None) -> int:
    """The command `pyfinger-check`; its exit status."""
    return started("pyfinger.check.command", argv)


sys.modules[__name__].__class__ = _Callable
