#!/bin/sh
# Java 17.0.21 (Debian 12; 25.0.5 of Debian unstable likewise), JSSE: a server of TLS 1.3 that has no group in common
# with the client ends the handshake with the alert unexpected_message.
#
# RFC 8446 section 4.1.1 has handshake_failure or insufficient_security for that, and other servers say so (docs/stacks.md
# has a column); unexpected_message is for messages out of order, and "should never be observed in communication
# between proper implementations" (section 6.2).  With TLS 1.2 the same server says handshake_failure.
#
# Hurt by the wrong guess: who reads "unexpected message" in a log of the client and looks for a broken program or a
# middlebox, where jdk.tls.namedGroups, or a policy of the system (crypto-policies, FIPS), has left nothing to agree
# on.  Output seen: "TLS 1.3, TLS 1.2, and with a group in common: java 17.0.21.1: unexpected message, handshake failure,
# connected; openssl 3.0.22: handshake failure, handshake failure, connected".
#
# Needs java with its compiler (default-jdk-headless), openssl.
set -eu
work=$(mktemp -d)
cd "$work"
trap 'kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT
pids=
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem \
    -subj /CN=localhost 2>/dev/null
openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass:secret -out both.p12

cat >Server.java <<'JAVA'
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

public class Server {
    public static void main(String[] arguments) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream("both.p12"), "secret".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
        Files.writeString(Path.of("port.new"), String.valueOf(listener.getLocalPort()));
        Files.move(Path.of("port.new"), Path.of("port"));
        while (true) {
            try (SSLSocket stream = (SSLSocket) listener.accept()) {
                stream.startHandshake();
            } catch (Exception ended) {
                System.err.println(ended);
            }
        }
    }
}
JAVA
java -Djdk.tls.namedGroups=secp256r1 Server.java 2>java.log &
pids=$!
free=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
openssl s_server -accept "127.0.0.1:$free" -key key.pem -cert cert.pem -groups P-256 -quiet >openssl.log 2>&1 &
pids="$pids $!"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    [ ! -s port ] || break
    sleep 1
done
told() { # PORT OPTION...: the alert, or that there was a session
    port=$1
    shift
    timeout 20 openssl s_client -connect "127.0.0.1:$port" "$@" </dev/null >client.log 2>&1 || true
    alert=$(sed -n 's/.* alert \([a-z ]*\):.*/\1/p' client.log | head -n 1)
    grep -q 'Cipher is \(TLS\|ECDHE\)' client.log && echo connected || echo "${alert:-nothing}"
}
both() { # PORT
    echo "$(told "$1" -tls1_3 -groups P-384), $(told "$1" -tls1_2 -groups P-384), $(told "$1" -groups P-384:P-256)"
}
java=$(both "$(cat port)")
openssl=$(both "$free")
version=$(java -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')
echo "TLS 1.3, TLS 1.2, and with a group in common: java $version: $java; openssl $(openssl version | cut -d' ' -f2): $openssl"
[ "$java; $openssl" = "unexpected message, handshake failure, connected; handshake failure, handshake failure, connected" ]
