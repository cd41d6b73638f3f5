"""The world as a table: one zone for each way to sign, to deny, to delegate or to fail.

All are below `test.` and have mostly the same names in them, so that the same
questions can be asked of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

MINUTE, HOUR, DAY = 60, 3600, 86400
P256, RSA = "ECDSAP256SHA256", "RSASHA256"


class Ds(Enum):
    """What the parent says of a zone's key."""

    SHA256 = auto()
    SHA1 = auto()
    SHA384 = auto()
    NONE = auto()  # nothing: an insecure delegation
    WRONG = auto()  # a digest of no key
    STANDBY = auto()  # the right one, and one of a key that is not there
    UNKNOWN_ALGORITHM = auto()
    UNKNOWN_DIGEST = auto()
    SHA1_AND_WRONG_SHA256 = auto()
    SHA384_AND_WRONG_SHA256 = auto()


class Signer(Enum):
    """Which program signs a zone."""

    LDNS = auto()  # ldns-signzone
    BIND = auto()  # dnssec-signzone
    KNOT = auto()  # knotd, when it loads the zone
    KNOT_ONLINE = auto()  # knotd, with each answer: a name that is not there has no types


class Fault(Enum):
    """What is spoiled after signing."""

    NONE = auto()
    NO_SIGNATURES = auto()
    NO_DENIALS = auto()
    NO_KEYS = auto()
    NO_KEY_SIGNATURE = auto()
    BAD_SIGNATURES = auto()  # all but those over keys
    CHANGED_ADDRESS = auto()  # one record is not the signed one
    LOWERED_TTL = auto()  # which is no fault


