"""Lines about options, configuration, and our own keys and certificates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.events import (
    AccountRefused,
    AddressesFound,
    AnchorAccepted,
    AnchorFileUnreadable,
    AuthoritiesRefused,
    CertificateFileRefused,
    ChainFault,
    ChainFileFaulty,
    ChainFilesRefused,
    ChainFileUnreadable,
    ConfigRemark,
    DigestDefaulted,
    DigestUnknown,
    FingerprintAccepted,
    FingerprintMalformed,
    GroupsConfigured,
    KeyFileMismatched,
    KeyFileRefused,
    LogWordUnknown,
    MatchIgnored,
    OptionMatched,
    PemTypeIgnored,
    PrivilegesDropped,
    ProbeInterrupted,
    ProbeRefused,
    SecondKeyIgnored,
    TlsInitialized,
    WordsRead,
)
from pyfinger.model import Family
from pyfinger.report.lines.log_line import LineTable, Severity
from pyfinger.report.sanitise import cut, octets
from pyfinger.report.visibility import VERBOSE, importing, verbose, very_verbose
from pyfinger.report.words import system_error

TABLE = LineTable()

FAMILY_NAMES = {Family.IPV4: "IPv4", Family.IPV6: "IPv6"}
NETWORKS = {Family.IPV4: "{}/32", Family.IPV6: "[{}]/128"}

LACKS = {
    "create": "who may not write to this folder: start it where that user may, in /tmp for example",
    "connect": "who may not use that socket: permit it to that user",
}

FINGERPRINT_LIMIT = 192  # characters of a SHA-512 digest with colons, and then some


FAULTS = {
    ChainFault.NO_PEM: "No PEM data in {file}",
    ChainFault.NO_KEY: "No private key found in {file}",
    ChainFault.NO_CERTIFICATE: "No certs for key at index {index} in {file}",
    ChainFault.CERTIFICATE_FIRST: "error loading chain from {file}: key not first",
    ChainFault.KEY_AFTER_KEY: (
        "error loading certificate chain: key at index {index} in {file} not followed by a certificate"
    ),
    ChainFault.KEY_MALFORMED: "error loading private key (PEM object number {index}) from {file}",
    ChainFault.KEY_TOO_LONG: "error loading private key (PEM object number {index}) from {file}: excess data",
    ChainFault.CERTIFICATE_MALFORMED: "error loading certificate (PEM object number {index}) from {file}",
    ChainFault.CERTIFICATE_TOO_LONG: (
        "error loading certificate (PEM object number {index}) from {file}: excess data"
    ),
    ChainFault.MISMATCH: (
        "error loading certificate chain: key at index {index} in {file} does not match the certificate"
    ),
    ChainFault.LAST_MISMATCH: "key at index {index} in {file} does not match next certificate",
}


@TABLE.line(LogWordUnknown, Severity.WARNING)
def _(event: LogWordUnknown) -> str:
    return f'unknown -L option value "{event.word}" in "{event.value}"'


@TABLE.line(ConfigRemark, Severity.WARNING)
def _(event: ConfigRemark) -> str:
    return event.text


@TABLE.line(DigestUnknown, Severity.WARNING)
def _(event: DigestUnknown) -> tuple[str, str]:
    return f'Digest algorithm "{event.name}" not found', "disabling TLS support"


@TABLE.line(DigestDefaulted)
def _(_event: DigestDefaulted) -> str:
    return (
        "using backwards-compatible default setting smtp_tls_fingerprint_digest=md5"
        " to compute certificate fingerprints"
    )


@TABLE.line(ProbeRefused, Severity.FATAL)
def _(event: ProbeRefused) -> str:
    return event.reason


@TABLE.line(ProbeInterrupted, Severity.WARNING)
def _(event: ProbeInterrupted) -> str | None:
    """Whoever pressed the key knows."""
    return None if event.reason == "interrupted" else f"unfinished: {event.reason}"


@TABLE.line(MatchIgnored, Severity.WARNING)
def _(event: MatchIgnored) -> str:
    return f"TLS level '{event.level.word}' does not implement certificate matching"


@TABLE.line(OptionMatched, Severity.WARNING)
def _(event: OptionMatched) -> str:
    return f'"{event.word}" behind the destination is a name to match, not an option'


@TABLE.line(TlsInitialized, when=VERBOSE)
def _(_event: TlsInitialized) -> str:
    return "initializing the client-side TLS engine"


@TABLE.line(TlsInitialized, when=verbose)
def _(_event: TlsInitialized) -> str:
    return "tls_library_init: using backwards-compatible defaults"


@TABLE.line(AnchorFileUnreadable, Severity.WARNING)
def _(event: AnchorFileUnreadable) -> str:
    return f"error opening trust anchor file: {event.file}: {system_error(event.code)}"


@TABLE.line(AnchorAccepted, when=importing)
def _(event: AnchorAccepted) -> str:
    what = "pkey" if event.record.selector else "cert"
    return f"TA {what} as TLSA record: {event.file}: {event.record}"


@TABLE.line(AuthoritiesRefused)
def _(event: AuthoritiesRefused) -> str:
    named = {"CAfile": event.ca_file, "CApath": event.ca_path}
    places = ", ".join(f'{word}="{place}"' for word, place in named.items() if place)
    return f"cannot load Certification Authority data, {places}: disabling TLS support"


@TABLE.line(FingerprintMalformed, Severity.WARNING)
def _(event: FingerprintMalformed) -> str:
    if len(octets(event.value)) > FINGERPRINT_LIMIT:
        return f"malformed fingerprint value: {cut(event.value, 100)}..."
    return f"malformed fingerprint value: {event.value}"


@TABLE.line(FingerprintAccepted, when=importing)
def _(event: FingerprintAccepted) -> str:
    return f"fingerprint: digest as private-use TLSA record: {event.record}"


@TABLE.line(WordsRead, when=verbose)
def _(event: WordsRead) -> tuple[str, ...]:
    return tuple(f"name_mask: {word}" for word in event.words)


@TABLE.line(AddressesFound, when=verbose)
def _(event: AddressesFound) -> tuple[str, ...]:
    """Postfix works out mynetworks in passing, of each address a network of its own."""
    if not event.families:
        settings = ("mynetworks", "inet_interfaces")
        return tuple(f"skipping {name} setting - all network protocols are disabled" for name in settings)
    counts = [
        f"inet_addr_local: configured {len(found)} {FAMILY_NAMES.get(family, family.value)} addresses"
        for family, found in event.families
    ]
    networks = [
        NETWORKS.get(family, "{}").format(address) for family, found in event.families for address in found
    ]
    return (*counts, *_been_here(networks), f"mynetworks_core: {' '.join(networks)} ")


@TABLE.line(GroupsConfigured, when=verbose)
def _(event: GroupsConfigured) -> tuple[str, ...]:
    return tuple(_been_here(event.names))


@TABLE.line(PrivilegesDropped, when=very_verbose)
def _(event: PrivilegesDropped) -> str:
    return f"chroot (none) user {event.user}"


@TABLE.line(PrivilegesDropped, when=verbose)
def _(event: PrivilegesDropped) -> str:
    return f"no longer root: user {event.user} (uid {event.uid}, gid {event.gid})"


@TABLE.line(AccountRefused, Severity.WARNING, when=verbose)
def _(event: AccountRefused) -> str:
    who = f"started by root, the probe goes on as user {event.user}"
    return f"{who}, {LACKS[event.doing]}, or name another one: -o mail_owner=USER"


def _been_here(names: Sequence[str]) -> Iterator[str]:
    """Whether each name came up before, in any letter case: 0 or 1."""
    lowered = [name.lower() for name in names]
    return (f"been_here: {name}: {int(name.lower() in lowered[:at])}" for at, name in enumerate(names))


@TABLE.line(ChainFileUnreadable, Severity.WARNING)
def _(event: ChainFileUnreadable) -> str:
    return f"error opening chain file: {event.file}: {system_error(event.code)}"


@TABLE.line(ChainFileFaulty, Severity.WARNING)
def _(event: ChainFileFaulty) -> str:
    return FAULTS[event.fault].format(file=event.file, index=event.index)


@TABLE.line(PemTypeIgnored, Severity.WARNING)
def _(event: PemTypeIgnored) -> str:
    return f"loading {event.file}: ignoring PEM type: {event.label}"


@TABLE.line(SecondKeyIgnored, Severity.WARNING)
def _(event: SecondKeyIgnored) -> str:
    return f"ignoring 2nd key at index {event.index} in {event.file} after 1st at {event.first}"


@TABLE.line(ChainFilesRefused, Severity.WARNING)
def _(event: ChainFilesRefused) -> str:
    return f"error loading private keys and certificates from: {event.files}: disabling TLS support"


# Postfix says RSA here, whatever kind of key it is.


@TABLE.line(CertificateFileRefused, Severity.WARNING)
def _(event: CertificateFileRefused) -> str:
    return f'cannot get RSA certificate from file "{event.file}": disabling TLS support'


@TABLE.line(KeyFileRefused, Severity.WARNING)
def _(event: KeyFileRefused) -> str:
    return f'cannot get RSA private key from file "{event.file}": disabling TLS support'


@TABLE.line(KeyFileMismatched, Severity.WARNING)
def _(event: KeyFileMismatched) -> str:
    return (
        f"RSA private key in {event.key_file} does not match public key in {event.certificate_file}:"
        " disabling TLS support"
    )
