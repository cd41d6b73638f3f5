"""The values that travel between the parts of a probe; no behaviour beyond spelling.

    argv -> Options -> Destination -> Route(hops) -> Policy -> Secured -> Verdict

All are frozen.  Siblings (`resolve`, `smtp`, `tls`, `dane`, `x509`) know each
other only through what stands here.
"""

from __future__ import annotations

from pyfinger.model.answer import (
    AddressData,
    Answer,
    DnsPacket,
    DnsStatus,
    LookupFailure,
    MxData,
    NativeAnswer,
    OtherData,
    RawReply,
    Rdata,
    ResourceRecord,
    ServerTrouble,
    SrvData,
    TlsaRecord,
    TlsaStatus,
    Trouble,
)
from pyfinger.model.facts import (
    CertificateFacts,
    Fitness,
    KeyFacts,
    NameProblem,
    RecordOutcome,
    RecordVerdict,
)
from pyfinger.model.level import (
    Family,
    Level,
)
from pyfinger.model.proof import (
    HOSTNAME_MISMATCH,
    Authority,
    Credential,
    HandshakeSignature,
    OwnCredential,
    Policy,
    PrivateKey,
    PublicKey,
    Secured,
    ServerKey,
    SignatureAlgorithm,
    Trust,
    Verdict,
    VerifyError,
)
from pyfinger.model.route import (
    Destination,
    Endpoints,
    Exchange,
    Hop,
    InetDestination,
    LookupKind,
    Peer,
    Route,
    UnixDestination,
)

__all__ = [
    "AddressData",
    "Answer",
    "Authority",
    "CertificateFacts",
    "Credential",
    "Destination",
    "DnsPacket",
    "DnsStatus",
    "Endpoints",
    "Exchange",
    "Family",
    "Fitness",
    "HOSTNAME_MISMATCH",
    "HandshakeSignature",
    "Hop",
    "InetDestination",
    "KeyFacts",
    "Level",
    "LookupFailure",
    "LookupKind",
    "MxData",
    "NameProblem",
    "NativeAnswer",
    "OtherData",
    "OwnCredential",
    "Peer",
    "Policy",
    "PrivateKey",
    "PublicKey",
    "RawReply",
    "Rdata",
    "RecordOutcome",
    "RecordVerdict",
    "ResourceRecord",
    "Route",
    "Secured",
    "ServerKey",
    "SignatureAlgorithm",
    "ServerTrouble",
    "SrvData",
    "TlsaRecord",
    "TlsaStatus",
    "Trouble",
    "Trust",
    "UnixDestination",
    "Verdict",
    "VerifyError",
]
