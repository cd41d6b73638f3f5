"""Random certificates: what a server shows, and what is in PEM files.

A certificate is a JSON object, and `build` makes its octets:

    {"key": "p256/leaf", "issuer": "inter", "subject": [[OID, TAG, TEXT]], "ext": [[OID, CRITICAL, HEX]],
     "before": [TAG, TEXT], "after": [TAG, TEXT], "version": 3, "serial": HEX, "scheme": "sha256",
     "patch": [[OFFSET, HEX]]}

whatever is left out is as usual.  `issuer` is "self" or one of AUTHORITIES; these
themselves are {"authority": NAME}, and any octets {"raw": HEX}.  The
signature is over what is signed, so that only what was asked for is odd; patches
are made in the end, and spoil it if they fall below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pyfinger.demo.certificate_making import KEY_USAGES, general_name, key_id
from pyfinger.demo.fixed_keys import DemoKey, make_key
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from tests.lab.parityfuzz.case import Json, World

HOST = "mx1.fuzz.test"
CN = "2.5.4.3"
_KEY_USAGE, _BASIC, _PURPOSES, _SAN, _SUBJECT_ID, _AUTHORITY_ID = (
    *("2.5.29.15", "2.5.29.19", "2.5.29.37", "2.5.29.17", "2.5.29.14", "2.5.29.35"),
)
UTF8, PRINTABLE, IA5, BMP, T61, UNIVERSAL, VISIBLE = 12, 19, 22, 30, 20, 28, 26
UTC, GENERALIZED = 23, 24
_USUAL_TIMES = [UTC, "200101000000Z"], [GENERALIZED, "21000101000000Z"]

NOT_OURS = "3010a00e300c820a6f746865722e74657374"  # nameConstraints: below other.test

AUTHORITIES: Mapping[str, World] = {
    "root": {
        "key": "p256/root",
        "issuer": "self",
        "subject": [["2.5.4.10", UTF8, "Fuzz"], [CN, UTF8, "Fuzz Root"]],
        "ext": [[_BASIC, True, "30030101ff"], [_KEY_USAGE, True, "03020106"]],
    },
    "inter": {
        "key": "p256/inter",
        "issuer": "root",
        "subject": [["2.5.4.10", UTF8, "Fuzz"], [CN, UTF8, "Fuzz Issuing"]],
        "ext": [[_BASIC, True, "30030101ff"], [_KEY_USAGE, True, "03020106"]],
    },
    "other": {
        "key": "p256/other",
        "issuer": "self",
        "subject": [[CN, UTF8, "Other Root"]],
        "ext": [[_BASIC, True, "30030101ff"]],
    },
    # The same authority by another way: cross-signed, and of an older root with the same name.
    "cross": {
        "key": "p256/inter",
        "issuer": "other",
        "subject": [["2.5.4.10", UTF8, "Fuzz"], [CN, UTF8, "Fuzz Issuing"]],
        "ext": [[_BASIC, True, "30030101ff"], [_KEY_USAGE, True, "03020106"]],
    },
    "older": {
        "key": "p256/older",
        "issuer": "self",
        "subject": [["2.5.4.10", UTF8, "Fuzz"], [CN, UTF8, "Fuzz Root"]],
        "ext": [[_BASIC, True, "30030101ff"], [_KEY_USAGE, True, "03020106"]],
    },
    "expired": {
        "key": "p256/root",
        "issuer": "self",
        "subject": [["2.5.4.10", UTF8, "Fuzz"], [CN, UTF8, "Fuzz Root"]],
        "after": [UTC, "210101000000Z"],
        "ext": [[_BASIC, True, "30030101ff"]],
    },
    # Those that may not do what they do.
    "short": {
        "key": "p256/short",
        "issuer": "root",
        "subject": [[CN, UTF8, "No path"]],
        "ext": [[_BASIC, True, "30060101ff020100"], [_KEY_USAGE, True, "03020106"]],
    },
    "below": {
        "key": "rsa/",
        "issuer": "short",
        "subject": [[CN, UTF8, "Below no path"]],
        "ext": [[_BASIC, True, "30030101ff"]],
    },
    "noca": {
        "key": "p256/noca",
        "issuer": "root",
        "subject": [[CN, UTF8, "No CA"]],
        "ext": [[_BASIC, True, "3000"]],
    },
    "nosign": {
        "key": "p256/nosign",
        "issuer": "root",
        "subject": [[CN, UTF8, "No signing"]],
        "ext": [[_BASIC, True, "30030101ff"], [_KEY_USAGE, True, "03020780"]],
    },
    "version1": {
        "key": "p256/v1",
        "issuer": "self",
        "subject": [[CN, UTF8, "Version 1"]],
        "version": 1,
        "ext": [],
    },
    "weak": {
        "key": "rsa1024/",
        "issuer": "root",
        "subject": [[CN, UTF8, "Weak"]],
        "ext": [[_BASIC, True, "30030101ff"]],
    },
    "old hash": {
        "key": "p256/sha1",
        "issuer": "root",
        "scheme": "sha1",
        "subject": [[CN, UTF8, "SHA-1"]],
        "ext": [[_BASIC, True, "30030101ff"]],
    },
    "constrained": {
        "key": "p256/nc",
        "issuer": "root",
        "subject": [[CN, UTF8, "Constrained"]],
        "ext": [[_BASIC, True, "30030101ff"], ["2.5.29.30", True, NOT_OURS]],
    },
    "client only": {
        "key": "p256/purpose",
        "issuer": "root",
        "subject": [[CN, UTF8, "For clients"]],
        "ext": [[_BASIC, True, "30030101ff"], ["2.5.29.37", False, "300a06082b06010505070302"]],
    },
}
DEFAULT: World = {"key": "p256/leaf", "issuer": "inter", "subject": [[CN, UTF8, HOST]]}


@cache
def key(name: str) -> DemoKey:
    """The key called KIND/LABEL; those of RSA have no label, so that no primes are searched for."""
    kind, _, label = name.partition("/")
    return make_key(kind, "" if kind.startswith("rsa") else label)


def build(partial: World) -> bytes:
    """The certificate's octets."""
    if "raw" in partial:
        return bytes.fromhex(partial["raw"])
    wanted = {**DEFAULT, **(AUTHORITIES[partial["authority"]] if "authority" in partial else partial)}
    own = key(wanted["key"])
    issuer = AUTHORITIES.get(wanted.get("issuer", "inter"), wanted)
    signer = key(issuer["key"])
    scheme = wanted.get("scheme") or signer.scheme
    algorithm = signer.algorithm(scheme)
    before, after = wanted.get("before", _USUAL_TIMES[0]), wanted.get("after", _USUAL_TIMES[1])
    version = wanted.get("version", 3)
    parts = [
        *([] if version == 1 else [_explicit(0, encoding.integer(version - 1))]),
        encoding.element(der.INTEGER, bytes.fromhex(wanted.get("serial", "0102"))),
        algorithm,
        name(issuer["subject"]),
        encoding.sequence(*(encoding.element(tag, text.encode("latin-1")) for tag, text in (before, after))),
        name(wanted["subject"]),
        own.spki,
    ]
    extensions = wanted["ext"] if "ext" in wanted else usual_extensions(wanted)
    if extensions:
        parts.append(_explicit(3, encoding.sequence(*(_extension(*one) for one in extensions))))
    signed = encoding.sequence(*parts)
    signature = encoding.element(der.BIT_STRING, b"\0" + signer.sign(signed, scheme))
    return _patched(encoding.sequence(signed, algorithm, signature), wanted.get("patch", ()))


