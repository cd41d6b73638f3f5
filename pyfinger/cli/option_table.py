"""Every option: its letter, its long name, its value, and what it is for.

The letters are posttls-finger(1)'s; the long names are ours.  The command line
scanner, `--help` and the shells' completions all follow this table.
"""

from __future__ import annotations

from enum import Enum

from pyfinger.cli.option_values import COLOURS, FAMILIES, FORMATS, INSECURE_MX_LEVELS, LOOKUPS
from pyfinger.options import DIGEST_WORDS, GRADES, LEVEL_WORDS, LOG_WORDS, Validation
from pyfinger.references import REFERENCES
from pyfinger.tls.codepoints import PROTOCOLS
from pyfinger.values import Value

_VERSIONS = tuple(PROTOCOLS.values())
_BOUNDS = tuple(f"{sign}{version}" for sign in (">=", "<=", "!") for version in _VERSIONS)
_LEVELS = tuple(LEVEL_WORDS)
_RELEASES = tuple(REFERENCES)
_LOG_WORDS = tuple(word for word in LOG_WORDS if not word.isdigit())
_DIGESTS = tuple(spellings[0] for spellings in DIGEST_WORDS.values())


class ValueKind(Enum):
    """What a value is."""

    TEXT = "text"  # one of the option's words, or if it has none anything
    LIST = "list"  # several of them, separated by commas
    FILE = "file"
    FILES = "files"  # separated by commas
    DIRECTORY = "directory"


class Option(Value):
    """One option; without `value` it takes none.

    `default` is for display only, and `help` repeats neither it nor the `choices`.
    `further` are words beyond those that `--help` need not list.  An `optional`
    value is behind `=` or not there, never the next word, and the option has no
    letter.  `repeatable`: every use of the option counts, not just the last one.
    """

    letter: str
    name: str
    value: str
    help: str
    kind: ValueKind = ValueKind.TEXT
    choices: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    default: str = ""
    optional: bool = False
    repeatable: bool = False

    @property
    def key(self) -> str:
        """How the rest of the program calls it: the letter, or the long name if there is none."""
        return self.letter or self.name

    @property
    def words(self) -> tuple[str, ...]:
        """All that a value may be, or be made of, as far as it can be listed."""
        return self.choices + self.further


