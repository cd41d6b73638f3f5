"""How each conformance suite is read and what counts as passed.

A suite is a folder; `SUITES` knows them by name.  Each runner yields one
`Result` for each case.  The data is not part of the project.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pyfinger.dane.digests import parse_digests
from pyfinger.dane.trust_anchors import TlsaAnchors
from pyfinger.dane.usability import UsableRecords, is_decodable, usable_records
from pyfinger.errors import DecodeError, LibraryError
from pyfinger.model import SignatureAlgorithm, SignatureFamily, TlsaRecord, Verdict
from pyfinger.report.words import LIBRARIES
from pyfinger.tls.cipherlist import evaluate, offered
from pyfinger.x509 import pem
from pyfinger.x509.certificate import Certificate, Instant, read_certificate
from pyfinger.x509.distinguished_names import parse_name, subject_hash, subject_hash_old
from pyfinger.x509.public_keys import load_spki
from pyfinger.x509.reference_identity import ReferenceIdentity, parse_address, reference_identity_of
from pyfinger.x509.trust_store import Bundle, certificates_in, read_trusted
from pyfinger.x509.verify import verify
from pyfinger.x509.verify_context import SSL_CLIENT, SSL_SERVER, VerifyContext, VerifyParams, VerifyResult
from tests.vectors import mta_sts
from tests.vectors.dnssec import run_broken_zones, run_dnssec_chains, run_unbound_rpl, run_unbound_sigs
from tests.vectors.result import Json, Result

Runner = Callable[[Path], Iterator[Result]]

_SINCE_3_0 = "generalizedtime is too short"
_PURPOSES = {"sslserver": SSL_SERVER, "sslclient": SSL_CLIENT, None: None}


def cases(folder: Path) -> list[Json]:
    """The cases of a suite that keeps them in one file."""
    found: list[Json] = json.loads((folder / "cases.json").read_text())
    return found


def params(options: Json) -> VerifyParams:
    """The options of a case as params."""
    flags = set(options.get("flags", ()))
    names: Sequence[str] = options.get("hosts", ())
    identity = reference_identity_of(names, "", "", lambda name: None)
    if "ip" in options:
        address = options["ip"] if isinstance(options["ip"], str) else options["ip"][0]
        identity = ReferenceIdentity(identity.names, parse_address(address) or b"")
    return VerifyParams(
        now=None if "no_check_time" in flags else options["attime"],
        identity=identity,
        security_level=options.get("auth_level", 0),
        depth=options.get("depth", 100),
        purpose=_PURPOSES[options.get("purpose")],
        strict="x509_strict" in flags,
        partial_chain="partial_chain" in flags,
        check_root_signature="check_ss_sig" in flags,
        allow_proxy="allow_proxy" in flags,
    )


def der(text: str) -> bytes:
    """The one certificate of a PEM text."""
    (found,) = certificates_in(text.encode())
    return found


def sent(pems: Sequence[str]) -> list[Certificate]:
    """What the server sent."""
    return [read_trusted(der(text)).certificate for text in pems]


def compare(case: Json, outcome: VerifyResult, expected: Json) -> Result:
    """The whole error list, the chain and what Postfix would report."""
    errors = [[error.code, error.depth] for error in outcome.errors]
    chain = [hashlib.sha256(certificate.der).hexdigest()[:16] for certificate in outcome.chain]
    reported = Verdict(outcome.errors).error
    postfix = [reported.code, reported.depth] if reported else [0, -1]
    wanted = expected["errors"], expected["chain"], expected.get("postfix_error", postfix)
    return Result(case["id"], (errors, chain, postfix) == wanted, f"{errors} wanted {expected['errors']}")


def run_chains(folder: Path) -> Iterator[Result]:
    """Suites of chains with OpenSSL's error lists."""
    for case in cases(folder):
        expected = case["openssl"]
        try:
            trusted = Bundle(der(text) for text in case["trusted"])
            task = VerifyContext(
                sent([case["leaf"]])[0], sent(case["untrusted"]), trusted, params(case["opts"])
            )
        except DecodeError as problem:
            yield Result(case["id"], "parse" in expected, str(problem))
            continue
        if "parse" in expected:
            yield Result(case["id"], False, "read without complaint")
            continue
        yield compare(case, verify(task), expected)


