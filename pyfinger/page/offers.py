"""What was offered in our hello, and what the server chose of it: versions, suites, groups, signatures."""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.dissect import Field
from pyfinger.page.blocks import Chip, Chips, Facts, Section, Term, Tone, number, octets
from pyfinger.page.transcript import Conversation, Part, Way
from pyfinger.report.document import Report, TlsReport

_HELLO, _ANSWER, _PROOF, _EXCHANGE = (
    "client_hello",
    "server_hello",
    "certificate_verify",
    "server_key_exchange",
)
_EXTENSIONS = "extension_type"
# What is listed: a title, the fields of the offer, those of the choice and in which messages.
_LISTS = (
    ("versions", ("version",), ("selected_version",), (_ANSWER,)),
    ("cipher suites", ("cipher_suite",), ("cipher_suite",), (_ANSWER,)),
    ("groups", ("named_group",), ("group", "selected_group", "named_curve"), (_ANSWER, _EXCHANGE)),
    ("signature algorithms", ("signature_scheme",), ("signature_scheme", "algorithm"), (_PROOF, _EXCHANGE)),
    ("extensions", (_EXTENSIONS,), (_EXTENSIONS,), (_ANSWER, "encrypted_extensions")),
)


def offers_section(report: Report, conversation: Conversation) -> Section | None:
    """Of the first handshake; None if there was none."""
    for place, session in enumerate(report.sessions):
        if session.tls is not None:
            blocks = (_facts(session.tls, f"/sessions/{place}/tls"), *_lists(session.tls, conversation))
            lead = "What our hello offered, in its order. What the server took is framed, and marked ✓."
            return Section("offers", "Offered and chosen", blocks, lead)
    return None


def _facts(tls: TlsReport, where: str) -> Facts:
    terms = [
        Term("version", (tls.protocol or "none was agreed upon",)),
        Term("cipher", (tls.cipher or "none",)),
        Term("key", (number(tls.bits_used, f"{where}/bits_used", "bits"),)),
        Term("group", (tls.group or "not told",)),
        Term("session", ("taken up again" if tls.resumed else "new",)),
        Term("server name sent", (tls.servername or "none",)),
        Term("our hello", (octets(tls.hello_size, f"{where}/hello_size"),)),
        Term("asked for another key share", ("yes" if tls.hello_retried else "no",)),
    ]
    signature = tls.server_signature
    if signature is not None:
        bits = number(signature.bits, f"{where}/server_signature/bits", "bits")
        key = " ".join(filter(None, (signature.kind, signature.curve)))
        terms.append(Term("server's signature", (key, bits, signature.digest)))
    prints = tls.fingerprints
    terms += [Term(name, (value,)) for name, value in _prints(prints.ja3_hash, prints.ja4, prints.ja3s_hash)]
    return Facts(tuple(terms))


def _prints(*values: str) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in zip(("JA3", "JA4", "JA3S"), values, strict=True) if value)


def _lists(tls: TlsReport, conversation: Conversation) -> Iterator[Chips]:
    messages = _handshake(conversation)
    hello = messages.get(_HELLO)
    if hello is None:  # a document has the names of extensions, and no more
        if tls.offered_extensions:
            taken = {name: name for name in tls.accepted_extensions}
            yield _chips("extensions", {name: name for name in tls.offered_extensions}, taken)
        return
    for title, fields, chosen, where in _LISTS:
        offered = _named(hello, fields)
        taken = {
            key: text
            for name in where
            if name in messages
            for key, text in _named(messages[name], chosen).items()
        }
        if title == "versions" and not taken and _ANSWER in messages:  # before TLS 1.3
            taken = _named(messages[_ANSWER], ("legacy_version",))
        if offered or taken:
            yield _chips(title, offered, taken)


def _chips(title: str, offered: dict[str, str], taken: dict[str, str]) -> Chips:
    chips = [
        Chip(text, Tone.GOOD if key in taken else Tone.PLAIN, "chosen" if key in taken else "")
        for key, text in offered.items()
    ]
    chips += [
        Chip(text, Tone.WARN, "chosen, and not offered") for key, text in taken.items() if key not in offered
    ]
    return Chips(title, tuple(chips))


def _handshake(conversation: Conversation) -> dict[str, Field]:
    """The first message of each name, of the first handshake."""
    for part in conversation.parts:
        found = _of_part(part)
        if _HELLO in found:
            return found
    return {}


def _of_part(part: Part) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for said in part.messages:
        if said.tree is not None and said.way is not Way.NEITHER and said.offset is not None:
            found.setdefault(said.what, said.tree)
    return found


def _named(message: Field, names: tuple[str, ...]) -> dict[str, str]:
    """The numbers of these names, in order, with what they mean."""
    return {
        str(field.value): field.meaning or str(field.value)
        for field in message.walk()
        if field.name in names and isinstance(field.value, int)
    }
