"""Hostile servers, name servers and files, and what the program makes of them.

    python -m tests.hostile                     all rows
    python -m tests.hostile --write             and docs/hostile.md, if all is well
    python -m tests.hostile --only tls/         those whose name has this in it
    python -m tests.hostile.resets              a connection reset after each byte of a session
    python -m tests.hostile.soak                a thousand probes in one process

A row is a peer with bad manners, on real sockets, and the program as a process
of its own.  It has to end in time, in little memory, without a traceback, with
the line that says what was wrong, and without a byte that drives a terminal.
"""
