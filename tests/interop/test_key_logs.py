"""Our secrets are those s_server writes into its key log, neither more nor fewer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.cases import Case, Stage, check, pairs
from tests.interop.dialogue import Manner, visit
from tests.interop.programs import OpenSsl
from tests.tls.offers import offer

WEAK = "-cipher ALL:!aNULL:@SECLEVEL=0"

LOGGED = [
    Case("tls10", offer(0, protocols="TLSv1"), WEAK, "rsa2048"),
    Case("tls12", offer(1, protocols="TLSv1.2")),
    Case("tls12-by-id", offer(1, protocols="TLSv1.2"), "-no_ticket"),
    Case("tls12-without-ems", offer(1, protocols="TLSv1.2"), "-no_ems", since=(3, 2)),
    Case("tls12-static-rsa", offer(1, protocols="TLSv1.2"), "-cipher kRSA", "rsa2048"),
    Case("tls13", offer(1)),
    Case("tls13-sha256", offer(1), "-ciphersuites TLS_AES_128_GCM_SHA256"),
    Case("retried", offer(1), "-groups P-384"),
    Case("stateful", offer(1), "-no_ticket"),
]


@pytest.mark.parametrize(("case", "program"), pairs(LOGGED))
def test_key_logs_agree(case: Case, program: OpenSsl, stage: Stage, tmp_path: Path) -> None:
    log = tmp_path / "keys"
    server = stage.server(case, program, "-keylogfile", str(log), fresh=True)
    first = visit(case.offer, server.port)
    second = visit(case.offer, server.port, Manner(first.saved[-1]))
    check(case, first)
    check(case, second)
    assert second.connection_info.resumed
    written = [line for line in log.read_text().splitlines() if not line.startswith("#")]
    assert set(written) == first.key_log() | second.key_log()
    assert not first.key_log() & second.key_log()
