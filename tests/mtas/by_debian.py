"""Servers that Debian brings."""

from __future__ import annotations

from tests.lab.layers import by_apt
from tests.mtas.server import CHAIN, HOST, KEY, MISSING, ROOT, Server, Setting


def _exim_files(certificate: str) -> str:
    return f"tls_certificate = {certificate}\ntls_privatekey = {KEY}\n"


_EXIM = f"""\
primary_hostname = {HOST}
local_interfaces = 127.0.0.1
daemon_smtp_ports = 25 : 465
tls_on_connect_ports = 465
host_lookup =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = none
{{tls}}
begin acl
none:
  deny
"""
_EXIM_TLS = f"tls_advertise_hosts = *\n{_exim_files(CHAIN)}"

_POSTFIX_MAIN = f"""\
compatibility_level = 3.6
myhostname = {HOST}
mydestination =
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
alias_maps =
alias_database =
smtpd_peername_lookup = no
maillog_file = /var/log/postfix.log
smtpd_relay_restrictions = reject
smtpd_tls_security_level = may
smtpd_tls_session_cache_database = btree:$data_directory/smtpd_scache
{{tls}}
"""
_POSTFIX_MASTER = """\
127.0.0.1:25 inet n - n - - smtpd
127.0.0.1:465 inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
_POSTFIX_TLS = f"smtpd_tls_chain_files = {KEY}, {CHAIN}"

SERVERS = (
    Server(
        name="postfix",
        title="Postfix {version}",
        install=by_apt("postfix"),
        version="postconf -h mail_version",
        files={"/etc/postfix/main.cf": _POSTFIX_MAIN, "/etc/postfix/master.cf": _POSTFIX_MASTER},
        tls={
            Setting.USUAL: _POSTFIX_TLS,
            Setting.OFF: "smtpd_tls_security_level =",
            Setting.MISSING: f"smtpd_tls_cert_file = {MISSING}",
            Setting.ASKING: f"{_POSTFIX_TLS}\nsmtpd_tls_CAfile = {ROOT}\nsmtpd_tls_ask_ccert = yes",
            Setting.TLS12: f"{_POSTFIX_TLS}\nsmtpd_tls_protocols = TLSv1.2",
        },
        start="exec postfix start-fg",
        wrapper=465,
    ),
    Server(
        name="exim",
        title="Exim {version} (GnuTLS)",
        install=by_apt("exim4-daemon-light"),
        version="exim4 -bV | sed -n '1s/^Exim version \\([^ ]*\\).*/\\1/p'",
        files={"/etc/exim4/exim4.conf": _EXIM},
        tls={
            Setting.USUAL: _EXIM_TLS,
            Setting.OFF: "tls_advertise_hosts =\n",
            Setting.MISSING: f"tls_advertise_hosts = *\n{_exim_files(MISSING)}",
            Setting.ASKING: f"{_EXIM_TLS}tls_try_verify_hosts = *\ntls_verify_certificates = {ROOT}\n",
            Setting.TLS12: f"{_EXIM_TLS}tls_require_ciphers = NORMAL:-VERS-TLS1.3\n",
        },
        prepare=f"chgrp Debian-exim {KEY}; chmod 640 {KEY}",
        start="exec exim4 -bdf",
        wrapper=465,
        chance=(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}",),
    ),
)
