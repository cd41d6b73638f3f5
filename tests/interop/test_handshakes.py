"""Versions, server keys, groups and the repairs of TLS 1.2, with s_server."""

from __future__ import annotations

import dataclasses

import pytest

from pyfinger.tls.codepoints import TLS12
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.groups import GROUPS as ALL_GROUPS
from pyfinger.tls.groups import find_group
from pyfinger.values import replace
from tests.interop.cases import Case, Stage, pairs
from tests.interop.dialogue import visit
from tests.interop.programs import OpenSsl, openssls
from tests.tls.offers import offer, with_sni

ANYTHING = "-cipher ALL:!aNULL:@SECLEVEL=0"
COMPRESSED = 25  # CompressedCertificate


def only(protocol: str, curves: str | None = None) -> ClientConfig:
    return offer(0, protocols=protocol, curves=curves)


VERSIONS = [
    Case("tls10-rsa", offer(0), f"-tls1 {ANYTHING}", "rsa2048", protocol="TLSv1"),
    Case("tls10-ecdsa", offer(0), f"-tls1 {ANYTHING}", protocol="TLSv1"),
    Case("tls11-rsa", offer(0), f"-tls1_1 {ANYTHING}", "rsa2048", protocol="TLSv1.1"),
    Case("tls12", offer(0), "-tls1_2", protocol="TLSv1.2"),
    Case("tls13", offer(0), "-tls1_3", protocol="TLSv1.3"),
    Case("secure-tls12", offer(1), "-tls1_2", protocol="TLSv1.2"),
    Case("secure-tls13", offer(1), protocol="TLSv1.3"),
    Case("tls13-alone", only(">=TLSv1.3"), protocol="TLSv1.3"),
    Case("tls10-alone", only("TLSv1"), ANYTHING, "rsa2048", protocol="TLSv1"),
]


@pytest.mark.parametrize(("case", "program"), pairs(VERSIONS))
def test_versions(case: Case, program: OpenSsl, stage: Stage) -> None:
    stage.play(case, program)


_BRAINPOOL = "X25519 P-256 brainpoolP256r1 brainpoolP384r1 brainpoolP512r1"

KEYS = [
    *(
        Case(f"{key}-{protocol}", only(protocol), ANYTHING, key, protocol=protocol)
        for key in ("rsa1024 rsa2048 rsa4096 rsa-pss rsa-pss-strict p256 p384 p521 ed25519 ed448").split()
        for protocol in ("TLSv1.2", "TLSv1.3")
    ),
    Case("brainpool256-TLSv1.2", only("TLSv1.2", _BRAINPOOL), key="brainpool256"),
    Case("brainpool512-TLSv1.2", only("TLSv1.2", _BRAINPOOL), key="brainpool512"),
    *(
        Case(f"{key}-TLSv1.3", only("TLSv1.3"), key=key, since=(3, 2), protocol="TLSv1.3")
        for key in ("brainpool256", "brainpool384", "brainpool512")
    ),
    Case("secp256k1-TLSv1.2", only("TLSv1.2", "X25519 secp256k1"), key="secp256k1"),
]


