"""The situations of DANE for SMTP, and those that any sender meets.

Sections are RFC 7672's where no other RFC is named.  A mail exchanger without DANE is one to
deliver to as ever; a failure to learn whether it has some is not (sections 2.1.2 and 2.2).
"""

from __future__ import annotations

from pyfinger.demo.senders.situations import (
    DnsFault,
    Duty,
    HostAlias,
    MxKind,
    MxPlan,
    Rule,
    SendingSituation,
    SinkCertificate,
    SinkTls,
    TlsaPlace,
)

KEY, STRANGER, ISSUER = ("3 1 1 key",), ("3 1 1 stranger",), ("2 1 1 issuer",)


def _rule(demand: Duty, source: str) -> Rule:
    return Rule(demand, source if source.startswith("RFC") else f"RFC 7672 section {source}")


def _authenticated(name: str, about: str, source: str, *hosts: MxPlan) -> SendingSituation:
    return SendingSituation(name, about, hosts, dane=_rule(Duty.AUTHENTICATED, source))


def _defer(name: str, about: str, source: str, *hosts: MxPlan) -> SendingSituation:
    return SendingSituation(name, about, hosts, dane=_rule(Duty.DEFER, source))


def _delivered(name: str, about: str, source: str, *hosts: MxPlan) -> SendingSituation:
    """By any sender, with DANE or without."""
    return SendingSituation(name, about, hosts, plain=_rule(Duty.OPPORTUNISTIC, source))


_MATCHING = (
    _authenticated("ee", "3 1 1 of the server's key", "3.1.1", MxPlan(tlsa=KEY)),
    _authenticated("ee-cert", "3 0 1 of the certificate", "3.1.1", MxPlan(tlsa=("3 0 1 key",))),
    _authenticated("ee-full", "3 1 0, the whole key", "3.1.1", MxPlan(tlsa=("3 1 0 key",))),
    _authenticated(
        "sha512", "3 1 2 only: SHA-512, alone", "RFC 6698 section 2.1.3", MxPlan(tlsa=("3 1 2 key",))
    ),
    _authenticated(
        "ee-selfsigned",
        "3 1 1, and a self-signed certificate",
        "3.1.1",
        MxPlan(tlsa=KEY, certificate=SinkCertificate.SELF_SIGNED),
    ),
    _authenticated(
        "ee-expired",
        "3 1 1 and an expired certificate: dates do not count",
        "3.1.1",
        MxPlan(tlsa=KEY, certificate=SinkCertificate.EXPIRED),
    ),
    _authenticated(
        "ee-name",
        "3 1 1 and a wrong name: names do not count",
        "3.1.1",
        MxPlan(tlsa=KEY, certificate=SinkCertificate.WRONG_NAME),
    ),
    _authenticated("ta", "2 1 1 of the issuing authority", "3.1.2", MxPlan(tlsa=ISSUER)),
    _authenticated("ta-cert", "2 0 1 of the issuing authority", "3.1.2", MxPlan(tlsa=("2 0 1 issuer",))),
    _authenticated(
        "ta-wildcard",
        "2 1 1 and a wildcard certificate",
        "3.2.3",
        MxPlan(tlsa=ISSUER, certificate=SinkCertificate.WILDCARD),
    ),
    _authenticated(
        "ta-nexthop",
        "2 1 1 and a certificate for the domain only",
        "3.2.2",
        MxPlan(tlsa=ISSUER, certificate=SinkCertificate.NEXT_HOP),
    ),
    _authenticated(
        "rollover", "two 3 1 1, one of another key", "RFC 7671 section 8.1", MxPlan(tlsa=STRANGER + KEY)
    ),
    _authenticated(
        "ee-or-ta", "3 1 1 of another key, 2 1 1 that holds", "RFC 7671 section 8.2",
        MxPlan(tlsa=STRANGER + ISSUER),
    ),
    _authenticated(
        "mixed", "an unusable record and one that holds", "2.2", MxPlan(tlsa=("1 1 1 key", *KEY))
    ),
    _authenticated("tls12", "3 1 1, nothing newer than TLS 1.2", "6", MxPlan(tlsa=KEY, tls=SinkTls.TLS_1_2)),
    _authenticated("ipv6", "3 1 1, and no IPv4 address", "2.2.2", MxPlan(tlsa=KEY, ipv6=True)),
    _authenticated(
        "wildcard-tlsa", "a wildcard TLSA record that holds", "RFC 4592 section 2",
        MxPlan(tlsa=KEY, place=TlsaPlace.WILDCARD),
    ),
    _authenticated(
        "tlsa-alias", "the TLSA name is an alias, all of it signed", "2.2.3",
        MxPlan(tlsa=KEY, place=TlsaPlace.ALIAS),
    ),
    _authenticated(
        "host-alias", "the MX host is an alias; its target has 3 1 1", "2.2.3",
        MxPlan(tlsa=KEY, alias=HostAlias.SIGNED),
    ),
    _authenticated(
        "host-alias-own", "the MX host is an alias and has 3 1 1 itself", "2.2.3",
        MxPlan(tlsa=KEY, alias=HostAlias.SIGNED_WITHOUT),
    ),
)  # fmt: skip

