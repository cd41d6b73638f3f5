"""Pages in a real browser; run by `pytest tests/browser`, not by `make test`.

Needs Debian's chromium, the package playwright, and for the rules of accessibility axe-core: the
environment variable `AXE` names its axe.min.js.  CONTRIBUTING.md has the commands.
"""
