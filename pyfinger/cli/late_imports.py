"""Imports after root was given up, from an installation that may be out of reach by then.

An installation below /root can be read by everybody, if nobody else gets as far as that.
Whoever holds a folder open needs no way to it: the folders that modules come from are
opened as root, and stand once more on the path, by their descriptors' names in /proc.
So nothing is imported before it is needed.

An installation that is itself closed to others (made with umask 077, for one), or on a
system without /proc, is imported from beforehand, `LATER` says what.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module

# Everything that is imported inside functions or by Python itself, after the start.
LATER = (
    "pyfinger.drive.resolver",
    "pyfinger.resolve.reply_reader",
    "threading",
    "queue",
    "pyfinger.report.dump",
    "pyfinger.report.states",
    "pyfinger.report.ssl_trace.tracing",
    "pyfinger.crypto",
    "pyfinger.crypto.aria",
    "pyfinger.crypto.camellia",
    "pyfinger.crypto.chacha20_poly1305",
    "pyfinger.crypto.deprecated_curves",
    "pyfinger.crypto.diffie_hellman",
    "pyfinger.crypto.eddsa",
    "pyfinger.crypto.ml_kem",
    "pyfinger.crypto.rsa",
    "pyfinger.crypto.slh_dsa",
    "pyfinger.crypto.tlslite_ng",
    "pyfinger.tls",
    "pyfinger.tls.client_certificate",
    "pyfinger.tls.handshake12",
    "pyfinger.tls.zstd",
    "pyfinger.x509",
    "pyfinger.x509.address_blocks",
    "pyfinger.x509.autonomous_systems",
    "pyfinger.x509.build_chain",
    "pyfinger.x509.constraints",
    "pyfinger.x509.distinguished_names",
    "pyfinger.x509.pem",
    "pyfinger.x509.pem_header",
    "pyfinger.x509.post_quantum",
    "pyfinger.x509.signature_faults",
    "dns.exception",
    "dns.name",
    "dns.rdatatype",
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
# The same, where answers are validated by us.
VALIDATION = (
    "pyfinger.dnssec.anchors",
    "pyfinger.dnssec.validator",
    "pyfinger.resolve.validation",
    "pyfinger.report.lines.dnssec",
)
TOLERANCE = ("pyfinger.prober.tolerance", "pyfinger.report.lines.tolerance")  # with --tolerance
# The same, where something is given in the place of the world.
GIVEN = ("pyfinger.prober.given_credential", "pyfinger.resolve.given_records", "pyfinger.report.lines.given")
# The same, if they are installed.
OPTIONAL = ("slhdsa", "gmpy2", "compression", "compression.zstd", "backports", "backports.zstd")

# Where all of that comes from, the standard library first.
_ORIGINS = ("encodings", "pyfinger", "dns", "idna", "ecdsa", "tlslite", "dilithium_py", "slhdsa")
_TO_ALL = stat.S_IROTH | stat.S_IXOTH


def keep_importable(more: Sequence[str] = ()) -> None:
    """See to it that `LATER` and `more` can be imported as anybody later on; to be called as root."""
    held = _held_open()
    if _open_to_all(held):
        _extend_paths(held)
        return
    for name in (*LATER, *more):
        import_module(name)
    for name in OPTIONAL:
        with suppress(ImportError):
            import_module(name)


def _held_open() -> dict[str, str]:
    """The folders modules come from, and their other names: open from now on."""
    ours = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))  # if it is on no path
    held: dict[str, str] = {}
    for folder in (*sys.path, ours):
        path = os.path.abspath(folder)
        if path not in held:
            with suppress(OSError):  # not there, or no folder but an archive
                held[path] = f"/proc/self/fd/{os.open(path, os.O_RDONLY | os.O_DIRECTORY)}"
    return held


def _open_to_all(held: Mapping[str, str]) -> bool:
    """Whether anybody may look into those that matter, and into the packages there."""
    for name in _ORIGINS:
        places = (os.path.join(alias, name) for alias in held.values())
        if (found := next(filter(os.path.isdir, places), None)) is not None:
            modes = os.stat(found).st_mode, os.stat(os.path.dirname(found)).st_mode
            if any(mode & _TO_ALL != _TO_ALL for mode in modes):
                return False
        elif name == "pyfinger":
            return False  # there is no /proc
    return True


def _extend_paths(held: Mapping[str, str]) -> None:
    """Let modules be found by the other names too, those of packages that are there already included."""
    sys.path.extend(held.values())
    for module in tuple(sys.modules.values()):
        places = getattr(module, "__path__", None)
        if isinstance(places, list):
            places.extend([other for place in places if (other := _renamed(place, held))])


def _renamed(place: str, held: Mapping[str, str]) -> str:
    """The other name of a folder; empty if there is none."""
    for folder, alias in held.items():
        if place.startswith(folder + os.sep):
            return alias + place[len(folder) :]
    return ""
