"""The same engine with GnuTLS's server."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from pyfinger.tls.codepoints import HandshakeType
from pyfinger.tls.config import ClientConfig
from pyfinger.values import replace
from tests.interop.cases import Stage
from tests.interop.dialogue import Call, Manner, visit
from tests.interop.servers import Server
from tests.tls.offers import offer, with_sni

ALL = "NORMAL:+VERS-ALL:%VERIFY_ALLOW_BROKEN"
COMPRESSED = 25


@dataclass(frozen=True)
class Case:
    """One meeting with gnutls-serv."""

    name: str
    offer: ClientConfig
    priority: str = ALL
    key: str = "p256"
    options: str = ""
    protocol: str = ""
    description: str = ""  # part of GnuTLS's words for the session


def server_for(case: Case, stage: Stage, gnutls: str, *, fresh: bool = False) -> Server:
    identity: tuple[str, ...] = ()
    if case.key:
        files = stage.identities[case.key]
        identity = "--x509certfile", str(files.certificate), "--x509keyfile", str(files.key)
    options = (*identity, "--priority", case.priority, *case.options.split())
    return stage.servers.gnutls(gnutls, options, fresh=fresh)


def told(call: Call) -> tuple[str, str]:
    """Protocol and description, from the server's page."""
    found = re.search(
        r"Protocol version:</TD><TD>(.*?)</TD>.*Description:</TD><TD>(.*?)</TD>", call.page, re.S
    )
    assert found, call.engine.error or call.page
    return found[1].replace("TLS", "TLSv").replace("TLSv1.0", "TLSv1"), found[2]


def play(case: Case, stage: Stage, gnutls: str) -> Call:
    call = visit(case.offer, server_for(case, stage, gnutls).port)
    protocol, description = told(call)
    assert call.connection_info.protocol == protocol
    assert case.protocol in ("", protocol)
    assert case.description in description
    assert call.engine.closed
    return call


def only(protocol: str) -> ClientConfig:
    return offer(0, protocols=protocol)


