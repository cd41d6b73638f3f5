"""The lab's real mail servers: what each address serves.

Postfix smtpd is on 127.0.1.N and [::1], Exim (GnuTLS) on 127.0.2.1, Dovecot's
LMTP on 127.0.2.3 and a unix socket; `write` makes their configuration files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from tests.lab.places import PKI, SHARE

Parameters: TypeAlias = Mapping[str, str]  # of main.cf, for one server
Server: TypeAlias = tuple[str | None, Parameters]  # the chain it shows, and what else is special


def _chain(name: str) -> str:
    return f"{PKI}/chain-{name}.pem"


def _only(version: str) -> dict[str, str]:
    """One version of TLS, of those that need weaker rules."""
    return {
        "smtpd_tls_protocols": f">={version}, <={version}",
        "tls_medium_cipherlist": "DEFAULT:@SECLEVEL=0",
        "smtpd_tls_ciphers": "medium",
    }


_TLS12 = {
    "smtpd_tls_protocols": ">=TLSv1.2, <=TLSv1.2",
    "smtpd_tls_mandatory_protocols": ">=TLSv1.2, <=TLSv1.2",
}
_MUST = {"smtpd_tls_security_level": "encrypt"}
_CHECK = {"smtpd_tls_CAfile": f"{PKI}/root.pem", "smtpd_tls_ask_ccert": "yes"}  # client certificates
_DEMAND = {**_CHECK, "smtpd_tls_req_ccert": "yes", **_MUST}
_SNI = (
    "inline:{ "
    f"{{sni1.example.test = {_chain('sni1')}}}, "
    f"{{mx-sni.dane.test = {_chain('sni1')}}}, "
    f"{{sni2.example.test = {_chain('sni2')}}} "
    "}"
)

# Number: 127.0.1.NUMBER port 25, called mxNUMBER.example.test unless it says otherwise.
_NUMBERED: dict[int, Server] = {
    1: ("p256", {}),
    2: ("rsa-full", {}),
    3: ("p384", {"tls_eecdh_auto_curves": "secp384r1"}),
    4: ("ed25519", {}),
    5: ("expired", {}),
    6: ("mismatch", {}),
    7: ("cnonly", {}),
    8: ("multi", {}),
    9: ("p256-alone", {}),
    10: (None, {}),
    11: (None, {"smtpd_tls_security_level": "none"}),
    12: ("p256", _CHECK),
    13: ("rsa", {**_TLS12, "tls_ssl_options": "NO_TICKET"}),
    14: ("rsa", _TLS12),
    15: (
        "rsa",
        {**_TLS12, "smtpd_tls_session_cache_timeout": "0", "smtpd_tls_always_issue_session_ids": "no"},
    ),
    16: ("rsa", {"tls_ssl_options": "NO_TICKET"}),
    17: ("rsa", _only("TLSv1")),
    18: ("rsa", _only("TLSv1.1")),
    19: ("p256", {"smtpd_tls_enable_rpk": "yes"}),
    20: ("p256", {"tls_server_sni_maps": _SNI}),
    21: ("wildself", {}),
    22: ("p256", _DEMAND),
    23: ("both", {}),
    24: ("rsa", {**_TLS12, "tls_medium_cipherlist": "kDHE+aRSA:@STRENGTH"}),
    25: ("rsa", {**_TLS12, "tls_medium_cipherlist": "AES128-SHA:AES256-SHA"}),
    26: ("rsa", {"tls_eecdh_auto_curves": "X25519MLKEM768 X25519"}),
    27: (
        "p256",
        {**_TLS12, "tls_medium_cipherlist": "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-CCM8"},
    ),
    28: ("rsapss", {}),
    29: ("ed448", {}),
    30: ("p521", {}),
    31: ("rsa4096", {}),
    32: ("rsa", _DEMAND | _TLS12),
    33: ("nocn", {}),
    34: ("longcn", {}),
    35: ("dotself", {"myhostname": "selfsigned.test"}),
    36: ("rsa", {"smtpd_tls_session_cache_timeout": "0"}),
    37: ("utf8cn", {}),
    38: ("emptysubj", {}),
    39: ("otherleaf", {}),
}
_MX1 = {"myhostname": "mx1.example.test"}
_MORE: dict[str, Server] = {
    "[::1]:25": ("p256", _MX1),
    "127.0.1.1:465": ("p256", _MX1 | {"smtpd_tls_wrappermode": "yes"}),
    "127.0.1.1:587": ("p256", _MX1 | _MUST),
    "127.0.1.1:2525": ("p256", _MX1),
}

_MAIN_CF = f"""\
compatibility_level = 3.10
queue_directory = {SHARE}/spool
data_directory = {SHARE}/postfix-data
maillog_file = {SHARE}/log/maillog
maillog_file_prefixes = {SHARE}
myhostname = lab.test
mynetworks = 127.0.0.0/8 [::1]/128
mydestination =
inet_protocols = all
smtpd_banner = $myhostname ESMTP Postfix
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_session_cache_database = btree:$data_directory/smtpd_scache
alias_maps =
alias_database =
smtpd_relay_restrictions = reject
anvil_status_update_time = 24h
max_idle = 600s
"""

_MASTER_CF = """\
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
"""

_EXIM_CONF = f"""\
primary_hostname = exim.example.test
local_interfaces = 127.0.2.1
daemon_smtp_ports = 25 : 465
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = {PKI}/exim.pem
tls_privatekey = {PKI}/rsa.key
spool_directory = {SHARE}/exim
log_file_path = {SHARE}/exim/%slog
host_lookup =
rfc1413_query_timeout = 0s
smtp_banner = $primary_hostname ESMTP Exim
keep_environment =
acl_smtp_rcpt = deny_all
begin acl
deny_all:
  deny
