"""Servers and identities, once for a whole session of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.interop.cases import Stage
from tests.interop.identities import Identities
from tests.interop.programs import gnutls_serv, openssls
from tests.interop.servers import Servers


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if not openssls():
        pytest.skip("no openssl on this machine")
    servers = Servers()
    yield Stage(servers, Identities(tmp_path_factory.mktemp("identities"), openssls()[-1]))
    servers.end()


@pytest.fixture(scope="session")
def gnutls() -> str:
    """The command of GnuTLS's server."""
    found = gnutls_serv()
    if found is None:
        pytest.skip("no gnutls-serv on this machine")
    return found
