#!/bin/sh
# parsedmarc 11.1.0 (PyPI): the mx-host of a TLS report is dropped; it looks for mx-host-pattern alone.
#
# RFC 8460 section 4.4 has the member "mx-host" in a policy, with the text's mx-host-pattern as its value, and so has
# the sample report in appendix B.  Those who send reports write it so (libtlsrpt, which Postfix 3.10 reports by).
# parsedmarc reads a member called by the name of the value, finds none in such a report, and says nothing: its JSON
# has no mx_host_patterns, its CSV has the column empty.  The same report with the other name is read.
#
# Hurt by the wrong guess: owners of a domain who look in parsedmarc's tables for the policy that a sender had when hosts
# did not match it (certificate-host-mismatch after a move to other hosts): the column is there, and empty for
# each sender, as if none had told.  Output seen: "parsedmarc 11.1.0: mx-host: JSON none, CSV ''; mx-host-pattern: JSON
# *.example.com, CSV '*.example.com'".
#
# Needs Python with venv.
set -eu
work=$(mktemp -d)
cd "$work"
trap 'rm -rf "$work"' EXIT
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check parsedmarc==11.1.0 2>/dev/null
told=$(venv/bin/python - <<'PYTHON'
import csv
import io
import json

from parsedmarc import parse_smtp_tls_report_json, parsed_smtp_tls_reports_to_csv


def read(member):
    policy = {
        "policy-type": "sts",
        "policy-string": ["version: STSv1", "mode: testing", "max_age: 86400", "mx: *.example.com"],
        "policy-domain": "example.com",
        member: ["*.example.com"],
    }
    report = {
        "organization-name": "Sender",
        "date-range": {"start-datetime": "2026-03-01T00:00:00Z", "end-datetime": "2026-03-01T23:59:59Z"},
        "contact-info": "tls@sender.example",
        "report-id": "2026-03-01-example.com",
        "policies": [
            {
                "policy": policy,
                "summary": {"total-successful-session-count": 5, "total-failure-session-count": 0},
            }
        ],
    }
    parsed = parse_smtp_tls_report_json(json.dumps(report))
    (row,) = csv.DictReader(io.StringIO(parsed_smtp_tls_reports_to_csv(parsed)))
    patterns = " ".join(parsed["policies"][0].get("mx_host_patterns", ["none"]))
    return f"{member}: JSON {patterns}, CSV '{row['mx_host_patterns']}'"


print(read("mx-host"), read("mx-host-pattern"), sep="; ")
PYTHON
)
echo "parsedmarc 11.1.0: $told"
[ "$told" = "mx-host: JSON none, CSV ''; mx-host-pattern: JSON *.example.com, CSV '*.example.com'" ]
