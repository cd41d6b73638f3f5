"""No secret gets out unless asked for: not into the log, not into files, not into tracebacks.

Whole commands with all that can be shown, against servers that ask for our
certificate; every secret of the handshake is looked for in all that was
written, raw, in hexadecimal of any spelling, and in base 64.
"""

from __future__ import annotations

import base64
import re
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from pyfinger.cli import main
from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.events import SecretDerived
from pyfinger.model import Credential, OwnCredential
from pyfinger.options import LOG_WORDS
from pyfinger.tls import handshake12, handshake13
from pyfinger.tls import key_schedule as schedule
from pyfinger.tls.handshake_state import HandshakeState
from pyfinger.tls.sessions import SavedSession
from pyfinger.x509 import der, pem
from pyfinger.x509.private_keys import load_private_key
from tests.mailserver import MailServer, identity

WINDOW = 6  # bytes of a secret that may not be seen side by side
KEYS = ("p256", "ed25519", "rsa1024")
SECRET = bytes(range(100, 148))


@dataclass
class Spy:
    """Hears what is secret, and looks for it elsewhere."""

    secrets: list[bytes] = field(default_factory=list)

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Note every secret that is told, derived or agreed on."""
        self._after(patch, schedule.Schedule13, "derive")
        self._after(patch, schedule.Schedule13, "ticket_key")
        self._after(patch, handshake12, "_client_key_exchange")
        self._after(patch, handshake12, "_master_secret")
        told = HandshakeState.tell_secret

        def tell(client: HandshakeState, label: str, secret: bytes) -> None:
            self.secrets.append(secret)
            told(client, label, secret)

        patch.setattr(HandshakeState, "tell_secret", tell)
        self._watch_shares(patch)

    def _after(self, patch: pytest.MonkeyPatch, where: Any, name: str) -> None:
        """What this function returns is a secret."""
        original: Callable[..., bytes] = getattr(where, name)

        def noted(*args: Any, **named: Any) -> bytes:
            secret = original(*args, **named)
            self.secrets.append(bytes(secret))
            return secret

        patch.setattr(where, name, noted)

    def _watch_shares(self, patch: pytest.MonkeyPatch) -> None:
        agreed = handshake13._key_exchange

        def noted(*args: Any) -> tuple[int, bytes]:
            group, secret = agreed(*args)
            self.secrets.append(secret)
            return group, secret

        patch.setattr(handshake13, "_key_exchange", noted)

    def seen_in(self, written: bytes) -> list[str]:
        """Which secrets are there, and how they are spelled."""
        squeezed = re.sub(rb"[ :\-]", b"", written.lower())
        found = []
        for secret in dict.fromkeys(self.secrets):
            parts = [secret[at : at + WINDOW] for at in range(len(secret) - WINDOW + 1)]
            if any(part in written for part in parts):
                found.append(f"raw {secret.hex()}")
            if any(part.hex().encode() in squeezed for part in parts):
                found.append(f"in hexadecimal {secret.hex()}")
            if any(_base64(secret, skip) in written for skip in range(3)):
                found.append(f"in base 64 {secret.hex()}")
        return found


def _base64(secret: bytes, skip: int) -> bytes:
    """What is the same of it wherever it stands in a longer text."""
    whole = len(secret[skip:]) // 3 * 3
    return base64.b64encode(secret[skip : skip + whole])


@contextmanager
def serving(server: MailServer, sessions: int) -> Iterator[str]:
    """A mail server on loopback; its address and port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_serve, args=(listener, server, sessions), daemon=True)
        thread.start()
        yield f"[127.0.0.1]:{listener.getsockname()[1]}"
        thread.join(10)


def _serve(listener: socket.socket, server: MailServer, sessions: int) -> None:
    for _ in range(sessions):
        link, _ = listener.accept()
        with link:
            peer = server()
            link.sendall(peer.feed(b""))
            while not peer.closed and (data := link.recv(1 << 16)):
                link.sendall(peer.feed(data))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = client.test\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def own_keys(folder: Path) -> list[bytes]:
    """Files of private keys with their certificates; the private numbers in them."""
    numbers = []
    for kind in KEYS:
        leaf = make_leaf("client.test", make_ca("CN=Client CA"), make_key(kind, "secret"))
        (folder / f"{kind}.pem").write_text(leaf.key.pem + leaf.chain_pem)
        numbers += [number for number in _octets(leaf.key.pkcs8) if number not in leaf.key.spki]
    return numbers


