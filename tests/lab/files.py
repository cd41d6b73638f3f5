"""What the lab needs in /srv/lab: certificates in all their forms, /etc, main.cf for the clients."""

from __future__ import annotations

import os
import shutil
import subprocess

from tests.lab import odd_files, servers
from tests.lab.places import CHROOT, LAB, PKI, RESOLVERS, SHARE

_FOLDERS = ("cwd", "dovecot", "etc", "exim", "log", "pids", "postfix-data", "sock", "spool", "tmp")
_HOSTS = """\
127.0.0.1 localhost
127.0.0.1 probe.lab.test probe
::1 localhost ip6-localhost
127.0.1.1 native.lab.test mx1native
127.0.1.1 both.lab.test
::1 both.lab.test
127.0.1.2 mx1.hosts.test
"""
_NSSWITCH = """\
passwd: files
group: files
hosts: files dns
services: files
"""
_LEVEL = "compatibility_level = 3.10\n"
# The main.cf of /etc/postfix, by a scenario's "mailconf".
_CLIENTS = {
    "client": _LEVEL,
    "client-old": "compatibility_level = 3.5\n",
    "client-set": f"{_LEVEL}myhostname = configured.lab.test\nsmtp_tls_fingerprint_digest = sha1\n",
    "client-v4": f"{_LEVEL}inet_protocols = ipv4\n",
    "client-v6": f"{_LEVEL}inet_protocols = ipv6\n",
}


def write() -> None:
    """Write all of it, for everybody to read: a probe gives up being root."""
    os.umask(0o022)
    for folder in _FOLDERS:
        (SHARE / folder).mkdir(parents=True, exist_ok=True)
    _pki()
    _etc()
    _clients()
    servers.write()


def _pki() -> None:
    """The certificates, and what is made of them: `-P` and `-F` in good and odd shapes."""
    PKI.mkdir(exist_ok=True)
    for path in (LAB / "pki").iterdir():
        shutil.copyfile(path, PKI / path.name)
    capath = PKI / "capath"
    capath.mkdir(exist_ok=True)
    for name in ("root.pem", "other.pem"):
        shutil.copyfile(LAB / "pki" / name, capath / name)
    subprocess.run(["openssl", "rehash", str(capath)], check=True)
    (PKI / "emptydir").mkdir(exist_ok=True)
    (PKI / "empty.pem").write_text("")
    (PKI / "helped.pem").write_text("".join((PKI / name).read_text() for name in ("root.pem", "inter.pem")))
    with (PKI / "inter.pub").open("wb") as out:
        command = ["openssl", "x509", "-in", str(PKI / "inter.pem"), "-noout", "-pubkey"]
        subprocess.run(command, check=True, stdout=out)
    odd_files.write(PKI)


def _etc() -> None:
    etc = SHARE / "etc"
    (etc / "hosts").write_text(_HOSTS)
    (etc / "nsswitch.conf").write_text(_NSSWITCH)
    shutil.copyfile(CHROOT / "etc/services", etc / "services")
    for kind, address in RESOLVERS.items():
        impatient = "options timeout:1 attempts:1\n" if kind == "dead" else ""
        (etc / f"resolv.conf.{kind}").write_text(f"nameserver {address}\n{impatient}")
    shutil.copyfile(etc / "resolv.conf.validating", etc / "resolv.conf")


def _clients() -> None:
    for name, text in _CLIENTS.items():
        folder = SHARE / "etc" / f"postfix-{name}"
        folder.mkdir(exist_ok=True)
        (folder / "main.cf").write_text(text)
        (folder / "master.cf").write_text("")
    (SHARE / "etc" / "postfix-client-bad").mkdir(exist_ok=True)  # without any main.cf