@dataclass(frozen=True, slots=True)
class Key:
    """A key to be made; of several algorithms all sign everything, as RFC 4035 section 2.2 wants."""

    algorithm: str = P256  # ldns's word
    entry_point: bool = True  # whether it may be in a DS record: else the zone is signed by it alone
    bits: int = 2048  # of RSA


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone; without keys it is not signed."""

    origin: str
    keys: Sequence[Key] = (Key(),)  # the first is the one of the DS record
    signer: Signer = Signer.LDNS  # what follows is for ldns-signzone, but for `denial`
    denial: Sequence[str] = ()  # options of its signer; NSEC if empty
    ds: Ds = Ds.SHA256
    fault: Fault = Fault.NONE
    inception: int = -DAY  # seconds from now
    expiration: int = 30 * DAY
    records: Sequence[str] = ()
    questions: Sequence[tuple[str, str]] = ()  # owner, relative to the origin, and type

    @property
    def stem(self) -> str:
        """Its name in the names of files."""
        return self.origin.strip(".") or "root"


_NSEC3 = ("-n", "-t", "0")
_TWO_RSA = (Key(RSA), Key(RSA, entry_point=False))
_OPT_OUT = (*_NSEC3, "-p")
_TLSA = "_25._tcp.mx TLSA 3 1 1 " + "5a" * 32
_RECORDS = (
    "@ MX 10 mx",
    "mx A 192.0.2.1",
    _TLSA,
    "www CNAME mx",
    "dangling CNAME nothing",
    "*.wild TXT any",
    "*.alias CNAME mx",
    "a.b.ent A 192.0.2.2",
    "old DNAME new",
    "x.new A 192.0.2.3",
    "loop1 CNAME loop2",
    "loop2 CNAME loop1",
)
_BASIC = (
    ("@", "MX"),
    ("mx", "A"),
    ("mx", "AAAA"),
    ("_25._tcp.mx", "TLSA"),
    ("nothing", "A"),
    ("@", "DS"),
)
_FULL = (
    *_BASIC,
    ("@", "DNSKEY"),
    ("@", "SOA"),
    ("@", "CAA"),
    ("Mx", "A"),
    ("www", "A"),
    ("www", "AAAA"),
    ("www", "CNAME"),
    ("dangling", "A"),
    ("_tcp.mx", "A"),  # no records, but names below
    ("ent", "A"),
    ("b.ent", "TXT"),
    ("c.b.ent", "A"),
    ("x.y.nothing", "A"),
    ("below.mx", "A"),
    ("q.wild", "TXT"),
    ("q.wild", "A"),
    ("a.b.wild", "TXT"),
    ("*.wild", "TXT"),
    ("wild", "TXT"),
    ("q.alias", "A"),
    ("x.old", "A"),
    ("y.old", "A"),
    ("old", "A"),
    ("old", "DNAME"),
    ("mx", "DS"),
)

_LARGE = (*_RECORDS, *(f"big TXT {number:02d}{'x' * 200}" for number in range(40)), "bigalias CNAME big")
_ASKED_OF_LARGE = (*_BASIC, ("@", "DNSKEY"), ("big", "TXT"), ("bigalias", "TXT"), ("big", "A"))
# Names in RDATA are compared without case in some types and with it in others (RFC 4034 section 6.2,
# RFC 6840 section 5.1), records are sorted, and what is unknown is taken as it stands.
_FORMS = (
    "@ MX 20 Mail.Upper",
    "@ MX 10 mail",
    "@ MX 5 MAIL.Other.TEST.",
    "UPPER A 192.0.2.9",
    "UPPER A 192.0.2.10",
    "UPPER A 9.0.2.10",
    "_sip._tcp SRV 0 5 5060 Sip.Upper",
    "_sip._tcp SRV 10 5 5060 sip",
    'naptr NAPTR 100 10 "S" "SIP+D2T" "" _Sip._Tcp',
    "rp RP Admin.Upper Text.Upper",
    "afsdb AFSDB 1 Server.Upper",
    "kx KX 1 Server.Upper",
    'hinfo HINFO "PC" "Linux"',
    'caa CAA 0 issue "CA.example"',
    "strange TYPE65280 \\# 4 DEADBEEF",
    "strange TYPE65280 \\# 3 DEADBE",
    "empty TYPE65280 \\# 0",
    "Alias CNAME Upper",
    "ptr PTR Upper",
    "key SSHFP 4 2 " + "AB" * 32,
    "txt TXT B A",
    "txt TXT AB",
    'txt TXT ""',
    "esc\\.aped A 192.0.2.11",
    "esc\\000zero A 192.0.2.12",
    "* A 192.0.2.13",
    "host.deep.er A 192.0.2.14",
    "*.deep.er CNAME host.deep.er",
)
_ASKED_OF_FORMS = (
    ("@", "MX"),
    ("upper", "A"),
    ("uPPer", "A"),
    ("UPPER", "AAAA"),
    ("_sip._tcp", "SRV"),
    ("naptr", "NAPTR"),
    ("rp", "RP"),
    ("afsdb", "TYPE18"),
    ("kx", "TYPE36"),
    ("hinfo", "HINFO"),
    ("caa", "CAA"),
    ("strange", "TYPE65280"),
    ("empty", "TYPE65280"),
    ("alias", "A"),
    ("ptr", "PTR"),
    ("key", "SSHFP"),
    ("txt", "TXT"),
    ("esc\\.aped", "A"),
    ("esc\\000zero", "A"),
    ("anything", "A"),
    ("any.thing", "A"),
    ("anything", "AAAA"),
    ("deep.er", "A"),
    ("er", "A"),
    ("other.er", "A"),
    ("x.deep.er", "A"),
    ("y.x.deep.er", "A"),
    ("x.deep.er", "MX"),
    ("*", "A"),
    ("*", "TXT"),
    ("\\*", "A"),
)


def _algorithms() -> tuple[Zone, ...]:
    words = {
        5: "RSASHA1",
        7: "RSASHA1-NSEC3-SHA1",
        8: RSA,
        10: "RSASHA512",
        13: P256,
        14: "ECDSAP384SHA384",
        15: "ED25519",
        16: "ED448",
    }
    return tuple(
        Zone(
            f"alg{number}.test.",
            keys=(Key(word),),
            denial=_NSEC3 if number == 7 else (),
            records=_RECORDS,
            questions=_BASIC,
        )
        for number, word in words.items()
    )


def _iterations() -> tuple[Zone, ...]:
    return tuple(
        Zone(
            f"iter{count}.test.",
            denial=("-n", "-t", str(count), "-s", "ABCD"),
            records=_RECORDS,
            questions=(*_BASIC, ("q.wild", "TXT"), ("x.old", "A")),
        )
        for count in (1, 50, 51, 100, 101, 150, 151, 500)
    )


def _ordinary(label: str, ds: Ds = Ds.SHA256, fault: Fault = Fault.NONE) -> Zone:
    questions = (*_BASIC, ("@", "DNSKEY"), ("www", "A"), ("q.wild", "TXT"), ("x.old", "A"), ("ent", "A"))
    return Zone(f"{label}.test.", ds=ds, fault=fault, records=_RECORDS, questions=questions)


def _dated(label: str, inception: int, expiration: int) -> Zone:
    return Zone(
        f"{label}.test.", inception=inception, expiration=expiration, records=_RECORDS, questions=_BASIC
    )


_CROSSING = {
    "secure": "mx.nsec3.test.",
    "insecure": "mx.insecure.test.",
    "bogus": "mx.badsig.test.",
    "expired": "mx.expired.test.",
    "nothing": "nothing.nsec3.test.",
    "nothing-insecure": "nothing.insecure.test.",
    "wild": "q.alias.nsec3.test.",
    "dname": "x.old.nsec3.test.",
    "optout": "mx.sub.optout.test.",
    "unsigned-nothing": "mx.nosuch.optout.test.",
    "island": "mx.island.test.",
}
ZONES = (
    *_algorithms(),
    Zone("nsec.test.", records=_RECORDS, questions=_FULL),
    Zone("nsec3.test.", denial=_NSEC3, records=_RECORDS, questions=_FULL),
    Zone(
        "bind.test.", signer=Signer.BIND, denial=("-3", "ABCD", "-H", "2"), records=_RECORDS, questions=_FULL
    ),
    Zone("bindnsec.test.", signer=Signer.BIND, records=_RECORDS, questions=_BASIC),
    Zone("knot.test.", signer=Signer.KNOT, records=_RECORDS, questions=_FULL),
    Zone("online.test.", signer=Signer.KNOT_ONLINE, records=_RECORDS, questions=_FULL),
    Zone("salted.test.", denial=("-n", "-t", "5", "-s", "DEADBEEF"), records=_RECORDS, questions=_BASIC),
    Zone("optout.test.", denial=_OPT_OUT, records=_RECORDS, questions=_FULL),
    *_iterations(),
    # Delegations: from NSEC, NSEC3 and opt-out, signed and not, at depth.
    Zone("sub.optout.test.", keys=(), records=_RECORDS, questions=_BASIC),
    Zone("deep.ent.optout.test.", keys=(), records=_RECORDS, questions=_BASIC),
    Zone("signed.optout.test.", records=_RECORDS, questions=_BASIC),
    Zone("sub.nsec3.test.", keys=(), records=_RECORDS, questions=_BASIC),
    Zone("signed.nsec3.test.", denial=_NSEC3, records=_RECORDS, questions=_BASIC),
    Zone("sub.nsec.test.", keys=(), records=_RECORDS, questions=_BASIC),
    Zone("signed.below.nsec.test.", records=_RECORDS, questions=_BASIC),
    Zone("insecure.test.", keys=(), records=_RECORDS, questions=_FULL),
    Zone("signed.insecure.test.", records=_RECORDS, questions=_BASIC),
    Zone("island.test.", ds=Ds.NONE, records=_RECORDS, questions=_BASIC),
    # Keys.
    Zone("split.test.", keys=(Key(), Key(entry_point=False)), records=_RECORDS, questions=_BASIC),
    Zone("zskrsa.test.", keys=_TWO_RSA, records=_RECORDS, questions=_BASIC),
    Zone("both.test.", keys=(Key(RSA), Key()), records=_RECORDS, questions=_BASIC),
    Zone("both3.test.", keys=(Key(), Key(RSA)), denial=_NSEC3, records=_RECORDS, questions=_BASIC),
    _ordinary("ds1", Ds.SHA1),
    _ordinary("ds4", Ds.SHA384),
    _ordinary("standby", Ds.STANDBY),
    _ordinary("badds", Ds.WRONG),
    _ordinary("unknownalgorithm", Ds.UNKNOWN_ALGORITHM),
    _ordinary("unknowndigest", Ds.UNKNOWN_DIGEST),
    _ordinary("ds1bad2", Ds.SHA1_AND_WRONG_SHA256),
    _ordinary("ds4bad2", Ds.SHA384_AND_WRONG_SHA256),
    # Keys and records that do not fit into a datagram, and RDATA with more than one form.
    Zone(
        "large.test.",
        keys=(Key(RSA, bits=3072), Key(RSA, False, 3072)),
        records=_LARGE,
        questions=_ASKED_OF_LARGE,
    ),
    Zone("forms.test.", records=_FORMS, questions=_ASKED_OF_FORMS),
    Zone("forms3.test.", denial=_NSEC3, records=_FORMS, questions=_ASKED_OF_FORMS),
    # Dates.
    _dated("expired", -60 * DAY, -DAY),
    _dated("future", 10 * DAY, 40 * DAY),
    _dated("justexpired", -30 * DAY, -20 * MINUTE),
    _dated("almost", 20 * MINUTE, 30 * DAY),
    _dated("brief", -HOUR, HOUR),
    # What has been spoiled.
    _ordinary("nosig", fault=Fault.NO_SIGNATURES),
    _ordinary("nodenial", fault=Fault.NO_DENIALS),
    _ordinary("nokey", fault=Fault.NO_KEYS),
    _ordinary("nokeysig", fault=Fault.NO_KEY_SIGNATURE),
    _ordinary("badsig", fault=Fault.BAD_SIGNATURES),
    _ordinary("changed", fault=Fault.CHANGED_ADDRESS),
    _ordinary("ttl", fault=Fault.LOWERED_TTL),
    # Aliases from zone to zone.
    Zone(
        "cross.test.",
        records=(
            *(f"{label} CNAME {target}" for label, target in _CROSSING.items()),
            "d-secure DNAME nsec3.test.",
            "d-insecure DNAME insecure.test.",
            "d-bogus DNAME badsig.test.",
            "*.w-insecure CNAME mx.insecure.test.",
            "*.w-secure CNAME mx.nsec.test.",
        ),
        questions=(
            *((label, "A") for label in _CROSSING),
            ("secure", "AAAA"),
            ("mx.d-secure", "A"),
            ("mx.d-insecure", "A"),
            ("mx.d-bogus", "A"),
            ("nothing.d-secure", "A"),
            ("q.w-insecure", "A"),
            ("q.w-secure", "A"),
        ),
    ),
)
TEST = Zone("test.", questions=(("@", "DS"), ("@", "DNSKEY"), ("nothing", "A"), ("nothing", "DS")))
ROOT = Zone(".", keys=_TWO_RSA, questions=(("@", "DNSKEY"), ("@", "SOA"), ("nowhere", "A")))
ALL = (*ZONES, TEST, ROOT)


def parent_of(zone: Zone) -> Zone:
    """The zone that delegates to it."""
    around = [
        other
        for other in ALL
        if other is not zone and f".{zone.origin}".endswith(f".{other.origin}".replace("..", "."))
    ]
    return max(around, key=lambda other: len(other.origin))


def questions(zones: Sequence[Zone] = ALL) -> list[tuple[str, str]]:
    """Every full name and type that is asked for."""
    return [
        (zone.origin if owner == "@" else f"{owner}.{zone.origin.lstrip('.')}", rdtype)
        for zone in zones
        for owner, rdtype in zone.questions
    ]
