"""Exit statuses of the command, but for those that follow a verdict (`report.document.status`)."""

from __future__ import annotations

OK = 0  # whatever the network said
FAILED = 1  # the command cannot be carried out: a usage error, a `fatal:` line
PLUGIN_UNKNOWN = 3  # the same with --format nagios, where 1 would be a warning
TIMED_OUT = 124  # --timeout, as timeout(1) has it
SIGNALLED = 128  # and the signal's number, as a shell has it
INTERRUPTED = 130  # SIGINT
OUTPUT_CLOSED = 141  # SIGPIPE: nobody reads the output any more
