"""Raw public keys (RFC 7250) of the server, with s_server."""

from __future__ import annotations

import pytest

from pyfinger.values import replace
from tests.interop.cases import Case, Stage, pairs
from tests.interop.programs import OpenSsl
from tests.tls.offers import offer

RPK = "-enable_server_rpk"

RAW_KEYS = [
    Case(
        f"{key}-{protocol}",
        replace(offer(0, protocols=protocol), raw_keys=True),
        f"{RPK} {'-cert_comp' if key == 'p384' else ''}",
        key,
        since=(3, 2),
        protocol=protocol,
    )
    for key in ("rsa2048", "rsa-pss", "p256", "p384", "ed25519", "ed448")
    for protocol in ("TLSv1.2", "TLSv1.3")
]


@pytest.mark.parametrize(("case", "program"), pairs(RAW_KEYS))
def test_raw_keys(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = stage.play(case, program)
    assert call.connection_info.credential.raw_key == stage.identities[case.key].spki()
    assert call.connection_info.credential.certificates == ()


CERTIFICATES = [
    Case(f"{protocol}", replace(offer(0, protocols=protocol), raw_keys=True), protocol=protocol)
    for protocol in ("TLSv1.2", "TLSv1.3")
]


@pytest.mark.parametrize(("case", "program"), pairs(CERTIFICATES))
def test_a_server_may_show_a_certificate_instead(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = stage.play(case, program)
    assert call.connection_info.credential.certificates == (stage.identities["p256"].der(),)


UNWANTED = [
    Case(protocol, offer(0, protocols=protocol), RPK, since=(3, 2), protocol=protocol)
    for protocol in ("TLSv1.2", "TLSv1.3")
]


@pytest.mark.parametrize(("case", "program"), pairs(UNWANTED))
def test_nobody_shows_a_raw_key_unasked(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = stage.play(case, program)
    assert call.connection_info.credential.certificates == (stage.identities["p256"].der(),)
