"""What a mail server is here: how it is installed, set up and started, and where it listens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

HOST = "mx.mtas.test"
CHAIN, KEY, ROOT = "/etc/mtas/chain.pem", "/etc/mtas/key.pem", "/etc/mtas/root.pem"
MISSING = "/etc/mtas/missing.pem"  # never there
SOCKET = "/media/lmtp"  # for who has a unix socket


class Setting(Enum):
    """How TLS is set up; each server has the first, and those others that it can be set to."""

    USUAL = "usual"  # a certificate and its key, all else as it comes
    OFF = "off"  # no certificate, by its own settings
    BARE = "bare"  # not a word about TLS, where that is another thing
    MISSING = "missing"  # the files do not exist
    ASKING = "asking"  # a client certificate is asked for, not demanded
    TLS12 = "tls12"  # and nothing newer


def by_certificate(
    text: Callable[[str], str], *, off: str = "", more: Mapping[Setting, str] | None = None
) -> dict[Setting, str]:
    """What `text` says of the certificate's file: of one that is there, and of one that is not.

    `off` is without TLS; the lines of `more` come after the usual text, for each setting that has some.
    """
    usual = text(CHAIN)
    added = {setting: f"{usual}\n{lines}" for setting, lines in (more or {}).items()}
    return {Setting.USUAL: usual, Setting.OFF: off, Setting.MISSING: text(MISSING), **added}


def package_version(package: str) -> str:
    """A command for `Server.version`: what Debian's package says, without Debian's part of it."""
    return f"dpkg-query -W -f '${{Version}}' {package} | sed 's/-.*//'"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server.

    `{tls}` in its files stands for what `tls` has for the setting in force.  The commands are run by
    its tree's shell.
    """

    name: str
    title: str  # for tables; `{version}` stands for what `version` prints
    install: str
    version: str
    files: Mapping[str, str]
    tls: Mapping[Setting, str]
    start: str  # stays
    port: int = 25
    lmtp: bool = False
    wrapper: int | None = None  # a port where TLS comes first
    of_debian: bool = True  # another release has another version
    socket: bool = False  # whether it is at SOCKET, too
    prepare: str = ":"
    chance: tuple[str, ...] = ()  # expressions of what it says otherwise each time
