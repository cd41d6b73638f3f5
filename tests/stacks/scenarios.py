"""What is asked of every stack: how its server shall be, how both programs are called, what must be seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from tests.lab.places import PKI

LOG = ("-c", "-L", "routine,certmatch,verbose,cache,ssl-debug")
ESTABLISHED = "TLS connection established"
RETRIED = '"hello_retry_request"'  # these two are messages of the trace
REQUESTED = '"certificate_request"'
HYBRIDS = {
    "hybrid": "X25519MLKEM768",
    "hybrid256": "SecP256r1MLKEM768",
    "hybrid384": "SecP384r1MLKEM1024",
}
PURE = {"pure512": "MLKEM512", "pure768": "MLKEM768", "pure1024": "MLKEM1024"}
NAME = "mx1.example.test"  # of the certificates
CLIENT = str(PKI / "chain-client.pem")
ROOT = str(PKI / "root.pem")


@dataclass(frozen=True)
class Wish:
    """How a server shall be; what is left empty is as the stack has it by itself."""

    key: str = "p256"  # rsa, p256, ed25519: of the lab's
    version: str = ""  # the only one: "1.2", "1.3"
    group: str = ""  # the only one, by IANA's name
    ask: bool = False  # for a client certificate, without demanding one
    raw_key: bool = False  # instead of a certificate, if the client will
    compress: bool = False  # the certificate


@dataclass(frozen=True)
class Scenario:
    """One column of the table."""

    name: str
    wish: Wish = field(default_factory=Wish)
    options: tuple[str, ...] = ("-l", "encrypt")
    match: tuple[str, ...] = ()
    seen: tuple[str, ...] = (ESTABLISHED,)  # patterns of what log and trace say if it happens

    @property
    def words(self) -> tuple[str, ...]:
        """All options of both programs."""
        return (*LOG, *self.options)


def _groups(*names: str) -> tuple[str, ...]:
    """To offer these alone; a key share is sent for the first of them only."""
    return ("-l", "encrypt", "-o", f"tls_eecdh_auto_curves={' '.join(names)}", "-o", "tls_ffdhe_auto_groups=")


def _group(label: str, name: str) -> tuple[Scenario, Scenario]:
    """A group whose key share is there at once, and one that a HelloRetryRequest asks for."""
    wish = Wish(version="1.3", group=name)
    chosen_group = f"key-exchange {name}\\b"
    return (
        Scenario(label, wish, _groups(name), seen=(chosen_group,)),
        Scenario(f"{label}-retry", wish, _groups("X448", name), seen=(chosen_group, RETRIED)),
    )


_AGAIN = ("-l", "encrypt", "-r", "1", "-m", "1")
_SECURE = ("-l", "secure", "-F", ROOT)
_WITH_KEY = ("-l", "encrypt", "-H", CLIENT)
REUSED = "Reusing old session"
_P384 = Wish(version="1.3", group="secp384r1")

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("p256", options=("-l", "may", "-C")),
    Scenario("rsa", Wish(key="rsa")),
    Scenario("ed25519", Wish(key="ed25519")),
    Scenario("tls12", Wish(version="1.2"), seen=("established.*TLSv1.2",)),
    Scenario("tls13", Wish(version="1.3"), seen=("established.*TLSv1.3",)),
    Scenario("secure", Wish(), _SECURE, (NAME,), ("Verified TLS",)),
    Scenario("other-name", Wish(), _SECURE, ("no.example.test",), ("Trusted TLS",)),
    Scenario("resume", Wish(version="1.3"), _AGAIN, seen=(REUSED,)),
    Scenario("resume12", Wish(version="1.2"), _AGAIN, seen=(REUSED,)),
    Scenario("retry", _P384, seen=("key-exchange secp384r1", RETRIED)),
    Scenario("resume-retry", _P384, _AGAIN, seen=(REUSED, RETRIED)),
    Scenario("asked", Wish(ask=True), seen=(ESTABLISHED, REQUESTED)),
    Scenario("client", Wish(ask=True), _WITH_KEY, seen=("client-signature ECDSA",)),
    Scenario("client12", Wish(ask=True, version="1.2"), _WITH_KEY, seen=(REQUESTED,)),
    Scenario("raw-key", Wish(raw_key=True), ("-l", "encrypt", "-x"), seen=("raw public key",)),
    Scenario("compressed", Wish(key="rsa", compress=True), seen=(ESTABLISHED, '"compressed_certificate"')),
    *(scenario for label, name in (HYBRIDS | PURE).items() for scenario in _group(label, name)),
)

FEW = "p256,secure,tls12,retry,client,hybrid,hybrid-retry"  # those of `.ci/run`


def chosen(patterns: str) -> list[Scenario]:
    """Those whose name matches one of some shell patterns, with commas between."""
    return [one for one in SCENARIOS if any(fnmatchcase(one.name, each) for each in patterns.split(","))]
