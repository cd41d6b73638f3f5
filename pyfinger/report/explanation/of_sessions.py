"""The catalogue, third part: connections and the SMTP dialogue."""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.model import ResultType
from pyfinger.report.document.findings import Situation, Weight
from pyfinger.report.explanation.entry import Demand, Entry

_FAILURE, _WARNING, _NOTE = Weight.FAILURE, Weight.WARNING, Weight.NOTE
_S = Situation
_NO_STARTTLS = ResultType.STARTTLS_NOT_SUPPORTED
IN_CLEAR = "Where TLS is mandatory the server is not used; at level may Postfix goes on without it."

OF_SESSIONS: Mapping[Situation, Entry] = {
    _S.CONNECTION_REFUSED: Entry(
        _FAILURE,
        "{peer} refuses connections: nothing listens on that port, or a firewall says no.",
        "Start the mail server, or see what keeps port {port} closed.",
        "RFC 5321 section 4.5.4.1",
    ),
    _S.CONNECTION_TIMED_OUT: Entry(
        _FAILURE,
        "Nobody answers at {peer}. Many networks let no connection to port 25 out: try from another one "
        "before blaming the server.",
        "See whether the address is right, and whether a firewall drops the packets, here or there.",
        "RFC 5321 section 4.5.4.1",
    ),
    _S.ADDRESS_UNREACHABLE: Entry(
        _FAILURE,
        "There is no way to {peer} ({error}). For an IPv6 address it may be this machine that has none.",
        "Try from a machine with {family}, or with --prefer-family.",
        "RFC 5321 section 4.5.4.1",
    ),
    _S.CONNECTION_FAILED: Entry(
        _FAILURE,
        "The connection to {peer} fails: {error}.",
        "",
        "RFC 5321 section 4.5.4.1",
    ),
    _S.FIRST_ADDRESS_FAILED: Entry(
        _WARNING,
        "{peer} was not used ({error}); another address was. Mail arrives, later than it could.",
        "Repair that server, or take it out of the MX records.",
        "RFC 5321 section 5.1",
    ),
    _S.GREETING_NEVER_CAME: Entry(
        _FAILURE,
        "{peer} accepts the connection and says nothing. Servers that delay their greeting, against junk, "
        "do not take half a minute for it; overloaded ones do, and machines that merely pass connections "
        "on.",
        "See whether the mail server itself is alive behind that port.",
        "RFC 5321 sections 3.1 and 4.5.3.2.1",
    ),
    _S.GREETING_CUT_OFF: Entry(
        _FAILURE,
        "{peer} accepts the connection and ends it without a word: it does not want ours, or has too many.",
        "Look into the server's log and its access lists.",
        "RFC 5321 section 3.1",
    ),
    _S.GREETING_SERVICE_CLOSED: Entry(
        _FAILURE,
        "{peer} says that it is not available now: {reply}. Whether it does TLS cannot be told; often it "
        "is just too many connections.",
        "Try later, and less often.",
        "RFC 5321 section 3.8",
    ),
    _S.GREETING_TEMPORARY: Entry(
        _FAILURE,
        "{peer} refuses us for the moment: {reply}. Whether it does TLS cannot be told.",
        "Try later.",
        "RFC 5321 section 4.2.1",
    ),
    _S.GREETING_REFUSAL: Entry(
        _FAILURE,
        "{peer} refuses us: {reply}. That is mostly about our address, and says nothing about its TLS.",
        "Try from an address with a good name; see whether it is on a block list.",
        "RFC 5321 section 3.1",
    ),
    _S.PORT_EXPECTS_TLS: Entry(
        _FAILURE,
        "{peer} waits for us to begin: on port {port} TLS comes first, not a greeting.",
        "Probe with --wrapper.",
        "RFC 8314 section 3.3",
    ),
    _S.GREETING_MASKED: Entry(
        _WARNING,
        "The greeting of {peer} is made of asterisks. A firewall inspects SMTP there, of the kind that "
        "also takes STARTTLS away.",
        'Switch that off ("fixup protocol smtp", "inspect esmtp").',
        "RFC 3207 section 6",
    ),
    _S.HELLO_TEMPORARY: Entry(
        _FAILURE,
        "{peer} refuses EHLO for the moment: {reply}.",
        "Try later.",
        "RFC 5321 section 4.2.1",
    ),
    _S.HELLO_REFUSED: Entry(
        _FAILURE,
        "{peer} refuses EHLO: {reply}. Without it there is no STARTTLS. " + IN_CLEAR,
        "If it is about our name, set myhostname to one that can be looked up.",
        "RFC 5321 section 3.2; RFC 3207 section 4",
        _NO_STARTTLS,
        Demand.TLS,
        _WARNING,
    ),
    _S.HELLO_CUT_OFF: Entry(
        _FAILURE,
        "{peer} ends the connection, or falls silent, after EHLO ({error}).",
        "Look into the server's log.",
        "RFC 5321 section 3.8",
    ),
    _S.STARTTLS_MISSING: Entry(
        _FAILURE,
        "{peer} does not offer STARTTLS. " + IN_CLEAR,
        "Give the server a certificate and switch TLS on (Postfix: smtpd_tls_security_level = may).",
        "RFC 3207 section 4; RFC 7672 section 2.2",
        _NO_STARTTLS,
        Demand.TLS,
        _WARNING,
    ),
    _S.STARTTLS_MASKED: Entry(
        _FAILURE,
        'The reply of {peer} to EHLO has the line "{line}": something on the way has '
        "painted STARTTLS over, so that it can read along. " + IN_CLEAR,
        'Switch off the inspection of SMTP in the firewall, theirs or ours ("inspect esmtp" of Cisco).',
        "RFC 3207 section 6",
        _NO_STARTTLS,
        Demand.TLS,
        _WARNING,
    ),
    _S.STARTTLS_TEMPORARY: Entry(
        _FAILURE,
        "{peer} offers STARTTLS and cannot do it now: {reply}. " + IN_CLEAR,
        "Look into the server's log: mostly it cannot read its key or certificate.",
        "RFC 3207 section 4",
        _NO_STARTTLS,
        Demand.TLS,
        _WARNING,
    ),
    _S.STARTTLS_REFUSED: Entry(
        _FAILURE,
        "{peer} offers STARTTLS and refuses it: {reply}. " + IN_CLEAR,
        "Look into the server's log.",
        "RFC 3207 section 4",
        _NO_STARTTLS,
        Demand.TLS,
        _WARNING,
    ),
    _S.STARTTLS_CUT_OFF: Entry(
        _FAILURE,
        "{peer} ends the connection, or falls silent, when STARTTLS is asked for ({error}).",
        "Look into the server's log, and at firewalls that know SMTP.",
        "RFC 3207 section 4",
        _NO_STARTTLS,
    ),
    _S.PLAINTEXT_INJECTED: Entry(
        _WARNING,
        "With its reply to STARTTLS {peer} sent {count} more bytes in clear, which were thrown away. "
        "Somebody on the way may have put them there (CVE-2011-0411).",
        "Update the server, or the proxy before it.",
        "RFC 3207 section 4.2",
    ),
    _S.TLS_SWITCHED_OFF: Entry(
        _NOTE,
        "Level none asks for no TLS, so whether {peer} could do it was not tried.",
        "",
        "RFC 3207",
    ),
}
