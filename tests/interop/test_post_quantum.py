"""ML-DSA in the handshake, and chains under ML-DSA and SLH-DSA authorities, with OpenSSL 3.5."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pyfinger.crypto.slh_dsa import SIZES as SLH_DSA
from pyfinger.crypto.slh_dsa import usable
from pyfinger.values import replace
from pyfinger.x509 import pem
from pyfinger.x509.certificate import Certificate, parse_certificate
from pyfinger.x509.trust_store import Bundle
from pyfinger.x509.verify import verify
from pyfinger.x509.verify_context import VerifyContext, VerifyParams, VerifyResult
from tests.interop.cases import Case, Stage, pairs
from tests.interop.programs import OpenSsl, openssls
from tests.interop.test_client_keys import DEMAND, RPK, UNTRUSTED_RAW_KEY, play, seen_by_server
from tests.tls.offers import offer

SINCE = (3, 5)
ML_DSA = ("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")

SERVER_KEYS = [
    *(Case(kind, offer(level), key=kind, since=SINCE) for kind in ML_DSA for level in (0, 1)),
    *(
        Case(f"{kind}-rpk", replace(offer(1), raw_keys=True), "-enable_server_rpk", kind, since=SINCE)
        for kind in ML_DSA
    ),
]


@pytest.mark.parametrize(("case", "program"), pairs(SERVER_KEYS))
def test_server_keys(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = stage.play(case, program)
    files, shown = stage.identities[case.key], call.connection_info.credential
    assert (shown.raw_key or shown.certificates[0]) in (files.spki(), files.der())
    assert bool(shown.raw_key) == case.name.endswith("-rpk")
    signature = call.connection_info.server_signature
    assert signature is not None and (signature.kind, signature.digest) == (case.key, "")


BESIDE = [Case(kind, offer(1), since=SINCE) for kind in ML_DSA]


@pytest.mark.parametrize(("case", "program"), pairs(BESIDE))
def test_a_server_with_an_ecdsa_certificate_too_prefers_ml_dsa(
    case: Case, program: OpenSsl, stage: Stage
) -> None:
    other = stage.identities[case.name]
    call = stage.play(case, program, "-dcert", str(other.certificate), "-dkey", str(other.key))
    assert call.connection_info.credential.certificates == (other.der(),)


CLIENT_KEYS = [Case(f"{kind}:certificate", offer(1), DEMAND, since=SINCE) for kind in ML_DSA]
CLIENT_RAW_KEYS = [Case(f"{kind}:raw", offer(1), f"{DEMAND} {RPK}", since=SINCE) for kind in ML_DSA]


@pytest.mark.parametrize(("case", "program"), pairs(CLIENT_KEYS))
def test_client_keys(case: Case, program: OpenSsl, stage: Stage) -> None:
    kind = case.name.split(":")[0]
    call = play(case, program, stage)
    assert seen_by_server(call, stage.identities[kind])
    signature = call.connection_info.client_signature
    assert signature is not None and signature.kind == kind


@pytest.mark.parametrize(("case", "program"), pairs(CLIENT_RAW_KEYS))
def test_client_raw_keys(case: Case, program: OpenSsl, stage: Stage) -> None:
    assert UNTRUSTED_RAW_KEY in play(case, program, stage).page


def _issued(stage: Stage, kind: str) -> tuple[Path, Path, Path]:
    """An authority of this kind, and an ECDSA certificate below it with its key."""
    program = openssls()[-1]
    folder = stage.identities.folder
    root, root_key, leaf = (folder / f"{kind}-{part}" for part in ("root.pem", "root.key", "leaf.pem"))
    key = stage.identities["p256"].key
    if not leaf.exists():
        config = folder / "ca.cnf"
        config.write_text(
            "[req]\ndistinguished_name = subject\n[subject]\n"
            "[ca]\nbasicConstraints = critical,CA:TRUE\n[leaf]\nbasicConstraints = CA:FALSE\n"
        )
        common = ("-days", "30", "-config", str(config))
        program.run("genpkey", "-algorithm", kind, "-out", str(root_key))
        own = ("-key", str(root_key), "-subj", f"/CN={kind}", "-extensions", "ca", "-out", str(root))
        program.run("req", "-x509", *common, *own)
        signer = ("-CA", str(root), "-CAkey", str(root_key))
        below = ("-key", str(key), "-subj", "/CN=mx", "-extensions", "leaf", "-out", str(leaf))
        program.run("req", "-x509", *common, *signer, *below)
    return root, leaf, key


CHAINS = [Case(kind, offer(1), since=SINCE) for kind in (*ML_DSA, *SLH_DSA)]


@pytest.mark.parametrize(("case", "program"), pairs(CHAINS))
def test_chains(case: Case, program: OpenSsl, stage: Stage) -> None:
    if case.name in SLH_DSA and not usable():
        pytest.skip("slh-dsa is not installed")
    root, leaf, key = _issued(stage, case.name)
    call = stage.play(case, program, "-cert", str(leaf), "-key", str(key), "-cert_chain", str(root))
    sent = [parse_certificate(der) for der in call.connection_info.credential.certificates]
    authority = next(iter(pem.blocks(root.read_bytes()))).data
    assert [one.der for one in sent[1:]] == [authority]
    assert judged(sent, authority).trusted
    tbs = sent[0].tbs
    sent[0] = replace(sent[0], tbs=tbs[:-1] + bytes((tbs[-1] ^ 1,)))
    assert not judged(sent, authority).trusted


def judged(sent: list[Certificate], authority: bytes) -> VerifyResult:
    params = VerifyParams(now=int(time.time()), security_level=1)
    return verify(VerifyContext(sent[0], sent, Bundle([authority]), params))
