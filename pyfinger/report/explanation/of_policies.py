"""The catalogue, last part: MTA-STS and TLSRPT, what a domain says of senders' TLS without DNSSEC.

They are seen by `pyfinger-check` alone: a probe asks for neither.  `{why}` are the words of
`pyfinger.policy` for what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.model import ResultType
from pyfinger.report.document.findings import Situation, Weight
from pyfinger.report.explanation.entry import Entry

_FAILURE, _WARNING, _NOTE = Weight.FAILURE, Weight.WARNING, Weight.NOTE
_S = Situation
_FETCH_ERROR, _INVALID = ResultType.STS_POLICY_FETCH_ERROR, ResultType.STS_POLICY_INVALID
_AS_IF_NONE = "Senders that have no older policy in memory go on as if there were none."
_PUBLISH = "Publish instead what everybody reads alike:"

OF_POLICIES: Mapping[Situation, Entry] = {
    _S.STS_ABSENT: Entry(
        _NOTE,
        "{domain} has no MTA-STS record ({why}). Senders without DANE demand nothing of its servers.",
        "Publish one, with a policy, beside DANE or where the domain cannot be signed.",
        "RFC 8461 section 3.1",
    ),
    _S.STS_LOOKUP_FAILED: Entry(
        _WARNING,
        "Nobody could say whether {domain} has an MTA-STS record: {why}. Senders that remember a policy keep "
        "to it.",
        "See whether the domain's name servers answer TXT questions.",
        "RFC 8461 section 3.1",
    ),
    _S.STS_RECORD_INVALID: Entry(
        _WARNING,
        f"The MTA-STS record of {{domain}} is not valid: {{why}}. {_AS_IF_NONE}",
        'Publish one TXT record of the form "v=STSv1; id=20260101", with a new id for each new policy.',
        "RFC 8461 section 3.1",
    ),
    _S.STS_HOST_UNREACHABLE: Entry(
        _WARNING,
        f"The policy cannot be fetched from {{host}}: {{why}}. {_AS_IF_NONE}",
        "Let a web server answer there, at port 443.",
        "RFC 8461 section 3.3",
        _FETCH_ERROR,
    ),
    _S.STS_HOST_WITHOUT_TLS: Entry(
        _WARNING,
        f"The policy host {{host}} accepts the connection, and there is no TLS: {{why}}. {_AS_IF_NONE}",
        "Let it do TLS 1.2 or 1.3 with a cipher suite of forward secrecy.",
        "RFC 8461 section 3.3; RFC 9325 section 4.2",
        _FETCH_ERROR,
    ),
    _S.STS_HOST_MISNAMED: Entry(
        _WARNING,
        f"The certificate of the policy host is not for {{host}}: {{why}}. {_AS_IF_NONE}",
        "Use a certificate that bears {host} as a DNS name (subjectAltName); a common name does not count.",
        "RFC 8461 section 3.3; RFC 9525 section 4",
        ResultType.STS_WEBPKI_INVALID,
    ),
    _S.STS_HOST_UNTRUSTED: Entry(
        _WARNING,
        f"Nobody who is trusted on the web vouches for the policy host {{host}}: {{why}}. {_AS_IF_NONE}",
        "Use a certificate of a public authority that is in time, and send the chain.",
        "RFC 8461 section 3.3",
        ResultType.STS_WEBPKI_INVALID,
    ),
    _S.STS_POLICY_REFUSED: Entry(
        _WARNING,
        f"{{host}} was asked for the policy, and gave none: {{why}}. {_AS_IF_NONE}",
        "Serve https://{host}/.well-known/mta-sts.txt with status 200.",
        "RFC 8461 section 3.3",
        _FETCH_ERROR,
    ),
    _S.STS_POLICY_REDIRECTED: Entry(
        _WARNING,
        f"{{host}} answers with a redirect, which senders must not follow: {{why}}. {_AS_IF_NONE}",
        "Serve the policy there itself.",
        "RFC 8461 section 3.3",
        _FETCH_ERROR,
    ),
    _S.STS_POLICY_INVALID: Entry(
        _WARNING,
        f"The policy at {{host}} is not valid: {{why}}. {_AS_IF_NONE}",
        "Serve text/plain with version, mode, max_age and at least one mx, each in a line of its own.",
        "RFC 8461 section 3.2",
        _INVALID,
    ),
    _S.STS_READ_OTHERWISE: Entry(
        _WARNING,
        "Not everybody reads what stands here as it is meant. {why}.",
        _PUBLISH,
        "RFC 8461 sections 3.1 to 3.3 and 4.1; docs/mta-sts.md",
    ),
    _S.STS_SHORT_LIVED: Entry(
        _WARNING,
        "The policy is soon forgotten. {why}.",
        "Set max_age to some weeks: 604800 at least.",
        "RFC 8461 section 3.2",
    ),
    _S.STS_ONLY_TESTING: Entry(
        _NOTE,
        "The policy is on trial. {why}.",
        "Set the mode to enforce once reports say that nothing fails.",
        "RFC 8461 section 5; RFC 8460",
    ),
    _S.STS_MODE_NONE: Entry(
        _NOTE,
        "The policy of {domain} has mode none: it is as if there were none, and takes an older one back.",
        "That is right while MTA-STS is being given up; else set the mode to testing or enforce.",
        "RFC 8461 sections 2.5 and 8.3",
    ),
    _S.STS_PATTERN_UNUSED: Entry(
        _NOTE,
        "The policy lists what is no mail server of the domain. {why}.",
        "Take it away, unless the host is to come: whoever gets that name gets mail.",
        "RFC 8461 section 4.1",
    ),
    _S.STS_MX_NOT_LISTED: Entry(
        _FAILURE,
        "{host} receives mail for {domain}, and no mx of the policy is its name. Senders that go by MTA-STS "
        "do not use it.",
        "Add it to the policy, and give the record a new id:",
        "RFC 8461 section 4.1",
        ResultType.VALIDATION_FAILURE,
    ),
    _S.STS_MX_WITHOUT_STARTTLS: Entry(
        _FAILURE,
        "The policy lists {host}, and it does not offer STARTTLS. Senders that go by MTA-STS do not use it.",
        "Switch TLS on there, or take the host out of the MX records.",
        "RFC 8461 section 4",
        ResultType.STARTTLS_NOT_SUPPORTED,
    ),
    _S.STS_MX_MISNAMED: Entry(
        _FAILURE,
        "The policy lists {host}, and its certificate is for {names}. Senders that go by MTA-STS do not use "
        "it.",
        "Use a certificate that bears {host} as a DNS name (subjectAltName); a common name does not count.",
        "RFC 8461 section 4.2",
        ResultType.CERTIFICATE_HOST_MISMATCH,
    ),
    _S.STS_MX_EXPIRED: Entry(
        _FAILURE,
        "The policy lists {host}, and a certificate of its chain has expired. Senders that go by MTA-STS do "
        "not use it.",
        "Renew it, and see why that was not done in time.",
        "RFC 8461 section 4.2",
        ResultType.CERTIFICATE_EXPIRED,
    ),
    _S.STS_MX_UNTRUSTED: Entry(
        _FAILURE,
        "The policy lists {host}, and no authority that is trusted on the web vouches for its certificate "
        "({why}). Senders that go by MTA-STS do not use it.",
        "Use a certificate of a public authority, and send the chain; or rely on DANE, and take the policy "
        "back (mode none).",
        "RFC 8461 section 4.2",
        ResultType.CERTIFICATE_NOT_TRUSTED,
    ),
    _S.STS_BESIDE_DANE: Entry(
        _NOTE,
        "{host} has usable TLSA records: senders that know both DANE and MTA-STS go by them ({why}), "
        "whatever the policy says.",
        reference="RFC 8461 section 2",
    ),
    _S.STS_FOR_FAILING_DANE: Entry(
        _FAILURE,
        "The policy is content with {host}, and DANE is not: {why}. Senders that know both must not deliver. "
        "{programs} delivers nevertheless, since what it tells Postfix takes the place of level dane.",
        "Mend the TLSA records; a policy never makes up for them.",
        "RFC 8461 section 2",
        ResultType.CERTIFICATE_NOT_TRUSTED,
    ),
    _S.TLSRPT_ABSENT: Entry(
        _NOTE,
        "{domain} has no TLSRPT record ({why}): nobody tells when senders cannot do TLS with its servers.",
        "Publish one, such as:",
        "RFC 8460 section 3",
    ),
    _S.TLSRPT_LOOKUP_FAILED: Entry(
        _WARNING,
        "Nobody could say whether {domain} has a TLSRPT record: {why}.",
        "See whether the domain's name servers answer TXT questions.",
        "RFC 8460 section 3",
    ),
    _S.TLSRPT_INVALID: Entry(
        _WARNING,
        "The TLSRPT record of {domain} is not valid: {why}. Nobody sends reports.",
        "Publish one TXT record, such as:",
        "RFC 8460 section 3",
    ),
    _S.TLSRPT_URI_USELESS: Entry(
        _WARNING,
        "Not every address of the record can be reported to. {why}.",
        "Name a mailto: or https: address.",
        "RFC 8460 section 3",
    ),
    _S.TLSRPT_READ_OTHERWISE: Entry(
        _WARNING,
        "Not everybody finds the addresses in the record. {why}.",
        _PUBLISH,
        "RFC 8460 section 3; docs/mta-sts.md",
    ),
}
