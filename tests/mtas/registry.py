"""All mail servers."""

from __future__ import annotations

from tests.mtas import by_debian, by_pypi_and_npm

SERVERS = (*by_debian.SERVERS, *by_pypi_and_npm.SERVERS)
