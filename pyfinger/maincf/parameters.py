"""Parameter values: expanded, checked, and made into a `Config`.

A value that cannot be used is a `UsageError` in Postfix's words.  The order is that
of mail_params_init(): evaluating a parameter makes its default, if it is not set,
visible to later `$name` references.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from pyfinger.errors import UsageError
from pyfinger.events import ConfigRemark, Emit, NameInvalid
from pyfinger.maincf.expansion import MacroError, expand
from pyfinger.maincf.host_environment import HostEnvironment
from pyfinger.maincf.list_parameters import known_ports
from pyfinger.maincf.macro_syntax import compatibility_level
from pyfinger.maincf.reader import config_directory
from pyfinger.model import Family
from pyfinger.options import Config
from pyfinger.references import DEFAULT_REFERENCE, Reference
from pyfinger.resolve.hostname import hostname_problem
from pyfinger.values import Value, replace

BOOLEANS = {"yes": True, "no": False}
FAMILIES = {
    "ipv4": (Family.IPV4,),
    "ipv6": (Family.IPV6,),
    "all": (Family.IPV4, Family.IPV6),
}
SEPARATORS = re.compile(r"[, \t\r\n]+")

DEFAULTS = Config()
DEFAULT_PORTS = "lmtp=24, smtp=25, smtps=submissions=465, submission=587"
DEFAULT_DIGEST = "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}"
DEFAULT_UTF8 = "${{$compatibility_level} <level {1} ? {no} : {yes}}"
DEFAULT_DOMAIN = "localdomain"
DIGEST_PARAMETER = "smtp_tls_fingerprint_digest"

# Evaluated ahead of ours, in two steps, of no consequence but for references to them.
_BEFORE_PROTOCOLS = {"syslog_facility": ("mail", 1)}
_BEFORE_PROBE = {
    "multi_instance_directories": ("", 0),
    "multi_instance_group": ("", 0),
    "multi_instance_name": ("", 0),
    "maillog_file": ("", 0),
    "maillog_file_prefixes": ("/var, /dev/stdout", 1),
    "maillog_file_compressor": ("gzip", 1),
    "maillog_file_rotate_suffix": ("%Y%m%d-%H%M%S", 1),
    "maillog_file_permissions": ("0600", 1),
    "postlog_service_name": ("postlog", 1),
}

SMALLEST_LINE_LIMIT = 512
_NUMBER = re.compile(r"[ \t]*([+-]?[0-9]{1,10})")
_LARGEST = 2**31 - 1

# The TLS library's strings, with the length they need.
TLS_STRINGS = {
    "tls_high_cipherlist": 1,
    "tls_medium_cipherlist": 1,
    "tls_null_cipherlist": 1,
    "tls_eecdh_auto_curves": 0,
    "tls_ffdhe_auto_groups": 0,
    "tls_dane_digests": 1,
    "tls_ssl_options": 0,
    "tls_disable_workarounds": 0,
}


class Machine(Value):
    """What the system and the file's place contribute."""

    nodename: str  # the host name
    directory: str  # of main.cf, for messages
    addresses: Callable[[Family], Sequence[str]] = lambda family: ()  # of its own


def this_machine(host: HostEnvironment) -> Machine:
    """The machine we run on."""
    directory = config_directory(host.environment)
    return Machine(host.nodename, directory, host.addresses)


class Parameters:
    """main.cf's entries, with `-o` applied, as values; `like` has the defaults of a release."""

    def __init__(self, entries: dict[str, str], emit: Emit, like: Reference = DEFAULT_REFERENCE) -> None:
        self.like = like
        self._entries = dict(entries)
        self._emit = emit

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def text(self, name: str, default: str, minimum: int = 0) -> str:
        """A string of at least `minimum` bytes."""
        return self._evaluated(name, default, minimum)

    def _evaluated(self, name: str, default: str, minimum: int) -> str:
        raw = self._entries.get(name)
        try:
            value = expand(default if raw is None else raw, self._entries.get)
        except MacroError as error:
            for warning in error.warnings:
                self._emit(ConfigRemark(warning))
            raise UsageError("dictionary mail_dict: macro processing error") from error
        if raw is None:
            self._entries[name] = value
        if len(value) < minimum:
            raise UsageError(f"bad string length {len(value)} < {minimum}: {name} = {value}")
        return value

    def define(self, name: str, value: str) -> None:
        """Set what no file can set."""
        self._entries[name] = value

    def evaluate(self, table: Mapping[str, tuple[str, int]]) -> None:
        """Make strings visible that nobody here reads; each with its default and least length."""
        for name, (default, minimum) in table.items():
            self._evaluated(name, default, minimum)

    def boolean(self, name: str, default: str) -> bool:
        """`yes` or `no`, in any letter case."""
        value = self.text(name, default)
        if value.lower() not in BOOLEANS:
            raise UsageError(f"bad boolean configuration: {name} = {value}")
        return BOOLEANS[value.lower()]

    def integer(self, name: str, default: int, minimum: int | None = None) -> int:
        """A decimal number of at least `minimum`, if there is one."""
        value = self.text(name, str(default))
        found = _NUMBER.fullmatch(value)
        if found is None or abs(int(found[1])) > _LARGEST:
            raise UsageError(f"bad numerical configuration: {name} = {value}")
        number = int(found[1])
        if minimum is not None and number < minimum:
            raise UsageError(f"invalid {name} parameter value {number} < {minimum}")
        return number


