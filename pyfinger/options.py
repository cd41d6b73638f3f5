"""What a probe is asked to do, and the words for it.

`Options` decides, `Show` only displays: nothing in `Show` ever changes what
happens on the wire.  `Config` holds the main.cf parameters that have an effect
(postconf(5)); its defaults are Postfix 3.10's at compatibility level 3.6 or later.
What another release has instead stands in `references.py`.
"""

from __future__ import annotations

from enum import Enum, IntFlag
from typing import TYPE_CHECKING

from pyfinger.model import Family, Level
from pyfinger.references import DEFAULT_REFERENCE, Reference
from pyfinger.values import Value, field

if TYPE_CHECKING:
    from pyfinger.model.given import Given


class Log(IntFlag):
    """The `-L` flags (TLS_LOG_* of Postfix)."""

    NONE = 0
    SUMMARY = 1
    UNTRUSTED = 2
    PEERCERT = 4
    CERTMATCH = 8
    VERBOSE = 16
    CACHE = 32
    SSL_DEBUG = 64
    HANDSHAKE_DUMP = 128
    SESSION_DUMP = 256
    DANE = 512
    TRACE = 1024


_DEBUG = Log.SUMMARY | Log.VERBOSE | Log.CACHE | Log.SSL_DEBUG
_EXPERT = _DEBUG | Log.HANDSHAKE_DUMP
_DEVELOPER = _EXPERT | Log.SESSION_DUMP

LOG_WORDS: dict[str, Log] = {
    "0": Log.NONE,
    "none": Log.NONE,
    "1": Log.SUMMARY,
    "routine": Log.SUMMARY,
    "summary": Log.SUMMARY,
    "2": _DEBUG,
    "debug": _DEBUG,
    "3": _EXPERT,
    "ssl-expert": _EXPERT,
    **dict.fromkeys([*"456789", "ssl-developer"], _DEVELOPER),
    "untrusted": Log.UNTRUSTED,
    "peercert": Log.PEERCERT,
    "certmatch": Log.CERTMATCH,
    "verbose": Log.VERBOSE,
    "cache": Log.CACHE,
    "ssl-debug": Log.SSL_DEBUG,
    "dane": Log.DANE,
    "ssl-handshake-packet-dump": Log.HANDSHAKE_DUMP,
    "ssl-session-packet-dump": Log.HANDSHAKE_DUMP | Log.SESSION_DUMP,
    "trace": Log.TRACE,  # of releases that keep it in a file
}

LEVEL_WORDS: dict[str, Level] = {level.word: level for level in Level if level is not Level.HALF_DANE}

# What `-g` calls the cipher lists of `Config`.
GRADES: dict[str, str] = {
    "high": "tls_high_cipherlist",
    "medium": "tls_medium_cipherlist",
    "low": "tls_medium_cipherlist",
    "export": "tls_medium_cipherlist",
    "null": "tls_null_cipherlist",
}

# What `-d` and tls_dane_digests call digests: as hashlib does, then in OpenSSL's
# spellings (EVP_MD-SHA2(7) and so on), lower case.
DIGEST_WORDS: dict[str, tuple[str, ...]] = {
    "md5": ("md5", "ssl3-md5"),
    "sha1": ("sha1", "sha-1", "ssl3-sha1"),
    "sha224": ("sha224", "sha-224", "sha2-224"),
    "sha256": ("sha256", "sha-256", "sha2-256"),
    "sha384": ("sha384", "sha-384", "sha2-384"),
    "sha512": ("sha512", "sha-512", "sha2-512"),
    "sha3_224": ("sha3-224",),
    "sha3_256": ("sha3-256",),
    "sha3_384": ("sha3-384",),
    "sha3_512": ("sha3-512",),
    "blake2b": ("blake2b512", "blake2b-512"),
    "blake2s": ("blake2s256", "blake2s-256"),
}


