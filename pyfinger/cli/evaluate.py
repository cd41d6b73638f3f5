"""Command line and main.cf to `Options`, in posttls-finger's order.

The order decides which of several complaints is made: main.cf, the options
themselves, parameters, trust anchor files, the TLS library's parameters and
files, a missing destination, match arguments.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from pyfinger import maincf
from pyfinger.cli import option_values as words
from pyfinger.cli.getopt import NAMES, scan
from pyfinger.cli.parsed_options import (
    ParsedOptions,
    emit_groups,
    emit_log_problem,
    emit_log_words,
    emit_option_words,
    session_remarks,
    take_options,
)
from pyfinger.dane.digests import digest as digest_called
from pyfinger.drive.resolv_conf import NameService, parse_name_server
from pyfinger.errors import SyntaxProblem, UsageError
from pyfinger.events import (
    ConfigRemark,
    DigestDefaulted,
    DigestUnknown,
    DisplayChosen,
    Emit,
    Event,
    MatchIgnored,
    OptionMatched,
    TlsInitialized,
    WordsRead,
)
from pyfinger.maincf.host_environment import HostEnvironment
from pyfinger.model import Level, OwnCredential
from pyfinger.options import Config, Effort, Log, Options, Show, Validation
from pyfinger.prober.context import TrustSources
from pyfinger.values import Value, field, replace

NO_TLS_FILE = ("default", "none")  # words of tls_config_file that name no file


class Invocation(Value):
    """A command line, understood; without `--resolver` the system's name servers are asked."""

    options: Options
    show: Show
    resolver: NameService | None = None
    trust: TrustSources = field(default_factory=TrustSources)
    credentials: tuple[OwnCredential, ...] = ()
    effort: Effort | None = None  # --tolerance: instead of a probe
    each_session: tuple[Event, ...] = ()  # told as each TLS session begins


def evaluate(argv: Sequence[str], host: HostEnvironment, emit: Emit) -> Invocation:
    """What the program is asked to do; `argv[0]` is its own name.

    `UsageError` if it cannot be done, `SyntaxProblem` if the usage text is owed; what is odd, events tell.
    """
    entries = maincf.read_main_cf(host, emit)
    return understand(take_options(scan(argv[1:])), entries, host, emit)


def understand(
    given: ParsedOptions, main_cf: Mapping[str, str], host: HostEnvironment, emit: Emit
) -> Invocation:
    """The same, once the words are apart; `main_cf` has the file's parameters, unexpanded."""
    options, show = _choices(given, host.environment, emit)
    entries = {**main_cf, **given.settings}
    digest_chosen = bool(given.count("d")) or maincf.DIGEST_PARAMETER in entries
    parameters = maincf.Parameters(entries, emit, options.like)
    machine = maincf.this_machine(host)
    config = maincf.first_config(parameters, machine)
    emit(DisplayChosen(show, config.smtputf8_enable))
    config = maincf.general_config(parameters, config, machine, emit)
    if show.verbose:
        emit_option_words(given, parameters, config, host, emit)
    digest = given.last("d", maincf.fingerprint_digest(parameters))
    options = replace(options, config=config, digest=digest)
    trust = _anchors(options, host, emit)
    credentials: tuple[OwnCredential, ...] = ()
    if options.level is not Level.NONE:
        emit_log_problem(given, emit)
        if show.verbose:
            emit_log_words(given, emit)
        options = _with_tls(options, parameters, emit, verbose=bool(show.verbose))
        options, trust = _with_store(options, trust, host, emit)
        options, credentials = _with_credentials(options, ", ".join(given.all("H")), host, emit)
        if not options.tls_disabled:
            emit_groups(options, emit, verbose=bool(show.verbose))
    if not given.operands:
        raise SyntaxProblem
    if any(given.count(name) for name in ("certificate", "records", "unsigned", "offline")):
        from pyfinger.cli.given_files import read_given

        options = read_given(options, given, host)
    options = replace(options, destination=given.operands[0], match=given.operands[1:])
    _look_at_match(options, digest_chosen, emit)
    each_session = session_remarks(given, verbose=bool(show.verbose)) if options.like.one_mask else ()
    return Invocation(options, show, _resolver(given), trust, credentials, _effort(given), each_session)


