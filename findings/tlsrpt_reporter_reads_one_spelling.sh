#!/bin/sh
# tlsrpt-reporter 0.6.0 (PyPI; Postfix 3.10 reports through it): of a TLSRPT record with a space after the comma between
# two URIs, or with a field before rua, it finds no destination; checkdmarc 6.0.4 calls both valid.
#
# RFC 8460 section 3 allows blanks around that comma, and a field of an extension wherever rua may be; what is
# unknown "SHALL be ignored".  The reporter splits at ";" and takes the second part for rua, splits that at ","
# and keeps the blanks, so that " https:" is no scheme it knows.  Then no URI of the record gets a report, the first
# neither: the day's report is made, goes nowhere, and the sender's log has a line.  A space after ";" is fine.
#
# Hurt by the wrong guess: owners of such a record, which checkers call valid: large senders report, those with Postfix do
# not, which looks as if they sent no mail or had no TLSRPT.  Output seen: "recipients by tlsrpt-reporter 0.6.0 and
# checkdmarc 6.0.4: without spaces 2 and 2; space after the comma none and 2; field before rua none and 1; field after rua
# 1 and 1".
#
# Needs Python with venv.
set -eu
work=$(mktemp -d)
cd "$work"
trap 'rm -rf "$work"' EXIT
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check tlsrpt-reporter==0.6.0 checkdmarc==6.0.4 2>/dev/null
by_reporter() { # RECORD: how many destinations are left at the end
    : >errors
    venv/bin/tlsrptctl maptest example.com "$1" >log 2>errors || true
    number=$(sed -n 's/^Resulting recipients after mapping : \([0-9]*\) recipients.*/\1/p' log)
    [ -n "$number" ] || grep -qE '(InvalidDestinationScheme|MalformedTlsrptRecordException): ' errors || number=failed
    echo "${number:-none}"
}
by_checkdmarc() {
    venv/bin/python -c '
import sys
from checkdmarc.smtp_tls_reporting import parse_smtp_tls_reporting_record
print(len(parse_smtp_tls_reporting_record(sys.argv[1])["tags"]["rua"]["value"]))' "$1" 2>/dev/null || echo refused
}
both() { echo "$1 $(by_reporter "$2") and $(by_checkdmarc "$2")"; }
found="$(both 'without spaces' 'v=TLSRPTv1;rua=mailto:tls@example.com,https://example.com/tls')"
found="$found; $(both 'space after the comma' 'v=TLSRPTv1; rua=mailto:tls@example.com, https://example.com/tls')"
found="$found; $(both 'field before rua' 'v=TLSRPTv1; x=1; rua=mailto:tls@example.com')"
found="$found; $(both 'field after rua' 'v=TLSRPTv1; rua=mailto:tls@example.com; x=1')"
echo "recipients by tlsrpt-reporter 0.6.0 and checkdmarc 6.0.4: $found"
[ "$found" = "without spaces 2 and 2; space after the comma none and 2; field before rua none and 1; \
field after rua 1 and 1" ]
