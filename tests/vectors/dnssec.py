"""How the suites of DNSSEC are read, and what counts as passed.

Unbound's verdicts are three: SECURE, INSECURE and BOGUS (SERVFAIL), which is what
becomes of `Bogus` and of `Indeterminate`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.rdatatype
import dns.rdtypes.ANY.NSEC3

from pyfinger.crypto import dsa
from pyfinger.dnssec.algorithms import VERIFIERS
from pyfinger.dnssec.anchors import read_anchors
from pyfinger.dnssec.denial import hash_name
from pyfinger.dnssec.domain_names import DomainName, from_text
from pyfinger.dnssec.message import RRset, read_message
from pyfinger.dnssec.rdata import Dnskey, read_dnskey, read_ds, read_rrsig
from pyfinger.dnssec.signatures import SignatureChecker, VerifyMemory
from pyfinger.dnssec.validation_budget import ValidationBudget, ValidationLimits
from pyfinger.dnssec.validator import Validator
from pyfinger.dnssec.zone_keys import read_all, trusted_keys
from pyfinger.dnswire import RdataType
from pyfinger.model.dnssec import Bogus, BogusReason, Insecure, Secure, Validated
from pyfinger.steps import Steps, result_of
from tests.vectors.result import Json, Result
from tests.vectors.unbound_files import Entry, entries

_DSA = (3, 6)
_OUT_OF_SCOPE = frozenset({1, 12})  # RSAMD5, ECC-GOST (RFC 8624 section 3.1)


@contextmanager
def with_dsa() -> Iterator[None]:
    """The algorithm of unbound's older replays, which is not ours (RFC 8624 section 3.1)."""
    VERIFIERS.update(dict.fromkeys(_DSA, _verify_dsa))
    try:
        yield
    finally:
        for number in _DSA:
            del VERIFIERS[number]