_FAILING = (
    _defer("mismatch", "3 1 1 of another key", "2.2", MxPlan(tlsa=STRANGER)),
    _defer("mismatch-two", "two 3 1 1 of other keys", "2.2", MxPlan(tlsa=("3 1 1 stranger", "3 1 1 issuer"))),
    _defer("mismatch-mixed", "unusable and of another key", "2.2", MxPlan(tlsa=("1 1 1 key", *STRANGER))),
    _defer(
        "mismatch-12", "3 1 1 of another key, TLS 1.2", "2.2", MxPlan(tlsa=STRANGER, tls=SinkTls.TLS_1_2)
    ),
    _defer("mismatch-512", "3 1 2 of another key", "2.2", MxPlan(tlsa=("3 1 2 stranger",))),
    _defer("mismatch-ta", "2 1 1 of another authority", "3.1.2", MxPlan(tlsa=("2 1 1 stranger",))),
    _defer(
        "ta-absent", "2 1 1 of a root the server does not send", "3.1.2", MxPlan(tlsa=("2 1 1 root",))
    ),
    _defer(
        "ta-expired",
        "2 1 1 and an expired certificate: dates count",
        "3.1.2",
        MxPlan(tlsa=ISSUER, certificate=SinkCertificate.EXPIRED),
    ),
    _defer(
        "ta-name",
        "2 1 1 and a wrong name: names count",
        "3.2.2",
        MxPlan(tlsa=ISSUER, certificate=SinkCertificate.WRONG_NAME),
    ),
    _defer("issuer-as-ee", "3 1 1 of the issuing authority", "3.1.1", MxPlan(tlsa=("3 1 1 issuer",))),
    _defer(
        "no-starttls", "3 1 1, and no STARTTLS", "2.2", MxPlan(tlsa=KEY, tls=SinkTls.NOT_OFFERED)
    ),
    _defer("no-ehlo", "3 1 1, and no EHLO", "2.2", MxPlan(tlsa=KEY, tls=SinkTls.NO_EHLO)),
    _defer("starttls-454", "3 1 1, STARTTLS refused", "2.2", MxPlan(tlsa=KEY, tls=SinkTls.REFUSED)),
    _defer("alert", "3 1 1, the handshake fails", "2.2", MxPlan(tlsa=KEY, tls=SinkTls.ALERT)),
    _defer("garbage", "3 1 1, no TLS after STARTTLS", "2.2", MxPlan(tlsa=KEY, tls=SinkTls.GARBAGE)),
    _defer("hang-up", "3 1 1, closed after STARTTLS", "2.2", MxPlan(tlsa=KEY, tls=SinkTls.HANG_UP)),
    _defer(
        "wildcard-mismatch", "a wildcard TLSA record of another key", "RFC 4592 section 2",
        MxPlan(tlsa=STRANGER, place=TlsaPlace.WILDCARD),
    ),
    _defer(
        "alias-mismatch", "the TLSA name is an alias of another key's", "2.2.3",
        MxPlan(tlsa=STRANGER, place=TlsaPlace.ALIAS),
    ),
    _defer(
        "host-alias-mismatch", "the MX host's target has another key's", "2.2.3",
        MxPlan(tlsa=STRANGER, alias=HostAlias.SIGNED),
    ),
    _defer("tlsa-bogus", "a forged TLSA record", "2.1.2", MxPlan(tlsa=KEY, fault=DnsFault.TLSA_BOGUS)),
    _defer("tlsa-servfail", "SERVFAIL for TLSA", "2.1.2", MxPlan(tlsa=KEY, fault=DnsFault.TLSA_FAILS)),
    _defer("tlsa-silent", "no answer for TLSA", "2.1.2", MxPlan(tlsa=KEY, fault=DnsFault.TLSA_SILENT)),
    _defer("address-bogus", "a forged address", "2.1.2", MxPlan(tlsa=KEY, fault=DnsFault.ADDRESS_BOGUS)),
)  # fmt: skip

