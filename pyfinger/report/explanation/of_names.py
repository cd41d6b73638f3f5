"""The catalogue, first part: the probe itself, name servers, domains, hosts and their addresses."""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.model import ResultType
from pyfinger.report.document.findings import Situation, Weight
from pyfinger.report.explanation.entry import Demand, Entry

_FAILURE, _WARNING, _NOTE = Weight.FAILURE, Weight.WARNING, Weight.NOTE
_S = Situation
_REPAIR = (
    "Repair the zone: look for expired signatures, a DS record in the parent zone that fits no key, or "
    "servers that give different answers (dnsviz.net, delv)."
)

OF_NAMES: Mapping[Situation, Entry] = {
    _S.PROBE_REFUSED: Entry(
        _FAILURE,
        "Nothing was probed: {reason}.",
        "Correct the command line or the configuration; this says nothing about the server.",
    ),
    _S.PROBE_UNFINISHED: Entry(
        _FAILURE,
        "The probe did not come to its end ({reason}); what is missing is not known, rather than bad.",
        "Run it again; if its time was over, with more of it.",
    ),
    _S.LEVEL_NOT_PROBED: Entry(
        _WARNING,
        "The probe was made at level {probed}, which does not look at all that level {level} depends on.",
        "Probe with --level {level}.",
    ),
    _S.NOT_ASKED: Entry(
        _WARNING,
        "Not all kinds of keys were asked for: {reason}. What is missing is not known, rather than bad.",
        "Run it again; if its limits were in the way, with more time (--timeout) or connections "
        "(--max-connections), if the servers allow it.",
    ),
    _S.RESOLVER_DOES_NOT_VALIDATE: Entry(
        _WARNING,
        "No answer of the name server was DNSSEC-validated, not even one about the root, which is signed. "
        "With such a name server there is no DANE: every TLSA record goes unseen.",
        "Let a validating resolver run on this machine (unbound, BIND, Knot Resolver), or name one with "
        "--resolver. As Debian ships it, systemd-resolved does not validate.",
        "RFC 7672 section 2.1",
        ResultType.DNSSEC_INVALID,
        Demand.DANE,
    ),
    _S.RESOLVER_FAR_AWAY: Entry(
        _WARNING,
        "The name server {server} vouches for the answers, and it is not on this machine: whoever sits in "
        "between can forge them.",
        "Let a validating resolver listen on 127.0.0.1 or ::1.",
        "RFC 4035 section 4.9.3; RFC 7672 section 2.1",
        None,
        Demand.DANE,
    ),
    _S.ANSWER_WITHOUT_SIGNATURES: Entry(
        _WARNING,
        "The name server {server} says that {name} {rdtype} is secure, and sends no signature for it. "
        "It is taken for unsigned; Postfix, which looks at the AD bit alone, takes it for signed.",
        "Use another resolver: this one sets the AD bit where it must not.",
        "RFC 4035 section 3.2.3",
        None,
        Demand.DANE,
    ),
    _S.DOMAIN_BOGUS: Entry(
        _FAILURE,
        "{name} {rdtype} cannot be had because its DNSSEC signatures do not hold{why}. That may be a "
        "mistake in the zone, or an attack; mail waits until it is over.",
        _REPAIR,
        "RFC 7672 section 2.1.2; RFC 4035 section 5.5",
        ResultType.DNSSEC_INVALID,
    ),
    _S.DOMAIN_LOOKUP_FAILED: Entry(
        _FAILURE,
        "The lookup of {name} {rdtype} failed ({why}). Nobody knows then where mail goes, and it waits.",
        "See whether the domain's name servers answer this question, by UDP and by TCP.",
        "RFC 5321 section 5.1; RFC 7672 section 2.1.2",
    ),
    _S.NAME_SERVER_SILENT: Entry(
        _FAILURE,
        "No name server replied to {name} {rdtype}. Mail waits.",
        "See whether the resolver in /etc/resolv.conf runs and can be reached.",
        "RFC 5321 section 5.1",
    ),
    _S.NO_SUCH_DOMAIN: Entry(
        _FAILURE,
        "{name} has neither MX records nor an address: there is no such mail domain.",
        "Look for a spelling mistake; else publish MX records.",
        "RFC 5321 section 5.1",
    ),
    _S.NO_MAIL_HERE: Entry(
        _FAILURE,
        '{name} has a null MX ("MX 0 ."): it says that it accepts no mail at all.',
        "Nothing, if that is meant; else publish the mail servers in its place.",
        "RFC 7505 section 3",
    ),
    _S.NO_SUCH_SERVICE: Entry(
        _FAILURE,
        "There is no SRV record {name}, and nothing stands in for one.",
        "Publish an SRV record, or probe without --srv.",
        "RFC 2782",
    ),
    _S.NO_MX: Entry(
        _NOTE,
        "{name} has no MX records, so the domain itself is taken for its mail server.",
        "Publish an MX record: without one, mail goes to whatever the name's address is.",
        "RFC 5321 section 5.1",
    ),
    _S.MX_UNSIGNED: Entry(
        _WARNING,
        "The {rdtype} records of {name} are not signed, so that anybody on the way can name mail servers "
        "of his own. {rule}",
        "Sign the zone of {name}.",
        "RFC 7672 sections 2.2.1 and 2.1.3",
        ResultType.DANE_REQUIRED,
        Demand.DANE,
    ),
    _S.NO_ADDRESS_AT_ALL: Entry(
        _FAILURE,
        "{name} names mail servers, and none of them has an address.",
        "Publish addresses for the names in the MX records, or correct these.",
        "RFC 5321 section 5.1",
    ),
    _S.HOST_WITHOUT_ADDRESS: Entry(
        _WARNING,
        "The mail server {host} has no address. It is passed over.",
        "Publish an address for it, or take it out of the MX records.",
        "RFC 5321 section 5.1",
    ),
    _S.HOST_BOGUS: Entry(
        _FAILURE,
        "The address of {host} cannot be had because its DNSSEC signatures do not hold{why}. This host is "
        "not used; if there is no other, mail waits.",
        _REPAIR,
        "RFC 7672 section 2.1.2",
        ResultType.DNSSEC_INVALID,
    ),
    _S.HOST_LOOKUP_FAILED: Entry(
        _FAILURE,
        "The lookup of the address of {host} failed ({why}). This host is not used; if there is no other, "
        "mail waits.",
        "See whether the name servers of {host} answer questions for A and AAAA.",
        "RFC 7672 section 2.1.2",
    ),
    _S.MX_IS_ADDRESS: Entry(
        _WARNING,
        "An MX record holds the address {host}, where a host name should stand. Postfix connects to it all "
        "the same, other senders do not, and there is no DANE for it.",
        "Give the server a name, and put that into the MX record.",
        "RFC 5321 section 5.1; RFC 1035 section 3.3.9",
    ),
    _S.ALIAS_LOOP: Entry(
        _FAILURE,
        "The aliases (CNAME) of {host} lead in a circle, or too far.",
        "Point the name at an address.",
        "RFC 1034 section 3.6.2",
    ),
    _S.HOST_UNSIGNED: Entry(
        _WARNING,
        "The address of {host} is not signed, so TLSA records are not even asked for. Those there may be "
        "would prove nothing, and asking for them would make trouble with old name servers.",
        "Sign the zone {host} is in, or use mail servers in a signed zone: whose domain it is does not "
        "matter.",
        "RFC 7672 section 2.2.2",
        ResultType.DANE_REQUIRED,
        Demand.DANE,
    ),
    _S.ALIAS_LEAVES_SIGNED_ZONE: Entry(
        _WARNING,
        "{host} is an alias, signed itself, of the unsigned name {target}. TLSA records are asked for at "
        "{host} alone.",
        "Publish TLSA records at {owner}, or better, point MX records at names that are no aliases.",
        "RFC 7672 section 2.2.2; RFC 7671 section 7",
        None,
        Demand.DANE,
    ),
    _S.ALIAS_STATUS_FAILED: Entry(
        _FAILURE,
        "{host} is an alias of an unsigned name, and the lookup that would tell whether the alias is "
        "signed failed. The address is not used, since an attacker may have made the lookup fail.",
        "See whether the name servers of {host} answer a question for its CNAME.",
        "RFC 7672 section 2.2.2",
        ResultType.DNSSEC_INVALID,
        Demand.DANE,
    ),
    _S.HOST_IS_ALIAS: Entry(
        _NOTE,
        "The mail server's name {host} is an alias of {target}, which MX records must not point at. It "
        "works with Postfix; others refuse it.",
        "Name {target} itself in the MX records.",
        "RFC 5321 section 5.1; RFC 2181 section 10.3",
    ),
}
