"""What `--certificate`, `--records`, `--unsigned` and `--offline` say, read before anything else happens.

    --certificate [HOST=]FILE    PEM or DER: a chain, the server's own first, or a PUBLIC KEY
    --records FILE|TEXT          a piece of a zone, or TLSA data

`-` is standard input.  Text is what has blanks in it (records), or a PEM block; so a file whose
name has blanks is given with `./` or `/` before it.  Private keys that stand beside a certificate
are not looked at, and not kept: neither in a recording nor anywhere else.
"""

from __future__ import annotations

import os
from contextlib import suppress

from pyfinger.cli.parsed_options import ParsedOptions
from pyfinger.errors import CredentialError, DecodeError, UsageError
from pyfinger.maincf.host_environment import PRIVATE_KEY_LEFT_OUT, HostEnvironment, without_private_keys
from pyfinger.model import Level
from pyfinger.model.given import Given, GivenCredential, GivenRecords, Unsigned
from pyfinger.options import Options
from pyfinger.resolve.hostname import valid_hostname
from pyfinger.values import replace
from pyfinger.x509.certificate import read_chain
from pyfinger.x509.key_structures import read_raw_key
from pyfinger.x509.pem import Block, blocks
from pyfinger.x509.trust_store import CERTIFICATE_LABELS, TRUSTED_LABEL, read_trusted

STANDARD_INPUT = "/dev/stdin"
MAX_CERTIFICATES = 100  # of one chain
MAX_FILE = 1 << 20  # octets

_PEM = "-----BEGIN "
_RAW_LABEL = "PUBLIC KEY"


def read_given(options: Options, given: ParsedOptions, host: HostEnvironment) -> Options:
    """The options with what is given in the place of the world; `UsageError`."""
    files, records = given.all("certificate"), given.all("records")
    offline = bool(given.count("offline"))
    if [*files, *records].count("-") > 1:
        raise UsageError("--certificate and --records: standard input can be read once only")
    if offline and not files:
        raise UsageError("--offline: there is nothing to judge without --certificate")
    if files and given.count("tolerance"):
        raise UsageError("--certificate: --tolerance is about a server, and nobody is connected to")
    if given.count("unsigned") and not records:
        raise UsageError("--unsigned goes with --records only")
    if files and options.level is Level.NONE:
        raise UsageError("--certificate: at level none no certificate is looked at")
    if files and options.tls_disabled:
        raise UsageError("--certificate: TLS is disabled, and no certificate is looked at")
    found = Given(
        tuple(_credential(value, host) for value in files),
        _records(records, _unsigned(given), host),
        offline,
    )
    lookups = frozenset({"dns"}) if offline else options.lookups  # which then is what was given
    return replace(options, given=found, lookups=lookups)


def _credential(value: str, host: HostEnvironment) -> GivenCredential:
    name, file = "", value
    if _PEM not in value:
        before, equals, after = value.partition("=")
        if equals and valid_hostname(before):
            name, file = before.lower(), after
    source = _source(file)
    try:
        return replace(_read_credential(_content(file, host)), source=source, host=name)
    except OSError as error:
        raise UsageError(f"--certificate: {source}: {error.strerror or error}") from error
    except DecodeError as error:
        raise UsageError(f"--certificate: {source}: {error.what}") from error


def _content(file: str, host: HostEnvironment) -> bytes:
    if _PEM in file:
        return without_private_keys(file.encode("utf-8", "surrogateescape"))
    return host.read_public(STANDARD_INPUT if file == "-" else file)


def _source(value: str, text: str = "the command line") -> str:
    """What a value is called where it is mentioned; its content never is."""
    if value == "-":
        return "standard input"
    return text if _PEM in value or _is_text(value) else value


def _is_text(value: str) -> bool:
    """Whether records stand there, and no file name."""
    return not value.startswith(("/", "./", "../")) and any(each.isspace() for each in value)


