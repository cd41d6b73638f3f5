"""Any bytes are a file of keys and certificates that go together, or refused; never anything else.

What is loaded can be shown: a key, one certificate at least, the first one of that key.
"""

from __future__ import annotations

from pyfinger.cli.chain_files import ChainLoader
from pyfinger.cli.files import Refused
from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.events import Event
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.pem import to_pem
from pyfinger.x509.private_keys import same_key

_CA = make_ca("CN=Test CA")
_LEAVES = [make_leaf("client.test", _CA, make_key(kind, "client")) for kind in ("p256", "ed25519", "rsa512")]
_FILES = [leaf.key.pem + leaf.chain_pem for leaf in _LEAVES]

SEEDS: list[bytes] = [
    text.encode()
    for text in (
        *_FILES,
        "".join(_FILES),
        _LEAVES[0].chain_pem + _LEAVES[0].key.pem,
        _LEAVES[0].key.pem + _LEAVES[1].chain_pem,
        _LEAVES[0].key.pem * 2,
        to_pem("EC PARAMETERS", b"\6\0") + _FILES[0],
    )
]


def check(data: bytes) -> None:
    for mixed in (False, True):
        told: list[Event] = []
        loader = ChainLoader(told.append, mixed=mixed)
        try:
            loader.load("file", data)
            loader.finish("file")
        except Refused as refused:
            told.extend(refused.reasons)
        for own in loader.credentials:
            leaf = parse_certificate(own.certificates[0])
            assert own.spki == leaf.spki
            assert same_key(own.key.public, leaf.key)
