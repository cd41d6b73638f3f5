#!/bin/sh
# postfix-mta-sts-resolver 1.5.1 (PyPI) and mailauth 5.0.1 (npm): of an MTA-STS policy's field that
# stands there twice, the last one counts; mailauth 7.1.0 has the first.
#
# RFC 8461 section 3.2 has all but the first ignored.  Two of the three put fields into a mapping as
# they come, so a policy that begins with "mode: enforce" and ends with "mode: none", as an editor's
# leftovers have it, is enforced by one and is none to the others: what Postfix asks
# (smtp_tls_policy_maps), and what mx-connect 2.0.0 brings along, which pins mailauth 5.0.1.
#
# Hurt by the wrong guess: owners of a policy who test it with one reader; testers and surveys that
# tell what "the" policy of a domain is.  Output seen: "first mode enforce, last none:
# postfix-mta-sts-resolver 1.5.1 reads none, mailauth 5.0.1 none, mailauth 7.1.0 enforce".
#
# Needs Python with venv, and npm.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check postfix-mta-sts-resolver==1.5.1 2>/dev/null
cd "$work"
printf 'version: STSv1\r\nmode: enforce\r\nmx: mx.example.com\r\nmax_age: 86400\r\nmode: none\r\n' >policy.txt
npm install --silent --no-audit --no-fund --prefix "$work/node" old@npm:mailauth@5.0.1 new@npm:mailauth@7.1.0 >npm.log 2>&1 || { cat npm.log >&2; exit 1; }
python=$("$work/venv/bin/python" - <<'PYTHON'
from postfix_mta_sts_resolver.utils import parse_mta_sts_policy

with open("policy.txt", newline="") as file:
    print(parse_mta_sts_policy(file.read())["mode"])
PYTHON
)
node() { # NAME: what that copy of mailauth reads
    command node -e '
const { parsePolicy } = require(process.argv[1] + "/lib/mta-sts.js");
console.log(parsePolicy(require("fs").readFileSync("policy.txt")).mode);
' "$work/node/node_modules/$1"
}
told="postfix-mta-sts-resolver 1.5.1 reads $python, mailauth 5.0.1 $(node old), mailauth 7.1.0 $(node new)"
echo "first mode enforce, last none: $told"
[ "$told" = "postfix-mta-sts-resolver 1.5.1 reads none, mailauth 5.0.1 none, mailauth 7.1.0 enforce" ]