@pytest.mark.parametrize(("case", "program"), pairs(KEYS))
def test_server_keys(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = stage.play(case, program)
    assert call.connection_info.credential.certificates == (stage.identities[case.key].der(),)


def _group_case(server: str, curves: str, protocol: str, since: tuple[int, int] = (3, 0)) -> Case:
    """The server knows one group, which is not the one of our share unless it is the first."""
    name, made = f"{server} of {curves} {protocol}", only(protocol, curves)
    group = find_group(server) if protocol == "TLSv1.3" else None
    return Case(name, made, f"-groups {server}", since=since, group=group.name if group else "")


_DEFAULT = "X25519 X448 P-256 P-384 P-521"
_HYBRID = ("X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024")
_ML_KEM = ("MLKEM512", "MLKEM768", "MLKEM1024")
_BRAINPOOL_13 = ("brainpoolP256r1tls13", "brainpoolP384r1tls13", "brainpoolP512r1tls13")
# Curves of RFC 4492 that some OpenSSLs still have.
_DEPRECATED = [group.name for group in ALL_GROUPS.values() if group.elliptic and group.last == TLS12]

GROUPS = [
    *(_group_case(name, name, "TLSv1.3") for name in ("X25519", "P-256")),
    *(_group_case(name, _DEFAULT, "TLSv1.3") for name in ("X448", "P-256", "P-384", "P-521")),
    *(_group_case(f"ffdhe{bits}", f"X25519 ffdhe{bits}", "TLSv1.3") for bits in (2048, 3072, 4096)),
    *(_group_case(f"ffdhe{bits}", f"P-256:-P-256:ffdhe{bits}", "TLSv1.3") for bits in (2048, 3072)),
    *(_group_case(name, name, "TLSv1.3", (3, 2)) for name in _BRAINPOOL_13),
    *(_group_case(name, f"X25519 {name}", "TLSv1.3", (3, 2)) for name in _BRAINPOOL_13),
    *(_group_case(name, name, "TLSv1.3", (3, 5)) for name in (*_HYBRID, *_ML_KEM)),
    *(_group_case(name, f"X25519 {name}", "TLSv1.3", (3, 5)) for name in (*_HYBRID, *_ML_KEM)),
    *(_group_case(name, "*X25519 *X448 *P-256 *X25519MLKEM768", "TLSv1.3") for name in ("X448", "P-256")),
    _group_case("MLKEM768", "*P-256 *MLKEM768", "TLSv1.3", (3, 5)),
    *(_group_case(f"{name}:P-256", f"{name} P-256", "TLSv1.2") for name in ("X25519", "X448")),
    *(_group_case(name, _DEFAULT, "TLSv1.2") for name in ("P-256", "P-384:P-256", "P-521:P-256")),
]


@pytest.mark.parametrize(("case", "program"), pairs(GROUPS))
def test_groups(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = stage.play(case, program)
    retried = case.offer.highest == 0x0304 and call.messages(sent=True).count(1) == 2
    first = find_group(case.server.split()[1].split(":")[0])
    assert retried == (bool(case.group) and first is not None and first.code not in case.offer.key_shares)


@pytest.mark.parametrize("curve", _DEPRECATED)
@pytest.mark.parametrize("program", openssls(), ids=lambda program: program.name)
def test_curves_that_only_old_versions_have(curve: str, program: OpenSsl, stage: Stage) -> None:
    if not program.has_curve(curve):
        pytest.skip(f"{program.name} was built without {curve}")
    case = _group_case(curve, curve, "TLSv1.2")
    call = stage.play(dataclasses.replace(case, server=f"{case.server} {ANYTHING}", key="rsa2048"), program)
    assert call.connection_info.cipher.startswith("ECDHE")


def _repaired(etm: bool, ems: bool, ours: bool) -> Case:
    """Who does without: we (`ours`) or the server."""
    made = offer(0, protocols="TLSv1.2", ciphers="ECDHE-ECDSA-AES128-SHA256")
    name = "-".join(word for word, there in (("etm", etm), ("ems", ems)) if there) or "bare"
    if ours:
        return Case(f"we-{name}", replace(made, encrypt_then_mac=etm, extended_master_secret=ems))
    options = " ".join(option for option, there in (("-no_etm", etm), ("-no_ems", ems)) if not there)
    return Case(f"they-{name}", made, options, since=(3, 2) if "-no_e" in options else (3, 0))


REPAIRS = [
    _repaired(etm, ems, ours) for ours in (True, False) for etm in (True, False) for ems in (True, False)
]


@pytest.mark.parametrize(("case", "program"), pairs(REPAIRS))
def test_with_and_without_the_repairs_of_tls12(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = stage.play(case, program)
    extended = "Extended master secret: yes" in call.page
    assert extended == ("ems" in case.name)


COMPRESSION = [
    Case("compressed", offer(1), "-cert_comp", since=(3, 2), option="-cert_comp"),
    Case("compressed-zlib", replace(offer(1), compression=(1,)), "-cert_comp", since=(3, 2)),
    Case("compressed-zstd", replace(offer(1), compression=(3,)), "-cert_comp", since=(3, 2)),
]


@pytest.mark.parametrize(("case", "program"), pairs(COMPRESSION))
def test_compressed_certificates(case: Case, program: OpenSsl, stage: Stage) -> None:
    call = stage.play(case, program)
    if COMPRESSED not in call.messages(sent=False):
        pytest.skip(f"{program.name} was built without this compression")
    assert call.connection_info.credential.certificates == (stage.identities["p256"].der(),)


NAMES = [
    Case("known", with_sni(offer(1), "mx_1.example.test"), "-servername mx_1.example.test"),
    Case("unknown-12", with_sni(offer(1, protocols="TLSv1.2"), "other.test"), "-servername mx.example.test"),
    Case("unknown-13", with_sni(offer(1), "other.test"), "-servername mx.example.test"),
]


@pytest.mark.parametrize(("case", "program"), pairs(NAMES))
def test_server_names(case: Case, program: OpenSsl, stage: Stage) -> None:
    """A name unknown to the server earns a warning, but only before TLS 1.3."""
    p256 = stage.identities["p256"]
    call = stage.play(case, program, "-cert2", str(p256.certificate), "-key2", str(p256.key))
    assert (112 in call.alerts(sent=False)) == (case.name == "unknown-12")


FRAMING = [
    Case("bytewise-12", offer(1, protocols="TLSv1.2"), piece=1),
    Case("bytewise-13", offer(1), piece=1),
    Case("small-records-12", offer(1, protocols="TLSv1.2"), "-max_send_frag 512", "rsa4096"),
    Case("small-records-13", offer(1), "-max_send_frag 512", "rsa4096"),
    Case("padded-records", offer(1), "-record_padding 512"),
    Case("no-middlebox-mode", offer(1), "-no_middlebox"),
    Case("cookie", offer(1), "-stateless -tls1_3"),
]


@pytest.mark.parametrize(("case", "program"), pairs(FRAMING))
def test_framing(case: Case, program: OpenSsl, stage: Stage) -> None:
    stage.play(case, program)


CHAINS = [
    Case("long-12", offer(1, protocols="TLSv1.2"), key="rsa2048"),
    Case("long-13", offer(1), key="rsa2048"),
]


@pytest.mark.parametrize(("case", "program"), pairs(CHAINS))
def test_chains_may_be_long_but_not_endless(case: Case, program: OpenSsl, stage: Stage) -> None:
    identity = stage.identities[case.key]
    for count, good in ((100, True), (160, False)):
        chain = stage.identities.folder / f"chain-{count}.pem"
        chain.write_text(identity.certificate.read_text() * count)
        if good:
            call = stage.play(case, program, "-cert_chain", str(chain))
            assert call.connection_info.credential.certificates == (identity.der(),) * (count + 1)
        else:
            call = visit(case.offer, stage.server(case, program, "-cert_chain", str(chain)).port)
            assert call.engine.error is not None
            assert call.engine.error.reason == "excessive message size"