def _choices(given: ParsedOptions, environment: Mapping[str, str], emit: Emit) -> tuple[Options, Show]:
    """What the options say, checked; the destination is left open."""
    family = words.family(given.last("a", "any"))
    if given.count("X") and words.number(given.last("r", "-1")) >= 0:
        raise UsageError("The -X and -r options are mutually exclusive")
    lookups = words.lookups(given.last("h", "dns"))
    certificate, key = _client_files(given)
    if _chain_files(given) and (certificate or key):
        raise UsageError("When the '-H' option is used, neither the '-k', nor the '-K' options may be used")
    for _ in range(2):  # Postfix parses -L twice here (and once more for TLS), with one complaint each
        emit_log_problem(given, emit)
    level = words.level(given.last("l", "dane"))
    if level is Level.NONE and given.count("w"):
        raise UsageError("SSL wrapper mode requires that TLS not be disabled")
    if given.count("X"):
        raise UsageError("-X is not possible: there is no tlsproxy(8) service outside Postfix")
    _resolver(given)
    _effort(given)
    validation = _validation(given)
    options = replace(
        _plain_options(given),
        validation=validation,
        preferred_family=family,
        lookups=lookups,
        level=level,
        cert_file=certificate,
        key_file=key,
    )
    return options, _show(given, environment)


def _plain_options(given: ParsedOptions) -> Options:
    """The options that need no check beyond their own value."""
    return Options(
        destination="",
        lmtp=bool(given.count("S")),
        srv=bool(given.count("R")),
        wrapper=bool(given.count("w")),
        force_tlsa=bool(given.count("f")),
        insecure_mx_level=words.insecure_mx_level(given.last("M", "dane")),
        connect_timeout=words.time_limit("t", given.last("t", "30")),
        command_timeout=words.time_limit("T", given.last("T", "10" if given.count("tolerance") else "30")),
        reconnect_delay=words.number(given.last("r", "-1")),
        reconnect_limit=words.number(given.last("m", "5")),
        protocols=given.last("p", ">=TLSv1"),
        grade=given.last("g", "medium"),
        servername=given.last("s"),
        ca_file=given.last("F"),
        ca_path=given.last("P"),
        anchor_files=given.all("A"),
        chain_files=_chain_files(given),
        raw_public_keys=bool(given.count("x")),
        dnssec_anchor_files=given.all("dnssec-anchor"),
        like=given.like,
    )


def _show(given: ParsedOptions, environment: Mapping[str, str]) -> Show:
    mask = words.log_mask(given.log_words, given.like)
    return Show(
        log=mask if isinstance(mask, Log) else Log.NONE,
        chat=not given.count("c"),
        chain=bool(given.count("C")),
        messages=given.like.decoded_messages,
        one_mask=given.like.one_mask,
        verbose=given.count("v") + ("MAIL_VERBOSE" in environment),
    )


def _client_files(given: ParsedOptions) -> tuple[str, str]:
    """Certificate and key: each option also sets the other one while that is empty."""
    certificate = key = ""
    for letter, value in given.items:
        if letter == "k":
            certificate, key = value, key or value
        elif letter == "K":
            certificate, key = certificate or value, value
    return certificate, key


def _chain_files(given: ParsedOptions) -> tuple[str, ...]:
    return tuple(words.words_of(",".join(given.all("H"))))


def _resolver(given: ParsedOptions) -> NameService | None:
    return parse_name_server(given.last("resolver")) if given.count("resolver") else None


def _effort(given: ParsedOptions) -> Effort | None:
    """How much `--tolerance` may take; None without it."""
    if not given.count("tolerance"):
        for name in ("max-connections", "pause"):
            if given.count(name):
                raise UsageError(f"--{name} goes with --tolerance only")
        return None
    for letter in ("r", "X"):
        if given.count(letter):
            raise UsageError(f"--tolerance does not go with -{letter}")
    return words.effort(given.last("max-connections", "40"), given.last("pause", "1"))


