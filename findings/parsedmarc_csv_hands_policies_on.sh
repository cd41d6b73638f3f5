#!/bin/sh
# parsedmarc 11.1.0 (PyPI): in its CSV of TLS reports a policy without strings has those of the policy before it, rows of
# failures name no domain, and failed sessions are there twice.
#
# A report has several policies, of several kinds and domains (RFC 8460 section 4.4), and "no-policy-found" has no
# policy-string.  parsedmarc makes its rows from one dictionary for the whole report and only replaces what the next
# policy has, so "no-policy-found" stands there with the mode and hosts of another domain.  A failure's row has
# the strings, right or wrong, but neither policy_domain nor policy_type; and its sessions are in the column of the
# policy's own row, which has their sum already (section 4.4, total-failure-session-count).  The JSON is in order.
#
# Hurt by the wrong guess: whoever filters that table by a domain (no failure is left), sums a column (double), or
# looks which senders saw "mode: enforce".  Output seen: "parsedmarc 11.1.0: no-policy-found of example.org has the strings
# of example.com: True; rows of failures with a domain: 0 of 2; failed sessions: 10 in the CSV, 5 in the report".
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

STRINGS = ["version: STSv1", "mode: enforce", "max_age: 86400", "mx: mx.example.com"]


def policy(about, good, failed, result):
    return {
        "policy": about,
        "summary": {"total-successful-session-count": good, "total-failure-session-count": failed},
        "failure-details": [
            {
                "result-type": result,
                "sending-mta-ip": "192.0.2.1",
                "receiving-mx-hostname": "mx." + about["policy-domain"],
                "receiving-ip": "192.0.2.2",
                "failed-session-count": failed,
            }
        ],
    }


policies = [
    policy(
        {"policy-type": "sts", "policy-string": STRINGS, "policy-domain": "example.com"},
        5, 3, "certificate-expired",
    ),
    policy({"policy-type": "no-policy-found", "policy-domain": "example.org"}, 7, 2, "starttls-not-supported"),
]
report = {
    "organization-name": "Sender",
    "date-range": {"start-datetime": "2026-03-01T00:00:00Z", "end-datetime": "2026-03-01T23:59:59Z"},
    "contact-info": "tls@sender.example",
    "report-id": "2026-03-01",
    "policies": policies,
}
parsed = parse_smtp_tls_report_json(json.dumps(report))
assert "policy_strings" not in parsed["policies"][1]
rows = list(csv.DictReader(io.StringIO(parsed_smtp_tls_reports_to_csv(parsed))))
(without,) = [row for row in rows if row["policy_type"] == "no-policy-found"]
failures = [row for row in rows if row["result_type"]]
named = [row for row in failures if row["policy_domain"]]
print(
    f"no-policy-found of {without['policy_domain']} has the strings of example.com:",
    f"{without['policy_strings'] == '|'.join(STRINGS)}; rows of failures with a domain: {len(named)} of",
    f"{len(failures)}; failed sessions: {sum(int(row['failed_session_count']) for row in rows)} in the CSV,",
    f"{sum(each['summary']['total-failure-session-count'] for each in policies)} in the report",
)
PYTHON
)
echo "parsedmarc 11.1.0: $told"
[ "$told" = "no-policy-found of example.org has the strings of example.com: True; rows of failures with a domain: 0 of 2; \
failed sessions: 10 in the CSV, 5 in the report" ]