def sifted(records: Json) -> UsableRecords:
    """TLSA records as Postfix passes them on."""
    digests, _ = parse_digests("sha512 sha256")
    found = [
        TlsaRecord(usage, selector, kind, bytes.fromhex(data)) for usage, selector, kind, data in records
    ]
    return usable_records(found, digests, is_decodable)


def run_dane(folder: Path) -> Iterator[Result]:
    """Chains judged by TLSA records."""
    for case in cases(folder):
        expected = case["oracle"]
        records = sifted(case["tlsa"])
        usable = len(records.usable) == sum(map(bool, expected["usable"]))
        anchors = TlsaAnchors(records) if records.usable else None
        store = Bundle(der(text) for text in case["trusted"])
        task = VerifyContext(
            sent([case["leaf"]])[0], sent(case["untrusted"]), store, params(case["opts"]), anchors
        )
        outcome = verify(task)
        result = compare(case, outcome, expected)
        depth = outcome.authority.depth if outcome.authority and outcome.trusted else -2
        wanted = expected.get("match_depth", depth)
        agreed = wanted == depth or (anchors is None and wanted < 0)
        detail = f"{result.detail}, depth {depth} wanted {wanted}, usable {expected['usable']}"
        yield Result(case["id"], result.passed and usable and agreed, detail)


def run_danetest(folder: Path) -> Iterator[Result]:
    """OpenSSL's own DANE tests: result and depth of the match."""
    setting = json.loads((folder / "ca.json").read_text())
    for case in cases(folder):
        yield danetest(case, setting)


def danetest(case: Json, setting: Json) -> Result:
    """One of them; the suites' certificates last very long, or expired at once."""
    records = sifted(case["tlsa"])
    chain = sent(case["chain"])
    wanted = VerifyParams(
        now=1_700_000_000,
        identity=ReferenceIdentity((setting["base_domain"],)),
        security_level=1,
    )
    anchors = TlsaAnchors(records, leaf_names=not case["nonamechecks"]) if records.usable else None
    store = Bundle(certificates_in(setting["cafile_pem"].encode()))
    outcome = verify(VerifyContext(chain[0], chain, store, wanted, anchors))
    code = outcome.errors[0].code if outcome.errors else 0
    depth = outcome.authority.depth if outcome.authority else -1
    passed = (code, depth) == (case["verify"], case["mdpth"])
    return Result(case["id"], passed, f"{code} at {depth}, wanted {case['verify']} at {case['mdpth']}")


def run_name_hashes(folder: Path) -> Iterator[Result]:
    """The names of CA directories' files."""
    for case in cases(folder):
        name = parse_name(bytes.fromhex(case["name_der"]))
        got = subject_hash(name), subject_hash_old(name)
        yield Result(case["id"], got == (case["subject_hash"], case["subject_hash_old"]), str(got))


def run_mutations(folder: Path) -> Iterator[Result]:
    """Whether broken certificates are read exactly when OpenSSL reads them.

    The suite is OpenSSL 3.0's, which had nothing against a short GeneralizedTime.
    """
    for case in cases(folder):
        accepted, newer, detail = True, False, "accepted"
        try:
            read_certificate(base64.b64decode(case["der"]))
        except DecodeError as problem:
            accepted, newer, detail = False, problem.queue[0].reason == _SINCE_3_0, str(problem)
        yield Result(case["id"], newer or accepted is case["openssl_d2i_accepts"], detail)


def run_decoding(folder: Path) -> Iterator[Result]:
    """What OpenSSL 3.5.9 makes of certificates: error queue, digests, key, dates."""
    for case in cases(folder):
        encoded = base64.b64decode(case["der"])
        try:
            certificate, end = read_certificate(encoded)
        except DecodeError as problem:
            got = {"accepts": False, "errors": [_entry(error) for error in problem.queue]}
        else:
            got = {
                "accepts": True,
                "errors": [],
                "trailing": len(encoded) - end,
                "cert_sha256": hashlib.sha256(certificate.der).hexdigest(),
                "pkey_sha256": hashlib.sha256(certificate.spki).hexdigest(),
                "key_loads": certificate.key is not None,
                "not_before": _date(certificate.not_before),
                "not_after": _date(certificate.not_after),
            }
        wrong = [name for name, value in got.items() if value != case[name]]
        yield Result(case["id"], not wrong, ", ".join(f"{name} is {got[name]}" for name in wrong))


def _entry(error: LibraryError) -> list[str]:
    return [LIBRARIES[error.code >> 23], error.reason, error.data]