def _read_credential(content: bytes) -> GivenCredential:
    """A chain, or a bare key; `DecodeError`."""
    if len(content) > MAX_FILE:
        raise DecodeError(f"more than {MAX_FILE} octets")
    if _PEM.encode() not in content and PRIVATE_KEY_LEFT_OUT not in content:
        return _of_der(content)
    found = _blocks(content)
    chain = [_certificate(block) for block in found if block.label in CERTIFICATE_LABELS]
    keys = [block.data for block in found if block.label == _RAW_LABEL]
    if not (chain or keys):
        secret = PRIVATE_KEY_LEFT_OUT in content
        what = "a private key, but no certificate and no PUBLIC KEY" if secret else "no certificate in it"
        raise DecodeError(what)
    return _of_chain(tuple(chain)) if chain else _of_key(keys)


def _certificate(block: Block) -> bytes:
    """DER, without the settings that may follow a trusted one."""
    if block.label != TRUSTED_LABEL:
        return block.data
    return read_trusted(block.data).certificate.der


def _blocks(content: bytes) -> list[Block]:
    found: list[Block] = []
    try:
        for block in blocks(content):
            found.append(block)
    except DecodeError as error:
        reason = error.what.removeprefix("PEM: ")
        raise DecodeError(f"PEM block {len(found) + 1} cannot be read: {reason}; is it cut short?") from error
    return found


def _of_der(content: bytes) -> GivenCredential:
    if not content:
        raise DecodeError("empty")
    with suppress(DecodeError):
        return _of_chain((content,))
    with suppress(DecodeError):
        return _of_key([content])
    raise DecodeError("neither PEM nor a certificate or public key in DER")


def _of_chain(chain: tuple[bytes, ...]) -> GivenCredential:
    if len(chain) > MAX_CERTIFICATES:
        raise DecodeError(f"more than {MAX_CERTIFICATES} certificates")
    try:
        certificates = read_chain(chain)
    except CredentialError as error:
        raise DecodeError(f"certificate {(error.place or 0) + 1} cannot be read: {error.reason}") from error
    key = certificates[0].key
    return GivenCredential("", certificates=chain, kind=None if key is None else key.kind)


def _of_key(keys: list[bytes]) -> GivenCredential:
    if len(keys) > 1:
        raise DecodeError("several public keys, and a server shows one")
    try:
        key, _ = read_raw_key(keys[0])
    except CredentialError as error:
        raise DecodeError(f"the public key cannot be read: {error.reason}") from error
    return GivenCredential("", raw_key=keys[0], kind=key.kind)


def _unsigned(given: ParsedOptions) -> tuple[Unsigned, ...]:
    words = [word for value in given.all("unsigned") for word in value.replace(",", " ").split()]
    return tuple(map(_zone, words))


def _zone(word: str) -> Unsigned:
    name, slash, rdtype = word.lower().partition("/")
    zone = "" if name in (".", "all") else name.removesuffix(".")
    if (zone and not valid_hostname(zone)) or (slash and not rdtype.isalnum()):
        raise UsageError(f"bad '--unsigned' option value: {word} (a zone, ZONE/TYPE, or . for all)")
    return Unsigned(zone, rdtype.upper())


def _records(values: tuple[str, ...], unsigned: tuple[Unsigned, ...], host: HostEnvironment) -> GivenRecords:
    if not values:
        return GivenRecords()
    from pyfinger.dnssec.zone_records import read_zone

    texts, sources = [], []
    for value in values:
        source = _source(value)
        try:
            text = value if _is_text(value) else _content(value, host).decode("latin-1")
            if not read_zone(text):
                raise DecodeError("no record in it that says how mail is sent")
        except OSError as error:
            raise UsageError(f"--records: {source}: {os.strerror(error.errno or 0)}") from error
        except DecodeError as error:
            raise UsageError(f"--records: {source}: {error.what}") from error
        texts.append(text)
        sources.append(source)
    try:
        rrsets = read_zone(*texts)
    except DecodeError as error:
        raise UsageError(f"--records: taken together: {error.what}") from error
    return GivenRecords(", ".join(dict.fromkeys(sources)), rrsets, unsigned)
