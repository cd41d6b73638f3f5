"""The mail servers, and how each is set up and started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyfinger.demo.vouching import authority
from tests.lab.places import CHROOT

PORT = 2500  # of their own, to which messages are submitted
NAME = "mta.lab.test"


@dataclass(frozen=True, slots=True)
class Sender:
    """A mail server to be tried."""

    name: str
    title: str  # for tables; `{version}` stands for what `version` prints
    lower: Path  # the system it is installed in
    package: str  # one or more of Debian's, with spaces; empty: it is there
    version: Sequence[str]
    profile: str  # as of `--profile`
    files: dict[str, str]  # what it is configured with; paths in its tree
    start: Sequence[Sequence[str]]  # in its tree; the last one stays
    log: str  # in its tree


_POSTFIX_MAIN = f"""\
compatibility_level = 3.10
myhostname = {NAME}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = all
alias_maps =
alias_database =
maillog_file = /var/log/postfix.log
smtp_dns_support_level = dnssec
smtp_host_lookup = dns
smtp_tls_security_level = dane
smtp_tls_loglevel = 1
"""

_POSTFIX_MASTER = f"""\
127.0.0.1:{PORT} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

_AUTHORITY = "/etc/ssl/authority.pem"  # the world's, the same in every run
_STS_MAIN = (
    _POSTFIX_MAIN.replace("= 3.10", "= 3.6")
    + f"""\
smtp_tls_policy_maps = socketmap:inet:127.0.0.1:8461:postfix
smtp_tls_CAfile = {_AUTHORITY}
"""
)
_STS_DAEMON = """\
host: 127.0.0.1
port: 8461
cache:
  type: internal
default_zone:
  strict_testing: false
  timeout: 4
"""

_EXIM = f"""\
primary_hostname = {NAME}
local_interfaces = 127.0.0.1.{PORT}
tls_advertise_hosts =
host_lookup =
acl_smtp_rcpt = all
queue_run_in_order = false
begin acl
all:
  accept
begin routers
outward:
  driver = dnslookup
  transport = outward
  dnssec_request_domains = *
  no_more
begin transports
outward:
  driver = smtp
  dnssec_request_domains = *
  hosts_try_dane = *
begin retry
* * F,2h,15m
"""

_OPENSMTPD = f"""\
listen on 127.0.0.1 port {PORT}
action "outward" relay
match from any for any action "outward"
"""

SENDERS = (
    Sender(
        "postfix",
        "Postfix {version}, level dane",
        CHROOT,
        "",
        ("postconf", "-h", "mail_version"),
        "dane",
        {"/etc/postfix/main.cf": _POSTFIX_MAIN, "/etc/postfix/master.cf": _POSTFIX_MASTER},
        (("postfix", "start-fg"),),
        "/var/log/postfix.log",
    ),
    Sender(
        "postfix-sts",
        "Postfix {version}, level dane, with postfix-mta-sts-resolver 1.1.2",
        Path("/"),
        "postfix postfix-mta-sts-resolver",
        ("postconf", "-h", "mail_version"),
        "dane,mta-sts",
        {
            "/etc/postfix/main.cf": _STS_MAIN,
            "/etc/postfix/master.cf": _POSTFIX_MASTER,
            "/etc/mta-sts-daemon.yml": _STS_DAEMON,
            _AUTHORITY: authority().root.pem,
        },
        (
            ("env", f"SSL_CERT_FILE={_AUTHORITY}", "mta-sts-daemon", "-c", "/etc/mta-sts-daemon.yml"),
            ("postfix", "start-fg"),
        ),
        "/var/log/postfix.log",
    ),
    Sender(
        "exim",
        "Exim {version}, GnuTLS, hosts_try_dane",
        Path("/"),
        "exim4-daemon-heavy",
        ("sh", "-c", "exim4 -bV | sed -n '1s/^Exim version \\([^ ]*\\).*/\\1/p'"),
        "dane",
        {"/etc/exim4/exim4.conf": _EXIM},
        (("exim4", "-bdf"),),
        "/var/log/exim4/mainlog",
    ),
    Sender(
        "opensmtpd",
        "OpenSMTPD {version}, without DANE",
        Path("/"),
        "opensmtpd",
        ("sh", "-c", "smtpd -h 2>&1 | sed -n 's/^version: *OpenSMTPD *//p'"),
        "none",
        {"/etc/smtpd.conf": _OPENSMTPD},
        (("sh", "-c", "exec smtpd -d >/var/log/smtpd.log 2>&1"),),
        "/var/log/smtpd.log",
    ),
)
