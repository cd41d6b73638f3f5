"""Receiving mail servers, each beside the real posttls-finger (docs/servers.md).

    .venv/bin/python -m tests.mtas [--only NAME] [--tree DIR] [--keep DIR] [--markdown]

Needs root, on Debian, and the reference's tree (tests/lab/setup).  Each server is installed into a
layer of its own over this machine's system, or that of --tree, and runs in namespaces that end with
it: this machine is left as it was.
"""
