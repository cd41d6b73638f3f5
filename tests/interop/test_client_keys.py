"""Certificates and raw keys of our own, shown to an s_server that asks."""

from __future__ import annotations

import dataclasses

import pytest

from pyfinger.tls.codepoints import HandshakeType
from pyfinger.tls.config import ClientConfig
from pyfinger.values import replace
from tests.interop.cases import Case, Stage, check, pairs
from tests.interop.dialogue import Call, Manner, visit
from tests.interop.identities import Files
from tests.interop.programs import OpenSsl
from tests.tls.offers import offer

WEAK = "-cipher ALL:!aNULL:@SECLEVEL=0"
DEMAND, ASK = f"-Verify 1 {WEAK}", f"-verify 1 {WEAK}"
RPK = "-enable_client_rpk"
BRAINPOOL = "X25519 P-256 brainpoolP256r1"
KINDS = ("rsa2048", "rsa-pss", "rsa-pss-strict", "p256", "p384", "p521", "ed25519", "ed448")
BRAINPOOL_12 = f"{DEMAND} -groups X25519:P-256:brainpoolP256r1"
UNTRUSTED_RAW_KEY = "Verify return code: 95"


def with_key(made: ClientConfig, *files: Files) -> ClientConfig:
    """The offer with these to show."""
    return replace(made, credentials=tuple(one.credential() for one in files))


def client_key(case: Case) -> str:
    """The kind of key a case is about: the first word of its name."""
    return case.name.split(":")[0]


def play(case: Case, program: OpenSsl, stage: Stage, *keys: str) -> Call:
    shown = [stage.identities[kind] for kind in keys or (client_key(case),)]
    return stage.play(dataclasses.replace(case, offer=with_key(case.offer, *shown)), program)


def seen_by_server(call: Call, files: Files) -> bool:
    """Whether the server's page shows this certificate."""
    return "".join(files.certificate.read_text().split()) in "".join(call.page.split())


CERTIFICATES = [
    *(
        Case(f"{kind}:{protocol}", offer(0, protocols=protocol), DEMAND, protocol=protocol)
        for kind, protocols in (
            *((kind, ("TLSv1.2", "TLSv1.3")) for kind in KINDS),
            *((kind, ("TLSv1", "TLSv1.1")) for kind in ("rsa2048", "p256")),
        )
        for protocol in protocols
    ),
    Case("brainpool256:TLSv1.2", offer(0, protocols="TLSv1.2", curves=BRAINPOOL), BRAINPOOL_12),
    Case("brainpool256:TLSv1.3", offer(0, protocols="TLSv1.3", curves=BRAINPOOL), DEMAND, since=(3, 2)),
    Case("p256:secure", offer(1), DEMAND),
    Case("p256:retried", offer(1), f"{DEMAND} -groups P-384", group="secp384r1"),
    Case(
        "rsa2048:static-rsa", offer(0, protocols="TLSv1.2"), "-Verify 1 -cipher kRSA:@SECLEVEL=0", "rsa2048"
    ),
    Case("rsa2048:one-scheme", offer(1), f"{DEMAND} -client_sigalgs rsa_pss_rsae_sha512"),
    Case("rsa2048:one-scheme-12", offer(1, protocols="TLSv1.2"), f"{DEMAND} -client_sigalgs RSA+SHA384"),
    Case("p256:other-digest-12", offer(1, protocols="TLSv1.2"), f"{DEMAND} -client_sigalgs ECDSA+SHA512"),
]


