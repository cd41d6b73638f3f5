"""The demo's mail servers as a table: what each one is, and what a probe should find.

Every server `x` is its own domain: `x.demo.test` has the mail exchanger
`mx.x.demo.test`, which is this machine, on a port of its own.
"""

from __future__ import annotations

import textwrap
from enum import Enum

from pyfinger.values import Value


class KeyChoice(Enum):
    """The kind of the server's key."""

    ECDSA = "P-256"
    RSA = "RSA 2048"
    ED25519 = "Ed25519"


class Tls(Enum):
    """What the server speaks."""

    MODERN = "TLS 1.2 and 1.3"
    TLS12 = "TLS 1.2"
    NONE = "no TLS"


class Tlsa(Enum):
    """What the TLSA record of the server says."""

    NONE = "no record"
    KEY = "3 1 1, the server's key"
    STRANGER = "3 1 1, some other key"
    ISSUER = "2 1 1, the authority that issued the certificate"
    OTHER_KEY = "3 1 1, the server's other key"
    ROOT = "2 1 1, the root, which no server sends"
    PKIX = "1 1 1, the server's key, in a way that mail has no use for"


class Sts(Enum):
    """What the policy host of the domain answers (MTA-STS)."""

    NONE = "there is none"
    ENFORCE = "a policy of mode enforce"
    TESTING = "a policy of mode testing"
    REDIRECT = "a redirect, which nobody may follow"


class ServerPlan(Value):
    """One server."""

    name: str
    about: str
    key: KeyChoice = KeyChoice.ECDSA
    tls: Tls = Tls.MODERN
    tlsa: Tlsa = Tlsa.NONE
    expired: bool = False
    self_signed: bool = False
    wrapper: bool = False  # TLS from the first byte, no STARTTLS
    lmtp: bool = False
    signed: bool = True  # the DNS zone around it
    forged: bool = False  # the signature of its TLSA record does not hold
    sts: Sts = Sts.NONE
    shared: str = ""  # the domain it serves with others, on IPv4 and IPv6; empty: one of its own
    also: KeyChoice | None = None  # it has a second key, for who does not like the first
    more_tlsa: tuple[Tlsa, ...] = ()  # more records
    allows: int | None = None  # connections, after which it answers 421

    @property
    def domain(self) -> str:
        """The domain whose mail this server takes."""
        return f"{self.shared or self.name}.{SIGNED_ZONE if self.signed else UNSIGNED_ZONE}"

    @property
    def host(self) -> str:
        """The server's own name."""
        return f"{self.name if self.shared else 'mx'}.{self.domain}"


SIGNED_ZONE = "demo.test"
UNSIGNED_ZONE = "unsigned.test"

PLANS = (
    ServerPlan("good", "a certificate of the demo's authority, no TLSA record", sts=Sts.ENFORCE),
    ServerPlan("dane", "the TLSA record is of the server's key", tlsa=Tlsa.KEY),
    ServerPlan("mismatch", "the TLSA record is of another key", tlsa=Tlsa.STRANGER, sts=Sts.ENFORCE),
    ServerPlan("anchor", "the TLSA record is of the issuing authority", tlsa=Tlsa.ISSUER),
    ServerPlan("expired", "the certificate is past its time", expired=True),
    ServerPlan("outlived", "past its time too, but its key has a TLSA record", expired=True, tlsa=Tlsa.KEY),
    ServerPlan("tls12", "an RSA key and nothing newer than TLS 1.2", key=KeyChoice.RSA, tls=Tls.TLS12),
    ServerPlan("plain", "no STARTTLS at all", tls=Tls.NONE, sts=Sts.TESTING),
    ServerPlan("selfsigned", "a certificate nobody vouches for", self_signed=True, sts=Sts.ENFORCE),
    ServerPlan("ed25519", "an Ed25519 key, with TLSA record", key=KeyChoice.ED25519, tlsa=Tlsa.KEY),
    ServerPlan(
        "insecure", "a TLSA record that no signature protects", tlsa=Tlsa.KEY, signed=False, sts=Sts.REDIRECT
    ),
    ServerPlan("smtps", "TLS from the first byte", wrapper=True, tlsa=Tlsa.KEY),
    ServerPlan("lmtp", "LMTP, on TCP and on a unix-domain socket", lmtp=True, tlsa=Tlsa.KEY),
    ServerPlan("bogus", "a TLSA record with a signature that does not hold", tlsa=Tlsa.KEY, forged=True),
)

# One domain of three hosts: what `pyfinger-check` is for.
SHARED_PLANS = (
    ServerPlan(
        "mx1",
        "two keys and five TLSA records, two of which match one of the keys only",
        shared="whole",
        also=KeyChoice.RSA,
        tlsa=Tlsa.KEY,
        more_tlsa=(Tlsa.OTHER_KEY, Tlsa.ISSUER, Tlsa.STRANGER, Tlsa.ROOT),
        sts=Sts.ENFORCE,
    ),
    ServerPlan(
        "mx2",
        "two keys and a TLSA record for one of them",
        shared="whole",
        also=KeyChoice.RSA,
        tlsa=Tlsa.KEY,
        more_tlsa=(Tlsa.PKIX,),
    ),
    ServerPlan("mx3", "too busy to talk", shared="whole", tlsa=Tlsa.KEY, allows=0),
)


def served() -> list[str]:
    """What is behind which port, from the first on, in lines of 80 columns."""
    lines = [
        "what is served on 127.0.0.1, whole.demo.test also on ::1:",
        "",
        "  N     the name server, on UDP and TCP",
    ]
    for number, plan in enumerate((*PLANS, *SHARED_PLANS), start=1):
        name = plan.host if plan.shared else plan.domain
        text = f"  N+{number:<3} {name}: {plan.about}"
        lines += textwrap.wrap(text, 80, subsequent_indent=" " * 8)
    lines.append(f"  N+{number + 1:<3} policies of MTA-STS")
    return lines
