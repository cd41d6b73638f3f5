"""Every event the log knows, with its lines; `show` is the least that shows them."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from pyfinger import events as e
from pyfinger.model import (
    Answer,
    Authority,
    ConnectionInfo,
    Credential,
    DnsStatus,
    Endpoints,
    Family,
    Level,
    LookupFailure,
    MxData,
    NameProblem,
    Peer,
    ResourceRecord,
    ServerTrouble,
    TlsaRecord,
    TlsaStatus,
    Trouble,
    Trust,
    VerifyError,
)
from pyfinger.options import Log, Show

PEER = Peer("MX.test", "2001:DB8::1", 25)
SOCKET = Peer("Probe.test", "/run/Lmtp", None)
ASIS = "MX.test[2001:DB8::1]:25"
LOWER = "mx.test[2001:db8::1]:25"
RECORD = TlsaRecord(3, 1, 1, b"\xab\x12")
ANCHOR = TlsaRecord(2, 1, 1, b"\xab\x12")
LONG = TlsaRecord(3, 1, 0, bytes(range(65)))
LONG_DIGITS = f"{bytes(range(32)).hex().upper()}...{bytes(range(33, 65)).hex().upper()}"
NXDOMAIN = LookupFailure(DnsStatus.NOT_FOUND, "x.test", "MX")
NX_TEXT = "Host or domain name not found. Name service error for name=x.test type=MX: Host not found"
SECURED = ConnectionInfo(
    0x0303, "TLSv1.2", 0xC02F, "ECDHE-RSA-AES128-GCM-SHA256", 128, 128, Credential((b"x",))
)
NAME_PROBLEMS: dict[NameProblem, str] = {
    "too long": "peer issuer CN too long: 300",
    "NULL": "NULL character in peer issuer CN",
    "non-printable": "non-printable content in peer issuer CN",
    "decoding": "error decoding peer issuer CN of ASN.1 type=300",
}

NOTHING = Show(log=Log.NONE, chat=False)
CHAT = Show(log=Log.NONE)
DASH_V = Show(log=Log.NONE, chat=False, verbose=1)
DASH_VV = Show(log=Log.NONE, chat=False, verbose=2)


@dataclass(frozen=True)
class Case:
    """An event, its lines after the prefix, and what has to be on to see them."""

    event: e.Event
    lines: tuple[str, ...]
    show: Show = NOTHING


def case(event: e.Event, *lines: str, show: Show = NOTHING) -> Case:
    return Case(event, lines, show)


def logged(event: e.Event, *lines: str, flag: Log) -> Case:
    return Case(event, lines, Show(log=flag, chat=False))


def decided(requested: Level, level: Level, tlsa: TlsaStatus | None) -> e.LevelDecided:
    return e.LevelDecided(requested, level, tlsa, exchange_secure=False)


def matched(level: Level, authority: Authority, *, raw_key: bool = False) -> e.AuthorityMatched:
    return e.AuthorityMatched(PEER, level, authority, raw_key)


START = [
    case(e.ProbeRefused("bad '-t' option value: 0"), "fatal: bad '-t' option value: 0"),
    case(e.ProbeInterrupted("terminated"), "warning: unfinished: terminated"),
    case(e.ProbeInterrupted("interrupted")),
    case(
        e.OptionMatched("--json"),
        'warning: "--json" behind the destination is a name to match, not an option',
    ),
    case(e.LogWordUnknown("x", "x,y"), 'warning: unknown -L option value "x" in "x,y"'),
    case(e.ConfigRemark("odd\nthing"), "warning: odd?thing"),
    case(
        e.DigestUnknown("sha257"),
        'warning: Digest algorithm "sha257" not found',
        "warning: disabling TLS support",
    ),
    case(
        e.DigestDefaulted(),
        "using backwards-compatible default setting smtp_tls_fingerprint_digest=md5"
        " to compute certificate fingerprints",
    ),
    case(e.MatchIgnored(Level.MAY), "warning: TLS level 'may' does not implement certificate matching"),
    logged(e.TlsInitialized(), "initializing the client-side TLS engine", flag=Log.VERBOSE),
    case(e.TlsInitialized(), "tls_library_init: using backwards-compatible defaults", show=DASH_V),
    case(
        e.AnchorFileUnreadable("a.pem", errno.ENOENT),
        "warning: error opening trust anchor file: a.pem: No such file or directory",
    ),
    logged(
        e.AnchorAccepted("a.pem", TlsaRecord(2, 0, 0, b"\xaa")),
        "TA cert as TLSA record: a.pem: 2 0 0 AA",
        flag=Log.DANE,
    ),
    logged(
        e.AnchorAccepted("a.pem", TlsaRecord(2, 1, 0, b"\xaa")),
        "TA pkey as TLSA record: a.pem: 2 1 0 AA",
        flag=Log.VERBOSE,
    ),
    case(
        e.AuthoritiesRefused("a.pem", ""),
        'cannot load Certification Authority data, CAfile="a.pem": disabling TLS support',
    ),
    case(
        e.AuthoritiesRefused("a.pem", "b:c"),
        'cannot load Certification Authority data, CAfile="a.pem", CApath="b:c": disabling TLS support',
    ),
    case(e.FingerprintMalformed("zz"), "warning: malformed fingerprint value: zz"),
    case(e.FingerprintMalformed("z" * 192), f"warning: malformed fingerprint value: {'z' * 192}"),
    case(e.FingerprintMalformed("z" * 193), f"warning: malformed fingerprint value: {'z' * 100}..."),
    logged(
        e.FingerprintAccepted(TlsaRecord(3, 0, 255, b"\xaa")),
        "fingerprint: digest as private-use TLSA record: 3 0 255 AA",
        flag=Log.DANE,
    ),
    case(e.WordsRead(("dns", "native")), "name_mask: dns", "name_mask: native", show=DASH_V),
    case(
        e.AddressesFound(((Family.IPV4, ("127.0.0.1",)), (Family.IPV6, ("::1",)))),
        "inet_addr_local: configured 1 IPv4 addresses",
        "inet_addr_local: configured 1 IPv6 addresses",
        "been_here: 127.0.0.1/32: 0",
        "been_here: [::1]/128: 0",
        "mynetworks_core: 127.0.0.1/32 [::1]/128 ",
        show=DASH_V,
    ),
    case(
        e.GroupsConfigured(("X25519", "x25519")),
        "been_here: X25519: 0",
        "been_here: x25519: 1",
        show=DASH_V,
    ),
    case(
        e.PrivilegesDropped("postfix", 102, 105),
        "no longer root: user postfix (uid 102, gid 105)",
        show=DASH_V,
    ),
    case(
        e.PrivilegesDropped("postfix", 102, 105),
        "chroot (none) user postfix",
        "no longer root: user postfix (uid 102, gid 105)",
        show=DASH_VV,
    ),
    case(
        e.AccountRefused("nobody", "create", "prog-1-a"),
        "warning: started by root, the probe goes on as user nobody, who may not write to this folder: "
        "start it where that user may, in /tmp for example, or name another one: -o mail_owner=USER",
        show=DASH_V,
    ),
    case(e.AccountRefused("nobody", "create", "prog-1-a")),
    case(
        e.AccountRefused("postfix", "connect", "/run/lmtp"),
        "warning: started by root, the probe goes on as user postfix, who may not use that socket: "
        "permit it to that user, or name another one: -o mail_owner=USER",
        show=DASH_V,
    ),
]

CREDENTIALS = [
    case(
        e.ChainFileUnreadable("/x", errno.ENOENT),
        "warning: error opening chain file: /x: No such file or directory",
    ),
    *(
        case(e.ChainFileFaulty(fault, "/x", 2), f"warning: {text}")
        for fault, text in {
            e.ChainFault.NO_PEM: "No PEM data in /x",
            e.ChainFault.NO_KEY: "No private key found in /x",
            e.ChainFault.NO_CERTIFICATE: "No certs for key at index 2 in /x",
            e.ChainFault.CERTIFICATE_FIRST: "error loading chain from /x: key not first",
            e.ChainFault.KEY_AFTER_KEY: (
                "error loading certificate chain: key at index 2 in /x not followed by a certificate"
            ),
            e.ChainFault.KEY_MALFORMED: "error loading private key (PEM object number 2) from /x",
            e.ChainFault.KEY_TOO_LONG: "error loading private key (PEM object number 2) from /x: excess data",
            e.ChainFault.CERTIFICATE_MALFORMED: "error loading certificate (PEM object number 2) from /x",
            e.ChainFault.CERTIFICATE_TOO_LONG: (
                "error loading certificate (PEM object number 2) from /x: excess data"
            ),
            e.ChainFault.MISMATCH: (
                "error loading certificate chain: key at index 2 in /x does not match the certificate"
            ),
            e.ChainFault.LAST_MISMATCH: "key at index 2 in /x does not match next certificate",
        }.items()
    ),
    case(e.PemTypeIgnored("/x", "X509 CRL"), "warning: loading /x: ignoring PEM type: X509 CRL"),
    case(e.SecondKeyIgnored("/x", 4, 1), "warning: ignoring 2nd key at index 4 in /x after 1st at 1"),
    case(
        e.ChainFilesRefused("/x, /y"),
        "warning: error loading private keys and certificates from: /x, /y: disabling TLS support",
    ),
    case(
        e.CertificateFileRefused("/x"),
        'warning: cannot get RSA certificate from file "/x": disabling TLS support',
    ),
    case(e.KeyFileRefused("/x"), 'warning: cannot get RSA private key from file "/x": disabling TLS support'),
    case(
        e.KeyFileMismatched("/k", "/c"),
        "warning: RSA private key in /k does not match public key in /c: disabling TLS support",
    ),
]

NAMES = [
    case(e.DestinationParsed("x.test", "smtp"), "parse_destination: x.test smtp", show=DASH_V),
    case(e.IdnConverted("bücher.test", "xn--bcher-kva.test"), "b??cher.test asciified to xn--bcher-kva.test"),
    case(e.IdnConverted("x", "y", for_match=True), "x asciified to y", show=DASH_V),
    case(
        e.IdnFailed("x" * 101, "BIDI"),
        "warning: midna_domain_to_ascii_create: Problem translating domain"
        f' "{"x" * 100}" to ASCII form: BIDI',
    ),
    case(
        e.DnssecVouched("127.0.0.53", local=True),
        "DNSSEC status as told by 127.0.0.53, which is trusted: on this machine",
        "127.0.0.53 is systemd-resolved:"
        " that it does not call an answer secure is no proof that it is unsigned",
        show=DASH_V,
    ),
    case(
        e.DnssecVouched("192.0.2.53", local=False),
        "DNSSEC status as told by 192.0.2.53, which is trusted: not on this machine, and so is the way there",
        show=DASH_V,
    ),
    case(
        e.LookedUp(Answer("x.test", "MX", secure=True, failure=NXDOMAIN)),
        "answer: x.test (MX): secure: Host not found",
        show=DASH_V,
    ),
    case(
        e.LookedUp(Answer("x.test", "MX", (ResourceRecord("x.test", 60, MxData(5, "mx.test")),))),
        "answer: x.test (MX): insecure: 1 record",
        show=DASH_V,
    ),
    case(
        e.LookedUp(
            Answer(
                "_25._tcp.x.test",
                "TLSA",
                (ResourceRecord("_25._tcp.y.test", 60, RECORD), ResourceRecord("_25._tcp.y.test", 9, LONG)),
                secure=True,
            )
        ),
        "answer: _25._tcp.x.test (TLSA): secure: 2 records",
        "answer: _25._tcp.y.test. 60 IN TLSA 3 1 1 AB12",
        f"answer: _25._tcp.y.test. 9 IN TLSA 3 1 0 {LONG_DIGITS}",
        show=DASH_VV,
    ),
    case(e.AddressesWanted("mx.test"), "addr_one: host mx.test", show=DASH_V),
    case(
        e.DnsQuery("mx.test", "A", dnssec=True),
        "lookup mx.test type A flags RES_USE_DNSSEC",
        show=DASH_V,
    ),
    case(e.DnsQuery("mx.test", "AAAA", dnssec=False), "lookup mx.test type AAAA flags ", show=DASH_V),
    case(e.DnsQuery("x.test", "MX", dnssec=True), show=DASH_V),
    case(e.DnsQuery("mx.test", "A", dnssec=True, aliases=1), show=DASH_V),
    case(
        e.DnsReply("x.test", "MX", None, True, "192.0.2.53", (("x.test", "MX"), ("x.test", "RRSIG"))),
        "dns_query: x.test (MX): OK",
        "dns_get_answer: type MX for x.test",
        "dns_get_answer: type RRSIG for x.test",
        show=DASH_V,
    ),
    case(
        e.DnsReply("x.test", "A", None, True, "", rcode=0, size=170, answer_count=2, authority_count=1),
        "dns_query: x.test (A): OK",
        "dns_query: reply len=170 ancount=2 nscount=1",
        show=DASH_VV,
    ),
    case(
        e.DnsReply("x.test", "A", NXDOMAIN, True, "", rcode=3, size=170, authority_count=1),
        "dns_query: x.test (A): Host not found",
        show=DASH_VV,
    ),
    case(
        e.DnsReply("x.test", "MX", NXDOMAIN, True, "192.0.2.53"),
        "dns_query: x.test (MX): Host not found",
        show=DASH_V,
    ),
    case(e.CnameFollowed("a.test", "b.test"), "dns_lookup: a.test aliased to b.test", show=DASH_V),
    case(
        e.NumericName("resource data", "MX", "x.test", "192.0.2.1"),
        "warning: numeric domain name in resource data of MX record for x.test: 192.0.2.1",
    ),
    case(
        e.NameMalformed("resource name", "A", "x.test", "-" * 101),
        f"warning: malformed domain name in resource name of A record for x.test: {'-' * 100}",
    ),
    case(e.NameInvalid("misplaced hyphen", "-x"), "warning: valid_hostname: misplaced hyphen: -x"),
    case(e.NameInvalid("empty hostname", ""), "warning: valid_hostname: empty hostname"),
    case(
        e.NameInvalid("bad length 300", "x" * 300),
        f"warning: valid_hostname: bad length 300 for {'x' * 100}...",
    ),
    case(e.NameInvalid("bad length 9", "x"), "warning: valid_hostname: bad length 9 for x"),
    case(e.AddressLengthBad(5), "warning: extract_answer: bad address length: 5"),
    case(
        e.RecordLimitExceeded(100, "x.test", "MX"),
        "warning: DNS record count limit (100) exceeded -- dropping excess record(s)"
        " after qname=x.test qtype=MX",
    ),
    case(e.NameServerLoop("x.test"), "warning: dns_lookup: Name server loop for x.test"),
    case(e.NoHostAddress("MX", "x.test"), "warning: no MX host for x.test has a valid address record"),
    case(
        e.DnssecUnavailable("ns:.", None),
        "warning: DNSSEC validation may be unavailable",
        "warning: reason: dnssec_probe 'ns:.' received a response that is not DNSSEC validated",
    ),
    case(
        e.DnssecUnavailable("ns:.", LookupFailure(DnsStatus.RETRY, ".", "NS")),
        "warning: DNSSEC validation may be unavailable",
        "warning: reason: dnssec_probe 'ns:.' received no response: Host or domain name not found."
        " Name service error for name=. type=NS: Host not found, try again",
    ),
    case(
        e.DnssecUnavailable("ns:.", None, "192.0.2.53"),
        "warning: DNSSEC validation may be unavailable",
        "warning: reason: dnssec_probe 'ns:.' received a response that is not DNSSEC validated",
        "name server 192.0.2.53 has validated nothing so far; --resolver asks another one",
        show=DASH_V,
    ),
    case(
        e.DnssecUnavailable("ns:.", None, "127.0.0.53"),
        "warning: DNSSEC validation may be unavailable",
        "warning: reason: dnssec_probe 'ns:.' received a response that is not DNSSEC validated",
        "127.0.0.53 is systemd-resolved, which validates only if its DNSSEC= says so;"
        " --resolver asks another one",
        show=DASH_V,
    ),
    case(e.ClassUnexpected(3), "warning: dns_get_fixed: bad class: 3"),
    case(
        e.DnsReply(
            "x.test",
            "MX",
            LookupFailure(DnsStatus.RETRY, "x.test", "MX"),
            False,
            "192.0.2.53",
            extended=(6, 99),
            explanations=("no \x1b[31m!",),
            rcode=2,
            troubles=(
                ServerTrouble("192.0.2.52", Trouble.SILENT),
                ServerTrouble("192.0.2.53", Trouble.TRUNCATED),
                ServerTrouble("192.0.2.53", Trouble.WRONG_QUESTION, 2),
            ),
        ),
        "dns_query: x.test (MX): Host not found, try again",
        "name server 192.0.2.52: no reply",
        "name server 192.0.2.53: dropped: another question (2 times)",
        "name server 192.0.2.53 says why: EDE 6 (DNSSEC Bogus); EDE 99 (unassigned 99): no ?[31m!",
        "name server 192.0.2.53: SERVFAIL",
        show=DASH_V,
    ),
    case(
        e.DnsReply(
            "x.test",
            "A",
            LookupFailure(DnsStatus.RETRY, "x.test", "A"),
            False,
            "192.0.2.53",
            rcode=5,
            troubles=(ServerTrouble("192.0.2.53", Trouble.FAILED, 2, 5),),
        ),
        "dns_query: x.test (A): Host not found, try again",
        "name server 192.0.2.53: REFUSED (2 times)",
        show=DASH_V,
    ),
    case(
        e.DnsReply("x.test", "A", None, False, "192.0.2.53", rcode=0, unsigned=(("x.test", "A"),)),
        "dns_query: x.test (A): OK",
        "name server 192.0.2.53: its AD bit is not believed: no RRSIG with x.test A",
        show=DASH_V,
    ),
    case(
        e.ValidationOff("x.test", "MX", "192.0.2.53", 0),
        "x.test (MX): with validation off it answers: its signatures do not hold",
        show=DASH_V,
    ),
    case(
        e.ValidationOff("x.test", "MX", "192.0.2.53", 2),
        "x.test (MX): with validation off it fails there, too: SERVFAIL",
        show=DASH_V,
    ),
    case(
        e.ValidationOff("x.test", "MX", "192.0.2.53", None),
        "x.test (MX): with validation off it fails there, too: no reply",
        show=DASH_V,
    ),
    case(e.RouteFailed(NXDOMAIN), f"Destination address lookup failed: {NX_TEXT}"),
    case(e.RouteFailed(None), "Destination address lookup failed: "),
]

DANE = [
    case(e.TlsaTruncated("_25._tcp.x", 3), "warning: _25._tcp.x: truncated TLSA RR length == 3"),
    case(
        e.TlsaUnsupported("_25._tcp.x", TlsaRecord(1, 0, 255, b"\xab")),
        "warning: _25._tcp.x unsupported TLSA certificate usage: 1 0 255 AB",
    ),
    case(
        e.TlsaUnsupported("_25._tcp.x", TlsaRecord(3, 0, 255, b"\xab")),
        "warning: _25._tcp.x reserved private-use matching type: 3 0 255 AB",
    ),
    logged(
        e.TlsaImported("_25._tcp.x", LONG),
        f"DNSSEC-signed TLSA record: _25._tcp.x: 3 1 0 {LONG_DIGITS}",
        flag=Log.DANE,
    ),
    case(e.TlsaProblem(NXDOMAIN), f"warning: DANE TLSA lookup problem: {NX_TEXT}"),
    case(
        e.AliasStatusProblem("x.test", NXDOMAIN),
        f"warning: DNSSEC status lookup error for x.test: {NX_TEXT}",
    ),
    case(
        e.AliasStatusProblem("x.test", None),
        "warning: DNSSEC status lookup error for x.test: no longer a CNAME",
    ),
    case(
        decided(Level.DANE_ONLY, Level.SECURE, TlsaStatus.NONE),
        'no TLSA records found, resorting to "secure"',
    ),
    case(decided(Level.DANE, Level.SECURE, TlsaStatus.NONE)),
    case(
        decided(Level.DANE, Level.SECURE, TlsaStatus.NONE),
        'no TLSA records found, resorting to "secure"',
        show=DASH_V,
    ),
    case(
        decided(Level.DANE_ONLY, Level.SECURE, TlsaStatus.UNUSABLE),
        'no usable TLSA records found, resorting to "secure"',
    ),
    case(decided(Level.DANE, Level.MAY, None), "MX RRset is insecure: try to encrypt"),
    case(
        decided(Level.DANE, Level.HALF_DANE, TlsaStatus.USABLE),
        "MX RRset insecure: log verified as trusted",
    ),
    case(
        decided(Level.DANE, Level.ENCRYPT, TlsaStatus.USABLE),
        "TLSA RRs found, MX RRset insecure: just encrypt",
    ),
    case(decided(Level.DANE, Level.DANE, TlsaStatus.USABLE)),
    case(decided(Level.MAY, Level.MAY, None)),
    case(decided(Level.SECURE, Level.SECURE, None)),
    case(e.DaneDigestRemark("odd"), "warning: odd"),
]

DIALOGUE = [
    case(e.Connecting(PEER), "connect_addr: trying: MX.test[2001:DB8::1] port 25...", show=DASH_V),
    case(e.Connecting(SOCKET), "connect_unix: trying: /run/Lmtp...", show=DASH_V),
    case(
        e.ConnectFailed("[mx.test]:smtp", PEER, errno.ECONNREFUSED),
        "Failed to establish session to [mx.test]:smtp via MX.test:25:"
        f" connect to {ASIS}: Connection refused",
    ),
    case(
        e.ConnectFailed("unix:/run/Lmtp", SOCKET, errno.ENOENT),
        "Failed to establish session to unix:/run/Lmtp:"
        " connect to Probe.test[/run/Lmtp]: No such file or directory",
    ),
    case(
        e.AddressSkipped("x.test", PEER),
        "Failed to establish session to x.test via MX.test:25: TLSA lookup error for MX.test:25",
    ),
    case(
        e.SocketPathTooLong("unix:/x", "/x"),
        "Failed to establish session to unix:/x: unix-domain name too long: /x",
    ),
    case(e.Connected(PEER, Endpoints("::2", 4000, "::1", 25)), f"Connected to {ASIS}", show=CHAT),
    case(
        e.StepBegan("EHLO", 30),
        "smtp_stream_setup: maxtime=30 enable_deadline=1 min_data_rate=0",
        show=DASH_V,
    ),
    case(e.CommandSent("EHLO", "EHLO x.test"), "> EHLO x.test", show=CHAT),
    case(e.ReplyLine("EHLO", "250-x\ttest  "), "< 250-x?test  ", show=CHAT),
    case(e.PlaintextDiscarded(b"250 x"), "discarded 5 bytes that came ahead of TLS", show=DASH_V),
    case(e.InputDisabled(), "warning: disabling input from unknown_stream"),
    case(e.ReplyRefused("greeting", 554, "a\nb\nc"), "SMTP service not available: 554 a?b?c"),
    case(e.ReplyRefused("EHLO", 0, "no"), "EHLO rejected: 0 no"),
    case(e.DialogueBroken("greeting", "timeout"), "timeout while reading server greeting"),
    case(e.DialogueBroken("LHLO", "lost connection"), "lost connection while sending LHLO"),
    case(e.DialogueBroken("STARTTLS", "timeout", fatal=True), "fatal: timeout while sending STARTTLS"),
    case(
        e.DialogueBroken("QUIT", "lost connection"),
        "warning: lost connection while sending QUIT command",
    ),
    case(
        e.DialogueBroken("EHLO", "lost connection"),
        "smtp_get: EOF",
        "lost connection while sending EHLO",
        show=DASH_V,
    ),
    case(e.Reconnecting(7), "Reconnecting after 7 seconds"),
    case(
        e.ReplyMutated("cut", True, 94, 12),
        "warning: mutated: DNS reply of 94 bytes, line 12 of the recording: cut",
    ),
    case(
        e.ReplyMutated("flipped", False, 7, 3),
        "warning: mutated: 7 bytes received, line 3 of the recording: flipped",
    ),
    case(e.ReconnectingDone("declined"), "Server declined session caching. Done reconnecting."),
    case(e.ReconnectingDone("found"), "Found a previously used server.  Done reconnecting."),
    case(e.ReconnectingDone("limit"), "Maximum reconnect count reached."),
]

JUDGEMENT = [
    case(e.MatchNameInvalid(PEER, "."), f'warning: {LOWER}: ignoring invalid match name: "."'),
    case(e.MatchNameRefused(PEER, "x"), f'warning: {LOWER}: error loading match name: "x"'),
    case(
        e.SignaturesUncheckable(PEER, "SLH-DSA", "slh-dsa", "pq"),
        f"warning: {LOWER}: cannot check SLH-DSA signatures: Python package slh-dsa is not installed"
        ' (extra "pq")',
    ),
    case(
        e.CredentialUnreadable(PEER, 1, "wrong tag"),
        f"{ASIS}: certificate 1 of the chain cannot be read: wrong tag",
        show=DASH_V,
    ),
    case(e.MatchNamesMissing(PEER), f"warning: {LOWER}: could not configure peer name checks"),
    case(e.TlsaUnusable(PEER, RECORD), f"warning: {LOWER}: unusable TLSA RR: 3 1 1 AB12"),
    *(
        case(e.TlsaAllUnusable(PEER, level), f"warning: {LOWER}: {text}")
        for level, text in [
            (Level.DANE, "all TLSA records unusable, fallback to unauthenticated TLS"),
            (Level.HALF_DANE, "all TLSA records unusable, fallback to unauthenticated TLS"),
            (Level.DANE_ONLY, "all TLSA records unusable"),
            (Level.FINGERPRINT, "all fingerprints unusable"),
            (Level.SECURE, "all trust anchors unusable"),
            (Level.VERIFY, "all trust anchors unusable"),
        ]
    ),
    logged(
        e.CertificateChecked(PEER, 1, False, "/CN=x"),
        f"{LOWER}: depth=1 verify=0 subject=/CN=x",
        flag=Log.VERBOSE,
    ),
    logged(e.RawKeyChecked(PEER, True), f"{LOWER}: verify=1 raw public key", flag=Log.VERBOSE),
    logged(e.PeernameMatched(PEER, "*.Test"), f"{LOWER}: matched peername: *.Test", flag=Log.CERTMATCH),
    *(
        logged(event, f"{LOWER}: Matched {text}", flag=Log.PEERCERT)
        for event, text in [
            (matched(Level.DANE, Authority(RECORD, 0)), "DANE EE certificate at depth 0: 3 1 1 AB12"),
            (matched(Level.HALF_DANE, Authority(ANCHOR, 2)), "DANE TA certificate at depth 2: 2 1 1 AB12"),
            (
                matched(Level.DANE_ONLY, Authority(ANCHOR, 1, bare_key=True)),
                "DANE TA public key verified certificate at depth 1: 2 1 1 AB12",
            ),
            (
                matched(Level.DANE, Authority(RECORD, 0), raw_key=True),
                "DANE raw public key: 3 1 1 AB12",
            ),
            (matched(Level.FINGERPRINT, Authority(RECORD, 0), raw_key=True), "fingerprint: AB12"),
            (matched(Level.SECURE, Authority(ANCHOR, 2)), "trust anchor at depth 2"),
        ]
    ),
    case(
        e.VerificationFailed(PEER, Level.SECURE, VerifyError(20, 1, "/CN=Röot")),
        f"certificate verification failed for {LOWER}: untrusted issuer /CN=R??ot",
    ),
    case(
        e.UntrustedReused(PEER, Level.SECURE, raw_key=False),
        f"{ASIS}: re-using session with untrusted peer credential, look for details earlier in the log",
    ),
    case(
        e.UntrustedReused(PEER, Level.SECURE, raw_key=True),
        f"{ASIS}: re-using session with untrusted certificate, look for details earlier in the log",
    ),
    *(
        case(
            e.CertificateNameUnusable(PEER, "issuer CN", problem, 300),
            f"warning: tls_text_name: {LOWER}: {text}",
        )
        for problem, text in NAME_PROBLEMS.items()
    ),
    logged(
        e.CertificatePresented(PEER, "x.test", "CA", b"\xaa\xbb", b"\xcc"),
        f"{LOWER}: subject_CN=x.test, issuer=CA, cert fingerprint=AA:BB, pkey fingerprint=CC",
        flag=Log.CERTMATCH,
    ),
    logged(
        e.RawKeyPresented(PEER, b"\xcc\xdd"),
        f"{ASIS}: raw public key fingerprint=CC:DD",
        flag=Log.VERBOSE,
    ),
    case(e.ServerAnonymous(), "Server is anonymous"),
]

TLS = [
    logged(e.TlsStarting(PEER), f"setting up TLS connection to {ASIS}", flag=Log.VERBOSE),
    logged(e.CipherListChosen(PEER, "HIGH"), f'{ASIS}: TLS cipher list "HIGH"', flag=Log.VERBOSE),
    case(
        e.ProtocolListInvalid(PEER, "SSLv4"),
        f'warning: {ASIS}: Invalid TLS protocol list "SSLv4": aborting TLS session',
    ),
    case(
        e.ProtocolBoundRefused(PEER, "minimum", 0x305),
        f"warning: {LOWER}: error setting minimum TLS version to: 0x0305",
    ),
    case(
        e.ProtocolBoundRefused(PEER, "maximum", 0),
        f"warning: {LOWER}: error clearing maximum TLS version",
    ),
    case(e.GradeInvalid(PEER, "best"), f'warning: {LOWER}: invalid cipher grade: "best"'),
    case(e.CipherListRefused(PEER, "null"), f'warning: {LOWER}: error setting cipher grade: "null"'),
    case(
        e.GroupsRefused("configured"),
        "warning: none of the configured key exchange groups are supported",
        "warning: using Postfix default key exchange groups instead",
    ),
    case(
        e.GroupsRefused("Postfix default", blank=True),
        "warning: no Postfix default key exchange group - OpenSSL requires at least one",
        "warning: using OpenSSL default key exchange groups instead",
    ),
    case(
        e.GroupListRefused("configured", 0x0A080106, "passed invalid argument", "Syntax error in '*'"),
        "warning: failed to set up the configured key exchange groups",
        "warning: TLS library problem: error:0A080106:SSL routines::passed invalid argument:pyfinger:0:"
        "Syntax error in '*':",
        "warning: using OpenSSL default key exchange groups instead",
    ),
    case(
        e.ServernameTooLong(PEER, "x" * 256),
        f"warning: {ASIS}: ignoring too long SNI hostname: {'x' * 100}",
    ),
    logged(e.ServernameChosen(PEER, "x.test"), f"{ASIS}: SNI hostname: x.test", flag=Log.SSL_DEBUG),
    case(e.TraceSaved("prog-1-a"), "TLS protocol trace saved to prog-1-a"),
    case(
        e.TraceLost("prog-1-a", "open", errno.EACCES),
        "warning: TLS trace: cannot open prog-1-a: Permission denied",
    ),
    case(e.HandshakeFailed(PEER, -1), f"SSL_connect error to {ASIS}: -1"),
    case(e.HandshakeFailed(PEER, 0), f"SSL_connect error to {ASIS}: lost connection"),
    case(e.HandshakeFailed(PEER, errno.ETIMEDOUT), f"SSL_connect error to {ASIS}: Connection timed out"),
    case(
        e.TlsProblem(0x0A0000BF, "no protocols available"),
        "warning: TLS library problem: error:0A0000BF:SSL routines::no protocols available:pyfinger:0:",
    ),
    logged(e.SessionSought("K"), "looking for session K in memory cache", flag=Log.CACHE),
    logged(e.SessionReloaded("K"), "reloaded session K from memory cache", flag=Log.CACHE),
    logged(e.SessionSaved("K"), "save session K to memory cache", flag=Log.CACHE),
    logged(e.SessionRemoved("K"), "remove session K from client cache", flag=Log.CACHE),
    logged(e.SessionReused(PEER), f"{LOWER}: Reusing old session", flag=Log.CACHE),
    logged(
        e.TlsEstablished(PEER, Trust.TRUSTED, SECURED),
        f"Trusted TLS connection established to {LOWER}:"
        " TLSv1.2 with cipher ECDHE-RSA-AES128-GCM-SHA256 (128/128 bits)",
        flag=Log.SUMMARY,
    ),
]

CASES = [*START, *CREDENTIALS, *NAMES, *DANE, *DIALOGUE, *JUDGEMENT, *TLS]
