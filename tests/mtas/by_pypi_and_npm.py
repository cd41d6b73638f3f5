"""Servers that PyPI and npm bring."""

from __future__ import annotations

from tests.lab.layers import by_apt
from tests.mtas.server import CHAIN, HOST, KEY, ROOT, Server, Setting


def _by_pip(package: str) -> str:
    venv = by_apt("python3-venv")
    return f"""\
/usr/bin/python3 -c 'import ensurepip' 2>/dev/null || {{ {venv}; }}
/usr/bin/python3 -m venv /opt/mta
/opt/mta/bin/pip install -q --disable-pip-version-check {package}
"""


def _by_npm(*packages: str) -> str:
    npm = by_apt("npm")
    return f"""\
command -v npm >/dev/null || {{ {npm}; }}
npm install --silent --no-audit --no-fund --prefix /opt/mta {" ".join(packages)}
"""


def _npm_version(package: str) -> str:
    return f"node -p 'require(\"/opt/mta/node_modules/{package}/package.json\").version'"


_AIOSMTPD = f"""\
import asyncio, ssl
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

class Handler:
    pass

async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    {{tls}}
    loop = asyncio.get_running_loop()

    async def serve(port, protocol, starttls, wrapped):
        make = lambda: protocol(Handler(), hostname="{HOST}", tls_context=starttls, loop=loop)
        await loop.create_server(make, "127.0.0.1", port, ssl=wrapped)

    await serve(25, {{protocol}}, context, None)
    if {{wrapped}}:
        await serve(465, SMTP, None, context)
    await asyncio.Event().wait()

asyncio.run(main())
"""
_CONTEXT = f'context.load_cert_chain("{CHAIN}", "{KEY}")'
_CONTEXTS = {
    Setting.USUAL: _CONTEXT,
    Setting.OFF: "context = None",
    Setting.ASKING: f"{_CONTEXT}; context.verify_mode = ssl.CERT_OPTIONAL"
    f'; context.load_verify_locations("{ROOT}")',
    Setting.TLS12: f"{_CONTEXT}; context.maximum_version = ssl.TLSVersion.TLSv1_2",
}


def _aiosmtpd(name: str, title: str, protocol: str, wrapper: int | None) -> Server:
    script = _AIOSMTPD.replace("{protocol}", protocol).replace("{wrapped}", f"context and {wrapper}")
    return Server(
        name=name,
        title=title,
        install=_by_pip("aiosmtpd"),
        version="/opt/mta/bin/python -c 'import aiosmtpd; print(aiosmtpd.__version__)'",
        files={"/etc/mtas/server.py": script},
        tls=_CONTEXTS,
        start="exec /opt/mta/bin/python /etc/mtas/server.py",
        lmtp=protocol == "LMTP",
        wrapper=wrapper,
        of_debian=False,
    )


_SMTP_SERVER = f"""\
const {{ readFileSync }} = require("fs");
const {{ SMTPServer }} = require("/opt/mta/node_modules/smtp-server");
const file = (name) => readFileSync(name);
const tls = {{tls}};
const common = {{ name: "{HOST}", authOptional: true, lmtp: {{lmtp}}, ...tls }};
const serve = (port, more) => {{
  const server = new SMTPServer({{ ...common, ...more }});
  server.on("error", () => {{}}); // without it the first failed handshake ends the process
  server.listen(port, "127.0.0.1");
}};
serve(25, {{}});
if (!common.lmtp) serve(465, {{ secure: true }});
"""
_FILES = f'key: file("{KEY}"), cert: file("{CHAIN}")'


def _smtp_server(name: str, title: str, *, lmtp: bool) -> Server:
    return Server(
        name=name,
        title=title,
        install=_by_npm("smtp-server"),
        version=_npm_version("smtp-server"),
        files={"/etc/mtas/server.js": _SMTP_SERVER.replace("{lmtp}", str(lmtp).lower())},
        tls={
            Setting.USUAL: f"{{ {_FILES} }}",
            Setting.OFF: '{ disabledCommands: ["STARTTLS"] }',
            Setting.BARE: "{}",
            Setting.ASKING: f'{{ {_FILES}, ca: file("{ROOT}"), requestCert: true, '
            "rejectUnauthorized: false }",
            Setting.TLS12: f'{{ {_FILES}, maxVersion: "TLSv1.2" }}',
        },
        start="exec node /etc/mtas/server.js",
        lmtp=lmtp,
        wrapper=None if lmtp else 465,
        of_debian=False,
    )


_HARAKA_FILES = {
    "/opt/mta/haraka/config/smtp.ini": "listen=127.0.0.1:25,127.0.0.1:465\nsmtps_port=465\n",
    "/opt/mta/haraka/config/me": f"{HOST}\n",
    "/opt/mta/haraka/config/plugins": "{tls}\n",
    "/opt/mta/haraka/config/tls.ini": f"key={KEY}\ncert={CHAIN}\n",
    "/opt/mta/haraka/config/log.ini": "level=warn\n",
}

SERVERS = (
    Server(
        name="haraka",
        title="Haraka {version}",
        install=_by_npm("Haraka") + "node /opt/mta/node_modules/Haraka/bin/haraka -i /opt/mta/haraka",
        version=_npm_version("Haraka"),
        files=_HARAKA_FILES,
        tls={Setting.USUAL: "tls", Setting.OFF: ""},
        start="exec node /opt/mta/node_modules/Haraka/bin/haraka -c /opt/mta/haraka",
        wrapper=465,
        of_debian=False,
        chance=(r"\([0-9A-F]{6}\)",),
    ),
    _aiosmtpd("aiosmtpd", "aiosmtpd {version}", "SMTP", 465),
    _aiosmtpd("aiosmtpd-lmtp", "aiosmtpd {version}, LMTP", "LMTP", None),
    _smtp_server("smtp-server", "smtp-server {version}", lmtp=False),
    _smtp_server("smtp-server-lmtp", "smtp-server {version}, LMTP", lmtp=True),
)
