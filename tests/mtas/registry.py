"""All mail servers."""

from __future__ import annotations

from tests.mtas import by_debian, by_pypi_and_npm, mailboxes, rarer

SERVERS = (*by_debian.SERVERS, *rarer.SERVERS, *mailboxes.SERVERS, *by_pypi_and_npm.SERVERS)
