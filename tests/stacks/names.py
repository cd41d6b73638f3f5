"""Names for servers whose ports are known only once they are there: a name server that is told as they come.

It says of everything that DNSSEC has it secure, as a validating one does, with signatures that nobody
checks: neither program validates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.lab.parityfuzz.case import Json
from tests.lab.parityfuzz.nameserver import ADDRESS, answering
from tests.lab.places import SHARE

RESOLVER = "stacks"  # of `Surroundings`
_RESOLV_CONF = SHARE / "etc" / f"resolv.conf.{RESOLVER}"
_known: list[Json] = []


@contextmanager
def named() -> Iterator[None]:
    """While the block runs, names can be asked for by who has RESOLVER."""
    _RESOLV_CONF.write_text(f"nameserver {ADDRESS}\n")
    with answering(_known):
        yield


def publish(host: str, address: str, port: int, tlsa: Sequence[str]) -> None:
    """A host and the TLSA records of one of its ports; what was said of that before is forgotten."""
    owner = f"_{port}._tcp.{host}"
    _known[:0] = (
        {"q": f"{host} A", "rr": [f"{host} A {address}"]},
        {"q": f"{owner} TLSA", "rr": [f"{owner} TLSA {record}" for record in tlsa]},
    )