_UNUSABLE_OR_UNSETTLED = tuple(
    SendingSituation(name, about, (host,), dane=_rule(demand, source))
    for name, about, demand, source, host in (
        ("pkix-only", "1 1 1 only: no use for mail", Duty.ENCRYPTED, "3.1.3", MxPlan(tlsa=("1 1 1 key",))),
        ("selector-9", "3 9 1 only: unusable", Duty.ENCRYPTED, "2.2", MxPlan(tlsa=("3 9 1 key",))),
        ("digest-9", "3 1 9 only: unusable", Duty.ENCRYPTED, "2.2", MxPlan(tlsa=("3 1 9 key",))),
        ("cut", "3 1 1 of 31 octets: unusable", Duty.ENCRYPTED, "2.2", MxPlan(tlsa=("3 1 1 cut",))),
        (
            "unusable-no-tls", "unusable records, no STARTTLS", Duty.DEFER, "2.2",
            MxPlan(tlsa=("1 1 1 key",), tls=SinkTls.NOT_OFFERED),
        ),
        (
            "agility", "3 1 2 of another key, 3 1 1 that holds", Duty.SECURE_OR_DEFER,
            "RFC 7671 section 9", MxPlan(tlsa=("3 1 2 stranger", *KEY)),
        ),
        (
            "leaf-as-ta", "2 1 1 of the server's own key", Duty.SECURE_OR_DEFER, "3.1.2",
            MxPlan(tlsa=("2 1 1 key",)),
        ),
        (
            "tls10", "3 1 1, nothing newer than TLS 1.0", Duty.SECURE_OR_DEFER, "RFC 8996 section 4",
            MxPlan(tlsa=KEY, tls=SinkTls.TLS_1_0),
        ),
        (
            "raw-key", "3 1 1, and a raw public key only", Duty.SECURE_OR_DEFER, "RFC 7250 section 4.2",
            MxPlan(tlsa=KEY, tls=SinkTls.RAW_KEY),
        ),
    )
)  # fmt: skip

_FALLBACK = (
    _authenticated(
        "second", "first MX of another key, second holds", "2.2",
        MxPlan("mx1", tlsa=STRANGER, barred=True), MxPlan("mx2", 20, tlsa=KEY),
    ),
    _authenticated(
        "second-starttls", "first MX without STARTTLS, second holds", "2.2",
        MxPlan("mx1", tlsa=KEY, tls=SinkTls.NOT_OFFERED, barred=True), MxPlan("mx2", 20, tlsa=KEY),
    ),
    _authenticated(
        "second-servfail", "first MX with SERVFAIL for TLSA", "2.1.2",
        MxPlan("mx1", tlsa=KEY, fault=DnsFault.TLSA_FAILS, barred=True), MxPlan("mx2", 20, tlsa=KEY),
    ),
    SendingSituation(
        "second-plain", "first MX of another key, second without DANE",
        (MxPlan("mx1", tlsa=STRANGER, barred=True), MxPlan("mx2", 20)),
        dane=_rule(Duty.OPPORTUNISTIC, "2.2"),
    ),
    _delivered(
        "second-down", "first MX is down", "RFC 5321 section 5.1",
        MxPlan("mx1", down=True), MxPlan("mx2", 20),
    ),
)  # fmt: skip

