"""Mail servers that are met less often; of Debian."""

from __future__ import annotations

from tests.lab.layers import by_apt
from tests.mtas.server import (
    CHAIN,
    HOST,
    KEY,
    ROOT,
    Server,
    Setting,
    by_certificate,
    package_version,
)

_PEM = "/etc/mtas/both.pem"
_COURIER = """\
. /usr/lib/courier.defaults
ADDRESS=127.0.0.1
{tls}
"""
_CHASQUID = f"""\
hostname: "{HOST}"
smtp_address: "127.0.0.1:25"
submission_over_tls_address: "127.0.0.1:465"
mail_log_path: "<stderr>"
"""
_CERTS = f"/etc/chasquid/certs/{HOST}"
_QPSMTPD = "{tls}\nrcpt_ok\n"


def _courier_file(certificate: str) -> str:
    return f"TLS_CERTFILE={_PEM if certificate == CHAIN else certificate}"


def _chasquid_certs(certificate: str) -> str:
    return f"mkdir -p {_CERTS}; cp {certificate} {_CERTS}/fullchain.pem; cp {KEY} {_CERTS}/privkey.pem"


SERVERS = (
    Server(
        name="courier",
        title="Courier {version} (GnuTLS)",
        install=by_apt("courier-mta") + "\ncp /etc/courier/esmtpd /usr/lib/courier.defaults",
        version=package_version("courier-mta"),
        files={"/etc/courier/esmtpd": _COURIER, "/etc/courier/me": f"{HOST}\n"},
        tls=by_certificate(
            _courier_file,
            off="COURIERTLS=",
            more={Setting.ASKING: f"TLS_VERIFYPEER=PEER\nTLS_TRUSTCERTS={ROOT}"},
        ),
        prepare=f"cat {KEY} {CHAIN} >{_PEM}; chown courier {_PEM}",
        start="esmtpd start; exec sleep infinity",
    ),
    Server(
        name="chasquid",
        title="chasquid {version} (Go)",
        install=by_apt("chasquid"),
        version=package_version("chasquid"),
        files={"/etc/chasquid/chasquid.conf": _CHASQUID, "/etc/mtas/certificates.sh": "{tls}\n"},
        tls={
            Setting.USUAL: _chasquid_certs(CHAIN),
            Setting.OFF: "rm -rf /etc/chasquid/certs/*",
            Setting.MISSING: _chasquid_certs("/dev/null"),
        },
        prepare="mkdir -p /etc/chasquid/domains/mtas.test; sh -e /etc/mtas/certificates.sh",
        start="exec chasquid -config_dir=/etc/chasquid",
        wrapper=465,
    ),
    Server(
        name="qpsmtpd",
        title="qpsmtpd {version}",
        install=by_apt("qpsmtpd", "libio-socket-ssl-perl"),
        version=package_version("qpsmtpd"),
        files={
            "/etc/qpsmtpd/plugins": _QPSMTPD,
            "/etc/qpsmtpd/me": f"{HOST}\n",
            "/etc/qpsmtpd/logging": "logging/warn LOGWARN\n",
        },
        tls=by_certificate(lambda certificate: f"tls {certificate} {KEY} {ROOT}"),
        prepare=f"chown qpsmtpd {KEY}",
        start="export QPSMTPD_CONFIG=/etc/qpsmtpd; exec qpsmtpd-forkserver -l 127.0.0.1 -p 25 -u qpsmtpd",
    ),
)
