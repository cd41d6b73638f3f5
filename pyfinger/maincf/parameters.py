"""Parameter values: expanded, checked, and made into a `Config`.

A value that cannot be used is a `UsageError` in Postfix's words.  Evaluating a
parameter makes its value, or default, visible to later `$name` references, and
the order is Postfix's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from pyfinger.errors import UsageError
from pyfinger.events import ConfigRemark, Emit, NameInvalid
from pyfinger.maincf.expansion import MacroError, expand
from pyfinger.maincf.levels import compatibility_level
from pyfinger.maincf.ports import known_ports
from pyfinger.maincf.reader import config_directory
from pyfinger.model import Family
from pyfinger.options import Config
from pyfinger.resolve.hostname import hostname_problem
from pyfinger.surroundings import Surroundings

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


@dataclass(frozen=True, slots=True)
class Machine:
    """What the system and the file's place contribute."""

    nodename: str  # the host name
    directory: str  # of main.cf, for messages


def this_machine(surroundings: Surroundings) -> Machine:
    """The machine we run on."""
    return Machine(surroundings.nodename, config_directory(surroundings.environment))


class Parameters:
    """main.cf's entries, with `-o` applied, as values."""

    def __init__(self, entries: dict[str, str], emit: Emit) -> None:
        self._entries = dict(entries)
        self._emit = emit

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def text(self, name: str, default: str, minimum: int = 0) -> str:
        """A string of at least `minimum` bytes."""
        try:
            value = expand(self._entries.get(name, default), self._entries.get)
        except MacroError as error:
            self._emit(ConfigRemark(str(error)))
            raise UsageError("dictionary mail_dict: macro processing error") from error
        if len(value) < minimum:
            raise UsageError(f"bad string length {len(value)} < {minimum}: {name} = {value}")
        self._entries[name] = value.replace("$", "$$")
        return value

    def boolean(self, name: str, default: str) -> bool:
        """`yes` or `no`, in any letter case."""
        value = self.text(name, default)
        if value.lower() not in BOOLEANS:
            raise UsageError(f"bad boolean configuration: {name} = {value}")
        return BOOLEANS[value.lower()]

    def integer(self, name: str, default: int, minimum: int) -> int:
        """A decimal number of at least `minimum`."""
        value = self.text(name, str(default))
        found = _NUMBER.fullmatch(value)
        if found is None or abs(int(found[1])) > _LARGEST:
            raise UsageError(f"bad numerical configuration: {name} = {value}")
        number = int(found[1])
        if number < minimum:
            raise UsageError(f"invalid {name} parameter value {number} < {minimum}")
        return number


def general_config(parameters: Parameters, machine: Machine, emit: Emit) -> Config:
    """Everything that does not concern the TLS library."""
    level = parameters.text("compatibility_level", "0")
    if compatibility_level(level) is None:
        raise UsageError(f'malformed compatibility level syntax: "{level}"')
    utf8 = parameters.boolean("smtputf8_enable", DEFAULT_UTF8)
    idna2003 = parameters.boolean("enable_idna2003_compatibility", "no")
    ports = known_ports(parameters.text("known_tcp_ports", DEFAULT_PORTS), emit)
    families = _families(parameters.text("inet_protocols", "all"))
    hostname, domain = _names(parameters, machine)
    config = Config(
        smtputf8_enable=utf8,
        enable_idna2003_compatibility=idna2003,
        known_tcp_ports=ports,
        inet_protocols=families,
        myhostname=hostname,
        dnssec_probe=parameters.text("dnssec_probe", DEFAULTS.dnssec_probe),
        mail_owner=parameters.text("mail_owner", DEFAULTS.mail_owner, 1),
        line_length_limit=parameters.integer(
            "line_length_limit", DEFAULTS.line_length_limit, SMALLEST_LINE_LIMIT
        ),
    )
    _check_name("myhostname", hostname, machine, emit)
    _check_name("mydomain", domain, machine, emit)
    return config


def fingerprint_digest(parameters: Parameters) -> str:
    """The default of `-d`."""
    return parameters.text(DIGEST_PARAMETER, DEFAULT_DIGEST, 1)


def tls_config(parameters: Parameters, config: Config) -> Config:
    """`config` with the TLS library's parameters."""
    texts: dict[str, Any] = {
        name: parameters.text(name, getattr(DEFAULTS, name), minimum) for name, minimum in TLS_STRINGS.items()
    }
    return replace(
        config,
        **texts,
        tls_append_default_ca=parameters.boolean("tls_append_default_CA", "no"),
        tls_fast_shutdown_enable=parameters.boolean("tls_fast_shutdown_enable", "yes"),
    )


def _families(value: str) -> tuple[Family, ...]:
    wanted: set[Family] = set()
    for word in filter(None, SEPARATORS.split(value)):
        if word not in FAMILIES:
            raise UsageError(f'unknown inet_protocols value "{word}" in "{value}"')
        wanted.update(FAMILIES[word])
    return tuple(family for family in FAMILIES["all"] if family in wanted) or FAMILIES["ipv4"]


def _names(parameters: Parameters, machine: Machine) -> tuple[str, str]:
    """Host and domain name; each may be derived from the other, or from the system's."""
    default = machine.nodename
    if "." not in default:
        domain = parameters.text("mydomain", "") if "mydomain" in parameters else DEFAULT_DOMAIN
        default = f"{default}.{domain}"
    hostname = parameters.text("myhostname", default, 1)
    domain = parameters.text("mydomain", hostname.partition(".")[2] or DEFAULT_DOMAIN, 1)
    return hostname, domain


def _check_name(parameter: str, name: str, machine: Machine, emit: Emit) -> None:
    if problem := hostname_problem(name):
        emit(NameInvalid(problem, name))
        raise UsageError(
            f"file {machine.directory}/main.cf: parameter {parameter}: bad parameter value: {name}"
        )