@pytest.mark.parametrize(("case", "program"), pairs(CERTIFICATES))
def test_certificates(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = play(case, program, stage)
    assert seen_by_server(call, stage.identities[client_key(case)])
    assert call.messages(sent=True).count(HandshakeType.CERTIFICATE_VERIFY) == 1


RAW_KEYS = [
    Case(
        f"{kind}:{protocol}",
        offer(0, protocols=protocol),
        f"{DEMAND} {RPK}",
        since=(3, 2),
        protocol=protocol,
    )
    for kind in KINDS
    for protocol in ("TLSv1.2", "TLSv1.3")
]


@pytest.mark.parametrize(("case", "program"), pairs(RAW_KEYS))
def test_raw_keys(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = play(case, program, stage)
    assert UNTRUSTED_RAW_KEY in call.page
    assert call.messages(sent=True).count(HandshakeType.CERTIFICATE_VERIFY) == 1


BOTH_WAYS = [
    Case(
        f"p256:{protocol}",
        replace(offer(0, protocols=protocol), raw_keys=True),
        f"{DEMAND} {RPK} -enable_server_rpk",
        key="ed25519",
        since=(3, 2),
    )
    for protocol in ("TLSv1.2", "TLSv1.3")
]


@pytest.mark.parametrize(("case", "program"), pairs(BOTH_WAYS))
def test_raw_keys_both_ways(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = play(case, program, stage)
    assert UNTRUSTED_RAW_KEY in call.page
    assert call.connection_info.credential.raw_key == stage.identities["ed25519"].spki()


NOTHING_FITS = [
    Case(f"{kind}:{protocol}", offer(1, protocols=protocol), f"{ASK} -client_sigalgs {schemes}")
    for kind, schemes in (("p256", "ed25519"), ("rsa2048", "ECDSA+SHA256"), ("ed25519", "RSA-PSS+SHA256"))
    for protocol in ("TLSv1.2", "TLSv1.3")
]


@pytest.mark.parametrize(("case", "program"), pairs(NOTHING_FITS))
def test_an_empty_certificate_when_nothing_fits(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = play(case, program, stage)
    assert "no client certificate available" in call.page
    assert HandshakeType.CERTIFICATE in call.messages(sent=True)
    assert HandshakeType.CERTIFICATE_VERIFY not in call.messages(sent=True)


UNASKED = [Case(f"p256:{protocol}", offer(1, protocols=protocol)) for protocol in ("TLSv1.2", "TLSv1.3")]


@pytest.mark.parametrize(("case", "program"), pairs(UNASKED))
def test_nothing_is_shown_unasked(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = play(case, program, stage)
    assert HandshakeType.CERTIFICATE not in call.messages(sent=True)


CHOICES = [
    Case("ed25519", offer(1), f"{DEMAND} -client_sigalgs ed25519"),
    Case("p256", offer(1), f"{DEMAND} -client_sigalgs ECDSA+SHA256"),
    Case("rsa2048", offer(1), f"{DEMAND} -client_sigalgs RSA-PSS+SHA256"),
]


@pytest.mark.parametrize(("case", "program"), pairs(CHOICES))
def test_the_key_that_fits_is_shown(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = play(case, program, stage, "rsa2048", "p256", "ed25519")
    assert seen_by_server(call, stage.identities[case.name])


REFUSED = [
    Case(f"p256:{protocol}", offer(1, protocols=protocol), f"{DEMAND} -verify_return_error")
    for protocol in ("TLSv1.2", "TLSv1.3")
]


@pytest.mark.parametrize(("case", "program"), pairs(REFUSED))
def test_a_server_may_not_like_what_it_sees(case: Case, program: OpenSsl, stage: Stage) -> None:
    """Nobody vouches for our certificate, and this server minds."""
    made = with_key(case.offer, stage.identities[client_key(case)])
    call = Call(made, stage.server(case, program).port).handshake()
    call.receive_all()
    call.hang_up()
    assert call.engine.error is not None
    assert call.engine.error.reason == "tlsv1 alert unknown ca"


RESUMED = [
    Case(f"p256:{protocol}", offer(1, protocols=protocol), DEMAND) for protocol in ("TLSv1.2", "TLSv1.3")
]


@pytest.mark.parametrize(("case", "program"), pairs(RESUMED))
def test_a_resumed_session_shows_nothing_again(case: Case, program: OpenSsl, stage: Stage) -> None:
    files = stage.identities[client_key(case)]
    first = play(case, program, stage)
    made = with_key(case.offer, files)
    second = visit(made, stage.server(case, program).port, Manner(first.saved[-1]))
    check(case, second)
    assert second.connection_info.resumed and HandshakeType.CERTIFICATE not in second.messages(sent=True)
    assert seen_by_server(second, files)  # it remembers