CASES = [
    *(Case(protocol, only(protocol), ALL, "rsa2048", protocol=protocol) for protocol in ("TLSv1", "TLSv1.1")),
    *(
        Case(f"{key}-{protocol}", only(protocol), ALL, key, protocol=protocol)
        for key in ("rsa1024", "rsa2048", "rsa-pss", "p256", "p384", "p521", "ed25519", "ed448")
        for protocol in ("TLSv1.2", "TLSv1.3")
    ),
    *(
        Case(f"{group}", offer(1), f"NORMAL:-GROUP-ALL:+GROUP-{group}", description=group)
        for group in ("X25519", "X448", "SECP256R1", "SECP384R1", "SECP521R1", "FFDHE2048", "FFDHE3072")
    ),
    *(
        Case(f"{cipher}-{protocol}", only(protocol), f"{ALL}:-CIPHER-ALL:+{cipher}", description=cipher)
        for cipher in ("AES-128-GCM", "AES-256-GCM", "CHACHA20-POLY1305")
        for protocol in ("TLSv1.2", "TLSv1.3")
    ),
    *(
        Case(cipher, only("TLSv1.2"), f"{ALL}:-CIPHER-ALL:+{cipher}", description=cipher)
        for cipher in ("AES-128-CCM", "AES-256-CCM-8", "AES-128-CBC", "AES-256-CBC")
    ),
    Case("CAMELLIA", only("TLSv1.2"), f"{ALL}:-CIPHER-ALL:+CAMELLIA-256-CBC:+SHA384", description="CAMELLIA"),
    Case("AES-128-CBC-SHA256", only("TLSv1.2"), f"{ALL}:-CIPHER-ALL:+AES-128-CBC:-MAC-ALL:+SHA256"),
    Case("static-rsa", only("TLSv1.2"), f"{ALL}:-KX-ALL:+RSA", "rsa2048", description="(RSA)"),
    Case("dhe-rsa", only("TLSv1.2"), f"{ALL}:-KX-ALL:+DHE-RSA", "rsa2048", description="(DHE-"),
    *(
        Case(kind, only("TLSv1.2"), f"NORMAL:-KX-ALL:+{kind}", "", description=kind)
        for kind in ("ANON-DH", "ANON-ECDH")
    ),
    Case("without-etm", only("TLSv1.2"), f"{ALL}:-CIPHER-ALL:+AES-256-CBC:%NO_ETM"),
    Case("without-ems", only("TLSv1.2"), f"{ALL}:%NO_SESSION_HASH"),
    Case("known-name", with_sni(offer(1), "mx.example.test"), options="--sni-hostname mx.example.test"),
    Case("unknown-name", with_sni(only("TLSv1.2"), "no.test"), options="--sni-hostname mx.example.test"),
    Case("small-records", offer(1), options="--recordsize 512"),
    Case("no-tickets", offer(1), options="--noticket"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sessions(case: Case, stage: Stage, gnutls: str) -> None:
    call = play(case, stage, gnutls)
    shown = (stage.identities[case.key].der(),) if case.key else ()
    assert call.connection_info.credential.certificates == shown


@pytest.mark.parametrize("method", ["zlib", "zstd"])
def test_compressed_certificates(method: str, stage: Stage, gnutls: str) -> None:
    case = Case(method, offer(1), options=f"--compress-cert {method}")
    call = play(case, stage, gnutls)
    if COMPRESSED not in call.messages(sent=False):
        pytest.skip(f"gnutls-serv was built without {method}")


RESUMED = [
    Case("ticket-12", only("TLSv1.2")),
    Case("id-12", replace(only("TLSv1.2"), tickets=False), options="--noticket"),
    Case("pre-shared-key", offer(1)),
    Case("retried", offer(1), "NORMAL:-GROUP-ALL:+GROUP-SECP384R1"),
]


@pytest.mark.parametrize("case", RESUMED, ids=lambda case: case.name)
def test_sessions_are_taken_up_again(case: Case, stage: Stage, gnutls: str) -> None:
    first = play(case, stage, gnutls)
    second = visit(case.offer, server_for(case, stage, gnutls).port, Manner(first.saved[-1]))
    assert second.connection_info.resumed
    forgetful = visit(case.offer, server_for(case, stage, gnutls, fresh=True).port, Manner(first.saved[-1]))
    assert not forgetful.connection_info.resumed


WITHOUT_CERTIFICATE = {"TLSv1.2": "tlsv1 alert decode error", "TLSv1.3": "tlsv13 alert certificate required"}


@pytest.mark.parametrize("protocol", WITHOUT_CERTIFICATE)
def test_a_certificate_demanded(protocol: str, stage: Stage, gnutls: str) -> None:
    case = Case(protocol, only(protocol), options="--require-client-cert")
    call = Call(case.offer, server_for(case, stage, gnutls).port).handshake()
    call.receive_all()
    call.hang_up()
    assert call.engine.error is not None
    assert call.engine.error.reason == WITHOUT_CERTIFICATE[protocol]


RAW = "NORMAL:-CTYPE-ALL:+CTYPE-SRV-RAWPK:+CTYPE-CLI-X509:+CTYPE-CLI-RAWPK"


@pytest.mark.parametrize("protocol", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("kind", ["rsa2048", "p256", "ed25519"])
def test_raw_keys(kind: str, protocol: str, stage: Stage, gnutls: str) -> None:
    files = stage.identities[kind]
    options = f"--rawpkkeyfile {files.key} --rawpkfile {files.public} --disable-client-cert"
    case = Case(protocol, replace(only(protocol), raw_keys=True), RAW, "", options, protocol)
    call = play(case, stage, gnutls)
    assert call.connection_info.credential.raw_key == files.spki()


@pytest.mark.parametrize("protocol", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("kind", ["rsa2048", "rsa-pss", "p256", "p384", "p521", "ed25519", "ed448"])
def test_our_certificate(kind: str, protocol: str, stage: Stage, gnutls: str) -> None:
    made = replace(only(protocol), credentials=(stage.identities[kind].credential(),))
    call = play(Case(protocol, made, options="--require-client-cert"), stage, gnutls)
    assert call.messages(sent=True).count(HandshakeType.CERTIFICATE_VERIFY) == 1


@pytest.mark.parametrize("protocol", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("kind", ["rsa2048", "p256", "ed25519"])
def test_our_raw_key(kind: str, protocol: str, stage: Stage, gnutls: str) -> None:
    files = stage.identities[kind]
    made = replace(only(protocol), credentials=(files.credential(),))
    priority = "NORMAL:-CTYPE-CLI-ALL:+CTYPE-CLI-RAWPK"
    call = play(Case(protocol, made, priority, options="--require-client-cert"), stage, gnutls)
    shown = call.sent_message(HandshakeType.CERTIFICATE)
    assert files.spki() in shown and files.der() not in shown
    assert call.messages(sent=True).count(HandshakeType.CERTIFICATE_VERIFY) == 1