GROUPS: dict[str, tuple[Option, ...]] = {
    "Where to go": (
        Option(
            "a",
            "prefer-family",
            "FAMILY",
            "address family to try first",
            choices=tuple(FAMILIES),
            default="any",
        ),
        Option(
            "h",
            "host-lookup",
            "LIST",
            "how to look up hosts",
            ValueKind.LIST,
            choices=tuple(sorted(LOOKUPS)),
            default="dns",
        ),
        Option("R", "srv", "", "look up SRV records instead of MX"),
        Option("S", "lmtp", "", "speak LMTP; allows unix:PATH as destination"),
        Option("", "resolver", "ADDR[:PORT]", "name server to ask instead of the system's"),
    ),
    "What to demand": (
        Option("l", "level", "LEVEL", "how the server has to prove itself", choices=_LEVELS, default="dane"),
        Option(
            "M",
            "insecure-mx",
            "LEVEL",
            "level if the MX records are unsigned",
            choices=tuple(level.word for level in INSECURE_MX_LEVELS),
            default="dane",
        ),
        Option("f", "force-tlsa", "", "look up TLSA records of unsigned hosts, too"),
        Option(
            "d",
            "digest",
            "NAME",
            "digest for fingerprints, such as sha1",
            further=_DIGESTS,
            default="sha256",
        ),
        Option(
            "A",
            "trust-anchor",
            "FILE",
            "trust anchors for levels verify and secure",
            ValueKind.FILE,
            repeatable=True,
        ),
        Option("F", "ca-file", "FILE", "trusted root certificates", ValueKind.FILE),
        Option("P", "ca-path", "DIR", "directory of trusted root certificates", ValueKind.DIRECTORY),
        Option("x", "raw-public-key", "", "ask for a raw public key instead of a certificate"),
    ),
    "Who vouches for DNS answers": (
        Option(
            "",
            "dnssec",
            "WHO",
            "who says what is signed: the name server, our own validation, or both compared",
            choices=tuple(who.value for who in Validation),
            default=Validation.RESOLVER.value,
        ),
        Option("", "validate", "", "the same as --dnssec=own"),
        Option(
            "",
            "dnssec-anchor",
            "FILE",
            "trust anchors of our own validation, DS or DNSKEY, instead of the root's",
            ValueKind.FILE,
            repeatable=True,
        ),
    ),
    "What to take as given": (
        Option(
            "",
            "certificate",
            "[HOST=]FILE",
            "judge these certificates, or this PUBLIC KEY, as if the host showed them; no connection is made",
            ValueKind.FILE,
            repeatable=True,
        ),
        Option(
            "",
            "records",
            "FILE|TEXT",
            "take these records (TLSA, MX, A, AAAA, CNAME, SRV) as if DNS had them",
            ValueKind.FILE,
            repeatable=True,
        ),
        Option(
            "",
            "unsigned",
            "ZONES",
            "of those, what has no DNSSEC signatures: zones, or ZONE/TYPE",
            ValueKind.LIST,
            repeatable=True,
        ),
        Option("", "offline", "", "neither connect nor look up: what is not given does not exist"),
    ),
    "How to speak TLS": (
        Option(
            "p",
            "protocols",
            "LIST",
            "TLS versions, such as '>=TLSv1.2'",
            ValueKind.LIST,
            further=_VERSIONS + _BOUNDS,
            default=">=TLSv1",
        ),
        Option("g", "grade", "GRADE", "ciphers", choices=tuple(GRADES), default="medium"),
        Option(
            "s",
            "servername",
            "NAME",
            "SNI name to send; also hostname, nexthop",
            further=("hostname", "nexthop"),
        ),
        Option("w", "wrapper", "", "start with TLS, without STARTTLS"),
        Option(
            "H",
            "chain-files",
            "FILES",
            "client keys, each with its certificates",
            ValueKind.FILES,
            repeatable=True,
        ),
        Option("k", "cert-file", "FILE", "client certificate with its chain", ValueKind.FILE),
        Option("K", "key-file", "FILE", "client key", ValueKind.FILE),
        Option("X", "tlsproxy", "", "through a tlsproxy(8) service (not available)"),
    ),
    "How long, how often": (
        Option("t", "connect-timeout", "SECONDS", "limit for connecting and for the greeting", default="30"),
        Option("T", "command-timeout", "SECONDS", "limit for each later step", default="30"),
        Option("", "timeout", "SECONDS", "limit for the whole probe, which is left unfinished then"),
        Option("r", "reconnect", "SECONDS", "reconnect after this delay, to try session resumption"),
        Option("m", "max-reconnects", "COUNT", "at most that often", default="5"),
    ),
    "Which hellos it takes": (
        Option("", "tolerance", "", "try TLS hellos that are large, cut up, or have what is unknown in them"),
        Option("", "max-connections", "COUNT", "at most that many connections for it, else 40"),
        Option("", "pause", "SECONDS", "between two of them, else 1"),
    ),
    "What to show": (
        Option("c", "no-chat", "", "hide the SMTP dialogue"),
        Option("C", "chain", "", "print the server's certificates"),
        Option(
            "L",
            "log",
            "LIST",
            "what to log of TLS (trace: Postfix 3.12 only)",
            ValueKind.LIST,
            choices=_LOG_WORDS,
            default="routine,certmatch",
        ),
        Option("v", "verbose", "", "explain more", repeatable=True),
        Option("", "explain", "", "after the log, say what Postfix would do, and why"),
    ),
    "What to keep": (
        Option(
            "",
            "json",
            "FILE",
            "write a report of everything found as JSON; - is standard output",
            ValueKind.FILE,
        ),
        Option("", "html", "FILE", "write a page to be looked at, in one file of HTML", ValueKind.FILE),
        Option("", "events", "FILE", "write all events as JSON lines, as they happen", ValueKind.FILE),
        Option("", "pcapng", "FILE", "write a capture of the probe that decrypts itself", ValueKind.FILE),
        Option("", "no-secrets", "", "keep the secrets out of the capture"),
        Option("", "keylog", "FILE", "write the TLS secrets as an NSS key log", ValueKind.FILE),
        Option(
            "",
            "trace",
            "FILE",
            "decode each TLS message, into the log or FILE; json[:FILE] as JSON lines",
            ValueKind.FILE,
            further=("json",),
            optional=True,
        ),
        Option("", "timing", "", "show where the time went"),
        Option("", "record", "FILE", "record the probe for --replay, with all its secrets", ValueKind.FILE),
        Option(
            "",
            "dnssec-proof",
            "FILE",
            "write what was validated by --dnssec=own or both, for --check-proof, as in zone files",
            ValueKind.FILE,
        ),
    ),
    "What to return": (
        Option("", "check", "", "let the exit status follow the verdict, see the manual"),
        Option("", "warn-days", "DAYS", "take note of certificates that expire within so many days"),
        Option("", "format", "FORMAT", "what to print", choices=FORMATS, default=FORMATS[0]),
        Option("", "color", "WHEN", "colour the log", choices=COLOURS, default=COLOURS[0]),
    ),
    "What to do again": (
        Option(
            "",
            "replay",
            "FILE",
            "probe as recorded in FILE, without the network and without a destination",
            ValueKind.FILE,
        ),
        Option("", "mutate", "SEED", "change some of what was received, as this number has it"),
        Option("", "from", "FILE", "make the page of a report or event stream from before", ValueKind.FILE),
        Option(
            "",
            "check-proof",
            "FILE",
            "validate such a proof again, without the network and without a destination",
            ValueKind.FILE,
        ),
        Option("", "at", "TIME", "validate it as of then, such as 2026-11-28T12:00:00Z"),
    ),
    "Other": (
        Option("", "like", "RELEASE", "the release of Postfix to be like", choices=_RELEASES, default="3.10"),
        Option("o", "set", "NAME=VALUE", "override a main.cf parameter", repeatable=True),
        Option("", "help", "", "print this and exit"),
        Option("", "version", "", "print the version and exit"),
    ),
}

SHOWING = GROUPS["What to show"]
KEEPING = GROUPS["What to keep"]
RETURNING = GROUPS["What to return"]
REPLAYING = GROUPS["What to do again"]

OPTIONS: tuple[Option, ...] = tuple(option for group in GROUPS.values() for option in group)
