"""Facts about what was given and not seen (`--certificate`, `--records`, `--offline`).

`pyfinger.events` does not import this module: a probe that takes the world as it is loads
nothing of it.
"""

from __future__ import annotations

from pyfinger.events.base import Event
from pyfinger.model import LookupFailure, Peer, Trust
from pyfinger.values import Value


class GivenSet(Value):
    """Records of one name and type that are taken as if DNS had them."""

    owner: str  # empty: of the one host there is
    rdtype: str
    count: int
    signed: bool


class RecordsGiven(Event):
    """Which records are taken as if DNS had them; `offline`: DNS is not asked for others."""

    source: str  # the file's name, or what stands for it
    sets: tuple[GivenSet, ...]
    offline: bool


class AnswerGiven(Event):
    """A question answered by what is given; without records `failure` says why.  No name server was asked."""

    name: str
    rdtype: str
    secure: bool
    alias: str = ""  # what the name leads to
    records: int = 0
    failure: LookupFailure | None = None


class CredentialGiven(Event):
    """What a server is judged by was given: nobody connects to it."""

    peer: Peer
    source: str  # the file's name, or what stands for it
    certificates: int  # 0: a raw public key


class CredentialUnasked(Event):
    """With such a key no handshake would come about, for what a client offers; `reason` says why."""

    peer: Peer
    reason: str


class CredentialMissing(Event):
    """Nothing was given for this server, and nobody connects to it (`--offline`)."""

    peer: Peer


class GivenJudged(Event):
    """The verdict on what was given, as `TlsEstablished` has it of what a server showed."""

    peer: Peer
    trust: Trust
    source: str
    raw_key: bool
