"""Servers of mailboxes, which take mail by LMTP or submission; of Debian."""

from __future__ import annotations

from tests.lab.layers import by_apt
from tests.mtas.server import HOST, KEY, ROOT, SOCKET, Server, Setting, by_certificate, package_version

# In the words of 2.3; `_IN_NEW_WORDS` has those of 2.4.
_DOVECOT = f"""\
log_path = /dev/stderr
listen = 127.0.0.1
protocols = lmtp submission
hostname = {HOST}
mail_location = maildir:/tmp/mail
submission_relay_host = 127.0.0.1
default_vsz_limit = 512 M
{{tls}}
passdb {{
  driver = static
  args = password=secret
}}
service lmtp {{
  inet_listener lmtp {{
    port = 24
  }}
  unix_listener {SOCKET} {{
    mode = 0666
  }}
}}
service submission-login {{
  inet_listener submission {{
    port = 587
  }}
  inet_listener submissions {{
    port = 465
    ssl = yes
  }}
}}
"""
_IN_NEW_WORDS = """
case $(dovecot --version) in 2.3.*) exit 0 ;; esac
sed -i -e '1i dovecot_config_version = 2.4.1\\ndovecot_storage_version = 2.4.1' \
    -e 's/^ssl_cert = </ssl_server_cert_file = /; s/^ssl_key = </ssl_server_key_file = /' \
    -e 's/^ssl_ca = </ssl_server_ca_file = /; s/^ssl_verify_client_cert/ssl_server_request_client_cert/' \
    -e 's/^mail_location = maildir:/mail_driver = maildir\\nmail_path = /' \
    -e 's/^passdb {/passdb static {/; s/^  args = password=/  passdb_static_password = /' \
    -e 's/^  driver = static//' /etc/dovecot/mtas.conf
"""


def _dovecot_files(certificate: str) -> str:
    return f"ssl = yes\nssl_cert = <{certificate}\nssl_key = <{KEY}"


_DOVECOT_TLS = by_certificate(
    _dovecot_files,
    off="ssl = no",
    more={Setting.ASKING: f"ssl_ca = <{ROOT}\nssl_verify_client_cert = yes"},
)


def _dovecot(name: str, title: str, *, lmtp: bool) -> Server:
    return Server(
        name=name,
        title=title,
        install=by_apt("dovecot-lmtpd", "dovecot-submissiond"),
        version="dovecot --version | sed 's/ .*//'",
        files={"/etc/dovecot/mtas.conf": _DOVECOT},
        tls=_DOVECOT_TLS,
        prepare=_IN_NEW_WORDS,
        start="exec dovecot -F -c /etc/dovecot/mtas.conf",
        port=24 if lmtp else 587,
        lmtp=lmtp,
        socket=lmtp,
        wrapper=None if lmtp else 465,
    )


_CYRUS = f"""\
START {{
  recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r"
}}
SERVICES {{
  lmtp cmd="lmtpd" listen="127.0.0.1:24" prefork=0 maxchild=1
  lmtpunix cmd="lmtpd" listen="{SOCKET}" prefork=0 maxchild=1
}}
EVENTS {{
}}
"""
_IMAPD = f"""\
configdirectory: /var/lib/cyrus
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
defaultpartition: default
partition-default: /var/spool/cyrus/mail
servername: {HOST}
lmtpsocket: {SOCKET}
sasl_pwcheck_method: auxprop
allowplaintext: yes
{{tls}}
"""


def _cyrus_files(certificate: str) -> str:
    return f"allowstarttls: on\ntls_server_cert: {certificate}\ntls_server_key: {KEY}"


SERVERS = (
    _dovecot("dovecot-lmtp", "Dovecot {version}, LMTP", lmtp=True),
    _dovecot("dovecot-submission", "Dovecot {version}, submission", lmtp=False),
    Server(
        name="cyrus",
        title="Cyrus {version}, LMTP",
        install=by_apt("cyrus-imapd", "sasl2-bin"),
        version=package_version("cyrus-imapd"),
        files={"/etc/cyrus.conf": _CYRUS, "/etc/imapd.conf": _IMAPD},
        tls=by_certificate(
            _cyrus_files,
            more={Setting.ASKING: f"tls_client_ca_file: {ROOT}", Setting.TLS12: "tls_versions: tls1_2"},
        ),
        prepare=f"chown cyrus {KEY}; install -d -o cyrus -g mail /run/cyrus /run/cyrus/proc /run/cyrus/lock",
        start="exec /usr/lib/cyrus/bin/master",
        port=24,
        lmtp=True,
        socket=True,
        chance=(r"SESSIONID=<[^>]*>",),
    ),
)
