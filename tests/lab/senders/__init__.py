"""Real sending mail servers in the world of `pyfinger-demo senders` (docs/senders.md).

    .venv/bin/python -m tests.lab.senders [--only postfix] [--write]

Needs root, on Debian; Postfix is the reference's (tests/lab/setup), the others are installed
into trees of their own, which are layers over this machine's system or the reference's tree and
change neither.  Each server runs in namespaces that end with it.
"""