def _date(instant: Instant) -> str | None:
    moment = instant.readable
    if moment is None:
        return None
    date = time.gmtime(moment)  # knows year 0
    return f"{date.tm_year:04d}" + time.strftime("-%m-%dT%H:%M:%SZ", date)


def signature_algorithm(schema: str, group: Json) -> SignatureAlgorithm:
    """How the signatures of a Wycheproof group are made."""
    digest = group.get("sha", "").lower().replace("sha-", "sha").replace("/", "_").replace("sha3-", "sha3_")
    if "PSS" in group.get("type", "") or "mgf" in group:
        mask = group["mgfSha"].lower().replace("sha-", "sha").replace("/", "_")
        return SignatureAlgorithm(SignatureFamily.RSA_PSS, digest, group["sLen"], mask)
    family = next(word for word in ("ecdsa", "eddsa", "dsa", "rsa") if word in schema.lower())
    return SignatureAlgorithm(SignatureFamily(family), digest)


def group_key(group: Json) -> bytes:
    """The SubjectPublicKeyInfo of a Wycheproof group."""
    for field in ("publicKeyDer", "keyDer", "publicKeyAsn"):
        if field in group:
            return bytes.fromhex(group[field])
    raise KeyError("no key")


def run_wycheproof(folder: Path) -> Iterator[Result]:
    """Signatures, good and bad; what is merely `acceptable` may go either way."""
    for file in sorted(folder.glob("*.json")):
        data = json.loads(file.read_text())
        for group in data["testGroups"]:
            algorithm = signature_algorithm(f"{data.get('algorithm', '')} {group.get('type', '')}", group)
            key = load_spki(group_key(group))
            for test in group["tests"]:
                message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
                good = key.verify(algorithm, message, signature)
                passed = test["result"] == "acceptable" or good is (test["result"] == "valid")
                yield Result(f"{file.stem} {test['tcId']}", passed, test["comment"])


def run_cipher_strings(folder: Path) -> Iterator[Result]:
    """What is made of cipher strings: taken or not, the security level after, the suites a client sends."""
    for case in json.loads((folder / "cases.json").read_text())["cases"]:
        found = evaluate(case["string"], case["level_before"])
        codes = [f"{suite.code:04x}" for suite in offered(found)]
        got = (not found.errors, found.security.level, codes if not found.errors else [])
        wanted = (case["taken"], case["level_after"], case["sent"] if case["taken"] else [])
        yield Result(case["id"], got == wanted, f"{case['string']}: {got}")


def run_pem(folder: Path) -> Iterator[Result]:
    """What PEM files hold: labels, headers, data, and why reading ended."""
    for case in cases(folder):
        found: list[list[str]] = []
        ending = pem.Ending.NO_START_LINE
        try:
            for block in pem.blocks(case["text"].encode("latin-1"), in_memory=True):
                label = block.label.encode(errors="surrogateescape")
                digest = hashlib.sha256(block.data).hexdigest()
                found.append([label.decode("latin-1"), block.header.decode("latin-1"), digest])
        except pem.PemError as error:
            ending = error.ending
        passed = found == case["blocks"] and ending.value == case["end"]
        yield Result(case["id"], passed, f"{found} {ending.value!r}, wanted {case['end']!r}")


def run_mta_sts(folder: Path) -> Iterator[Result]:
    """Records, policies and names of MTA-STS and TLSRPT, and who reads them otherwise."""
    for case in cases(folder):
        found = list(mta_sts.problems(case))
        yield Result(case["id"], not found, "; ".join(found))


SUITES: dict[str, Runner] = {
    "x509-openssl-recipes": run_chains,
    "x509-pkits": run_chains,
    "x509-limbo": run_chains,
    "x509-generated": run_chains,
    "x509-name-hash": run_name_hashes,
    "x509-der-mutations": run_mutations,
    "x509-decode": run_decoding,
    "pem": run_pem,
    "wycheproof": run_wycheproof,
    "dane-openssl": run_danetest,
    "dane-generated": run_dane,
    "cipher-strings": run_cipher_strings,
    "dnssec-chains": run_dnssec_chains,
    "mta-sts": run_mta_sts,
    "dnssec-unbound-sigs": run_unbound_sigs,
    "dnssec-unbound-rpl": run_unbound_rpl,
    "dnssec-broken-zones": run_broken_zones,
}
