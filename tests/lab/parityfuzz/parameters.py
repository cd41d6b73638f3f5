"""Random main.cf: parameters with values good and bad, `$name` in all its forms, and odd lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.lab.parityfuzz.draw import Draw

YES_NO = ("yes", "no", "YES", "maybe", "", "1")
CIPHERS = (
    *("HIGH", "DEFAULT", "ECDHE+AESGCM", "AES128-SHA", "aNULL", "!aNULL:HIGH", "", "nosuch"),
    *("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384", "@STRENGTH", "kRSA"),
)
GROUPS = ("X25519", "prime256v1", "secp384r1 X25519", "P-521", "", "nosuch", "X448:X25519", "x25519, P-256")
FFDHE = ("ffdhe2048", "", "ffdhe3072 ffdhe4096", "ffdhe6144", "nosuch")
HOSTS = (
    "a.lab.test",
    "UPPER.lab.test",
    "short",
    "",
    "-bad-",
    "a..b",
    "127.0.0.1",
    "b\u00fccher.test",
    "x y",
    "a_b.test",
)

VALUES: Mapping[str, Sequence[str]] = {
    "myhostname": HOSTS,
    "mydomain": ("lab.test", "", "bad domain", "b\u00fccher.test", "x"),
    "inet_protocols": ("all", "ipv4", "ipv6", "ipv4, ipv6", "ipv6 ipv4", "IPv4", "ipv5", ""),
    "known_tcp_ports": (
        "smtp=25",
        "foo=25",
        "smtp=0",
        "smtp=2525 submission=587",
        "",
        "smtp",
        "a=b=25",
        "lmtp=24,",
    ),
    "smtputf8_enable": YES_NO,
    "enable_idna2003_compatibility": YES_NO,
    "smtp_tls_fingerprint_digest": ("md5", "sha1", "sha256", "sha512", "SHA1", "sha257", ""),
    "tls_high_cipherlist": CIPHERS,
    "tls_medium_cipherlist": CIPHERS,
    "tls_null_cipherlist": ("eNULL:!aNULL", "NULL-SHA256", "", "HIGH"),
    "tls_eecdh_auto_curves": GROUPS,
    "tls_ffdhe_auto_groups": FFDHE,
    "tls_dane_digests": (
        "sha256",
        "sha512 sha256",
        "sha256=1",
        "",
        "sha1",
        "sha512=9 sha256",
        "sha256=x",
        "md5=3",
    ),
    "tls_append_default_CA": YES_NO,
    "tls_ssl_options": ("NO_TICKET", "0x4000", "NO_COMPRESSION, NO_TICKET", "nosuch", "", "NO_RENEGOTIATION"),
    "tls_disable_workarounds": ("0xFFFFFFFF", "CRYPTOPRO_TLSEXT_BUG", "nosuch", "", "TLSEXT_PADDING"),
    "tls_fast_shutdown_enable": YES_NO,
    "tls_config_file": ("default", "none", "relative", ""),
    "tls_config_name": ("x", ""),
    "tls_random_bytes": ("32", "0", "x"),
    "dnssec_probe": ("ns:.", "", "a:mx1.example.test", "nosuch:.", "ns", "mx:example.test"),
    "compatibility_level": ("0", "1", "2", "3.5", "3.6", "3.10", "3.10.13", "x", "", "9999", "3.", "-1"),
    "line_length_limit": ("2048", "512", "600", "100", "x", "", "0"),
    "smtp_connect_timeout": ("30s", "5"),
    "inet_interfaces": ("all", "loopback-only", "127.0.0.1", "nosuch.test", "", "192.0.2.1", "::1 [::1]"),
    "smtp_bind_address": ("127.0.0.1", "127.0.99.1", "x", ""),
    "tcp_windowsize": ("0", "65535", "-1", "x"),
    "nosuchparameter": ("1", "$myhostname", "$nosuch"),
    "import_environment": ("MAIL_CONFIG TZ", "", "X=1"),
    "ignore_mx_lookup_error": YES_NO,
    "mail_name": ("Postfix", "x"),
    "daemon_timeout": ("18000s", "1w", "x", "-1s"),
    "default_process_limit": ("100", "x", "0"),
}
# Those that the manual page names; a bad value of another one is fatal in Postfix only.
OURS = frozenset(VALUES) - {
    *("tls_config_name", "tls_random_bytes", "smtp_connect_timeout", "smtp_bind_address", "mail_name"),
    *("nosuchparameter", "import_environment", "ignore_mx_lookup_error", "daemon_timeout"),
    "default_process_limit",
}
_MOST = (
    "myhostname",
    "tls_medium_cipherlist",
    "inet_protocols",
    "tls_eecdh_auto_curves",
    "smtp_tls_fingerprint_digest",
)


def name(draw: Draw) -> str:
    return draw.one(_MOST) if draw.maybe(0.35) else draw.one(tuple(VALUES))


def assignment(draw: Draw) -> str:
    """An argument of -o."""
    chosen = name(draw)
    if draw.maybe(0.06):
        return draw.one(("", "=", chosen, f"={chosen}", f" {chosen} = x", f"{chosen}==", "a b=c", "{x=y}"))
    return f"{chosen}{draw.one(('=', '=', '=', ' = ', '= '))}{value(draw, chosen)}"


def value(draw: Draw, of: str) -> str:
    return expression(draw, 0) if draw.maybe(0.12) and of in OURS else draw.one(VALUES[of])


def expression(draw: Draw, depth: int) -> str:
    """A value that refers to others (postconf(5), "$name")."""
    plain = draw.one(("a", "lab.test", "1", "yes", "", "x y", "$$", "3.6", "$", "${", "}", "{a}"))
    if depth > 2:
        return plain
    ref = draw.one(
        ("myhostname", "mydomain", "compatibility_level", "nosuch", "own", "mail_version", "config_directory")
    )
    inner = expression(draw, depth + 1)
    other = expression(draw, depth + 1)
    operator = draw.one(("==", "!=", "<", "<=", ">=", ">", "<level", ">=level", "==level", "<>"))
    forms = (
        plain,
        f"${ref}",
        f"$({ref})",
        "${" + ref + "}",
        "${" + f"{ref}?{inner}" + "}",
        "${" + f"{ref}:{inner}" + "}",
        "${" + f"{ref}?{{{inner}}}:{{{other}}}" + "}",
        "${" + f"{ref} ? {{{inner}}}" + "}",
        "${{" + f"{inner}}} {operator} {{{other}}} ? {{yes}} : {{no}}" + "}",
        "${{$" + f"{ref}}} {operator} {{{other}}} ? {{a.test}} : {{b.test}}" + "}",
        f"{inner}.{other}",
    )
    return draw.one(forms)


def main_cf(draw: Draw) -> list[str]:
    """A whole file."""
    lines = ["compatibility_level = 3.10"] if draw.maybe(0.7) else []
    for _ in range(draw.number(1, 6)):
        lines += _lines(draw)
    return lines


def _lines(draw: Draw) -> list[str]:
    chosen = draw.weighted({"own": 0.25, "": 1.0}) or name(draw)
    referring = chosen == "own" or (chosen in OURS and draw.maybe(0.3))
    told = expression(draw, 0) if referring else draw.one(VALUES[chosen])
    plain = f"{chosen} = {told}"
    if draw.maybe(0.75):
        return [plain]
    forms: tuple[list[str], ...] = (
        [f"{chosen}={told}"],
        [f"{chosen}", f"  = {told}"],
        [f"{chosen} =", f"\t{told}"],
        ["# comment", plain],
        [plain, "# comment", "   more"],
        [plain, "", "  more"],
        [f"{plain}  "],
        [f"{chosen}"],
        [f" {plain}"],
        [f"{plain}\r"],
        [f"= {told}"],
        [f"{chosen} = {told} # not a comment"],
        [plain, f"{chosen} = {draw.one(VALUES.get(chosen, ('x',)))}"],
        [f"{chosen} : {told}"],
        [f"x{'y' * 3000} = 1", plain],
        [f"{plain}\x00tail"],
        ["\ufeff" + plain],
        [f"{chosen}\t=\t{told}"],
        [f"[{chosen}]", plain],
    )
    return draw.one(forms)
