"""MTA-STS and TLSRPT: what a domain demands of senders' TLS, and who wants to hear (RFC 8461, RFC 8460).

DANE says in the DNS which key a mail server has; who has no DNSSEC can say on a web server that
it has a certificate as browsers want it.  That is MTA-STS:

    _mta-sts.DOMAIN TXT "v=STSv1; id=1"                     there is a policy; its id changes with it
    https://mta-sts.DOMAIN/.well-known/mta-sts.txt          the policy: mode, names of MX hosts, max_age
    _smtp._tls.DOMAIN TXT "v=TLSRPTv1; rua=mailto:..."      where reports of both are to go

A sender keeps a policy for `max_age` seconds.  That protects only who has been there before (trust
on first use): without DNSSEC whoever is in between can hide the record.  So a record that
cannot be read, a policy that cannot be fetched or understood, is as if there were none,
and each of these has a reason here that says what to mend.

    txt           what the TXT records have in common: strings, records, fields
    sts_record    the record of MTA-STS
    mta_sts       the policy, and which hosts it allows
    tlsrpt        the record of TLSRPT, and the words of reports
    http, webpki  one GET; who a web server is
    fetch         the policy over HTTPS, as steps
    discovery     all of a domain, as steps: begin here
    sender        what a sender does who knows DANE, MTA-STS, or both
    programs      who reads records, policies and names otherwise than the RFCs do
    advice        that, why, and what to publish instead

    from pyfinger.policy.discovery import discover_sts
    from pyfinger.policy.fetch import Web
    from pyfinger.policy.webpki import web_authorities

Where the two meet, DANE comes first: a policy never makes up for DANE that fails (RFC 8461 section 2).
"""
