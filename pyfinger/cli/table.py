"""Every option: its letter, its long name, its value, and what it is for.

The letters are posttls-finger(1)'s; the long names are ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """One option; without `value` it takes none.

    `key` is how the rest of the program calls it: the letter, or the long name
    of an option without one.
    """

    letter: str
    name: str
    value: str
    help: str

    @property
    def key(self) -> str:
        """The letter, if there is one."""
        return self.letter or self.name


GROUPS: dict[str, tuple[Option, ...]] = {
    "Where to go": (
        Option("a", "prefer-family", "FAMILY", "address family to try first: ipv4, ipv6, any"),
        Option("h", "host-lookup", "LIST", "how to look up hosts: dns, native (default: dns)"),
        Option("R", "srv", "", "look up SRV records instead of MX"),
        Option("S", "lmtp", "", "speak LMTP; allows unix:PATH as destination"),
        Option("", "resolver", "ADDR[:PORT]", "name server to ask instead of the system's"),
    ),
    "What to demand": (
        Option(
            "l",
            "level",
            "LEVEL",
            "none, may, encrypt, fingerprint, dane (default), dane-only, verify, secure",
        ),
        Option("M", "insecure-mx", "LEVEL", "level if the MX records are unsigned: may, encrypt, dane"),
        Option("f", "force-tlsa", "", "look up TLSA records of unsigned hosts, too"),
        Option("d", "digest", "NAME", "digest for fingerprints (default: sha256)"),
        Option("A", "trust-anchor", "FILE", "trust anchors for levels verify and secure; repeatable"),
        Option("F", "ca-file", "FILE", "trusted root certificates"),
        Option("P", "ca-path", "DIR", "directory of trusted root certificates"),
        Option("x", "raw-public-key", "", "ask for a raw public key instead of a certificate"),
    ),
    "How to speak TLS": (
        Option("p", "protocols", "LIST", "TLS versions, such as '>=TLSv1.2' (default: >=TLSv1)"),
        Option("g", "grade", "GRADE", "ciphers: high, medium (default), null"),
        Option("s", "servername", "NAME", "SNI name to send; also hostname, nexthop"),
        Option("w", "wrapper", "", "start with TLS, without STARTTLS"),
        Option("H", "chain-files", "FILES", "client keys, each with its certificates"),
        Option("k", "cert-file", "FILE", "client certificate with its chain"),
        Option("K", "key-file", "FILE", "client key"),
        Option("X", "tlsproxy", "", "through a tlsproxy(8) service (not available)"),
    ),
    "How long, how often": (
        Option("t", "connect-timeout", "SECONDS", "limit for connecting and for the greeting (default: 30)"),
        Option("T", "command-timeout", "SECONDS", "limit for each later step (default: 30)"),
        Option("r", "reconnect", "SECONDS", "reconnect after this delay, to try session resumption"),
        Option("m", "max-reconnects", "COUNT", "at most that often (default: 5)"),
    ),
    "What to show": (
        Option("c", "no-chat", "", "hide the SMTP dialogue"),
        Option("C", "chain", "", "print the server's certificates"),
        Option("L", "log", "LIST", "what to log of TLS (default: routine,certmatch)"),
        Option("v", "verbose", "", "explain more; repeatable"),
    ),
    "Other": (
        Option("o", "set", "NAME=VALUE", "override a main.cf parameter; repeatable"),
        Option("", "help", "", "print this and exit"),
        Option("", "version", "", "print the version and exit"),
    ),
}

OPTIONS: tuple[Option, ...] = tuple(option for group in GROUPS.values() for option in group)
