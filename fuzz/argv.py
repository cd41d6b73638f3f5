"""Any command line is understood or raises UsageError, and loses no operand.

Words are separated by newlines.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from pyfinger.cli.evaluate import evaluate
from pyfinger.cli.getopt import scan
from pyfinger.errors import UsageError
from pyfinger.events import Event
from pyfinger.maincf.host_environment import SystemEnvironment

SEEDS: list[bytes] = [
    b"-cC\n-l\nsecure\n-Lnone\nexample.test\nnexthop\n.example.test",
    b"--level=fingerprint\n--digest\nsha1\n[192.0.2.1]:25\nAA:BB",
    b"-t\n5\n-T\n6\n-m\n0\n-r\n-1\n-o\nmyhostname = x.test\n-a\nipv6\n-h\ndns,native\n--\n-x",
    b"-SRwfx\n-vv\n-M\nmay\n-p\n>=TLSv1.2\n-g\nhigh\n-s\nhostname\n--resolver\n[::1]:5353\nunix:/x",
]

_FOLDER = tempfile.TemporaryDirectory()
Path(_FOLDER.name, "main.cf").write_text("compatibility_level = 3.6\nmyhostname = probe.test\n")


def check(data: bytes) -> None:
    # The system cannot pass a NUL.
    words = data.replace(b"\0", b"").decode("utf-8", "surrogateescape").split("\n")
    told: list[Event] = []
    try:
        found = evaluate(["prog", *words], SystemEnvironment({"MAIL_CONFIG": _FOLDER.name}), told.append)
    except UsageError:
        return
    operands = (found.options.destination, *found.options.match)
    assert operands == scan(words).operands == tuple(words[-len(operands) :])
    assert found.options.connect_timeout > 0
    assert found.options.command_timeout > 0