def key_name(partial: World) -> str:
    """Which key a certificate of a case is for."""
    named = AUTHORITIES[partial["authority"]] if "authority" in partial else partial
    return str(named.get("key", DEFAULT["key"]))


def usual_extensions(wanted: World) -> list[list[Json]]:
    """Those of an ordinary leaf."""
    issuer = AUTHORITIES.get(wanted.get("issuer", "inter"), wanted)
    authority = encoding.sequence(encoding.element(der.CONTEXT, key_id(key(issuer["key"]))))
    return [
        [_BASIC, True, "3000"],
        [_KEY_USAGE, True, key_usage("digitalSignature")],
        [_PURPOSES, False, purposes("1.3.6.1.5.5.7.3.1")],
        [_SUBJECT_ID, False, encoding.element(der.OCTET_STRING, key_id(key(wanted["key"]))).hex()],
        [_AUTHORITY_ID, False, authority.hex()],
        [_SAN, False, alternative_names(HOST)],
    ]


def key_usage(*words: str) -> str:
    """The value of keyUsage, in hexadecimal."""
    bits = sum(0x80 >> KEY_USAGES[word] for word in words)
    return encoding.element(
        der.BIT_STRING, bytes(((bits & -bits).bit_length() - 1 if bits else 0, bits))
    ).hex()


def purposes(*oids: str) -> str:
    """The value of extKeyUsage."""
    return encoding.sequence(*map(encoding.oid, oids)).hex()


def alternative_names(*names: str) -> str:
    """The value of subjectAltName."""
    return encoding.sequence(*map(general_name, names)).hex()


def name(attributes: Json) -> bytes:
    """A Name, one attribute for each RDN."""
    return encoding.sequence(
        *(
            encoding.set_of(
                encoding.sequence(encoding.oid(oid), encoding.element(tag, text.encode("latin-1")))
            )
            for oid, tag, text in attributes
        )
    )


def _extension(oid: str, critical: bool, value: str) -> bytes:
    flag = [encoding.element(der.BOOLEAN, b"\xff")] if critical else []
    return encoding.sequence(
        encoding.oid(oid), *flag, encoding.element(der.OCTET_STRING, bytes.fromhex(value))
    )


def _explicit(number: int, content: bytes) -> bytes:
    return encoding.element(der.CONTEXT | der.CONSTRUCTED | number, content)


def _patched(data: bytes, patches: Json) -> bytes:
    changed = bytearray(data)
    for offset, octets in patches:
        new = bytes.fromhex(octets)
        at = offset % len(changed)
        changed[at : at + len(new)] = new
    return bytes(changed)