_WITHOUT = (
    _delivered("none", "no TLSA records: NXDOMAIN, signed", "2.2", MxPlan()),
    _delivered("empty", "the TLSA name has other records only", "2.2", MxPlan(place=TlsaPlace.EMPTY)),
    _delivered("no-dane-no-tls", "neither TLSA nor STARTTLS", "2.2", MxPlan(tls=SinkTls.NOT_OFFERED)),
    _delivered(
        "no-dane-selfsigned", "no TLSA, self-signed", "RFC 7435 section 3",
        MxPlan(certificate=SinkCertificate.SELF_SIGNED),
    ),
    _delivered(
        "other-port", "TLSA of another key for another port", "2.2.3",
        MxPlan(tlsa=STRANGER, place=TlsaPlace.OTHER_PORT),
    ),
    _delivered(
        "insecure-host", "a signed MX to an unsigned host", "2.2.2", MxPlan(tlsa=STRANGER, signed=False)
    ),
    _delivered(
        "insecure-tlsa", "the TLSA name is an alias into an unsigned zone", "2.2.3",
        MxPlan(tlsa=STRANGER, place=TlsaPlace.UNSIGNED_ALIAS),
    ),
    SendingSituation(
        "insecure", "all unsigned, TLSA of another key", (MxPlan(tlsa=STRANGER),), signed=False,
        plain=_rule(Duty.OPPORTUNISTIC, "2.2.1"),
    ),
    SendingSituation(
        "insecure-mx", "unsigned MX to a signed host, 3 1 1 holds", (MxPlan(tlsa=KEY, signed=True),),
        signed=False, plain=_rule(Duty.OPPORTUNISTIC, "2.2.1"),
    ),
    SendingSituation(
        "insecure-mx-mismatch", "unsigned MX to a signed host, another key",
        (MxPlan(tlsa=STRANGER, signed=True),), signed=False, plain=_rule(Duty.ANYTHING, "2.2.1"),
    ),
    SendingSituation(
        "insecure-address", "MX host: a signed alias with TLSA, of an unsigned name",
        (MxPlan(tlsa=STRANGER, alias=HostAlias.UNSIGNED),), dane=_rule(Duty.DEFER, "RFC 7671 section 7"),
    ),
    SendingSituation(
        "no-dane-454", "no TLSA, STARTTLS refused", (MxPlan(tls=SinkTls.REFUSED),),
        plain=_rule(Duty.ANYTHING, "RFC 3207 section 4.1"),
    ),
    SendingSituation(
        "no-dane-alert", "no TLSA, the handshake fails", (MxPlan(tls=SinkTls.ALERT),),
        plain=_rule(Duty.ANYTHING, "RFC 3207 section 4.1"),
    ),
)  # fmt: skip

_DOMAINS = (
    SendingSituation(
        "implicit", "no MX: the domain's own address, 3 1 1", (MxPlan(tlsa=KEY),), kind=MxKind.IMPLICIT,
        dane=_rule(Duty.AUTHENTICATED, "2.2.2"),
    ),
    SendingSituation(
        "implicit-mismatch", "no MX: the domain's own address, another key", (MxPlan(tlsa=STRANGER),),
        kind=MxKind.IMPLICIT, dane=_rule(Duty.DEFER, "2.2.2"),
    ),
    SendingSituation(
        "mx-bogus", "forged MX records", (MxPlan(tlsa=KEY),), fault=DnsFault.MX_BOGUS,
        plain=_rule(Duty.DEFER, "2.1.2"),
    ),
    SendingSituation(
        "mx-servfail", "SERVFAIL for MX", (MxPlan(tlsa=KEY),), fault=DnsFault.MX_FAILS,
        plain=_rule(Duty.DEFER, "RFC 5321 section 5.1"),
    ),
    SendingSituation(
        "null-mx", "a null MX", (), kind=MxKind.NULL, plain=_rule(Duty.BOUNCE, "RFC 7505 section 3"),
    ),
    SendingSituation(
        "nowhere", "no such domain", (), kind=MxKind.NOWHERE,
        plain=_rule(Duty.BOUNCE, "RFC 5321 section 5.1"),
    ),
)  # fmt: skip

DANE_SITUATIONS = (*_MATCHING, *_FAILING, *_UNUSABLE_OR_UNSETTLED, *_FALLBACK, *_WITHOUT, *_DOMAINS)