def _octets(pkcs8: bytes) -> Iterator[bytes]:
    """The strings and large numbers of a private key, however deep."""
    inside = der.DerCursor(pkcs8).sequence("key")
    while inside:
        element = inside.element("part")
        if element.tag == der.SEQUENCE:
            continue
        content = element.data[element.start : element.stop]
        if content[:1] == b"\x30":
            yield from _octets(content)
        elif content[:2] == b"\x04\x20":
            yield content[2:]
        elif len(content) >= 16 and element.tag in (der.INTEGER, der.OCTET_STRING):
            yield content.lstrip(b"\0")


def command(folder: Path, *words: str) -> list[str]:
    """With everything shown that can be, but secrets."""
    files = ",".join(str(folder / f"{kind}.pem") for kind in KEYS)
    shown = [
        "--like=3.12",
        "-C",
        "-v",
        "-v",
        "-L",
        ",".join(word for word in LOG_WORDS if word not in ("none", "0")),
    ]
    written = ["--json", "out.json", "--events", "out.events", "--trace", "--timing"]
    return ["prog", *shown, *written, "--pcapng", "out.pcapng", "--no-secrets", "-H", files, *words]


HANDSHAKES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "TLS 1.3": ({}, []),
    "TLS 1.3 resumed": ({"ticketKeys": [bytearray(32)], "ticket_count": 2}, ["-r", "1", "-m", "1"]),
    "TLS 1.2": ({"maxVersion": (3, 3)}, []),
    "TLS 1.2 resumed": ({"maxVersion": (3, 3), "ticketKeys": [bytearray(32)]}, ["-r", "1", "-m", "1"]),
    "TLS 1.2 of RSA": ({"maxVersion": (3, 3), "keyExchangeNames": ["rsa"]}, []),
    "TLS 1.2 of DHE": ({"maxVersion": (3, 3), "keyExchangeNames": ["dhe_rsa"]}, []),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HANDSHAKES)
def test_no_secret_is_written(
    name: str, folder: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = Spy()
    spy.watch(monkeypatch)
    settings, words = HANDSHAKES[name]
    server = MailServer(identity(kind="rsa2048"), settings={"reqCert": True, **settings})
    spy.secrets += own_keys(folder)
    known = len(spy.secrets)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with serving(server, 2 if words else 1) as destination:
        assert main(command(folder, "-lmay", *words, destination)) == 0
    out, err = capfdbinary.readouterr()
    traces = list(folder.glob("prog-*"))
    files = b"".join(path.read_bytes() for path in (*folder.glob("out.*"), *traces))
    assert len(traces) == 1
    assert b"TLS connection established" in out
    assert len(spy.secrets) > known
    assert not spy.seen_in(out + err + files)


def test_the_spy_knows_a_secret_when_it_sees_one() -> None:
    spy = Spy([SECRET])
    for written in (
        b"x" + SECRET[3:20],
        SECRET.hex(":").upper().encode(),
        SECRET[16:32].hex(" ").encode(),
        base64.b64encode(b"ab" + SECRET),
    ):
        assert spy.seen_in(written)
    assert not spy.seen_in(bytes(100) + SECRET[:3])


def test_what_is_asked_for_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spy = Spy()
    spy.watch(monkeypatch)
    with serving(MailServer(identity()), 1) as destination:
        assert main(["prog", "--keylog", "keys", "-lmay", destination]) == 0
    assert spy.seen_in((folder / "keys").read_bytes())


def holders() -> list[object]:
    """One of each class that holds secrets."""
    saved = SavedSession(0x0304, 0x1301, SECRET, Credential((b"x",)), 0.0)
    keys = [load_private_key(make_key(kind).pkcs8) for kind in KEYS]
    return [
        saved,
        schedule.TrafficSecrets(SECRET, SECRET),
        schedule.Schedule13("sha256", SECRET),
        SecretDerived("CLIENT_RANDOM", bytes(32), SECRET),
        pem.Block("PRIVATE KEY", SECRET),
        *keys,
        *(OwnCredential(key, (b"x",), b"y") for key in keys),
    ]


@pytest.mark.parametrize("holder", holders(), ids=lambda holder: type(holder).__name__)
def test_what_holds_a_secret_does_not_show_it(holder: object) -> None:
    spy = Spy([SECRET, *(number for kind in KEYS for number in _octets(make_key(kind).pkcs8))])
    public = b"".join(make_key(kind).spki for kind in KEYS)
    spy.secrets = [secret for secret in spy.secrets if secret not in public]
    try:
        raise ValueError(holder)
    except ValueError as error:
        shown = "".join(traceback.format_exception(error)) + repr(holder) + f"{holder} {[holder]}"
    assert not spy.seen_in(shown.encode())
    assert not any(str(int.from_bytes(secret, "big")) in shown for secret in spy.secrets)
    assert repr(SECRET)[2:20] not in shown