class Validation(Enum):
    """Who says which DNS answers are signed, and which are bogus."""

    RESOLVER = "resolver"  # the name server, by its AD bit: posttls-finger's way
    OWN = "own"  # we do, and ask it to leave validation out
    BOTH = "both"  # the name server; we validate besides, and tell where the two differ


class Config(Value):
    """main.cf parameters, by their own names."""

    myhostname: str = "localhost.localdomain"
    smtputf8_enable: bool = True
    enable_idna2003_compatibility: bool = False
    inet_protocols: tuple[Family, ...] = (Family.IPV4, Family.IPV6)
    known_tcp_ports: tuple[tuple[str, str], ...] = (
        ("lmtp", "24"),
        ("smtp", "25"),
        ("smtps", "465"),
        ("submissions", "465"),
        ("submission", "587"),
    )
    dnssec_probe: str = "ns:."
    line_length_limit: int = 2048
    tls_high_cipherlist: str = (
        "aNULL:-aNULL:HIGH:!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5:@STRENGTH"
    )
    tls_medium_cipherlist: str = (
        "aNULL:-aNULL:HIGH:MEDIUM:!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5:+RC4:@STRENGTH"
    )
    tls_null_cipherlist: str = "eNULL:!kDH:!kECDH:!aDSS:!MD5:!aNULL"
    tls_eecdh_auto_curves: str = DEFAULT_REFERENCE.eecdh_auto_curves
    tls_ffdhe_auto_groups: str = DEFAULT_REFERENCE.ffdhe_auto_groups
    tls_dane_digests: str = "sha512 sha256"
    tls_append_default_ca: bool = False
    tls_fast_shutdown_enable: bool = True
    tls_ssl_options: str = ""
    tls_disable_workarounds: str = ""
    mail_owner: str = "postfix"


class Options(Value):
    """What to do; one field for each option of posttls-finger(1) that decides something."""

    destination: str
    match: tuple[str, ...] = ()
    level: Level = Level.DANE  # -l
    preferred_family: Family | None = None  # -a; None is "any"
    lookups: frozenset[str] = frozenset({"dns"})  # -h: dns, native
    lmtp: bool = False  # -S
    srv: bool = False  # -R
    wrapper: bool = False  # -w
    force_tlsa: bool = False  # -f
    insecure_mx_level: Level = Level.DANE  # -M
    connect_timeout: int = 30  # -t, seconds
    command_timeout: int = 30  # -T, seconds
    reconnect_delay: int = -1  # -r, seconds; negative is off
    reconnect_limit: int = 5  # -m
    protocols: str = ">=TLSv1"  # -p
    grade: str = "medium"  # -g
    servername: str = ""  # -s
    digest: str = "sha256"  # -d
    ca_file: str = ""  # -F
    ca_path: str = ""  # -P
    anchor_files: tuple[str, ...] = ()  # -A
    cert_file: str = ""  # -k
    key_file: str = ""  # -K
    chain_files: tuple[str, ...] = ()  # -H
    raw_public_keys: bool = False  # -x
    validation: Validation = Validation.RESOLVER  # --dnssec, --validate
    dnssec_anchor_files: tuple[str, ...] = ()  # --dnssec-anchor
    explain_lookups: bool = False  # ask again, with validation off, why one failed; decides nothing
    given: Given | None = None  # --certificate, --records, --offline: taken in the place of the world
    like: Reference = DEFAULT_REFERENCE  # --like
    tls_disabled: bool = False  # TLS initialisation failed: go on in plain text
    config: Config = field(default_factory=Config)


class Effort(Value):
    """How much of a server's time `--tolerance` may take."""

    most: int = 40  # connections
    pause: float = 1.0  # seconds between two of them


class Show(Value):
    """What to display."""

    log: Log = Log.SUMMARY | Log.CERTMATCH  # -L
    chat: bool = True  # off with -c
    chain: bool = False  # -C
    messages: bool = False  # decoded, with -L ssl-debug, as some releases do
    one_mask: bool = False  # `log` holds for every session (-r), as with some releases
    verbose: int = 0  # -v