def _validation(given: ParsedOptions) -> Validation:
    """Whose word counts in DNS; `--validate` is short for our own."""
    own = bool(given.count("validate"))
    chosen = words.validation(given.last("dnssec", "own" if own else "resolver"))
    if own and chosen is not Validation.OWN:
        raise UsageError(f"--validate is --dnssec=own, and does not go with --dnssec={chosen.value}")
    if chosen is Validation.RESOLVER and given.count("dnssec-anchor"):
        raise UsageError("--dnssec-anchor goes with --dnssec=own and --dnssec=both only")
    return chosen


def _with_tls(options: Options, parameters: maincf.Parameters, emit: Emit, *, verbose: bool) -> Options:
    """The TLS library's parameters, and whether TLS can be used at all."""
    emit(TlsInitialized())
    config = maincf.tls_config(parameters, options.config)
    disabled = _tls_problem(options, parameters, emit)
    if not disabled:
        _tell_option_words(config, emit, verbose=verbose)
    return replace(options, config=config, tls_disabled=disabled)


def _anchors(options: Options, host: HostEnvironment, emit: Emit) -> TrustSources:
    """The trust anchors of files, and those that our own validation begins with."""
    if not options.anchor_files and options.validation is Validation.RESOLVER:
        return TrustSources()
    from pyfinger.cli.trust import read_anchors, read_dnssec_anchors

    return TrustSources(anchors=read_anchors(options, host, emit), dnssec=read_dnssec_anchors(options, host))


def _with_store(
    options: Options, trust: TrustSources, host: HostEnvironment, emit: Emit
) -> tuple[Options, TrustSources]:
    """Trusted certificates, if TLS is on; such as cannot be loaded turn it off."""
    if options.tls_disabled or not (options.ca_file or options.ca_path):
        return options, trust
    from pyfinger.cli.trust import read_store

    store = read_store(options, host, emit)
    if store is None:
        return replace(options, tls_disabled=True), trust
    return options, replace(trust, store=store)


def _with_credentials(
    options: Options, chain_files: str, host: HostEnvironment, emit: Emit
) -> tuple[Options, tuple[OwnCredential, ...]]:
    """The same for our own keys and certificates."""
    if options.tls_disabled or not (options.chain_files or options.cert_file):
        return options, ()
    from pyfinger.cli.credentials import read_credentials

    credentials = read_credentials(options, chain_files, host, emit)
    return replace(options, tls_disabled=credentials is None), credentials or ()


def _tls_problem(options: Options, parameters: maincf.Parameters, emit: Emit) -> bool:
    """Whether something, which is told, prevents TLS."""
    file = parameters.text("tls_config_file", "default")
    if file not in NO_TLS_FILE and not os.path.isabs(file):
        problem = f"non-default tls_config_file = {file} is not an absolute pathname, disabling TLS support"
        emit(ConfigRemark(problem))
        return True
    if digest_called(options.digest) is None:
        emit(DigestUnknown(options.digest))
        return True
    return False


def _tell_option_words(config: Config, emit: Emit, *, verbose: bool) -> None:
    remarks = (
        *maincf.option_remarks("tls_disable_workarounds", config.tls_disable_workarounds),
        *maincf.option_remarks("tls_ssl_options", config.tls_ssl_options),
    )
    for remark in remarks:
        if verbose or not isinstance(remark, WordsRead):
            emit(remark)


def _look_at_match(options: Options, digest_chosen: bool, emit: Emit) -> None:
    """What can be said about match arguments without looking into them."""
    for word in options.match:
        if word.startswith("--") and word[2:].partition("=")[0] in NAMES:
            emit(OptionMatched(word))
    if options.match and not options.level.must_match:
        emit(MatchIgnored(options.level))
    if options.level is Level.FINGERPRINT and options.digest == "md5" and not digest_chosen:
        for _ in options.match:
            emit(DigestDefaulted())
