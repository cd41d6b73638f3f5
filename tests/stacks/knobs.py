"""What a stack's server is told, for what is wished of it; None if it cannot be so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.lab.places import PKI, SHARE
from tests.stacks.scenarios import HYBRIDS, PURE, ROOT, Wish

MADE = SHARE / "stacks" / "keys"  # the lab's credentials in other formats
_NUMBERS = {
    "secp384r1": 24,
    "MLKEM512": 512,
    "MLKEM768": 513,
    "MLKEM1024": 514,
    "SecP256r1MLKEM768": 4587,
    "X25519MLKEM768": 4588,
    "SecP384r1MLKEM1024": 4589,
}
_HYBRIDS = tuple(HYBRIDS.values())
_PURE = tuple(PURE.values())


def _key(wish: Wish) -> str:
    return str(PKI / f"{wish.key}.key")


def _chain(wish: Wish) -> str:
    return str(PKI / f"chain-{wish.key}.pem")


def _greeting(wish: Wish) -> list[str]:
    return ["greet=yes"] if wish.wrapped else []


def _credentials(wish: Wish) -> list[str]:
    """With the greeting: what all programs of ours understand, but that in Java."""
    return [f"key={_key(wish)}", f"cert={_chain(wish)}", *_greeting(wish)]


def _plain(wish: Wish, groups: Iterable[str] = ()) -> bool:
    """Whether it is nothing out of the way: certificates as they are, no group but these."""
    return not (wish.raw_key or wish.compress or (wish.group and wish.group not in groups))


def openssl(wish: Wish) -> list[str] | None:
    """Of s_server: whoever greets has to see when."""
    options = ["-cert", _chain(wish), "-cert_chain", str(PKI / "inter.pem"), "-key", _key(wish)]
    options += [f"-tls1_{wish.version[-1]}"] if wish.version else []
    options += ["-groups", wish.group] if wish.group else []
    options += ["-verify", "3"] if wish.ask else []
    options += ["-enable_server_rpk"] if wish.raw_key else []
    options += ["-cert_comp"] if wish.compress else []
    options += [] if wish.wrapped else ["-quiet"]
    return options


def gnutls(wish: Wish) -> list[str] | None:
    """As a priority string."""
    groups = {"secp384r1": "SECP384R1", "X25519MLKEM768": "X25519-MLKEM768"}
    groups |= {"SecP256r1MLKEM768": "SECP256R1-MLKEM768", "SecP384r1MLKEM1024": "SECP384R1-MLKEM1024"}
    if wish.group and wish.group not in groups:
        return None
    priority = "NORMAL"
    priority += f":-VERS-ALL:+VERS-TLS{wish.version}" if wish.version else ""
    priority += f":-GROUP-ALL:+GROUP-{groups[wish.group]}" if wish.group else ""
    priority += ":-CTYPE-SRV-ALL:+CTYPE-SRV-RAWPK" if wish.raw_key else ""
    options = [*_credentials(wish), f"priority={priority}"]
    options += [f"pub={MADE / wish.key}.pub"] if wish.raw_key else []
    options += ["ask=yes"] if wish.ask else []
    options += ["compress=yes"] if wish.compress else []
    return options


def _numbered(wish: Wish) -> list[str] | None:
    """Of our own programs, which know groups by IANA's numbers."""
    if not _plain(wish, _NUMBERS):
        return None
    options = _credentials(wish)
    options += [f"version={wish.version}"] if wish.version else []
    options += [f"group={_NUMBERS[wish.group]}"] if wish.group else []
    return [*options, "ask=yes"] if wish.ask else options


def nss(wish: Wish) -> list[str] | None:
    """Its data base takes no Ed25519 key."""
    options = _numbered(wish)
    return None if options is None or wish.key == "ed25519" else [*options, f"db=sql:{MADE / wish.key}.nss"]


mbedtls = wolfssl = botan = _numbered


def libressl(wish: Wish) -> list[str] | None:
    """By OpenSSL's names, of which it has few; it knows nothing of Ed25519 in TLS."""
    if not _plain(wish, ("secp384r1", *_HYBRIDS, *_PURE)) or wish.key == "ed25519":
        return None
    options = _credentials(wish)
    options += [f"versions=tlsv{wish.version}"] if wish.version else []
    options += [f"groups={wish.group}"] if wish.group else []
    return [*options, "ask=yes", f"root={ROOT}"] if wish.ask else options


