"""What is asked of every stack: how its server shall be, how both programs are called, what must be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from tests.lab.places import PKI

LOG = ("-L", "routine,certmatch,verbose,cache,ssl-debug")
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
    wrapped: bool = False  # no STARTTLS: TLS comes first, and the greeting inside it


@dataclass(frozen=True)
class Scenario:
    """One column of the table.

    In `match` and `tlsa` a digest of the lab's certificates may stand, such as `{p256.pkey_sha256}`.
    """

    name: str
    wish: Wish = field(default_factory=Wish)
    options: tuple[str, ...] = ("-l", "encrypt")
    match: tuple[str, ...] = ()
    seen: tuple[str, ...] = (ESTABLISHED,)  # patterns of what log and trace say if it happens
    dialogue: bool = False  # what is said in SMTP is logged, too
    host: str = ""  # the server has this name, in DNS with DNSSEC; else it is called by its address
    tlsa: tuple[str, ...] = ()  # records of that name

    @property
    def words(self) -> tuple[str, ...]:
        """All options of both programs."""
        return (*LOG, *(() if self.dialogue else ("-c",)), *self.options)


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


def _cipher(label: str, name: str, wish: Wish | None = None) -> Scenario:
    """One cipher of TLS 1.2, alone on offer."""
    options = ("-l", "encrypt", "-p", "TLSv1.2", "-o", f"tls_medium_cipherlist={name}")
    return Scenario(label, wish or Wish(), options, seen=(f"cipher {name} ",))


def _fingerprint(label: str, digest: str, match: Sequence[str], wish: Wish | None = None) -> Scenario:
    options = ("-l", "fingerprint", "-d", digest)
    return Scenario(label, wish or Wish(), options, tuple(match), ("Verified TLS",))


def _dane(label: str, host: str, tlsa: str, wish: Wish | None = None, more: Sequence[str] = ()) -> Scenario:
    """With one record."""
    options = ("-l", "dane", *more)
    return Scenario(label, wish or Wish(), options, seen=("Verified TLS",), host=host, tlsa=(tlsa,))


AGAIN = ("-r", "1", "-m", "1")
_AGAIN = ("-l", "encrypt", *AGAIN)
_SECURE = ("-l", "secure", "-F", ROOT)
_WITH_KEY = ("-l", "encrypt", "-H", CLIENT)
_WRAPPED = ("-w", "-l", "encrypt")
REUSED = "Reusing old session"
_P384 = Wish(version="1.3", group="secp384r1")
_RSA, _TLS12, _TLS13 = Wish(key="rsa"), Wish(version="1.2"), Wish(version="1.3")
_TLS_FIRST = Wish(wrapped=True)
_KEY = "{p256.pkey_sha256}"
_OWN_KEY = "3 1 1 {p256.pkey_sha256.bare}"
_SUMMARY12, _SUMMARY13 = "established.*TLSv1.2", "established.*TLSv1.3"

# What stands together in docs/stacks.md, under a heading each.
GROUPS: dict[str, tuple[Scenario, ...]] = {
    "Keys, versions, sessions, client keys": (
        Scenario("p256", options=("-l", "may", "-C")),
        Scenario("rsa", _RSA),
        Scenario("ed25519", Wish(key="ed25519")),
        Scenario("tls12", _TLS12, seen=(_SUMMARY12,)),
        Scenario("tls13", _TLS13, seen=(_SUMMARY13,)),
        Scenario("resume", _TLS13, _AGAIN, seen=(REUSED,)),
        Scenario("resume12", _TLS12, _AGAIN, seen=(REUSED,)),
        Scenario("retry", _P384, seen=("key-exchange secp384r1", RETRIED)),
        Scenario("resume-retry", _P384, _AGAIN, seen=(REUSED, RETRIED)),
        Scenario("asked", Wish(ask=True), seen=(ESTABLISHED, REQUESTED)),
        Scenario("client", Wish(ask=True), _WITH_KEY, seen=("client-signature ECDSA",)),
        Scenario("client12", Wish(ask=True, version="1.2"), _WITH_KEY, seen=(REQUESTED,)),
        Scenario("raw-key", Wish(raw_key=True), ("-l", "encrypt", "-x"), seen=("raw public key",)),
        Scenario(
            "compressed", Wish(key="rsa", compress=True), seen=(ESTABLISHED, '"compressed_certificate"')
        ),
    ),
    "Names and authorities": (
        Scenario("secure", Wish(), _SECURE, (NAME,), ("Verified TLS",)),
        Scenario("other-name", Wish(), _SECURE, ("no.example.test",), ("Trusted TLS",)),
        Scenario("verify", Wish(), ("-l", "verify", "-F", ROOT), (NAME,), ("Verified TLS",)),
        Scenario(
            "anchor", Wish(), ("-l", "secure", "-A", str(PKI / "inter.pem")), (NAME,), ("Verified TLS",)
        ),
        Scenario(
            "other-root", Wish(), ("-l", "secure", "-F", str(PKI / "other.pem")), (NAME,), ("Untrusted TLS",)
        ),
        Scenario("no-root", _TLS12, ("-l", "secure", "-C"), (NAME,), ("Untrusted TLS",)),
        Scenario("secure-resume", _TLS13, (*_SECURE, *AGAIN), (NAME,), (REUSED, "Verified TLS")),
        Scenario("sni", Wish(), ("-l", "encrypt", "-s", NAME)),
        Scenario("other-sni", Wish(), ("-l", "encrypt", "-s", "no.example.test")),
    ),
    "Fingerprints": (
        _fingerprint("fingerprint", "sha256", ("{p256.cert_sha256}",)),
        _fingerprint("fingerprint-key", "sha256", (_KEY,)),
        _fingerprint("fingerprint-sha1", "sha1", ("{p256.cert_sha1}",)),
        _fingerprint("fingerprint-sha512", "sha512", ("{p256.pkey_sha512}",)),
        _fingerprint("fingerprint-rsa", "sha384", ("{rsa.pkey_sha384.lower}",), _RSA),
        _fingerprint("fingerprint12", "sha256", ("{rsa.cert_sha256}", _KEY), _TLS12),
        Scenario(
            "fingerprint-other",
            options=("-l", "fingerprint", "-d", "sha256"),
            match=("{rsa.cert_sha256}",),
            seen=("Untrusted TLS",),
        ),
        Scenario(
            "fingerprint-resume",
            _TLS13,
            ("-l", "fingerprint", "-d", "sha256", *AGAIN),
            (_KEY,),
            (REUSED, "Verified TLS"),
        ),
        Scenario(
            "fingerprint-raw",
            Wish(raw_key=True),
            ("-l", "fingerprint", "-d", "sha256", "-x"),
            (_KEY,),
            ("raw public key", "Verified TLS"),
        ),
    ),
    "DANE": (
        _dane("dane", "ee.stacks.test", _OWN_KEY),
        _dane("dane12", "ee12.stacks.test", "3 0 2 {p256.cert_sha512.bare}", _TLS12),
        _dane("dane-anchor", NAME, "2 1 1 {inter.pkey_sha256.bare}"),
        Scenario(
            "dane-other",
            options=("-l", "dane-only"),
            seen=("Untrusted TLS",),
            host="other.stacks.test",
            tlsa=("3 1 1 {rsa.pkey_sha256.bare}",),
        ),
        Scenario(
            "dane-resume",
            _TLS13,
            ("-l", "dane", *AGAIN),
            seen=(REUSED, "Verified TLS"),
            host="again.stacks.test",
            tlsa=(_OWN_KEY,),
        ),
        _dane("dane-raw", "raw.stacks.test", _OWN_KEY, Wish(raw_key=True), ("-x",)),
        _dane("dane-wrapper", "wrapper.stacks.test", _OWN_KEY, _TLS_FIRST, ("-w",)),
    ),
    "TLS from the start (`-w`), and what is said": (
        Scenario("wrapper", _TLS_FIRST, _WRAPPED, dialogue=True),
        Scenario("wrapper12", Wish(wrapped=True, version="1.2"), _WRAPPED, seen=(_SUMMARY12,)),
        Scenario("wrapper13", Wish(wrapped=True, version="1.3"), _WRAPPED, seen=(_SUMMARY13,)),
        Scenario(
            "wrapper-resume",
            Wish(wrapped=True, version="1.3"),
            (*_WRAPPED, *AGAIN),
            seen=(REUSED, _SUMMARY13),
        ),
        Scenario(
            "wrapper-resume12",
            Wish(wrapped=True, version="1.2"),
            (*_WRAPPED, *AGAIN),
            seen=(REUSED, _SUMMARY12),
        ),
        Scenario("wrapper-secure", _TLS_FIRST, ("-w", *_SECURE), (NAME,), ("Verified TLS",)),
        Scenario("dialogue", options=("-l", "may"), dialogue=True),
        Scenario("lmtp", options=("-S", "-l", "encrypt"), dialogue=True),
        Scenario(
            "dump",
            Wish(key="rsa", version="1.3"),
            ("-l", "encrypt", "-L", "ssl-session-packet-dump"),
            seen=("read from",),
        ),
        Scenario(
            "dump12",
            Wish(key="rsa", version="1.2"),
            ("-l", "encrypt", "-L", "ssl-session-packet-dump"),
            seen=("read from",),
        ),
    ),
    "Versions and ciphers on offer": (
        Scenario("offer12", options=("-l", "encrypt", "-p", "TLSv1.2"), seen=(_SUMMARY12,)),
        Scenario("no-version", _TLS12, ("-l", "encrypt", "-p", "TLSv1.3"), seen=("SSL_connect error",)),
        Scenario("no-group", _TLS13, _groups("brainpoolP256r1tls13"), seen=("SSL_connect error",)),
        Scenario(
            "no-cipher",
            options=(
                "-l",
                "encrypt",
                "-p",
                "TLSv1.2",
                "-o",
                "tls_medium_cipherlist=ECDHE-RSA-AES128-GCM-SHA256",
            ),
            seen=("SSL_connect error",),
        ),
        _cipher("chacha", "ECDHE-ECDSA-CHACHA20-POLY1305"),
        _cipher("ccm", "ECDHE-ECDSA-AES128-CCM"),
        _cipher("cbc", "ECDHE-ECDSA-AES128-SHA256"),
        _cipher("cbc-sha", "ECDHE-ECDSA-AES256-SHA"),
        _cipher("dhe", "DHE-RSA-AES128-GCM-SHA256", _RSA),
        _cipher("static-rsa", "AES128-GCM-SHA256", _RSA),
    ),
    "Post-quantum groups": tuple(
        scenario for label, name in (HYBRIDS | PURE).items() for scenario in _group(label, name)
    ),
}
SCENARIOS = tuple(scenario for group in GROUPS.values() for scenario in group)

# Those of `.ci/run`.
FEW = "p256,secure,tls12,retry,client,hybrid,hybrid-retry,wrapper,fingerprint-key"


def chosen(patterns: str) -> list[Scenario]:
    """Those whose name matches one of some shell patterns, with commas between."""
    return [one for one in SCENARIOS if any(fnmatchcase(one.name, each) for each in patterns.split(","))]
