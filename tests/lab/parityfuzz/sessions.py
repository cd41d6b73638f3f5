"""Random TLS: a server with its own ideas, a client told to have others; client keys; resumption."""

from __future__ import annotations

from collections.abc import Sequence

from tests.lab.parityfuzz.case import Case, Json
from tests.lab.parityfuzz.draw import Draw
from tests.lab.parityfuzz.names import tlsa_answers, usual_answers
from tests.lab.parityfuzz.options import grade, log, protocols
from tests.lab.parityfuzz.parameters import VALUES
from tests.lab.parityfuzz.pemfiles import CLIENT

CIPHERS = (
    "chacha20-poly1305",
    "aes256gcm",
    "aes128gcm",
    "aes256ccm",
    "aes128ccm",
    "aes256",
    "aes128",
    "3des",
)
CURVES = ("x25519", "x448", "secp256r1", "secp384r1", "secp521r1", "brainpoolP256r1")
EXCHANGES = ("ecdhe_ecdsa", "ecdhe_rsa", "dhe_rsa", "rsa")
KEYS = ("p256/leaf", "p256/leaf", "rsa/", "rsa/", "p384/leaf", "ed25519/leaf", "p521/leaf", "rsa1024/")
PARAMETERS = ("tls_medium_cipherlist", "tls_eecdh_auto_curves", "tls_ffdhe_auto_groups", "tls_ssl_options")


def session(draw: Draw) -> Case:
    """A handshake with preferences on both sides."""
    chain: list[Json] = [{"key": draw.one(KEYS)}, {"authority": "inter"}]
    server: dict[str, Json] = {"chain": chain, "settings": _settings(draw)}
    if draw.maybe(0.5):
        server["newest"] = draw.weighted({3: 6, 2: 1, 1: 0.5})
    argv: list[Sequence[str]] = [["-c"]] if draw.maybe(0.7) else []
    argv.append(["-l", draw.weighted({"may": 5, "encrypt": 2, "secure": 2, "fingerprint": 1, "dane": 1.5})])
    if draw.maybe(0.35):
        argv.append(protocols(draw))
    if draw.maybe(0.15):
        argv.append(grade(draw))
    for _ in range(draw.weighted({0: 3, 1: 4, 2: 1})):
        name = draw.one(PARAMETERS)
        argv.append(["-o", f"{name}={draw.one(VALUES[name])}"])
    if draw.maybe(0.5):
        argv.append(log(draw))
    if draw.maybe(0.12):
        argv += [["-r", "0"], ["-m", draw.one(("1", "2"))]]
    if draw.maybe(0.08):
        argv.append(["-x"])
    if draw.maybe(0.05):
        argv.append(["-w"])
    files: dict[str, Json] = {}
    if draw.maybe(0.3):
        server["ask"] = True
    if draw.maybe(0.25):
        own = draw.one(("p256/client", "rsa/", "ed25519/x", "p384/client"))
        files["client.pem"] = [{"key": own}, {"cert": {**CLIENT, "key": own}}]
        argv.append([draw.one(("-H", "-k")), "/srv/lab/fuzz/client.pem"])
    if draw.maybe(0.4):
        files["root.pem"] = [{"cert": {"authority": draw.one(("root", "root", "other"))}}]
        argv.append(["-F", "/srv/lab/fuzz/root.pem"])
    destination = "[mx1.fuzz.test]:465" if ["-w"] in argv else "fuzz.test"
    dns = [*usual_answers(), *(tlsa_answers(draw, chain) if draw.maybe(0.2) else ())]
    return Case("session", [*argv, [destination]], dns=dns, files=files, servers={"127.0.98.1": server})


def _settings(draw: Draw) -> dict[str, Json]:
    """Settings of tlslite-ng's server."""
    found: dict[str, Json] = {}
    if draw.maybe(0.3):
        found["cipherNames"] = draw.some(CIPHERS, 1, 3)
    if draw.maybe(0.3):
        curves = list(dict.fromkeys(draw.some(CURVES, 1, 2)))
        found["eccCurves"] = curves
    if draw.maybe(0.15):
        found["keyExchangeNames"] = draw.some(EXCHANGES, 1, 2)
    if draw.maybe(0.1):
        found["useExtendedMasterSecret"] = False
    if draw.maybe(0.1):
        found["useEncryptThenMAC"] = False
    if draw.maybe(0.15):
        found["ticketKeys"] = []
    if draw.maybe(0.1):
        found["ticket_count"] = draw.number(0, 3)
    if draw.maybe(0.05):
        found["record_size_limit"] = draw.one((64, 512, 16384))
    return found
