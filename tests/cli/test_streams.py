"""Where the log goes, and its end."""

from __future__ import annotations

import errno
from io import BytesIO

import pytest

from pyfinger.cli.streams import LogStream


def never(problem: OSError) -> None:
    pytest.fail(str(problem))


class Full(BytesIO):
    """A disk with no room."""

    def write(self, data: object, /) -> int:
        """Nothing."""
        raise OSError(errno.ENOSPC, "No space left on device")


def test_it_may_outlive_what_it_writes_to() -> None:
    sink = BytesIO()
    log = LogStream(sink, never)
    assert log.write(b"a line\n") == 7 and sink.getvalue() == b"a line\n"
    sink.close()
    log.flush()
    log.close()
    assert log.closed


def test_the_first_failure_is_told_and_no_other() -> None:
    told: list[OSError] = []
    log = LogStream(Full(), told.append)
    log.write(b"a line\n")
    log.write(b"a line\n")
    log.flush()
    assert [problem.errno for problem in told] == [errno.ENOSPC]