def first_config(parameters: Parameters, machine: Machine) -> Config:
    """What comes first, and decides how the log shows whatever else is wrong (`smtputf8_enable`)."""
    parameters.define("config_directory", machine.directory)
    level = parameters.text("compatibility_level", "0")
    if compatibility_level(level) is None:
        raise UsageError(f'malformed compatibility level syntax: "{level}"')
    parameters.evaluate({"mail_version": (parameters.like.mail_version, 1), **_BEFORE_PROTOCOLS})
    parameters.text("inet_protocols", "all")
    parameters.evaluate(_BEFORE_PROBE)
    probe = parameters.text("dnssec_probe", DEFAULTS.dnssec_probe)
    parameters.text("known_tcp_ports", DEFAULT_PORTS)
    return Config(
        dnssec_probe=probe,
        smtputf8_enable=parameters.boolean("smtputf8_enable", DEFAULT_UTF8),
        enable_idna2003_compatibility=parameters.boolean("enable_idna2003_compatibility", "no"),
    )


def general_config(parameters: Parameters, first: Config, machine: Machine, emit: Emit) -> Config:
    """`first` with everything else that does not concern the TLS library."""
    config = replace(
        first,
        known_tcp_ports=known_ports(parameters.text("known_tcp_ports", DEFAULT_PORTS), emit),
        inet_protocols=_families(parameters.text("inet_protocols", "all")),
    )
    hostname, domain = _names(parameters, machine)
    _check_name("myhostname", hostname, machine, emit)
    _check_name("mydomain", domain, machine, emit)
    owner = parameters.text("mail_owner", DEFAULTS.mail_owner, 1)
    interfaces = parameters.text("inet_interfaces", "all")
    limit = parameters.integer("line_length_limit", DEFAULTS.line_length_limit, SMALLEST_LINE_LIMIT)
    parameters.integer("tcp_windowsize", 0)
    check_interfaces(interfaces, config.inet_protocols, machine.addresses)
    return replace(config, myhostname=hostname, mail_owner=owner, line_length_limit=limit)


def fingerprint_digest(parameters: Parameters) -> str:
    """The default of `-d`."""
    return parameters.text(DIGEST_PARAMETER, DEFAULT_DIGEST, 1)


def tls_config(parameters: Parameters, config: Config) -> Config:
    """`config` with the TLS library's parameters."""
    defaults = replace(
        DEFAULTS,
        tls_eecdh_auto_curves=parameters.like.eecdh_auto_curves,
        tls_ffdhe_auto_groups=parameters.like.ffdhe_auto_groups,
    )
    texts: dict[str, Any] = {
        name: parameters.text(name, getattr(defaults, name), minimum) for name, minimum in TLS_STRINGS.items()
    }
    return replace(
        config,
        **texts,
        tls_append_default_ca=parameters.boolean("tls_append_default_CA", "no"),
        tls_fast_shutdown_enable=parameters.boolean("tls_fast_shutdown_enable", "yes"),
    )


def _families(value: str) -> tuple[Family, ...]:
    """Without a word there are none at all, and nobody can be reached."""
    wanted: set[Family] = set()
    for word in filter(None, SEPARATORS.split(value)):
        if word not in FAMILIES:
            raise UsageError(f'unknown inet_protocols value "{word}" in "{value}"')
        wanted.update(FAMILIES[word])
    return tuple(family for family in FAMILIES["all"] if family in wanted)


def _names(parameters: Parameters, machine: Machine) -> tuple[str, str]:
    """Host and domain name; each may be derived from the other, or from the system's."""
    default = machine.nodename
    if "." not in default:
        domain = parameters.text("mydomain", "") if "mydomain" in parameters else DEFAULT_DOMAIN
        default = f"{default}.{domain}"
    hostname = parameters.text("myhostname", default, 1)
    _, dot, rest = hostname.partition(".")
    domain = parameters.text("mydomain", rest if dot else DEFAULT_DOMAIN, 1)
    return hostname, domain


def _check_name(parameter: str, name: str, machine: Machine, emit: Emit) -> None:
    if problem := hostname_problem(name):
        emit(NameInvalid(problem, name))
        raise UsageError(
            f"file {machine.directory}/main.cf: parameter {parameter}: bad parameter value: {name}"
        )


_ALL_INTERFACES = ("all", "loopback-only")  # which say it all
_INTERFACE_SEPARATORS = re.compile(r"[ \t,]+")


def check_interfaces(
    value: str, families: Sequence[Family], addresses: Callable[[Family], Sequence[str]]
) -> None:
    """`inet_interfaces`: addresses that must be this machine's own (own_inet_addr.c of Postfix).

    Nothing is bound to them here; but a configuration that Postfix refuses is none.
    Names are not looked up: what they stand for would be another question to the
    network than the one the probe is about.  `UsageError` if an address is of a
    family that is off, or of no interface here.

    `addresses` tells this machine's own of one family.
    """
    if value in _ALL_INTERFACES or not families:
        return
    literals = [(word, found) for word in _INTERFACE_SEPARATORS.split(value) if (found := _literal(word))]
    for word, literal in literals:
        if _family(literal) not in families:
            raise UsageError(f"config variable inet_interfaces: host not found: {word}")
    if not literals:
        return
    known = {_literal(address.partition("%")[0]) for family in families for address in addresses(family)}
    for _, literal in literals:
        if literal not in known:
            raise UsageError(f"parameter inet_interfaces: no local interface found for {literal}")


def _literal(word: str) -> IPv4Address | IPv6Address | None:
    """An address, perhaps in brackets."""
    bare = word[1:-1] if word.startswith("[") and word.endswith("]") else word
    try:
        return ip_address(bare)
    except ValueError:
        return None


def _family(literal: IPv4Address | IPv6Address) -> Family:
    return Family.IPV4 if literal.version == 4 else Family.IPV6