def bearssl(wish: Wish) -> list[str] | None:
    """Its program offers no choice; client certificates take a judge of one's own."""
    able = _plain(wish) and not wish.ask and wish.version != "1.3" and wish.key != "ed25519"
    return [*_credentials(wish), *(["version=1.2"] if wish.version else [])] if able else None


def _with_versions(wish: Wish, prefix: str = "") -> list[str]:
    version = f"{prefix}{wish.version}"
    return [*_credentials(wish), *((f"min={version}", f"max={version}") if wish.version else ())]


def go(wish: Wish) -> list[str] | None:
    if not _plain(wish, ("secp384r1", *_HYBRIDS)):
        return None
    options = _with_versions(wish)
    options += [f"groups={wish.group}"] if wish.group else []
    return [*options, "ask=yes"] if wish.ask else options


def java(wish: Wish) -> list[str] | None:
    groups = {"secp384r1", *_HYBRIDS}
    if not _plain(wish, groups):
        return None
    options = [f"p12={MADE / wish.key}.p12", *_greeting(wish)]
    options += [f"versions=TLSv{wish.version}"] if wish.version else []
    options += [f"groups={wish.group}"] if wish.group else []
    return [*options, "ask=yes"] if wish.ask else options


def erlang(wish: Wish) -> list[str] | None:
    groups = {"secp384r1": "secp384r1", **{name: name.lower() for name in _HYBRIDS + _PURE}}
    if not _plain(wish, groups):
        return None
    options = [*_credentials(wish)]
    options += [f"versions=tlsv{wish.version}"] if wish.version else []
    options += ["tickets=stateless"] if wish.version == "1.3" else []
    options += [f"groups={groups[wish.group]}"] if wish.group else []
    return [*options, "ask=yes", f"root={ROOT}"] if wish.ask else options


def node(wish: Wish) -> list[str] | None:
    """By the names of OpenSSL, in whatever is behind."""
    if not _plain(wish, ("secp384r1", *_HYBRIDS, *_PURE)):
        return None
    options = _with_versions(wish, "TLSv")
    options += [f"groups={wish.group}"] if wish.group else []
    return [*options, "ask=yes"] if wish.ask else options


def python(wish: Wish) -> list[str] | None:
    if not _plain(wish):
        return None
    options = _with_versions(wish)
    options = [option.replace("=1.", "=TLSv1_") for option in options]
    return [*options, "ask=yes", f"root={ROOT}"] if wish.ask else options


def rustls(wish: Wish) -> list[str] | None:
    """No client keys; Python's interface has no way to tell groups, but it has this one by itself."""
    if wish.ask:
        return None
    return python(replace(wish, group="") if wish.group == "X25519MLKEM768" else wish)


def deno(wish: Wish) -> list[str] | None:
    """Nor does Deno listen to names of groups."""
    return node(wish) if wish.group in ("", "X25519MLKEM768") else None


def s2n(wish: Wish) -> list[str] | None:
    """Versions and groups are those of a security policy; it knows nothing of Ed25519."""
    if not _plain(wish, _HYBRIDS) or wish.key == "ed25519":
        return None
    versions = {
        "": "default_tls13",
        "1.2": "ELBSecurityPolicy-TLS-1-2-2017-01",
        "1.3": "AWS-CRT-SDK-TLSv1.3-2023",
    }
    policy = "default_pq" if wish.group else versions[wish.version]
    options = [*_credentials(wish), f"policy={policy}"]
    return [*options, "ask=yes"] if wish.ask else options


def tlslite(wish: Wish) -> list[str] | None:
    groups = {"secp384r1": "secp384r1", **{name: name.lower() for name in _HYBRIDS}}
    if not _plain(wish, groups):
        return None
    options = _with_versions(wish)
    options += [f"groups={groups[wish.group]}"] if wish.group else []
    return [*options, "ask=yes"] if wish.ask else options


def python_mbedtls(wish: Wish) -> list[str] | None:
    if not _plain(wish) or wish.ask or wish.version == "1.3" or wish.key == "ed25519":
        return None
    newest = ["version=1.2"] if wish.version else []  # there is no other
    return [*_credentials(wish), f"kind={'rsa' if wish.key == 'rsa' else 'ecc'}", *newest]
