"""A probe started by root goes on as somebody else, as posttls-finger does.

That is to happen when all files are read and opened, before the first packet.
From then on the installation itself may be out of reach, below /root for one:
what a probe imports only when it turns out to be needed is imported before,
`LATER` says what.  For everybody else nothing happens here.

Not read ahead, as with posttls-finger: the certificates of a `-P` directory.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from pyfinger.drive.privileges import give_up_root, is_root
from pyfinger.events import Emit, PrivilegesDropped
from pyfinger.tls.auto_groups import auto_groups
from pyfinger.tls.groups import GROUPS
from pyfinger.values import replace

if TYPE_CHECKING:
    from pyfinger.cli.evaluate import Invocation
    from pyfinger.options import Options

# Everything that is imported inside functions or by Python itself, after the start.
LATER = (
    "pyfinger.drive.resolver",
    "pyfinger.resolve.answer",
    "pyfinger.crypto",
    "pyfinger.crypto.diffie_hellman",
    "pyfinger.crypto.tlslite_ng",
    "ipaddress",
    "idna",
    "idna.uts46data",  # by idna, with the first name that is not ASCII
    "encodings.punycode",
    "encodings.latin_1",
    "encodings.utf_16_be",
    "encodings.utf_32_be",  # of names in certificates
    "ecdsa",
    "ecdsa.curves",
    "ecdsa.ecdh",
    "ecdsa.ecdsa",
    "ecdsa.eddsa",
    "ecdsa.ellipticcurve",
    "ecdsa.errors",
    "dilithium_py",
    "dilithium_py.ml_dsa",
)
POST_QUANTUM = ("kyber_py", "kyber_py.ml_kem")  # the same, where a group with ML-KEM is offered
# The same, if they are installed.
OPTIONAL = ("slhdsa", "gmpy2", "compression", "compression.zstd", "backports", "backports.zstd")


def unprivileged(invocation: Invocation, emit: Emit) -> Invocation:
    """Give up root, if we are; what to do then, with nothing left to be read.

    `UsageError` if there is nobody to become.
    """
    if not is_root():
        return invocation
    from pyfinger.drive.resolv_conf import system_name_service

    for name in (*LATER, *(POST_QUANTUM if _needs_ml_kem(invocation.options) else ())):
        import_module(name)
    for name in OPTIONAL:
        with suppress(ImportError):
            import_module(name)
    resolver = invocation.resolver or system_name_service()
    account = give_up_root(invocation.options.config.mail_owner)
    emit(PrivilegesDropped(account.name, account.uid, account.gid))
    return replace(invocation, resolver=resolver)


def _needs_ml_kem(options: Options) -> bool:
    config = options.config
    offered = auto_groups(config.tls_eecdh_auto_curves, config.tls_ffdhe_auto_groups).chosen.groups
    return any(GROUPS[code].post_quantum for code in offered)
