"""Runs a command and measures it; a program of its own, which must stay small.

    python -ISE spawn.py DESCRIPTOR SECONDS COMMAND [ARGUMENT...]

Writes the process id to the descriptor, in a line, and in the end status, peak of
resident memory in KiB, when it began and ended (CLOCK_MONOTONIC), how long it
stood in line for a processor, and how long it had one, as JSON.  The peak the
kernel tells of a process begins with that of the one it was forked from: hence
this program, with nothing in it, between the tests and what they measure.
"""

import json
import os
import resource
import signal
import sys
import time

MOST_MEMORY = 2 << 30  # bytes of address space, so that a mistake does not take the machine along


def main() -> None:
    descriptor, seconds, command = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    os.set_inheritable(descriptor, False)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    began = time.monotonic()
    pid = os.posix_spawn(command[0], command, os.environ)
    os.write(descriptor, f"{pid}\n".encode())
    signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    ended = time.monotonic()
    with open(f"/proc/{pid}/schedstat") as file:
        waited = int(file.read().split()[1]) / 1e9
    _, status, usage = os.wait4(pid, 0)
    measured = {
        "status": os.waitstatus_to_exitcode(status),
        "memory": usage.ru_maxrss,
        "began": began,
        "ended": ended,
        "waited": waited,
        "busy": usage.ru_utime + usage.ru_stime,
    }
    os.write(descriptor, json.dumps(measured).encode())


main()
