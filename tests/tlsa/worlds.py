"""Certificates, keys and chains for tests of records: made once, by name."""

from __future__ import annotations

from functools import cache

from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.demo.certificate_making import Issued, Wish, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.model import TlsaRecord
from pyfinger.tlsa.acceptance import ShownChain
from pyfinger.tlsa.command import main
from pyfinger.tlsa.material import Material, read_material
from pyfinger.tlsa.records import make_record

HOST = "mx.test"
OWNER = f"_25._tcp.{HOST}"
NOW = 1_800_000_000.0  # 2027
ROOT = make_ca("O=Test/CN=Root")
ISSUING = make_ca("O=Test/CN=Issuing", ROOT)
OTHER_ISSUING = make_ca("O=Test/CN=Other issuing", ROOT)


@cache
def leaf(name: str, issuer: Issued | None = ISSUING, wish: Wish | None = None) -> Issued:
    """A certificate for the host, with a key of its own for each name."""
    return make_leaf(HOST, issuer, make_key("p256", name), wish)


def ended_with(argv: list[str]) -> int:
    """The status of a command, wherever it ends."""
    try:
        return main(argv)
    except SystemExit as ended:
        assert isinstance(ended.code, int)
        return ended.code


def chain(certificate: Issued, name: str = "chain") -> ShownChain:
    """What a server sends that has this certificate."""
    return ShownChain(name, certificate.chain)


def material(certificate: Issued) -> Material:
    return read_material(certificate.der)[0]


def record(certificate: Issued, usage: int = 3, selector: int = 1, matching: int = 1) -> TlsaRecord:
    """The record that vouches for a certificate or its key."""
    return make_record(material(certificate), Usage(usage), Selector(selector), MatchingType(matching))
