// SMTP inside TLS by node:tls, which is OpenSSL in Node, BoringSSL in Bun and rustls in Deno.
import fs from 'node:fs';
import tls from 'node:tls';

const wish = Object.fromEntries(process.argv.slice(2).map((word) => word.split(/=(.*)/s, 2)));
const options = {
  key: fs.readFileSync(wish.key),
  cert: fs.readFileSync(wish.cert),
  requestCert: wish.ask === 'yes',
  rejectUnauthorized: false,
};
if (wish.min) options.minVersion = wish.min;
if (wish.max) options.maxVersion = wish.max;
if (wish.groups) options.ecdhCurve = wish.groups;

const server = tls.createServer(options, (stream) => {
  stream.on('error', () => {});
  if (wish.greet) stream.write('220 stacks.test\r\n');
  stream.on('data', (data) => {
    if (/^QUIT/i.test(data)) stream.end('221 bye\r\n');
    else stream.write('250 stacks.test\r\n');
  });
});
server.on('tlsClientError', () => {});
server.listen(Number(wish.port), wish.host);
