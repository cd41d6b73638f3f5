"""The catalogue, fourth part: the TLS handshake, up to the proof."""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.model import ResultType
from pyfinger.report.document.findings import Situation, Weight
from pyfinger.report.explanation.entry import Demand, Entry
from pyfinger.report.explanation.of_sessions import IN_CLEAR

_FAILURE, _WARNING, _NOTE = Weight.FAILURE, Weight.WARNING, Weight.NOTE
_S = Situation
_FAILED = ResultType.VALIDATION_FAILURE

OF_HANDSHAKES: Mapping[Situation, Entry] = {
    _S.HELLO_TOO_LARGE: Entry(
        _FAILURE,
        "{peer} does not answer our TLS hello of {size} bytes, which fills more than one packet: with "
        "post-quantum key exchange that is normal, and some firewalls and load balancers lose such "
        "hellos. ",
        "Try smaller: -o tls_eecdh_auto_curves=X25519. If that works, what stands before the server has "
        "to be updated.",
        "RFC 8446 section 4.1.2",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.TLS_UNANSWERED: Entry(
        _FAILURE,
        '{peer} says "go ahead" to STARTTLS, then does not answer our TLS hello. ' + IN_CLEAR,
        "Look into the server's log; if it does not know of the hello, at the firewall before it.",
        "RFC 3207 section 4",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.TLS_CUT_OFF: Entry(
        _FAILURE,
        "{peer} ends the connection as soon as it has our TLS hello of {size} bytes, without "
        "an alert to say why. " + IN_CLEAR,
        "Look into the server's log: mostly it has no usable certificate, or is older than what is offered.",
        "RFC 8446 section 6; RFC 3207 section 4",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.TLS_STUCK: Entry(
        _FAILURE,
        "The handshake with {peer} begins and does not come to its end in time. Large flights "
        "that get lost on the way (path MTU) look like this. " + IN_CLEAR,
        "See whether large packets get through, in both directions.",
        "RFC 8446 section 4.4",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.TLS_BROKEN: Entry(
        _FAILURE,
        "{peer} ends the connection in the middle of the handshake, without an alert to say why. " + IN_CLEAR,
        "Look into the server's log.",
        "RFC 8446 section 6",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.NOT_TLS: Entry(
        _FAILURE,
        "What {peer} answers to our TLS hello is not TLS{hint}.",
        "See what listens there: {advice}.",
        "RFC 8446 section 5.1",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.PARAMETERS_REFUSED: Entry(
        _FAILURE,
        "{peer} finds nothing it can use in our hello (alert handshake_failure): no common "
        "cipher, group or kind of signature. " + IN_CLEAR,
        "Let the server offer TLS 1.2 or 1.3 with AES-GCM and X25519 or P-256, and show a certificate "
        "with an RSA or P-256 key. Here, --grade and --protocols narrow the choice.",
        "RFC 8446 section 4.1.1; RFC 7525",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.VERSION_REFUSED: Entry(
        _FAILURE,
        "{peer} accepts none of the TLS versions offered (alert protocol_version). " + IN_CLEAR,
        "Let the server speak TLS 1.2 at least. Here, --protocols narrows the choice.",
        "RFC 8996; RFC 8446 section 4.2.1",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.VERSION_TOO_OLD: Entry(
        _FAILURE,
        "{peer} answers with a version of TLS that was not offered, an older one. " + IN_CLEAR,
        "Let the server speak TLS 1.2 at least.",
        "RFC 8996",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.SERVER_NAME_REFUSED: Entry(
        _FAILURE,
        "{peer} does not know the name {name} that our hello asks for (alert "
        "unrecognized_name). Under DANE that name is the TLSA base domain. " + IN_CLEAR,
        "Let the server show its usual certificate for names it does not know.",
        "RFC 6066 section 3; RFC 7672 section 8.1",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.ALERT_RECEIVED: Entry(
        _FAILURE,
        "{peer} ends the handshake with alert {alert}. " + IN_CLEAR,
        "Look into the server's log.",
        "RFC 8446 section 6.2",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.KEY_EXCHANGE_WEAK: Entry(
        _FAILURE,
        "{peer} wants Diffie-Hellman key exchange with numbers that are too small to be safe. " + IN_CLEAR,
        "Give the server Diffie-Hellman parameters of 2048 bits (RFC 7919), or elliptic curves.",
        "RFC 9325 section 4.2; RFC 7919",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.HANDSHAKE_FAILED: Entry(
        _FAILURE,
        "The handshake with {peer} fails: {reason}. " + IN_CLEAR,
        "Look into the server's log; --trace shows every message.",
        "RFC 8446 section 4",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.CERTIFICATE_UNREADABLE: Entry(
        _FAILURE,
        "What {peer} shows cannot be read ({reason}), and so there is no TLS at all, at any level and "
        "under any TLSA record.",
        "Look at the certificates the server has, in their order: openssl x509 -text shows them.",
        "RFC 5280 section 4.1; RFC 8446 section 4.4.2.4",
        _FAILED,
        Demand.TLS,
        _WARNING,
    ),
    _S.VERSION_DEPRECATED: Entry(
        _WARNING,
        "The session with {peer} is in {protocol}, which must no longer be used.",
        "Let the server speak TLS 1.2 and 1.3.",
        "RFC 8996",
    ),
}
