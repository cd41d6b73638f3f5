"""The usual mail servers, of Debian."""

from __future__ import annotations

from tests.lab.layers import by_apt
from tests.mtas.server import CHAIN, HOST, KEY, MISSING, ROOT, Server, Setting, by_certificate


def _exim_files(certificate: str) -> str:
    return f"tls_advertise_hosts = *\ntls_certificate = {certificate}\ntls_privatekey = {KEY}"


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

_OPENSMTPD = """\
{tls}
action "none" maildir "/tmp/mail"
match from any for domain "mtas.test" action "none"
"""
_LISTEN = f"listen on 127.0.0.1 port 25 hostname {HOST}"
_WRAPPED = f"listen on 127.0.0.1 port 465 hostname {HOST} smtps pki {HOST}"


def _pki(certificate: str) -> str:
    return f'pki {HOST} cert "{certificate}"\npki {HOST} key "{KEY}"\n{_LISTEN} tls pki {HOST}\n{_WRAPPED}'


_SENDMAIL = f"""\
define(`_USE_ETC_MAIL_')dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`debian')dnl
DOMAIN(`debian-mta')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA, Port=smtp, Addr=127.0.0.1')dnl
DAEMON_OPTIONS(`Family=inet, Name=TLSMTA, Port=smtps, Addr=127.0.0.1, M=s')dnl
define(`confDOMAIN_NAME', `{HOST}')dnl
define(`confTO_IDENT', `0')dnl
{{tls}}
MAILER_DEFINITIONS
MAILER(`local')dnl
MAILER(`smtp')dnl
"""


def _defined(certificate: str) -> str:
    words = {
        "confSERVER_CERT": certificate,
        "confSERVER_KEY": KEY,
        "confCACERT": ROOT,
        "confCACERT_PATH": "/etc/ssl/certs",
    }
    return "".join(f"define(`{name}', `{value}')dnl\n" for name, value in words.items())


_ASK_NOBODY = "define(`confTLS_SRV_OPTIONS', `V')dnl\n"  # as Debian has it

_DATE = r"\w{3}, \d\d? \w{3} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)"

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
            **by_certificate(
                _exim_files,
                off="tls_advertise_hosts =",
                more={
                    Setting.ASKING: f"tls_try_verify_hosts = *\ntls_verify_certificates = {ROOT}",
                    Setting.TLS12: "tls_require_ciphers = NORMAL:-VERS-TLS1.3",
                },
            ),
            Setting.BARE: "",
        },
        prepare=f"chgrp Debian-exim {KEY}; chmod 640 {KEY}",
        start="exec exim4 -bdf",
        wrapper=465,
        chance=(_DATE,),
    ),
    Server(
        name="opensmtpd",
        title="OpenSMTPD {version}",
        install=by_apt("opensmtpd"),
        version="smtpd -h 2>&1 | sed -n 's/^version: *OpenSMTPD *//p'",
        files={"/etc/smtpd.conf": _OPENSMTPD},
        tls=by_certificate(_pki, off=_LISTEN),
        start="exec smtpd -d",
        wrapper=465,
    ),
    Server(
        name="sendmail",
        title="sendmail {version}",
        install=by_apt("sendmail-bin", "sensible-mda"),
        version="sendmail -d0.1 -bv </dev/null | sed -n 's/^Version //p'",
        files={"/etc/mail/mtas.mc": _SENDMAIL},
        tls={
            Setting.USUAL: _defined(CHAIN) + _ASK_NOBODY,
            Setting.OFF: "",
            Setting.MISSING: _defined(MISSING) + _ASK_NOBODY,
            Setting.ASKING: _defined(CHAIN),
            Setting.TLS12: f"{_defined(CHAIN)}define(`confSERVER_SSL_OPTIONS', `SSL_OP_NO_TLSv1_3')dnl\n",
        },
        prepare="m4 /etc/mail/mtas.mc >/etc/mail/sendmail.cf",
        start="exec sendmail -bD",
        wrapper=465,
        chance=(_DATE,),
    ),
)