"""

_DOVECOT_CONF = f"""\
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
base_dir = {SHARE}/dovecot
log_path = {SHARE}/log/dovecot
protocols = lmtp
login_greeting = Dovecot ready.
ssl = yes
ssl_server_cert_file = {PKI}/chain-rsa.pem
ssl_server_key_file = {PKI}/rsa.key
mail_driver = maildir
mail_path = /tmp
default_vsz_limit = 512 M
service lmtp {{
  inet_listener lmtp {{
    listen = 127.0.2.3
    port = 24
  }}
  unix_listener {SHARE}/sock/lmtp {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


def listeners() -> Iterator[tuple[str, str | None, Parameters]]:
    """Address, chain and parameters of every smtpd."""
    for number, (chain, parameters) in _NUMBERED.items():
        yield f"127.0.1.{number}:25", chain, {"myhostname": f"mx{number}.example.test", **parameters}
    for address, (chain, parameters) in _MORE.items():
        yield address, chain, parameters


def _master_cf() -> str:
    lines = [_MASTER_CF]
    for address, chain, parameters in listeners():
        lines.append(f"{address} inet n - n - - smtpd\n")
        certificate = _certificate(chain, parameters)
        lines += [f"  -o {{ {name} = {value} }}\n" for name, value in {**parameters, **certificate}.items()]
    return "".join(lines)


def _certificate(chain: str | None, parameters: Parameters) -> Parameters:
    """The chain, or that there is none, unless there is no TLS at all."""
    if chain is not None:
        return {"smtpd_tls_chain_files": _chain(chain)}
    return {} if parameters.get("smtpd_tls_security_level") == "none" else {"smtpd_tls_cert_file": "none"}


def write() -> None:
    """Write the configuration files of all servers, and the chain for Exim."""
    etc = SHARE / "etc"
    folder = etc / "postfix-server"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.cf").write_text(_MAIN_CF)
    (folder / "master.cf").write_text(_master_cf())
    (etc / "exim.conf").write_text(_EXIM_CONF)
    (etc / "dovecot.conf").write_text(_DOVECOT_CONF)
    (PKI / "exim.pem").write_text("".join((PKI / name).read_text() for name in ("rsa.pem", "inter.pem")))
