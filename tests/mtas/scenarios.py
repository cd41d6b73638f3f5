"""What each server is probed with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.lab.parityfuzz.case import Case
from tests.mtas.server import HOST, SOCKET, Server, Setting

CA_FILE, OTHER_CA = "/media/root.pem", "/media/other.pem"
CLIENT = "/media/client.pem"  # its key and certificate
FINGERPRINT = "{fingerprint}"  # of the server's key
ODD_NAMES = ("foo_bar", "[192.0.2.1]", "foo..bar", "-foo.example", "x.example.", "x")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A command line, but for the destination."""

    name: str
    words: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()  # arguments after the destination
    by_name: bool = False  # the destination is HOST, else its address


_SECURE = ("-l", "secure", "-F", CA_FILE)
_SOME = (
    Scenario("plain"),
    Scenario("may", ("-l", "may")),
    Scenario("encrypt", ("-l", "encrypt")),
    Scenario("logged", ("-l", "may", "-v", "-L", "verbose,cache")),
)
_ALL = (
    *_SOME,
    Scenario("by-name", ("-l", "may", "-h", "native"), by_name=True),
    Scenario("fingerprint", ("-l", "fingerprint"), (FINGERPRINT,)),
    Scenario("other-fingerprint", ("-l", "fingerprint"), ("ab:cd",)),
    Scenario("secure", (*_SECURE, "-h", "native"), (HOST,), by_name=True),
    Scenario("other-name", _SECURE, ("mx.other.test",)),
    Scenario("other-authority", ("-l", "secure", "-F", OTHER_CA), (HOST,)),
    Scenario("chain", ("-c", "-C", "-l", "may")),
    Scenario("again", ("-l", "may", "-r", "1", "-m", "2", "-L", "summary,cache")),
    Scenario("again-tls12", ("-l", "may", "-p", "TLSv1.2", "-r", "1", "-m", "1", "-L", "summary,cache")),
    Scenario("debug", ("-l", "may", "-L", "ssl-debug,ssl-handshake-packet-dump")),
    Scenario("tls12", ("-l", "encrypt", "-p", "TLSv1.2")),
    Scenario("tls11", ("-l", "encrypt", "-p", "TLSv1.1", "-o", "tls_medium_cipherlist=ALL:@SECLEVEL=0")),
    Scenario("anonymous", ("-l", "may", "-p", "TLSv1.2", "-o", "tls_medium_cipherlist=aNULL:@SECLEVEL=0")),
    Scenario("sni", ("-l", "may", "-s", HOST)),
    Scenario("other-sni", ("-l", "may", "-s", "mx.other.test")),
    Scenario("post-quantum", ("-l", "may", "-o", "tls_eecdh_auto_curves=X25519MLKEM768 X25519")),
    Scenario("p384", ("-l", "may", "-o", "tls_eecdh_auto_curves=secp384r1")),
    Scenario("raw-key", ("-l", "may", "-x")),
    Scenario("client", ("-l", "may", "-k", CLIENT, "-K", CLIENT)),
    *(Scenario(f"ehlo {name}", ("-l", "may", "-o", f"myhostname={name}")) for name in ODD_NAMES),
)
_WRAPPED = {
    "wrapped": ("-w", "-l", "may"),
    "wrapped-again": ("-w", "-l", "may", "-r", "1", "-m", "1", "-L", "summary,cache"),
}
_BY_SETTING = {
    Setting.USUAL: _ALL,
    Setting.OFF: _SOME,
    Setting.BARE: _SOME,
    Setting.MISSING: _SOME,
    Setting.ASKING: (
        *_SOME,
        Scenario("client", ("-l", "may", "-k", CLIENT, "-K", CLIENT)),
        Scenario("client-tls12", ("-l", "may", "-p", "TLSv1.2", "-k", CLIENT, "-K", CLIENT)),
    ),
    Setting.TLS12: (*_SOME, Scenario("again", ("-l", "may", "-r", "1", "-m", "1", "-L", "summary,cache"))),
}


def cases(server: Server, setting: Setting, fingerprint: str) -> Iterator[tuple[str, Case]]:
    """The name and the command line of each scenario with a server."""
    for scenario in _BY_SETTING[setting]:
        where = HOST if scenario.by_name else "127.0.0.1"
        matches = [word.replace(FINGERPRINT, fingerprint) for word in scenario.matches]
        yield scenario.name, _case(server, scenario.words, f"[{where}]:{server.port}", matches)
    if setting is Setting.USUAL:
        if server.wrapper:
            for name, words in _WRAPPED.items():
                yield name, _case(server, words, f"[127.0.0.1]:{server.wrapper}")
        if server.socket:
            yield "socket", _case(server, ("-l", "may"), f"unix:{SOCKET}")


def _case(server: Server, words: Sequence[str], destination: str, matches: Sequence[str] = ()) -> Case:
    options: list[list[str]] = [["-S"]] if server.lmtp else []
    for word in words:  # an option and its value are one group
        if word.startswith("-"):
            options.append([word])
        else:
            options[-1].append(word)
    return Case(kind=server.name, argv=[*options, [destination], *([each] for each in matches)])
