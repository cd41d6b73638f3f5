#!/bin/sh
# mx-connect 2.0.0 (npm; with mailauth 5.0.1, which it pins) and a cache for MTA-STS policies: a policy that is still valid
# is fetched again for every connection, one that has expired is taken for another max_age without being fetched.
#
# A sender keeps a policy for max_age after the fetch, and the id in DNS tells it whether there is a new one: no HTTPS
# until then (RFC 8461 sections 3.1, 3.2 and 5.1).  mailauth 5.0.1 has the question whether the kept policy has
# expired the wrong way round.  Both are silent: the policy is the same, the log has "renewed" or "found".  mailauth 7.1.0
# asks again when, and only when, it has expired.
#
# Hurt by the wrong guess: who runs a sender with it: a TLS session with the policy host before every message, its
# time-out (15 seconds) in each delivery where that host is slow, and a load on small domains' web servers that the
# cache was given to avoid; and owners who changed a policy and forgot the id, which max_age heals elsewhere: where mail
# is rarer than that, the old one stays.
# Output seen: "requests for the policy: first, valid, expired: mx-connect 2.0.0 1, 1, 0; mailauth 7.1.0 1, 0, 1".
#
# Needs root (for a network of its own), ip, npm, node, openssl.
set -eu
[ "${1:-}" = inside ] || {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    npm install --silent --no-audit --no-fund --prefix "$work/old" mx-connect@2.0.0 mailauth@5.0.1 >"$work/npm.log" 2>&1 &&
        npm install --silent --no-audit --no-fund --prefix "$work/new" mailauth@7.1.0 >"$work/npm.log" 2>&1 ||
        { cat "$work/npm.log" >&2; exit 1; }
    unshare -n "$0" inside "$work"
    exit
}
cd "$2"
ip link set lo up
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem \
    -subj /CN=mta-sts.example.com -addext subjectAltName=DNS:mta-sts.example.com 2>/dev/null

cat >run.js <<'NODE'
const fs = require("fs");
const https = require("https");
const net = require("net");
const mxConnect = require("./old/node_modules/mx-connect");
const newer = require("./new/node_modules/mailauth/lib/mta-sts.js");

const RECORDS = {
    "example.com MX": [{ exchange: "mx.example.com", priority: 10 }],
    "mx.example.com A": ["127.0.0.1"],
    "mta-sts.example.com A": ["127.0.0.1"],
    "_mta-sts.example.com TXT": [["v=STSv1; id=1;"]],
};
const resolve = async (name, type) => RECORDS[`${name} ${type}`] || [];
const MAX_AGE = 4;
let requests = 0;

const keyPair = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") };
const policyHost = https.createServer(keyPair, (request, response) => {
    requests += 1;
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.end(`version: STSv1\r\nmode: testing\r\nmx: mx.example.com\r\nmax_age: ${MAX_AGE}\r\n`);
});
const mailServer = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.end("220 mx.example.com ESMTP\r\n");
});
const listening = (server, port) => new Promise((done) => server.listen(port, "127.0.0.1", done));

async function byMxConnect(cache) {
    const stored = { get: async (name) => cache.get(name), set: async (name, policy) => cache.set(name, policy) };
    const connection = await mxConnect({
        target: "example.com",
        dnsOptions: { resolveRecords: resolve },
        mtaSts: { enabled: true, cache: stored },
    });
    connection.socket.destroy();
}
async function byMailauth(cache) {
    const { policy } = await newer.getPolicy("example.com", cache.get("example.com"), { resolver: resolve });
    cache.set("example.com", policy);
}
async function counted(connect) {
    const cache = new Map();
    const counts = [];
    for (const wait of [0, 0, MAX_AGE + 1]) {
        await new Promise((done) => setTimeout(done, wait * 1000));
        const before = requests;
        await connect(cache);
        if (cache.get("example.com").mode !== "testing") throw new Error(JSON.stringify(cache.get("example.com")));
        counts.push(requests - before);
    }
    return counts.join(", ");
}
(async () => {
    await listening(policyHost, 443);
    await listening(mailServer, 25);
    console.log(`mx-connect 2.0.0 ${await counted(byMxConnect)}; mailauth 7.1.0 ${await counted(byMailauth)}`);
    process.exit(0);
})();
NODE
told=$(NODE_EXTRA_CA_CERTS=cert.pem timeout 60 node run.js)
echo "requests for the policy: first, valid, expired: $told"
[ "$told" = "mx-connect 2.0.0 1, 1, 0; mailauth 7.1.0 1, 0, 1" ]
