"""Every cipher suite we can offer, with s_server."""

from __future__ import annotations

import pytest

from pyfinger.tls.codepoints import TLS12, TLS13
from pyfinger.tls.suites import Suite, negotiable
from pyfinger.values import replace
from tests.interop.cases import Case, Stage, pairs
from tests.interop.programs import OpenSsl
from tests.tls.offers import offer

_KEY_FOR = {"RSA": "rsa2048", "ECDSA": "p256", "DSS": "dsa2048", "NULL": "", "any": "p256"}


def _case(suite: Suite, protocol: str) -> Case:
    if suite.tls13:
        made = replace(offer(0), suites=(suite.code,), versions=(TLS13,))
        server = f"-ciphersuites {suite.name} -cipher ALL:@SECLEVEL=0"
    else:
        made = replace(offer(0, protocols=protocol), suites=(suite.code,))
        server = f"-cipher {suite.name}:@SECLEVEL=0"
    name = f"{suite.name}-{protocol}"
    key = _KEY_FOR[suite.authentication]
    return Case(name, made, server, key, protocol=protocol, cipher=suite.name)


SUITES = [
    *(_case(suite, "TLSv1.3") for suite in negotiable().values() if suite.tls13),
    *(_case(suite, "TLSv1.2") for suite in negotiable().values() if suite.fits(TLS12)),
    *(
        _case(suite, "TLSv1")
        for suite in negotiable().values()
        if suite.name in ("AES128-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA")
        or suite.name
        in ("DHE-DSS-AES256-SHA", "DHE-RSA-CAMELLIA256-SHA", "ADH-AES128-SHA", "AECDH-AES256-SHA")
    ),
]


@pytest.mark.parametrize(("case", "program"), pairs(SUITES))
def test_suites(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = stage.play(case, program)
    assert bool(call.connection_info.credential) == bool(case.key)


MIXED = [
    Case("anonymous-first", offer(0), "-cipher aNULL:@SECLEVEL=0 -no_tls1_3", key="", protocol="TLSv1.2"),
    Case("certificate-first", offer(0), "-no_tls1_3", protocol="TLSv1.2"),
]


@pytest.mark.parametrize(("case", "program"), pairs(MIXED))
def test_one_hello_offers_certificates_and_none(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = stage.play(case, program)
    assert bool(call.connection_info.credential) == bool(case.key)
