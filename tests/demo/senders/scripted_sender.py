"""Senders that follow a script: one that does all as it is demanded, and some with a fault each.

They know the situation they are in, and look nothing up but what the script tells them to.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Any, TypeAlias

import dns.message

import pyfinger.crypto.tlslite_ng  # noqa: F401  (before tlslite: it keeps that from loading OpenSSL)
from pyfinger.demo.listeners import LOOPBACK_6
from pyfinger.demo.senders.sender_world import DNS_ADDRESS, RETURNS_ADDRESS, SenderWorld
from pyfinger.demo.senders.situation_zones import RETURNS
from pyfinger.demo.senders.situations import Duty, MxPlan, Profile, SendingSituation, SinkTls
from pyfinger.demo.senders.submission import message

# isort: split
from tlslite.handshakesettings import HandshakeSettings
from tlslite.tlsconnection import TLSConnection

SECONDS = 60.0  # far more than anything here takes

Script: TypeAlias = "Callable[[ScriptedSender, SendingSituation], None]"

_SECURE = (Duty.AUTHENTICATED, Duty.ENCRYPTED)
_WITHOUT_TLS = (SinkTls.NOT_OFFERED, SinkTls.REFUSED, SinkTls.ALERT)


class ScriptedSender:
    """One sender, in a world."""

    def __init__(self, world: SenderWorld, profile: Profile) -> None:
        self.world = world
        self.profile = profile

    def look_up(self, situation: SendingSituation) -> None:
        """Ask for the MX records, as whoever sends mail does."""
        port = int(self.world.resolver.partition(":")[2])
        with socket.create_connection((DNS_ADDRESS, port), SECONDS) as client:
            wire = dns.message.make_query(situation.domain, "MX").to_wire()
            client.sendall(len(wire).to_bytes(2, "big") + wire)
            assert client.recv(2)

    def connected(self, situation: SendingSituation, plan: MxPlan) -> socket.socket:
        """A connection to a mail exchanger."""
        numbered = [(each, host) for each in self.world.situations for host in each.hosts]
        at = numbered.index((situation, plan)) + 1
        address = LOOPBACK_6 if plan.ipv6 else f"127.25.0.{at}"
        return socket.create_connection((address, self.world.port), SECONDS)

    def deliver(self, situation: SendingSituation, plan: MxPlan, *, tls: bool, stop: bytes = b"") -> None:
        """Send the message, or end before a command."""
        with contextlib.closing(self.connected(situation, plan)) as client:
            converse(client, situation, tls=tls, stop=stop)

    def hand_back(self, situation: SendingSituation) -> None:
        """Send a bounce."""
        with socket.create_connection((RETURNS_ADDRESS, self.world.port), SECONDS) as client:
            converse(client, situation, tls=False, to=f"sender@{RETURNS}")


def converse(
    client: socket.socket, situation: SendingSituation, *, tls: bool, stop: bytes = b"", to: str = ""
) -> None:
    """An SMTP dialogue, up to its end or to a command not to be sent."""
    channel: Any = client
    say(channel, b"")
    say(channel, b"EHLO sender.test")
    if tls:
        say(channel, b"STARTTLS")
        channel = TLSConnection(client)
        settings = HandshakeSettings()
        settings.keyShares = ["x25519"]
        channel.handshakeClientCert(settings=settings, serverName="mx.example.test")
        say(channel, b"EHLO sender.test")
    to = to or situation.recipient
    body = message(situation) + b"."
    for command in (b"MAIL FROM:<>", f"RCPT TO:<{to}>".encode(), b"DATA", body, b"QUIT"):
        if stop and command.startswith(stop):
            return
        say(channel, command)


def say(channel: Any, command: bytes) -> bytes:
    """Send a line, and wait for the whole answer."""
    if command:
        channel.sendall(command + b"\r\n")
    reply = b""
    while not reply.endswith(b"\n") or reply.splitlines()[-1][3:4] == b"-":
        piece = bytes(channel.recv(4096))
        assert piece
        reply += piece
    return reply


def good(sender: ScriptedSender, situation: SendingSituation) -> None:
    """As the RFCs have it."""
    rule = situation.rule(sender.profile)
    demand = rule.demand if rule is not None else Duty.ANYTHING
    sender.look_up(situation)
    if demand in (*_SECURE, Duty.OPPORTUNISTIC):
        (plan, *_) = (each for each in situation.hosts if not each.barred and not each.down)
        sender.deliver(situation, plan, tls=plan.tls not in _WITHOUT_TLS)
    elif demand is Duty.BOUNCE:
        sender.hand_back(situation)


def careless(sender: ScriptedSender, situation: SendingSituation) -> None:
    """Encrypts where that works, and looks at nothing."""
    sender.look_up(situation)
    for plan in situation.hosts:
        if not plan.down:
            sender.deliver(situation, plan, tls=plan.tls in (SinkTls.MODERN, SinkTls.TLS_1_2))
            return
    sender.hand_back(situation)


def plaintext(sender: ScriptedSender, situation: SendingSituation) -> None:
    """Knows no STARTTLS."""
    sender.look_up(situation)
    usable = [plan for plan in situation.hosts if not plan.down]
    for plan in usable[:1]:
        sender.deliver(situation, plan, tls=False)


def talkative(sender: ScriptedSender, situation: SendingSituation) -> None:
    """Names sender and recipient before it thinks better of it."""
    sender.look_up(situation)
    for plan in situation.hosts:
        if not plan.down:
            sender.deliver(situation, plan, tls=False, stop=b"DATA")


def timid(sender: ScriptedSender, situation: SendingSituation) -> None:
    """Delivers nothing anywhere."""
    sender.look_up(situation)


def impatient(sender: ScriptedSender, situation: SendingSituation) -> None:
    """Returns at once what it cannot deliver."""
    sender.look_up(situation)
    sender.hand_back(situation)
