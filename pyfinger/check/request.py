"""What a check is asked for, and how much it may take."""

from __future__ import annotations

from pyfinger.check.report_model import Extent, KeyAlgorithm
from pyfinger.options import Options
from pyfinger.values import Value
from pyfinger.x509.trust_store import Store

COMMON = (KeyAlgorithm.ECDSA, KeyAlgorithm.RSA)  # the keys that public authorities certify
RARE = (KeyAlgorithm.EDDSA, KeyAlgorithm.ML_DSA)
MINUTE = 61.0  # seconds, with one to spare: servers count by their own clocks


class Limits(Value):
    """How much of the servers' time may be taken.

    Some servers allow two connections a minute and say 421 to a third, or block who tries.
    """

    each: int = len(COMMON)  # connections to one address within a minute
    total: int = 500  # connections in all
    pause: float = 1.0  # seconds between two connections to one address
    seconds: float | None = None  # for the whole check
    back_off: float = 60.0  # before a server that said: not now is asked again, if `seconds` allow


class StsOptions(Value):
    """How policies are fetched; without a store of the user's the web's authorities are trusted."""

    store: Store | None = None
    port: int = 443


class CheckRequest(Value):
    """What to check: destinations, and how a server is asked and what it has to prove."""

    domains: tuple[str, ...]
    options: Options
    algorithms: tuple[KeyAlgorithm, ...] = COMMON  # one connection for each
    others: tuple[KeyAlgorithm, ...] = RARE  # asked for with the last of those if the server has none of them
    limits: Limits = Limits()
    extent: Extent = Extent.PROBLEMS  # what is explained
    sts: StsOptions | None = None  # None: MTA-STS and TLSRPT are not asked for
