"""The mail servers, and how each is set up and started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.places import CHROOT

PORT = 2500  # of their own, to which messages are submitted
NAME = "mta.lab.test"


@dataclass(frozen=True, slots=True)
class Sender:
    """A mail server to be tried."""

    name: str
    title: str  # for tables; `{version}` stands for what `version` prints
    lower: Path  # the system it is installed in
    package: str  # empty: it is there
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