def _verify_dsa(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 2536, and signatures in DER, too."""
    size = 64 + 8 * public[0]
    order, rest = int.from_bytes(public[1:21], "big"), public[21:]
    prime, base, value = (int.from_bytes(rest[at : at + size], "big") for at in (0, size, 2 * size))
    numbers = (signature[1:21], signature[21:]) if len(signature) == 41 else _two_integers(signature)
    r, s = (int.from_bytes(number, "big") for number in numbers)
    return dsa.verify(dsa.Domain(prime, order, base), value, hashlib.sha1(message).digest(), r, s)


def _two_integers(der: bytes) -> tuple[bytes, bytes]:
    end = 4 + der[3]
    return der[4:end], der[end + 2 :]


class Replies:
    """A resolver that has these replies only; a name's key is as in the suites, `example.com./MX`."""

    def __init__(self, replies: Json) -> None:
        self._replies = {key.lower(): value for key, value in replies.items()}
        self.asked: list[str] = []

    def __call__(self, name: str, rdtype: str) -> Steps[bytes | None]:
        yield from ()
        key = f"{name}./{rdtype}".replace("../", "./")
        self.asked.append(key)
        return self.get(key)

    def get(self, key: str) -> bytes | None:
        found = self._replies.get(key.lower())
        return None if found is None else base64.b64decode(found)


def verdict(validated: Validated) -> str:
    """In unbound's words."""
    match validated.security:
        case Secure():
            return "SECURE"
        case Insecure():
            return "INSECURE"
    return "BOGUS"


def judge(case: Json, anchors: str, now: float, limits: ValidationLimits | None = None) -> Validated:
    """One question, nothing remembered."""
    replies = Replies(case["responses"])
    validator = Validator(read_anchors(anchors), replies, lambda: now, limits)
    name = case["qname"]
    return result_of(validator.validate(name, case["qtype"], replies.get(f"{name}/{case['qtype']}")))


def run_broken_zones(folder: Path) -> Iterator[Result]:
    """Zones broken on purpose, beside unbound."""
    data = json.loads((folder / "cases.json").read_text())
    for case in data["checks"]:
        validated = judge(case, data["trust_anchor"], data["now"])
        got = verdict(validated)
        good = got == case["expected"]
        if case["policy_dependent"]:  # RFC 4509 section 3, where unbound is not strict
            good = isinstance(validated.security, Bogus) and validated.security.disputed
        yield Result(case["id"], good, f"{validated.security} wanted {case['expected']}")


def run_dnssec_chains(folder: Path) -> Iterator[Result]:
    """Whole chains, of each algorithm."""
    for label, data in json.loads((folder / "chains.json").read_text()).items():
        replies = Replies(data["responses"])
        validator = Validator(read_anchors(f". DS {data['anchor']}"), replies, lambda: 1_796_000_000.0)
        for key in data["responses"]:
            name, _, rdtype = key.rpartition("/")
            validated = result_of(validator.validate(name, rdtype, replies.get(key)))
            yield Result(f"{label} {key}", verdict(validated) == "SECURE", str(validated.security))


# What is not equal, and why.
EXCEPTIONS = {
    "val_anchor_nx_nosig.rpl#10": "a trust anchor is not undone by what a zone above says, without one",
    "val_faildnskey_ok.rpl#10": "an option of unbound's (harden-dnssec-stripped: no): keys may be missing",
    "val_negcache_nta.rpl#30": "an option of unbound's that believes a name unsigned (domain-insecure)",
    "val_referglue.rpl#6": "a referral out of the cache, asked for without RD: not a stub's business",
}


def run_unbound_rpl(folder: Path) -> Iterator[Result]:
    """Unbound's replays, flattened; where the flat form lost something, it is taken from the replay."""
    for case in json.loads((folder / "flat.json").read_text()):
        anchors = "\n".join(case["trust_anchors"]) or "invalid. DS 1 8 2 00"
        _repair(case, folder)
        now, limits = case["now"], None
        if now == "ignore":
            now, limits = 1 << 30, ValidationLimits(skew=1 << 30)
        with with_dsa():
            validated = judge(case, anchors, now, limits)
            if "harden-algo-downgrade: yes" in case["options"] and verdict(validated) == "SECURE":
                validated = _by_every_algorithm(case, anchors, now)
        got = verdict(validated)
        good = got == case["expected"] or (case["expected"] == "NOT_BOGUS" and got != "BOGUS")
        reason = EXCEPTIONS.get(case["id"])
        detail = f"{validated.security} wanted {case['expected']} {case['options']}"
        yield Result(case["id"], good, reason or detail, allowed=reason is not None)


def _by_every_algorithm(case: Json, anchors: str, now: float) -> Validated:
    """What comes of it where each algorithm has to do for itself, as an option of unbound's has it."""
    all_of_them, outcomes = dict(VERIFIERS), []
    for number in {each.algorithm for each in read_anchors(anchors).of(from_text(case["qname"])[1:])}:
        VERIFIERS.clear()
        VERIFIERS[number] = all_of_them[number]
        outcomes.append(judge(case, anchors, now))
        VERIFIERS.update(all_of_them)
    return next((each for each in outcomes if verdict(each) != "SECURE"), outcomes[0])


def _repair(case: Json, folder: Path) -> None:
    """The flat form is a simulation's, and has neither what unbound had cached, nor all codes.

    What unbound itself answered with DO is what a resolver hands on; what no server was found
    for, though the replay has it, is taken from there.
    """
    file, _, step = case["id"].partition("#")
    question = f"{case['qname']}/{case['qtype']}"
    for entry in entries(folder / "rpl" / file):
        if entry.step == int(step) and "DO" in entry.flags and "SERVFAIL" not in entry.flags:
            case["responses"][question] = base64.b64encode(entry.wire()).decode()
        elif not entry.step and entry.sections["ANSWER"] and _lacks_answer(case["responses"], entry.key):
            case["responses"][entry.key] = base64.b64encode(entry.wire()).decode()


def _lacks_answer(replies: Json, key: str) -> bool:
    """Whether keys or the like were asked for in vain."""
    if not key.endswith(("/DNSKEY", "/DS")) or key not in replies:
        return False
    known = replies[key]
    answer = dns.message.from_wire(base64.b64decode(known)).answer if known else ()
    return not any(rrset.rdtype == dns.rdatatype.from_text(key.rpartition("/")[2]) for rrset in answer)


def run_unbound_sigs(folder: Path) -> Iterator[Result]:
    """Unbound's unit tests of signatures, DS digests and NSEC3 hashes, whatever the date."""
    for path in sorted(folder.glob("test_*")):
        found = list(entries(path))
        with with_dsa():
            match path.name.split("."):
                case ["test_ds", _]:
                    yield from _digests(path.name, found)
                case ["test_nsec3_hash", _]:
                    yield from _hashes(path.name, found)
                case _:
                    yield from _signatures(path.name, found)


def _digests(file: str, found: list[Entry]) -> Iterator[Result]:
    """A name that begins with `yes` says that DS and DNSKEY belong together."""
    for number, entry in enumerate(found, 1):
        sets = {rrset.rdtype: rrset for rrset in _parsed(entry)}
        ds, key = sets[RdataType.DS], read_dnskey(sets[RdataType.DNSKEY].rdatas[0])
        got = bool(trusted_keys(ds.owner, [key], [read_ds(ds.rdatas[0])]))
        yield Result(f"{file} {number}", got is entry.key.startswith("yes"), f"fits: {got}")


def _hashes(file: str, found: list[Entry]) -> Iterator[Result]:
    for entry in found:
        nsec3 = dns.rdtypes.ANY.NSEC3.NSEC3
        (data,) = (rrset[0] for rrset in entry.rrsets("AUTHORITY") if isinstance(rrset[0], nsec3))
        digest = hash_name(from_text(entry.question[0].to_text()), data.salt, data.iterations)
        wanted = entry.rrsets("ANSWER")[0].name.labels[0]
        got = base64.b32hexencode(digest).lower()
        yield Result(f"{file} {entry.key}", got == wanted, got.decode())


def _signatures(file: str, found: list[Entry]) -> Iterator[Result]:
    """The first entry has the keys; each of their algorithms has to have signed."""
    keyset, *tests = found
    (keys,) = (rrset for rrset in _parsed(keyset) if rrset.rdtype == RdataType.DNSKEY)
    dnskeys = read_all(keys, read_dnskey)
    if unknown := {key.algorithm for key in dnskeys} - VERIFIERS.keys():
        yield Result(f"{file}", unknown <= _OUT_OF_SCOPE, f"algorithm {unknown}")
        return
    for number, entry in enumerate(tests, 1):
        faults = [
            _fault(rrset, keys.owner, [key for key in dnskeys if key.algorithm == algorithm])
            for rrset in _parsed(entry)
            if rrset.signatures  # a zone transfer has delegations and glue, too
            for algorithm in {key.algorithm for key in dnskeys}
        ]
        wanted = "bogus" not in entry.key
        yield Result(f"{file} {number} {entry.key}", bool(faults) and wanted is not any(faults), str(faults))


def _fault(rrset: RRset, zone: DomainName, keys: list[Dnskey]) -> BogusReason | None:
    """What is wrong; a revoked key may sign the keys it is one of (RFC 5011 section 2.1)."""
    own = rrset.rdtype == RdataType.DNSKEY and rrset.owner == zone
    fit = [key for key in keys if key.is_zone_key and (own or not key.is_revoked)]
    first = read_rrsig(rrset.signatures[0])
    budget = ValidationBudget(ValidationLimits(), lambda: 0.0)
    now = (first.inception + first.expiration) / 2
    return SignatureChecker(VerifyMemory(), budget, now).check(rrset, zone, fit).fault


def _parsed(entry: Entry) -> list[RRset]:
    message = read_message(entry.wire())
    return [*message.answer.values(), *message.authority.values()]
