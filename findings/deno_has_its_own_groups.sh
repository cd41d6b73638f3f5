#!/bin/sh
# Deno 2.9.6 (npm): a server of node:tls with `ecdhCurve: 'P-384'` agrees on X25519 all the same; Node with
# the same program has P-384, and refuses a client that offers X25519 alone.
#
# Node documents ecdhCurve as "the curve name, or a colon separated list, to use for ECDH key agreement".
# Deno's node:tls has rustls beneath, takes the option, and says nothing about not using it, while
# minVersion and maxVersion, beside it, do what they say.
#
# Hurt by the wrong guess: who moves a program from Node to Deno and has to keep to certain groups (a policy
# that wants P-384, or post-quantum ones alone), and tests that wish for a HelloRetryRequest.  Output seen:
# "Node: secp384r1, refused; Deno: X25519, X25519".
#
# Needs npm, node, and openssl.
set -eu
work=$(mktemp -d)
cd "$work"
pids=
trap 'kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix . @deno/linux-x64-glibc@2.9.6
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem \
    -subj /CN=localhost 2>/dev/null

cat >server.mjs <<'JS'
import fs from 'node:fs';
import tls from 'node:tls';

const options = { key: fs.readFileSync('key.pem'), cert: fs.readFileSync('cert.pem'), ecdhCurve: 'P-384' };
const server = tls.createServer(options, (stream) => {
  stream.on('error', () => {});
  stream.end('hello\n');
});
server.on('tlsClientError', () => {});
server.listen(0, '127.0.0.1', () => {
  fs.writeFileSync(`${process.argv[2]}.new`, String(server.address().port));
  fs.renameSync(`${process.argv[2]}.new`, process.argv[2]);
});
JS
serve() { # NAME COMMAND...
    name=$1
    shift
    "$@" server.mjs "$name" >"$name.log" 2>&1 &
    pids="$pids $!"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ ! -s "$name" ] || return 0
        sleep 1
    done
    exit 1
}
group() { # NAME OPTION...: the group of a session, or that there is none
    port=$(cat "$1")
    shift
    found=$(timeout 10 openssl s_client -connect "127.0.0.1:$port" "$@" </dev/null 2>&1 |
        sed -n 's/^[A-Z][a-z]* Temp Key: \(ECDH, \)\{0,1\}\([^,]*\).*/\2/p')
    echo "${found:-refused}"
}
serve node node
serve deno node_modules/@deno/linux-x64-glibc/deno run -A
node="$(group node), $(group node -groups X25519)"
deno="$(group deno), $(group deno -groups X25519)"
echo "Node: $node; Deno: $deno"
[ "$node; $deno" = "secp384r1, refused; X25519, X25519" ]
