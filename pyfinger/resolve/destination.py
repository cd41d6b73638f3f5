"""The destination argument: `host[:service]`, in brackets to go there directly.

Without brackets the last colon separates the service, so an IPv6 address needs
them.  LMTP also knows `unix:path` and `inet:host`.
"""

from __future__ import annotations

from functools import partial

from pyfinger.errors import UsageError
from pyfinger.events import DestinationParsed, Emit, IdnFailed
from pyfinger.model import Destination, InetDestination, LookupKind, UnixDestination
from pyfinger.options import Config, Options
from pyfinger.resolve.hostname import valid_hostaddr, valid_hostname
from pyfinger.resolve.idn import Converter, to_ascii
from pyfinger.steps import FindService, Steps, ask

SMTP_SERVICE = "smtp"
LMTP_SERVICE = "24"  # RFC 2033 reserves no port; Postfix uses 24

SMTP_PORT = 25
MAX_PORT = 65535

_IPV6_PREFIX = "ipv6:"


def parse_destination(options: Options, emit: Emit, convert: Converter | None = None) -> Destination:
    """What `options.destination` means.

    `UsageError`, in Postfix's words, if it is malformed; a name that cannot be
    converted to ASCII is told before that.  `convert` None: as the options say.
    """
    return destination_of(options.destination, options, emit, convert)


def destination_of(text: str, options: Options, emit: Emit, convert: Converter | None = None) -> Destination:
    """What `text` means in the place of `options.destination`."""
    if options.lmtp and text.startswith("unix:"):
        return UnixDestination(text, text.removeprefix("unix:"))
    if options.lmtp:
        text = text.removeprefix("inet:")
    default = LMTP_SERVICE if options.lmtp else SMTP_SERVICE
    emit(DestinationParsed(text, default))
    host, service = split_destination(text)
    config = options.config
    if convert is None:
        convert = partial(to_ascii, transitional=config.enable_idna2003_compatibility)
    _check(text, host, service, convert if config.smtputf8_enable else None, emit)
    return InetDestination(text, host, service or default, _lookup_kind(text, options))


def service_port(destination: InetDestination, config: Config) -> Steps[int]:
    """The TCP port of the destination's service; `UsageError` if there is none."""
    service = dict(config.known_tcp_ports).get(destination.service, destination.service)
    if _is_number(service):
        if len(service.lstrip("0")) > len(str(MAX_PORT)) or not 0 < int(service) <= MAX_PORT:
            raise UsageError(f"bad network port: {service} for destination: {destination.typed}")
        return int(service)
    port = yield from ask(FindService(service))
    if port is None and service == SMTP_SERVICE:
        port = SMTP_PORT
    if port is None:
        raise UsageError(f"unknown service: {service}/tcp")
    return port


def _lookup_kind(text: str, options: Options) -> LookupKind:
    if options.lmtp or text.startswith("["):
        return LookupKind.HOST
    return LookupKind.SRV if options.srv else LookupKind.MX


def split_destination(text: str) -> tuple[str, str]:
    """Host, without brackets, and service, which may be empty; `UsageError` in Postfix's words."""
    if text.startswith("["):
        return _split_brackets(text)
    host, colon, service = text.rpartition(":")
    if not colon:
        host, service = text, ""
    if not host:
        raise _refusal("missing host information", text)
    return host, service


def _split_brackets(text: str) -> tuple[str, str]:
    host, bracket, rest = text[1:].partition("]")
    prefixed = host[: len(_IPV6_PREFIX)].lower() == _IPV6_PREFIX
    if prefixed:
        host = host[len(_IPV6_PREFIX) :]
    if not bracket:
        raise _refusal('missing "]"', text)
    if rest and not rest.startswith(":"):
        raise _refusal('garbage after "]"', text)
    if prefixed and not (":" in host and valid_hostaddr(host)):
        raise _refusal("malformed IPv6 address", text)
    return host, rest[1:]


def _check(text: str, host: str, service: str, convert: Converter | None, emit: Emit) -> None:
    if not (_is_name(host, convert, emit) or valid_hostaddr(host)):
        raise _refusal("valid hostname or network address required", text)
    if _is_number(service[:1]) and not _is_number(service):
        raise _refusal("garbage after numerical service", text)


def _is_name(host: str, convert: Converter | None, emit: Emit) -> bool:
    """Whether a host is a valid name, if need be, and possible, after conversion."""
    if host.isascii() or convert is None:
        return valid_hostname(host)
    conversion = convert(host)
    if conversion.problem:
        emit(IdnFailed(host, conversion.problem))
    return not conversion.problem


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _refusal(problem: str, text: str) -> UsageError:
    return UsageError(f"{problem} in server description: {text}")
