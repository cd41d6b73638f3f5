"""For each situation a world in which it applies: a case of the parity fuzzer, and what is to come of it.

Most of them are run under the real posttls-finger, too (`python -m tests.lab.explanations`):
what it says of the level in force and of the server has to be what the explanation rests on.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pyfinger.model import Level
from pyfinger.report.document.findings import Delivery, Situation
from tests.lab.parityfuzz import credentials
from tests.lab.parityfuzz.case import FOLDER, Case, Json
from tests.lab.parityfuzz.credentials import CN, UTF8, alternative_names, usual_extensions
from tests.lab.parityfuzz.names import answer, usual_answers

ADDRESS, SECOND = "127.0.98.1", "127.0.98.2"
OWNER = "_25._tcp.mx1.fuzz.test"
QUIET = ["-c"]
ISSUER: Json = {"authority": "inter"}
S, D = Situation, Delivery
HURRY = ["-t", "2"], ["-T", "2"]
ROOT = {"root.pem": [{"cert": {"authority": "root"}}]}
TRUSTING = ["-F", f"{FOLDER}/root.pem"]


@dataclass(frozen=True)
class World:
    """A case; `in_lab`: whether the real program can be run in it, and says the same each time."""

    situations: Sequence[Situation]  # which apply, the one it is made for first
    case: Case
    delivery: Delivery
    in_force: Level | None = None  # by smtp(8)
    in_lab: bool = True

    @property
    def name(self) -> str:
        return self.case.kind


def make(
    name: str,
    situations: Sequence[Situation],
    came: tuple[Delivery, Level | None],
    *,
    level: str = "dane",
    argv: Sequence[Sequence[str]] = (),
    target: str = "fuzz.test",
    in_lab: bool = True,
    **parts: Any,
) -> World:
    """A world with one usual mail host, but for what is said."""
    parts.setdefault("dns", usual_answers())
    parts.setdefault("servers", {ADDRESS: {"chain": [{}, ISSUER]}})
    case = Case(name, [QUIET, ["-l", level], *argv, [target]], **parts)
    return World(situations, case, came[0], came[1], in_lab)


def tlsa(kind: str, of: Mapping[str, Any] | None = None, *, data: bytes | None = None) -> str:
    """A TLSA record such as `3 1 1` of a certificate, the usual one if none is given."""
    usage, selector, matching = map(int, kind.split())
    wanted = dict(of or {})
    whole = credentials.build(wanted)
    if selector == 1:
        whole = credentials.key(credentials.key_name(wanted)).spki
    if matching in (1, 2):
        whole = hashlib.new({1: "sha256", 2: "sha512"}[matching], whole).digest()
    octets = bytes((usage, selector, matching)) + (whole if data is None else data)
    return f"TLSA \\# {len(octets)} {octets.hex()}"


def with_tlsa(*records: str, **more: Any) -> list[Json]:
    """The usual answers, and TLSA records of the host."""
    return [*usual_answers(), answer(f"{OWNER} TLSA", *records, **more)]


def leaf(**parts: Any) -> dict[str, Any]:
    """A certificate that differs in something from the usual one."""
    return dict(parts)


def named(name: str, **parts: Any) -> dict[str, Any]:
    """A certificate for another name."""
    wanted = {"key": "p256/leaf", "issuer": "inter", "subject": [[CN, UTF8, name]], **parts}
    extensions = [one for one in usual_extensions(wanted) if one[0] != "2.5.29.17"]
    return {**wanted, "ext": [*extensions, ["2.5.29.17", False, alternative_names(name)]]}


def serving(**spoken: Any) -> dict[str, Json]:
    """The usual server, saying something else."""
    return {ADDRESS: {"chain": [{}, ISSUER], **spoken}}


def says(text: str, then: str = "listen") -> Json:
    """A reply."""
    return {"say": f"{text}\r\n", "then": then}


def showing(*chain: Mapping[str, Any], **spoken: Any) -> dict[str, Json]:
    """The usual server with other certificates."""
    return {ADDRESS: {"chain": [dict(one) for one in chain], **spoken}}


STRANGER = {"key": "p256/stranger"}
EXPIRED = {"after": [23, "210101000000Z"]}
SOON = {"after": [23, f"{datetime.now(UTC) + timedelta(days=5):%y%m%d%H%M%SZ}"]}
LATER = {"before": [24, "20990101000000Z"]}
SELF_SIGNED = {"issuer": "self"}
KEY = "3 1 1"
SERVER_HELLO = (
    "\x16\x03\x03\x00\x31\x02\x00\x00\x2d\x03\x03" + "R" * 32 + "\x00\xc0\x2b\x00\x00\x05\xff\x01\x00\x01\x00"
)
OLD_HELLO = "\x16\x03\x00\x00\x2a\x02\x00\x00\x26\x03\x00" + "R" * 32 + "\x00\x00\x2f\x00"


def of_names() -> Iterator[World]:
    """The probe itself, name servers, domains and hosts."""
    mx, host = usual_answers()
    no_ad = [{**mx, "ad": False}, {**host, "ad": False}, answer("mx1.fuzz.test AAAA", ad=False)]
    nothing = (D.DEFERRED, None)
    yield make("refused", [S.PROBE_REFUSED], (D.UNKNOWN, None), argv=[["-F", "/no/such"]], level="secure")
    yield make(
        "no validation",
        [S.RESOLVER_DOES_NOT_VALIDATE, S.MX_UNSIGNED, S.HOST_UNSIGNED],
        (D.ENCRYPTED, Level.MAY),
        dns=[*no_ad, {"q": ". NS", "rr": [". NS ns.test."], "ad": False}],
    )
    yield make(
        "far resolver",
        [S.RESOLVER_FAR_AWAY, S.TLSA_ABSENT],
        (D.ENCRYPTED, Level.MAY),
        in_lab=False,
        resolv_conf=["nameserver 192.0.2.53"],
    )
    yield make(
        "no signatures",
        [S.ANSWER_WITHOUT_SIGNATURES, S.HOST_UNSIGNED],
        (D.ENCRYPTED, Level.MAY),
        in_lab=False,
        dns=[mx, {**host, "sigs": False}],
    )
    yield make("bogus domain", [S.DOMAIN_BOGUS], nothing, dns=[{**mx, "bogus": True}, host])
    yield make("failing domain", [S.DOMAIN_LOOKUP_FAILED], nothing, dns=[{**mx, "rcode": 2, "rr": []}, host])
    yield make("silent", [S.NAME_SERVER_SILENT], nothing, dns=[{**mx, "then": "drop"}, host])
    yield make("no domain", [S.NO_SUCH_DOMAIN], (D.RETURNED, None), target="gone.test")
    yield make("no domain, a host", [S.NO_SUCH_DOMAIN], (D.RETURNED, None), target="[gone.test]")
    yield make("null MX", [S.NO_MAIL_HERE], (D.RETURNED, None), dns=[answer("fuzz.test MX", "MX 0 .")])
    yield make("no SRV", [S.NO_SUCH_SERVICE], (D.RETURNED, None), argv=[["-R"]])
    yield make("no MX", [S.NO_MX, S.TLSA_ABSENT], (D.ENCRYPTED, Level.MAY), target="mx1.fuzz.test")
    yield make(
        "unsigned MX",
        [S.MX_UNSIGNED, S.MATCHED_DANE_EE],
        (D.VERIFIED, Level.HALF_DANE),
        dns=[{**mx, "ad": False}, host, answer(f"{OWNER} TLSA", tlsa(KEY))],
    )
    yield make(
        "unsigned MX, -M encrypt",
        [S.MX_UNSIGNED, S.NOT_VERIFIED],
        (D.ENCRYPTED, Level.ENCRYPT),
        argv=[["-M", "encrypt"]],
        dns=[{**mx, "ad": False}, host, answer(f"{OWNER} TLSA", tlsa(KEY))],
    )
    yield make(
        "unsigned MX, -M may",
        [S.MX_UNSIGNED, S.NOT_VERIFIED],
        (D.ENCRYPTED, Level.MAY),
        argv=[["-M", "may"]],
        dns=[{**mx, "ad": False}, host, answer(f"{OWNER} TLSA", tlsa(KEY))],
    )
    yield make(
        "unsigned MX, dane-only",
        [S.MX_UNSIGNED],
        nothing,
        level="dane-only",
        dns=[{**mx, "ad": False}, host, answer(f"{OWNER} TLSA", tlsa(KEY))],
    )
    yield make("no address", [S.NO_ADDRESS_AT_ALL], (D.RETURNED, None), dns=[mx])
    two = answer("fuzz.test MX", "MX 10 mx2.fuzz.test.", "MX 20 mx1.fuzz.test.")
    yield make(
        "one without address",
        [S.HOST_WITHOUT_ADDRESS, S.TLSA_ABSENT],
        (D.ENCRYPTED, Level.MAY),
        dns=[two, host],
    )
    yield make("bogus host", [S.HOST_BOGUS], nothing, dns=[mx, {**host, "bogus": True}])
    yield make("failing host", [S.HOST_LOOKUP_FAILED], nothing, dns=[mx, {**host, "rcode": 2, "rr": []}])
    yield make(
        "address as MX",
        [S.MX_IS_ADDRESS],
        (D.ENCRYPTED, Level.MAY),
        dns=[answer("fuzz.test MX", "MX 10 127.0.98.1.")],
    )
    circle = [
        {"q": f"{one}.fuzz.test {kind}", "rr": [f"{one}.fuzz.test CNAME {other}.fuzz.test."]}
        for one, other in (("mx1", "b"), ("b", "mx1"))
        for kind in ("A", "AAAA")
    ]
    yield make("alias loop", [S.ALIAS_LOOP], (D.RETURNED, None), dns=[mx, *circle])
    yield make(
        "unsigned host",
        [S.HOST_UNSIGNED, S.ISSUER_UNKNOWN],
        (D.ENCRYPTED, Level.MAY),
        dns=[mx, {**host, "ad": False}],
    )
    yield make(
        "unsigned host, dane-only",
        [S.HOST_UNSIGNED],
        nothing,
        level="dane-only",
        dns=[mx, {**host, "ad": False}],
    )
    yield from _aliases(mx)


def _aliases(mx: Json) -> Iterator[World]:
    """mx1 is an alias of host.fuzz.test, or of an unsigned name."""
    chain = ["mx1.fuzz.test CNAME host.fuzz.test.", f"host.fuzz.test A {ADDRESS}"]
    signed = [mx, answer("mx1.fuzz.test A", *chain), answer("mx1.fuzz.test AAAA", chain[0])]
    signed[1]["rr"] = chain
    target = "_25._tcp.host.fuzz.test TLSA"
    good = (D.VERIFIED, Level.DANE)
    yield make(
        "alias, records at target",
        [S.TLSA_AT_ALIAS_TARGET, S.HOST_IS_ALIAS, S.MATCHED_DANE_EE],
        good,
        dns=[*signed, answer(target, tlsa(KEY))],
    )
    yield make(
        "alias, records at alias",
        [S.TLSA_AT_ALIAS, S.HOST_IS_ALIAS, S.MATCHED_DANE_EE],
        good,
        dns=[*signed, answer(f"{OWNER} TLSA", tlsa(KEY))],
    )
    unsigned = [mx, {**signed[1], "ad": False}, {**signed[2], "ad": False}]
    cname = answer("mx1.fuzz.test CNAME", "CNAME host.fuzz.test.")
    yield make(
        "alias leads out",
        [S.ALIAS_LEAVES_SIGNED_ZONE, S.TLSA_ABSENT],
        (D.ENCRYPTED, Level.MAY),
        dns=[*unsigned, cname],
    )
    yield make(
        "alias unknown",
        [S.ALIAS_STATUS_FAILED],
        (D.DEFERRED, None),
        dns=[*unsigned, {**cname, "rcode": 2, "rr": []}],
    )


def of_records() -> Iterator[World]:
    """TLSA records as they stand in DNS."""
    ok, encrypt = (D.VERIFIED, Level.DANE), (D.ENCRYPTED, Level.ENCRYPT)
    usual = usual_answers()
    record = answer(f"{OWNER} TLSA", tlsa(KEY))
    yield make("bogus TLSA", [S.TLSA_BOGUS], (D.DEFERRED, None), dns=[*usual, {**record, "bogus": True}])
    yield make(
        "failing TLSA",
        [S.TLSA_LOOKUP_FAILED],
        (D.DEFERRED, None),
        dns=[*usual, {**record, "rcode": 2, "rr": []}],
    )
    yield make(
        "silent TLSA", [S.TLSA_LOOKUP_FAILED], (D.DEFERRED, None), dns=[*usual, {**record, "then": "drop"}]
    )
    yield make("no TLSA", [S.TLSA_ABSENT], (D.ENCRYPTED, Level.MAY))
    yield make("no TLSA, dane-only", [S.TLSA_ABSENT], (D.DEFERRED, None), level="dane-only")
    yield make(
        "unsigned TLSA", [S.TLSA_UNSIGNED], (D.ENCRYPTED, Level.MAY), dns=[*usual, {**record, "ad": False}]
    )
    yield make("usage 1 alone", [S.TLSA_ALL_UNUSABLE, S.RECORD_PKIX], encrypt, dns=with_tlsa(tlsa("1 1 1")))
    yield make(
        "usage 1 alone, dane-only",
        [S.TLSA_ALL_UNUSABLE, S.RECORD_PKIX],
        (D.DEFERRED, None),
        level="dane-only",
        dns=with_tlsa(tlsa("1 1 1")),
    )
    yield make(
        "usage 0 beside", [S.RECORD_PKIX, S.MATCHED_DANE_EE], ok, dns=with_tlsa(tlsa("0 1 1"), tlsa(KEY))
    )
    yield make("usage 4", [S.RECORD_USAGE_UNKNOWN], ok, dns=with_tlsa(tlsa("4 1 1"), tlsa(KEY)))
    yield make("selector 2", [S.RECORD_SELECTOR_UNKNOWN], ok, dns=with_tlsa(tlsa("3 2 1"), tlsa(KEY)))
    yield make(
        "selector 2 alone",
        [S.TLSA_ALL_UNUSABLE, S.RECORD_SELECTOR_UNKNOWN],
        encrypt,
        dns=with_tlsa(tlsa("3 2 1")),
    )
    yield make(
        "selector 2 alone, dane-only",
        [S.TLSA_ALL_UNUSABLE, S.RECORD_SELECTOR_UNKNOWN],
        (D.DEFERRED, Level.DANE_ONLY),
        level="dane-only",
        dns=with_tlsa(tlsa("3 2 1")),
    )
    yield make("matching 3", [S.RECORD_MATCHING_UNKNOWN], ok, dns=with_tlsa(tlsa("3 1 3"), tlsa(KEY)))
    yield make("matching 255", [S.RECORD_PRIVATE_USE], ok, dns=with_tlsa(tlsa("3 1 255"), tlsa(KEY)))
    yield make("too short", [S.RECORD_TOO_SHORT], ok, dns=with_tlsa(tlsa("3 1 1", data=b""), tlsa(KEY)))
    yield make(
        "wrong length", [S.RECORD_LENGTH_WRONG], ok, dns=with_tlsa(tlsa("3 1 1", data=bytes(31)), tlsa(KEY))
    )
    yield make(
        "no certificate",
        [S.RECORD_UNDECODABLE],
        ok,
        dns=with_tlsa(tlsa("3 0 0", data=b"certificate"), tlsa(KEY)),
    )
    yield make("twice", [S.RECORD_DOUBLED], ok, in_lab=False, dns=with_tlsa(tlsa(KEY), tlsa(KEY)))
    empty = hashlib.sha256().digest()
    yield make(
        "digest of nothing",
        [S.RECORD_EMPTY_DIGEST, S.NO_RECORD_MATCHES],
        (D.DEFERRED, Level.DANE),
        dns=with_tlsa(tlsa(KEY, data=empty)),
    )
    yield make("only SHA-512", [S.RECORDS_ONLY_SHA512, S.MATCHED_DANE_EE], ok, dns=with_tlsa(tlsa("3 1 2")))
    yield make("full key", [S.RECORD_FULL_VALUE, S.MATCHED_DANE_EE], ok, dns=with_tlsa(tlsa("3 1 0")))
    yield make(
        "bare key",
        [S.RECORD_OF_BARE_KEY, S.MATCHED_DANE_TA],
        ok,
        dns=with_tlsa(tlsa("2 1 0", {"authority": "root"})),
    )
    yield make("long TTL", [S.RECORDS_LIVE_LONG, S.MATCHED_DANE_EE], ok, dns=with_tlsa(tlsa(KEY), ttl=604800))
    yield make("certificate", [S.RECORD_OF_CERTIFICATE, S.MATCHED_DANE_EE], ok, dns=with_tlsa(tlsa("3 0 1")))


def of_connections() -> Iterator[World]:
    """Connections and dialogues."""
    down, usual = (D.DEFERRED, Level.MAY), usual_answers()
    for name, code, situation in (
        ("refused connection", errno.ECONNREFUSED, S.CONNECTION_REFUSED),
        ("nobody there", errno.ETIMEDOUT, S.CONNECTION_TIMED_OUT),
        ("unreachable", errno.ENETUNREACH, S.ADDRESS_UNREACHABLE),
        ("connection broken", errno.ECONNRESET, S.CONNECTION_FAILED),
    ):
        lab = code == errno.ECONNREFUSED
        yield make(name, [situation], down, in_lab=lab, servers={} if lab else {ADDRESS: code})
    mx = answer("fuzz.test MX", "MX 10 mx1.fuzz.test.", "MX 20 mx2.fuzz.test.")
    both = [mx, usual[1], answer("mx2.fuzz.test A", f"A {SECOND}")]
    yield make(
        "second answers",
        [S.FIRST_ADDRESS_FAILED],
        (D.ENCRYPTED, Level.MAY),
        dns=both,
        servers={SECOND: {"chain": [{}, ISSUER]}},
    )
    for name, connect, situation in (
        ("no greeting", {"say": "", "then": "silent"}, S.GREETING_NEVER_CAME),
        ("cut greeting", {"say": "", "then": "close"}, S.GREETING_CUT_OFF),
        ("421", says("421 4.3.2 too many connections", "close"), S.GREETING_SERVICE_CLOSED),
        ("450", says("450 4.7.1 greylisted"), S.GREETING_TEMPORARY),
        ("554", says("554 5.7.1 not you"), S.GREETING_REFUSAL),
    ):
        yield make(name, [situation], down, argv=HURRY, servers=serving(connect=connect))
    yield make(
        "465",
        [S.PORT_EXPECTS_TLS],
        down,
        argv=HURRY,
        target="[mx1.fuzz.test]:465",
        in_lab=False,
        servers=serving(connect={"say": "", "then": "silent"}),
    )
    yield make(
        "asterisks",
        [S.GREETING_MASKED, S.STARTTLS_MASKED],
        (D.CLEAR, Level.MAY),
        servers=serving(
            connect=says("220 ****************************2******0*00"), EHLO=says("250-mx1\r\n250 XXXXXXXA")
        ),
    )
    yield make("EHLO 451", [S.HELLO_TEMPORARY], down, servers=serving(EHLO=says("451 later")))
    yield make("EHLO 550", [S.HELLO_REFUSED], (D.CLEAR, Level.MAY), servers=serving(EHLO=says("550 who?")))
    yield make(
        "EHLO 550, encrypt",
        [S.HELLO_REFUSED],
        (D.DEFERRED, Level.ENCRYPT),
        level="encrypt",
        servers=serving(EHLO=says("550 who?")),
    )
    yield make("EHLO cut", [S.HELLO_CUT_OFF], down, servers=serving(EHLO={"say": "", "then": "close"}))
    plain = serving(EHLO=says("250-mx1.fuzz.test\r\n250 PIPELINING"))
    for level, came in (("dane", (D.CLEAR, Level.MAY)), ("encrypt", (D.DEFERRED, Level.ENCRYPT))):
        yield make(f"no STARTTLS, {level}", [S.STARTTLS_MISSING], came, level=level, servers=plain)
    yield make(
        "no STARTTLS, TLSA",
        [S.STARTTLS_MISSING],
        (D.DEFERRED, Level.DANE),
        servers=plain,
        dns=with_tlsa(tlsa(KEY)),
    )
    yield make(
        "masked, TLSA",
        [S.STARTTLS_MASKED],
        (D.DEFERRED, Level.DANE),
        dns=with_tlsa(tlsa(KEY)),
        servers=serving(EHLO=says("250-mx1.fuzz.test\r\n250-XXXXXXXA\r\n250 HELP")),
    )
    yield make(
        "454", [S.STARTTLS_TEMPORARY], (D.CLEAR, Level.MAY), servers=serving(STARTTLS=says("454 no key"))
    )
    yield make(
        "502",
        [S.STARTTLS_REFUSED],
        (D.DEFERRED, Level.ENCRYPT),
        level="encrypt",
        servers=serving(STARTTLS=says("502 not I")),
    )
    yield make(
        "STARTTLS cut", [S.STARTTLS_CUT_OFF], down, servers=serving(STARTTLS={"say": "", "then": "close"})
    )
    yield make(
        "injected",
        [S.PLAINTEXT_INJECTED, S.MATCHED_DANE_EE],
        (D.VERIFIED, Level.DANE),
        in_lab=False,
        dns=with_tlsa(tlsa(KEY)),
        servers=serving(STARTTLS=says("220 go\r\n250 injected", "tls")),
    )
    yield make("none", [S.TLS_SWITCHED_OFF], (D.CLEAR, Level.NONE), level="none")


def of_handshakes() -> Iterator[World]:
    """Handshakes that fail, and those that should not be as they are."""
    clear, failed = (D.CLEAR, Level.MAY), (D.DEFERRED, Level.ENCRYPT)
    large = [["-o", "tls_eecdh_auto_curves=X25519MLKEM768 X25519"], *HURRY]
    deaf = serving(hello={"say": "", "then": "silent"})
    yield make("large hello", [S.HELLO_TOO_LARGE], failed, level="encrypt", argv=large, servers=deaf)
    yield make("deaf", [S.TLS_UNANSWERED], clear, argv=HURRY, servers=deaf)
    yield make(
        "deaf, TLSA",
        [S.TLS_UNANSWERED],
        (D.DEFERRED, Level.DANE),
        argv=HURRY,
        servers=deaf,
        dns=with_tlsa(tlsa(KEY)),
    )
    for name, hello, situation in (
        ("cut at hello", {"say": "", "then": "close"}, S.TLS_CUT_OFF),
        ("stuck", {"say": SERVER_HELLO, "then": "silent"}, S.TLS_STUCK),
        ("broken", {"say": SERVER_HELLO, "then": "close"}, S.TLS_BROKEN),
        ("HTTP", {"say": "HTTP/1.0 400 Bad\r\n\r\n", "then": "close"}, S.NOT_TLS),
        ("alert 40", {"say": "\x15\x03\x03\x00\x02\x02\x28", "then": "close"}, S.PARAMETERS_REFUSED),
        ("alert 70", {"say": "\x15\x03\x03\x00\x02\x02\x46", "then": "close"}, S.VERSION_REFUSED),
        ("alert 112", {"say": "\x15\x03\x03\x00\x02\x02\x70", "then": "close"}, S.SERVER_NAME_REFUSED),
        ("alert 80", {"say": "\x15\x03\x03\x00\x02\x02\x50", "then": "close"}, S.ALERT_RECEIVED),
        ("SSLv3", {"say": OLD_HELLO, "then": "silent"}, S.VERSION_TOO_OLD),
        (
            "not a message",
            {"say": "\x16\x03\x03\x00\x04\x63\x00\x00\x00", "then": "close"},
            S.HANDSHAKE_FAILED,
        ),
    ):
        yield make(name, [situation], failed, level="encrypt", argv=HURRY, servers=serving(hello=hello))
    yield make("wrapper", [S.NOT_TLS], failed, level="encrypt", argv=[["-w"]], target="[mx1.fuzz.test]:25")
    for name, bits in (("weak DH", 767), ("tiny DH", 255)):
        weak = {"dhParams": [2, 2**bits + 95], "keyExchangeNames": ["dhe_rsa"]}
        yield make(
            name,
            [S.KEY_EXCHANGE_WEAK],
            failed,
            level="encrypt",
            argv=[["-p", "TLSv1.2"], ["-o", "tls_medium_cipherlist=DHE-RSA-AES256-GCM-SHA384"]],
            servers=showing({"key": "rsa/"}, ISSUER, newest=3, settings=weak),
        )
    yield make(
        "unreadable",
        [S.CERTIFICATE_UNREADABLE],
        (D.DEFERRED, Level.DANE),
        dns=with_tlsa(tlsa(KEY)),
        servers=showing({"raw": "3003020101"}),
    )
    yield make(
        "TLS 1.1",
        [S.VERSION_DEPRECATED],
        (D.ENCRYPTED, Level.ENCRYPT),
        level="encrypt",
        argv=[["-p", "<=TLSv1.1"]],
        servers=showing({"key": "rsa/"}, ISSUER, newest=2),
    )


def of_proof() -> Iterator[World]:
    """TLSA records and what the server shows."""
    good, bad = (D.VERIFIED, Level.DANE), (D.DEFERRED, Level.DANE)
    key = with_tlsa(tlsa(KEY))
    issuer = with_tlsa(tlsa("2 1 1", ISSUER))
    yield make("3 1 1", [S.MATCHED_DANE_EE], good, dns=key)
    yield make(
        "3 1 1, dane-only", [S.MATCHED_DANE_EE], (D.VERIFIED, Level.DANE_ONLY), dns=key, level="dane-only"
    )
    yield make("2 1 1", [S.MATCHED_DANE_TA], good, dns=issuer)
    yield make(
        "raw key", [S.MATCHED_RAW_KEY], good, dns=key, in_lab=False, servers=serving(**{"raw key": True})
    )
    both = with_tlsa(tlsa(KEY), tlsa("3 0 1"))
    yield make("raw key and 3 0 1", [S.RECORD_OF_CERTIFICATE], good, dns=both)
    other = with_tlsa(tlsa(KEY, STRANGER))
    yield make("another key", [S.NO_RECORD_MATCHES, S.RECORD_OTHER_KEY], bad, dns=other)
    yield make(
        "another key, halfdane",
        [S.NO_RECORD_MATCHES, S.MX_UNSIGNED],
        (D.DEFERRED, Level.HALF_DANE),
        dns=[{**other[0], "ad": False}, *other[1:]],
    )
    yield make(
        "rollover",
        [S.RECORD_OTHER_KEY, S.MATCHED_DANE_EE],
        good,
        dns=with_tlsa(tlsa(KEY), tlsa(KEY, STRANGER)),
    )
    yield make(
        "root not sent",
        [S.RECORD_ISSUER_NOT_SENT, S.NO_RECORD_MATCHES],
        bad,
        dns=with_tlsa(tlsa("2 1 1", {"authority": "root"})),
    )
    digest = hashlib.sha256(credentials.build({})).digest()
    yield make(
        "wrong selector",
        [S.RECORD_WRONG_SELECTOR, S.NO_RECORD_MATCHES],
        bad,
        dns=with_tlsa(tlsa(KEY, data=digest)),
    )
    yield make(
        "issuer as server", [S.RECORD_OF_ISSUER, S.NO_RECORD_MATCHES], bad, dns=with_tlsa(tlsa(KEY, ISSUER))
    )
    yield make(
        "server as issuer", [S.RECORD_OF_SERVER, S.NO_RECORD_MATCHES], bad, dns=with_tlsa(tlsa("2 1 1"))
    )
    yield make(
        "outdone",
        [S.RECORD_OUTDONE, S.MATCHED_DANE_EE],
        good,
        dns=with_tlsa(tlsa("3 1 2"), tlsa(KEY, STRANGER)),
    )
    yield make(
        "outdone, and so failed",
        [S.RECORD_OUTDONE, S.NO_RECORD_MATCHES],
        bad,
        dns=with_tlsa(tlsa("3 1 2", STRANGER), tlsa(KEY)),
    )
    yield make(
        "expired, 3 1 1",
        [S.EXPIRED_UNDER_DANE_EE, S.MATCHED_DANE_EE],
        good,
        dns=with_tlsa(tlsa(KEY)),
        servers=showing(EXPIRED, ISSUER),
    )
    yield make(
        "another name, 3 1 1",
        [S.NAME_UNDER_DANE_EE, S.MATCHED_DANE_EE],
        good,
        dns=with_tlsa(tlsa(KEY)),
        servers=showing(named("other.test"), ISSUER),
    )
    yield make(
        "another name, 2 1 1",
        [S.NAME_DIFFERS_UNDER_DANE_TA],
        bad,
        dns=issuer,
        servers=showing(named("other.test"), ISSUER),
    )
    yield make("expired, 2 1 1", [S.CERTIFICATE_EXPIRED], bad, dns=issuer, servers=showing(EXPIRED, ISSUER))
    yield make(
        "another name, no DANE",
        [S.NAME_DIFFERS, S.TLSA_ABSENT],
        (D.ENCRYPTED, Level.MAY),
        servers=showing(named("other.test"), ISSUER),
    )


def of_certificates() -> Iterator[World]:
    """Levels verify, secure and fingerprint; and those that verify nothing."""
    bad = (D.DEFERRED, Level.VERIFY)

    def verify(name: str, situation: Situation, *chain: Mapping[str, Any], good: bool = False) -> World:
        came = (D.VERIFIED if good else D.DEFERRED, Level.VERIFY)
        return make(
            name, [situation], came, level="verify", argv=[TRUSTING], files=ROOT, servers=showing(*chain)
        )

    yield verify("authority", S.VERIFIED_BY_AUTHORITY, {}, ISSUER, good=True)
    yield verify("ends soon", S.CERTIFICATE_EXPIRES_SOON, SOON, ISSUER, good=True)
    yield verify("other name", S.NAME_DIFFERS, named("other.test"), ISSUER)
    yield verify("expired", S.CERTIFICATE_EXPIRED, EXPIRED, ISSUER)
    yield verify("not yet", S.CERTIFICATE_NOT_YET_VALID, LATER, ISSUER)
    yield verify("self-signed", S.SELF_SIGNED, SELF_SIGNED)
    yield verify("own root", S.ROOT_UNKNOWN, {"issuer": "other"}, {"authority": "other"})
    yield verify("issuer missing", S.ISSUER_MISSING, {})
    yield make("issuer unknown", [S.ISSUER_UNKNOWN], bad, level="verify")
    yield verify("no authority", S.ISSUER_NO_AUTHORITY, {"issuer": "noca"}, {"authority": "noca"})
    yield verify("constrained", S.NAME_CONSTRAINED, {"issuer": "constrained"}, {"authority": "constrained"})
    client = [one for one in usual_extensions({"key": "p256/leaf"}) if one[0] != "2.5.29.37"]
    purpose = {"ext": [*client, ["2.5.29.37", False, credentials.purposes("1.3.6.1.5.5.7.3.2")]]}
    yield verify("for clients", S.PURPOSE_WRONG, purpose, ISSUER)
    yield verify("spoilt", S.SIGNATURE_WRONG, {"patch": [[-1, "00"]]}, ISSUER)
    yield verify("weak", S.KEY_WEAK, {"issuer": "old hash"}, {"authority": "old hash"})
    critical = {"ext": [*usual_extensions({"key": "p256/leaf"}), ["1.2.3.4", True, "0500"]]}
    yield verify("critical", S.CHAIN_FAULTY, critical, ISSUER)
    yield make(
        "anonymous",
        [S.SERVER_ANONYMOUS],
        (D.ENCRYPTED, Level.ENCRYPT),
        level="encrypt",
        in_lab=False,
        argv=[["-p", "TLSv1.2"]],
        servers={ADDRESS: {"anonymous": True, "newest": 3}},
    )
    yield make(
        "raw key at encrypt",
        [S.RAW_KEY_UNTRUSTED, S.NOT_VERIFIED],
        (D.ENCRYPTED, Level.ENCRYPT),
        level="encrypt",
        in_lab=False,
        argv=[["-x"]],
        servers=serving(**{"raw key": True}),
    )
    yield from _fingerprints()
    yield make("may", [S.NOT_VERIFIED], (D.ENCRYPTED, Level.MAY), level="may")
    yield make("encrypt", [S.NOT_VERIFIED], (D.ENCRYPTED, Level.ENCRYPT), level="encrypt")


def _fingerprints() -> Iterator[World]:
    print_of = hashlib.sha256(credentials.build({})).hexdigest()
    for name, value, situation, came in (
        ("fingerprint", print_of, S.FINGERPRINT_MATCHES, D.VERIFIED),
        ("other fingerprint", "ab" * 32, S.FINGERPRINT_DIFFERS, D.DEFERRED),
    ):
        case = Case(
            name,
            [QUIET, ["-l", "fingerprint"], ["fuzz.test"], [value]],
            dns=usual_answers(),
            servers={ADDRESS: {"chain": [{}, ISSUER]}},
        )
        yield World([situation], case, came, Level.FINGERPRINT)


WORLDS = (
    *of_names(),
    *of_records(),
    *of_connections(),
    *of_handshakes(),
    *of_proof(),
    *of_certificates(),
)
